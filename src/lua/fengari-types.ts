/** The signatures of Fengari's C-style API, which ships none. fengari.ts exports the functions themselves. */

import type { Continuation, LuaFunction, LuaState } from './internals.js';

/** Bytes, or text that becomes UTF-8. */
export type LuaText = Uint8Array | string;

/** What `lua_getinfo` and hooks tell about a frame; which fields are set depends on the options asked for. */
export interface LuaDebug {
  event: number;
  name: Uint8Array | null;
  namewhat: Uint8Array | null;
  what: Uint8Array | null;
  source: Uint8Array | null;
  short_src: Uint8Array | null;
  currentline: number;
  linedefined: number;
  lastlinedefined: number;
  nups: number;
  nparams: number;
  isvararg: boolean;
  istailcall: boolean;
}

export type LuaHook = (L: LuaState, ar: LuaDebug) => void;

/** Gives the next piece of a chunk, `null` at its end. */
export type LuaReader = (L: LuaState, data: unknown) => Uint8Array | null;

export interface Lua {
  lua_absindex(L: LuaState, index: number): number;
  lua_arith(L: LuaState, op: number): void;
  lua_atnativeerror(L: LuaState, handler: LuaFunction | null): LuaFunction | null;
  lua_atpanic(L: LuaState, handler: LuaFunction | null): LuaFunction | null;
  lua_call(L: LuaState, argumentCount: number, resultCount: number): void;
  lua_callk(L: LuaState, args: number, results: number, context: unknown, k: Continuation | null): void;
  lua_checkstack(L: LuaState, slots: number): boolean;
  lua_close(L: LuaState): void;
  lua_compare(L: LuaState, index1: number, index2: number, op: number): boolean | number;
  lua_concat(L: LuaState, count: number): void;
  lua_copy(L: LuaState, from: number, to: number): void;
  lua_createtable(L: LuaState, arraySize: number, recordSize: number): void;
  lua_error(L: LuaState): never;
  lua_getfield(L: LuaState, index: number, key: LuaText): number;
  lua_getglobal(L: LuaState, name: LuaText): number;
  lua_gethook(L: LuaState): LuaHook | null;
  lua_geti(L: LuaState, index: number, key: number): number;
  lua_getinfo(L: LuaState, what: LuaText, ar: LuaDebug): number;
  lua_getlocal(L: LuaState, ar: LuaDebug | null, n: number): Uint8Array | null;
  lua_getmetatable(L: LuaState, index: number): boolean;
  lua_getstack(L: LuaState, level: number, ar: LuaDebug): number;
  lua_gettable(L: LuaState, index: number): number;
  lua_gettop(L: LuaState): number;
  lua_getupvalue(L: LuaState, index: number, n: number): Uint8Array | null;
  lua_getuservalue(L: LuaState, index: number): number;
  lua_insert(L: LuaState, index: number): void;
  lua_isboolean(L: LuaState, index: number): boolean;
  lua_iscfunction(L: LuaState, index: number): boolean;
  lua_isfunction(L: LuaState, index: number): boolean;
  lua_isinteger(L: LuaState, index: number): boolean;
  lua_islightuserdata(L: LuaState, index: number): boolean;
  lua_isnil(L: LuaState, index: number): boolean;
  lua_isnone(L: LuaState, index: number): boolean;
  lua_isnoneornil(L: LuaState, index: number): boolean;
  lua_isnumber(L: LuaState, index: number): boolean;
  lua_isstring(L: LuaState, index: number): boolean;
  lua_istable(L: LuaState, index: number): boolean;
  lua_isthread(L: LuaState, index: number): boolean;
  lua_isuserdata(L: LuaState, index: number): boolean;
  lua_isyieldable(L: LuaState): boolean;
  lua_len(L: LuaState, index: number): void;
  lua_load(L: LuaState, reader: LuaReader, data: unknown, name: LuaText, mode: LuaText | null): number;
  lua_newstate(): LuaState;
  lua_newtable(L: LuaState): void;
  lua_newthread(L: LuaState): LuaState;
  lua_newuserdata(L: LuaState, size: number): Record<PropertyKey, unknown>;
  lua_next(L: LuaState, index: number): number;
  lua_pcall(L: LuaState, args: number, results: number, handler: number): number;
  lua_pcallk(
    L: LuaState,
    args: number,
    results: number,
    handler: number,
    context: unknown,
    k: Continuation | null,
  ): number;
  lua_pop(L: LuaState, count: number): void;
  lua_pushboolean(L: LuaState, value: boolean): void;
  lua_pushcclosure(L: LuaState, fn: LuaFunction, upvalues: number): void;
  lua_pushcfunction(L: LuaState, fn: LuaFunction): void;
  lua_pushglobaltable(L: LuaState): void;
  lua_pushinteger(L: LuaState, value: number): void;
  lua_pushlightuserdata(L: LuaState, value: unknown): void;
  lua_pushliteral(L: LuaState, text: string): Uint8Array;
  lua_pushlstring(L: LuaState, bytes: LuaText, length: number): void;
  lua_pushnil(L: LuaState): void;
  lua_pushnumber(L: LuaState, value: number): void;
  lua_pushstring(L: LuaState, text: LuaText | null): Uint8Array | null;
  lua_pushthread(L: LuaState): boolean;
  lua_pushvalue(L: LuaState, index: number): void;
  lua_rawequal(L: LuaState, index1: number, index2: number): boolean | number;
  lua_rawget(L: LuaState, index: number): number;
  lua_rawgeti(L: LuaState, index: number, key: number): number;
  lua_rawgetp(L: LuaState, index: number, key: unknown): number;
  lua_rawlen(L: LuaState, index: number): number;
  lua_rawset(L: LuaState, index: number): void;
  lua_rawseti(L: LuaState, index: number, key: number): void;
  lua_rawsetp(L: LuaState, index: number, key: unknown): void;
  lua_remove(L: LuaState, index: number): void;
  lua_replace(L: LuaState, index: number): void;
  lua_resume(L: LuaState, from: LuaState | null, args: number): number;
  lua_rotate(L: LuaState, index: number, n: number): void;
  lua_setfield(L: LuaState, index: number, key: LuaText): void;
  lua_setglobal(L: LuaState, name: LuaText): void;
  lua_sethook(L: LuaState, hook: LuaHook | null, mask: number, count: number): void;
  lua_seti(L: LuaState, index: number, key: number): void;
  lua_setmetatable(L: LuaState, index: number): void;
  lua_settable(L: LuaState, index: number): void;
  lua_settop(L: LuaState, index: number): void;
  lua_setupvalue(L: LuaState, index: number, n: number): Uint8Array | null;
  lua_setuservalue(L: LuaState, index: number): void;
  lua_status(L: LuaState): number;
  lua_stringtonumber(L: LuaState, bytes: Uint8Array): number;
  lua_toboolean(L: LuaState, index: number): boolean;
  lua_tocfunction(L: LuaState, index: number): unknown;
  lua_tointeger(L: LuaState, index: number): number;
  lua_tointegerx(L: LuaState, index: number): number | false;
  lua_tojsstring(L: LuaState, index: number): string | null;
  lua_tolstring(L: LuaState, index: number): Uint8Array | null;
  lua_tonumber(L: LuaState, index: number): number;
  lua_tonumberx(L: LuaState, index: number): number | false;
  lua_topointer(L: LuaState, index: number): unknown;
  lua_tostring(L: LuaState, index: number): Uint8Array | null;
  lua_tothread(L: LuaState, index: number): LuaState | null;
  lua_touserdata(L: LuaState, index: number): unknown;
  lua_type(L: LuaState, index: number): number;
  lua_typename(L: LuaState, type: number): Uint8Array;
  lua_upvalueindex(n: number): number;
  lua_xmove(from: LuaState, to: LuaState, count: number): void;
  lua_yield(L: LuaState, results: number): number;
  lua_yieldk(L: LuaState, results: number, context: unknown, k: Continuation | null): number;
  readonly lua_Debug: new () => LuaDebug;
  readonly LUA_ERRERR: number;
  readonly LUA_ERRMEM: number;
  readonly LUA_ERRRUN: number;
  readonly LUA_ERRSYNTAX: number;
  readonly LUA_HOOKCOUNT: number;
  readonly LUA_MASKCOUNT: number;
  readonly LUA_MINSTACK: number;
  readonly LUA_MULTRET: number;
  readonly LUA_OK: number;
  readonly LUA_OPEQ: number;
  readonly LUA_OPLE: number;
  readonly LUA_OPLT: number;
  readonly LUA_REGISTRYINDEX: number;
  readonly LUA_RIDX_GLOBALS: number;
  readonly LUA_RIDX_MAINTHREAD: number;
  readonly LUA_TBOOLEAN: number;
  readonly LUA_TFUNCTION: number;
  readonly LUA_TLIGHTUSERDATA: number;
  readonly LUA_TNIL: number;
  readonly LUA_TNONE: number;
  readonly LUA_TNUMBER: number;
  readonly LUA_TSTRING: number;
  readonly LUA_TTABLE: number;
  readonly LUA_TTHREAD: number;
  readonly LUA_TUSERDATA: number;
  readonly LUA_YIELD: number;
}

