/** The registry as Lua reads it: entries as plain values, made when they are first looked at. */
import type { LuaRegistry, LuaRegistryEntry } from '../lua/platform.js';
import type { Entry, MetaValue, Registry } from '../registry/types.js';
import { newMap, type Value, type ValueMap } from '../values.js';

/** A registry is loaded once, so this is its first and only version. */
const FIRST_VERSION = 1;

function registryView(registry: Registry): LuaRegistry {
  const entries = registry.entries.map((entry) => entryView(entry, registry));
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return { version: FIRST_VERSION, entries, get: (id) => byId.get(id) };
}

function entryView(entry: Entry, registry: Registry): LuaRegistryEntry {
  const { id, namespace, name, kind } = entry;
  let meta: ValueMap | null = null;
  let data: ValueMap | null = null;
  return {
    id,
    namespace,
    name,
    kind,
    get meta() {
      meta ??= plainValue(entry.meta) as ValueMap;
      return meta;
    },
    get data() {
      data ??= plainValue(registry.written(entry)) as ValueMap;
      return data;
    },
  };
}

/** Maps of our own making, so that a key of an author never means something to the VM. */
function plainValue(value: MetaValue): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plainValue);
  const map = newMap();
  for (const [key, item] of Object.entries(value)) map[key] = plainValue(item);
  return map;
}

/** One view for every VM, made when a script first asks; empty until there is a registry. */
export function registryReader(registryNow: () => Registry | null): () => LuaRegistry {
  let made: { readonly of: Registry; readonly view: LuaRegistry } | null = null;
  return () => {
    const registry = registryNow();
    if (registry === null) return EMPTY_REGISTRY;
    if (made?.of !== registry) made = { of: registry, view: registryView(registry) };
    return made.view;
  };
}

const EMPTY_REGISTRY: LuaRegistry = { version: 1, entries: [], get: () => undefined };

/** A view as data, to cross threads: what {@link registryFromData} reads. */
export function registryToData(view: LuaRegistry): Value {
  return view.entries.map(({ id, namespace, name, kind, meta, data }) => [id, namespace, name, kind, meta, data]);
}

export function registryFromData(data: Value): LuaRegistry {
  const entries = (data as readonly Value[]).map((each): LuaRegistryEntry => {
    const [id, namespace, name, kind, meta, fields] = each as [string, string, string, string, ValueMap, ValueMap];
    return { id, namespace, name, kind, meta, data: fields };
  });
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return { version: FIRST_VERSION, entries, get: (id) => byId.get(id) };
}
