// `npm run fuzz -- [--seconds 60] [--seed N] [--only definitions,refusals,jco,mutants] [--once] [--definitions PATH] [--record FILE]`
import { runBundled } from '../scripts/run-bundled.js';

await runBundled('fuzz', { beside: ['victim.ts'], inRoot: true });
