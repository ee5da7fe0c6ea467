// The catalogue of traps: those that no other guest reaches, and that none is left without a spec.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import makeWabt from 'wabt';
import { framesOf, TRAPS, Trap, trapFromCore } from '../../src/abi/errors.js';
import { compileCoreModule } from '../../src/component/core-plan.js';
import { bundle } from '../bundle.js';
import { componentFrom, live, trapOf } from './guests.js';

/** A core module with features that not every assembler has on. */
async function withFeatures(text: string) {
  const parsed = (await makeWabt()).parseWat('made.wat', text, { exceptions: true, threads: true });
  return compileCoreModule(new Uint8Array(parsed.toBinary({}).buffer), null, { name: 'made' });
}

describe('raised by the core engine', () => {
  test.each([
    ['uncaught-exception', '(module (tag $t) (func (export "f") (throw $t)))'],
    [
      'unaligned-atomic',
      '(module (memory 1 1 shared) (func (export "f") (result i32) (i32.atomic.load (i32.const 1))))',
    ],
    [
      'memory-out-of-bounds',
      '(module (memory 1) (data "abc") (func (export "f") (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 9))))',
    ],
    [
      'table-out-of-bounds',
      '(module (table 1 funcref) (func (export "f") (drop (ref.is_null (table.get 0 (i32.const 5))))))',
    ],
    ['divide-by-zero', '(module (func (export "f") (result i32) (i32.rem_u (i32.const 1) (i32.const 0))))'],
  ])('%s', async (code, text) => {
    const plan = await withFeatures(text);
    const { call, instance } = live(plan);
    expect(trapOf(() => call('f')).code).toBe(code);
    expect(instance.poisoned).toBe(true);
  });

  test.each([
    ['memory-out-of-bounds', '(module (memory 1) (data (i32.const 65536) "a"))'],
    ['table-out-of-bounds', '(module (table 1 funcref) (func) (elem (i32.const 1) 0))'],
  ])('%s while a module is instantiated', async (code, text) => {
    const plan = await withFeatures(text);
    expect(trapOf(() => live(plan)).code).toBe(code);
  });

  test('out-of-memory, when the memory of a new instance cannot be had', () => {
    const program = bundle(new URL('no-memory.ts', import.meta.url));
    const { stdout } = spawnSync(process.execPath, ['--wasm-max-mem-pages=100', program], { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toMatchObject({ code: 'out-of-memory' });
  });

  // Node 20 runs no guest that could reach these; the words are V8's.
  test.each([
    ['null-reference', 'dereferencing a null pointer'],
    ['cast-failure', 'illegal cast'],
    ['array-out-of-bounds', 'array element access out of bounds'],
    ['unknown-core-trap', 'something new'],
  ])('%s', (code, words) => {
    expect(trapFromCore(new WebAssembly.RuntimeError(words))).toMatchObject({ code, facts: { detail: words } });
  });

  test.each([
    new Error('unreachable'),
    new TypeError('x'),
    new RangeError('Invalid array length'),
    'unreachable',
    null,
  ])('%s is no trap of the core engine', (thrown) => {
    expect(trapFromCore(thrown)).toBe(null);
  });
});

describe('handle-not-owned', () => {
  test('a guest gives away what it was lent', async () => {
    const plan = await componentFrom(`(component
      (component $lib
        (type $t' (resource (rep i32)))
        (export $t "t" (type $t'))
        (core module $m (func (export "take") (param i32)))
        (core instance $i (instantiate $m))
        (core func $new (canon resource.new $t))
        (func (export "make") (param "rep" u32) (result (own $t)) (canon lift (core func $new)))
        (func (export "take") (param "t" (own $t)) (canon lift (core func $i "take"))))
      (instance $l (instantiate $lib))
      (component $thief
        (import "t" (type $t (sub resource)))
        (import "take" (func $take (param "t" (own $t))))
        (core func $low (canon lower (func $take)))
        (core module $m (import "i" "take" (func $take (param i32))) (func (export "f") (param i32) (call $take (local.get 0))))
        (core instance $c (instantiate $m (with "i" (instance (export "take" (func $low))))))
        (func (export "f") (param "t" (borrow $t)) (canon lift (core func $c "f"))))
      (alias export $l "t" (type $t))
      (instance $th (instantiate $thief (with "t" (type $t)) (with "take" (func $l "take"))))
      (export $te "t" (type $t))
      (export "make" (func $l "make") (func (param "rep" u32) (result (own $te))))
      (export "steal" (func $th "f") (func (param "t" (borrow $te)))))`);
    const { call } = live(plan);
    expect(trapOf(() => call('steal', call('make', 1)))).toMatchObject({
      code: 'handle-not-owned',
      facts: { resource: 't' },
    });
  });
});

describe('the catalogue', () => {
  test('every code is named by some spec', () => {
    const folders = ['../component/', '../abi/'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
    const texts = folders.flatMap((folder) =>
      (readdirSync(folder) as string[])
        .filter((name) => name.endsWith('.spec.ts'))
        .map((name) => readFileSync(folder + name, 'utf8')),
    );
    const left = Object.keys(TRAPS).filter((code) => !texts.some((text) => text.includes(`'${code}'`)));
    expect(left).toEqual([]);
  });

  test('a trap’s text has its facts, and a frame without a name is told by its index', () => {
    expect(new Trap('string-unaligned', { ptr: 3, alignment: 2 }).message).toBe(
      'wasm trap: unaligned string pointer 3: expected a multiple of 2',
    );
    const error = new Error('x');
    error.stack =
      'Error: x\n    at wasm://wasm/0badcafe:wasm-function[7]:0x2c\n    at f (wasm://wasm/made-0badcafe:wasm-function[8]:0x30)\n    at g (file:///x.js:1:1)';
    expect(framesOf(error)).toEqual([
      { function: 'func[7]', offset: 0x2c },
      { function: 'f', offset: 0x30 },
    ]);
  });
});
