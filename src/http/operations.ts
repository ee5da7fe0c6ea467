/**
 * The operations `http.*` as the host's table has them from its start; what they do is loaded with the first server. A call that
 * asks for them serves a request, so there is one.
 */
import { HostError } from '../errors.js';
import type { IoOperation, IoOperations } from '../io.js';
import { withinItsTime } from './body-time.js';

/** Filled by the first server of a host. */
export interface HttpSlot {
  operations: IoOperations | null;
}

/** They wait for a client. */
const OF_BODIES: readonly string[] = ['http.read', 'http.body', 'http.multipart'];

const NAMES = [
  ...OF_BODIES,
  'http.send',
  ...['http.guest-body', 'http.guest-inform', 'http.guest-answer', 'http.guest-respond', 'http.guest-write'],
  ...['http.guest-flush', 'http.guest-finish', 'http.guest-cut', 'http.guest-sink'],
];

export function httpOperations(slot: HttpSlot): IoOperations {
  return Object.fromEntries(
    NAMES.map((name) => {
      const run: IoOperation = (session, args, signal) => {
        const operation = slot.operations?.[name];
        if (operation === undefined) throw new HostError('Internal', 'no HTTP request context found');
        return operation(session, args, signal);
      };
      return [name, OF_BODIES.includes(name) ? withinItsTime(run) : run];
    }),
  ) satisfies IoOperations;
}
