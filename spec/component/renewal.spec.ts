/** Whoever calls an instance that was put back to its beginning cannot tell it from a new one. */
import { readFileSync } from 'node:fs';
import { parse } from '@bytecodealliance/jco';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HandleTable } from '../../src/abi/handles.js';
import { compileComponent } from '../../src/component/compile.js';
import { compileCoreModule } from '../../src/component/core-plan.js';
import { instantiate } from '../../src/component/instance.js';
import type { ComponentPlan, Instance } from '../../src/component/types.js';
import { rewriteFor } from '../../src/engine/rewrite.js';
import { readShape } from '../../src/instrument/shape.js';
import { readState } from '../../src/instrument/state.js';

const rewrite = rewriteFor(null);

async function coreBytes(text: string): Promise<Uint8Array> {
  return new Uint8Array(await parse(text));
}

async function planOf(text: string): Promise<ComponentPlan> {
  return compileCoreModule(await coreBytes(text), null, { rewrite });
}

const TERMS = { deadlineMs: Number.POSITIVE_INFINITY, now: () => 0, isCancelled: () => false };

const fresh = (plan: ComponentPlan): Instance => {
  const noImports = { resolveImport: () => undefined, missingImport: (name: string) => new Error(name) };
  const instance = instantiate(plan, noImports);
  instance.arm(TERMS);
  return instance;
};

function call(instance: Instance, plan: ComponentPlan, name: string, ...args: number[]): unknown {
  const found = plan.exports.find((each) => each.path === name);
  if (found === undefined) throw new Error(`no export ${name}`);
  return instance.call(found.index, args, 'js');
}

/** Everything in it can be changed: bytes by place, two globals, and a start function that changes them first. */
const STATEFUL = `(module
  (memory (export "memory") 1)
  (global $hidden (mut i32) (i32.const 7))
  (global $wide (mut i64) (i64.const -1))
  (data (i32.const 100) "beginning")
  (start $start)
  (func $start (i32.store8 (i32.const 60000) (i32.const 9)) (global.set $hidden (i32.const 8)))
  (func (export "poke") (param i32 i32) (loop $l (i32.store8 (local.get 0) (local.get 1)) (br_if $l (i32.const 0))))
  (func (export "peek") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "count") (result i32)
    (global.set $hidden (i32.add (global.get $hidden) (i32.const 1)))
    (global.set $wide (i64.add (global.get $wide) (i64.const 4294967296)))
    (global.get $hidden))
  (func (export "wide") (result i32) (i32.wrap_i64 (i64.shr_u (global.get $wide) (i64.const 32))))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "same") (result i32) (memory.grow (i32.const 0)))
  (func (export "fail") unreachable))`;

