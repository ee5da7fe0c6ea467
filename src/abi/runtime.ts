/** The operations that generated code calls by name: everything that is more than one expression. See `codegen.ts`. */
import { ByteString, EMPTY, Float64, type Value } from '../values.js';
import type { LiftLowerContext } from './context.js';
import { Trap } from './errors.js';
import { liftBorrow, liftOwn, lowerBorrow, lowerOwn, returnLenders } from './handles.js';
import { MAX_LIST_BYTE_LENGTH } from './layout.js';
import { asName, isScalarValue, lowerChar, lowerFloat, lowerInt, lowerS64, lowerU64, MISMATCH } from './numbers.js';
import { misspeltField } from './shapes.js';
import * as strings from './strings.js';

const TWO_32 = 2 ** 32;

/** What an array of bytes is charged beside them. */
const BYTES_COST = 24;

/** Rule: `load_list_from_range`: the checks, once for a whole list. `cost`: what an element costs the host, see cost.ts. */
function checkList(
  cx: LiftLowerContext,
  ptr: number,
  length: number,
  elemSize: number,
  alignment: number,
  cost: number,
): void {
  const byteLength = length * elemSize;
  if (byteLength > MAX_LIST_BYTE_LENGTH) throw new Trap('list-too-long', { byteLength, limit: MAX_LIST_BYTE_LENGTH });
  if ((ptr & (alignment - 1)) !== 0) throw new Trap('list-unaligned', { ptr, alignment });
  const memorySize = cx.u8.length;
  if (ptr + byteLength > memorySize) throw new Trap('list-out-of-bounds', { ptr, byteLength, memorySize });
  cx.spend(byteLength + length * cost);
}

/** list<u8>: a copy of its bytes. */
function liftBytes(cx: LiftLowerContext, ptr: number, length: number): Uint8Array {
  if (length > MAX_LIST_BYTE_LENGTH) {
    throw new Trap('list-too-long', { byteLength: length, limit: MAX_LIST_BYTE_LENGTH });
  }
  const memorySize = cx.u8.length;
  if (ptr + length > memorySize) throw new Trap('list-out-of-bounds', { ptr, byteLength: length, memorySize });
  cx.spend(length + BYTES_COST);
  return cx.u8.slice(ptr, ptr + length);
}

/** list<u8> from bytes, a string's bytes, or an array of integers. */
function lowerBytes(cx: LiftLowerContext, value: unknown): number {
  const bytes = value instanceof ByteString ? value.bytes : typeof value === 'string' ? encodeText(cx, value) : value;
  if (bytes instanceof Uint8Array) {
    const ptr = cx.allocate(1, bytes.length);
    cx.u8.set(bytes, ptr);
    cx.length = bytes.length;
    return ptr;
  }
  const items = asList(bytes);
  const ptr = cx.allocate(1, items.length);
  for (let i = 0; i < items.length; i++) cx.u8[ptr + i] = lowerInt(items[i], 0, 255);
  cx.length = items.length;
  return ptr;
}

/** A lone surrogate has no bytes, and encoders would replace it. */
function encodeText(cx: LiftLowerContext, text: string): Uint8Array {
  if (!text.isWellFormed()) throw MISMATCH;
  return cx.text.encodeUtf8(text);
}

const NOTHING: readonly Value[] = [];

/** The elements of a list value: an array, a typed array of a TypeScript caller, or the empty table. */
function asList(value: unknown): ArrayLike<unknown> {
  if (Array.isArray(value)) return value;
  if (value === EMPTY) return NOTHING;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof Uint8Array)) {
    return value as unknown as ArrayLike<unknown>;
  }
  throw MISMATCH;
}

/** Elements of a tuple: an array no longer than `count`; what is missing counts as nil. */
function asTuple(value: unknown, count: number): readonly unknown[] {
  if (value === EMPTY) return NOTHING;
  if (!Array.isArray(value) || value.length > count) throw MISMATCH;
  return value;
}

/** Bytes to allocate for a list that the host lowers; more than a 32-bit memory can hold is refused before any call. */
function listByteLength(length: number, elemSize: number): number {
  const byteLength = length * elemSize;
  if (byteLength >= TWO_32) throw new Trap('list-too-long', { byteLength, limit: TWO_32 - 1 });
  return byteLength;
}

/** A map: what records, variants, results and named flags are read from. */
function asMap(value: unknown): Record<string, unknown> {
  if (value === EMPTY) return NO_FIELDS;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw MISMATCH;
  if (value instanceof Map || ArrayBuffer.isView(value)) throw MISMATCH;
  if (value instanceof Float64 || value instanceof ByteString || 'opaqueKind' in value) throw MISMATCH;
  return value as Record<string, unknown>;
}
const NO_FIELDS: Record<string, unknown> = Object.freeze(Object.create(null));

/** An option inside an option: `{}` is some(none), `{some: v}` the rest. */
function someOf(value: unknown): unknown {
  const map = asMap(value);
  for (const key of Object.keys(map)) if (key !== 'some') throw MISMATCH;
  return map.some;
}

