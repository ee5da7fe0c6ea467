// Every WIT type through a real guest and back, for both kinds of callers: what goes in by which spelling, what comes out.
import { describe, expect, test } from 'vitest';
import type { LiftTarget } from '../../src/component/types.js';
import { ByteString, EMPTY, Float64, newMap, type Value } from '../../src/values.js';
import { guestPlan, live } from './guests.js';

const plans = { echo: await guestPlan('echo'), 'echo-utf16': await guestPlan('echo-utf16') };

const utf8 = new TextEncoder();
const s = (text: string) => new ByteString(utf8.encode(text));
const f = (value: number) => new Float64(value);
const bytes = (...values: number[]) => new Uint8Array(values);
const map = (entries: Record<string, unknown>) => Object.assign(newMap(), entries) as Value;

/** Export, what goes in, what TypeScript gets, what Lua's side gets (the same where absent). */
type Row = readonly [path: string, given: unknown, js: unknown, go?: unknown];

function expectRows(rows: readonly Row[]) {
  const all = rows.flatMap(([path, given, js, ...rest]) => [
    ['js', path, given, js] as const,
    ['go', path, given, rest.length === 0 ? js : rest[0]] as const,
  ]);
  describe.each(Object.keys(plans) as (keyof typeof plans)[])('through %s', (guest) => {
    const calls = { js: live(plans[guest], {}, 'js').call, go: live(plans[guest], {}, 'go').call };
    test.each(all)('as %s: %s(%o) gives %o', (target: LiftTarget, path, given, answer) => {
      expect(calls[target](path, given)).toStrictEqual(answer);
    });
  });
}

const MIN_S64 = -(2n ** 63n);
const MAX_S64 = 2n ** 63n - 1n;
const MAX_U64 = 2n ** 64n - 1n;
const SAFE = Number.MAX_SAFE_INTEGER;
const INTEGERS: Record<string, readonly [number, number]> = {
  u8: [0, 255],
  s8: [-128, 127],
  u16: [0, 65535],
  s16: [-32768, 32767],
  u32: [0, 4294967295],
  s32: [-2147483648, 2147483647],
};

