// Guests that fail in every way: each ends in the trap that names what happened, and never answers again.
import { beforeAll, describe, expect, test } from 'vitest';
import type { TrapCode, TrapFacts } from '../../src/abi/errors.js';
import type { ComponentPlan } from '../../src/component/types.js';
import { guestPlan, live, thrownBy, trapOf } from './guests.js';

/** V8 has said it in two ways. */
const MISMATCHED = expect.stringMatching(/^(?:null function or )?function signature mismatch$/) as unknown as string;

type Row = readonly [path: string, args: readonly unknown[], code: TrapCode, facts: TrapFacts];

/** One trap: its code and facts, the poisoned instance, and a new instance that works. */
function expectTrap(
  plan: ComponentPlan,
  [path, args, code, facts]: Row,
  sane: (call: ReturnType<typeof live>) => void,
) {
  const guest = live(plan);
  const trap = trapOf(() => guest.call(path, ...args));
  expect({ code: trap.code, facts: trap.facts }).toEqual({ code, facts });
  expect(trap.witFunction).toBe(path);
  expect(guest.instance.poisoned).toBe(true);
  const refused = trapOf(() => guest.call(path, ...args));
  expect(refused.code).toBe('cannot-enter');
  expect(refused.facts.detail).toBe('it has trapped before');
  sane(live(plan));
}

describe('fail: what the core engine traps', () => {
  let plan: ComponentPlan;
  beforeAll(async () => {
    plan = await guestPlan('fail');
  });
  const rows: Row[] = [
    ['unreachable', [], 'unreachable', { detail: 'unreachable' }],
    ['divide', [0], 'divide-by-zero', { detail: 'divide by zero' }],
    ['divide-overflow', [], 'integer-overflow', { detail: 'divide result unrepresentable' }],
    ['stack-overflow', [], 'stack-exhausted', {}],
    ['read-at', [0xffffffff], 'memory-out-of-bounds', { detail: 'memory access out of bounds' }],
    ['call-wrong-type', [], 'indirect-call-mismatch', { detail: MISMATCHED }],
    ['call-table', [0], 'indirect-call-mismatch', { detail: MISMATCHED }],
    ['call-table', [100000], 'table-out-of-bounds', { detail: 'table index is out of bounds' }],
    ['to-integer', [Number.NaN], 'invalid-conversion', { detail: 'float unrepresentable in integer range' }],
    ['to-integer', [2 ** 31], 'invalid-conversion', { detail: 'float unrepresentable in integer range' }],
    ['abort-nested', [], 'unreachable', { detail: 'unreachable' }],
    ['poison', [], 'unreachable', { detail: 'unreachable' }],
  ];
  test.each(rows)('%s(%j) traps with %s, and only its instance is lost', (...row) => {
    expectTrap(plan, row, ({ call }) => expect(call('fine', 41)).toBe(42));
  });

  test('what is next to each trap answers', () => {
    const { call, instance } = live(plan);
    expect(call('divide', 3)).toBe(33);
    expect(call('recurse', 1000)).toBe(1000);
    expect(call('to-integer', 2 ** 31 - 1)).toBe(2147483647);
    expect(call('to-integer', -(2 ** 31))).toBe(-2147483648);
    expect(call('grow', 10)).toBe(10);
    expect(call('allocate', 1 << 20)).toEqual({ ok: 1 << 20 });
    expect(call('allocate', 0xffffffff)).toEqual({ err: 'out of memory' });
    expect(call('poisoned')).toBe(0);
    expect(instance.poisoned).toBe(false);
  });

  test('a trap has the guest functions on its stack by name, innermost first', () => {
    const trap = trapOf(() => live(plan).call('abort-nested'));
    const names = trap.frames.map((frame) => frame.function);
    expect(names.slice(0, 4)).toEqual(['abort', 'inner_step', 'middle_step', 'outer_step']);
    for (const frame of trap.frames) expect(frame.offset).toBeGreaterThan(0);
  });

  test('a trap says which component instance trapped and which function the host had called', () => {
    const trap = trapOf(() => live(plan).call('divide', 0));
    expect([trap.componentPath, trap.witFunction, trap.message]).toEqual([
      '$fail',
      'divide',
      'wasm trap: integer divide by zero',
    ]);
  });
});

