/** Why a scalar or a string does not fit its type: the leaves of `explain.ts`. */
import { ByteString, Float64, type PathStep } from '../values.js';
import type { ValType } from '../wit/types.js';
import { describeType, describeValue } from './describe.js';
import { INT_RANGES, lowerChar, lowerFloat, lowerInt, lowerS64, lowerU64, MISMATCH } from './numbers.js';

/** What is wrong; `path` from the inside out. */
export type Finding = { path: PathStep[]; expected: string; got: string; suggestion: string | null };

export function wrong(type: ValType, value: unknown, expected = describeType(type)): Finding {
  return { path: [], expected, got: describeValue(value), suggestion: null };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function fits(lower: () => unknown): boolean {
  try {
    lower();
    return true;
  } catch (thrown) {
    if (thrown === MISMATCH) return false;
    throw thrown;
  }
}

/** What is wrong with a value whose type has no parts. */
export function checkScalar(type: ValType, value: unknown): Finding | null {
  const range = INT_RANGES[type.kind];
  if (range !== undefined) {
    return fits(() => lowerInt(value, range[0], range[1])) ? null : wrong(type, value, integerHint(type, value, range));
  }
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean' ? null : wrong(type, value);
    case 's64':
    case 'u64':
      return fits(() => (type.kind === 's64' ? lowerS64(value) : lowerU64(value)))
        ? null
        : wrong(type, value, bigHint(type, value));
    case 'f32':
    case 'f64':
      return fits(() => lowerFloat(value)) ? null : wrong(type, value);
    case 'char':
      return fits(() => lowerChar(value, decodeUtf8)) ? null : wrong(type, value, 'char (one Unicode scalar value)');
    case 'string':
      return checkString(type, value);
    default:
      return null;
  }
}

function integerHint(type: ValType, value: unknown, range: readonly [number, number]): string {
  const isNumber = typeof value === 'number' || typeof value === 'bigint' || value instanceof Float64;
  return isNumber ? `${describeType(type)} (an integer from ${range[0]} to ${range[1]})` : describeType(type);
}

const U64_RANGE = `0 to ${2n ** 64n - 1n}`;
const S64_RANGE = `${-(2n ** 63n)} to ${2n ** 63n - 1n}`;

/** A float beyond 2^53 may have lost digits before it came here. */
function bigHint(type: ValType, value: unknown): string {
  const number = value instanceof Float64 ? value.value : value;
  const inexact = typeof number === 'number' && Number.isInteger(number) && Math.abs(number) > Number.MAX_SAFE_INTEGER;
  if (inexact) return `${type.kind} (exact beyond 2^53 only as int64 or bigint)`;
  if (typeof number !== 'number' && typeof number !== 'bigint') return describeType(type);
  return `${describeType(type)} (an integer from ${type.kind === 'u64' ? U64_RANGE : S64_RANGE})`;
}

export function checkString(type: ValType, value: unknown): Finding | null {
  if (typeof value === 'string') {
    return value.isWellFormed()
      ? null
      : { ...wrong(type, value, 'string of Unicode scalar values'), got: 'a lone surrogate' };
  }
  if (value instanceof ByteString) {
    return decodeUtf8(value.bytes) !== undefined
      ? null
      : { ...wrong(type, value, 'string that is valid UTF-8'), got: 'bytes that are not' };
  }
  return wrong(type, value);
}
