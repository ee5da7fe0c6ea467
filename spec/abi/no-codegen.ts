/** Run by backends.spec.ts in a process of its own: calls that print their answers. */
import { readFileSync } from 'node:fs';
import { compileComponent } from '../../src/component/compile.js';
import { instantiate } from '../../src/component/instance.js';
import type { Value } from '../../src/values.js';

function mayGenerate(): boolean {
  try {
    return new Function('return true')() === true;
  } catch {
    return false;
  }
}

const answers: unknown[] = [];
async function ask(guest: string, calls: readonly (readonly [path: string, ...args: unknown[]])[]): Promise<void> {
  const plan = await compileComponent(readFileSync(`guests/dist/${guest}.wasm`), { name: guest });
  for (const [path, ...args] of calls) {
    const instance = instantiate(plan, { resolveImport: () => undefined, missingImport: () => new Error('none') });
    const entry = plan.exports.find((each) => each.path.endsWith(path));
    try {
      answers.push(instance.call(entry?.index ?? -1, args as Value[], 'js'));
    } catch (thrown) {
      answers.push(String(thrown));
    }
  }
}

await ask('mapper', [
  ['transform-users', [{ id: 1, name: 'Ada', tags: ['admin', 'é'], active: true }]],
  ['transform-users', [{ id: 1 }]],
]);
await ask('echo', [
  ['echo-shape', { text: 'x' }],
  ['echo-tree', { name: 'r', branches: [] }],
  ['echo-u8', 256],
]);
await ask('compose', [['collect', 'títle', ['a', 'b']]]);
await ask('fail', [['divide', 0]]);
await ask('fail-abi', [['string-invalid-utf8'], ['enum-discriminant']]);
process.stdout.write(JSON.stringify({ generated: mayGenerate(), answers }));
