/** What scripts of this platform expect in `math` beside Lua 5.3's own. */

import { lua_pushnumber, luaL_checknumber } from '../fengari.js';
import type { LibraryFields } from '../tables.js';

function unary(compute: (x: number) => number): LibraryFields[string] {
  return (L) => {
    lua_pushnumber(L, compute(luaL_checknumber(L, 1)));
    return 1;
  };
}

export const mathExtras: LibraryFields = {
  sinh: unary(Math.sinh),
  cosh: unary(Math.cosh),
  tanh: unary(Math.tanh),
  log10: unary(Math.log10),
  pow: (L) => {
    lua_pushnumber(L, luaL_checknumber(L, 1) ** luaL_checknumber(L, 2));
    return 1;
  },
  atan2: (L) => {
    lua_pushnumber(L, Math.atan2(luaL_checknumber(L, 1), luaL_checknumber(L, 2)));
    return 1;
  },
};
