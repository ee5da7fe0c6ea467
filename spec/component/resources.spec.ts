// Resources of guests in the hands of the host: who owns, who lends, what is left when a call fails.
import { inspect } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { ArgumentMismatch } from '../../src/abi/errors.js';
import type { GuestHandle } from '../../src/component/host-handles.js';
import type { ComponentPlan } from '../../src/component/types.js';
import { HostError } from '../../src/errors.js';
import { componentFrom, guestPlan, live, thrownBy, trapOf } from './guests.js';

let plan: ComponentPlan;
beforeAll(async () => {
  plan = await guestPlan('resources');
});

type Counter = GuestHandle;

function open(target: 'js' | 'go' = 'js') {
  const guest = live(plan, {}, target);
  const make = (start: number): Counter => guest.call('[constructor]counter', start) as Counter;
  return { ...guest, make };
}

describe.each(['js', 'go'] as const)('a guest resource for %s', (target) => {
  test('is made by its constructor, called by its methods, destroyed by drop', () => {
    const { instance, call, make } = open(target);
    const counter = make(41);
    expect(counter.opaqueKind).toBe('resource counter');
    expect([...counter.methods.keys()].sort()).toEqual(['increment', 'value']);
    expect(counter.invoke('increment', [])).toBe(42);
    expect(counter.methods.get('value')?.([])).toBe(42);
    expect([call('live'), instance.liveHandles]).toEqual([1, 1]);
    void counter.drop();
    expect([call('live'), instance.liveHandles, counter.alive]).toEqual([0, 0, false]);
  });

  test('is dropped once, however often drop is called, and by dispose', () => {
    const { call, make } = open(target);
    const [a, b] = [make(1), make(2)];
    void a.drop();
    void a.drop();
    expect(call('live')).toBe(1);
    b[Symbol.dispose]();
    b[Symbol.dispose]();
    expect(call('live')).toBe(0);
  });

  test('is shown by its name, not by its insides', () => {
    const counter = open(target).make(1);
    expect(inspect({ counter })).toBe('{ counter: [resource counter] }');
  });

  test('moves into the guest where an own is asked for, and is gone for the caller', () => {
    const { instance, call, make } = open(target);
    const [a, b] = [make(20), make(22)];
    const sum = call('[static]counter.merge', a, b) as Counter;
    expect([a.alive, b.alive, sum.invoke('value', [])]).toEqual([false, false, 42]);
    expect([call('live'), instance.liveHandles]).toEqual([1, 1]);
    expect(call('consume', sum)).toBe(42);
    expect([call('live'), instance.liveHandles]).toEqual([0, 0]);
  });

  test('stays the caller’s where a borrow is asked for, twice in one call too', () => {
    const { call, make } = open(target);
    const [a, b] = [make(1), make(2)];
    expect([call('peek', a), call('sum', [a, b, a]), call('same', a, a), call('same', a, b)]).toEqual([
      1,
      4,
      true,
      false,
    ]);
    expect([a.alive, b.alive]).toEqual([true, true]);
  });

  test('travels in lists, options and results', () => {
    const { instance, call } = open(target);
    const many = call('make-many', 3) as Counter[];
    expect(instance.liveHandles).toBe(3);
    const greatest = call('take-greatest', many) as Counter;
    expect([greatest.invoke('value', []), instance.liveHandles, call('live')]).toEqual([2, 1, 1]);
    const made = call('try-make', 1000) as { ok: Counter };
    expect(made.ok.invoke('value', [])).toBe(1000);
    expect(Object.keys(call('try-make', 1001) as object)).toEqual(['err']);
    expect(call('take-greatest', [])).toBe(target === 'go' ? null : undefined);
  });

  test('comes back as another handle when a guest passes it through or keeps it for a while', () => {
    const { instance, call, make } = open(target);
    const first = make(5);
    const second = call('pass', first) as Counter;
    expect([first.alive, second.alive, second.invoke('value', [])]).toEqual([false, true, 5]);
    call('keep', second);
    expect([second.alive, instance.liveHandles, call('live')]).toEqual([false, 0, 1]);
    expect((call('give-back') as Counter).invoke('value', [])).toBe(5);
    expect(instance.liveHandles).toBe(1);
  });
});

