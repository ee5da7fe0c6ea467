// Types that no committed guest has: what a value looks like when it comes back, for both kinds of callers.
import { inspect, isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { makeLift, makeLower } from '../../src/abi/make.js';
import { EMPTY } from '../../src/values.js';
import type { ValType } from '../../src/wit/types.js';
import { liftArgument, lowerArgument } from './rig.js';

const backend = { lift: makeLift, lower: makeLower };
const bool: ValType = { kind: 'bool' };
const option = (type: ValType): ValType => ({ kind: 'option', type });
const result = (ok: ValType | null, err: ValType | null): ValType => ({ kind: 'result', ok, err });

function through(type: ValType, value: unknown, target: 'js' | 'go'): unknown {
  const how = { encoding: 'utf8', target } as const;
  const { rig, flat, seen } = lowerArgument(backend, type, value, how);
  expect(seen.ends).toEqual({ value: undefined });
  return (liftArgument(backend, type, rig, flat, how) as { got: unknown }).got;
}

/** Deep equality that lets a field be called `constructor`. */
function same(a: unknown, b: unknown): void {
  expect(isDeepStrictEqual(a, b), `${inspect(a)} is not ${inspect(b)}`).toBe(true);
}

describe('a result whose error is an option', () => {
  test.each<[string, ValType, unknown, unknown, unknown]>([
    ['none of u8', result(null, option({ kind: 'u8' })), { err: true }, { err: undefined }, { err: true }],
    ['some u8', result(null, option({ kind: 'u8' })), { err: 5 }, { err: 5 }, { err: 5 }],
    ['none of u8 as an empty table', result(null, option({ kind: 'u8' })), EMPTY, { err: undefined }, { err: true }],
    ['some(true)', result(null, option(bool)), { err: true }, { err: true }, { err: true }],
    ['none of bool', result(null, option(bool)), { err: {} }, { err: undefined }, { err: {} }],
    ['none of bool as the empty table', result(null, option(bool)), { err: EMPTY }, { err: undefined }, { err: {} }],
    ['none of bool as undefined', result(null, option(bool)), { err: undefined }, { err: undefined }, { err: {} }],
    ['ok beside it', result(option(bool), option(bool)), { ok: true }, { ok: true }, { ok: true }],
    ['ok of none beside it', result(option(bool), option(bool)), EMPTY, { ok: undefined }, {}],
  ])('%s', (_, type, given, js, go) => {
    same(through(type, given, 'js'), js);
    same(through(type, given, 'go'), go);
    same(through(type, go, 'go'), go);
    same(through(type, js, 'js'), js);
  });
});

test('a list is no none for the error of result<_, option<bool>>', () => {
  const how = { encoding: 'utf8', target: 'js' } as const;
  for (const err of [[], new Uint8Array(0), new Map()]) {
    expect(lowerArgument(backend, result(null, option(bool)), { err }, how).seen.ends).toEqual({ mismatch: true });
  }
});

describe('names that every object inherits', () => {
  const record: ValType = {
    kind: 'record',
    fields: [
      { name: 'constructor', type: option({ kind: 'u8' }) },
      { name: 'to-string', type: { kind: 'u8' } },
    ],
  };
  test('are fields like any other', () => {
    same(through(record, { constructor: 1, 'to-string': 2 }, 'js'), { constructor: 1, 'to-string': 2 });
    same(through(record, { to_string: 2 }, 'js'), { constructor: undefined, 'to-string': 2 });
  });

  test('are missing where the value does not have them', () => {
    const how = { encoding: 'utf8', target: 'js' } as const;
    const needed: ValType = { kind: 'record', fields: [{ name: 'constructor', type: { kind: 'string' } }] };
    expect(lowerArgument(backend, needed, {}, how).seen.ends).toEqual({ mismatch: true });
    const cases: ValType = { kind: 'variant', cases: [{ name: 'constructor', type: null }] };
    expect(lowerArgument(backend, cases, {}, how).seen.ends).toEqual({ mismatch: true });
    same(through(cases, 'constructor', 'js'), { constructor: true });
  });

  test('a value’s own `__proto__` key is a key that no field has', () => {
    const value = JSON.parse('{"__proto__": {"to-string": 9}, "to-string": 2}') as object;
    same(through(record, value, 'js'), { constructor: undefined, 'to-string': 2 });
  });
});

describe('lists', () => {
  const how = { encoding: 'utf8', target: 'js' } as const;
  test('a list that changes its length while it is read is refused, not written past its end', () => {
    const list: unknown[] = [{}, {}, {}];
    Object.defineProperty(list[0], 'a', {
      get() {
        list.length = 1;
        return 1;
      },
    });
    const type: ValType = { kind: 'list', element: { kind: 'record', fields: [{ name: 'a', type: { kind: 'u8' } }] } };
    expect(lowerArgument(backend, type, list, how).seen.ends).toEqual({ mismatch: true });
  });

  test('a sparse list of options counts its holes as none', () => {
    // biome-ignore lint/suspicious/noSparseArray: that is what is tested
    same(through({ kind: 'list', element: option({ kind: 'u8' }) }, [1, , 3], 'js'), [1, undefined, 3]);
  });

  test.each([
    ['s8', new Int8Array([-1])],
    ['u16', new Uint16Array([65535])],
    ['s32', new Int32Array([-1])],
    ['u32', new Uint32Array([4294967295])],
    ['f32', new Float32Array([0.5])],
    ['f64', new Float64Array([0.1])],
    ['s64', new BigInt64Array([-1n])],
    ['u64', new BigUint64Array([2n ** 64n - 1n])],
  ] as const)('of %s may be a typed array', (kind, given) => {
    same(through({ kind: 'list', element: { kind } }, given, 'js'), Array.from(given as ArrayLike<unknown>));
  });

  test.each([new DataView(new ArrayBuffer(2)), new ArrayBuffer(2), new Set([1]), { length: 1, 0: 1 }, 'ab'])(
    '%o is no list of u16',
    (given) => {
      expect(lowerArgument(backend, { kind: 'list', element: { kind: 'u16' } }, given, how).seen.ends).toEqual({
        mismatch: true,
      });
    },
  );
});
