/** Values cross threads as they are. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostBug, HostError } from '../../src/errors.js';
import { ByteWriter } from '../../src/threads/byte-writer.js';
import { PackedValue } from '../../src/threads/packed-value.js';
import { SHORT_STRING, TAG } from '../../src/threads/value-tags.js';
import { ValueWriter } from '../../src/threads/value-writer.js';
import { newMap, type Value } from '../../src/values.js';
import { values } from './arbitrary-values.js';

function cross(value: unknown, plain = false): Value {
  const out = new ByteWriter();
  new ValueWriter(out).value(value);
  return new PackedValue(new Uint8Array(out.written()), plain).open();
}

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

describe('bytes that nobody wrote', () => {
  /** What becomes of a message in which `spoil` has changed bytes. */
  const opened = (value: unknown, spoil: (bytes: Uint8Array) => Uint8Array): unknown => {
    const out = new ByteWriter();
    new ValueWriter(out).value(value);
    try {
      return new PackedValue(spoil(new Uint8Array(out.written())), false).open();
    } catch (error) {
      return error;
    }
  };

  test('that end too early are told as our own mistake', () => {
    fc.assert(
      fc.property(values, fc.nat(), (value, cut) => {
        const found = opened([value], (bytes) => bytes.subarray(0, cut % bytes.length));
        expect(found).toBeInstanceOf(HostBug);
      }),
      { numRuns: 300 },
    );
  });

  test('end in a value or an error, wherever they are changed', () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.nat({ max: 255 }), (value, at, byte) => {
        opened([value, value], (bytes) => {
          bytes[at % bytes.length] = byte;
          return bytes;
        });
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['a list that is longer than memory', [TAG.array, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a string that is longer than memory', [TAG.byteString, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a number without an end', [TAG.natural, ...new Array<number>(64).fill(0xff)]],
    ['a shape that was not named', [TAG.map, 3]],
    ['lists in lists without an end', new Array<number>(100_000).fill(TAG.array).flatMap((tag) => [tag, 1])],
    ['a tag that there is not', [SHORT_STRING - 1]],
  ])('are refused: %s', (_name, bytes) => {
    expect(() => new PackedValue(Uint8Array.from(bytes), false).open()).toThrow(HostBug);
  });
});
