// `npm run bench:http [-- --seconds N] [-- --soak MINUTES]`
import { runBundled } from '../../scripts/run-bundled.js';

await runBundled('bench/http', { beside: ['server.ts', 'tell-memory.ts'], inRoot: true });
