/** Lua tables become bytes, and bytes tables, without the middle form: what comes out is what comes out by way of it. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LuaState, lua_gettop, lua_settop } from '../../src/lua/fengari.js';
import type { PackedValue } from '../../src/threads/packed-value.js';
import { createPacker, type Packer } from '../../src/threads/packer.js';
import { TranscodeError } from '../../src/transcoder/error.js';
import type { Transcoder } from '../../src/transcoder/transcoder.js';
import type { ByteString, Value } from '../../src/values.js';
import { MAX_DEPTH } from '../../src/values.js';
import { evaluate, newLua, newTranscoder } from '../transcoder/vm.js';
import { values } from './arbitrary-values.js';

const L = newLua();
const transcoder = newTranscoder();
const packer = createPacker();

function packed(value: unknown, from: Packer = packer): PackedValue {
  from.begin().value(value);
  return from.packed();
}

function told(state: LuaState, from: Transcoder = transcoder): PackedValue {
  from.tell(state, -1, packer.begin());
  return packer.packed();
}

/** What `run` throws, or null. */
function errorOf(run: () => void): unknown {
  try {
    run();
    return null;
  } catch (error) {
    return error;
  }
}

/** A value as Lua has it, whichever way it came. */
function inLua(value: Value): Value | TranscodeError {
  lua_settop(L, 0);
  try {
    transcoder.toLua(L, value);
    return transcoder.toGo(L, 1);
  } catch (error) {
    if (error instanceof TranscodeError) return error;
    throw error;
  }
}

describe('what crosses packed', () => {
  test('leaves Lua as the middle form does', () => {
    fc.assert(
      fc.property(values, (value) => {
        if (inLua(value) instanceof TranscodeError) return;
        expect(told(L).open()).toStrictEqual(transcoder.toGo(L, 1));
      }),
      { numRuns: 500 },
    );
  });

  test('comes to Lua as the middle form does, or is refused in the same words', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = packed(value);
        expect(inLua(bytes as unknown as Value)).toStrictEqual(inLua(bytes.open()));
      }),
      { numRuns: 500 },
    );
  });

  test('keeps bytes, however many they are', () => {
    for (const length of [0, 63, 64, 64 * 1024, 64 * 1024 + 1]) {
      evaluate(L, `return {{a = ("\\xff"):rep(${length})}}`);
      const bytes = told(L);
      const [{ a }] = inLua(bytes as unknown as Value) as [{ a: ByteString }];
      expect(Buffer.from(a.bytes).equals(Buffer.alloc(length, 0xff))).toBe(true);
    }
  });

  test('names its fields once a message, whatever was told before', () => {
    evaluate(L, 'return {{id = 1, name = "a"}, {id = 2, name = "b"}, {name = "c", id = 3}, {id = 4}}');
    const once = told(L).bytes;
    expect(told(L).bytes).toEqual(once);
    expect(packed({ a: 1 }).bytes).toEqual(packed({ a: 1 }, createPacker()).bytes);
  });
});

describe('what cannot cross', () => {
  test.each([
    ['{a = {1, 2, print}}'],
    ['{{{[true] = coroutine.create(print)}}}'],
    ['{[1] = 1, [3] = {b = print}}'],
    ['(function() local t = {} t.t = {t} return t end)()'],
    [`(function() local t = {} for _ = 1, ${MAX_DEPTH} do t = {t} end return t end)()`],
  ])('is refused on its way out of Lua as the middle form does: %s', (expression) => {
    evaluate(L, `return ${expression}`);
    const middle = errorOf(() => transcoder.toGo(L, -1));
    expect(middle).toBeInstanceOf(TranscodeError);
    expect(errorOf(() => told(L))).toStrictEqual(middle);
  });

  test('is packed to the last legal level', () => {
    evaluate(L, `local t = {} for _ = 2, ${MAX_DEPTH} do t = {t} end return t`);
    expect(told(L).open()).toStrictEqual(transcoder.toGo(L, -1));
  });

  test.each<[string, unknown]>([
    ['a function inside', { a: [1, { b: () => 1 }] }],
    ['too many levels', JSON.parse('['.repeat(MAX_DEPTH + 1) + ']'.repeat(MAX_DEPTH + 1))],
    ['too many levels below a mixed map', nestedMaps(MAX_DEPTH + 1)],
    ['a key that is none', [new Map([[Number.NaN, 1]])]],
  ])('is refused on its way into Lua with its place: %s', (_name, value) => {
    const bytes = packed(value);
    const error = inLua(bytes as unknown as Value);
    expect(error).toBeInstanceOf(TranscodeError);
    expect(error).toStrictEqual(inLua(bytes.open()));
    expect(lua_gettop(L)).toBe(0);
  });

  test('comes to Lua at the last legal level', () => {
    const bytes = packed(JSON.parse(`${'['.repeat(MAX_DEPTH)}1${']'.repeat(MAX_DEPTH)}`));
    expect(inLua(bytes as unknown as Value)).toStrictEqual(inLua(bytes.open()));
    expect(inLua(bytes.open())).not.toBeInstanceOf(TranscodeError);
  });
});

/** Lists and mixed maps in turn. */
function nestedMaps(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : new Map([[true, value]]);
  return value;
}
