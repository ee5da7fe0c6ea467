// Components made of components: what crosses between them, who traps, and core modules as the simplest component.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CoreTypeMismatch, compileCoreModule } from '../../src/component/core-plan.js';
import type { GuestHandle } from '../../src/component/host-handles.js';
import { parseWit } from '../../src/wit/parse.js';
import { componentFrom, coreFrom, guestBytes, guestPlan, live, thrownBy, trapOf } from './guests.js';

describe('compose: a UTF-16 half on a UTF-8 half', () => {
  test('strings, lists, records and a resource cross between the halves', async () => {
    const { call } = live(await guestPlan('compose'));
    for (const text of ['', 'abc', 'é', '😀 π', 'x'.repeat(5000), 'ü'.repeat(3000)])
      expect(call('echo', text)).toBe(text);
    expect(call('code-units', 'é😀')).toEqual([3, 6]);
    expect(call('reverse', ['a', 'é', '😀'])).toEqual(['😀', 'é', 'a']);
    const entry = { title: 't', words: ['a'], score: 1.5 };
    expect(call('rate', entry)).toEqual({ ok: { ...entry, score: 3 } });
    expect(call('rate', { title: 't', words: [] })).toEqual({ err: 'no score' });
    expect(call('collect', 'títle', ['a', 'b'])).toEqual(['títle', ['a', 'b'], 2]);
    expect(call('merge', ['a'], ['b', 'c'])).toEqual(['a', 'b', 'c']);
    expect(call('live')).toBe(0);
  });
});

describe('crossings: strings through every pair of encodings', () => {
  test.each(['', 'a', 'café ÿ', 'π', '😀', 'aé😀π', 'ÿ'.repeat(3000), `${'x'.repeat(3000)}π`, '\ufeff'])(
    '%o comes back',
    async (text) => {
      const { call } = live(await guestPlan('crossings'));
      expect(call('around', text)).toBe(text);
      expect(call('around-list', [text, '', text])).toEqual([text, '', text]);
    },
  );

  test('a trap in the last component names that component, and the whole is gone', async () => {
    const { call, instance } = live(await guestPlan('crossings'));
    const trap = trapOf(() => call('refuse', 'é'));
    expect([trap.code, trap.witFunction]).toEqual(['unreachable', 'refuse']);
    expect(trap.componentPath).toMatch(/^\$crossings \/ \$/);
    expect(instance.poisoned).toBe(true);
    expect(trapOf(() => call('around', 'x')).code).toBe('cannot-enter');
  });
});

describe('linked: modules and components put together', () => {
  test('start functions run, instances of one module are apart, tables and globals are shared', async () => {
    const { call } = live(await guestPlan('linked'));
    expect([call('first-count'), call('bump-first'), call('second-count'), call('bump-second')]).toEqual([
      40, 41, 40, 41,
    ]);
    expect([call('call-slot', 1), call('call-slot', 2), call('call-slot', 3)]).toEqual([101, 202, 41]);
    expect(call('word')).toBe('start');
    expect(trapOf(() => call('call-slot', 0)).code).toBe('indirect-call-mismatch');
  });

  test('two instances of one library have two resource types', async () => {
    const { call } = live(await guestPlan('linked'));
    const a = call('moonwit:linked/a@1.0.0#[constructor]counter', 5) as GuestHandle;
    const b = call('moonwit:linked/b@1.0.0#[constructor]counter', 7) as GuestHandle;
    expect([a.invoke('next', []), b.invoke('next', [])]).toEqual([6, 8]);
    expect(call('lend', a)).toBe(7);
    expect(thrownBy(() => call('lend', b))).toMatchObject({
      facts: { got: expect.stringMatching(/^a counter of another instance: /) },
    });
    expect(call('count-up', 10, 3)).toBe(13);
    const given = call('give', 20) as GuestHandle;
    expect(given.invoke('next', [])).toBe(21);
    expect(call('take', a)).toBe(8);
    expect([call('moonwit:linked/a@1.0.0#live'), call('moonwit:linked/b@1.0.0#live')]).toEqual([1, 1]);
  });

  test('a component that keeps what it was lent traps', async () => {
    const { call } = live(await guestPlan('linked'));
    const a = call('moonwit:linked/a@1.0.0#[constructor]counter', 5);
    expect(trapOf(() => call('leak', a))).toMatchObject({ code: 'borrows-remain', facts: { count: 1 } });
  });
});

describe('who may enter whom', () => {
  /** The child calls `back`, a function of its parent. */
  const text = (body: string) => `(component $parent
    (core module $p
      (global $n (mut i32) (i32.const 0))
      (func (export "bump") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))
    (core instance $pi (instantiate $p))
    (func $bump (result u32) (canon lift (core func $pi "bump")))
    (component $child
      (import "back" (func $back (result u32)))
      (core func $low (canon lower (func $back)))
      (core module $m (import "i" "back" (func $back (result i32))) (func (export "f") (result i32) ${body}))
      (core instance $c (instantiate $m (with "i" (instance (export "back" (func $low))))))
      (func (export "f") (result u32) (canon lift (core func $c "f"))))
    (instance $ci (instantiate $child (with "back" (func $bump))))
    (export "g" (func $ci "f")))`;

  test('a child may call a function of the parent that is waiting for it', async () => {
    const made = text('(i32.add (call $back) (i32.mul (call $back) (i32.const 10)))');
    const plan = await componentFrom(made);
    expect(live(plan).call('g')).toBe(21);
    expect(live(plan).call('g')).toBe(21);
  });
});

