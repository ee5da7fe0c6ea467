/** string.format: C's conversions, `%q`, and `%s` through `__tostring`. */

import {
  LUA_TBOOLEAN,
  LUA_TNIL,
  LUA_TNUMBER,
  LUA_TSTRING,
  type LuaFunction,
  type LuaState,
  lua_gettop,
  lua_isinteger,
  lua_pop,
  lua_toboolean,
  lua_tonumberx,
  lua_tostring,
  lua_type,
  luaL_argerror,
  luaL_checkinteger,
  luaL_checknumber,
  luaL_error,
  luaL_tolstring,
  to_luastring,
} from '../fengari.js';
import { type Library, stringArgument } from './library.js';
import { formatFloat, formatInteger, type NumberFormat } from './number-format.js';
import { append, newOutput, pushOutput } from './output.js';

const ESCAPE = 37; // %
const FLAGS = '-+ #0';
const MAX_EXACT = 2 ** 53;
/** A longer string without a precision is not padded: no width is that large. */
const LONGEST_PADDED_BYTES = 100;

export function formatFunction(library: Library): LuaFunction {
  return (L) => {
    const source = stringArgument(library, L, 1);
    const given = lua_gettop(L);
    const output = newOutput(library.budget, 2 * source.length);
    let argument = 1;
    let from = 0;
    for (let at = source.indexOf(ESCAPE); at >= 0; at = source.indexOf(ESCAPE, from)) {
      if (at > from) append(output, source.subarray(from, at));
      if (source[at + 1] === ESCAPE) {
        append(output, source.subarray(at, at + 1));
        from = at + 2;
        continue;
      }
      if (++argument > given) luaL_argerror(L, argument, 'no value');
      const spec = parseSpec(L, source, at + 1);
      append(output, convert(library, L, argument, spec));
      from = spec.end;
    }
    if (from < source.length) append(output, source.subarray(from));
    library.budget.steps(argument);
    pushOutput(L, output);
    return 1;
  };
}

/** The bytes of ASCII text: for short ones faster than an encoder. */
function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

interface Spec extends NumberFormat {
  readonly conversion: string;
  readonly hasModifiers: boolean;
  /** After the conversion. */
  readonly end: number;
}

/** Parses what follows a `%`. */
function parseSpec(L: LuaState, source: Uint8Array, start: number): Spec {
  let at = start;
  const char = () => String.fromCharCode(source[at] ?? 0);
  const number = (): number => {
    let value = 0;
    for (const end = at + 2; at < end && char() >= '0' && char() <= '9'; at++) value = value * 10 + Number(char());
    return value;
  };
  let flags = '';
  for (; FLAGS.includes(char()); at++) flags += char();
  if (flags.length >= FLAGS.length) luaL_error(L, 'invalid format (repeated flags)');
  const width = number();
  let precision = -1;
  if (char() === '.') {
    at++;
    precision = number();
  }
  if (char() >= '0' && char() <= '9') luaL_error(L, 'invalid format (width or precision too long)');
  return {
    conversion: at < source.length ? char() : '',
    hasModifiers: at > start,
    end: at + 1,
    left: flags.includes('-'),
    plus: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '',
    alternative: flags.includes('#'),
    zeros: flags.includes('0'),
    width,
    precision,
  };
}

function convert(library: Library, L: LuaState, argument: number, spec: Spec): Uint8Array {
  switch (spec.conversion) {
    case 'c':
      return padBytes(Uint8Array.of(luaL_checkinteger(L, argument)), spec);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return asciiBytes(formatInteger(wholeArgument(L, argument), spec.conversion, spec));
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return asciiBytes(formatFloat(luaL_checknumber(L, argument), spec.conversion, spec));
    case 'q':
      return quote(library, L, argument);
    case 's':
      return formatString(L, argument, spec);
    default:
      return luaL_error(L, "invalid option '%%%s' to 'format'", to_luastring(spec.conversion));
  }
}

/** An integer, or a float with an exact integral value: whole numbers above 2147483647 are floats here. */
function wholeArgument(L: LuaState, argument: number): number {
  const number = lua_tonumberx(L, argument);
  if (number !== false && Number.isInteger(number) && Math.abs(number) <= MAX_EXACT) {
    return number === 0 ? 0 : number;
  }
  return luaL_checkinteger(L, argument);
}

function formatString(L: LuaState, argument: number, spec: Spec): Uint8Array {
  const bytes = luaL_tolstring(L, argument);
  lua_pop(L, 1);
  if (!spec.hasModifiers) return bytes;
  if (bytes.includes(0)) luaL_argerror(L, argument, 'string contains zeros');
  if (spec.precision < 0 && bytes.length >= LONGEST_PADDED_BYTES) return bytes;
  return padBytes(spec.precision < 0 ? bytes : bytes.subarray(0, spec.precision), spec);
}

function padBytes(bytes: Uint8Array, spec: Spec): Uint8Array {
  if (bytes.length >= spec.width) return bytes;
  const padded = new Uint8Array(spec.width).fill(32);
  padded.set(bytes, spec.left ? 0 : spec.width - bytes.length);
  return padded;
}

const PLAIN: NumberFormat = { left: false, plus: '', alternative: false, zeros: false, width: 0, precision: -1 };

/** A literal that Lua reads back as the same value. */
function quote(library: Library, L: LuaState, argument: number): Uint8Array {
  switch (lua_type(L, argument)) {
    case LUA_TSTRING:
      return quoteBytes(library, lua_tostring(L, argument)!);
    case LUA_TNUMBER:
      return asciiBytes(quoteNumber(lua_tonumberx(L, argument) as number, lua_isinteger(L, argument)));
    case LUA_TNIL:
      return asciiBytes('nil');
    case LUA_TBOOLEAN:
      return asciiBytes(String(lua_toboolean(L, argument)));
    default:
      return luaL_argerror(L, argument, 'value has no literal form');
  }
}

function quoteNumber(value: number, isInteger: boolean): string {
  if (isInteger) return value === -2147483648 ? '0x80000000' : String(value);
  if (Number.isNaN(value)) return '(0/0)';
  if (!Number.isFinite(value)) return value > 0 ? '1e9999' : '-1e9999';
  return formatFloat(value, 'a', PLAIN);
}

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;

function quoteBytes(library: Library, bytes: Uint8Array): Uint8Array {
  let byteLength = 2;
  for (let i = 0; i < bytes.length; i++) byteLength += escapeAt(bytes, i)?.length ?? 1;
  library.budget.room(byteLength);
  const quoted = new Uint8Array(byteLength);
  quoted[0] = QUOTE;
  let at = 1;
  for (let i = 0; i < bytes.length; i++) {
    const sequence = escapeAt(bytes, i);
    if (sequence === null) quoted[at++] = bytes[i]!;
    else {
      quoted.set(sequence, at);
      at += sequence.length;
    }
  }
  quoted[at] = QUOTE;
  return quoted;
}

/** What stands for a byte inside quotes; null when it stands for itself. */
function escapeAt(bytes: Uint8Array, at: number): Uint8Array | null {
  const byte = bytes[at]!;
  if (byte === QUOTE || byte === BACKSLASH || byte === NEWLINE) return Uint8Array.of(BACKSLASH, byte);
  if (byte >= 32 && byte !== 127) return null;
  const next = bytes[at + 1] ?? 0;
  const isBeforeDigit = next >= 48 && next <= 57;
  return asciiBytes(`\\${String(byte).padStart(isBeforeDigit ? 3 : 1, '0')}`);
}
