/** Making Lua tables of functions and constants: library tables, metatables, globals. */

import { Float64 } from '../values.js';
import type { Core } from './core.js';
import { type LuaFunction, type LuaState, to_luastring } from './fengari.js';
import { TAG, type Table, TValue, Udata } from './internals.js';
import { lockTable } from './lock.js';
import { hostFunction } from './raise.js';
import { appendEntry, newKey, newString, newTable, stringSlot } from './table-access.js';

/** What a library table may hold beside functions. */
type LuaConstant = string | number | boolean | bigint | Float64 | Udata | Table;

export type LibraryFields = { readonly [name: string]: LuaFunction | LuaConstant };

/** A table with these fields, locked. */
export function lockedTable(core: Core, name: string, fields: LibraryFields): Table {
  const table = newTable(core.L);
  for (const key of Object.keys(fields)) setField(core.L, table, key, slotOf(core, fields[key]!));
  lockTable(core, table, name);
  return table;
}

/** Sets a field that the table does not have yet. */
export function setField(L: LuaState, table: Table, name: string, slot: TValue): void {
  const key = newKey(L, name, to_luastring(name));
  appendEntry(table, key.hash, stringSlot(key), slot);
}

function slotOf(core: Core, value: LuaFunction | LuaConstant): TValue {
  switch (typeof value) {
    case 'function':
      return new TValue(TAG.HOST_FUNCTION, hostFunction(core, value));
    case 'string':
      return stringSlot(newString(core.L, to_luastring(value)));
    case 'number':
      return new TValue((value | 0) === value ? TAG.INTEGER : TAG.FLOAT, value);
    case 'bigint':
      return new TValue(TAG.USERDATA, core.userdata.of(core.L, value));
    case 'boolean':
      return new TValue(TAG.BOOLEAN, value);
    default:
      if (value instanceof Float64) return new TValue(TAG.FLOAT, value.value);
      return new TValue(value instanceof Udata ? TAG.USERDATA : TAG.TABLE, value);
  }
}
