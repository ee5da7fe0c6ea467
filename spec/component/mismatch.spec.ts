// Arguments that do not fit: the place, what was expected, what came, the nearest name; and nothing of the guest is lost.
import { beforeAll, describe, expect, test } from 'vitest';
import { ArgumentMismatch, type MismatchFacts } from '../../src/abi/errors.js';
import type { ComponentPlan } from '../../src/component/types.js';
import { ByteString, EMPTY, Float64 } from '../../src/values.js';
import { guestPlan, live, thrownBy } from './guests.js';

let echo: ComponentPlan;
beforeAll(async () => {
  echo = await guestPlan('echo');
});

function refused(path: string, ...args: unknown[]): MismatchFacts {
  const thrown = thrownBy(() => live(echo).call(path, ...args));
  if (thrown instanceof ArgumentMismatch) return thrown.facts;
  throw new Error(`expected a mismatch, got ${String(thrown)}`, { cause: thrown });
}

const raw = (...bytes: number[]) => new ByteString(new Uint8Array(bytes));
const range = (type: string, min: number | bigint, max: number | bigint) =>
  `${type} (an integer from ${min} to ${max})`;

describe('a scalar that does not fit is refused', () => {
  const u8 = range('u8', 0, 255);
  const s32 = range('s32', -2147483648, 2147483647);
  const s64 = range('s64', -(2n ** 63n), 2n ** 63n - 1n);
  const u64 = range('u64', 0, 2n ** 64n - 1n);
  test.each<[string, unknown, string, string]>([
    ['echo-bool', 1, 'bool', 'number 1'],
    ['echo-bool', 'true', 'bool', 'string "true"'],
    ['echo-bool', null, 'bool', 'nil'],
    ['echo-u8', 256, u8, 'number 256'],
    ['echo-u8', -1, u8, 'number -1'],
    ['echo-u8', 1.5, u8, 'number 1.5'],
    ['echo-u8', Number.NaN, u8, 'number NaN'],
    ['echo-u8', Number.POSITIVE_INFINITY, u8, 'number Infinity'],
    ['echo-u8', 256n, u8, 'int64 256'],
    ['echo-u8', '5', 'u8', 'string "5"'],
    ['echo-u8', true, 'u8', 'boolean true'],
    ['echo-u8', Symbol('x'), 'u8', 'symbol'],
    ['echo-u8', [5], 'u8', 'an array of 1'],
    ['echo-u8', { valueOf: () => 5 }, 'u8', 'a table with valueOf'],
    ['echo-s8', 128, range('s8', -128, 127), 'number 128'],
    ['echo-s8', -129, range('s8', -128, 127), 'number -129'],
    ['echo-u16', 65536, range('u16', 0, 65535), 'number 65536'],
    ['echo-s16', -32769, range('s16', -32768, 32767), 'number -32769'],
    ['echo-u32', 4294967296, range('u32', 0, 4294967295), 'number 4294967296'],
    ['echo-u32', -1, range('u32', 0, 4294967295), 'number -1'],
    ['echo-s32', 2147483648, s32, 'number 2147483648'],
    ['echo-s32', -2147483649, s32, 'number -2147483649'],
    ['echo-s32', new Float64(2 ** 31), s32, 'number 2147483648'],
    ['echo-s64', 2 ** 53, 's64 (exact beyond 2^53 only as int64 or bigint)', 'number 9007199254740992'],
    ['echo-s64', new Float64(2 ** 54), 's64 (exact beyond 2^53 only as int64 or bigint)', 'number 18014398509481984'],
    ['echo-s64', 2n ** 63n, s64, 'int64 9223372036854775808'],
    ['echo-s64', 0.5, s64, 'number 0.5'],
    ['echo-u64', -1, u64, 'number -1'],
    ['echo-u64', -1n, u64, 'int64 -1'],
    ['echo-u64', 2n ** 64n, u64, 'int64 18446744073709551616'],
    ['echo-f32', '1', 'f32', 'string "1"'],
    ['echo-f64', 2n ** 53n + 1n, 'f64', 'int64 9007199254740993'],
    ['echo-f64', null, 'f64', 'nil'],
    ['echo-char', 'ab', 'char (one Unicode scalar value)', 'string "ab"'],
    ['echo-char', '', 'char (one Unicode scalar value)', 'string ""'],
    ['echo-char', '\ud800', 'char (one Unicode scalar value)', 'string "\\ud800"'],
    ['echo-char', 0xd800, 'char (one Unicode scalar value)', 'number 55296'],
    ['echo-char', 0x110000, 'char (one Unicode scalar value)', 'number 1114112'],
    ['echo-char', -1, 'char (one Unicode scalar value)', 'number -1'],
    ['echo-char', raw(0xff), 'char (one Unicode scalar value)', 'string "�"'],
    ['echo-string', 5, 'string', 'number 5'],
    ['echo-string', '\ud800', 'string of Unicode scalar values', 'a lone surrogate'],
    ['echo-string', `${'x'.repeat(100)}\udc00`, 'string of Unicode scalar values', 'a lone surrogate'],
    ['echo-string', raw(0xff), 'string that is valid UTF-8', 'bytes that are not'],
    ['echo-string', raw(0xed, 0xa0, 0x80), 'string that is valid UTF-8', 'bytes that are not'],
    ['echo-string', new Uint8Array([65]), 'string', '1 bytes'],
    ['echo-bytes', '\ud800', 'string of Unicode scalar values', 'a lone surrogate'],
    ['echo-color', 'blu', 'one of color: red, green, blue, ultra-violet', '"blu"'],
    ['echo-color', 2, 'one of color: red, green, blue, ultra-violet', 'number 2'],
    ['echo-tuple1', [1, 2], 'tuple<u8> (an array of 1)', '2 elements'],
    ['echo-tuple1', { 0: 1 }, 'tuple<u8> (an array of 1)', 'a table with 0'],
    ['echo-option-option', 5, '{} (some of none) or {some = value}', 'number 5'],
    ['echo-option-option', { sme: 5 }, '{} (some of none) or {some = value}', 'a table with sme'],
    ['echo-result', { ok: true, err: true }, '{ok = value} or {err = error}', 'a table with ok, err'],
    ['echo-result', EMPTY, '{ok = value} or {err = error}', 'an empty table'],
    ['echo-result', 'ok', '{ok = value} or {err = error}', 'string "ok"'],
    ['echo-shape', 'byte', '{byte = u8}', 'string "byte"'],
    ['echo-flags8', 'f0', 'flags8: an array of names or {name = true}', 'string "f0"'],
    ['echo-point', [1, 2], 'point', 'an array of 2'],
    ['echo-point', new Float64(1), 'point', 'number 1'],
    ['echo-point', raw(65), 'point', 'string "A"'],
    ['echo-point', new Map([['x', 1]]), 'point', 'a table that mixes array and string keys'],
    ['echo-point', null, 'point', 'nil'],
    ['echo-point', () => 1, 'point', 'function'],
  ])('%s(%o): expected %s, got %s', (path, value, expected, got) => {
    expect(refused(path, value)).toEqual({
      argument: 0,
      argumentName: 'v',
      path: [],
      expected,
      got,
      suggestion: null,
      ...nearest(path, value),
    });
  });
});