describe('handles that do not fit', () => {
  const got = (run: () => unknown) => {
    const thrown = thrownBy(run);
    expect(thrown).toBeInstanceOf(ArgumentMismatch);
    const { argument, path, expected, got: came } = (thrown as ArgumentMismatch).facts;
    return { argument, path, expected, got: came };
  };

  test('a dropped or moved handle is refused by name, and the instance lives on', () => {
    const { instance, call, make } = open();
    const [dropped, moved, other] = [make(1), make(2), make(3)];
    void dropped.drop();
    call('consume', moved);
    const gone = 'a counter that was dropped or moved before';
    expect(got(() => call('peek', dropped))).toEqual({ argument: 0, path: [], expected: 'borrow<counter>', got: gone });
    expect(got(() => call('consume', moved))).toEqual({ argument: 0, path: [], expected: 'counter', got: gone });
    expect(got(() => call('sum', [other, dropped]))).toMatchObject({ path: [2], got: gone });
    expect(thrownBy(() => dropped.invoke('value', []))).toMatchObject({
      kind: 'Invalid',
      message: 'resource counter was dropped or moved before',
    });
    expect([instance.poisoned, other.invoke('value', [])]).toEqual([false, 3]);
  });

  test('the same handle given twice as an own is refused at the second place and stays the caller’s', () => {
    const { instance, call, make } = open();
    const counter = make(7);
    expect(got(() => call('[static]counter.merge', counter, counter))).toMatchObject({
      argument: 1,
      got: 'a counter that was dropped or moved before',
    });
    expect([counter.alive, counter.invoke('value', []), instance.liveHandles, call('live')]).toEqual([true, 7, 1, 1]);
  });

  test('owns given before an argument that does not fit stay the caller’s', () => {
    const { instance, call, make } = open();
    const [a, b] = [make(1), make(2)];
    expect(got(() => call('take-greatest', [a, b, 5]))).toMatchObject({ path: [3], got: 'number 5' });
    expect([a.invoke('value', []), b.invoke('value', []), instance.liveHandles, instance.poisoned]).toEqual([
      1,
      2,
      2,
      false,
    ]);
    expect((call('take-greatest', [a, b]) as Counter).invoke('value', [])).toBe(2);
  });

  test('a handle of another instance of the same plan is refused, with what to do', () => {
    const [one, two] = [open(), open()];
    const came =
      'a counter of another instance: take both from one call, or from functions of one instance that is still held';
    expect(got(() => one.call('peek', two.make(1)))).toMatchObject({ got: came });
  });

  test.each([
    [5, 'number 5'],
    [null, 'nil'],
    ['counter', 'string "counter"'],
    [{}, 'an empty table'],
    [{ opaqueKind: 'resource counter' }, 'resource counter'],
  ])('%j is no handle', (value, came) => {
    expect(got(() => open().call('peek', value))).toMatchObject({ got: came });
  });

  test('an unknown method is NotFound and names those that there are', () => {
    expect(thrownBy(() => open().make(1).invoke('decrement', []))).toMatchObject({
      kind: 'NotFound',
      details: { methods: ['increment', 'value'] },
    });
  });
});

const BASKET = `(component
  (type $B (resource (rep i32)))
  (core func $new (canon resource.new $B))
  (core module $M
    (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make") (result i32) (call $new (i32.const 7)))
    (func (export "add") (param i32 i32 i32) (result i32) (i32.mul (local.get 1) (local.get 2)))
    (func (export "grow") (param i32 i32 i32 i32) (result i32) (local.get 1)))
  (core instance $m (instantiate $M (with "" (instance (export "new" (func $new))))))
  (type $I (record (field "qty" u32) (field "price" u32)))
  (export $basket "basket" (type $B))
  (export $item "item" (type $I))
  (func $make (result (own $basket)) (canon lift (core func $m "make")))
  (func $add (param "self" (borrow $basket)) (param "item" $item) (result u32) (canon lift (core func $m "add")))
  (func $grow (param "self" (borrow $basket)) (param "by" u32) (param "most" (option u32)) (result u32)
    (canon lift (core func $m "grow")))
  (export "[constructor]basket" (func $make))
  (export "[method]basket.add" (func $add))
  (export "[method]basket.grow" (func $grow)))`;

describe('arguments that do not fit a method', () => {
  let basket: Counter;
  beforeAll(async () => {
    basket = live(await componentFrom(BASKET)).call('[constructor]basket') as Counter;
  });

  const add = 'add: func(item: item) -> u32';
  const grow = 'grow: func(by: u32, most: option<u32>) -> u32';
  test.each([
    ['add', [], `basket.add: expected 1 argument, got 0\n  ${add}`],
    ['add', [1, 2], `basket.add: expected 1 argument, got 2\n  ${add}`],
    ['grow', [], `basket.grow: expected 1 to 2 arguments, got 0\n  ${grow}`],
    ['add', [1], `basket.add: argument 1 (item): expected item, got number 1\n  ${add}`],
    ['grow', [1, 'x'], `basket.grow: argument 2 (most): expected u32, got string "x"\n  ${grow}`],
    [
      'add',
      [{ price: 1, qyt: 2 }],
      `basket.add: argument 1 (item): qty: expected u32, got nil\n  ${add}\n  there is "qyt": did you mean qty?`,
    ],
  ])('%s of %j is Invalid, and counts from the first after self', (method, args, message) => {
    const error = thrownBy(() => basket.invoke(method, args as never[]));
    expect(error).toBeInstanceOf(HostError);
    expect(error).toMatchObject({ kind: 'Invalid', message });
    expect(basket.invoke('add', [{ qty: 2, price: 3 }])).toBe(6);
  });

  test('are told as data too', () => {
    expect(thrownBy(() => basket.invoke('add', [{ price: 1, qyt: 2 }]))).toMatchObject({
      details: {
        function: 'basket.add',
        argument: 1,
        name: 'item',
        path: 'qty',
        expected: 'u32',
        got: 'nil',
        suggestion: 'qty',
      },
    });
  });
});

describe('after a trap', () => {
  test('handles refuse calls, drop without running guest code, and stop counting', () => {
    const { instance, call, make } = open();
    const [a, b] = [make(1), make(2)];
    expect(trapOf(() => call('trap-with-borrow', a)).code).toBe('unreachable');
    expect(instance.poisoned).toBe(true);
    expect(thrownBy(() => b.invoke('value', []))).toMatchObject({
      kind: 'Internal',
      message: 'resource counter is lost: its instance has trapped before',
    });
    void a.drop();
    void b.drop();
    expect(instance.liveHandles).toBe(0);
  });
});
