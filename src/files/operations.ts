/** What the host's thread answers about filesystems: which folder of the machine an entry is. */
import { HostError } from '../errors.js';
import type { IoOperations } from '../io.js';
import { nearestName } from '../nearest.js';
import type { Value } from '../values.js';
import type { VolumeSpec } from './types.js';

/** Every filesystem of the registry. */
type VolumeSpecs = () => readonly VolumeSpec[];

/**
 * `files.volume(name, namespace)`: the volume behind an ID, or behind the name of an entry of that namespace.
 * @throws HostError NotFound
 */
export function volumeOperations(volumes: VolumeSpecs): IoOperations {
  return {
    'files.volume': (_session, [name, namespace]) => {
      const id = String(name).includes(':') ? String(name) : `${String(namespace)}:${String(name)}`;
      const found = volumes().find((spec) => spec.id === id);
      if (found === undefined) throw notFound(volumes(), String(name), id);
      return { ...found } satisfies Value;
    },
  };
}

function notFound(volumes: readonly VolumeSpec[], name: string, id: string): HostError {
  const known = volumes.map((spec) => spec.id);
  // A script has no namespace, so that a bare name says too little.
  const namesake = known.find((each) => each.endsWith(`:${name}`));
  const nearest = namesake ?? nearestName(id.startsWith(':') ? name : id, known);
  const shown = id.startsWith(':') ? name : id;
  const hint = nearest === null ? '' : `: did you mean ${nearest}?`;
  return new HostError('NotFound', `filesystem not found: ${shown}${hint}`, {
    retryable: false,
    details: { id: shown, ...(nearest === null ? {} : { suggestion: nearest }) },
  });
}
