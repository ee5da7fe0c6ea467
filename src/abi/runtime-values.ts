/** How values of the middle form are taken apart on their way in, and flags put together: for generated code. */
import { ByteString, EMPTY, Float64, type Value } from '../values.js';
import { asName, MISMATCH } from './numbers.js';
import { misspeltField } from './shapes.js';

const NOTHING: readonly Value[] = [];

/** The elements of a list value: an array, a typed array of a TypeScript caller, or the empty table. */
export function asList(value: unknown): ArrayLike<unknown> {
  if (Array.isArray(value)) return value;
  if (value === EMPTY) return NOTHING;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof Uint8Array)) {
    return value as unknown as ArrayLike<unknown>;
  }
  throw MISMATCH;
}

/** Elements of a tuple: an array no longer than `count`; what is missing counts as nil. */
export function asTuple(value: unknown, count: number): readonly unknown[] {
  if (value === EMPTY) return NOTHING;
  if (!Array.isArray(value) || value.length > count) throw MISMATCH;
  return value;
}

/** A map: what records, variants, results and named flags are read from. */
export function asMap(value: unknown): Record<string, unknown> {
  if (value === EMPTY) return NO_FIELDS;
  if (typeof value !== 'object' || value === null || !isMap(value)) throw MISMATCH;
  return value as Record<string, unknown>;
}
const NO_FIELDS: Record<string, unknown> = Object.freeze(Object.create(null));

/** Is it read by names? Lists, bytes, mixed tables and tagged values are not. */
function isMap(value: object): boolean {
  if (Array.isArray(value) || value instanceof Map || ArrayBuffer.isView(value)) return false;
  return !(value instanceof Float64 || value instanceof ByteString || 'opaqueKind' in value);
}

/** An option inside an option: `{}` is some(none), `{some: v}` the rest. */
export function someOf(value: unknown): unknown {
  const map = asMap(value);
  for (const key of Object.keys(map)) if (key !== 'some') throw MISMATCH;
  return map.some;
}

/** Is it a table without entries? Stands for none where `true` is a value: the error of `result<_, option<bool>>`. */
export function isEmptyMap(value: unknown): boolean {
  if (value === EMPTY) return true;
  return typeof value === 'object' && value !== null && isMap(value) && Object.keys(value).length === 0;
}

/** A field whose name every object inherits. */
export function ownField(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** An optional field is missing: refuses a map that has it under a misspelt name. */
export function checkSpelling(value: object, fields: readonly string[]): void {
  if (misspeltField(value, fields) !== null) throw MISMATCH;
}

/** The index of a variant value's case. A map has exactly one key; a string names a case that can do without payload. */
export function caseIndex(value: unknown, indices: ReadonlyMap<string, number>, bare: ReadonlySet<number>): number {
  const name = asName(value);
  if (name !== undefined) {
    const index = indices.get(name);
    if (index === undefined || !bare.has(index)) throw MISMATCH;
    return index;
  }
  const keys = Object.keys(asMap(value));
  const index = keys.length === 1 ? indices.get(keys[0] as string) : undefined;
  if (index === undefined) throw MISMATCH;
  return index;
}

/** The payload of a variant value whose case is known; a bare name has none. */
export function casePayload(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof ByteString) return undefined;
  for (const key in value) return (value as Record<string, unknown>)[key];
  return undefined;
}

/** A case without payload is given as `true` (or as its bare name). */
export function checkNoPayload(value: unknown): void {
  const payload = casePayload(value);
  if (payload !== undefined && payload !== null && payload !== true) throw MISMATCH;
}

/** `emptyCase`: which side `{}` stands for, because that side's payload is an option that is none; -1 for neither. */
export function resultIndex(value: unknown, emptyCase: number): number {
  const keys = Object.keys(asMap(value));
  if (keys.length === 0 && emptyCase >= 0) return emptyCase;
  if (keys.length !== 1) throw MISMATCH;
  if (keys[0] === 'ok') return 0;
  if (keys[0] === 'err') return 1;
  throw MISMATCH;
}

export function enumIndex(value: unknown, indices: ReadonlyMap<string, number>): number {
  const name = asName(value);
  const index = name === undefined ? undefined : indices.get(name);
  if (index === undefined) throw MISMATCH;
  return index;
}

/** Flags as an array of names or a map of booleans. Rule: `pack_flags_into_int`. */
export function packFlags(value: unknown, indices: ReadonlyMap<string, number>): number {
  let bits = 0;
  if (Array.isArray(value)) {
    for (const each of value) bits |= 1 << enumIndex(each, indices);
    return bits;
  }
  const map = asMap(value);
  for (const name of Object.keys(map)) {
    const index = indices.get(name);
    const set = map[name];
    if (index === undefined || typeof set !== 'boolean') throw MISMATCH;
    if (set) bits |= 1 << index;
  }
  return bits;
}

/** Rule: `unpack_flags_from_int`, only those that are set. */
export function unpackFlags(bits: number, names: readonly string[]): Record<string, true> {
  const flags: Record<string, true> = {};
  for (let i = 0; i < names.length; i++) if ((bits & (1 << i)) !== 0) flags[names[i] as string] = true;
  return flags;
}