describe('fail-abi: rules of the Canonical ABI that a guest breaks', () => {
  let plan: ComponentPlan;
  beforeAll(async () => {
    plan = await guestPlan('fail-abi');
  });
  const M = { memorySize: 65536 };
  const rows: Row[] = [
    ['string-one-past-end', [], 'string-out-of-bounds', { ptr: 65533, byteLength: 4, ...M }],
    ['string-out-of-bounds', [], 'string-out-of-bounds', { ptr: 0xfffffff0, byteLength: 8, ...M }],
    ['string-wraps-around', [], 'string-out-of-bounds', { ptr: 0xfffffff0, byteLength: 32, ...M }],
    ['string-too-long', [], 'string-too-long', { byteLength: 0x7fffffff, limit: 2 ** 28 - 1 }],
    ['string-invalid-utf8', [], 'string-invalid', { encoding: 'UTF-8', ptr: 64 }],
    ['string-truncated-utf8', [], 'string-invalid', { encoding: 'UTF-8', ptr: 72 }],
    ['string-surrogate-utf8', [], 'string-invalid', { encoding: 'UTF-8', ptr: 80 }],
    ['string-overlong-utf8', [], 'string-invalid', { encoding: 'UTF-8', ptr: 88 }],
    ['string-in-list-invalid', [], 'string-invalid', { encoding: 'UTF-8', ptr: 64 }],
    ['utf16-unaligned', [], 'string-unaligned', { ptr: 97, alignment: 2 }],
    ['utf16-lone-surrogate', [], 'string-invalid', { encoding: 'UTF-16', ptr: 104 }],
    ['utf16-one-past-end', [], 'string-out-of-bounds', { ptr: 65534, byteLength: 4, ...M }],
    ['latin1-unaligned', [], 'string-unaligned', { ptr: 97, alignment: 2 }],
    ['latin1-tagged-lone-surrogate', [], 'string-invalid', { encoding: 'UTF-16', ptr: 104 }],
    ['list-one-past-end', [], 'list-out-of-bounds', { ptr: 65532, byteLength: 8, ...M }],
    ['list-out-of-bounds', [], 'list-out-of-bounds', { ptr: 65536, byteLength: 4, ...M }],
    ['list-unaligned', [], 'list-unaligned', { ptr: 2, alignment: 4 }],
    ['list-unaligned-u64', [], 'list-unaligned', { ptr: 4, alignment: 8 }],
    ['list-too-long', [], 'list-too-long', { byteLength: 0x20000001 * 8, limit: 2 ** 28 - 1 }],
    ['list-longest', [], 'list-too-long', { byteLength: 0xffffffff, limit: 2 ** 28 - 1 }],
    ['list-empty-past-end', [], 'list-out-of-bounds', { ptr: 65540, byteLength: 0, ...M }],
    ['list-empty-unaligned', [], 'list-unaligned', { ptr: 2, alignment: 4 }],
    ['result-area-unaligned', [], 'pointer-unaligned', { what: 'result', ptr: 2, alignment: 4 }],
    ['result-area-out-of-bounds', [], 'pointer-out-of-bounds', { what: 'result', ptr: 65532, byteLength: 8, ...M }],
    ['char-surrogate', [], 'char-invalid', { value: 0xd800 }],
    ['char-last-surrogate', [], 'char-invalid', { value: 0xdfff }],
    ['char-too-big', [], 'char-invalid', { value: 0x110000 }],
    ['char-in-list', [], 'char-invalid', { value: 0xdbff }],
    ['enum-discriminant', [], 'variant-invalid', { value: 3, count: 3 }],
    ['option-discriminant', [], 'variant-invalid', { value: 2, count: 2 }],
    ['result-discriminant', [], 'variant-invalid', { value: 2, count: 2 }],
    ['variant-discriminant', [], 'variant-invalid', { value: 3, count: 3 }],
    ['variant-in-list', [], 'variant-invalid', { value: 3, count: 3 }],
    ['realloc-out-of-bounds', ['x'], 'realloc-out-of-bounds', { ptr: 65536, byteLength: 1, ...M }],
    ['realloc-out-of-bounds-list', [[1]], 'realloc-out-of-bounds', { ptr: 65536, byteLength: 4, ...M }],
    ['realloc-far-out-of-bounds', ['abcde'], 'realloc-out-of-bounds', { ptr: 0xfffffffc, byteLength: 5, ...M }],
    ['realloc-far-out-of-bounds-list', [[1]], 'realloc-out-of-bounds', { ptr: 0xfffffffc, byteLength: 4, ...M }],
    ['realloc-one-past-end', ['abc'], 'realloc-out-of-bounds', { ptr: 65534, byteLength: 3, ...M }],
    ['realloc-one-past-end-list', [[1]], 'realloc-out-of-bounds', { ptr: 65536, byteLength: 4, ...M }],
    ['realloc-traps', ['x'], 'unreachable', { detail: 'unreachable' }],
    ['realloc-traps-list', [[1]], 'unreachable', { detail: 'unreachable' }],
    ['realloc-unaligned', [[1]], 'realloc-unaligned', { ptr: 1026, alignment: 4 }],
    ['post-return-traps', [], 'unreachable', { detail: 'unreachable' }],
  ];
  test.each(rows)('%s(%j) traps with %s', (...row) => {
    expectTrap(plan, row, ({ call }) => expect(call('post-return-fine')).toBe('ok'));
  });

  const legal: readonly (readonly [string, readonly unknown[], unknown])[] = [
    ['string-at-end', [], 'end'],
    ['list-at-end', [], [0x646e6500]],
    ['list-empty-at-end', [], []],
    ['char-after-surrogates', [], '\ue000'],
    ['char-last', [], '\u{10ffff}'],
    ['enum-last', [], 'blue'],
    ['bool-two', [], true],
    ['bool-in-memory', [], [false, true]],
    ['flags-extra-bits', [], { a: true, c: true }],
    ['u8-high-bits', [], 255],
    ['s8-high-bits', [], 127],
    ['u16-high-bits', [], 0x2345],
    ['f32-nan-payload', [], Number.NaN],
    ['realloc-unaligned-bytes', [[1, 2, 3]], new Uint8Array([1, 2, 3])],
    ['realloc-unaligned-utf16', ['ä'], undefined],
    ['realloc-at-end', ['héllo'], 'héllo'],
    ['realloc-zero', ['x'], undefined],
    ['post-return-fine', [], 'ok'],
  ];
  test.each(legal)('%s(%j) is legal and answers %j', (path, args, answer) => {
    const guest = live(plan);
    expect(guest.call(path, ...args)).toEqual(answer);
    expect(guest.instance.poisoned).toBe(false);
  });

  test('every export is in one of the two tables', () => {
    const covered = new Set([...rows.map((row) => row[0]), ...legal.map((row) => row[0])]);
    expect(plan.exports.map((each) => each.path).filter((path) => !covered.has(path))).toEqual([]);
  });
});

