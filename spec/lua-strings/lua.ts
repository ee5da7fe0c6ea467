/** Lua states for specs of the string and table libraries: ours and Fengari's own, side by side. */

import {
  type LuaState,
  lua_atnativeerror,
  lua_gettop,
  lua_pcall,
  lua_pushstring,
  lua_setglobal,
  lua_settop,
  lua_tolstring,
  lua_touserdata,
  luaL_checkstack,
  luaL_loadbufferx,
  luaL_newstate,
  luaL_requiref,
  luaL_tolstring,
  luaopen_base,
  luaopen_coroutine,
  luaopen_math,
  luaopen_string,
  luaopen_table,
} from '../../src/lua/fengari.js';
import type { Budget } from '../../src/lua/strings/budget.js';
import type { LibraryOptions } from '../../src/lua/strings/library.js';
import { openStrings } from '../../src/lua/strings/string-library.js';
import { openTable } from '../../src/lua/strings/table-library.js';

export interface Spent {
  steps: number;
  bytes: number;
}

/** A budget that counts what is drawn, and throws beyond its bounds. */
export function countingBudget(maxSteps: number, maxBytes: number): { readonly budget: Budget; readonly spent: Spent } {
  const spent = { steps: 0, bytes: 0 };
  const room = (byteLength: number) => {
    if (spent.bytes + byteLength > maxBytes) throw new Error('out of bytes');
  };
  const budget: Budget = {
    steps(count) {
      spent.steps += count;
      if (spent.steps > maxSteps) throw new Error('out of steps');
    },
    bytes(byteLength) {
      room(byteLength);
      spent.bytes += byteLength;
    },
    room,
  };
  return { budget, spent };
}

function newBase(): LuaState {
  const L = luaL_newstate();
  luaL_requiref(L, '_G', luaopen_base, true);
  luaL_requiref(L, 'coroutine', luaopen_coroutine, true);
  luaL_requiref(L, 'math', luaopen_math, true);
  lua_atnativeerror(L, (state) => {
    lua_pushstring(state, String((lua_touserdata(state, 1) as Error).message));
    return 1;
  });
  return L;
}

/** A state with our libraries. */
export function newOurs(budget: Budget, options: LibraryOptions = {}): LuaState {
  const L = newBase();
  openStrings(L, budget, options);
  lua_setglobal(L, 'string');
  openTable(L, budget, options);
  lua_setglobal(L, 'table');
  lua_settop(L, 0);
  return L;
}

/** A state with Fengari's libraries. */
export function newStock(): LuaState {
  const L = newBase();
  luaL_requiref(L, 'string', luaopen_string, true);
  luaL_requiref(L, 'table', luaopen_table, true);
  lua_settop(L, 0);
  return L;
}

/** What a chunk returns, each value as text (one UTF-16 unit a byte); or its error, after `error: `. */
export function run(L: LuaState, source: string): string[] {
  lua_settop(L, 0);
  const bytes = Uint8Array.from(Buffer.from(source, 'latin1'));
  const loaded = luaL_loadbufferx(L, bytes, bytes.length, '=spec', null);
  if (loaded !== 0 || lua_pcall(L, 0, -1, 0) !== 0) {
    return [`error: ${Buffer.from(lua_tolstring(L, -1) ?? []).toString('latin1')}`];
  }
  const texts: string[] = [];
  luaL_checkstack(L, 2 * lua_gettop(L) + 10, null);
  for (let index = 1, count = lua_gettop(L); index <= count; index++) {
    texts.push(Buffer.from(luaL_tolstring(L, index)).toString('latin1'));
  }
  return texts;
}

/** Runs with our libraries and no bounds. */
export function runOurs(source: string): string[] {
  return run(newOurs(countingBudget(1e9, 1e9).budget), source);
}

/** A Lua literal of any bytes, given one UTF-16 unit a byte. */
export function literal(bytes: string): string {
  return `"${bytes.replace(/[^ !#-[\]-~]/g, (unit) => `\\${String(unit.charCodeAt(0)).padStart(3, '0')}`)}"`;
}
