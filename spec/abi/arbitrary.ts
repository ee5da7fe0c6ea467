/** Random WIT types, random values of them (in the spellings that callers use), and values that nearly fit. */
import fc from 'fast-check';
import { ByteString, EMPTY, Float64 } from '../../src/values.js';
import type { ValType } from '../../src/wit/types.js';

const utf8 = new TextEncoder();
const NAMES = ['a', 'b', 'some-name', 'x1', 'ok', 'err', 'some', 'constructor', 'to-string'] as const;
const PRIMITIVES = [
  'bool',
  's8',
  'u8',
  's16',
  'u16',
  's32',
  'u32',
  's64',
  'u64',
  'f32',
  'f64',
  'char',
  'string',
] as const;

function names(max: number): fc.Arbitrary<string[]> {
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: Math.min(max, NAMES.length) }),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(8, 9, 16, 17, 32, 256, 257).map((count) => numbered(Math.min(count, max))),
    },
  );
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `n${i}`);
}

/** Types of at most `depth` levels, handles apart. */
export function typeArbitrary(depth: number): fc.Arbitrary<ValType> {
  const primitive = fc.constantFrom(...PRIMITIVES).map((kind): ValType => ({ kind }));
  const named = fc.oneof(
    names(300).map((each): ValType => ({ kind: 'enum', names: each })),
    names(32).map((each): ValType => ({ kind: 'flags', names: each })),
  );
  if (depth === 0) return fc.oneof({ weight: 4, arbitrary: primitive }, named);
  const inner = typeArbitrary(depth - 1);
  const maybe = fc.option(inner, { nil: null });
  return fc.oneof(
    { weight: 3, arbitrary: primitive },
    { weight: 1, arbitrary: named },
    { weight: 2, arbitrary: inner.map((element): ValType => ({ kind: 'list', element })) },
    { weight: 2, arbitrary: inner.map((type): ValType => ({ kind: 'option', type })) },
    { weight: 2, arbitrary: fc.tuple(maybe, maybe).map(([ok, err]): ValType => ({ kind: 'result', ok, err })) },
    {
      weight: 2,
      arbitrary: fc.array(inner, { minLength: 1, maxLength: 5 }).map((types): ValType => ({ kind: 'tuple', types })),
    },
    { weight: 2, arbitrary: withNames(inner).map((fields): ValType => ({ kind: 'record', fields })) },
    { weight: 2, arbitrary: withNames(maybe).map((cases): ValType => ({ kind: 'variant', cases })) },
  );
}

function withNames<T>(inner: fc.Arbitrary<T>): fc.Arbitrary<{ name: string; type: T }[]> {
  return fc
    .uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 5 })
    .chain((each) => fc.tuple(...each.map((name) => inner.map((type) => ({ name, type })))));
}

const INTS: Record<string, readonly [number, number]> = {
  u8: [0, 255],
  s8: [-128, 127],
  u16: [0, 65535],
  s16: [-32768, 32767],
  u32: [0, 4294967295],
  s32: [-2147483648, 2147483647],
};

const char = fc.oneof(
  fc.constantFrom('a', 'é', '\0', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}', '\ufeff'),
  fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)),
);
const text = fc.oneof(
  { weight: 8, arbitrary: fc.array(char, { maxLength: 12 }).map((each) => each.join('')) },
  { weight: 1, arbitrary: fc.tuple(char, fc.constantFrom(47, 48, 49, 300)).map(([each, count]) => each.repeat(count)) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom('a', 'ÿ', 'é'), { maxLength: 60 }).map((each) => each.join('')) },
);
const float = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    1,
    -1,
    0.1,
    1e300,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    5e-324,
    16777217,
  ),
  fc.double(),
);

