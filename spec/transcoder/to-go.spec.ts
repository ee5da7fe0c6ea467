import { describe, expect, test } from 'vitest';
import { lua_gettop, lua_newuserdata, lua_pushinteger } from '../../src/lua/fengari.js';
import { TranscodeError } from '../../src/transcoder/error.js';
import { ByteString, EMPTY, Float64, MAX_DEPTH, newMap, type Value } from '../../src/values.js';
import { evaluate, newLua, newTranscoder, toGo, userdata } from './vm.js';

function bytes(text: string): ByteString {
  return new ByteString(new TextEncoder().encode(text));
}

function mapOf(entries: { [key: string]: Value }): Value {
  return Object.assign(newMap(), entries);
}

function nested(levels: number): string {
  return `(function() local t = {} for _ = 2, ${levels} do t = {t} end return t end)()`;
}

function errorOf(expression: string): TranscodeError {
  try {
    toGo(expression);
  } catch (error) {
    if (error instanceof TranscodeError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('toGo()', () => {
  test.each<[string, Value]>([
    ['nil', null],
    ['true', true],
    ['7', 7],
    ['-2147483647 - 1', -2147483648],
    ['7.0', new Float64(7)],
    ['2147483648', new Float64(2147483648)],
    ['7.5', 7.5],
    ['-0.0', -0],
    ['1/0', Number.POSITIVE_INFINITY],
    ['0/0', Number.NaN],
    [`'a\\0\\xff'`, new ByteString(Uint8Array.of(97, 0, 255))],
    [`''`, new ByteString(new Uint8Array(0))],
    ['{}', EMPTY],
    ['{1, 2}', [1, 2]],
    ['{[2] = 2, [1] = 1}', [1, 2]],
    ['{[1] = 1, [3] = 3}', [1, null, 3]],
    ['{[1] = 1, [3] = 3, [2] = 2}', [1, 2, 3]],
    ['{a = 1, ["b-c"] = {}}', mapOf({ a: 1, 'b-c': EMPTY })],
    [`{['é'] = 1}`, mapOf({ é: 1 })],
    [`{[('k'):rep(40)] = 1}`, mapOf({ ['k'.repeat(40)]: 1 })],
    [`{__proto__ = 1, constructor = 2}`, mapOf({ ['__proto__']: 1, constructor: 2 })],
    ['{{1}, {a = {true}}}', [[1], mapOf({ a: [true] })]],
    [
      '{x = 1, 2}',
      new Map<Value, Value>([
        [1, 2],
        ['x', 1],
      ]),
    ],
    ['{[0] = 1}', new Map<Value, Value>([[0, 1]])],
    ['{[-1] = 1}', new Map<Value, Value>([[-1, 1]])],
    ['{[1.5] = 1}', new Map<Value, Value>([[1.5, 1]])],
    ['{[true] = 1}', new Map<Value, Value>([[true, 1]])],
    [
      `{a = 1, ['\\xff'] = 2}`,
      new Map<Value, Value>([
        ['a', 1],
        [new ByteString(Uint8Array.of(255)), 2],
      ]),
    ],
  ])('reads %s', (expression, value) => {
    expect(toGo(expression)).toStrictEqual(value);
  });

  test('fills holes up to twice the elements, and takes a sparser table for a mixed map', () => {
    expect(toGo('{[4] = 4, [1] = 1}')).toEqual([1, null, null, 4]);
    expect(toGo('{[5] = 5, [1] = 1}')).toEqual(
      new Map([
        [5, 5],
        [1, 1],
      ]),
    );
  });

  test('does not mistake 1, 3, 2, 3 entries out of order for a sequence', () => {
    expect(toGo(`(function() local t = {} t[1] = 'a' t[3] = 'c' t[2] = 'b' return t end)()`)).toEqual([
      bytes('a'),
      bytes('b'),
      bytes('c'),
    ]);
  });

  test('does not see deleted entries', () => {
    expect(toGo(`(function() local t = {a = 1, b = 2} t.a = nil return t end)()`)).toStrictEqual(mapOf({ b: 2 }));
    expect(toGo('(function() local t = {1} t[1] = nil return t end)()')).toBe(EMPTY);
  });

  test('asks no metatable', () => {
    expect(toGo('setmetatable({1}, {__index = {2, 3}, __len = function() return 9 end})')).toEqual([1]);
  });

  test('gives a table that stands in two places twice', () => {
    expect(toGo('(function() local t = {1} return {t, t} end)()')).toEqual([[1], [1]]);
  });

  test(`reads ${MAX_DEPTH} levels and refuses one more`, () => {
    expect(toGo(nested(MAX_DEPTH))).toHaveLength(1);
    const { path, expected } = errorOf(nested(MAX_DEPTH + 1));
    expect(path).toEqual(new Array(MAX_DEPTH).fill(1));
    expect(expected).toBe('at most 128 levels of tables');
  });

  test('refuses cycles, also through keys', () => {
    expect(errorOf('(function() local t = {} t.a = {t} return t end)()').got).toBe('a table that contains itself');
    expect(errorOf('(function() local t = {} t[t] = 1 return t end)()').got).toBe('a table that contains itself');
  });

  test('ends for tables that share one another 200-fold deep', () => {
    expect(errorOf('(function() local t = {1} for _ = 1, 100 do t = {t, t} end return t end)()').expected).toBe(
      'at most 4000000 table entries',
    );
  });

  test.each([
    ['print', 'function'],
    ['function() end', 'function'],
    ['coroutine.create(print)', 'coroutine'],
  ])('names the place of %s', (expression, got) => {
    expect(errorOf(expression)).toMatchObject({ path: [], got });
    expect(errorOf(`{1, {['a b'] = {c = ${expression}}}}`)).toMatchObject({ path: [2, 'a b', 'c'], got });
    expect(errorOf(`{1, x = ${expression}}`)).toMatchObject({ path: ['x'], got });
    expect(errorOf(`{[${expression}] = 1}`)).toMatchObject({ got });
  });

  test('asks the VM for userdata, gives its answer by identity, and leaves the stack as it was', () => {
    const L = newLua();
    const handle = { opaqueKind: 'resource counter' };
    userdata.push(L, handle);
    evaluate(L, 'return {n = {...}}', 0);
    expect(lua_gettop(L)).toBe(2);
    expect(newTranscoder().toGo(L, 1)).toBe(handle);
    expect(lua_gettop(L)).toBe(2);
  });

  test('refuses userdata that the VM does not know', () => {
    const L = newLua();
    lua_newuserdata(L, 0);
    expect(() => newTranscoder().toGo(L, -1)).toThrow('got userdata');
  });

  test('shares the bytes of strings', () => {
    const L = newLua();
    evaluate(L, `local s = ('x'):rep(100) return {s, s}`);
    const [first, second] = newTranscoder().toGo(L, -1) as ByteString[];
    expect(first!.bytes).toBe(second!.bytes);
  });
});

describe('rangeToGo()', () => {
  test('reads from first to last, and nothing where there is no value', () => {
    const L = newLua();
    for (const value of [1, 2, 3]) lua_pushinteger(L, value);
    expect(newTranscoder().rangeToGo(L, 2, 4)).toEqual([2, 3, null]);
    expect(newTranscoder().rangeToGo(L, 2, 1)).toEqual([]);
  });

  test('tells which value cannot cross', () => {
    const L = newLua();
    lua_pushinteger(L, 1);
    lua_pushinteger(L, 2);
    evaluate(L, 'return {print}');
    expect(() => newTranscoder().rangeToGo(L, 2, 3)).toThrow(
      expect.objectContaining({ position: 2, path: [1], got: 'function' }),
    );
    expect(() => newTranscoder().toGo(L, 3)).toThrow(expect.objectContaining({ position: null }));
  });
});
