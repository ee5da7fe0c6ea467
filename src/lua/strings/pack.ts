/**
 * string.pack, packsize and unpack (the Lua 5.3 manual, section 6.4.2), with Fengari's native sizes: 4 bytes for `i`,
 * `l`, `j` and `T`. Integers beyond 32 bits are exact floats, as everywhere here: they can be packed, and are unpacked.
 */

import {
  type LuaFunction,
  type LuaState,
  lua_pushinteger,
  lua_pushnumber,
  lua_tonumberx,
  luaL_argcheck,
  luaL_argerror,
  luaL_checkinteger,
  luaL_checknumber,
  luaL_checkstack,
  luaL_error,
} from '../fengari.js';
import { type Functions, type Library, positionArgument, pushString, stringArgument } from './library.js';
import { newOutput, type Output, pushOutput, reserve } from './output.js';
import { nextOption, type Option, startFormat } from './pack-format.js';

const MAX_EXACT = 2 ** 53;
const MAX_STRING_BYTES = 2147483647;

export function packFunctions(library: Library): Functions {
  return { pack: packFunction(library), packsize: packsizeFunction(library), unpack: unpackFunction(library) };
}

function packFunction(library: Library): LuaFunction {
  return (L) => {
    const format = startFormat(stringArgument(library, L, 1));
    const output = newOutput(library.budget, 0);
    let argument = 1;
    for (;;) {
      const option = nextOption(L, format, output.length);
      if (option === null) break;
      reserve(output, option.padding);
      if (option.kind === 'pad') reserve(output, option.size);
      else if (option.kind !== 'none') packValue(library, L, output, option, ++argument);
    }
    library.budget.steps(argument);
    pushOutput(L, output);
    return 1;
  };
}

function packValue(library: Library, L: LuaState, output: Output, option: Option, argument: number): void {
  const { kind, size, isLittle } = option;
  switch (kind) {
    case 'int':
    case 'uint':
      writeInteger(output, packable(L, argument, kind === 'int', size), size, isLittle);
      return;
    case 'float': {
      const value = luaL_checknumber(L, argument);
      const at = reserve(output, size);
      const view = new DataView(output.bytes.buffer, at, size);
      if (size === 4) view.setFloat32(0, value, isLittle);
      else view.setFloat64(0, value, isLittle);
      return;
    }
    default:
      packBytes(output, L, stringArgument(library, L, argument), option, argument);
  }
}

function packBytes(output: Output, L: LuaState, bytes: Uint8Array, option: Option, argument: number): void {
  const { kind, size, isLittle } = option;
  if (kind === 'chars') luaL_argcheck(L, bytes.length <= size, argument, 'string longer than given size');
  if (kind === 'string') {
    luaL_argcheck(L, bytes.length < 2 ** (8 * size), argument, 'string length does not fit in given size');
    writeInteger(output, bytes.length, size, isLittle);
  }
  if (kind === 'zero') luaL_argcheck(L, !bytes.includes(0), argument, 'strings contains zeros');
  const taken = kind === 'chars' ? size : kind === 'zero' ? bytes.length + 1 : bytes.length;
  const at = reserve(output, taken);
  output.bytes.set(bytes, at);
}

/** A whole number that fits into `size` bytes. Negative ones also pack as unsigned, from 4 bytes on. */
function packable(L: LuaState, argument: number, isSigned: boolean, size: number): number {
  const given = lua_tonumberx(L, argument);
  const isWhole = given !== false && Number.isInteger(given) && Math.abs(given) <= MAX_EXACT;
  const value = isWhole ? given : luaL_checkinteger(L, argument);
  const bits = 8 * size;
  if (isSigned) luaL_argcheck(L, value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1), argument, 'integer overflow');
  else
    luaL_argcheck(L, value < 2 ** bits && value >= (size < 4 ? 0 : -(2 ** (bits - 1))), argument, 'unsigned overflow');
  return value;
}

function writeInteger(output: Output, value: number, size: number, isLittle: boolean): void {
  const at = reserve(output, size);
  let rest = value;
  for (let i = 0; i < size; i++) {
    const byte = ((rest % 256) + 256) % 256;
    output.bytes[isLittle ? at + i : at + size - 1 - i] = byte;
    rest = (rest - byte) / 256;
  }
}

function packsizeFunction(library: Library): LuaFunction {
  return (L) => {
    const format = startFormat(stringArgument(library, L, 1));
    let total = 0;
    for (;;) {
      const option = nextOption(L, format, total);
      if (option === null) break;
      total += option.padding + option.size;
      luaL_argcheck(L, total <= MAX_STRING_BYTES, 1, 'format result too large');
      if (option.kind === 'string' || option.kind === 'zero') luaL_argerror(L, 1, 'variable-length format');
    }
    lua_pushinteger(L, total);
    return 1;
  };
}

function unpackFunction(library: Library): LuaFunction {
  return (L) => {
    const format = startFormat(stringArgument(library, L, 1));
    const data = stringArgument(library, L, 2);
    let at = positionArgument(L, 3, 1, data.length) - 1;
    luaL_argcheck(L, at >= 0 && at <= data.length, 3, 'initial position out of string');
    let count = 0;
    for (;;) {
      const option = nextOption(L, format, at);
      if (option === null) break;
      at += option.padding;
      luaL_argcheck(L, at + option.size <= data.length, 2, 'data string too short');
      if (option.kind !== 'pad' && option.kind !== 'none') {
        luaL_checkstack(L, 2, 'too many results');
        at = unpackValue(library, L, data, at, option);
        count++;
      } else at += option.size;
    }
    library.budget.steps(count);
    lua_pushinteger(L, at + 1);
    return count + 1;
  };
}

/** @returns where the next value begins */
function unpackValue(library: Library, L: LuaState, data: Uint8Array, at: number, option: Option): number {
  const { kind, size, isLittle } = option;
  switch (kind) {
    case 'int':
    case 'uint':
      pushWhole(L, readInteger(L, data, at, size, isLittle, kind === 'int'));
      return at + size;
    case 'float': {
      const view = new DataView(data.buffer, data.byteOffset + at, size);
      lua_pushnumber(L, size === 4 ? view.getFloat32(0, isLittle) : view.getFloat64(0, isLittle));
      return at + size;
    }
    case 'zero': {
      const end = data.indexOf(0, at);
      luaL_argcheck(L, end >= 0, 2, "unfinished string for format 'z'");
      pushString(library, L, data.slice(at, end));
      return end + 1;
    }
    default: {
      const length = kind === 'chars' ? size : readInteger(L, data, at, size, isLittle, false);
      const start = kind === 'chars' ? at : at + size;
      luaL_argcheck(L, start + length <= data.length, 2, 'data string too short');
      pushString(library, L, data.slice(start, start + length));
      return start + length;
    }
  }
}

function pushWhole(L: LuaState, value: number): void {
  if ((value | 0) === value) lua_pushinteger(L, value | 0);
  else lua_pushnumber(L, value);
}

function readInteger(
  L: LuaState,
  data: Uint8Array,
  at: number,
  size: number,
  isLittle: boolean,
  isSigned: boolean,
): number {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(data[isLittle ? at + i : at + size - 1 - i]!);
  if (isSigned) value = BigInt.asIntN(8 * size, value);
  const exact = Number(value);
  if (Math.abs(exact) > MAX_EXACT) luaL_error(L, '%d-byte integer does not fit into Lua Integer', size);
  return exact;
}
