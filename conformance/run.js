// `npm run conformance -- DIR…`
import { runBundled } from '../scripts/run-bundled.js';

await runBundled('conformance');
