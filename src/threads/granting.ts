/** Which thread gets a partner to call over a lane, and which one: while nobody else waits. */
import { HostBug } from '../errors.js';
import type { Seat } from '../functions/elsewhere.js';
import type { LentSeat } from '../functions/remote.js';
import { ROOT_CONTEXT } from '../functions/types.js';
import type { Value } from '../values.js';
import { ACTIVE } from './control.js';
import { type CrewState, type Grant, type Job, moveSeat, post } from './crew-state.js';
import type { LaneMessage } from './definitions.js';
import { endThread, STOP_GRACE_MS } from './ending.js';
import { closeGrant, grantOver, serverDied } from './grants.js';
import { addCall, type CallerLane, define, type HostThread, keepLease } from './host-thread.js';
import { CLOSED, LAST, newLaneMemory, openLane, RUNNING } from './lane.js';
import { hasRoomForMemory } from './memories.js';
import { failedWith, succeeded, unexpected } from './outcome.js';
import { idleThread, newThread, runningThreads } from './placing.js';
import type { ThreadMessage, WireOutcome } from './wire.js';

/** Numbers of grants share a word with a phase. */
const GRANTS = 2 ** 28;
/** How often the host looks whether what shall have ended has ended. */
const WATCH_MS = 100;

/** Answers with [grant, seat, lane], or null: not now. */
export function askedForPartner(
  state: CrewState,
  thread: HostThread,
  { request, id, grant }: Extract<ThreadMessage, { kind: 'partner' }>,
): void {
  const answerWith = (outcome: WireOutcome) => post(state, thread, { kind: 'reply', request, outcome }, false);
  const answer = (value: Value) => answerWith(succeeded(value));
  const lent = mayGrant(state, thread) ? state.lend(id, null) : null;
  if (lent === null) {
    answer(null);
    return;
  }
  // What goes wrong here the call itself will meet and report.
  lent.then(
    (seat) => {
      try {
        answer(seatOver(state, thread, id, grant, seat));
      } catch (error) {
        answerWith(failedWith(error));
      }
    },
    () => answer(null),
  );
}

function seatOver(state: CrewState, thread: HostThread, id: string, grant: number, { seat, release }: LentSeat): Value {
  try {
    const found = grantFor(state, thread, id, seat, grant);
    if (found !== null) {
      define(found.server, state.definitionOf(id), state.planOf);
      moveSeat(state, id, seat, found.server);
      keep(found, id, seat, release);
      return [found.number, seat.number, found.caller.lane!.number];
    }
  } catch (error) {
    release();
    const told = unexpected(error, `a lane for ${id}`);
    if (told instanceof HostBug) throw told;
    return null; // no thread could be started
  }
  release();
  return null;
}

function mayGrant(state: CrewState, thread: HostThread): boolean {
  return !state.closing && !thread.dead && state.queue.size() === 0;
}

function grantFor(state: CrewState, caller: HostThread, id: string, seat: Seat, number: number): Grant | null {
  if (!mayGrant(state, caller)) return null;
  for (const grant of [...state.grants.values()]) if (grant.caller === caller) settle(state, grant);
  const known = state.grants.get(number);
  if (known !== undefined) return known.caller === caller ? known : null;
  if (number !== 0 || isCaller(state, caller)) return null;
  const job = { context: ROOT_CONTEXT, preferred: () => seat.thread, givesHandles: false, guarded: true };
  if (runningThreads(state) >= state.cores || !hasRoomForMemory(state, job)) return null;
  return newGrant(state, caller, idleThread(state, job) ?? newThread(state, false), id);
}

function isCaller({ grants }: CrewState, thread: HostThread): boolean {
  for (const { caller } of grants.values()) if (caller === thread) return true;
  return false;
}

/** The server may have ended it, and its word for that still be on its way. */
function settle(state: CrewState, grant: Grant): void {
  const phase = grant.lane.phase(grant.number);
  if (phase === CLOSED || phase === LAST) closeGrant(state, grant);
}

function newGrant(state: CrewState, caller: HostThread, server: HostThread, key: string): Grant {
  state.lastGrant = (state.lastGrant % (GRANTS - 1)) + 1;
  const number = state.lastGrant;
  const { lane, number: laneNumber } = laneBetween(state, caller, server);
  const call = ++state.lastCall;
  const grant: Grant = { number, caller, server, lane, call, leases: new Set(), relayed: 0, stuck: null };
  lane.open(number);
  state.grants.set(number, grant);
  const job: Job = {
    number: call,
    key,
    kind: 'guest',
    context: ROOT_CONTEXT,
    preferred: () => null,
    turn: key,
    home: null,
    givesHandles: false,
    guarded: true,
    send() {},
    end: () => grantOver(state, grant, false),
    fail: () => grantOver(state, grant, false),
    lost: (_started, reason) => serverDied(state, grant, reason),
  };
  Atomics.store(server.link.control, ACTIVE, 1);
  post(state, server, { kind: 'serve', call, grant: number, lane: laneNumber }, false);
  server.sent++;
  addCall(server, job);
  watch(state);
  return grant;
}

/** A caller has one lane, which is used again and again; both ends learn whom it leads to. */
function laneBetween(state: CrewState, caller: HostThread, server: HostThread): CallerLane {
  const before = caller.lane;
  if (before?.server === server.number) {
    if (server.attached !== before.number) attach(server, before, 'server', caller);
    return before;
  }
  const memory = before?.memory ?? newLaneMemory();
  const made = { number: ++state.lastLane, memory, lane: before?.lane ?? openLane(memory), server: server.number };
  caller.lane = made;
  attach(caller, made, 'caller', server);
  attach(server, made, 'server', caller);
  return made;
}

function attach(to: HostThread, { number, memory }: CallerLane, side: LaneMessage['side'], other: HostThread): void {
  const control = other.link.control.buffer as SharedArrayBuffer;
  const message: LaneMessage = { lane: number, memory, side, thread: other.number, control };
  to.worker.postMessage(message);
  if (side === 'server') to.attached = number;
}

/** The seat is the caller's until it gives it back or the grant is over. */
function keep({ leases, caller }: Grant, id: string, seat: Seat, release: () => void): void {
  const lease = keepLease(caller, id, seat, () => {
    leases.delete(lease);
    release();
  });
  leases.add(lease);
}

/** A guest ends by itself when its time is over or nobody wants it; where it does not, its thread is ended. */
function watch(state: CrewState): void {
  state.stopWatch ??= state.clock.after(WATCH_MS, () => {
    state.stopWatch = null;
    for (const grant of [...state.grants.values()]) {
      // It may have called once more after the word that told the call before it to end.
      if (grant.caller.dead) grant.lane.cancel(grant.lane.call());
      if (isStuck(grant, state.clock.now())) endThread(state, grant.server, 'its call did not end in time');
    }
    if (state.grants.size > 0) watch(state);
  });
}

function isStuck(grant: Grant, now: number): boolean {
  const { lane, number } = grant;
  const call = lane.call();
  const { untilMs } = lane.times();
  const shallEnd = lane.phase(number) === RUNNING && (lane.isCanceled(call) || now > untilMs);
  if (!shallEnd) grant.stuck = null;
  else if (grant.stuck?.call !== call) grant.stuck = { call, sinceMs: now };
  return grant.stuck !== null && now - grant.stuck.sinceMs >= STOP_GRACE_MS;
}
