/** Values cross threads as they are. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { ByteWriter } from '../../src/threads/byte-writer.js';
import { ValueReader } from '../../src/threads/value-reader.js';
import { ValueWriter } from '../../src/threads/value-writer.js';
import { ByteString, EMPTY, Float64, newMap, type Value } from '../../src/values.js';

function cross(value: unknown, plain = false): Value {
  const out = new ByteWriter();
  new ValueWriter(out).write(value);
  return new ValueReader(out.written().slice(), plain).read();
}

const ofMap = (entries: readonly (readonly [string, Value])[]): Value => {
  const map = newMap();
  for (const [key, value] of entries) map[key] = value;
  return map;
};

const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Value>(null, undefined, true, false, EMPTY, -0, Number.NaN, 2 ** 31, -(2 ** 31), 2 ** 53),
    fc.integer(),
    fc.double(),
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
    fc.double({ noNaN: true }).map((each) => new Float64(each)),
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.string({ maxLength: 100 }).map((text) => `${text}\ud800`),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => new ByteString(bytes)),
    fc.uint8Array({ maxLength: 100 }),
    fc.array(tie('value'), { maxLength: 6 }),
    fc
      .uniqueArray(fc.tuple(fc.string({ maxLength: 8 }), tie('value')), { maxLength: 6, selector: ([key]) => key })
      .map(ofMap),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
  ),
})).value;

describe('the value codec', () => {
  test('gives back any value of the middle form', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(cross(value)).toStrictEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  test('gives maps their fast form for Lua and plain objects to TypeScript', () => {
    const records = [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
      { name: 'c', id: 3 },
    ];
    expect(cross(records, true)).toStrictEqual(records);
    expect(Object.getPrototypeOf((cross(records) as object[])[0])).toBe(Object.getPrototypeOf(newMap()));
  });

  test('keeps __proto__ a key like any other', () => {
    const map = JSON.parse('{"__proto__": 1, "a": 2}') as Value;
    expect(Object.entries(cross(map) as object)).toEqual([
      ['__proto__', 1],
      ['a', 2],
    ]);
    expect(Object.entries(cross(map, true) as object)).toEqual([
      ['__proto__', 1],
      ['a', 2],
    ]);
  });

  test('keeps more shapes than it remembers apart', () => {
    const maps = Array.from({ length: 1500 }, (_, i) => ({ [`k${i}`]: i, [`k${i + 1}`]: i }));
    expect(cross([maps, maps], true)).toStrictEqual([maps, maps]);
  });

  test('gives errors with kind, details, cause and Lua stack', () => {
    const error = new HostError('Conflict', 'taken', {
      retryable: false,
      details: { id: 7, list: [1, 'x'], none: undefined },
      cause: new HostError('', 'deeper'),
      luaStack: 'a.lua:1',
    });
    const found = cross([{ a: 1 }, error, { a: 2 }]) as unknown as [unknown, HostError, unknown];
    expect(found[1]).toBeInstanceOf(HostError);
    expect(found[1].toData()).toStrictEqual(error.toData());
    expect(found[2]).toEqual({ a: 2 });
  });

  test('gives plain bytes a buffer of their own, small or large', () => {
    for (const length of [3, 100, 100_000]) {
      const [bytes] = cross([new Uint8Array(length).fill(7)], true) as [Uint8Array];
      expect(bytes).toEqual(new Uint8Array(length).fill(7));
      expect(bytes.buffer.byteLength).toBe(length);
    }
  });

  test('reads accessors of class instances by name, as lowering does', () => {
    class User {
      id = 1;
      get name(): string {
        return `user ${this.id}`;
      }
    }
    expect(cross(new User(), true)).toEqual({ id: 1, name: 'user 1' });
  });

  test('lets functions and symbols be described on the other side', () => {
    const [f, s] = cross([() => 1, Symbol('x')]) as unknown[];
    expect([typeof f, typeof s]).toEqual(['function', 'symbol']);
  });

  test('ends at a value that contains itself', () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(() => cross(loop)).not.toThrow();
  });

  test('refuses a resource handle', () => {
    class Handle {
      readonly opaqueKind = 'resource counter';
    }
    expect(() => cross([new Handle()])).toThrow('a resource counter stays on the thread that received it');
  });
});

test('data may have a key that only handles have otherwise', () => {
  const map = newMap();
  map.opaqueKind = 'error';
  expect(cross(map, true)).toEqual({ opaqueKind: 'error' });
});
