import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { fromPlain, toPlain } from '../../src/functions/plain.js';
import { ByteString, EMPTY, Float64, MAX_DEPTH, newMap, type Value } from '../../src/values.js';

const utf8 = new TextEncoder();

/** null would come back as undefined. */
function withoutNull(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, each) => each ?? 'null');
}

describe('toPlain()', () => {
  test.each<[string, Value, unknown]>([
    ['a byte string as a string', new ByteString(utf8.encode('Zoë 🌙')), 'Zoë 🌙'],
    ['a byte string that is no UTF-8 as bytes', new ByteString(new Uint8Array([255, 0])), new Uint8Array([255, 0])],
    ['an integral float as a number', new Float64(7), 7],
    ['the empty table as an empty array', EMPTY, []],
    ['nil as undefined', null, undefined],
    ['a bigint as it is', 2n ** 63n, 2n ** 63n],
    ['nested containers', [{ a: new Float64(1) }, [null]], [{ a: 1 }, [undefined]]],
    ['mixed keys as a Map', new Map<Value, Value>([[new Float64(1.5), EMPTY]]), new Map([[1.5, []]])],
  ])('gives %s', (_, value, expected) => {
    expect(toPlain(value)).toEqual(expected);
  });

  test('keeps a key called __proto__ as a key', () => {
    const map = newMap();
    Reflect.set(map, '__proto__', 'mine');
    const plain = toPlain(map) as object;
    expect(Object.keys(plain)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
  });

  test('gives errors and handles as they are', () => {
    const error = new HostError('Invalid', 'no');
    expect(toPlain(error)).toBe(error);
  });
});

describe('fromPlain()', () => {
  test.each<[string, unknown, Value]>([
    ['undefined as nil', undefined, null],
    ['the last safe integer as an integer', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['the first integer past it as a float', 2 ** 53, new Float64(2 ** 53)],
    ['-0 as it is', -0, -0],
    ['NaN as it is', Number.NaN, Number.NaN],
    ['a Map as mixed keys', new Map([[1, 'a']]), new Map([[1, 'a']])],
    ['an object without a prototype as a map', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ])('takes %s', (_, value, expected) => {
    expect(fromPlain(value, 'x')).toEqual(expected);
  });

  test('makes a HostError of any error', () => {
    expect(fromPlain(new TypeError('no'), 'x')).toMatchObject({ kind: 'Internal', message: 'no' });
  });

  class Point {
    x = 1;
  }
  test.each<[string, unknown, string]>([
    ['a function', { a: [() => 0] }, 'f: result: a[1]: expected plain data'],
    ['a symbol', Symbol('s'), 'got a symbol'],
    [
      'a Date',
      { at: new Date(0) },
      'at: expected plain data (nil, booleans, numbers, strings, bytes, arrays, objects), got an instance of Date',
    ],
    ['a class instance', [new Point()], '[1]: expected plain data'],
  ])('refuses %s with its path', (_, value, text) => {
    expect(() => fromPlain(value, 'f: result')).toThrow(text);
  });

  test('refuses a cycle instead of following it', () => {
    const cycle: unknown[] = [];
    cycle.push([cycle]);
    expect(() => fromPlain(cycle, 'x')).toThrow('[1][1]: expected plain data');
    expect(() => fromPlain(cycle, 'x')).toThrow('got a value that contains itself');
  });

  test('takes one object twice side by side', () => {
    const shared = { a: 1 };
    expect(fromPlain([shared, shared], 'x')).toEqual([{ a: 1 }, { a: 1 }]);
  });

  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  test(`takes ${MAX_DEPTH} levels and refuses one more`, () => {
    expect(() => fromPlain(nested(MAX_DEPTH), 'x')).not.toThrow();
    expect(() => fromPlain(nested(MAX_DEPTH + 1), 'x')).toThrow(`x: nested deeper than ${MAX_DEPTH} levels`);
  });

  test('gives back what toPlain() is given, for any JSON value without null', () => {
    fc.assert(
      fc.property(fc.jsonValue().map(withoutNull), (value) => {
        const round = toPlain(fromPlain(value, 'x'));
        expect(JSON.stringify(round ?? null)).toBe(JSON.stringify(value));
      }),
    );
  });
});
