/** Texts of a request (path, query, headers, forms) as values of WIT types. What does not look right stays a text: lowering names the place. */
import type { Value } from '../values.js';
import type { RecordType, ValType } from '../wit/types.js';

/** Names with values, in the order of the request. */
export type Pairs = readonly (readonly [name: string, value: string])[];

const SCALARS = new Set([
  ...['bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', 'f32', 'f64', 'char', 'string', 'enum'],
]);

function isScalar(type: ValType): boolean {
  return SCALARS.has(type.kind);
}

export function isBytes(type: ValType): boolean {
  return type.kind === 'list' && type.element.kind === 'u8';
}

/** Whether a value can be read from one or several texts: scalars, options and lists of them, flags. */
export function isTextual(type: ValType): boolean {
  if (type.kind === 'option') return isTextual(type.type) && type.type.kind !== 'option';
  if (type.kind === 'list') return isScalar(type.element);
  return isScalar(type) || type.kind === 'flags';
}

/** @param texts never empty: a list takes all of them, anything else the first */
export function fromTexts(texts: readonly string[], type: ValType): Value {
  const first = texts[0]!;
  switch (type.kind) {
    case 'option':
      return fromTexts(texts, type.type);
    case 'list':
      return isBytes(type) ? Buffer.from(first) : texts.map((each) => scalarOf(each, type.element));
    case 'flags':
      return texts.flatMap((each) => each.split(',')).filter((each) => each !== '');
    default:
      return scalarOf(first, type);
  }
}

function scalarOf(text: string, type: ValType): Value {
  switch (type.kind) {
    case 'bool':
      return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
    case 's8':
    case 'u8':
    case 's16':
    case 'u16':
    case 's32':
    case 'u32':
    case 's64':
    case 'u64':
      return /^-?\d{1,20}$/.test(text) ? integerOf(text) : text;
    case 'f32':
    case 'f64':
      return /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? floatOf(text) : text;
    default:
      return text;
  }
}

/** What no f64 holds stays a text. */
function floatOf(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function integerOf(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number + 0 : BigInt(text);
}

/** The values of `name`, also under `_` for `-`; undefined where there are none. */
export function textsNamed(pairs: Pairs, name: string): readonly string[] | undefined {
  const snake = name.includes('-') ? name.replaceAll('-', '_') : name;
  const found = pairs.filter(([each]) => each === name || each === snake).map(([, value]) => value);
  return found.length === 0 ? undefined : found;
}

/** A record whose fields are looked up by name; those that are not there stay absent. */
export function recordFrom(pairs: Pairs, type: RecordType): { [name: string]: Value } {
  const record: { [name: string]: Value } = {};
  for (const field of type.fields) {
    const texts = textsNamed(pairs, field.name);
    if (texts !== undefined) record[field.name] = fromTexts(texts, field.type);
  }
  return record;
}

/** Pairs as whatever type a field for them has: text, list of pairs, record by name. */
export function pairsAs(pairs: Pairs, text: string, type: ValType): Value {
  switch (type.kind) {
    case 'string':
      return text;
    case 'option':
      return pairs.length === 0 && text === '' ? null : pairsAs(pairs, text, type.type);
    case 'record':
      return recordFrom(pairs, type);
    case 'list':
      return pairs.map((pair) => pairAs(pair, type.element));
    default:
      return text;
  }
}

function pairAs([name, value]: readonly [string, string], type: ValType): Value {
  if (type.kind !== 'record') {
    const bytes = type.kind === 'tuple' && type.types[1] !== undefined && isBytes(type.types[1]);
    return [name, bytes ? Buffer.from(value) : value];
  }
  const [first, second] = type.fields;
  return Object.fromEntries([
    [first?.name ?? 'name', name],
    [second?.name ?? 'value', value],
  ]);
}

/** Whether values of the type may be integers beyond ±2^53. */
export function holdsLongIntegers(type: ValType): boolean {
  switch (type.kind) {
    case 's64':
    case 'u64':
      return true;
    case 'list':
      return holdsLongIntegers(type.element);
    case 'option':
      return holdsLongIntegers(type.type);
    case 'tuple':
      return type.types.some(holdsLongIntegers);
    case 'record':
      return type.fields.some((field) => holdsLongIntegers(field.type));
    case 'variant':
      return type.cases.some((each) => each.type !== null && holdsLongIntegers(each.type));
    case 'result':
      return [type.ok, type.err].some((each) => each !== null && holdsLongIntegers(each));
    default:
      return false;
  }
}
