/** From Lua: tables in, tables out, through a host with the sample registry. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createHost, type Host } from '../src/index.js';
import type { Fengari } from '../src/lua/fengari-types.js';
import type { LuaState } from '../src/lua/internals.js';
import { loadJco } from './guests.js';
import type { Contestant, Row } from './measure.js';
import { makeUsers, type User } from './rows-engine.js';

const FOLDER = join('.cache', 'bench', 'lua');

/** Runs a script once per round; it loops `count` times itself, over what it gets besides. */
function script(
  host: Host,
  name: string,
  source: string,
  perRound: number,
  rounds: number,
  more: readonly unknown[] = [],
): Contestant {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}.lua`);
  writeFileSync(file, source);
  return { perRound, rounds, run: (count) => host.run(file, { args: [count, ...more] }) };
}

/** A Lua literal for users. */
function literal(users: readonly User[]): string {
  const rows = users.map((user) => {
    const tags = user.tags.map((tag) => JSON.stringify(tag)).join(', ');
    return `{id = ${user.id}, name = ${JSON.stringify(user.name)}, tags = {${tags}}, active = ${user.active}}`;
  });
  return `{${rows.join(',\n')}}`;
}

const loop = (call: string): string => `local funcs = require("funcs")
local count, users = ...
for i = 1, count do
  local value, err = ${call}
  if err then error(err) end
end`;

const TRANSFORM = loop('funcs.call("myns:transform_users", users)');

const host = (): Promise<Host> => createHost({ registry: 'registry', functions: { 'bench:noop': () => undefined } });

// --- jco and the C-style API ----------------------------------------------------------------------------------------

interface Stock extends Fengari {
  readonly lauxlib: Fengari['lauxlib'] & { luaL_dostring(L: LuaState, source: Uint8Array): number };
  readonly lualib: Fengari['lualib'] & { luaL_openlibs(L: LuaState): void };
}

/** Stock Fengari as its users get it; loaded by `require`, since its files must load in its own order. */
const { lua, lauxlib, lualib, to_luastring, to_jsstring } = createRequire(import.meta.url)('fengari') as Stock;

function readTable(L: LuaState, index: number): unknown {
  const at = lua.lua_absindex(L, index);
  const length = lua.lua_rawlen(L, at);
  if (length > 0) {
    return Array.from({ length }, (_, i) => {
      lua.lua_rawgeti(L, at, i + 1);
      return readAndPop(L);
    });
  }
  const map: Record<string, unknown> = {};
  lua.lua_pushnil(L);
  while (lua.lua_next(L, at) !== 0) {
    const value = readAndPop(L);
    map[to_jsstring(lua.lua_tostring(L, -1) as Uint8Array)] = value;
  }
  return map;
}

function readAndPop(L: LuaState): unknown {
  const value = readValue(L, -1);
  lua.lua_pop(L, 1);
  return value;
}

function readValue(L: LuaState, index: number): unknown {
  switch (lua.lua_type(L, index)) {
    case lua.LUA_TBOOLEAN:
      return lua.lua_toboolean(L, index);
    case lua.LUA_TNUMBER:
      return lua.lua_tonumber(L, index);
    case lua.LUA_TSTRING:
      return to_jsstring(lua.lua_tostring(L, index) as Uint8Array);
    case lua.LUA_TTABLE:
      return readTable(L, index);
    default:
      return undefined;
  }
}

function pushValue(L: LuaState, value: unknown): void {
  if (typeof value === 'boolean') lua.lua_pushboolean(L, value);
  else if (typeof value === 'number') lua.lua_pushinteger(L, value);
  else if (typeof value === 'string') lua.lua_pushstring(L, to_luastring(value));
  else if (Array.isArray(value)) {
    lua.lua_createtable(L, value.length, 0);
    value.forEach((each, i) => {
      pushValue(L, each);
      lua.lua_rawseti(L, -2, i + 1);
    });
  } else {
    lua.lua_createtable(L, 0, 8);
    for (const [key, each] of Object.entries(value as object)) {
      pushValue(L, each);
      lua.lua_setfield(L, -2, to_luastring(key));
    }
  }
}

/** What a user would write: a Lua function in JavaScript that converts with the C-style API and calls jco's export. */
async function plain(count: number, perRound: number, rounds: number): Promise<Contestant> {
  const { transformUsers } = await (await loadJco('mapper')).instantiate();
  const L = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(L);
  lua.lua_pushcfunction(L, (state: LuaState) => {
    const users = (readTable(state, 1) as (User & { tags: unknown })[]).map((user) => ({
      ...user,
      tags: Array.isArray(user.tags) ? user.tags : [],
    }));
    pushValue(
      state,
      transformUsers?.(users).map((view: object) => ({ ...view })),
    );
    return 1;
  });
  lua.lua_setglobal(L, to_luastring('transform'));
  const source = `local users = ${literal(makeUsers(count))}
return function(count) for i = 1, count do local value = transform(users) end end`;
  if (lauxlib.luaL_dostring(L, to_luastring(source)) !== lua.LUA_OK) throw new Error('the plain script does not run');
  return {
    perRound,
    rounds,
    run(times) {
      lua.lua_pushvalue(L, -1);
      lua.lua_pushinteger(L, times);
      lua.lua_call(L, 1, 0);
    },
  };
}

export const luaRows: Row[] = [
  {
    id: 'lua-transform-3',
    unit: 'us',
    against: null,
    target: 25,
    setup: async () => ({ ours: script(await host(), 'transform-3', TRANSFORM, 2000, 30, [makeUsers(3)]) }),
  },
  {
    id: 'lua-transform-1000/jco',
    unit: 'us',
    against: 'jco and a plain conversion by the C-style API',
    target: 0.25,
    async setup() {
      return {
        ours: script(await host(), 'transform-1000', TRANSFORM, 100, 20, [makeUsers(1000)]),
        theirs: await plain(1000, 10, 30),
      };
    },
  },
  {
    id: 'lua-noop',
    unit: 'us',
    against: null,
    target: null,
    setup: async () => ({ ours: script(await host(), 'noop', loop('funcs.call("bench:noop")'), 20000, 20) }),
  },
];