test('bytes and globals are what its start made of them, whatever calls did', async () => {
  const plan = await planOf(STATEFUL);
  const renewed = fresh(plan);
  expect(renewed.keepBeginning()).toBe(true);
  const step = fc.oneof(
    fc.tuple(fc.constant('poke'), fc.nat(65535), fc.nat(255)),
    fc.tuple(fc.constant('count')),
    fc.tuple(fc.constant('same')),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const never = fresh(plan);
      for (const [name, ...args] of steps) call(renewed, plan, name as string, ...(args as number[]));
      expect(renewed.renew()).toBe(true);
      for (const [name, at] of steps) {
        if (name === 'poke') expect(call(renewed, plan, 'peek', at!)).toBe(call(never, plan, 'peek', at!));
      }
      for (const at of [0, 100, 108, 60000]) {
        expect(call(renewed, plan, 'peek', at)).toBe(call(never, plan, 'peek', at));
      }
      expect(call(renewed, plan, 'wide')).toBe(call(never, plan, 'wide'));
      expect(call(renewed, plan, 'count')).toBe(9);
      expect(renewed.renew()).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('one whose memory has grown is not put back, one that grew by nothing is', async () => {
  const plan = await planOf(STATEFUL);
  const instance = fresh(plan);
  instance.keepBeginning();
  call(instance, plan, 'same');
  expect(instance.renew()).toBe(true);
  call(instance, plan, 'grow');
  expect(instance.renew()).toBe(false);
});

test('one that trapped is not put back', async () => {
  const plan = await planOf(STATEFUL);
  const instance = fresh(plan);
  instance.keepBeginning();
  expect(() => call(instance, plan, 'fail')).toThrow();
  expect(instance.renew()).toBe(false);
});

test('one that was stopped is not put back', async () => {
  const plan = await planOf('(module (memory (export "memory") 1) (func (export "run") (loop $l (br $l))))');
  const instance = fresh(plan);
  instance.keepBeginning();
  instance.arm({ deadlineMs: 1, now: () => 2, isCancelled: () => false });
  expect(() => call(instance, plan, 'run')).toThrow();
  expect(instance.renew()).toBe(false);
});

test('a component greets the next caller as it greeted the first', async () => {
  const bytes = readFileSync(new URL('../../guests/dist/greet.wasm', import.meta.url));
  const plan = await compileComponent(new Uint8Array(bytes), { rewrite });
  const instance = fresh(plan);
  expect(instance.keepBeginning()).toBe(true);
  for (const name of ['Wippy', '', 'x'.repeat(50_000), 'é']) {
    expect(instance.call(0, [name], 'js')).toBe(fresh(plan).call(0, [name], 'js'));
    if (!instance.renew()) break;
  }
});

describe('code that changes what cannot be put back', () => {
  const loops = '(func (export "loop") (loop $l (br $l)))';
  const cases: readonly (readonly [what: string, text: string])[] = [
    ['table.set', `(table 1 funcref) (func (table.set (i32.const 0) (ref.null func))) ${loops}`],
    ['table.grow', `(table 1 funcref) (func (drop (table.grow (ref.null func) (i32.const 1)))) ${loops}`],
    ['table.fill', `(table 1 funcref) (func (table.fill (i32.const 0) (ref.null func) (i32.const 1))) ${loops}`],
    ['table.copy', `(table 1 funcref) (func (table.copy (i32.const 0) (i32.const 0) (i32.const 1))) ${loops}`],
    [
      'table.init',
      `(table 1 funcref) (elem $e func 0) (func (table.init $e (i32.const 0) (i32.const 0) (i32.const 1))) ${loops}`,
    ],
    ['elem.drop', `(elem $e func 0) (func (elem.drop $e)) ${loops}`],
    ['data.drop', `(memory (export "memory") 1) (data $d "x") (func (data.drop $d)) ${loops}`],
    ['a global of floats', `(global (mut f64) (f64.const 0)) ${loops}`],
    ['a global of references', `(global (mut externref) (ref.null extern)) ${loops}`],
    ['a memory that is not exported', `(memory 1) ${loops}`],
    ['a large memory', `(memory (export "memory") 9) ${loops}`],
    ['two memories', `(memory (export "memory") 1) (memory (export "other") 1) ${loops}`],
    ['an object', `(type $s (struct (field (mut i32)))) (func (drop (struct.new $s (i32.const 1)))) ${loops}`],
  ];
  for (const [what, body] of cases) {
    test(`${what}: its instances are made anew`, async () => {
      const bytes = await coreBytes(`(module ${body})`);
      expect(readState(bytes, readShape(bytes))).toBe(null);
    });
  }

  test('an import: its instances are made anew', async () => {
    expect(fresh(await planOf(`(module (import "e" "f" (func)) ${loops})`)).keepBeginning()).toBe(false);
  });

  test('the same without these can be put back', async () => {
    const text = `(module (table 1 funcref) (elem (i32.const 0) func 0) (memory (export "memory") 8) (data $d "x")
      (global (mut i64) (i64.const 1)) (global externref (ref.null extern)) (global f32 (f32.const 1))
      (func (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)) (drop (table.get (i32.const 0)))) ${loops})`;
    expect(fresh(await planOf(text)).keepBeginning()).toBe(true);
  });

  test('however long its opcode is written', async () => {
    const bytes = [
      ...(await coreBytes('(module (memory (export "memory") 1) (data $d "x") (func (data.drop $d) nop nop))')),
    ];
    const at = bytes.findIndex((byte, index) => byte === 0xfc && bytes[index + 1] === 9);
    // 0xfc 9 0 nop nop: the second number over three bytes.
    bytes.splice(at, 5, 0xfc, 0x89, 0x80, 0x00, 0x00);
    const longer = Uint8Array.from(bytes);
    expect(WebAssembly.validate(longer)).toBe(true);
    expect(readState(longer, readShape(longer))).toBe(null);
  });
});

describe('components that ask the host', () => {
  const asking = (start: string) => `(component
    (import "now" (func $now (result u32)))
    (core func $lowered (canon lower (func $now)))
    (core module $m (import "h" "now" (func $now (result i32))) (global $kept (mut i32) (i32.const 0))
      (func $keep (loop $l (br_if $l (i32.const 0))) (global.set $kept (call $now)))
      ${start}
      (func (export "keep") (result i32) (call $keep) (global.get $kept)) (func (export "kept") (result i32) (global.get $kept)))
    (core instance $i (instantiate $m (with "h" (instance (export "now" (func $lowered))))))
    (func (export "keep") (result u32) (canon lift (core func $i "keep")))
    (func (export "kept") (result u32) (canon lift (core func $i "kept"))))`;
  const live = async (start: string) => {
    const plan = await compileComponent(await coreBytes(asking(start)), { rewrite });
    const options = { resolveImport: () => () => 5, missingImport: (name: string) => new Error(name) };
    const instance = instantiate(plan, { ...options, terms: TERMS });
    return { plan, instance };
  };

  test('in their calls are put back', async () => {
    const { plan, instance } = await live('');
    expect(instance.keepBeginning()).toBe(true);
    expect(call(instance, plan, 'keep')).toBe(5);
    expect(instance.renew()).toBe(true);
    expect(call(instance, plan, 'kept')).toBe(0);
  });

  test('in their start are made anew: the next one begins with another answer', async () => {
    const { plan, instance } = await live('(start $keep)');
    expect(call(instance, plan, 'kept')).toBe(5);
    expect(instance.keepBeginning()).toBe(false);
  });
});

test('handles begin again with the first number, unless one is held', () => {
  const table = new HandleTable();
  const entry = { rep: 7 } as unknown as Parameters<HandleTable['add']>[0];
  expect([table.add(entry), table.add(entry)]).toEqual([1, 2]);
  expect(table.renew()).toBe(false);
  table.remove(1);
  expect(table.renew()).toBe(false);
  table.remove(2);
  expect(table.renew()).toBe(true);
  expect([table.add(entry), table.add(entry)]).toEqual([1, 2]);
});