/** A value that fits `type`. */
export function valueArbitrary(type: ValType): fc.Arbitrary<unknown> {
  const range = INTS[type.kind];
  if (range !== undefined) {
    const [min, max] = range;
    const value = fc.oneof(fc.constantFrom(min, max, 0), fc.integer({ min, max }));
    return fc.oneof(
      { weight: 8, arbitrary: value },
      value.map((v) => new Float64(v)),
      value.map(BigInt),
    );
  }
  switch (type.kind) {
    case 'bool':
      return fc.boolean();
    case 's64':
      return fc.oneof(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.maxSafeInteger(),
        fc.constant(new Float64(2 ** 53)),
      );
    case 'u64':
      return fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.maxSafeNat(), fc.constant(new Float64(7)));
    case 'f32':
    case 'f64':
      return fc.oneof(
        float,
        fc.integer().map((v) => new Float64(v)),
      );
    case 'char':
      return fc.oneof(
        char,
        char.map((c) => c.codePointAt(0)),
        char.map((c) => new ByteString(utf8.encode(c))),
      );
    case 'string':
      return fc.oneof(
        text,
        text.map((t) => new ByteString(utf8.encode(t))),
      );
    case 'enum':
      return fc.constantFrom(...type.names);
    case 'flags':
      return fc
        .subarray([...type.names])
        .chain((set) => fc.constantFrom<unknown>(set, Object.fromEntries(set.map((n) => [n, true]))));
    case 'list':
      return listArbitrary(type.element);
    case 'tuple':
      return fc.tuple(...type.types.map(valueArbitrary));
    case 'record':
      return fc.tuple(...type.fields.map((field) => valueArbitrary(field.type))).map((values) => {
        return Object.fromEntries(type.fields.map((field, i) => [field.name, values[i]]));
      });
    case 'option':
      return optionArbitrary(type.type);
    case 'result':
      return fc.oneof(caseArbitrary('ok', type.ok), caseArbitrary('err', type.err));
    case 'variant':
      return fc.oneof(...type.cases.map((each) => caseArbitrary(each.name, each.type)));
    case 'own':
    case 'borrow':
      throw new Error('no handles here');
  }
  throw new Error(`no values of ${type.kind}`);
}

function listArbitrary(element: ValType): fc.Arbitrary<unknown> {
  if (element.kind === 'u8')
    return fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.array(fc.nat(255), { maxLength: 4 }), text);
  return fc.oneof({ weight: 9, arbitrary: fc.array(valueArbitrary(element), { maxLength: 4 }) }, fc.constant(EMPTY));
}

function optionArbitrary(inner: ValType): fc.Arbitrary<unknown> {
  const value = valueArbitrary(inner);
  const some = inner.kind === 'option' ? value.map((v) => ({ some: v })) : value;
  return fc.oneof(fc.constantFrom(null, undefined), some);
}

function caseArbitrary(name: string, type: ValType | null): fc.Arbitrary<unknown> {
  return (type === null ? fc.constant(true) : valueArbitrary(type)).map((payload) => ({ [name]: payload }));
}

/** Mostly values that fit, with one part replaced here and there by something else. */
export function nearValueArbitrary(type: ValType): fc.Arbitrary<unknown> {
  const strange = fc.constantFrom<unknown>(
    null,
    undefined,
    -1,
    256,
    2 ** 53,
    0.5,
    'x',
    '\ud800',
    '',
    true,
    [],
    {},
    EMPTY,
    new Float64(1),
    { some: 1 },
    { ok: 1 },
    1n,
    -1n,
    new ByteString(new Uint8Array([0xff])),
    new Uint8Array(2),
    Symbol.iterator,
    new Map(),
    { smoe: 1 },
    ['a', 'b'],
  );
  return fc
    .tuple(valueArbitrary(type), strange, fc.nat(12), fc.infiniteStream(fc.nat(3)))
    .map(([value, other, when, picks]) => {
      return when < 6 ? value : replaceOne(value, other, picks, when);
    });
}

function replaceOne(value: unknown, other: unknown, picks: Iterator<number>, depth: number): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return other;
  if (Array.isArray(value) && value.length > 0) {
    const at = (picks.next().value ?? 0) % value.length;
    return value.map((each, i) => (i === at ? replaceOne(each, other, picks, depth - 1) : each));
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return other;
  const keys = Object.keys(value);
  const key = keys[(picks.next().value ?? 0) % Math.max(1, keys.length)];
  if (key === undefined) return other;
  return { ...value, [key]: replaceOne((value as Record<string, unknown>)[key], other, picks, depth - 1) };
}
