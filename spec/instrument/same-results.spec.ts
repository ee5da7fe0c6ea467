/** A guest with checks gives what it gives without them. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CompiledComponent, compileModules, planComponent } from '../../src/component/compile.js';
import { decodeComponent, isComponent } from '../../src/component/decode/component.js';
import { makeGuards } from '../../src/instrument/guard.js';
import { instrument } from '../../src/instrument/instrument.js';
import { live } from '../component/guests.js';
import { assemble, bothWays, compile, isValid, NO_LIMIT } from './support.js';

const DIST = new URL('../../guests/dist/', import.meta.url);

function wasmFiles(folder: URL): { readonly name: string; readonly bytes: Uint8Array }[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.wasm'));
  return names.map((name) => ({ name, bytes: new Uint8Array(readFileSync(new URL(name, folder))) }));
}

const components = wasmFiles(DIST).filter(({ bytes }) => isComponent(bytes));

describe('core modules of the guests', () => {
  for (const { name, bytes } of wasmFiles(new URL('core/', DIST))) {
    test(`${name} answers the same with checks`, () => {
      // What asks its host for something runs in the specs of that; here it stays valid.
      if (WebAssembly.Module.imports(compile(bytes)).length > 0) {
        expect(isValid(instrument(bytes).bytes)).toBe(true);
        return;
      }
      const { bare, checked } = bothWays(bytes);
      if (checked !== null) expect(checked).toEqual(bare);
      expect(bare.length).toBeGreaterThan(0);
    });
  }

  for (const { name, bytes } of components) {
    test(`${name}: each stays valid`, async () => {
      const { moduleIndices } = await compileModules(decodeComponent(bytes));
      for (const core of moduleIndices.keys()) expect(isValid(instrument(core).bytes)).toBe(true);
    });

    test(`${name}: each answers the same with checks`, async () => {
      const { moduleIndices } = await compileModules(decodeComponent(bytes));
      for (const core of moduleIndices.keys()) {
        const { bare, checked } = bothWays(core);
        if (checked !== null) expect(checked).toEqual(bare);
      }
    });
  }
});

/** A component's exports, called on an instance without checks and on one with them. */
async function callBoth(name: string, calls: readonly (readonly [path: string, ...args: unknown[]])[]): Promise<void> {
  const bytes = new Uint8Array(readFileSync(new URL(`${name}.wasm`, DIST)));
  const compiled = await compileModules(decodeComponent(bytes));
  const bare = live(planComponent(compiled));
  const checked = guardAll(compiled, (plan) => live(plan));
  for (const [path, ...args] of calls) expect(checked.call(path, ...args)).toEqual(bare.call(path, ...args));
}

/** Makes an instance from modules with checks, with a guard for each of its core instances. */
function guardAll<T>(compiled: CompiledComponent, make: (plan: ReturnType<typeof planComponent>) => T): T {
  const results = [...compiled.moduleIndices.keys()].map((bytes) => instrument(bytes));
  const modules = results.map((result) => compile(result.bytes));
  const guards = makeGuards();
  const Plain = WebAssembly.Instance;
  class Guarded extends Plain {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      const added = results[modules.indexOf(module)]?.added ?? null;
      if (added !== null) guards.attach(this.exports, added, NO_LIMIT).start();
    }
  }
  Object.assign(WebAssembly, { Instance: Guarded });
  try {
    const plain = modules.map((module) => ({ module, checked: null, state: null, stoppable: false }));
    return make(planComponent({ ...compiled, modules: plain }));
  } finally {
    Object.assign(WebAssembly, { Instance: Plain });
  }
}

const USERS = Array.from({ length: 100 }, (_, id) => ({
  id,
  name: `user ${id}`,
  tags: ['a', 'b'],
  active: id % 3 === 0,
}));

describe('components', () => {
  test('compute gives the same', () => callBoth('compute', [['compute', 6, 7]]));
  test('mapper gives the same', () =>
    callBoth('mapper', [
      ['transform-users', USERS],
      ['filter-active', USERS],
      ['aggregate-tags', USERS],
    ]));
  test('echo gives the same', () => {
    const text = 'mixed Größe 大きさ 📏. '.repeat(50);
    return callBoth('echo', [
      ['echo-string', text],
      ['echo-bytes', new Uint8Array(1000).map((_, i) => i)],
    ]);
  });
});

