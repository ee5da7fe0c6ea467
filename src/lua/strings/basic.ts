/** The string functions that need no patterns and no formats. */

import {
  LUA_TNIL,
  LUA_TNONE,
  type LuaFunction,
  lua_gettop,
  lua_pushinteger,
  lua_type,
  luaL_argerror,
  luaL_checkinteger,
  luaL_checkstack,
  luaL_error,
} from '../fengari.js';
import {
  allocate,
  type Functions,
  type Library,
  positionArgument,
  pushPaidString,
  pushString,
  stringArgument,
} from './library.js';

const MAX_STRING_BYTES = 2147483647;
const EMPTY = new Uint8Array(0);

export function basicFunctions(library: Library): Functions {
  return {
    byte: byteFunction(library),
    char: charFunction(library),
    len(L) {
      lua_pushinteger(L, stringArgument(library, L, 1).length);
      return 1;
    },
    lower: mapBytes(library, (byte) => (byte >= 65 && byte <= 90 ? byte | 0x20 : byte)),
    upper: mapBytes(library, (byte) => (byte >= 97 && byte <= 122 ? byte & 0xdf : byte)),
    rep: repFunction(library),
    reverse(L) {
      const bytes = stringArgument(library, L, 1);
      library.budget.bytes(bytes.length);
      pushPaidString(L, bytes.slice().reverse());
      return 1;
    },
    sub(L) {
      const bytes = stringArgument(library, L, 1);
      const from = Math.max(1, positionArgument(L, 2, luaL_checkinteger(L, 2), bytes.length));
      const to = Math.min(bytes.length, positionArgument(L, 3, -1, bytes.length));
      pushString(library, L, from <= to ? bytes.slice(from - 1, to) : EMPTY);
      return 1;
    },
  };
}

function byteFunction(library: Library): LuaFunction {
  return (L) => {
    const bytes = stringArgument(library, L, 1);
    const first = positionArgument(L, 2, 1, bytes.length);
    const from = Math.max(1, first);
    const to = Math.min(bytes.length, positionArgument(L, 3, first, bytes.length));
    if (from > to) return 0;
    const count = to - from + 1;
    luaL_checkstack(L, count, 'string slice too long');
    library.budget.steps(count);
    for (let at = from - 1; at < to; at++) lua_pushinteger(L, bytes[at]!);
    return count;
  };
}

function charFunction(library: Library): LuaFunction {
  return (L) => {
    const count = lua_gettop(L);
    const bytes = allocate(library, count);
    for (let i = 1; i <= count; i++) {
      const code = luaL_checkinteger(L, i);
      if (code < 0 || code > 255) luaL_argerror(L, i, 'value out of range');
      bytes[i - 1] = code;
    }
    pushPaidString(L, bytes);
    return 1;
  };
}

function mapBytes(library: Library, change: (byte: number) => number): LuaFunction {
  const table = Uint8Array.from({ length: 256 }, (_, byte) => change(byte));
  return (L) => {
    const bytes = stringArgument(library, L, 1);
    const changed = allocate(library, bytes.length);
    for (let i = 0; i < bytes.length; i++) changed[i] = table[bytes[i]!]!;
    pushPaidString(L, changed);
    return 1;
  };
}

function repFunction(library: Library): LuaFunction {
  return (L) => {
    const bytes = stringArgument(library, L, 1);
    const count = luaL_checkinteger(L, 2);
    const hasSeparator = lua_type(L, 3) !== LUA_TNONE && lua_type(L, 3) !== LUA_TNIL;
    const separator = hasSeparator ? stringArgument(library, L, 3) : EMPTY;
    const byteLength = count <= 0 ? 0 : count * bytes.length + (count - 1) * separator.length;
    if (byteLength > MAX_STRING_BYTES) luaL_error(L, 'resulting string too large');
    const whole = allocate(library, byteLength);
    if (byteLength > 0) fillRepeated(whole, bytes, separator);
    pushPaidString(L, whole);
    return 1;
  };
}

/** Writes `bytes`, `separator`, `bytes`, …, doubling what is there. */
function fillRepeated(whole: Uint8Array, bytes: Uint8Array, separator: Uint8Array): void {
  whole.set(bytes);
  if (whole.length === bytes.length) return;
  whole.set(separator, bytes.length);
  const unit = bytes.length + separator.length;
  for (let filled = unit; filled < whole.length; filled *= 2) {
    whole.copyWithin(filled, 0, Math.min(filled, whole.length - filled));
  }
}
