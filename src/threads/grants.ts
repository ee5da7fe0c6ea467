/**
 * Lanes (lane.ts) that the host has granted, and how it takes them back: as soon as somebody else waits for a core or for one of
 * their seats, and when one of their threads dies. For everyone else the partner runs one call.
 */
import type { CrewState, Grant } from './crew-state.js';
import { post } from './crew-state.js';
import { type HostThread, removeCall } from './host-thread.js';
import { ANSWERED, CALLED, CLOSED, IDLE, LAST, LOST, RETURNED, RUNNING } from './lane.js';
import type { RelayMessage } from './wire.js';

/** Ends grants now, or as soon as their call has ended. @returns whether one has ended now */
export function revokeGrants(state: CrewState, which: (grant: Grant) => boolean = () => true): boolean {
  let ended = false;
  for (const grant of [...state.grants.values()]) if (which(grant) && revoke(state, grant)) ended = true;
  return ended;
}

function revoke(state: CrewState, grant: Grant): boolean {
  const { lane, number, caller } = grant;
  // First, so that a server that answers in between sees it.
  lane.recall(number);
  if (lane.move(number, CALLED, RETURNED)) caller.link.nudge();
  else if (!lane.move(number, IDLE, CLOSED) && (!lane.move(number, ANSWERED, LAST) || isOnItsWay(grant))) return false;
  closeGrant(state, grant);
  return true;
}

/** The answer in the lane comes through the host, and has not come yet: until then its server is needed. */
function isOnItsWay({ lane, relayed }: Grant): boolean {
  return lane.isRelayed() && relayed !== lane.call();
}

/** The server is free for others. */
export function closeGrant(state: CrewState, grant: Grant): void {
  removeCall(grant.server, grant.call, state.clock.now());
  grantOver(state, grant, false);
}

/** @param spent the server is gone, and with it the instances */
export function grantOver(state: CrewState, grant: Grant, spent: boolean): void {
  if (!state.grants.delete(grant.number)) return;
  for (const lease of [...grant.leases]) lease.release(spent || grant.lane.isSpent(lease.seat));
  if (state.grants.size > 0) return;
  state.stopWatch?.();
  state.stopWatch = null;
}

/** What had not begun is made again by its caller; what ran is lost; what was answered is answered. */
export function serverDied(state: CrewState, grant: Grant, reason: string): void {
  const { number, caller } = grant;
  const phase = endLane(grant);
  if (phase === LOST || (phase === LAST && isOnItsWay(grant))) {
    // It may still be writing there.
    caller.lane = null;
    post(state, caller, { kind: 'partner-lost', grant: number, reason }, false);
  }
  // Its server may have died before it had it woken.
  caller.link.nudge();
  grantOver(state, grant, true);
}

/** How a grant is over whose server is gone. */
const ENDS = [
  [CALLED, RETURNED],
  [RUNNING, LOST],
  [ANSWERED, LAST],
  [IDLE, CLOSED],
] as const;

/** Its caller goes on meanwhile, takes an answer and calls again: what it was in at the first look it may have left at the second. */
function endLane({ lane, number }: Grant): number {
  for (;;) {
    for (const [from, to] of ENDS) if (lane.move(number, from, to)) return to;
    const phase = lane.phase(number);
    if (!ENDS.some(([from]) => from === phase)) return phase;
  }
}

/** What runs for a thread that is gone shall end; its seats go back when it has. */
export function callerDied(state: CrewState, thread: HostThread): void {
  for (const grant of [...state.grants.values()]) {
    if (grant.caller !== thread) continue;
    for (const { seat } of grant.leases) thread.leases.delete(seat);
    if (!revoke(state, grant)) grant.lane.cancel(grant.lane.call());
  }
}

export function partnerEnd(state: CrewState, thread: HostThread, number: number): void {
  const grant = state.grants.get(number);
  if (grant?.caller === thread) closeGrant(state, grant);
}

/** An answer that is too long for its lane. */
export function relay(state: CrewState, message: RelayMessage): void {
  const grant = state.grants.get(message.grant);
  const caller = state.threads.get(message.thread);
  if (caller !== undefined) post(state, caller, message, false);
  if (grant === undefined) return;
  grant.relayed = message.call;
  if (grant.lane.phase(grant.number) === LAST) closeGrant(state, grant);
}
