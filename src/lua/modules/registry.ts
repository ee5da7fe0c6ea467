/** `registry`, for reading: entries by ID and by filter, and the state as a snapshot. Writing comes later. */

import { ByteString, Empty, newMap, type Value, type ValueMap } from '../../values.js';
import type { Core } from '../core.js';
import { crossing } from '../crossing.js';
import {
  LUA_TTABLE,
  type LuaFunction,
  type LuaState,
  lua_pushnil,
  luaL_checkstring,
  luaL_checktype,
} from '../fengari.js';
import { chargeSteps } from '../limits.js';
import { isAllowed } from '../permission.js';
import type { LuaRegistry, LuaRegistryEntry } from '../platform.js';
import { answer, moduleError, platformOf, pushValue } from '../results.js';
import type { LibraryFields } from '../tables.js';
import { defineClass } from '../userdata.js';
import { filterEntries } from './registry-filter.js';

const NO_REGISTRY: LuaRegistry = { version: 1, entries: [], get: () => undefined };

class Snapshot {
  readonly opaqueKind = 'snapshot';
  readonly registry: LuaRegistry;
  constructor(registry: LuaRegistry) {
    this.registry = registry;
  }
}

class Version {
  readonly opaqueKind = 'version';
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}

export function registryModule(core: Core): LibraryFields {
  const now = (): LuaRegistry => core.options.registry?.() ?? NO_REGISTRY;
  const later = (name: string): LuaFunction => notBuilt(`registry.${name}`);
  defineSnapshot(core);
  defineVersion(core);
  return {
    get: (L) => answer(core, L, () => getEntry(core, L, now(), 1)),
    find: (L) => answer(core, L, () => find(core, L, now(), 1)),
    parse_id: (L) => pushValue(core, L, parsedId(textAt(L, 1))),
    snapshot: (L) => answer(core, L, () => new Snapshot(now())),
    current_version: (L) => answer(core, L, () => new Version(now().version)),
    snapshot_at: later('snapshot_at'),
    versions: later('versions'),
    history: later('history'),
    apply_version: later('apply_version'),
    build_delta: later('build_delta'),
  };
}

/** Raises: a script that needs it cannot go on, and the name stays reserved. */
function notBuilt(name: string): LuaFunction {
  return () => {
    throw moduleError(
      'Unavailable',
      `${name} is not built yet: the registry can be read, not written, and has no history`,
    );
  };
}

function defineSnapshot(core: Core): void {
  const self: (L: LuaState) => Snapshot = defineClass(core, 'snapshot', Snapshot, {
    entries: (L) => {
      const { registry } = self(L);
      return answer(core, L, () => tablesOf(core, readable(core, registry.entries)));
    },
    get: (L) => {
      const { registry } = self(L);
      return answer(core, L, () => getEntry(core, L, registry, 2));
    },
    find: (L) => pushValue(core, L, find(core, L, self(L).registry, 2)),
    namespace: (L) => {
      const { registry } = self(L);
      const namespace = textAt(L, 2);
      const inside = registry.entries.filter((entry) => entry.namespace === namespace);
      return pushValue(core, L, tablesOf(core, readable(core, inside)));
    },
    version: (L) => {
      core.userdata.push(L, new Version(self(L).registry.version));
      return 1;
    },
    changes: notBuilt('snapshot:changes'),
  });
}

function defineVersion(core: Core): void {
  const none: LuaFunction = (L) => {
    self(L);
    lua_pushnil(L);
    return 1;
  };
  const text: LuaFunction = (L) => pushValue(core, L, `v${self(L).number}`);
  const self: (L: LuaState) => Version = defineClass(
    core,
    'version',
    Version,
    { id: (L) => pushValue(core, L, self(L).number), string: text, previous: none, next: none },
    { __tostring: text },
  );
}

function textAt(L: LuaState, index: number): string {
  return new TextDecoder().decode(luaL_checkstring(L, index));
}

function parsedId(id: string): Value {
  const colon = id.indexOf(':');
  const parts = newMap();
  parts.ns = colon === -1 ? '' : id.slice(0, colon);
  parts.name = id.slice(colon + 1);
  return parts;
}

function getEntry(core: Core, L: LuaState, registry: LuaRegistry, index: number): Value {
  const id = textAt(L, index);
  if (!mayRead(core, id)) throw moduleError('PermissionDenied', `not allowed: ${id}`);
  const entry = registry.get(id);
  if (entry === undefined) throw moduleError('NotFound', `entry not found: ${id}`);
  return tableOf(entry);
}

function find(core: Core, L: LuaState, registry: LuaRegistry, index: number): Value {
  luaL_checktype(L, index, LUA_TTABLE);
  const filter = crossing('registry.find: filter', () => core.transcoder.toGo(L, index));
  const entries = readable(core, registry.entries);
  chargeSteps(core, entries.length);
  if (filter instanceof Empty) return tablesOf(core, entries);
  if (Array.isArray(filter) || filter instanceof Map) {
    throw moduleError(
      'Invalid',
      'registry.find: expected a table whose keys are names, such as {[".kind"] = "function.lua"}',
    );
  }
  const means = {
    platform: () => platformOf(core),
    textOf: (value: Value) =>
      value instanceof ByteString ? (core.options.text.decodeUtf8(value.bytes) ?? null) : null,
  };
  return tablesOf(core, filterEntries(entries, filter as ValueMap, means));
}

function mayRead(core: Core, id: string): boolean {
  return isAllowed(core.task!.run.context, 'registry.get', id);
}

function readable(core: Core, entries: readonly LuaRegistryEntry[]): readonly LuaRegistryEntry[] {
  return entries.filter(({ id }) => mayRead(core, id));
}

function tablesOf(core: Core, entries: readonly LuaRegistryEntry[]): Value {
  chargeSteps(core, entries.length);
  return entries.map(tableOf);
}

function tableOf({ id, kind, meta, data }: LuaRegistryEntry): Value {
  const table = newMap();
  table.id = id;
  table.kind = kind;
  table.meta = meta;
  table.data = data;
  return table;
}
