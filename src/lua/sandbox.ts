/** The globals that every environment starts with: the safe part of Lua's own, in read-only tables. */

import { HostBug } from '../errors.js';
import type { Core } from './core.js';
import {
  type LuaFunction,
  type LuaState,
  lua_getglobal,
  lua_gettop,
  lua_pop,
  lua_pushstring,
  lua_replace,
  luaL_tolstring,
  luaopen_base,
  luaopen_math,
  luaopen_utf8,
  to_luastring,
} from './fengari.js';
import { TAG, type Table, TValue } from './internals.js';
import { baseFunctions } from './libs/base.js';
import { coroutineLibrary } from './libs/coroutine.js';
import { mathExtras } from './libs/math.js';
import { utf8Functions } from './libs/utf8.js';
import { libraryBudget } from './limits.js';
import { lockTable } from './lock.js';
import { hostFunction } from './raise.js';
import { innermostPlace } from './stack.js';
import { meterStrings } from './strings/meter.js';
import { openStrings } from './strings/string-library.js';
import { openTable } from './strings/table-library.js';
import { newTable, popSlot } from './table-access.js';
import { type LibraryFields, lockedTable, setField } from './tables.js';
import { errorAt } from './userdata.js';

const STOCK_BASE = [
  'error',
  'getmetatable',
  'next',
  'rawequal',
  'rawget',
  'rawlen',
  'rawset',
  'select',
  'tonumber',
  'type',
] as const;

/** Opens the libraries once. @returns makes a fresh table of globals for an environment */
export function createGlobals(core: Core): () => Table {
  const { L } = core;
  luaopen_base(L);
  lua_pop(L, 1);
  const globals: [string, TValue][] = [['_VERSION', stockGlobal(L, '_VERSION')]];
  for (const name of STOCK_BASE) globals.push([name, stockGlobal(L, name)]);
  const next = stockGlobal(L, 'next').value as LuaFunction;
  for (const [name, f] of Object.entries(baseFunctions(core, next))) globals.push([name, hostSlot(core, f)]);
  globals.push(['print', hostSlot(core, printFunction(core))]);
  for (const [name, table] of libraryTables(core)) {
    globals.push([name, new TValue(TAG.TABLE, table)]);
    core.libraries.set(name, table);
  }
  globals.push(['unpack', field(core.libraries.get('table')!, 'unpack')]);
  return () => {
    const table = newTable(L);
    for (const [name, slot] of globals) setField(L, table, name, new TValue(slot.type, slot.value));
    return table;
  };
}

function* libraryTables(core: Core): Iterable<[string, Table]> {
  const budget = libraryBudget(core);
  const options = { coerce: textOfError };
  meterStrings(core.L, budget, () => core.task?.threads.at(-1) ?? null);
  yield ['coroutine', lockedTable(core, 'coroutine', coroutineLibrary(core))];
  yield ['math', library(core, 'math', luaopen_math, mathExtras)];
  yield ['utf8', library(core, 'utf8', luaopen_utf8, utf8Functions(core))];
  yield ['table', library(core, 'table', (L) => pushed(openTable(L, budget, options)), {})];
  yield ['string', library(core, 'string', (L) => pushed(openStrings(L, budget, options)), {})];
}

/** String functions take error objects for their message. */
function textOfError(L: LuaState, index: number): void {
  const error = errorAt(L, index);
  if (error === undefined) return;
  lua_pushstring(L, to_luastring(error.message));
  lua_replace(L, index);
}

function pushed(_nothing: unknown): number {
  return 1;
}

/** A library with some functions replaced or added, locked. */
function library(core: Core, name: string, open: LuaFunction, own: LibraryFields): Table {
  const { L } = core;
  open(L);
  const stock = popSlot(L).value as Table;
  const table = newTable(L);
  for (let entry = stock.f; entry !== undefined; entry = entry.n) {
    const key = keyText(entry.key);
    if (!Object.hasOwn(own, key)) setField(L, table, key, ownSlot(core, entry.value));
  }
  const extra = lockedTable(core, name, own);
  for (let entry = extra.f; entry !== undefined; entry = entry.n) {
    setField(L, table, keyText(entry.key), new TValue(entry.value.type, entry.value.value));
  }
  lockTable(core, table, name);
  if (name === 'string') core.L.l_G.mt[STRING_TYPE] = stringMetatable(core, table);
  return table;
}

/** What library functions throw is raised in Lua. */
function ownSlot(core: Core, slot: TValue): TValue {
  if (slot.type !== TAG.HOST_FUNCTION) return new TValue(slot.type, slot.value);
  return hostSlot(core, slot.value as LuaFunction);
}

const STRING_TYPE = 4;

function stringMetatable(core: Core, string: Table): Table {
  return lockedTable(core, 'string', { __index: string, __metatable: 'string is protected' });
}

function keyText(key: TValue): string {
  return String.fromCharCode(...(key.value as { realstring: Uint8Array }).realstring);
}

function field(table: Table, name: string): TValue {
  for (let entry = table.f; entry !== undefined; entry = entry.n) if (keyText(entry.key) === name) return entry.value;
  throw new HostBug(`the library has no ${name}`);
}

function stockGlobal(L: LuaState, name: string): TValue {
  lua_getglobal(L, name);
  return popSlot(L);
}

function hostSlot(core: Core, f: LuaFunction): TValue {
  return new TValue(TAG.HOST_FUNCTION, hostFunction(core, f));
}

const TAB = 9;

/** `print`: arguments as `tostring` gives them, separated by tabs. */
function printFunction(core: Core): LuaFunction {
  return (L) => {
    const pieces: Uint8Array[] = [];
    let byteLength = 0;
    for (let index = 1, count = lua_gettop(L); index <= count; index++) {
      const piece = luaL_tolstring(L, index);
      lua_pop(L, 1);
      pieces.push(piece);
      byteLength += piece.length + (index > 1 ? 1 : 0);
    }
    core.options.print(joined(pieces, byteLength), innermostPlace(L) ?? core.task?.run.name ?? '');
    return 0;
  };
}

function joined(pieces: readonly Uint8Array[], byteLength: number): Uint8Array {
  const line = new Uint8Array(byteLength);
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) line[at++] = TAB;
    line.set(piece, at);
    at += piece.length;
  }
  return line;
}
