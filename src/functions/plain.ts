/** Between the middle form and what TypeScript code expects: plain objects, arrays, strings, numbers, Uint8Array. */
import { HostError, toHostError } from '../errors.js';
import {
  ByteString,
  Empty,
  Float64,
  formatPath,
  MAX_DEPTH,
  newMap,
  type Opaque,
  type PathStep,
  type Value,
  type ValueMap,
} from '../values.js';

/** Elements and fields of one value from TypeScript. What appears at several places counts at each, since each is copied. */
const MAX_ENTRIES = 4_000_000;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The value as TypeScript sees it. A byte string becomes a string, or a Uint8Array where it is no valid UTF-8; an empty
 * table becomes `[]`; handles and errors stay what they are.
 *
 * @throws HostError Invalid, when the value is deeper than {@link MAX_DEPTH}
 */
export function toPlain(value: Value): unknown {
  return plain(value, 0);
}

function plain(value: Value, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  if (value instanceof ByteString) return textOrBytes(value.bytes);
  if (value instanceof Float64) return value.value;
  if (value instanceof Empty) return [];
  if (value instanceof Uint8Array || isOpaque(value)) return value;
  if (depth >= MAX_DEPTH) throw tooDeep([]);
  if (Array.isArray(value)) return value.map((element) => plain(element, depth + 1));
  if (value instanceof Map) {
    return new Map([...value].map(([key, element]) => [plain(key, depth + 1), plain(element, depth + 1)]));
  }
  const object: Record<string, unknown> = {};
  for (const [key, element] of Object.entries(value)) setKey(object, key, plain(element, depth + 1));
  return object;
}

/** The text of bytes that are valid UTF-8; otherwise the bytes. */
export function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes;
  }
}

/** Sets a key from outside, `__proto__` included, as an own property. */
function setKey(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * What TypeScript code gave, as the middle form. `undefined` is nil; a number beyond ±2^53 is a float; errors become
 * HostErrors; Maps cross as they are.
 *
 * @param what how messages name the value: `myns:now: result`
 * @throws HostError Invalid, with the path: functions, symbols, class instances, cycles, depth over {@link MAX_DEPTH},
 *   more than {@link MAX_ENTRIES} elements and fields
 */
export function fromPlain(value: unknown, what: string): Value {
  return middle(value, { what, path: [], inside: new Set(), entriesLeft: MAX_ENTRIES });
}

interface Walk {
  readonly what: string;
  readonly path: PathStep[];
  readonly inside: Set<object>;
  entriesLeft: number;
}

function middle(value: unknown, walk: Walk): Value {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'boolean':
    case 'string':
    case 'bigint':
      return value;
    case 'number':
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? new Float64(value) : value;
    case 'object':
      return value === null ? null : middleObject(value, walk);
    default:
      throw unfit(walk, `a ${typeof value}`);
  }
}

function middleObject(value: object, walk: Walk): Value {
  if (
    value instanceof Uint8Array ||
    value instanceof ByteString ||
    value instanceof Float64 ||
    value instanceof Empty
  ) {
    return value;
  }
  if (value instanceof Error) return toHostError(value);
  if (isOpaque(value)) return value;
  if (walk.inside.has(value)) throw unfit(walk, 'a value that contains itself');
  if (walk.inside.size >= MAX_DEPTH) throw tooDeep(walk.path, walk.what);
  count(value, walk);
  walk.inside.add(value);
  const result = middleContainer(value, walk);
  walk.inside.delete(value);
  return result;
}

function count(container: object, walk: Walk): void {
  if (Array.isArray(container)) walk.entriesLeft -= container.length;
  else walk.entriesLeft -= container instanceof Map ? container.size : Object.keys(container).length;
  if (walk.entriesLeft >= 0) return;
  throw new HostError('Invalid', `${walk.what}: more than ${MAX_ENTRIES} elements and fields`, {
    details: { limit: MAX_ENTRIES },
  });
}

function middleContainer(value: object, walk: Walk): Value {
  if (Array.isArray(value)) return value.map((element, index) => step(element, index + 1, walk));
  if (value instanceof Map) {
    return new Map([...value].map(([key, element]) => [middle(key, walk), step(element, String(key), walk)]));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object's prototype is the end of its chain: Object.prototype of whatever realm, or newMap's.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw unfit(walk, `an instance of ${value.constructor?.name ?? 'a class'}`);
  }
  const map: ValueMap = newMap();
  for (const [key, element] of Object.entries(value)) map[key] = step(element, key, walk);
  return map;
}

function step(value: unknown, key: PathStep, walk: Walk): Value {
  walk.path.push(key);
  const result = middle(value, walk);
  walk.path.pop();
  return result;
}

function isOpaque(value: object): value is Opaque {
  return typeof (value as Partial<Opaque>).opaqueKind === 'string' && Object.getPrototypeOf(value) !== Object.prototype;
}

function unfit(walk: Walk, got: string): HostError {
  const place = walk.path.length === 0 ? '' : `${formatPath(walk.path)}: `;
  const expected = 'plain data (nil, booleans, numbers, strings, bytes, arrays, objects)';
  return new HostError('Invalid', `${walk.what}: ${place}expected ${expected}, got ${got}`, {
    details: { path: formatPath(walk.path), expected, got },
  });
}

function tooDeep(path: readonly PathStep[], what = 'value'): HostError {
  const place = path.length === 0 ? '' : ` at ${formatPath(path.slice(0, 4))}…`;
  return new HostError('Invalid', `${what}: nested deeper than ${MAX_DEPTH} levels${place}`);
}
