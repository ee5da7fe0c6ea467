/**
 * Tables that Lua can read at full speed and never change, not even by `rawset`. Every write in Fengari either clears the
 * table's dead keys (a new key), sets the value's slot, or kills the key: all three throw here.
 */

import { type Table, type TableEntry, type TableKey, TValue } from './internals.js';
import { LuaError } from './raise.js';

class LockedSlot extends TValue {
  private readonly tableName: string;
  constructor(slot: TValue, tableName: string) {
    super(slot.type, slot.value);
    this.tableName = tableName;
  }
  override setfrom(): never {
    throw readOnly(this.tableName);
  }
  setdeadvalue(): never {
    throw readOnly(this.tableName);
  }
}

class LockedDeadKeys extends Map<TableKey, TableEntry> {
  private readonly tableName: string;
  constructor(tableName: string) {
    super();
    this.tableName = tableName;
  }
  override clear(): never {
    throw readOnly(this.tableName);
  }
}

function readOnly(tableName: string): LuaError {
  return new LuaError(`attempt to change '${tableName}', which is read-only`);
}

/** Locks a table for good. Tables inside it are not locked. */
export function lockTable(table: Table, name: string): void {
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    entry.key = new LockedSlot(entry.key, name);
    entry.value = new LockedSlot(entry.value, name);
  }
  (table as { dead_strong: Map<TableKey, TableEntry> }).dead_strong = new LockedDeadKeys(name);
}

export function isLocked(table: Table): boolean {
  return table.dead_strong instanceof LockedDeadKeys;
}
