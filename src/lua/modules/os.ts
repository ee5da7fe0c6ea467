/** `os`: the clock and nothing of the system. */

import type { Core } from '../core.js';
import {
  LUA_TTABLE,
  type LuaState,
  lua_getfield,
  lua_isnoneornil,
  lua_pop,
  lua_pushinteger,
  lua_pushnumber,
  lua_pushstring,
  lua_tointegerx,
  lua_tojsstring,
  lua_type,
  luaL_checknumber,
  luaL_checktype,
  luaL_optstring,
  to_jsstring,
  to_luastring,
} from '../fengari.js';
import { LuaError } from '../raise.js';
import type { LibraryFields } from '../tables.js';
import { dateFields, formatDate } from './os-date.js';

const MAX_FORMAT_BYTES = 4096;

/** Largest time that a JavaScript date holds, in seconds. */
const MAX_SECONDS = 8.64e12;

export function osModule(core: Core): LibraryFields {
  const { clock } = core.options;
  return {
    platform: 'moonwit',
    clock: (L) => {
      const meter = core.task!.run.meter;
      const turnMs = meter.turnStartedMs === null ? 0 : clock.monotonicMs() - meter.turnStartedMs;
      lua_pushnumber(L, (meter.luaMs + turnMs) / 1000);
      return 1;
    },
    difftime: (L) => {
      lua_pushnumber(L, luaL_checknumber(L, 1) - luaL_checknumber(L, 2));
      return 1;
    },
    time: (L) => pushSeconds(L, lua_isnoneornil(L, 1) ? Math.floor(clock.wallMs() / 1000) : timeOf(L)),
    date: (L) => {
      const bytes = luaL_optstring(L, 1, '%c')!;
      if (bytes.length > MAX_FORMAT_BYTES) throw new LuaError(`date format exceeds ${MAX_FORMAT_BYTES} bytes`);
      const format = to_jsstring(bytes, undefined, undefined, true);
      const seconds = lua_isnoneornil(L, 2) ? Math.floor(clock.wallMs() / 1000) : Math.floor(luaL_checknumber(L, 2));
      if (!(Math.abs(seconds) <= MAX_SECONDS))
        throw new LuaError('date result cannot be represented: time out of range');
      return pushDate(core, L, format, seconds);
    },
  };
}

function pushSeconds(L: LuaState, seconds: number): number {
  if ((seconds | 0) === seconds) lua_pushinteger(L, seconds);
  else lua_pushnumber(L, seconds);
  return 1;
}

function pushDate(core: Core, L: LuaState, format: string, seconds: number): number {
  const utc = format.startsWith('!');
  const fields = dateFields(new Date(seconds * 1000), utc);
  const pattern = utc ? format.slice(1) : format;
  if (pattern.startsWith('*t')) {
    const { year, month, day, hour, min, sec, wday, yday } = fields;
    core.transcoder.toLua(L, { year, month, day, hour, min, sec, wday, yday, isdst: false });
    return 1;
  }
  const text = formatDate(pattern, fields);
  if (text === null) throw new LuaError(`bad argument #1 to 'date' (invalid conversion specifier in '${format}')`);
  lua_pushstring(L, to_luastring(text));
  return 1;
}

/** The time that a table names, in local time; fields outside their usual range carry over. */
function timeOf(L: LuaState): number {
  luaL_checktype(L, 1, LUA_TTABLE);
  const year = field(L, 'year', null);
  const month = field(L, 'month', null);
  const day = field(L, 'day', null);
  const date = new Date(2000, 0, 1);
  date.setFullYear(year, month - 1, day);
  date.setHours(field(L, 'hour', 12), field(L, 'min', 0), field(L, 'sec', 0), 0);
  const seconds = Math.floor(date.getTime() / 1000);
  if (Number.isNaN(seconds)) throw new LuaError('time result cannot be represented in this installation');
  return seconds;
}

function field(L: LuaState, name: string, fallback: number | null): number {
  lua_getfield(L, 1, name);
  const isNil = lua_type(L, -1) <= 0;
  const value = lua_tointegerx(L, -1);
  const shown = lua_tojsstring(L, -1);
  lua_pop(L, 1);
  if (value !== false) return value;
  if (!isNil) throw new LuaError(`field '${name}' is not an integer${shown === null ? '' : `: ${shown}`}`);
  if (fallback === null) throw new LuaError(`field '${name}' missing in date table`);
  return fallback;
}