describe('fail-handles: handles that a guest mishandles', () => {
  let plan: ComponentPlan;
  beforeAll(async () => {
    plan = await guestPlan('fail-handles');
  });
  const rows: Row[] = [
    ['unknown-handle', [], 'handle-unknown', { index: 99 }],
    ['zero-handle', [], 'handle-unknown', { index: 0 }],
    ['huge-handle', [], 'handle-unknown', { index: 0xffffffff }],
    ['dropped-handle', [], 'handle-unknown', { index: 1 }],
    ['same-handle-twice', [], 'handle-unknown', { index: 1 }],
    ['handle-of-another-type', [], 'handle-wrong-type', { index: 1, expected: 'thing', found: 'bomb' }],
    ['drop-unknown', [], 'handle-unknown', { index: 99 }],
    ['drop-twice', [], 'handle-unknown', { index: 1 }],
    ['drop-another-type', [], 'handle-wrong-type', { index: 1, expected: 'bomb', found: 'thing' }],
    ['rep-of-unknown', [], 'handle-unknown', { index: 99 }],
    ['rep-of-another-type', [], 'handle-wrong-type', { index: 1, expected: 'thing', found: 'bomb' }],
    ['drop-bomb', [], 'unreachable', { detail: 'unreachable' }],
    ['realloc-that-leaves', ['x'], 'cannot-leave', { instance: '$fail_handles' }],
    ['post-return-that-leaves', [], 'cannot-leave', { instance: '$fail_handles' }],
  ];
  test.each(rows)('%s(%j) traps with %s', (...row) => {
    expectTrap(plan, row, ({ call }) => expect(call('destroyed')).toBe(0));
  });

  test('the legal exports keep count of what they own', () => {
    const { call, instance } = live(plan);
    const thing = call('make', 7);
    expect(call('rep-of', thing)).toBe(7);
    expect(instance.liveHandles).toBe(1);
    call('consume', thing);
    expect([call('destroyed'), instance.liveHandles]).toEqual([1, 0]);
    call('forget', call('make', 8));
    expect([call('destroyed'), instance.liveHandles]).toEqual([1, 0]);
    expect(call('take-list', [call('make', 1), call('make', 2)])).toBe(2);
    const both = call('two-handles') as { drop(): void }[];
    expect(instance.liveHandles).toBe(2);
    for (const each of both) each.drop();
    expect([call('destroyed'), instance.liveHandles]).toEqual([3, 0]);
  });

  test('dropping a handle whose destructor traps throws the trap and poisons the instance', () => {
    const { call, instance } = live(plan);
    const bomb = call('make-bomb') as { destroy(): void };
    const trap = trapOf(() => bomb.destroy());
    expect([trap.code, trap.witFunction]).toEqual(['unreachable', '[resource-drop]bomb']);
    expect(instance.poisoned).toBe(true);
    expect(instance.liveHandles).toBe(0);
  });

  test('a handle of a poisoned instance is dropped in silence and refuses calls', () => {
    const { call, instance } = live(plan);
    const thing = call('make', 7) as { drop(): void; invoke(method: string, args: []): unknown };
    trapOf(() => call('drop-bomb'));
    expect(instance.liveHandles).toBe(1);
    expect(thrownBy(() => call('rep-of', thing))).toMatchObject({ code: 'cannot-enter' });
    thing.drop();
    expect(instance.liveHandles).toBe(0);
  });
});
