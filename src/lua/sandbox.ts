/** The globals that every environment starts with: the safe part of Lua's own, in read-only tables. */

import { HostBug } from '../errors.js';
import type { Core } from './core.js';
import {
  type LuaFunction,
  type LuaState,
  lua_getglobal,
  lua_gettop,
  lua_pop,
  luaL_tolstring,
  luaopen_base,
  luaopen_math,
  luaopen_string,
  luaopen_table,
  luaopen_utf8,
} from './fengari.js';
import { TAG, type Table, TValue } from './internals.js';
import { baseFunctions } from './libs/base.js';
import { coroutineLibrary } from './libs/coroutine.js';
import { mathExtras } from './libs/math.js';
import { lockTable } from './lock.js';
import { hostFunction } from './raise.js';
import { innermostPlace } from './stack.js';
import { newTable, popSlot } from './table-access.js';
import { type LibraryFields, lockedTable, setField } from './tables.js';

const STOCK_BASE = [
  'assert',
  'error',
  'getmetatable',
  'ipairs',
  'next',
  'rawequal',
  'rawget',
  'rawlen',
  'rawset',
  'select',
  'tonumber',
  'tostring',
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
  yield ['coroutine', lockedTable(core, 'coroutine', coroutineLibrary(core))];
  yield ['math', stockLibrary(core, 'math', luaopen_math, mathExtras)];
  yield ['utf8', stockLibrary(core, 'utf8', luaopen_utf8, {})];
  yield ['table', stockLibrary(core, 'table', luaopen_table, {})];
  const string = stockLibrary(core, 'string', luaopen_string, {});
  const metatable = lockedTable(core, 'string', { __index: string, __metatable: 'string is protected' });
  core.L.l_G.mt[STRING_TYPE] = metatable;
  yield ['string', string];
}

const STRING_TYPE = 4;
const REMOVED = new Set(['dump']);

/** A library of Fengari's with some functions replaced or added, locked. */
function stockLibrary(core: Core, name: string, open: LuaFunction, own: LibraryFields): Table {
  const { L } = core;
  open(L);
  const stock = popSlot(L).value as Table;
  const table = newTable(L);
  for (let entry = stock.f; entry !== undefined; entry = entry.n) {
    const key = keyText(entry.key);
    if (REMOVED.has(key) || Object.hasOwn(own, key)) continue;
    setField(L, table, key, new TValue(entry.value.type, entry.value.value));
  }
  const extra = lockedTable(core, name, own);
  for (let entry = extra.f; entry !== undefined; entry = entry.n) {
    setField(L, table, keyText(entry.key), new TValue(entry.value.type, entry.value.value));
  }
  lockTable(table, name);
  return table;
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
