import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import {
  lua_gettop,
  lua_pushvalue,
  lua_setglobal,
  lua_settop,
  lua_tojsstring,
  lua_tolstring,
} from '../../src/lua/fengari.js';
import { TranscodeError } from '../../src/transcoder/error.js';
import { ByteString, EMPTY, Float64, MAX_DEPTH, newMap, type Value } from '../../src/values.js';
import { evaluate, newLua, newTranscoder } from './vm.js';

/** What a Lua expression over `v` gives as text. */
function inLua(value: Value, expression: string): string | null {
  const L = newLua();
  newTranscoder().toLua(L, value);
  lua_setglobal(L, 'v');
  evaluate(L, `return tostring(${expression})`);
  return lua_tojsstring(L, -1);
}

function errorOf(value: unknown): TranscodeError {
  const L = newLua();
  try {
    newTranscoder().toLua(L, value as Value);
  } catch (error) {
    expect(lua_gettop(L)).toBe(0);
    if (error instanceof TranscodeError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('toLua()', () => {
  test.each<[string, Value, string, string]>([
    ['null', null, 'v', 'nil'],
    ['undefined', undefined, 'v', 'nil'],
    ['a boolean', false, 'v', 'false'],
    ['the largest integer', 2147483647, 'math_type(v)', 'integer'],
    ['one more', 2147483648, 'math_type(v)', 'float'],
    ['the smallest integer', -2147483648, 'math_type(v)', 'integer'],
    ['one less', -2147483649, 'v == -2147483649.0', 'true'],
    ['minus zero', -0, '1 / v < 0', 'true'],
    ['an integral float', new Float64(7), 'v', '7.0'],
    ['a small bigint', 7n, 'v', '7'],
    ['a bigint of 53 bits', 9007199254740992n, 'v == 2^53', 'true'],
    ['a negative bigint of 53 bits', -9007199254740992n, 'v == -2^53', 'true'],
    ['a larger bigint', 9007199254740993n, 'type(v)', 'userdata'],
    ['text', 'é', '#v', '2'],
    ['text of the length that is encoded by hand', 'x'.repeat(24), '#v', '24'],
    ['longer text', 'é'.repeat(25), '#v', '50'],
    ['bytes', new ByteString(Uint8Array.of(255, 0)), '#v', '2'],
    ['a list of bytes', Uint8Array.of(1, 2), '#v', '2'],
    ['the empty table', EMPTY, 'next(v) == nil', 'true'],
    ['an empty array', [], 'next(v) == nil', 'true'],
    ['an array with a hole', [1, null, 3], 'v[3]', '3'],
    ['a map', { a: 1 }, 'v.a', '1'],
    ['a field that is null', { a: null }, 'next(v)', 'nil'],
    ['a field that is undefined', { a: undefined }, 'next(v)', 'nil'],
    ['a map with the name of the marker', Object.assign(newMap(), { opaqueKind: 'x' }), 'v.opaqueKind', 'x'],
    [
      'a mixed map',
      new Map<Value, Value>([
        [1, 'one'],
        ['x', 2],
      ]),
      'v[1] .. v.x',
      'one2',
    ],
    ['an integral float as key', new Map<Value, Value>([[new Float64(3), 'three']]), 'v[3]', 'three'],
    ['bytes as key', new Map<Value, Value>([[new ByteString(Uint8Array.of(255)), 1]]), `v['\\xff']`, '1'],
    ['an opaque object', { opaqueKind: 'resource counter' }, 'type(v)', 'userdata'],
    ['an error', new HostError('Invalid', 'no'), 'type(v)', 'userdata'],
  ])('makes %s', (_what, value, expression, text) => {
    const typeOf = `(function(x) return x == nil and 'nil' or type(x) ~= 'number' and 'no' or ('%s'):format(x):find('[%.en]') and 'float' or 'integer' end)(v)`;
    expect(inLua(value, expression.replace('math_type(v)', typeOf))).toBe(text);
  });

  test('lets the later of two equal keys win, which a mixed map can hold as two objects', () => {
    const key = () => new ByteString(Uint8Array.of(107));
    expect(
      inLua(
        new Map<Value, Value>([
          [key(), 1],
          ['k', 2],
        ]),
        'v.k',
      ),
    ).toBe('2');
  });

  test('copies a list of bytes, since its owner may write to it, and shares a byte string', () => {
    const L = newLua();
    const list = Uint8Array.of(97);
    const text = new ByteString(Uint8Array.of(98));
    newTranscoder().toLua(L, list);
    newTranscoder().toLua(L, text);
    list[0] = 99;
    expect(lua_tojsstring(L, 1)).toBe('a');
    expect(lua_tolstring(L, 2)).toBe(text.bytes);
  });

  test(`makes ${MAX_DEPTH} levels and refuses one more`, () => {
    let value: Value = 1;
    for (let i = 0; i < MAX_DEPTH; i++) value = [value];
    newTranscoder().toLua(newLua(), value);
    expect(errorOf([value])).toMatchObject({
      path: new Array(MAX_DEPTH).fill(1),
      expected: 'at most 128 levels of tables',
    });
  });

  test('refuses cycles', () => {
    const cyclic: { [key: string]: Value } = {};
    cyclic.self = [cyclic];
    expect(errorOf(cyclic).got).toBe('a table that contains itself');
  });

  test('refuses an array of four thousand million holes at once', () => {
    expect(errorOf(new Array(4294967295)).expected).toBe('at most 4000000 table entries');
  });

  test.each<[string, unknown]>([
    ['function', () => 1],
    ['symbol', Symbol('s')],
    ['Date', new Date(0)],
    ['Int32Array', new Int32Array(1)],
  ])('refuses a %s and names its place', (got, value) => {
    expect(errorOf({ a: [1, value] })).toMatchObject({ path: ['a', 2], got });
  });

  test('gives the same Lua string for the same field name', () => {
    expect(inLua([{ name: 1 }, { name: 2 }], '(next(v[1])) == (next(v[2]))')).toBe('true');
  });

  test('takes more names than it keeps', () => {
    const map: { [key: string]: Value } = {};
    for (let i = 0; i < 5000; i++) map[`k${i}`] = i;
    expect(inLua(map, 'v.k0 + v.k4999')).toBe('4999');
  });
});

describe('allToLua()', () => {
  test('pushes in order, more than a frame has room for', () => {
    const L = newLua();
    const values = Array.from({ length: 300 }, (_, i) => i);
    expect(newTranscoder().allToLua(L, values)).toBe(300);
    expect(newTranscoder().rangeToGo(L, 1, 300)).toEqual(values);
  });

  test('pushes nothing when one value cannot cross', () => {
    const L = newLua();
    expect(() => newTranscoder().allToLua(L, [1, (() => 1) as unknown as Value])).toThrow(
      expect.objectContaining({ name: 'TranscodeError', position: 2 }),
    );
    expect(lua_gettop(L)).toBe(0);
  });
});

const leaf = fc.oneof(
  fc.constant(EMPTY as Value),
  fc.boolean() as fc.Arbitrary<Value>,
  fc.integer() as fc.Arbitrary<Value>,
  fc.constantFrom<Value>(-0, Number.NaN, Number.POSITIVE_INFINITY, 2147483647, -2147483648),
  fc.double({ noInteger: true }).map((n): Value => (Number.isInteger(n) ? new Float64(n) : n)),
  fc.maxSafeInteger().map((n): Value => new Float64(n)),
  fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 64n - 1n }) as fc.Arbitrary<Value>,
  fc.uint8Array().map((bytes): Value => new ByteString(bytes)),
);

const name = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('__proto__', 'constructor', 'a-b'),
);

/** Values in the form in which toGo() gives them. */
const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { minLength: 1, maxLength: 8 }) as fc.Arbitrary<Value>,
    fc.dictionary(name, tie('value'), { minKeys: 1, maxKeys: 8, noNullPrototype: true }).map((entries): Value => {
      const map = newMap();
      for (const key of Object.keys(entries)) map[key] = entries[key];
      return map;
    }),
    fc.tuple(tie('value'), tie('value'), name).map(
      ([first, second, key]): Value =>
        new Map<Value, Value>([
          [key, first],
          [0, second],
          [1.5, true],
        ]),
    ),
  ),
})).value;

describe('toGo(toLua(v))', () => {
  test('is v', () => {
    const L = newLua();
    const transcoder = newTranscoder();
    fc.assert(
      fc.property(value, (v) => {
        lua_settop(L, 0);
        transcoder.toLua(L, v);
        lua_pushvalue(L, 1);
        // Not toStrictEqual(): it takes a key "constructor" for the class.
        expect(isDeepStrictEqual(transcoder.toGo(L, 1), v)).toBe(true);
        expect(isDeepStrictEqual(transcoder.toGo(L, -1), v)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
