/** Function IDs as people type them: a name without its namespace gets the whole ID as an answer. */
import { HostError } from '../errors.js';
import type { Host } from '../host-types.js';
import { nearestName } from '../nearest.js';

const MAX_SHOWN = 200;

/** @throws HostError Invalid, for an ID without a namespace or a name: with the ID, and the one that was meant */
export function checkFunctionId(id: string, host: Host): void {
  const colon = id.indexOf(':');
  if (colon > 0 && colon < id.length - 1) return;
  const missing = colon > 0 ? 'name' : 'namespace';
  const shown = id.length <= MAX_SHOWN ? id : `${id.slice(0, MAX_SHOWN)}…`;
  const nearest = missing === 'namespace' ? idOfName(id.slice(colon + 1), host) : null;
  const hint = nearest === null ? ': IDs are namespace:name, see: moonwit list' : `: did you mean ${nearest}?`;
  throw new HostError('Invalid', `${missing} required in function ID, got ${JSON.stringify(shown)}${hint}`, {
    details: nearest === null ? { id: shown } : { id: shown, nearest },
  });
}

function idOfName(name: string, host: Host): string | null {
  const ids = new Map<string, string>();
  for (const { id } of host.list()) {
    const known = id.slice(id.indexOf(':') + 1);
    if (!ids.has(known)) ids.set(known, id);
  }
  const nearest = nearestName(name, ids.keys());
  return nearest === null ? null : ids.get(nearest)!;
}
