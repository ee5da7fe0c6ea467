/** The table library's functions on sequences, each bounded: what walks elements draws steps. */

import {
  LUA_OPEQ,
  LUA_TNIL,
  LUA_TTABLE,
  type LuaFunction,
  type LuaState,
  lua_checkstack,
  lua_compare,
  lua_createtable,
  lua_geti,
  lua_getmetatable,
  lua_gettop,
  lua_insert,
  lua_isnoneornil,
  lua_pop,
  lua_pushinteger,
  lua_pushnil,
  lua_pushstring,
  lua_pushvalue,
  lua_rawget,
  lua_setfield,
  lua_seti,
  lua_tolstring,
  lua_type,
  luaL_argcheck,
  luaL_checkinteger,
  luaL_checktype,
  luaL_error,
  luaL_len,
  luaL_optinteger,
  luaL_typename,
} from '../fengari.js';
import { type Budget, STEPS_PER_REPORT } from './budget.js';
import { type Functions, isStringArgument, type Library, stringArgument } from './library.js';
import { append, newOutput, pushOutput } from './output.js';

/** What is done to an argument that stands for a table. */
export const READ = 1;
export const WRITE = 2;
const LENGTH = 4;
const MAX_INTEGER = 2147483647;
const EMPTY = new Uint8Array(0);

/** Tables pass; other values need the metamethods of what is done. @throws a Lua error */
function checkTable(L: LuaState, index: number, uses: number): void {
  if (lua_type(L, index) === LUA_TTABLE) return;
  if (lua_getmetatable(L, index)) {
    const has = (event: string): boolean => {
      lua_pushstring(L, event);
      const found = lua_rawget(L, -2) !== LUA_TNIL;
      lua_pop(L, 1);
      return found;
    };
    const passes =
      ((uses & READ) === 0 || has('__index')) &&
      ((uses & WRITE) === 0 || has('__newindex')) &&
      ((uses & LENGTH) === 0 || has('__len'));
    lua_pop(L, 1);
    if (passes) return;
  }
  luaL_checktype(L, index, LUA_TTABLE);
}

export function lengthOf(L: LuaState, index: number, uses: number): number {
  checkTable(L, index, uses | LENGTH);
  return luaL_len(L, index);
}

export function sequenceFunctions(library: Library): Functions {
  return {
    concat: concatFunction(library),
    insert: insertFunction(library.budget),
    move: moveFunction(library.budget),
    pack,
    remove: removeFunction(library.budget),
    unpack: unpackFunction(library.budget),
  };
}

/** Copies `count` elements; `step` is 1 or -1. Draws steps as it goes, since a range may be larger than any table. */
function copyElements(
  budget: Budget,
  L: LuaState,
  to: number,
  from: number,
  at: number,
  count: number,
  step: number,
): void {
  for (let i = 0; i < count; i++) {
    if (i % STEPS_PER_REPORT === STEPS_PER_REPORT - 1) budget.steps(STEPS_PER_REPORT);
    lua_geti(L, 1, from + i * step);
    lua_seti(L, to, at + i * step);
  }
  budget.steps(count % STEPS_PER_REPORT);
}

function insertFunction(budget: Budget): LuaFunction {
  return (L) => {
    const end = lengthOf(L, 1, READ | WRITE) + 1;
    let position = end;
    const given = lua_gettop(L);
    if (given === 3) {
      position = luaL_checkinteger(L, 2);
      luaL_argcheck(L, position >= 1 && position <= end, 2, 'position out of bounds');
      copyElements(budget, L, 1, end - 1, end, end - position, -1);
    } else if (given !== 2) luaL_error(L, "wrong number of arguments to 'insert'");
    lua_seti(L, 1, position);
    return 0;
  };
}

function removeFunction(budget: Budget): LuaFunction {
  return (L) => {
    const size = lengthOf(L, 1, READ | WRITE);
    const position = luaL_optinteger(L, 2, size);
    if (position !== size) luaL_argcheck(L, position >= 1 && position <= size + 1, 1, 'position out of bounds');
    lua_geti(L, 1, position);
    const count = Math.max(0, size - position);
    copyElements(budget, L, 1, position + 1, position, count, 1);
    lua_pushnil(L);
    lua_seti(L, 1, position + count);
    return 1;
  };
}

function moveFunction(budget: Budget): LuaFunction {
  return (L) => {
    const first = luaL_checkinteger(L, 2);
    const last = luaL_checkinteger(L, 3);
    const target = luaL_checkinteger(L, 4);
    const to = lua_isnoneornil(L, 5) ? 1 : 5;
    checkTable(L, 1, READ);
    checkTable(L, to, WRITE);
    if (last >= first) {
      luaL_argcheck(L, first > 0 || last < MAX_INTEGER + first, 3, 'too many elements to move');
      const count = last - first + 1;
      luaL_argcheck(L, target <= MAX_INTEGER - count + 1, 4, 'destination wrap around');
      const overlaps = target > first && target <= last && (to === 1 || Boolean(lua_compare(L, 1, to, LUA_OPEQ)));
      if (overlaps) copyElements(budget, L, to, last, target + count - 1, count, -1);
      else copyElements(budget, L, to, first, target, count, 1);
    }
    lua_pushvalue(L, to);
    return 1;
  };
}

function concatFunction(library: Library): LuaFunction {
  const { budget } = library;
  return (L) => {
    const length = lengthOf(L, 1, READ);
    const separator = lua_isnoneornil(L, 2) ? EMPTY : stringArgument(library, L, 2);
    const first = luaL_optinteger(L, 3, 1);
    const last = luaL_optinteger(L, 4, length);
    const output = newOutput(budget, 0);
    for (let i = first; i <= last; i++) {
      if (i > first) append(output, separator);
      append(output, elementBytes(library, L, i));
      if ((i - first) % STEPS_PER_REPORT === STEPS_PER_REPORT - 1) budget.steps(STEPS_PER_REPORT);
    }
    pushOutput(L, output);
    return 1;
  };
}

function elementBytes(library: Library, L: LuaState, index: number): Uint8Array {
  lua_geti(L, 1, index);
  if (!isStringArgument(library, L, -1)) {
    luaL_error(L, "invalid value (%s) at index %d in table for 'concat'", luaL_typename(L, -1), index);
  }
  const bytes = lua_tolstring(L, -1)!;
  lua_pop(L, 1);
  return bytes;
}

const pack: LuaFunction = (L) => {
  const count = lua_gettop(L);
  lua_createtable(L, count, 1);
  lua_insert(L, 1);
  for (let i = count; i >= 1; i--) lua_seti(L, 1, i);
  lua_pushinteger(L, count);
  lua_setfield(L, 1, 'n');
  return 1;
};

function unpackFunction(budget: Budget): LuaFunction {
  return (L) => {
    const first = luaL_optinteger(L, 2, 1);
    const last = lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3);
    if (first > last) return 0;
    const count = last - first + 1;
    if (count >= MAX_INTEGER || !lua_checkstack(L, count)) luaL_error(L, 'too many results to unpack');
    budget.steps(count);
    for (let i = first; i <= last; i++) lua_geti(L, 1, i);
    return count;
  };
}
