/** Run by traps.spec.ts in a process that may have 100 pages of wasm memory: an instance that needs 200. */
import { compileCoreModule } from '../../src/component/core-plan.js';
import { instantiate } from '../../src/component/instance.js';

const module = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 5, 4, 1, 0, 200, 1]);
const plan = await compileCoreModule(module, null);
let thrown: unknown = 'nothing was thrown';
try {
  instantiate(plan, { resolveImport: () => undefined, missingImport: () => new Error('none') });
} catch (error) {
  thrown = error;
}
process.stdout.write(JSON.stringify({ code: (thrown as { code?: string }).code, text: String(thrown) }));