/** Is it a table without entries? Stands for none where `true` is a value: the error of `result<_, option<bool>>`. */
function isEmptyMap(value: unknown): boolean {
  return value === EMPTY || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}

/** A field whose name every object inherits. */
function ownField(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** An optional field is missing: refuses a map that has it under a misspelt name. */
function checkSpelling(value: object, fields: readonly string[]): void {
  if (misspeltField(value, fields) !== null) throw MISMATCH;
}

/** The index of a variant value's case. A map has exactly one key; a string names a case that can do without payload. */
function caseIndex(value: unknown, indices: ReadonlyMap<string, number>, bare: ReadonlySet<number>): number {
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
function casePayload(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof ByteString) return undefined;
  for (const key in value) return (value as Record<string, unknown>)[key];
  return undefined;
}

/** A case without payload is given as `true` (or as its bare name). */
function checkNoPayload(value: unknown): void {
  const payload = casePayload(value);
  if (payload !== undefined && payload !== null && payload !== true) throw MISMATCH;
}

/** `emptyCase`: which side `{}` stands for, because that side's payload is an option that is none; -1 for neither. */
function resultIndex(value: unknown, emptyCase: number): number {
  const keys = Object.keys(asMap(value));
  if (keys.length === 0 && emptyCase >= 0) return emptyCase;
  if (keys.length !== 1) throw MISMATCH;
  if (keys[0] === 'ok') return 0;
  if (keys[0] === 'err') return 1;
  throw MISMATCH;
}

function enumIndex(value: unknown, indices: ReadonlyMap<string, number>): number {
  const name = asName(value);
  const index = name === undefined ? undefined : indices.get(name);
  if (index === undefined) throw MISMATCH;
  return index;
}

/** Flags as an array of names or a map of booleans. Rule: `pack_flags_into_int`. */
function packFlags(value: unknown, indices: ReadonlyMap<string, number>): number {
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
function unpackFlags(bits: number, names: readonly string[]): Record<string, true> {
  const flags: Record<string, true> = {};
  for (let i = 0; i < names.length; i++) if ((bits & (1 << i)) !== 0) flags[names[i] as string] = true;
  return flags;
}

/** Rule: `convert_i32_to_char`. */
function liftChar(code: number): string {
  const value = code >>> 0;
  if (!isScalarValue(value)) throw new Trap('char-invalid', { value });
  return String.fromCodePoint(value);
}

function mismatch(): never {
  throw MISMATCH;
}

function badDiscriminant(value: number, count: number): never {
  throw new Trap('variant-invalid', { value: value >>> 0, count });
}

function storeS64(cx: LiftLowerContext, ptr: number, value: unknown): void {
  if (typeof value === 'number' && Number.isSafeInteger(value)) storeSafe(cx, ptr, value);
  else cx.view.setBigInt64(ptr, lowerS64(value), true);
}

function storeU64(cx: LiftLowerContext, ptr: number, value: unknown): void {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) storeSafe(cx, ptr, value);
  else cx.view.setBigUint64(ptr, lowerU64(value), true);
}

function storeSafe(cx: LiftLowerContext, ptr: number, value: number): void {
  cx.i32[ptr >>> 2] = value; // ToInt32 keeps the low 32 bits of any safe integer
  cx.i32[(ptr >>> 2) + 1] = Math.floor(value / TWO_32);
}

/** An int64 of the middle form: a number where it is exact. */
function goS64(big: bigint): number | bigint {
  const number = Number(big);
  return Number.isSafeInteger(number) ? number : big;
}

function loadGoS64(cx: LiftLowerContext, ptr: number): number | bigint {
  const low = (cx.i32[ptr >>> 2] as number) >>> 0;
  const number = (cx.i32[(ptr >>> 2) + 1] as number) * TWO_32 + low;
  return Number.isSafeInteger(number) ? number : cx.view.getBigInt64(ptr, true);
}

function loadGoU64(cx: LiftLowerContext, ptr: number): number | bigint {
  const low = (cx.i32[ptr >>> 2] as number) >>> 0;
  const number = ((cx.i32[(ptr >>> 2) + 1] as number) >>> 0) * TWO_32 + low;
  return Number.isSafeInteger(number) ? number : cx.view.getBigUint64(ptr, true);
}

/** A float64 of the middle form: tagged when integral, so that 7.0 stays a float. */
function goFloat(value: number): number | Float64 {
  return Number.isInteger(value) && !Object.is(value, -0) ? new Float64(value) : value;
}

/** Rules: `maybe_scramble_nan32`, `maybe_scramble_nan64`, in the deterministic profile. */
function canonicalNan(value: number): number {
  return Number.isNaN(value) ? Number.NaN : value;
}

const bits = new DataView(new ArrayBuffer(8));
/** Rule: `core_i32_reinterpret_f32` and its kin, for payloads of variants that share a core slot. */
function i32FromF32(value: number): number {
  bits.setFloat32(0, canonicalNan(value));
  return bits.getInt32(0);
}
function f32FromI32(value: number): number {
  bits.setInt32(0, value);
  return bits.getFloat32(0);
}
function i64FromF64(value: number): bigint {
  bits.setFloat64(0, canonicalNan(value));
  return bits.getBigInt64(0);
}
function f64FromI64(value: bigint): number {
  bits.setBigInt64(0, value);
  return bits.getFloat64(0);
}
/** Rule: `wrap_i64_to_i32`. */
function i32FromI64(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}
function i64FromI32(value: number): bigint {
  return BigInt(value >>> 0);
}

/** The checks on a pointer to spilled parameters or results. Rules: `lift_flat_values`, `lower_flat_values`. */
function checkPointer(cx: LiftLowerContext, ptr: number, byteLength: number, alignment: number, what: string): void {
  if ((ptr & (alignment - 1)) !== 0) throw new Trap('pointer-unaligned', { what, ptr, alignment });
  const memorySize = cx.u8.length;
  if (ptr + byteLength > memorySize) throw new Trap('pointer-out-of-bounds', { what, ptr, byteLength, memorySize });
}

function resourceOf(cx: LiftLowerContext, id: number): NonNullable<LiftLowerContext['resources'][number]> {
  return cx.resources[id] as NonNullable<LiftLowerContext['resources'][number]>;
}

function liftOwnRep(cx: LiftLowerContext, index: number, id: number): number {
  return liftOwn(cx.inst, index, resourceOf(cx, id));
}
function liftBorrowRep(cx: LiftLowerContext, index: number, id: number): number {
  return liftBorrow(cx.inst, index, resourceOf(cx, id), cx.lenders);
}
function liftOwnHost(cx: LiftLowerContext, index: number, id: number, target: 'go' | 'js'): unknown {
  return cx.hostHandles.lift(resourceOf(cx, id), liftOwnRep(cx, index, id), true, target);
}
function liftBorrowHost(cx: LiftLowerContext, index: number, id: number, target: 'go' | 'js'): unknown {
  return cx.hostHandles.lift(resourceOf(cx, id), liftBorrowRep(cx, index, id), false, target);
}
function lowerOwnRep(cx: LiftLowerContext, rep: unknown, id: number): number {
  return lowerOwn(cx.inst, rep as number, resourceOf(cx, id));
}
function lowerBorrowRep(cx: LiftLowerContext, rep: unknown, id: number): number {
  return lowerBorrow(cx.inst, rep as number, resourceOf(cx, id), cx.scope);
}
function lowerOwnHost(cx: LiftLowerContext, value: unknown, id: number): number {
  const rep = cx.hostHandles.lowerOwn(resourceOf(cx, id), value);
  if (rep === undefined) throw MISMATCH;
  const index = lowerOwnRep(cx, rep, id);
  cx.given.push(index);
  return index;
}
function lowerBorrowHost(cx: LiftLowerContext, value: unknown, id: number): number {
  const rep = cx.hostHandles.lowerBorrow(resourceOf(cx, id), value);
  if (rep === undefined) throw MISMATCH;
  const index = lowerBorrowRep(cx, rep, id);
  if (resourceOf(cx, id).impl !== cx.inst) cx.given.push(index);
  return index;
}

/** Rule: `Task.return_`: a callee drops every borrow before it answers. */
function checkBorrows(scope: { numBorrows: number }): void {
  if (scope.numBorrows !== 0) throw new Trap('borrows-remain', { count: scope.numBorrows });
}

function checkMayLeave(cx: LiftLowerContext): void {
  if (!cx.inst.mayLeave) throw new Trap('cannot-leave', { instance: cx.inst.path });
}

/** Bound to these names in generated code. */
export const runtime = {
  ...strings,
  MISMATCH,
  lowerInt,
  lowerS64,
  lowerU64,
  lowerFloat,
  lowerChar,
  checkList,
  liftBytes,
  lowerBytes,
  asList,
  asTuple,
  listByteLength,
  asMap,
  someOf,
  isEmptyMap,
  ownField,
  checkSpelling,
  caseIndex,
  casePayload,
  checkNoPayload,
  resultIndex,
  enumIndex,
  packFlags,
  unpackFlags,
  liftChar,
  badDiscriminant,
  mismatch,
  storeS64,
  storeU64,
  goS64,
  loadGoS64,
  loadGoU64,
  goFloat,
  canonicalNan,
  i32FromF32,
  f32FromI32,
  i64FromF64,
  f64FromI64,
  i32FromI64,
  i64FromI32,
  checkPointer,
  liftOwnRep,
  liftBorrowRep,
  liftOwnHost,
  liftBorrowHost,
  lowerOwnRep,
  lowerBorrowRep,
  lowerOwnHost,
  lowerBorrowHost,
  checkBorrows,
  checkMayLeave,
  returnLenders,
};
