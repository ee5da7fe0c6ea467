/** Function IDs: their form, and the errors that say what is missing. */
import { HostError } from '../errors.js';
import { nearestName } from '../nearest.js';

/**
 * What is wrong with `id` as the target of a call that no function has.
 *
 * @param known the IDs that there are, for "did you mean"
 * @returns Invalid where the ID has not the form `namespace:name`, else NotFound
 */
export function unknownTarget(id: unknown, known: () => Iterable<string>): HostError {
  if (typeof id !== 'string') {
    return new HostError('Invalid', 'function ID required', { details: { expected: 'string', got: typeof id } });
  }
  if (id === '') return new HostError('Invalid', 'function ID required');
  const colon = id.indexOf(':');
  if (colon <= 0) {
    const nearest = nearestName(colon === 0 ? id.slice(1) : id, names(known()));
    return new HostError('Invalid', 'namespace required in function ID', { details: withNearest(id, nearest) });
  }
  if (colon === id.length - 1) {
    return new HostError('Invalid', 'name required in function ID', { details: { id } });
  }
  const nearest = nearestId(id, [...known()]);
  const hint = nearest === null ? '' : `: did you mean ${nearest}?`;
  return new HostError('NotFound', `no handler registered for target ${shorten(id)}${hint}`, {
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
  return nearest === null ? { id: shorten(id) } : { id: shorten(id), nearest };
}

const MAX_SHOWN = 200;

function shorten(id: string): string {
  return id.length <= MAX_SHOWN ? id : `${id.slice(0, MAX_SHOWN)}…`;
}
