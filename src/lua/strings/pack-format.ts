/** The format strings of string.pack: one option after the other, with its size and the padding before it. */

import { type LuaState, luaL_argerror, luaL_error, to_luastring } from '../fengari.js';

export interface Option {
  /** `string`: with its length in front; `zero`: with a zero at its end; `none`: takes no bytes and no argument. */
  readonly kind: 'int' | 'uint' | 'float' | 'chars' | 'string' | 'zero' | 'pad' | 'none';
  /** Bytes of the value, without what a string adds. */
  readonly size: number;
  /** Bytes before it, for alignment. */
  readonly padding: number;
  readonly isLittle: boolean;
}

interface Format {
  readonly source: Uint8Array;
  at: number;
  isLittle: boolean;
  maxAlign: number;
}

const MAX_INTEGER_BYTES = 16;
const NATIVE_ALIGN = 8;
const NATIVE_INTEGER_BYTES = 4;
const MAX_SIZE = 2147483647;

export function startFormat(source: Uint8Array): Format {
  return { source, at: 0, isLittle: true, maxAlign: 1 };
}

/** @param offset bytes before the option. @returns null at the end. @throws a Lua error */
export function nextOption(L: LuaState, format: Format, offset: number): Option | null {
  if (format.at >= format.source.length) return null;
  const sign = String.fromCharCode(format.source[format.at]!);
  const { kind, size } = readOption(L, format);
  let align = size;
  if (sign === 'X') {
    align = alignOfNext(L, format);
  }
  const isAligned = align > 1 && kind !== 'chars' && kind !== 'pad' && (kind !== 'none' || sign === 'X');
  const padding = isAligned ? paddingFor(L, Math.min(align, format.maxAlign), offset) : 0;
  return { kind, size, padding, isLittle: format.isLittle };
}

function alignOfNext(L: LuaState, format: Format): number {
  if (format.at >= format.source.length) luaL_argerror(L, 1, "invalid next option for option 'X'");
  const next = readOption(L, format);
  if (next.kind === 'chars' || next.size === 0) luaL_argerror(L, 1, "invalid next option for option 'X'");
  return next.size;
}

function paddingFor(L: LuaState, align: number, offset: number): number {
  if ((align & (align - 1)) !== 0) luaL_argerror(L, 1, 'format asks for alignment not power of 2');
  return (align - (offset % align)) % align;
}

function readOption(L: LuaState, format: Format): { kind: Option['kind']; size: number } {
  const sign = String.fromCharCode(format.source[format.at++]!);
  switch (sign) {
    case 'b':
      return { kind: 'int', size: 1 };
    case 'B':
      return { kind: 'uint', size: 1 };
    case 'h':
      return { kind: 'int', size: 2 };
    case 'H':
      return { kind: 'uint', size: 2 };
    case 'l':
    case 'j':
      return { kind: 'int', size: NATIVE_INTEGER_BYTES };
    case 'L':
    case 'J':
    case 'T':
      return { kind: 'uint', size: NATIVE_INTEGER_BYTES };
    case 'i':
      return { kind: 'int', size: integerSize(L, format, NATIVE_INTEGER_BYTES) };
    case 'I':
      return { kind: 'uint', size: integerSize(L, format, NATIVE_INTEGER_BYTES) };
    case 's':
      return { kind: 'string', size: integerSize(L, format, NATIVE_INTEGER_BYTES) };
    case 'f':
      return { kind: 'float', size: 4 };
    case 'd':
    case 'n':
      return { kind: 'float', size: 8 };
    case 'c': {
      const size = readNumber(format);
      if (size === null) return luaL_error(L, "missing size for format option 'c'");
      return { kind: 'chars', size };
    }
    case 'z':
      return { kind: 'zero', size: 0 };
    case 'x':
      return { kind: 'pad', size: 1 };
    default:
      readSetting(L, format, sign);
      return { kind: 'none', size: 0 };
  }
}

function readSetting(L: LuaState, format: Format, sign: string): void {
  if (sign === '<' || sign === '=') format.isLittle = true;
  else if (sign === '>') format.isLittle = false;
  else if (sign === '!') format.maxAlign = integerSize(L, format, NATIVE_ALIGN);
  else if (sign !== ' ' && sign !== 'X') luaL_error(L, "invalid format option '%s'", to_luastring(sign));
}

function integerSize(L: LuaState, format: Format, fallback: number): number {
  const size = readNumber(format) ?? fallback;
  if (size < 1 || size > MAX_INTEGER_BYTES) {
    luaL_error(L, 'integral size (%d) out of limits [1,%d]', size, MAX_INTEGER_BYTES);
  }
  return size;
}

function readNumber(format: Format): number | null {
  const { source } = format;
  const start = format.at;
  let value = 0;
  while (format.at < source.length && value <= (MAX_SIZE - 9) / 10) {
    const digit = source[format.at]! - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
    format.at++;
  }
  return format.at === start ? null : value;
}
