/** Component text as tutorials have it, and as wasm-tools wants it by now. */
import { expect, test } from 'vitest';
import { compileWat } from '../../src/engine/wat.js';

const STRICT = 'WAST_STRICT_COMPONENT_INDICES';
const text = (memory: string, realloc: string) => `(component
  (core module $m
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
    (func (export "f") (param i32 i32) (result i32) (i32.const 0)))
  (core instance $i (instantiate $m))
  (func (export "f") (param "s" string) (result string)
    (canon lift (core func $i "f") ${memory} ${realloc})))`;
const OLD = text('(memory $i "memory")', '(realloc (func $i "realloc"))');
const NEW = text('(memory (core memory $i "memory"))', '(realloc (core func $i "realloc"))');

test('both forms are read, and give the same bytes', async () => {
  const [old, now] = [await compileWat(OLD, null), await compileWat(NEW, null)];
  expect(old).toMatchObject({ ok: true });
  expect(old).toEqual(now);
  expect(process.env[STRICT]).toBeUndefined();
});
