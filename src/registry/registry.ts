/** The registry itself: checked entries, frozen, with the few questions that others ask of them. */
import { HostBug, HostError } from '../errors.js';
import { nearestName } from '../nearest.js';
import { type EntryOrigin, placeProblem } from './problems.js';
import { type BinaryStore, binaryError, hashFault } from './storage.js';
import { type Entry, type EntryOf, FUNCTION_KINDS, type FunctionEntry, type Registry } from './types.js';
import { writtenFields } from './written.js';

interface RegistryParts {
  readonly entries: readonly Entry[];
  readonly origins: ReadonlyMap<string, EntryOrigin>;
  readonly binaries: BinaryStore;
  readonly sources: ReadonlyMap<string, string>;
}

export function makeRegistry(parts: RegistryParts): Registry {
  const entries = Object.freeze([...parts.entries]);
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const originOf = (entry: Entry): EntryOrigin => {
    const origin = parts.origins.get(entry.id);
    if (origin === undefined) throw new HostBug(`${entry.id} is not an entry of this registry`);
    return origin;
  };
  const ofKinds = (kinds: readonly string[]): Entry[] => entries.filter((entry) => kinds.includes(entry.kind));
  return {
    entries,
    sources: parts.sources,
    get: (id) => byId.get(id),
    getOf: (kind, id) => {
      const entry = byId.get(id);
      return entry?.kind === kind ? (entry as EntryOf<typeof kind>) : undefined;
    },
    ofKind: (kind) => ofKinds([kind]) as EntryOf<typeof kind>[],
    functions: () => ofKinds(FUNCTION_KINDS) as FunctionEntry[],
    nearestId: (id) => nearestName(id, byId.keys()),
    readBinary: async (entry) => {
      const folder = byId.get(entry.fields.fs);
      if (folder?.kind !== 'fs.directory') {
        throw new HostError('NotFound', `filesystem not found: ${entry.fields.fs}`, {
          details: { id: entry.fields.fs },
        });
      }
      const found = await parts.binaries.find(folder.fields.path, entry.fields.path);
      const fault = found.ok ? hashFault(entry.fields.hash, found.value.hash) : found.facts;
      if (found.ok && fault === null) return found.value.bytes;
      throw binaryError(entry.id, fault!);
    },
    forgetBinaries: () => parts.binaries.forget(),
    problemAt: (entry, path, facts) => placeProblem(originOf(entry), path, facts),
    written: (entry) => writtenFields(originOf(entry), entry.kind),
  };
}

/** Freezes a value and all below it. */
export function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) freezeDeep(inner);
  return Object.freeze(value);
}