describe('numbers', () => {
  expectRows([
    ['echo-bool', true, true],
    ['echo-bool', false, false],
    ...Object.entries(INTEGERS).flatMap(([type, [min, max]]): Row[] => [
      [`echo-${type}`, min, min],
      [`echo-${type}`, max, max],
      [`echo-${type}`, 0, 0],
      [`echo-${type}`, -0, 0],
      [`echo-${type}`, f(7), 7],
      [`echo-${type}`, BigInt(max), max],
      [`echo-${type}`, BigInt(min), min],
    ]),
    ['echo-s64', 0, 0n, 0],
    ['echo-s64', -0, 0n, 0],
    ['echo-s64', -1, -1n, -1],
    ['echo-s64', SAFE, BigInt(SAFE), SAFE],
    ['echo-s64', -SAFE, -BigInt(SAFE), -SAFE],
    ['echo-s64', f(2 ** 53), 2n ** 53n],
    ['echo-s64', f(-(2 ** 53)), -(2n ** 53n)],
    ['echo-s64', 2n ** 32n, 2n ** 32n, 2 ** 32],
    ['echo-s64', MIN_S64, MIN_S64],
    ['echo-s64', MAX_S64, MAX_S64],
    ['echo-u64', 0, 0n, 0],
    ['echo-u64', SAFE, BigInt(SAFE), SAFE],
    ['echo-u64', 2n ** 53n, 2n ** 53n],
    ['echo-u64', 2n ** 63n, 2n ** 63n],
    ['echo-u64', MAX_U64, MAX_U64],
    ['echo-f32', 1.5, 1.5],
    ['echo-f32', 7, 7, f(7)],
    ['echo-f32', f(7), 7, f(7)],
    ['echo-f32', 0.1, Math.fround(0.1)],
    ['echo-f32', -0, -0],
    ['echo-f32', Number.NaN, Number.NaN],
    ['echo-f32', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ['echo-f32', Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ['echo-f64', 0.1, 0.1],
    ['echo-f64', 7n, 7, f(7)],
    ['echo-f64', 0, 0, f(0)],
    ['echo-f64', -0, -0],
    ['echo-f64', Number.MAX_VALUE, Number.MAX_VALUE, f(Number.MAX_VALUE)],
    ['echo-f64', Number.MIN_VALUE, Number.MIN_VALUE],
    ['echo-f64', Number.NaN, Number.NaN],
    ['echo-f64', Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ['echo-char', 'a', 'a'],
    ['echo-char', '\0', '\0'],
    ['echo-char', '😀', '😀'],
    ['echo-char', s('世'), '世'],
    ['echo-char', 0x61, 'a'],
    ['echo-char', 0xd7ff, '\ud7ff'],
    ['echo-char', 0xe000, '\ue000'],
    ['echo-char', 0x10ffff, '\u{10ffff}'],
    ['echo-char', f(65), 'A'],
  ]);
});

const LONG = 'ünï😀'.repeat(2000);
const ASCII = 'x'.repeat(100_000);
describe('strings', () => {
  expectRows([
    ...['', 'a', 'a\0b', 'héllo', '世界', '😀', '\ufeffbom', 'x'.repeat(48), 'x'.repeat(49), 'é'.repeat(49)].flatMap(
      (text): Row[] => [
        ['echo-string', text, text, s(text)],
        ['echo-string', s(text), text, s(text)],
      ],
    ),
    ['echo-string', LONG, LONG, s(LONG)],
    ['echo-string', s(LONG), LONG, s(LONG)],
    ['echo-string', ASCII, ASCII, s(ASCII)],
    ['echo-list-string', ['', 'a', 'é', '😀'], ['', 'a', 'é', '😀'], [s(''), s('a'), s('é'), s('😀')]],
    ['echo-bytes', bytes(0, 1, 255), bytes(0, 1, 255)],
    ['echo-bytes', [0, 1, 255], bytes(0, 1, 255)],
    ['echo-bytes', new ByteString(bytes(0xff, 0xfe)), bytes(0xff, 0xfe)],
    ['echo-bytes', 'é', bytes(0xc3, 0xa9)],
    ['echo-bytes', '', bytes()],
    ['echo-bytes', EMPTY, bytes()],
    ['echo-bytes', Buffer.from([1, 2]), bytes(1, 2)],
    ['echo-bytes', new Uint8ClampedArray([1, 2]), bytes(1, 2)],
    ['echo-bytes', new Uint8Array(300).fill(7), new Uint8Array(300).fill(7)],
  ]);
});

const SHAPES: Row[] = [
  ['echo-list-bool', [true, false], [true, false]],
  ['echo-list-u16', new Uint16Array([1, 65535]), [1, 65535]],
  ['echo-list-s8', [-128, f(127)], [-128, 127]],
  ['echo-list-s32', new Int32Array([-1, 1]), [-1, 1]],
  ['echo-list-u64', [0, MAX_U64], [0n, MAX_U64], [0, MAX_U64]],
  ['echo-list-u64', new BigUint64Array([1n, MAX_U64]), [1n, MAX_U64], [1, MAX_U64]],
  ['echo-list-s64', [-1, MIN_S64, 2 ** 40], [-1n, MIN_S64, 2n ** 40n], [-1, MIN_S64, 2 ** 40]],
  ['echo-list-f32', [1, 0.5, Number.NaN, -0], [1, 0.5, Number.NaN, -0], [f(1), 0.5, Number.NaN, -0]],
  ['echo-list-f64', new Float64Array([1, 0.1]), [1, 0.1], [f(1), 0.1]],
  ['echo-list-char', ['a', 0x1f600], ['a', '😀']],
  ['echo-list-string', [], []],
  ['echo-list-string', EMPTY, []],
  ['echo-matrix', [[1], [], [2, 3]], [[1], [], [2, 3]]],
  [
    'echo-cube',
    [[['a'], []], [], [['b', 'c']]],
    [[['a'], []], [], [['b', 'c']]],
    [[[s('a')], []], [], [[s('b'), s('c')]]],
  ],
  ['echo-cube', [[EMPTY], EMPTY], [[[]], []]],
  ['echo-list-bytes', [bytes(1), [2, 3], EMPTY], [bytes(1), bytes(2, 3), bytes()]],
  ['echo-pairs', [['a', 1]], [['a', 1]], [[s('a'), 1]]],
  ['echo-list-option', ['a', null, undefined, ''], ['a', undefined, undefined, ''], [s('a'), null, null, s('')]],
  ['echo-list-result', [{ ok: 1 }, { err: 'no' }], [{ ok: 1 }, { err: 'no' }], [{ ok: 1 }, { err: s('no') }]],
  ['echo-list-color', ['red', s('ultra-violet'), 'ultra_violet'], ['red', 'ultra-violet', 'ultra-violet']],
  ['echo-list-flags9', [['f8'], {}, EMPTY], [{ f8: true }, {}, {}]],
  ['echo-point', { x: -1, y: 2 }, { x: -1, y: 2 }],
  ['echo-point', map({ x: -1, y: f(2) }), { x: -1, y: 2 }],
  ['echo-point', { x: 1, y: 2, colour: 'ignored' }, { x: 1, y: 2 }],
  [
    'echo-settings',
    { name: 'n', 'retry-count': 3 },
    all({ name: 'n', 'retry-count': 3 }),
    go({ name: s('n'), 'retry-count': 3 }),
  ],
  [
    'echo-settings',
    { name: 'n', retry_count: 3 },
    all({ name: 'n', 'retry-count': 3 }),
    go({ name: s('n'), 'retry-count': 3 }),
  ],
  [
    'echo-settings',
    { name: 'n', ratio: 1, nested: { x: 1, y: 2 }, note: null },
    all({ name: 'n', ratio: 1, nested: { x: 1, y: 2 } }),
    go({ name: s('n'), ratio: f(1), nested: { x: 1, y: 2 } }),
  ],
  ['echo-tuple1', [7], [7]],
  ['echo-tuple', [1, 'a', 2.5], [1, 'a', 2.5], [1, s('a'), 2.5]],
  [
    'echo-nested-tuple',
    [
      [1, -2],
      [true, ['x']],
    ],
    [
      [1, -2n],
      [true, ['x']],
    ],
    [
      [1, -2],
      [true, ['x']],
    ],
  ],
  ['echo-color', 'green', 'green'],
  ['echo-letters256', 'c255', 'c255'],
  ['echo-letters257', 'c256', 'c256'],
  ['echo-letters257', 'c0', 'c0'],
  ['echo-flags1', ['f0'], { f0: true }],
  ['echo-flags8', { f0: true, f7: true, f3: false }, { f0: true, f7: true }],
  ['echo-flags9', ['f8', 'f8'], { f8: true }],
  ['echo-flags16', ['f15'], { f15: true }],
  ['echo-flags17', ['f16', s('f0')], { f0: true, f16: true }],
  ['echo-flags32', ['f31', 'f0'], { f0: true, f31: true }],
];

function all(fields: Record<string, unknown>) {
  return { name: '', 'retry-count': undefined, note: undefined, ratio: undefined, nested: undefined, ...fields };
}
function go(fields: Record<string, unknown>) {
  return { name: s(''), 'retry-count': null, note: null, ratio: null, nested: null, ...fields };
}

describe('lists, records, tuples, enums, flags', () => {
  expectRows(SHAPES);
});

describe('options, results, variants', () => {
  expectRows([
    ['echo-option', undefined, undefined, null],
    ['echo-option', null, undefined, null],
    ['echo-option', 0, 0],
    ['echo-option-string', '', '', s('')],
    ['echo-option-list', EMPTY, []],
    ['echo-option-list', null, undefined, null],
    ['echo-option-option', null, undefined, null],
    ['echo-option-option', {}, { some: undefined }, { some: null }],
    ['echo-option-option', EMPTY, { some: undefined }, { some: null }],
    ['echo-option-option', { some: 5 }, { some: 5 }],
    ['echo-option3', { some: { some: 'x' } }, { some: { some: 'x' } }, { some: { some: s('x') } }],
    ['echo-option3', { some: {} }, { some: { some: undefined } }, { some: { some: null } }],
    ['echo-option3', {}, { some: undefined }, { some: null }],
    ['echo-option-result', { err: 'e' }, { err: 'e' }, { err: s('e') }],
    ['echo-result', { ok: true }, { ok: true }],
    ['echo-result', { err: null }, { err: true }],
    ['echo-result', { ok: undefined }, { ok: true }],
    ['echo-result-ok', { ok: 5 }, { ok: 5 }],
    ['echo-result-ok', { err: true }, { err: true }],
    ['echo-result-err', { err: 'x' }, { err: 'x' }, { err: s('x') }],
    ['echo-result-both', { ok: [1] }, { ok: bytes(1) }],
    ['echo-result-join', { ok: -0 }, { ok: -0 }],
    ['echo-result-join', { ok: Number.NaN }, { ok: Number.NaN }],
    ['echo-result-join', { err: MAX_U64 }, { err: MAX_U64 }],
    ['echo-result-option', { ok: 5 }, { ok: 5 }],
    ['echo-result-option', { ok: undefined }, { ok: undefined }, {}],
    ['echo-result-option', EMPTY, { ok: undefined }, {}],
    ['echo-result-option', { err: 'e' }, { err: 'e' }, { err: s('e') }],
    ['echo-result-option', { err: undefined }, { err: undefined }, { err: true }],
    ['echo-result-option', { err: true }, { err: undefined }, { err: true }],
    ['echo-shape', 'empty', { empty: true }],
    ['echo-shape', s('empty'), { empty: true }],
    ['echo-shape', { empty: true }, { empty: true }],
    ['echo-shape', { empty: null }, { empty: true }],
    ['echo-shape', { byte: 255 }, { byte: 255 }],
    ['echo-shape', { single: 0.5 }, { single: 0.5 }],
    ['echo-shape', { number: -0 }, { number: -0 }],
    ['echo-shape', { wide: MAX_U64 }, { wide: MAX_U64 }],
    ['echo-shape', { letter: '😀' }, { letter: '😀' }],
    ['echo-shape', { text: 't' }, { text: 't' }, { text: s('t') }],
    ['echo-shape', { at: { x: 1, y: -1 } }, { at: { x: 1, y: -1 } }],
    ['echo-shape', { path: [{ x: 1, y: -1 }] }, { path: [{ x: 1, y: -1 }] }],
    ['echo-shape', { maybe: 'm' }, { maybe: 'm' }, { maybe: s('m') }],
    ['echo-shape', { maybe: undefined }, { maybe: undefined }, 'maybe'],
    ['echo-shape', 'maybe', { maybe: undefined }, 'maybe'],
    ['echo-shape', { pair: [0.25, 7] }, { pair: [0.25, 7n] }, { pair: [0.25, 7] }],
    ['echo-list-shape', ['empty', { wide: 1n }], [{ empty: true }, { wide: 1n }], [{ empty: true }, { wide: 1 }]],
  ]);
});

describe('values of other classes', () => {
  const { call } = live(plans.echo);
  test('a record may be a class instance with getters, fields inherited from its prototype included', () => {
    class Base {
      get x() {
        return 1;
      }
    }
    class Point extends Base {
      y = 2;
    }
    expect(call('echo-point', new Point())).toEqual({ x: 1, y: 2 });
  });
  test('a record may be a proxy or a map without prototype', () => {
    expect(call('echo-point', new Proxy({ x: 1, y: 2 }, {}))).toEqual({ x: 1, y: 2 });
    expect(call('echo-point', Object.assign(Object.create(null), { x: 1, y: 2 }))).toEqual({ x: 1, y: 2 });
  });
});

describe('parameters', () => {
  const { call } = live(plans.echo);
  test('16 flat parameters and 17 in memory keep their order', () => {
    const numbers = Array.from({ length: 17 }, (_, i) => 4294967295 - i);
    expect(call('params16', ...numbers.slice(0, 16))).toEqual(numbers.slice(0, 16));
    expect(call('params17', ...numbers)).toEqual(numbers);
    const texts = Array.from({ length: 9 }, (_, i) => 'é'.repeat(i));
    expect(call('strings8', ...texts.slice(0, 8))).toEqual(texts.slice(0, 8));
    expect(call('strings9', ...texts)).toEqual(texts);
  });
  test('all scalars in one call keep their places', () => {
    const values = [true, 255, -128, 65535, -32768, 4294967295, -2147483648, MAX_U64, MIN_S64, 0.5, 0.1, '😀'];
    expect(call('scalars', ...values)).toEqual(values);
    expect(call('swap', 7, 'b')).toEqual(['b', 7]);
  });
  test('trailing options may be left out, one by one', () => {
    expect(call('optional-tail', 'a')).toEqual(['a', undefined, undefined]);
    expect(call('optional-tail', 'a', 1)).toEqual(['a', 1, undefined]);
    expect(call('optional-tail', 'a', undefined, 'n')).toEqual(['a', undefined, 'n']);
  });
  test('a function without result gives undefined', () => {
    expect(call('nothing')).toBe(undefined);
    expect(call('swallow', ['x'])).toBe(undefined);
  });
  test('code units are counted in the guest’s own encoding', () => {
    expect(call('code-units', 'é😀')).toBe(6);
    expect(live(plans['echo-utf16']).call('code-units', 'é😀')).toBe(3);
    expect(call('greeting')).toBe('Grüße, 世界 😀');
    expect(live(plans['echo-utf16']).call('greeting')).toBe('Grüße, 世界 😀');
  });
  test('a record of 18 core values travels through memory both ways', () => {
    const big = {
      a: 255,
      b: 65535,
      c: 4294967295,
      d: MAX_U64,
      e: -128,
      f: -32768,
      g: -2147483648,
      h: MIN_S64,
      i: 1.5,
      j: Math.PI,
      k: true,
      l: '😀',
      m: 'héllo 😀',
      n: [1, 2, 65535],
      o: 7,
      p: 9n,
    };
    expect(call('echo-big', big)).toEqual(big);
    const tree = {
      name: 'r',
      branches: [
        {
          name: 'b',
          leaves: [
            { name: 'l', weights: [0.5], tag: 'red' },
            { name: '', weights: [], tag: undefined },
          ],
        },
      ],
    };
    expect(call('echo-tree', tree)).toEqual(tree);
  });
});

describe('latin1+utf16', () => {
  test('a string is Latin-1 when every code point fits a byte, else UTF-16, and comes back as it was', async () => {
    const plan = await guestPlan('echo-latin1');
    const { call } = live(plan);
    for (const text of ['', 'abc', 'café ÿ', 'ÿ'.repeat(5000), 'π', 'aé😀', `${'x'.repeat(5000)}π`]) {
      expect(call('echo-string', text)).toBe(text);
      expect(call('echo-string', s(text))).toBe(text);
      expect(live(plan, {}, 'go').call('echo-string', text)).toStrictEqual(s(text));
      expect(call('describe', text)).toEqual([/[^\0-\u00ff]/.test(text), text.length]);
      expect(call('live-bytes')).toBe(0);
    }
    expect(call('echo-strings', ['é', 'π', ''])).toEqual(['é', 'π', '']);
    expect([call('latin1-literal'), call('utf16-literal'), call('utf16-narrow')]).toEqual(['café ÿ', 'π 😀 ÿ', 'abc']);
  });
});
