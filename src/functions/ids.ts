/** Function IDs: their form, and the errors that say what is missing. */
import { HostError } from '../errors.js';
import { malformedId, shortenId } from '../function-id.js';
import { nearestName } from '../nearest.js';

/**
 * What is wrong with `id` as the target of a call that no function has.
 *
 * @param known the IDs that there are, for "did you mean"
 * @returns Invalid where the ID has not the form `namespace:name`, else NotFound
 */
export function unknownTarget(id: unknown, known: () => Iterable<string>): HostError {
  if (typeof id !== 'string') {
    const details = { expected: 'string', got: typeof id };
    return new HostError('Invalid', 'function ID required', { retryable: false, details });
  }
  const malformed = malformedId(id, known);
  if (malformed !== null) return malformed;
  const nearest = nearestId(id, [...known()]);
  const hint = nearest === null ? '' : `: did you mean ${nearest}?`;
  return new HostError('NotFound', `no handler registered for target ${shortenId(id)}${hint}`, {
    retryable: false,
    details: withNearest(id, nearest),
  });
}

/** In the ID's own namespace, where there is one, only names are compared: a long namespace makes no two names near. */
function nearestId(id: string, known: readonly string[]): string | null {
  const namespace = id.slice(0, id.indexOf(':') + 1);
  const siblings = known.filter((each) => each.startsWith(namespace));
  if (siblings.length === 0) return nearestName(id, known);
  const name = nearestName(id.slice(namespace.length), names(siblings));
  return name === null ? null : namespace + name;
}

function* names(ids: Iterable<string>): Iterable<string> {
  for (const id of ids) yield id.slice(id.indexOf(':') + 1);
}

function withNearest(id: string, nearest: string | null): Record<string, unknown> {
  return nearest === null ? { id: shortenId(id) } : { id: shortenId(id), nearest };
}