export interface LuaAux {
  luaL_argcheck(L: LuaState, condition: boolean, argument: number, message: LuaText): void;
  luaL_argerror(L: LuaState, argument: number, message: LuaText): never;
  luaL_callmeta(L: LuaState, index: number, event: LuaText): boolean;
  luaL_checkany(L: LuaState, argument: number): void;
  luaL_checkinteger(L: LuaState, argument: number): number;
  luaL_checknumber(L: LuaState, argument: number): number;
  luaL_checkstack(L: LuaState, slots: number, message: LuaText | null): void;
  luaL_checkstring(L: LuaState, argument: number): Uint8Array;
  luaL_checktype(L: LuaState, argument: number, type: number): void;
  luaL_checkudata(L: LuaState, argument: number, name: LuaText): Record<PropertyKey, unknown>;
  luaL_error(L: LuaState, format: LuaText, ...values: unknown[]): never;
  luaL_getmetafield(L: LuaState, index: number, event: LuaText): number;
  luaL_getmetatable(L: LuaState, name: LuaText): number;
  luaL_getsubtable(L: LuaState, index: number, name: LuaText): boolean;
  luaL_len(L: LuaState, index: number): number;
  luaL_loadbufferx(L: LuaState, bytes: Uint8Array, length: number, name: LuaText, mode: LuaText | null): number;
  luaL_newlib(L: LuaState, functions: Readonly<Record<string, LuaFunction>>): void;
  luaL_newmetatable(L: LuaState, name: LuaText): number;
  luaL_newstate(): LuaState;
  luaL_optinteger(L: LuaState, argument: number, fallback: number): number;
  luaL_optnumber(L: LuaState, argument: number, fallback: number): number;
  luaL_optstring(L: LuaState, argument: number, fallback: LuaText | null): Uint8Array | null;
  luaL_ref(L: LuaState, index: number): number;
  luaL_requiref(L: LuaState, name: LuaText, open: LuaFunction, global: boolean): void;
  luaL_setfuncs(L: LuaState, functions: Readonly<Record<string, LuaFunction>>, upvalues: number): void;
  luaL_setmetatable(L: LuaState, name: LuaText): void;
  luaL_testudata(L: LuaState, index: number, name: LuaText): Record<PropertyKey, unknown> | null;
  luaL_tolstring(L: LuaState, index: number): Uint8Array;
  luaL_traceback(L: LuaState, of: LuaState, message: LuaText | null, level: number): void;
  luaL_typename(L: LuaState, index: number): Uint8Array;
  luaL_unref(L: LuaState, index: number, reference: number): void;
  luaL_where(L: LuaState, level: number): void;
}

export interface LuaLibraries {
  luaopen_base: LuaFunction;
  luaopen_coroutine: LuaFunction;
  luaopen_math: LuaFunction;
  luaopen_os: LuaFunction;
  luaopen_string: LuaFunction;
  luaopen_table: LuaFunction;
  luaopen_utf8: LuaFunction;
}

export interface Fengari {
  lua: Lua;
  lauxlib: LuaAux;
  lualib: LuaLibraries;
  to_luastring(text: string, cache?: boolean): Uint8Array;
  to_jsstring(bytes: Uint8Array, from?: number, to?: number, replace?: boolean): string;
}
