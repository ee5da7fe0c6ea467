/**
 * What code on any thread can ask of the host's thread: the operations of all rooms in one table. A room that needs the event
 * loop adds its own here, and nothing else anywhere.
 */
import { onAbort } from '../abort.js';
import { envOperations } from '../env/operations.js';
import type { MemoryStorages } from '../env/storage.js';
import { HostError } from '../errors.js';
import { volumeOperations } from '../files/operations.js';
import type { VolumeSpec } from '../files/types.js';
import { type HttpSlot, httpOperations } from '../http/operations.js';
import type { IoOperations } from '../io.js';
import { lazyNetOperations } from '../net/lazy.js';
import type { Clock } from '../pool/clock.js';
import { checkHostPattern } from '../registry/kinds/hosts.js';
import type { Registry } from '../registry/types.js';
import { volumeOf } from '../runner/volumes.js';
import { environmentReader } from './environment.js';

interface OperationMeans {
  readonly clock: Clock;
  /** null until it is loaded. */
  readonly registry: () => Registry | null;
  /** Filled when a server starts. */
  readonly http: HttpSlot;
  /** Values of `env.storage.memory`. */
  readonly memories: MemoryStorages;
  /** What scripts may reach. */
  readonly allowedHosts: readonly string[];
}

export function hostOperations({ clock, registry, http, allowedHosts, memories }: OperationMeans): IoOperations {
  return {
    ...clockOperations(clock),
    ...volumeOperations(volumeReader(registry)),
    ...envOperations(environmentReader(registry, memories)),
    ...lazyNetOperations({ scriptHosts: checkedHosts(allowedHosts) }),
    ...httpOperations(http),
  };
}

/** @throws HostError Invalid, for what is no pattern */
function checkedHosts(patterns: readonly string[]): readonly string[] {
  return patterns.map((pattern) =>
    checkHostPattern(pattern, (_path, { message, expected, got }) => {
      throw new HostError('Invalid', `allowedHosts: ${got}: ${message}: expected ${expected}`, { retryable: false });
    }),
  );
}

/** `clock.now` answers ms on the host's monotonic clock, `clock.wait` after that many ms. */
function clockOperations(clock: Clock): IoOperations {
  return {
    'clock.now': () => clock.now(),
    'clock.wait': (_session, [ms], signal) =>
      new Promise((resolve, reject) => {
        const stop = clock.after(Number(ms), () => {
          unlisten();
          resolve(null);
        });
        const unlisten = onAbort(signal, () => {
          stop();
          reject(signal.reason);
        });
      }),
  };
}

/** Made once for each registry. */
function volumeReader(registryNow: () => Registry | null): () => readonly VolumeSpec[] {
  let made: { readonly of: Registry; readonly volumes: readonly VolumeSpec[] } | null = null;
  return () => {
    const registry = registryNow();
    if (registry === null) return [];
    if (made?.of !== registry) {
      const volumes = registry.entries.flatMap((entry) =>
        entry.kind === 'fs.directory' ? [volumeOf(entry, false)] : [],
      );
      made = { of: registry, volumes };
    }
    return made.volumes;
  };
}
