/**
 * The operations `net.*` that code on any thread may ask for. Everything that opens something takes `allowed`, a
 * {@link HostGrant}, and gives a number; numbers belong to who opened them. What can be answered at once is.
 */
import type { IoOperations } from '../io.js';
import { type AllowedHosts, allowedHosts } from './allowed-hosts.js';
import { httpOperations } from './http-operations.js';
import { answerNothing, type HostGrant, type ReachOf } from './operation.js';
import { type Resolver, systemResolver } from './resolve.js';
import { socketOperations } from './socket-operations.js';
import { ByteSink, ByteSource } from './streams.js';
import { pollThings, thingsOf } from './things.js';

export interface NetOptions {
  /** How names become addresses; default: as the system does it. */
  readonly resolver?: Resolver;
  /** Patterns of what scripts may reach, which have no entry that names it; default: nothing. */
  readonly scriptHosts?: readonly string[];
}

/** Lists of patterns that are kept parsed. */
const MAX_LISTS = 256;

export function netOperations({ resolver = systemResolver, scriptHosts = [] }: NetOptions = {}): IoOperations {
  const lists = new Map<string, AllowedHosts>();
  const reachOf: ReachOf = (session, value) => {
    const { hosts: named, by } = value as unknown as HostGrant;
    const hosts = by === 'script' ? scriptHosts : named;
    const key = hosts.join(' ');
    let allowed = lists.get(key);
    if (allowed === undefined) {
      if (lists.size >= MAX_LISTS) lists.clear();
      allowed = allowedHosts(hosts);
      lists.set(key, allowed);
    }
    return { id: session.id, allowed, by, resolver };
  };
  return { ...streamOperations(), ...socketOperations(reachOf), ...httpOperations(reachOf) };
}

function streamOperations(): IoOperations {
  return {
    /** (ids, timeoutMs or null) → the ids that are ready: at least one, or the time has passed. */
    'net.poll': (session, [ids, timeoutMs], signal) =>
      pollThings(thingsOf(session), ids as number[], timeoutMs as number | null, signal),
    /** (id, max) → bytes, none while there are none, null at the end. */
    'net.read': (session, [id, max]) => thingsOf(session).get(ByteSource, Number(id)).read(Number(max)),
    /** As `net.read`, but waits until there is something. */
    'net.read-wait': (session, [id, max], signal) => {
      const source = thingsOf(session).get(ByteSource, Number(id));
      return source.ready() ? source.read(Number(max)) : source.readWhenReady(Number(max), signal);
    },
    /** (id) → bytes that may be written now. */
    'net.room': (session, [id]) => thingsOf(session).get(ByteSink, Number(id)).room(),
    /** (id, bytes) → how many were taken: no more than there was room for. */
    'net.write': (session, [id, bytes]) =>
      thingsOf(session)
        .get(ByteSink, Number(id))
        .write(bytes as Uint8Array),
    /** (id, bytes): all of them, and until they are with the system. */
    'net.write-wait': (session, [id, bytes], signal) =>
      thingsOf(session)
        .get(ByteSink, Number(id))
        .writeAll(bytes as Uint8Array, signal)
        .then(() => null),
    /** (id): there is no room until everything is with the system. */
    'net.flush': answerNothing((session, [id]) => thingsOf(session).get(ByteSink, Number(id)).flush()),
    /** (id): what is closed stays closed. */
    'net.close': answerNothing((session, [id]) => thingsOf(session).close(Number(id))),
  };
}
