/**
 * Host objects as Lua userdata: one metatable per class, one userdata per object and VM, so that equal objects are equal
 * in Lua and work as table keys. Scripts cannot make userdata nor touch their metatables, so `data` can be trusted.
 */

import { HostBug, HostError } from '../errors.js';
import type { Userdata as TranscoderUserdata } from '../transcoder/userdata.js';
import type { ResourceHandle, Value } from '../values.js';
import type { Core } from './core.js';
import { type LuaFunction, type LuaState, luaL_argerror, luaL_typename, to_jsstring } from './fengari.js';
import { TAG, type Table, TValue, Udata } from './internals.js';
import { slotAt } from './table-access.js';
import { type LibraryFields, lockedTable } from './tables.js';

export interface Userdata extends TranscoderUserdata {
  /** Names the metatable of a class of objects; called once per class while the VM is made. */
  define(accepts: (data: object) => boolean, metatable: Table): void;
  /** What objects of a class cross to functions as; without it they cannot cross. */
  crossAs<T extends object>(type: abstract new (...args: never[]) => T, read: (L: LuaState, data: T) => Value): void;
  /** Names the metatable of int64 values. */
  defineInt64(metatable: Table): void;
  /** Pushes the one userdata of this object. */
  push(L: LuaState, data: object | bigint): void;
  /** The one userdata of this object. */
  of(L: LuaState, data: object | bigint): Udata;
}

/** What the VM wants to know about resource handles. */
interface HandleWatch {
  /** One came into Lua. */
  readonly received: (handle: ResourceHandle) => void;
  /** One is read out of Lua. */
  readonly leaving: (handle: ResourceHandle) => void;
}

export function createUserdata(watch: HandleWatch): Userdata {
  const classes: { accepts: (data: object) => boolean; metatable: Table }[] = [];
  const readers: ((L: LuaState, data: unknown) => { value: Value } | null)[] = [];
  const known = new WeakMap<object, Udata>();
  const int64s = createInt64Pool();
  let int64Metatable: Table | null = null;

  const make = (L: LuaState, data: object): Udata => {
    const match = classes.find((entry) => entry.accepts(data));
    if (match === undefined) throw new HostBug('a host object without a metatable reached Lua');
    const udata = newUdata(L, data, match.metatable);
    known.set(data, udata);
    return udata;
  };
  const of = (L: LuaState, data: object | bigint): Udata => {
    if (typeof data === 'bigint') return int64s(L, data, int64Metatable!);
    return known.get(data) ?? make(L, data);
  };
  return {
    define: (accepts, metatable) => void classes.push({ accepts, metatable }),
    crossAs: (type, read) => {
      readers.push((L, data) => (data instanceof type ? { value: read(L, data) } : null));
    },
    defineInt64: (metatable) => {
      int64Metatable = metatable;
    },
    of,
    toGo: (L, index) => {
      const data = userdataAt(L, index);
      return crossing(watch, data) ?? readers.map((read) => read(L, data)).find((found) => found !== null)?.value;
    },
    push: (L, data) => {
      L.stack[L.top++] = new TValue(TAG.USERDATA, of(L, data));
      if (isResourceHandle(data)) watch.received(data);
    },
  };
}

function newUdata(L: LuaState, data: unknown, metatable: Table): Udata {
  const udata = new Udata(L, 0);
  udata.data = data;
  udata.metatable = metatable;
  return udata;
}

/** One userdata per value as long as Lua holds it: equal values are one table key. */
function createInt64Pool(): (L: LuaState, value: bigint, metatable: Table) => Udata {
  const pool = new Map<bigint, WeakRef<Udata>>();
  const registry = new FinalizationRegistry<bigint>((value) => {
    if (pool.get(value)?.deref() === undefined) pool.delete(value);
  });
  return (L, value, metatable) => {
    const known = pool.get(value)?.deref();
    if (known !== undefined) return known;
    const made = newUdata(L, value, metatable);
    pool.set(value, new WeakRef(made));
    registry.register(made, value);
    return made;
  };
}

/** What may leave Lua: int64 values, error objects, resource handles. */
function crossing(watch: HandleWatch, data: unknown): Value | undefined {
  if (typeof data === 'bigint' || data instanceof HostError) return data;
  if (!isResourceHandle(data)) return undefined;
  watch.leaving(data);
  return data;
}

/** The host object at a stack index, or undefined when there is none. */
export function userdataAt(L: LuaState, index: number): unknown {
  const slot = slotAt(L, index);
  return slot === undefined || slot.type !== TAG.USERDATA ? undefined : (slot.value as Udata).data;
}

export function errorAt(L: LuaState, index: number): HostError | undefined {
  const data = userdataAt(L, index);
  return data instanceof HostError ? data : undefined;
}

export function isResourceHandle(data: unknown): data is ResourceHandle {
  return typeof data === 'object' && data !== null && 'methods' in data && 'drop' in data;
}

/** Metamethods of a class beside `__index`, `__name` and `__metatable`. */
type Metamethods = { readonly [event: `__${string}`]: LuaFunction };

/**
 * Makes a class of host objects known to Lua: `object:method()`.
 * @returns reads argument 1 as such an object; raises "bad argument" otherwise
 */
export function defineClass<T extends object>(
  core: Core,
  name: string,
  type: abstract new (...args: never[]) => T,
  methods: LibraryFields,
  metamethods: Metamethods = {},
): (L: LuaState) => T {
  const index = lockedTable(core, name, methods);
  const fields = { __name: name, __metatable: `${name} is protected`, __index: index, ...metamethods };
  core.userdata.define((data) => data instanceof type, lockedTable(core, name, fields));
  return (L) => {
    const data = userdataAt(L, 1);
    return data instanceof type ? data : wrongArgument(L, 1, name);
  };
}

export function wrongArgument(L: LuaState, argument: number, expected: string): never {
  return luaL_argerror(L, argument, `${expected} expected, got ${to_jsstring(luaL_typename(L, argument))}`);
}