describe('core modules', () => {
  const dist = (name: string) => guestBytes(`core/${name}`);

  test('without WIT, exports are typed by their core types, and those with two results are left out', async () => {
    const plan = await compileCoreModule(dist('raw-numbers'), null, { name: 'raw' });
    expect(plan.exports.map((each) => each.path)).not.toContain('two-results');
    const { call } = live(plan);
    expect([call('add-i32', 2147483647, 1), call('add-i64', 2 ** 53 - 1, 1n)]).toEqual([-2147483648, 2n ** 53n]);
    expect([call('add-f32', 0.5, 0.25), call('add-f64', 0.1, 0.2), call('mixed', 1, 2, 0.5, 0.25)]).toEqual([
      0.75,
      0.1 + 0.2,
      3.75,
    ]);
    expect([call('negative-zero'), call('not-a-number'), call('least-i64'), call('nothing')]).toEqual([
      -0,
      Number.NaN,
      -(2n ** 63n),
      undefined,
    ]);
    expect(call('factorial', 20)).toBe(2432902008176640000n);
    expect(thrownBy(() => call('add-i32', 2 ** 31, 0))).toMatchObject({ facts: { argument: 0, argumentName: 'p1' } });
    expect(trapOf(() => call('divide', 1, 0)).code).toBe('divide-by-zero');
  });

  test('with WIT, strings, lists, records and 20 parameters travel through exported memory', async () => {
    const wit = parseWit(readFileSync(new URL('../../guests/core/strings/world.wit', import.meta.url), 'utf8'));
    const { call } = live(await compileCoreModule(dist('strings'), wit, { name: 'strings' }));
    expect([call('upper', 'abc é'), call('words', 'a b  c')]).toEqual([
      'ABC é',
      expect.arrayContaining(['a', 'b', 'c']),
    ]);
    expect([call('sum', [1, -2, 2n ** 40n]), call('scale', [1, 2.5], 2)]).toEqual([2n ** 40n - 1n, [2, 5]]);
    const ada = { name: 'Ada', age: 36, email: undefined, role: 'admin', tags: ['x'] };
    expect(call('describe', ada)).toBe('Ada (36)');
    expect(call('older', ada, 4)).toEqual({ ok: { ...ada, age: 40 } });
    expect(call('older', ada, 200)).toEqual({ err: 'too old' });
  });

  test('the allocator’s old name and cabi_post_ functions are found', async () => {
    const wit = parseWit('echo: func(s: string) -> string; live: func() -> u32;');
    const { call } = live(await compileCoreModule(dist('old-names'), wit, { name: 'old' }));
    expect([call('echo', 'é'), call('live'), call('echo', 'x'.repeat(60000)), call('live')]).toEqual([
      'é',
      0,
      'x'.repeat(60000),
      0,
    ]);
  });

  test.each([
    [
      'f: func(a: s64);',
      '(func (export "f") (param i32))',
      'export `f`: expected core type (i64) -> () by its WIT, got (i32) -> ()',
    ],
    [
      'f: func(s: string);',
      '(func (export "f") (param i32 i32))',
      'export `f`: expected a memory exported as `memory` and an allocator exported as `cabi_realloc`, (i32, i32, i32, i32) -> (i32) by its WIT, got none',
    ],
    [
      'f: func(s: string);',
      '(memory (export "memory") 1) (func (export "f") (param i32 i32))',
      'export `f`: expected an allocator exported as `cabi_realloc`, (i32, i32, i32, i32) -> (i32) by its WIT, got none',
    ],
  ])('%s on %s is refused', async (wit, body, message) => {
    const thrown = await coreFrom(`(module ${body})`, parseWit(wit)).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(CoreTypeMismatch);
    expect((thrown as Error).message).toBe(message);
  });

  test('functions on resources are refused: a core module has no handles', async () => {
    const wit = parseWit('interface i { resource r; f: func(x: borrow<r>); } world w { export i; }');
    const thrown = await coreFrom('(module (func (export "i#f") (param i32)))', wit).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ kind: 'Invalid' });
    expect((thrown as Error).message).toContain('i#f');
  });

  test('_initialize runs before the first call', async () => {
    const plan = await coreFrom(
      '(module (global $g (mut i32) (i32.const 0)) (func (export "_initialize") (global.set $g (i32.const 7))) (func (export "f") (result i32) (global.get $g)))',
      null,
    );
    expect(live(plan).call('f')).toBe(7);
  });
});

describe('start functions that fail', () => {
  test('throw the trap from instantiate', async () => {
    const plan = await coreFrom('(module (func $s unreachable) (start $s) (func (export "f")))', null);
    expect(trapOf(() => live(plan))).toMatchObject({ code: 'unreachable', witFunction: 'instantiation' });
  });
});
