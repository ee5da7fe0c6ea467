// `npm run bench [-- --only PATTERN] [-- --json FILE]`
import { runBundled } from '../scripts/run-bundled.js';

await runBundled('bench', {
  beside: ['plan-cold.ts', 'wasi-jco.ts', 'idle-thread.ts'],
  flags: ['--expose-gc'],
  inRoot: true,
});
