/** What the operations of this room share: who may reach what, and what a session has resolved. */
import type { IoOperation, IoSession } from '../io.js';
import type { Value } from '../values.js';
import { parseAddress, unmapped } from './addresses.js';
import type { GrantPlace } from './denied.js';
import type { Reach } from './resolve.js';

/** What an asker may reach. Plain data: it comes with each question that opens something. */
export interface HostGrant {
  /** Patterns, as the registry has checked them. */
  readonly hosts: readonly string[];
  /** Where more are granted: what a denial tells to write. */
  readonly by: GrantPlace;
}

/** What may be reached, for who asks with such a grant. */
export type ReachOf = (session: IoSession, allowed: Value) => Reach;

/** An operation whose answer is that it is done. */
export function answerNothing(run: (session: IoSession, args: readonly Value[]) => void): IoOperation {
  return (session, args) => {
    run(session, args);
    return null;
  };
}

/** Names that a session has resolved, by address: what was granted by name is connected to by address. */
export type Pins = Map<string, Set<string>>;

export function pinsOf(session: IoSession): Pins {
  return session.keep('net.pins', () => ({ value: new Map<string, Set<string>>(), close: () => {} }));
}

/** One text for each address. */
export function canonical(address: string): string {
  const parsed = parseAddress(address);
  return parsed === null ? address : unmapped(parsed).toString();
}
