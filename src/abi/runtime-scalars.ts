/** Scalars in and out of memory and core values, where that is more than one expression: for generated code. */
import { Float64 } from '../values.js';
import type { LiftLowerContext } from './context.js';
import { Trap } from './errors.js';
import { isScalarValue, lowerS64, lowerU64, MISMATCH } from './numbers.js';

const TWO_32 = 2 ** 32;

/** Rule: `convert_i32_to_char`. */
export function liftChar(code: number): string {
  const value = code >>> 0;
  if (!isScalarValue(value)) throw new Trap('char-invalid', { value });
  return String.fromCodePoint(value);
}

export function mismatch(): never {
  throw MISMATCH;
}

export function badDiscriminant(value: number, count: number): never {
  throw new Trap('variant-invalid', { value: value >>> 0, count });
}

export function storeS64(cx: LiftLowerContext, ptr: number, value: unknown): void {
  if (typeof value === 'number' && Number.isSafeInteger(value)) storeSafe(cx, ptr, value);
  else cx.view.setBigInt64(ptr, lowerS64(value), true);
}

export function storeU64(cx: LiftLowerContext, ptr: number, value: unknown): void {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) storeSafe(cx, ptr, value);
  else cx.view.setBigUint64(ptr, lowerU64(value), true);
}

function storeSafe(cx: LiftLowerContext, ptr: number, value: number): void {
  cx.i32[ptr >>> 2] = value; // ToInt32 keeps the low 32 bits of any safe integer
  cx.i32[(ptr >>> 2) + 1] = Math.floor(value / TWO_32);
}

/** An int64 of the middle form: a number where it is exact. */
export function goS64(big: bigint): number | bigint {
  const number = Number(big);
  return Number.isSafeInteger(number) ? number : big;
}

export function loadGoS64(cx: LiftLowerContext, ptr: number): number | bigint {
  const low = (cx.i32[ptr >>> 2] as number) >>> 0;
  const number = (cx.i32[(ptr >>> 2) + 1] as number) * TWO_32 + low;
  return Number.isSafeInteger(number) ? number : cx.view.getBigInt64(ptr, true);
}

export function loadGoU64(cx: LiftLowerContext, ptr: number): number | bigint {
  const low = (cx.i32[ptr >>> 2] as number) >>> 0;
  const number = ((cx.i32[(ptr >>> 2) + 1] as number) >>> 0) * TWO_32 + low;
  return Number.isSafeInteger(number) ? number : cx.view.getBigUint64(ptr, true);
}

/** A float64 of the middle form: tagged when integral, so that 7.0 stays a float. */
export function goFloat(value: number): number | Float64 {
  return Number.isInteger(value) && !Object.is(value, -0) ? new Float64(value) : value;
}

/** Rules: `maybe_scramble_nan32`, `maybe_scramble_nan64`, in the deterministic profile. */
export function canonicalNan(value: number): number {
  return Number.isNaN(value) ? Number.NaN : value;
}

const bits = new DataView(new ArrayBuffer(8));
/** Rule: `core_i32_reinterpret_f32` and its kin, for payloads of variants that share a core slot. */
export function i32FromF32(value: number): number {
  bits.setFloat32(0, canonicalNan(value));
  return bits.getInt32(0);
}
export function f32FromI32(value: number): number {
  bits.setInt32(0, value);
  return bits.getFloat32(0);
}
export function i64FromF64(value: number): bigint {
  bits.setFloat64(0, canonicalNan(value));
  return bits.getBigInt64(0);
}
export function f64FromI64(value: bigint): number {
  bits.setBigInt64(0, value);
  return bits.getFloat64(0);
}
/** Rule: `wrap_i64_to_i32`. */
export function i32FromI64(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}
export function i64FromI32(value: number): bigint {
  return BigInt(value >>> 0);
}
