/** Reading a table's field where an `__index` function may wait: the API's own reads call it where nothing can. */
import {
  type Continuation,
  LUA_TFUNCTION,
  LUA_TNIL,
  LUA_TTABLE,
  type LuaFunction,
  type LuaState,
  lua_callk,
  lua_gettable,
  lua_insert,
  lua_pop,
  lua_pushcfunction,
  lua_pushinteger,
  lua_pushnil,
  lua_pushvalue,
  lua_rawget,
  lua_rawgeti,
  lua_remove,
  lua_replace,
  lua_type,
  luaL_argerror,
  luaL_checkany,
  luaL_checkinteger,
  luaL_error,
  luaL_getmetafield,
} from '../fengari.js';

/** As many tables behind each other's `__index` as Lua itself follows. */
const MAX_CHAIN = 2000;

/**
 * Replaces the key on top of the stack by the field of the value at `index`. Where its `__index` function waits, `after` goes on
 * with the field on top.
 */
export function getFieldK(L: LuaState, index: number, context: unknown, after: Continuation): void {
  lua_pushvalue(L, index);
  for (let chain = 0; chain < MAX_CHAIN; chain++) {
    if (lua_type(L, -1) === LUA_TTABLE) {
      lua_pushvalue(L, -2);
      if (lua_rawget(L, -2) !== LUA_TNIL) {
        keepTop(L);
        return;
      }
      lua_pop(L, 1);
      if (luaL_getmetafield(L, -1, '__index') === LUA_TNIL) {
        lua_pushnil(L);
        keepTop(L);
        return;
      }
    } else if (luaL_getmetafield(L, -1, '__index') === LUA_TNIL) {
      lua_pushvalue(L, -2);
      lua_gettable(L, -2); // raises what Lua says of such a value
      keepTop(L);
      return;
    }
    if (lua_type(L, -1) === LUA_TFUNCTION) {
      lua_insert(L, -3);
      lua_insert(L, -2);
      lua_callk(L, 2, 1, context, after);
      return;
    }
    lua_remove(L, -2);
  }
  luaL_error(L, "'__index' chain too long; possibly a loop");
}

/** Of key, value and field leaves the field. */
function keepTop(L: LuaState): void {
  lua_replace(L, -3);
  lua_pop(L, 1);
}

/** Index and field; nothing more where there is none. */
const nextPair: Continuation = (L) => (lua_type(L, -1) === LUA_TNIL ? 1 : 2);

const nextField: LuaFunction = (L) => {
  const at = (luaL_checkinteger(L, 2) + 1) | 0;
  lua_pushinteger(L, at);
  if (lua_type(L, 1) === LUA_TTABLE) {
    if (lua_rawgeti(L, 1, at) !== LUA_TNIL) return 2;
    lua_pop(L, 1);
  } else if (lua_type(L, 1) === LUA_TNIL) {
    luaL_argerror(L, 1, 'table expected, got nil');
  }
  lua_pushinteger(L, at);
  getFieldK(L, 1, null, nextPair);
  return nextPair(L, 0, null);
};

export const ipairs: LuaFunction = (L) => {
  luaL_checkany(L, 1);
  lua_pushcfunction(L, nextField);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
};
