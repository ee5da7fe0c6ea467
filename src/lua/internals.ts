/**
 * Types of the parts of Fengari that the public C-style API hides: values, strings, tables, closures, states.
 * Conversions of whole tables, budgets of string bytes and sorting read and write them directly, because one push
 * and one pop per element costs five to nine times as much. Everything that relies on these shapes is in this file,
 * in string-keys.ts, string-meter.ts and table-access.ts, and is held against the C-style API by specs.
 */

// Fengari's files require each other in circles: its own entry must come first, or their constants are undefined.
import 'fengari';
import lobjectModule from 'fengari/src/lobject.js';
import lstringModule from 'fengari/src/lstring.js';
import ltableModule from 'fengari/src/ltable.js';

/** Type tags of a {@link TValue}. Strings always carry `LONG_STRING` when Fengari makes them; both tags are strings. */
export const TAG = {
  NIL: 0,
  BOOLEAN: 1,
  LIGHT_USERDATA: 2,
  FLOAT: 3,
  SHORT_STRING: 4,
  TABLE: 5,
  LUA_CLOSURE: 6,
  USERDATA: 7,
  THREAD: 8,
  INTEGER: 19,
  LONG_STRING: 20,
  HOST_FUNCTION: 22,
  HOST_CLOSURE: 38,
} as const;

/** A Lua value in a slot: stack slots, table values, upvalues. Slots are mutable; what they hold is shared. */
export interface TValue {
  type: number;
  value: unknown;
  setfrom(other: TValue): void;
}

/** A Lua string. `realstring` is shared freely and never mutated. */
export interface TString {
  /** The table key of these bytes, made on first use (string-keys.ts). */
  readonly hash: string;
  /** The bytes as a JavaScript string, once somebody has decoded them; `undefined` when they are not UTF-8. */
  text: string | null | undefined;
  readonly realstring: Uint8Array;
}

/** One entry of a table, in order of insertion. */
export interface TableEntry {
  key: TValue;
  value: TValue;
  /** previous */
  p: TableEntry | undefined;
  /** next */
  n: TableEntry | undefined;
}

/** What a key hashes to: itself for numbers, booleans and objects, a string for strings. */
export type TableKey = unknown;

export interface Table {
  readonly id: number;
  readonly strong: Map<TableKey, TableEntry>;
  readonly dead_strong: Map<TableKey, TableEntry>;
  dead_weak: WeakMap<object, TableEntry> | undefined;
  /** first entry */
  f: TableEntry | undefined;
  /** last entry */
  l: TableEntry | undefined;
  metatable: Table | null;
  /** bits of metamethods known to be absent */
  flags: number;
}

export interface Udata {
  readonly id: number;
  metatable: Table | null;
  readonly uservalue: TValue;
  data: unknown;
}

interface HostClosure {
  readonly id: number;
  readonly f: LuaFunction;
  readonly nupvalues: number;
  readonly upvalue: TValue[];
}

export interface LuaClosure {
  readonly id: number;
  readonly p: unknown;
  readonly nupvalues: number;
  readonly upvals: TValue[];
}

/** A frame. */
export interface CallInfo {
  func: TValue;
  funcOff: number;
  top: number;
  previous: CallInfo | null;
  next: CallInfo | null;
  callstatus: number;
  nresults: number;
  extra: number;
  /** Of a Lua function: the instruction that comes next. */
  l_savedpc: number;
  /** Of a Lua function: where its registers begin on the stack. */
  l_base: number;
  c_k: Continuation | null;
  c_ctx: unknown;
  c_old_errfunc: number | null;
}

/** What all threads of one VM share. */
export interface GlobalState {
  id_counter: number;
  readonly mainthread: LuaState;
  readonly l_registry: TValue;
  /** metatables of the basic types, by type number */
  readonly mt: (Table | null | undefined)[];
}

/** A Lua thread (`lua_State`). */
export interface LuaState {
  readonly id: number;
  readonly l_G: GlobalState;
  stack: TValue[];
  top: number;
  stack_last: number;
  ci: CallInfo;
  readonly base_ci: CallInfo;
  status: number;
  nny: number;
  nCcalls: number;
  errfunc: number;
  hookmask: number;
  hookcount: number;
  basehookcount: number;
  allowhook: number;
}

/** A function that Lua calls: arguments on the stack, returns how many results it left on top of it. */
export type LuaFunction = (L: LuaState) => number;

/** Called instead of returning when a yielding call made with `lua_callk`, `lua_pcallk` or `lua_yieldk` goes on. */
export type Continuation = (L: LuaState, status: number, context: unknown) => number;

interface LObject {
  TValue: new (type: number, value: unknown) => TValue;
  Udata: new (L: LuaState, size: number) => Udata;
  CClosure: new (L: LuaState, f: LuaFunction, upvalues: number) => HostClosure;
  LClosure: new (L: LuaState, upvalues: number) => LuaClosure;
}
interface LString {
  TString: new (L: LuaState, bytes: Uint8Array) => TString;
}
interface LTable {
  Table: new (L: LuaState) => Table;
}

export const { TValue, Udata, CClosure: HostClosure, LClosure: LuaClosure } = lobjectModule as LObject;
export const { TString } = lstringModule as LString;
export const { Table } = ltableModule as LTable;
