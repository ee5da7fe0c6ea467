/**
 * Reads and builds Lua tables, strings and stack slots by their objects instead of through the stack: five to nine
 * times faster than the C-style API where whole tables cross. What is relied on is Fengari's layout (internals.ts); the
 * spec holds every function here against the C-style API on random tables.
 *
 * All access is raw: metatables are neither asked nor set.
 */

import { lua_checkstack } from './fengari.js';
import { type LuaState, TAG, Table, type TableEntry, type TableKey, TString, TValue } from './internals.js';
import { adoptString } from './string-owner.js';

/** A stack slot of the running frame: 1 is its first argument, -1 its last value. Undefined outside the frame. */
export function slotAt(L: LuaState, index: number): TValue | undefined {
  if (index < 0) return L.stack[L.top + index];
  const at = L.ci.funcOff + index;
  return at < L.top ? L.stack[at] : undefined;
}

/** Pushes a value. The slot belongs to the stack afterwards. @returns false when the stack is full */
export function pushSlot(L: LuaState, slot: TValue): boolean {
  if (L.top >= L.ci.top && !lua_checkstack(L, 1)) return false;
  L.stack[L.top++] = slot;
  return true;
}

/** Makes room for functions that push without asking. @returns false when the stack is full */
export function makeRoom(L: LuaState, slots: number): boolean {
  return lua_checkstack(L, slots);
}

/** Pops the value on top of the stack. */
export function popSlot(L: LuaState): TValue {
  const slot = L.stack[--L.top]!;
  delete L.stack[L.top];
  return slot;
}

export function isString(slot: TValue): boolean {
  return slot.type === TAG.LONG_STRING || slot.type === TAG.SHORT_STRING;
}

/** A Lua string of these bytes. They are shared, so nobody may write to them any more. */
export function newString(L: LuaState, bytes: Uint8Array): TString {
  const text = new TString(L, bytes);
  adoptString(L, text);
  return text;
}

export function stringSlot(text: TString): TValue {
  return new TValue(TAG.LONG_STRING, text);
}

/** @param value a 32-bit integer */
export function integerSlot(value: number): TValue {
  return new TValue(TAG.INTEGER, value);
}

export function newTable(L: LuaState): Table {
  return new Table(L);
}

/**
 * Adds an entry to a table that has no entry of that key and was never read by Lua (so that it has no dead keys and no
 * cached metamethods).
 *
 * @param hash what the key is found by: its value for numbers, booleans and objects, `TString.hash` for strings
 * @param key a slot of its own: Fengari writes to it when the entry is removed
 * @param value a slot of its own, never nil
 */
export function appendEntry(table: Table, hash: TableKey, key: TValue, value: TValue): void {
  const last = table.l;
  const entry: TableEntry = { key, value, p: last, n: undefined };
  if (last === undefined) table.f = entry;
  else last.n = entry;
  table.strong.set(hash, entry);
  table.l = entry;
}

/** Takes an entry out of a table that was never read by Lua. */
export function removeEntry(table: Table, hash: TableKey, { p, n }: TableEntry): void {
  if (p === undefined) table.f = n;
  else p.n = n;
  if (n === undefined) table.l = p;
  else n.p = p;
  table.strong.delete(hash);
}

/**
 * Remembers what a table holds now. The answer puts that back, and costs next to nothing where nothing has changed. Nobody may be
 * going through the table meanwhile.
 */
export function keepTable(table: Table): () => void {
  const kept = [...table.strong].map(([hash, { key, value }]) => {
    return { hash, key: new TValue(key.type, key.value), type: value.type, value: value.value };
  });
  const { metatable } = table;
  const isAsKept = (): boolean => {
    if (table.metatable !== metatable || table.strong.size !== kept.length) return false;
    let entry = table.f;
    for (const each of kept) {
      if (entry === undefined || entry.value.type !== each.type || entry.value.value !== each.value) return false;
      if (entry.key.value !== each.key.value) return false;
      entry = entry.n;
    }
    return true;
  };
  return () => {
    if (isAsKept()) return;
    table.strong.clear();
    table.dead_strong.clear();
    table.dead_weak = undefined;
    table.f = undefined;
    table.l = undefined;
    table.metatable = metatable;
    table.flags = 0;
    for (const { hash, key, type, value } of kept) {
      appendEntry(table, hash, new TValue(key.type, key.value), new TValue(type, value));
    }
  };
}

/** The string that finds an entry by this text. Its text is known from the start. */
export function newKey(L: LuaState, text: string, bytes: Uint8Array): TString {
  const key = new TString(L, bytes);
  key.text = text;
  return key;
}
