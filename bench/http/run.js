// `npm run bench:http [-- --seconds N] [-- --soak MINUTES]`
import { runBundled } from '../../scripts/run-bundled.js';

await runBundled('bench/http', { beside: ['server.ts'], inRoot: true });
