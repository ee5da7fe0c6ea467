/** The registry's environment: variables by ID and name, over the storages that their entries name. */
import { HostBug, HostError } from '../errors.js';
import { nearestName } from '../nearest.js';
import { STORAGE_KINDS } from '../registry/kinds/env.js';
import type { EntryOf, Registry } from '../registry/types.js';
import type { ParseDotenv } from './dotenv-text.js';
import { fileStorage } from './file-storage.js';
import { processStorage, routerStorage, type Storage, staticStorage } from './storage.js';
import type { Environment } from './types.js';

type VariableEntry = EntryOf<'env.variable'>;

interface EnvironmentMeans {
  /** What `env.storage.os` reads. */
  readonly processEnv: { readonly [key: string]: string | undefined };
  /** Asked for when there is a file to read. */
  readonly dotenv: () => { readonly parse: ParseDotenv };
  /** Storages in memory by ID: they may be older than the registry. */
  readonly memory: (id: string) => Storage;
}

/** In bytes of UTF-8; what a process could pass on. */
const MAX_VALUE_BYTES = 128 * 1024;

/** Its storages are made when they are first used. */
export function makeEnvironment(registry: Registry, means: EnvironmentMeans): Environment {
  const storages = makeStorages(registry, means);
  const entries = registry.ofKind('env.variable');
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const byName = new Map(
    entries.flatMap((entry) => (entry.fields.variable === null ? [] : [[entry.fields.variable, entry] as const])),
  );
  const find = (name: string, namespace: string): VariableEntry => {
    const found = name.includes(':') ? byId.get(name) : (byName.get(name) ?? byId.get(`${namespace}:${name}`));
    if (found === undefined) throw unknownVariable(name, [...byName.keys(), ...byId.keys()]);
    return found;
  };
  const currentValue = (entry: VariableEntry): string | null =>
    storages(entry.fields.storage).read(keyOf(entry)) ?? entry.fields.default;
  return {
    variables: entries.map((entry) => ({ id: entry.id, name: entry.fields.variable })),
    get: (name, namespace) => currentValue(find(name, namespace)),
    set: (name, value, namespace) => {
      const entry = find(name, namespace);
      if (entry.fields.readonly) throw readOnlyVariable(entry);
      checkValue(entry, value);
      storages(entry.fields.storage).write(keyOf(entry), value);
    },
    all: () => {
      const all = Object.create(null) as Record<string, string>;
      for (const entry of entries) {
        const value = currentValue(entry);
        if (value !== null) all[keyOf(entry)] = value;
      }
      return all;
    },
  };
}

/** The name that a variable is public by and lies under; its ID where it has none. */
function keyOf(entry: VariableEntry): string {
  return entry.fields.variable ?? entry.id;
}

/** Storages by ID, each made when it is first used. */
function makeStorages(registry: Registry, { processEnv, dotenv, memory }: EnvironmentMeans): (id: string) => Storage {
  const made = new Map<string, Storage>();
  const storageOf = (id: string): Storage => {
    const known = made.get(id);
    if (known !== undefined) return known;
    const storage = make(id);
    made.set(id, storage);
    return storage;
  };
  const make = (id: string): Storage => {
    const entry = registry.get(id);
    switch (entry?.kind) {
      case 'env.storage.memory':
        return memory(id);
      case 'env.storage.os':
        return processStorage(id, processEnv);
      case 'env.storage.static':
        return staticStorage(id, entry.fields.values);
      case 'env.storage.router':
        return routerStorage(id, entry.fields.storages.map(storageOf));
      case 'env.storage.file': {
        const { file, autoCreate, fileMode, dirMode } = entry.fields;
        return fileStorage({ id, path: file, autoCreate, fileMode, dirMode, parse: dotenv().parse });
      }
      default:
        throw new HostBug(`${id} is none of ${STORAGE_KINDS.join(', ')}`);
    }
  };
  return storageOf;
}

function checkValue({ id }: VariableEntry, value: string): void {
  const reason = value.includes('\0')
    ? 'the value holds a NUL character'
    : Buffer.byteLength(value) > MAX_VALUE_BYTES
      ? `the value is longer than ${MAX_VALUE_BYTES} bytes`
      : null;
  if (reason === null) return;
  throw new HostError('Invalid', `${id} cannot be set: ${reason}`, { retryable: false, details: { id } });
}

function readOnlyVariable({ id, place }: VariableEntry): HostError {
  const message = `environment variable is read-only: ${id} (${place.file}:${place.line} says readonly: true)`;
  return new HostError('PermissionDenied', message, { retryable: false, details: { id } });
}

const DECLARE =
  'the registry declares what can be read: an entry of kind env.variable, whose storage is an env.storage.os for a variable of the process';

/** What was asked for is shortened: it may come from anywhere. */
function unknownVariable(name: string, known: readonly string[]): HostError {
  const shown = name.slice(0, 200);
  const nearest = nearestName(shown, known);
  const hint = nearest === null ? `; ${DECLARE}` : `; did you mean ${nearest}?`;
  return new HostError('NotFound', `environment variable not found: ${shown}${hint}`, {
    retryable: false,
    details: { variable: shown, ...(nearest === null ? {} : { suggestion: nearest }) },
  });
}
