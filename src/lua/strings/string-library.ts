/** The sandbox's `string`: whatever is called, steps and bytes are drawn on a budget. There is no `dump`. */

import {
  type LuaState,
  lua_createtable,
  lua_pop,
  lua_pushboolean,
  lua_pushliteral,
  lua_pushvalue,
  lua_setfield,
  lua_setmetatable,
} from '../fengari.js';
import { basicFunctions } from './basic.js';
import type { Budget } from './budget.js';
import { findFunction, gmatchFunction, matchFunction, newPatternCache } from './find.js';
import { formatFunction } from './format.js';
import { gsubFunction } from './gsub.js';
import { type LibraryOptions, newLibrary, pushFunctions } from './library.js';
import { packFunctions } from './pack.js';

/**
 * Pushes a new `string` library that draws on `budget`, and makes it the `__index` of strings (`s:upper()`). That
 * metatable cannot be reached from Lua.
 */
export function openStrings(L: LuaState, budget: Budget, options: LibraryOptions = {}): void {
  const library = newLibrary(budget, options);
  const cache = newPatternCache();
  pushFunctions(L, {
    ...basicFunctions(library),
    ...packFunctions(library),
    find: findFunction(library, cache),
    format: formatFunction(library),
    gmatch: gmatchFunction(library, cache),
    gsub: gsubFunction(library, cache),
    match: matchFunction(library, cache),
  });
  lua_pushliteral(L, '');
  lua_createtable(L, 0, 2);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, '__index');
  lua_pushboolean(L, false);
  lua_setfield(L, -2, '__metatable');
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}
