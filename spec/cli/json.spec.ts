import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/cli/io.js';
import { parseArgument, printJson } from '../../src/cli/json.js';
import { parseJson } from '../../src/json.js';

describe('parseJson()', () => {
  test.each<[string, unknown]>([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740992', -9007199254740992n],
    ['18446744073709551615', 18446744073709551615n],
    ['[1, {"a": 12345678901234567890}]', [1, { a: 12345678901234567890n }]],
    ['"12345678901234567890"', '12345678901234567890'],
    ['{"12345678901234567890": 1}', { '12345678901234567890': 1 }],
    ['"a \\" 12345678901234567890"', 'a " 12345678901234567890'],
    ['1234567890.1234567890123456', Number('1234567890.1234567890123456')],
    ['1e400', Number.POSITIVE_INFINITY],
  ])('%s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });
});

describe('parseArgument()', () => {
  test('shows how to write a string', () => {
    expect(() => parseArgument('Ada', 2)).toThrow(
      new UsageError('argument 2 is not JSON: Ada\n  a string needs its own quotes: \'"Ada"\''),
    );
  });

  test('says what is wrong with broken JSON', () => {
    expect(() => parseArgument('[1, 2', 1)).toThrow(/^argument 1 is not JSON: \[1, 2\n {2}/);
  });

  test('cuts a long argument short', () => {
    expect(() => parseArgument('['.repeat(100_000), 1)).toThrow(UsageError);
    try {
      parseArgument('['.repeat(100_000), 1);
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(400);
    }
  });
});

describe('printJson()', () => {
  test.each<[unknown, string]>([
    [2n ** 64n, '18446744073709551616'],
    [new Uint8Array([0, 255]), '[0,255]'],
    [[undefined, Number.NaN, -0], '[null,"NaN",-0]'],
    [{ a: undefined }, '{"a":null}'],
    [new Map([[1, 'a']]), '[[1, "a"]]'],
    [{ opaqueKind: 'resource counter' }, '"<resource counter>"'],
    [{}, '{}'],
    [[], '[]'],
  ])('prints %s in one line', (value, text) => {
    expect(printJson(value, 0)).toBe(text);
  });

  test('breaks what is longer than a line', () => {
    const text = printJson({ names: ['a'.repeat(40), 'b'.repeat(40)], n: 1 }, 2);
    expect(text).toBe(`{\n  "names": [\n    "${'a'.repeat(40)}",\n    "${'b'.repeat(40)}"\n  ],\n  "n": 1\n}`);
  });

  test.each([0, 2])('gives back any JSON value, with an indent of %i', (indent) => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseJson(printJson(value, indent))).toEqual(value);
      }),
    );
  });
});