/** Every way in which a check could disturb what is around it. */
const SHAPES: Readonly<Record<string, string>> = {
  'labels out of tight loops': `(func (export "f") (param $n i32) (result i32) (local $x i32)
    (block $out (result i32)
      (block $skip
        (loop $l
          (br_if $skip (i32.eq (local.get $n) (i32.const 7)))
          (local.set $x (i32.add (local.get $x) (i32.const 3)))
          (block $in (br_if $in (i32.and (local.get $x) (i32.const 1))) (local.set $x (i32.xor (local.get $x) (i32.const 5))))
          (drop (br_if $out (local.get $x) (i32.gt_s (local.get $x) (i32.const 50))))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br_if $l (i32.gt_s (local.get $n) (i32.const 0))))
        (return (local.get $x)))
      (i32.const -7)))`,
  'br_table out of a tight loop': `(func (export "f") (param $n i32) (result i32) (local $x i32)
    (block $a (block $b (loop $l
      (local.set $x (i32.add (local.get $x) (i32.const 1)))
      (br_table $l $l $b $a $l $b (i32.rem_u (i32.add (local.get $n) (local.get $x)) (i32.const 6)))))
      (return (i32.add (local.get $x) (i32.const 100))))
    (local.get $x))`,
  'loops with parameters': `(func (export "f") (param $n i32) (result i32 i64)
    (local.get $n) (i64.const 1)
    (loop $l (param i32 i64) (result i32 i64)
      (i64.const 2) i64.mul
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (i32.gt_s (local.get $n) (i32.const 0)))))`,
  'loops in loops, leaving both': `(func (export "f") (param $n i32) (result i32) (local $i i32) (local $x i32)
    (block $out (loop $o (local.set $i (i32.const 4))
      (loop $l (local.set $x (i32.add (local.get $x) (local.get $i)))
        (br_if $out (i32.gt_s (local.get $x) (i32.const 60)))
        (local.set $i (i32.sub (local.get $i) (i32.const 1)))
        (br_if $l (local.get $i)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $o (i32.gt_s (local.get $n) (i32.const 0)))))
    (local.get $x))`,
  'return and unreachable in a tight loop': `(func (export "f") (param $n i32) (result i32)
    (loop $l (result i32)
      (if (i32.eqz (local.get $n)) (then (return (i32.const 11))))
      (if (i32.eq (local.get $n) (i32.const -1)) (then unreachable))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br $l)))`,
  'exceptions through checks': `(tag $e (param i32)) (func $t (param i32) (throw $e (local.get 0)))
    (func (export "f") (param $n i32) (result i32) (local $x i32)
      (loop $l
        try (call $t (local.get $n)) catch $e (local.set $x (i32.add (local.get $x))) end
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br_if $l (i32.gt_s (local.get $n) (i32.const 0))))
      (local.get $x))`,
  'bulk instructions': `(memory (export "m") 1) (data $d "abcdefgh") (table $t 8 funcref) (elem $e func $z) (func $z)
    (func (export "f") (param $n i32) (result i32)
      (memory.fill (i32.const 16) (i32.const 65) (local.get $n))
      (memory.copy (i32.const 100) (i32.const 16) (i32.const 10))
      (memory.init $d (local.get $n) (i32.const 0) (i32.const 4))
      (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 1))
      (table.copy $t $t (i32.const 1) (i32.const 0) (i32.const 1))
      (table.fill $t (i32.const 2) (ref.func $z) (local.get $n))
      (table.grow $t (ref.null func) (local.get $n)))`,
  'a start function': `(memory (export "m") 1) (global $g (export "g") (mut i32) (i32.const 0))
    (func $s (local $i i32) (loop $l (global.set $g (i32.add (global.get $g) (i32.const 3)))
      (br_if $l (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10))))) (start $s)
    (func (export "f") (result i32) (loop) (global.get $g))`,
  'long straight code': `(func $leaf (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
    (func (export "f") (param $n i32) (result i32) (local $x i32)
      (if (local.get $n) (then ${'(local.set $x (i32.add (local.get $x) (i32.const 1)))'.repeat(3000)})
        (else ${'(local.set $x (i32.sub (local.get $x) (i32.const 1)))'.repeat(1500)}))
      ${'(local.set $x (call $leaf (local.get $x)))'.repeat(300)} (local.get $x))`,
  recursion: `(func $f (export "f") (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 2)) (then (i32.const 1))
      (else (i32.add (call $f (i32.sub (local.get $n) (i32.const 1))) (call $f (i32.sub (local.get $n) (i32.const 2)))))))`,
  'imported memory, table, global and function': `(import "e" "m" (memory 1)) (import "e" "t" (table 2 funcref))
    (import "e" "g" (global i32)) (import "e" "f" (func $f (result i32)))
    (func (export "f") (param $n i32) (result i32) (loop $l
      (i32.store (local.get $n) (global.get 0)) (local.set $n (i32.sub (local.get $n) (i32.const 4)))
      (br_if $l (i32.gt_s (local.get $n) (i32.const 0)))) (call $f))`,
};

describe('shapes', () => {
  for (const [what, body] of Object.entries(SHAPES)) {
    test(`${what}: the same with checks`, async () => {
      const bytes = await assemble(`(module ${body})`);
      const { bare, checked } = bothWays(bytes);
      expect(checked).toEqual(bare);
      expect(bare.length).toBeGreaterThan(0);
    });
  }
});