/** The rows above whose value is nearly a name. */
function nearest(path: string, value: unknown): Partial<MismatchFacts> {
  if (path === 'echo-color' && value === 'blu') return { suggestion: 'blue' };
  return path === 'echo-option-option' && value !== 5 ? { suggestion: 'some' } : {};
}

describe('a place inside an argument is named by its path', () => {
  const cube = [[['a'], ['b', 'c', 5]]];
  test.each<[string, unknown, (number | string)[], string, string, string | null]>([
    ['echo-cube', cube, [1, 2, 3], 'string', 'number 5', null],
    ['echo-list-string', ['a', undefined], [2], 'string', 'nil', null],
    ['echo-list-u16', new Int32Array([1, -1]), [2], range('u16', 0, 65535), 'number -1', null],
    ['echo-list-u16', new Uint8Array([1]), [], 'list<u16>', '1 bytes', null],
    ['echo-bytes', [1, 256], [2], range('u8', 0, 255), 'number 256', null],
    ['echo-pairs', [['a', 1], ['b']], [2, 2], 'u32', 'nil', null],
    [
      'echo-line',
      { from: { x: 1, y: 'up' }, to: { x: 0, y: 0 }, label: '' },
      ['from', 'y'],
      's32',
      'string "up"',
      null,
    ],
    ['echo-line', { form: { x: 1, y: 1 }, to: { x: 0, y: 0 }, label: '' }, ['from'], 'point', 'nil', 'form'],
    [
      'echo-settings',
      { name: 'n', 'retry-cuont': 3 },
      ['retry-cuont'],
      'no field of that name in settings',
      'number 3',
      'retry-count',
    ],
    [
      'echo-settings',
      { name: 'n', retrycount: 3 },
      ['retrycount'],
      'no field of that name in settings',
      'number 3',
      'retry-count',
    ],
    ['echo-settings', { name: 'n', ratio: '1' }, ['ratio'], 'f64', 'string "1"', null],
    ['echo-shape', { at: { x: 1 } }, ['at', 'y'], 's32', 'nil', null],
    [
      'echo-shape',
      { txt: 'x' },
      [],
      'one of shape: empty, byte, single, number, wide, letter, text, at, path, maybe, pair',
      '"txt"',
      'text',
    ],
    [
      'echo-shape',
      { byte: 1, text: 'x' },
      [],
      'one case of shape: empty, byte, single, number, wide, letter, text, at, path, maybe, pair',
      'a table with byte, text',
      null,
    ],
    ['echo-shape', { empty: 5 }, ['empty'], 'true (the case has no payload)', 'number 5', null],
    ['echo-result-ok', { err: 'x' }, ['err'], 'true (no payload)', 'string "x"', null],
    ['echo-result-both', { err: 5 }, ['err'], 'string', 'number 5', null],
    ['echo-list-result', [{ ok: -1 }], [1, 'ok'], range('u32', 0, 4294967295), 'number -1', null],
    ['echo-option3', { some: { some: 5 } }, ['some', 'some'], 'string', 'number 5', null],
    ['echo-flags8', ['f0', 'f8'], [2], 'one of flags8: f0, f1, f2, f3, f4, f5, f6, f7', '"f8"', 'f0'],
    ['echo-flags8', { f0: 1 }, ['f0'], 'boolean', 'number 1', null],
    [
      'echo-list-color',
      ['red', 'ultraviolet'],
      [2],
      'one of color: red, green, blue, ultra-violet',
      '"ultraviolet"',
      'ultra-violet',
    ],
  ])('%s(%o) at %j', (path, value, place, expected, got, suggestion) => {
    expect(refused(path, value)).toEqual({ argument: 0, argumentName: 'v', path: place, expected, got, suggestion });
  });

  test('the second argument is named by its number and name', () => {
    expect(refused('swap', 1, 2)).toMatchObject({
      argument: 1,
      argumentName: 'b',
      expected: 'string',
      got: 'number 2',
    });
    expect(thrownBy(() => live(echo).call('swap', 1, 2))).toMatchObject({
      message: 'argument 2 (b): expected string, got number 2',
    });
  });
});

