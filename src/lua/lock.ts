/**
 * Tables that Lua can read at full speed and never change, not even by `rawset`. Every write in Fengari either clears the
 * table's dead keys (a new key), sets the value's slot, or kills the key: all three throw here.
 */

import type { Core } from './core.js';
import { type Table, type TableEntry, type TableKey, TValue } from './internals.js';
import { LuaError, raiseNow } from './raise.js';

type Refuse = () => never;

class LockedSlot extends TValue {
  private readonly refuse: Refuse;
  constructor(slot: TValue, refuse: Refuse) {
    super(slot.type, slot.value);
    this.refuse = refuse;
  }
  override setfrom(): never {
    return this.refuse();
  }
  setdeadvalue(): never {
    return this.refuse();
  }
}

class LockedDeadKeys extends Map<TableKey, TableEntry> {
  private readonly refuse: Refuse;
  constructor(refuse: Refuse) {
    super();
    this.refuse = refuse;
  }
  override clear(): never {
    return this.refuse();
  }
}

/** Locks a table for good. Tables inside it are not locked. `name` is for the message. */
export function lockTable(core: Core, table: Table, name: string): void {
  const refuse = () => raiseNow(core, new LuaError(`attempt to change '${name}', which is read-only`));
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    entry.key = new LockedSlot(entry.key, refuse);
    entry.value = new LockedSlot(entry.value, refuse);
  }
  (table as { dead_strong: Map<TableKey, TableEntry> }).dead_strong = new LockedDeadKeys(refuse);
}

export function isLocked(table: Table): boolean {
  return table.dead_strong instanceof LockedDeadKeys;
}
