/** `write_event`: a table as the text of one server-sent event. */

import { nearestName } from '../../nearest.js';
import type { Core } from '../core.js';
import {
  LUA_TSTRING,
  LUA_TTABLE,
  type LuaState,
  lua_getfield,
  lua_next,
  lua_pop,
  lua_pushnil,
  lua_type,
  to_luastring,
} from '../fengari.js';
import type { TValue } from '../internals.js';
import { bytesAt, moduleError } from '../results.js';
import { slotAt } from '../table-access.js';
import { encodeJson } from './json-encode.js';

const NAMES: readonly string[] = ['name', 'data', 'id', 'retry'];

/**
 * `{name = text, data = value}`, with `id` and `retry` (milliseconds) where they are given. The data is JSON, which has one line.
 * @throws HostError Invalid
 */
export function eventAt(core: Core, L: LuaState, index: number): string {
  if (lua_type(L, index) !== LUA_TTABLE) throw wrong('expected a table {name = text, data = value}');
  checkNames(core, L, index);
  const name = lineOf(core, L, index, 'name');
  if (name === null || name === '') throw wrong('name: expected a text of one line');
  const id = fieldOf(L, index, 'id', ({ value }) =>
    typeof value === 'number' ? String(value) : lineOf(core, L, index, 'id'),
  );
  const retry = fieldOf(L, index, 'retry', ({ value }) => value ?? null);
  if (retry !== null && !(Number.isSafeInteger(retry) && Number(retry) >= 0)) {
    throw wrong('retry: expected a whole number of milliseconds');
  }
  const data = fieldOf(L, index, 'data', (slot) =>
    slot.value === null || slot.value === undefined ? null : encodeJson(core, slot),
  );
  if (data === null) throw wrong('data is required');
  const more = (id === null ? '' : `id: ${id}\n`) + (retry === null ? '' : `retry: ${String(retry)}\n`);
  return `${more}event: ${name}\ndata: ${data}\n\n`;
}

function wrong(text: string): Error {
  return moduleError('Invalid', `write_event: ${text}`);
}

function checkNames(core: Core, L: LuaState, index: number): void {
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    const name = lua_type(L, -1) === LUA_TSTRING ? core.options.text.decodeUtf8(bytesAt(L, -1)!) : undefined;
    if (name !== undefined && NAMES.includes(name)) continue;
    const nearest = name === undefined ? null : nearestName(name, NAMES);
    throw wrong(
      nearest === null ? `known are ${NAMES.join(', ')}` : `unknown field '${name}': did you mean '${nearest}'?`,
    );
  }
}

function fieldOf<T>(L: LuaState, index: number, name: string, read: (slot: TValue) => T): T {
  lua_getfield(L, index, to_luastring(name));
  const value = read(slotAt(L, -1)!);
  lua_pop(L, 1);
  return value;
}

/** null: it is not there. */
function lineOf(core: Core, L: LuaState, index: number, name: string): string | null {
  return fieldOf(L, index, name, ({ value }) => {
    if (value === null || value === undefined) return null;
    const bytes = bytesAt(L, -1);
    const text = bytes === null ? undefined : core.options.text.decodeUtf8(bytes);
    if (text === undefined || /[\r\n\0]/.test(text)) throw wrong(`${name}: expected a text of one line`);
    return text;
  });
}
