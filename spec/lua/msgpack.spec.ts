import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { decodeMsgpack } from '../../src/lua/modules/msgpack-decode.js';
import { encodeMsgpack } from '../../src/lua/modules/msgpack-encode.js';
import { portableText } from '../../src/text.js';
import { ByteString, EMPTY, Float64, newMap, type Value } from '../../src/values.js';

const text = portableText();
const MAX = 1 << 20;
const pack = (value: Value) => encodeMsgpack(value, text, MAX);
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const string = (value: string) => new ByteString(new TextEncoder().encode(value));

describe('encodeMsgpack()', () => {
  test.each<[Value, string]>([
    [0, '00'],
    [127, '7f'],
    [128, 'cc80'],
    [255, 'ccff'],
    [256, 'cd0100'],
    [65535, 'cdffff'],
    [65536, 'ce00010000'],
    [4294967295, 'ceffffffff'],
    [4294967296, 'cf0000000100000000'],
    [-1, 'ff'],
    [-32, 'e0'],
    [-33, 'd0df'],
    [-128, 'd080'],
    [-129, 'd1ff7f'],
    [-32768, 'd18000'],
    [-32769, 'd2ffff7fff'],
    [-2147483648, 'd280000000'],
    [-2147483649, 'd3ffffffff7fffffff'],
    [2n ** 64n - 1n, 'cfffffffffffffffff'],
    [-(2n ** 63n), 'd38000000000000000'],
    [new Float64(1), 'cb3ff0000000000000'],
    [-0, 'cb8000000000000000'],
    [EMPTY, '90'],
    [string('é'), 'a2c3a9'],
    [string('x'.repeat(31)), `bf${'78'.repeat(31)}`],
    [string('x'.repeat(32)), `d920${'78'.repeat(32)}`],
    [new ByteString(Uint8Array.of(255)), 'c401ff'],
    [new Uint8Array(0), 'c400'],
    [Array(15).fill(null), `9f${'c0'.repeat(15)}`],
    [Array(16).fill(null), `dc0010${'c0'.repeat(16)}`],
    [new Map<Value, Value>([[1.5, true]]), '81cb3ff8000000000000c3'],
  ])('writes %s as its spec says', (value, hex) => {
    expect(hexOf(pack(value))).toBe(hex);
  });

  test('takes 128 levels and no more', () => {
    const nested = (levels: number) => {
      let value: Value = [1];
      for (let level = 1; level < levels; level++) value = [value];
      return value;
    };
    expect(pack(nested(128)).length).toBe(129);
    expect(() => pack(nested(129))).toThrow(/deeper than 128/);
  });

  test('makes as many bytes as it may and no more', () => {
    const value = new ByteString(new Uint8Array(1000));
    expect(encodeMsgpack(value, text, 1003).length).toBe(1003);
    expect(() => encodeMsgpack(value, text, 1002)).toThrow(/exceed 1002/);
  });
});

describe('decodeMsgpack()', () => {
  test.each<[string, Value]>([
    ['ca3fc00000', 1.5],
    ['ca40000000', new Float64(2)],
    ['cf0000000000000005', 5],
    ['cfffffffffffffffff', 2n ** 64n - 1n],
    ['d3ffffffffffffffff', -1],
    ['dd00000001c2', [false]],
    ['df00000001a161c0', Object.assign(newMap(), { a: null })],
    [
      '8201c3a161c2',
      new Map<Value, Value>([
        [1, true],
        ['a', false],
      ]),
    ],
    ['80', EMPTY],
    ['dc0000', EMPTY],
  ])('reads %s', (hex, value) => {
    expect(decodeMsgpack(bytesOf(hex), text)).toEqual(value);
  });

  test.each([
    ['', 'the bytes end within a value, after 0'],
    ['cd01', 'the bytes end within a value, after 2'],
    ['a261', 'the bytes end within a value, after 2'],
    ['ddffffffff', 'the bytes end within a value, after 5'],
    ['dfffffffff', 'the bytes end within a value, after 5'],
    ['c1', 'byte 0: 0xc1 begins no value that Lua has'],
    ['d40100', 'byte 0: 0xd4 begins no value that Lua has'],
    ['81c001', 'byte 1: a key must be text, a number or a boolean'],
    ['c0c0', 'byte 1: 1 bytes follow the value'],
    ['91'.repeat(130), 'byte 129: values nest deeper than 128'],
  ])('refuses %s', (hex, problem) => {
    let thrown: unknown;
    try {
      decodeMsgpack(bytesOf(hex), text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(HostError);
    expect(thrown).toMatchObject({ kind: 'Internal', message: `msgpack: ${problem}`, retryable: false });
  });

  test('gives back what was encoded, and never throws anything else on random bytes', () => {
    const leaf = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
      fc
        .double({ noNaN: true })
        .map((value) => (Number.isInteger(value) && !Object.is(value, -0) ? new Float64(value) : value)),
      fc.string().map(string),
      fc.uint8Array().map((bytes) => new ByteString(bytes)),
    );
    const { value } = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { minLength: 1, maxLength: 20 })),
    }));
    fc.assert(
      fc.property(value, (each) => {
        expect(decodeMsgpack(pack(each), text)).toEqual(each);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodeMsgpack(bytes, text);
        } catch (error) {
          expect(error).toBeInstanceOf(HostError);
        }
      }),
    );
  });
});
