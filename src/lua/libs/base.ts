/**
 * The base functions that differ from stock Lua. `pcall` and `xpcall` restore the count hook, which Fengari switches off
 * after a caught error, and let the end of a run through; `load` takes text only, in bounded amounts; `setmetatable`
 * refuses read-only tables; `tostring` writes numbers as Lua does.
 */

import type { Core } from '../core.js';
import {
  LUA_MULTRET,
  LUA_OK,
  LUA_TFUNCTION,
  LUA_TNIL,
  LUA_TTABLE,
  LUA_YIELD,
  type LuaFunction,
  type LuaState,
  lua_callk,
  lua_error,
  lua_gettop,
  lua_insert,
  lua_isstring,
  lua_pcallk,
  lua_pushboolean,
  lua_pushcfunction,
  lua_pushliteral,
  lua_pushnil,
  lua_pushvalue,
  lua_remove,
  lua_rotate,
  lua_setmetatable,
  lua_settop,
  lua_toboolean,
  lua_topointer,
  lua_type,
  luaL_argerror,
  luaL_checkany,
  luaL_checktype,
  luaL_error,
  luaL_getmetafield,
  luaL_tolstring,
} from '../fengari.js';
import type { Table } from '../internals.js';
import { isLocked } from '../lock.js';
import { LuaError, raiseThrown, rethrowIfAborted } from '../raise.js';
import { ipairs } from './indexing.js';

export function baseFunctions(core: Core, next: LuaFunction): Record<string, LuaFunction> {
  const finishPcall = makeFinishPcall(core);
  return {
    pcall: (L) => {
      luaL_checkany(L, 1);
      lua_pushboolean(L, true);
      lua_insert(L, 1);
      return finishPcall(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finishPcall), 0);
    },
    xpcall: (L) => {
      const count = lua_gettop(L);
      luaL_checktype(L, 2, LUA_TFUNCTION);
      lua_pushboolean(L, true);
      lua_pushvalue(L, 1);
      lua_rotate(L, 3, 2);
      return finishPcall(L, lua_pcallk(L, count - 2, LUA_MULTRET, 2, 2, finishPcall), 2);
    },
    assert: assertion,
    setmetatable,
    tostring,
    ipairs,
    pairs: (L) => {
      luaL_checkany(L, 1);
      if (luaL_getmetafield(L, 1, '__pairs') === LUA_TNIL) {
        lua_pushcfunction(L, next);
        lua_pushvalue(L, 1);
        lua_pushnil(L);
        return 3;
      }
      lua_pushvalue(L, 1);
      lua_callk(L, 1, 3, 0, threeResults);
      return 3;
    },
  };
}

/** Its `__tostring` may wait, unlike those that other functions call. */
function tostring(L: LuaState): number {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, '__tostring') === LUA_TNIL) {
    luaL_tolstring(L, 1);
    return 1;
  }
  lua_pushvalue(L, 1);
  lua_callk(L, 1, 1, null, textResult);
  return textResult(L);
}

function textResult(L: LuaState): number {
  if (!lua_isstring(L, -1)) luaL_error(L, "'__tostring' must return a string");
  return 1;
}

function threeResults(): number {
  return 3;
}

function makeFinishPcall(core: Core): (L: LuaState, status: number, extra: unknown) => number {
  return (L, status, extra) => {
    if (status === LUA_OK || status === LUA_YIELD) return lua_gettop(L) - (extra as number);
    L.allowhook = 1;
    try {
      rethrowIfAborted(core);
    } catch (thrown) {
      return raiseThrown(core, L, thrown);
    }
    lua_pushboolean(L, false);
    lua_pushvalue(L, -2);
    return 2;
  };
}

/** Raises its message as it is: Fengari's would put a position in front, unlike Lua's. */
function assertion(L: LuaState): number {
  if (lua_toboolean(L, 1)) return lua_gettop(L);
  luaL_checkany(L, 1);
  lua_remove(L, 1);
  lua_pushliteral(L, 'assertion failed!');
  lua_settop(L, 1);
  return lua_error(L);
}

function setmetatable(L: LuaState): number {
  const type = lua_type(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  if (type !== LUA_TNIL && type !== LUA_TTABLE) luaL_argerror(L, 2, 'nil or table expected');
  if (isLocked(lua_topointer(L, 1) as Table)) throw new LuaError('cannot change the metatable of a read-only table');
  if (luaL_getmetafield(L, 1, '__metatable') !== LUA_TNIL) throw new LuaError('cannot change a protected metatable');
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}
