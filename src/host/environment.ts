/** The environment of the registry that is loaded, made when somebody first asks. */
import { makeEnvironment } from '../env/environment.js';
import type { LoadedEnvironment } from '../env/operations.js';
import { type MemoryStorages, memoryIn } from '../env/storage.js';
import { HostError } from '../errors.js';
import { lazyPackages } from '../platform/packages.js';
import type { Registry } from '../registry/types.js';

/** One environment for each registry: what lies in memory is the same for everyone who asks. */
export function environmentReader(
  registryNow: () => Registry | null,
  memories: MemoryStorages,
): () => LoadedEnvironment {
  const { dotenv } = lazyPackages();
  let made: LoadedEnvironment | null = null;
  return () => {
    const registry = registryNow();
    if (registry === null) throw new HostError('Unavailable', 'the registry is not loaded yet');
    if (made?.registry !== registry) {
      made = {
        registry,
        environment: makeEnvironment(registry, { processEnv: process.env, dotenv, memory: memoryIn(memories) }),
      };
    }
    return made;
  };
}
