// `npm run soak [-- --minutes N] [-- --threads N]`; needs dist/ (npm run build).
import { runBundled } from '../scripts/run-bundled.js';

await runBundled('soak', { flags: ['--expose-gc'], inRoot: true });
