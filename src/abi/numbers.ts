/**
 * Scalars on their way into a guest: the paths that generated code takes when a value is not simply a number in range.
 * Each returns a core value or throws {@link MISMATCH}; `explain.ts` then finds out what was wrong, and where.
 */
import { ByteString, Float64 } from '../values.js';
import type { ValType } from '../wit/types.js';

/** Thrown when a value does not fit its type. Carries nothing: the fast path stays free of paths and texts. */
export const MISMATCH: unique symbol = Symbol('mismatch');

/** The integers of at most 32 bits, with their least and greatest. */
export const INT_RANGES: Partial<Record<ValType['kind'], readonly [min: number, max: number]>> = {
  u8: [0, 255],
  s8: [-128, 127],
  u16: [0, 65535],
  s16: [-32768, 32767],
  u32: [0, 4294967295],
  s32: [-2147483648, 2147483647],
};

/** An integer of 32 bits or fewer, given as a float with an integral value, a bigint, or -0. */
export function lowerInt(value: unknown, min: number, max: number): number {
  let number: number;
  if (typeof value === 'number') number = value;
  else if (value instanceof Float64) number = value.value;
  else if (typeof value === 'bigint' && value >= BigInt(min) && value <= BigInt(max)) number = Number(value);
  else throw MISMATCH;
  if (!Number.isInteger(number) || number < min || number > max) throw MISMATCH;
  return number + 0;
}

const MIN_S64 = -(2n ** 63n);
const MAX_S64 = 2n ** 63n - 1n;
const MAX_U64 = 2n ** 64n - 1n;
/** Lua floats are exact up to here, and this one still counts. */
const MAX_EXACT_FLOAT = 2 ** 53;

export function lowerS64(value: unknown): bigint {
  return lowerBig(value, MIN_S64, MAX_S64);
}

export function lowerU64(value: unknown): bigint {
  return lowerBig(value, 0n, MAX_U64);
}

function lowerBig(value: unknown, min: bigint, max: bigint): bigint {
  let big: bigint;
  if (typeof value === 'number' && Number.isSafeInteger(value)) big = BigInt(value);
  else if (typeof value === 'bigint') big = value;
  else if (value instanceof Float64 && Math.abs(value.value) <= MAX_EXACT_FLOAT) big = BigInt(value.value);
  else throw MISMATCH;
  if (big < min || big > max) throw MISMATCH;
  return big;
}

export function lowerFloat(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value instanceof Float64) return value.value;
  if (typeof value === 'bigint' && BigInt(Number(value)) === value) return Number(value);
  throw MISMATCH;
}

const MAX_CHAR = 0x10ffff;

export function isScalarValue(code: number): boolean {
  return code >= 0 && code <= MAX_CHAR && (code < 0xd800 || code > 0xdfff);
}

/** A char: a string of one code point, or the code point. Rule: `char_to_i32`. */
export function lowerChar(value: unknown, decodeUtf8: (bytes: Uint8Array) => string | undefined): number {
  if (typeof value === 'number' || value instanceof Float64) {
    const code = lowerInt(value, 0, MAX_CHAR);
    if (!isScalarValue(code)) throw MISMATCH;
    return code;
  }
  const text = value instanceof ByteString ? decodeShort(value, decodeUtf8) : value;
  if (typeof text !== 'string') throw MISMATCH;
  const code = text.codePointAt(0);
  if (code === undefined || !isScalarValue(code) || text.length !== (code > 0xffff ? 2 : 1)) throw MISMATCH;
  return code;
}

function decodeShort(value: ByteString, decodeUtf8: (bytes: Uint8Array) => string | undefined): string {
  if (value.bytes.length > 4) throw MISMATCH;
  return decodeUtf8(value.bytes) ?? '';
}

/** The name that a string value spells, or undefined. */
export function asName(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof ByteString && value.bytes.length <= MAX_NAME) return String.fromCharCode(...value.bytes);
  return undefined;
}
const MAX_NAME = 256;
