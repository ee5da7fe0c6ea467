/** A bare Lua state for the transcoder's specs, with userdata as a VM would supply it. */

import { expect } from 'vitest';
import {
  type LuaState,
  lua_newuserdata,
  lua_pcall,
  lua_settop,
  lua_tojsstring,
  lua_touserdata,
  luaL_loadbufferx,
  luaL_newstate,
  luaL_requiref,
  luaopen_base,
  luaopen_coroutine,
  luaopen_string,
  luaopen_table,
} from '../../src/lua/fengari.js';
import { portableText } from '../../src/text.js';
import { createTranscoder, type Transcoder } from '../../src/transcoder/transcoder.js';
import type { Userdata } from '../../src/transcoder/userdata.js';
import type { Opaque, Value } from '../../src/values.js';

const HELD = Symbol('held');

/** Holds any value in a userdata. */
export const userdata: Userdata = {
  toGo: (L, index) => (lua_touserdata(L, index) as { [HELD]?: bigint | Opaque } | null)?.[HELD],
  push: (L, value) => {
    lua_newuserdata(L, 0)[HELD] = value;
  },
};

export function newLua(): LuaState {
  const L = luaL_newstate();
  luaL_requiref(L, '_G', luaopen_base, true);
  luaL_requiref(L, 'string', luaopen_string, true);
  luaL_requiref(L, 'table', luaopen_table, true);
  luaL_requiref(L, 'coroutine', luaopen_coroutine, true);
  lua_settop(L, 0);
  return L;
}

export function newTranscoder(): Transcoder {
  return createTranscoder({ text: portableText(), userdata });
}

/** Runs a chunk and leaves its one result on the stack. */
export function evaluate(L: LuaState, source: string, arguments_ = 0): void {
  const bytes = new TextEncoder().encode(source);
  expect(luaL_loadbufferx(L, bytes, bytes.length, '=spec', null), 'syntax').toBe(0);
  if (lua_pcall(L, arguments_, 1, 0) !== 0) throw new Error(lua_tojsstring(L, -1) ?? 'error without a text');
}

/** What a Lua expression is in the middle form. */
export function toGo(expression: string): Value {
  const L = newLua();
  evaluate(L, `return ${expression}`);
  return newTranscoder().toGo(L, -1);
}
