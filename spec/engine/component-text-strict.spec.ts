/** Component text where the environment asks for the strict form: a file, and so a process, of its own, since wasm-tools reads that once. */
import { expect, test } from 'vitest';
import { compileWat } from '../../src/engine/wat.js';

const STRICT = 'WAST_STRICT_COMPONENT_INDICES';
const OLD = `(component
  (core module $m (memory (export "memory") 1) (func (export "f") (param i32 i32)))
  (core instance $i (instantiate $m))
  (func (export "f") (param "s" string) (canon lift (core func $i "f") (memory $i "memory"))))`;

test('the old form is refused where the environment says so, in words without escapes', async () => {
  process.env[STRICT] = '1';
  const result = await compileWat(OLD, null);
  expect(process.env[STRICT]).toBe('1');
  expect(result).toMatchObject({
    ok: false,
    problems: [{ message: expect.stringContaining('should be written `(memory (core memory $i "name"))`') }],
  });
});
