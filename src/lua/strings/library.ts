/** What the functions of the string and table libraries share: arguments, results, and their dues to the budget. */

import {
  LUA_TUSERDATA,
  type LuaFunction,
  type LuaState,
  lua_createtable,
  lua_pushcfunction,
  lua_setfield,
  lua_tolstring,
  lua_type,
  luaL_checkstring,
  luaL_error,
  luaL_optinteger,
} from '../fengari.js';
import { newString, pushSlot, stringSlot } from '../table-access.js';
import type { Budget } from './budget.js';

export interface LibraryOptions {
  /**
   * Turns userdata at a stack index into a string in its place, where it has a text (error objects); leaves other values
   * alone. String functions then take it as a string.
   */
  readonly coerce?: (L: LuaState, index: number) => void;
}

export interface Library {
  readonly budget: Budget;
  readonly coerce: ((L: LuaState, index: number) => void) | null;
}

export type Functions = Readonly<Record<string, LuaFunction>>;

export function newLibrary(budget: Budget, options: LibraryOptions): Library {
  return { budget, coerce: options.coerce ?? null };
}

/** Pushes a table of functions. */
export function pushFunctions(L: LuaState, functions: Functions): void {
  lua_createtable(L, 0, 0);
  for (const [name, f] of Object.entries(functions)) {
    lua_pushcfunction(L, f);
    lua_setfield(L, -2, name);
  }
}

/** The bytes of a string argument; numbers and what `coerce` knows become strings. @throws a Lua error for others */
export function stringArgument(library: Library, L: LuaState, index: number): Uint8Array {
  const bytes = lua_tolstring(L, index);
  if (bytes !== null) return bytes;
  if (library.coerce !== null && lua_type(L, index) === LUA_TUSERDATA) library.coerce(L, index);
  return luaL_checkstring(L, index);
}

/** Is there a string, or what can be taken for one? */
export function isStringArgument(library: Library, L: LuaState, index: number): boolean {
  if (library.coerce !== null && lua_type(L, index) === LUA_TUSERDATA) library.coerce(L, index);
  return lua_tolstring(L, index) !== null;
}

/** A position argument as an offset-like number counted from 1; negative ones count from the end. 0 is before the first. */
export function positionArgument(L: LuaState, index: number, fallback: number, length: number): number {
  const position = luaL_optinteger(L, index, fallback);
  if (position >= 0) return position;
  return -position > length ? 0 : length + position + 1;
}

/** Pushes a string that nobody has paid for yet. The bytes are its own from now on. */
export function pushString(library: Library, L: LuaState, bytes: Uint8Array): void {
  library.budget.bytes(bytes.length);
  pushPaidString(L, bytes);
}

/** Pushes a string whose bytes the budget knows. The bytes are its own from now on. */
export function pushPaidString(L: LuaState, bytes: Uint8Array): void {
  if (!pushSlot(L, stringSlot(newString(L, bytes)))) luaL_error(L, 'stack overflow');
}

/** Bytes for a string to be made, paid for before they exist. */
export function allocate(library: Library, byteLength: number): Uint8Array {
  library.budget.bytes(byteLength);
  return new Uint8Array(byteLength);
}
