/** Where values of the environment lie. One object for each `env.storage.*` entry; what a value is, no error says. */
import { HostError } from '../errors.js';

export interface Storage {
  readonly id: string;
  /**
   * The value under a key; null where there is none.
   * @throws HostError Unavailable
   */
  read(key: string): string | null;
  /** @throws HostError PermissionDenied (it is read-only), Invalid (it cannot hold the value), Unavailable */
  write(key: string, value: string): void;
}

/** Storages in memory, which live on while registries come and go. */
export type MemoryStorages = Map<string, Storage>;

/** Each is made when it is first asked for. */
export function memoryIn(storages: MemoryStorages): (id: string) => Storage {
  return (id) => {
    const storage = storages.get(id) ?? memoryStorage(id);
    storages.set(id, storage);
    return storage;
  };
}

function memoryStorage(id: string): Storage {
  const values = new Map<string, string>();
  return {
    id,
    read: (key) => values.get(key) ?? null,
    write: (key, value) => {
      values.set(key, value);
    },
  };
}

export function staticStorage(id: string, values: { readonly [key: string]: string }): Storage {
  return { id, read: (key) => (Object.hasOwn(values, key) ? values[key]! : null), write: () => refuseWrite(id) };
}

/** Asked anew at each read: a program may change its own environment. */
export function processStorage(id: string, env: { readonly [key: string]: string | undefined }): Storage {
  return { id, read: (key) => (Object.hasOwn(env, key) ? (env[key] ?? null) : null), write: () => refuseWrite(id) };
}

/** Reads in order, writes to the first. */
export function routerStorage(id: string, storages: readonly Storage[]): Storage {
  return {
    id,
    read: (key) => {
      for (const storage of storages) {
        const value = storage.read(key);
        if (value !== null) return value;
      }
      return null;
    },
    write: (key, value) => storages[0]!.write(key, value),
  };
}

function refuseWrite(id: string): never {
  throw new HostError('PermissionDenied', `storage is read-only: ${id}`, {
    retryable: false,
    details: { storage: id },
  });
}
