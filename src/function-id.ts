/** The form of function IDs, and what those hear who wrote something else: how IDs look, and which one they may have meant. */
import { HostError } from './errors.js';
import { nearestName } from './nearest.js';

const MAX_SHOWN_ID = 200;
/** IDs that one message proposes. */
const MAX_PROPOSED = 3;

/**
 * What is wrong with the form of `id`; null where it is `namespace:name`. Messages are always the same; what more there is to say is
 * `details.hint`.
 *
 * @param known the IDs that there are; asked only where something is wrong
 */
export function malformedId(id: string, known: () => Iterable<string>): HostError | null {
  if (id === '') return invalid('function ID required', null, {});
  const colon = id.indexOf(':');
  const shown = shortenId(id);
  if (colon > 0 && colon < id.length - 1) return null;
  if (colon > 0) {
    return invalid('name required in function ID', howIdsLook(shown, []), { id: shown });
  }
  const near = idsOfName(colon === 0 ? id.slice(1) : id, known());
  const details = near.length === 0 ? { id: shown } : { id: shown, nearest: near[0] };
  return invalid('namespace required in function ID', howIdsLook(shown, near), details);
}

export function shortenId(id: string): string {
  return id.length <= MAX_SHOWN_ID ? id : `${id.slice(0, MAX_SHOWN_ID)}…`;
}

function howIdsLook(shown: string, near: readonly string[]): string {
  const meant = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  return `got ${JSON.stringify(shown)}: an ID is namespace:name${meant}`;
}

function invalid(message: string, hint: string | null, details: Record<string, unknown>): HostError {
  return new HostError('Invalid', message, {
    retryable: false,
    details: hint === null ? details : { ...details, hint },
  });
}

/** IDs of that name in any namespace, or of the nearest one. */
function idsOfName(name: string, known: Iterable<string>): string[] {
  const byName = new Map<string, string[]>();
  for (const id of known) {
    const own = id.slice(id.indexOf(':') + 1);
    byName.set(own, [...(byName.get(own) ?? []), id]);
  }
  const nearest = nearestName(name, byName.keys());
  return nearest === null ? [] : byName.get(nearest)!.slice(0, MAX_PROPOSED);
}
