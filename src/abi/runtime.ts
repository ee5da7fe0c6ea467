/** The operations that generated code calls by name: everything that is more than one expression. See `codegen.ts`. */
import { ByteString } from '../values.js';
import type { LiftLowerContext } from './context.js';
import { Trap } from './errors.js';
import { returnLenders } from './handles.js';
import { MAX_LIST_BYTE_LENGTH } from './layout.js';
import { lowerChar, lowerFloat, lowerInt, lowerS64, lowerU64, MISMATCH } from './numbers.js';
import * as handles from './runtime-handles.js';
import * as scalars from './runtime-scalars.js';
import * as values from './runtime-values.js';
import * as strings from './strings.js';
import * as stringsLower from './strings-lower.js';

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
  const items = values.asList(bytes);
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

/** Bytes to allocate for a list that the host lowers; more than a 32-bit memory can hold is refused before any call. */
function listByteLength(length: number, elemSize: number): number {
  const byteLength = length * elemSize;
  if (byteLength >= TWO_32) throw new Trap('list-too-long', { byteLength, limit: TWO_32 - 1 });
  return byteLength;
}

/** The checks on a pointer to spilled parameters or results. Rules: `lift_flat_values`, `lower_flat_values`. */
function checkPointer(cx: LiftLowerContext, ptr: number, byteLength: number, alignment: number, what: string): void {
  if ((ptr & (alignment - 1)) !== 0) throw new Trap('pointer-unaligned', { what, ptr, alignment });
  const memorySize = cx.u8.length;
  if (ptr + byteLength > memorySize) throw new Trap('pointer-out-of-bounds', { what, ptr, byteLength, memorySize });
}

/** Bound to these names in generated code. */
export const runtime = {
  ...strings,
  ...stringsLower,
  ...values,
  ...scalars,
  ...handles,
  MISMATCH,
  lowerInt,
  lowerS64,
  lowerU64,
  lowerFloat,
  lowerChar,
  checkList,
  liftBytes,
  lowerBytes,
  listByteLength,
  checkPointer,
  returnLenders,
};