describe('the number of arguments', () => {
  test.each<[string, unknown[], string, string]>([
    ['swap', [], '2 arguments', '0'],
    ['swap', [1], '2 arguments', '1'],
    ['swap', [1, 'b', 3], '2 arguments', '3'],
    ['echo-u8', [], '1 argument', '0'],
    ['nothing', [1], '0 arguments', '1'],
    ['optional-tail', [], '1 to 3 arguments', '0'],
    ['optional-tail', ['a', 1, 'n', 4], '1 to 3 arguments', '4'],
  ])('%s(%j): expected %s, got %s', (path, args, expected, got) => {
    expect(refused(path, ...args)).toMatchObject({ argument: -1, expected, got });
  });
});

describe('what a refused argument leaves behind', () => {
  test('a function that takes only scalars goes on with the same instance', () => {
    const { call, instance } = live(echo);
    expect(thrownBy(() => call('echo-u8', 256))).toBeInstanceOf(ArgumentMismatch);
    expect([instance.poisoned, call('echo-u8', 255)]).toEqual([false, 255]);
  });

  test('an error that a getter throws comes out unchanged', () => {
    const mine = new Error('mine');
    const value = {
      get x(): number {
        throw mine;
      },
      y: 1,
    };
    expect(thrownBy(() => live(echo).call('echo-point', value))).toBe(mine);
  });

  test('a value that differs each time it is read is a mismatch, not a bug of the host', () => {
    let reads = 0;
    const value = {
      get x() {
        reads += 1;
        return reads === 1 ? 'first' : 1;
      },
      y: 1,
    };
    expect(refused('echo-point', value)).toMatchObject({ got: 'values that changed' });
  });

  test('a getter that calls the same instance is refused, and the call that read it fails with it', () => {
    const guest = live(echo);
    const value = {
      x: 1,
      get y() {
        return guest.call('echo-s32', 5);
      },
    };
    expect(thrownBy(() => guest.call('echo-point', value))).toMatchObject({ code: 'cannot-enter' });
  });
});
