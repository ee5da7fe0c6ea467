/**
 * Which thread a call goes to, and when. Cores bound how many threads run; a thread that stands still, whose guest waits in an
 * import, or whose Lua waits, does not count. Functions take turns, so that a busy one does not keep the others out.
 */
import { HostError } from '../errors.js';
import { ACTIVE, QUEUED, STANDING } from './control.js';
import { type CrewState, type Job, post } from './crew-state.js';
import { revokeGrants } from './grants.js';
import { addCall, type HostThread, startThread } from './host-thread.js';
import { scheduleSweep } from './idling.js';
import { hasRoomForMemory } from './memories.js';
import { handleLost, unexpected } from './outcome.js';

/** Threads whose calls wait, beyond the cores. */
const MAX_WAITING_THREADS = 256;
/** Guests that suspend, under way at once. */
const MAX_SUSPENDED = 6000;
/** A thread whose Lua went to sleep does not say so: while calls wait, the host looks again after this long. */
const LOOK_AGAIN_MS = 1;
const NO_SEAT = -1;

export function dispatch(state: CrewState): boolean {
  const { queue } = state;
  const next = () =>
    queue.next(
      (each) => placeFor(state, each),
      (each) => isAtHome(state, each),
    );
  do {
    for (let taken = next(); taken !== null; taken = next()) place(state, taken.item, taken.place);
    // Who waits goes before those who call each other over lanes.
  } while (queue.size() > 0 && revokeGrants(state));
  const waits = queue.size() > 0;
  if (!waits) state.collecting = false;
  if (waits !== state.callsWait) {
    state.callsWait = waits;
    for (const { link } of state.threads.values()) Atomics.store(link.control, QUEUED, waits ? 1 : 0);
  }
  if (waits && state.lookAgain === null) {
    state.lookAgain = state.clock.after(LOOK_AGAIN_MS, () => {
      state.lookAgain = null;
      dispatch(state);
    });
  }
  return waits;
}

function place(state: CrewState, job: Job, where: Place): void {
  let thread: HostThread | null = null;
  if (where === 'gone') {
    job.fail(handleLost(job.key, job.home?.endedFor ?? null));
    return;
  }
  try {
    thread = where === 'new' ? newThread(state, job.kind === 'lua') : where;
    Atomics.store(thread.link.control, ACTIVE, 1);
    job.send(thread);
    thread.sent++;
    addCall(thread, job);
    state.loop.touch();
  } catch (error) {
    // A thread that sleeps counts as running until it has looked: this says nothing, and has it look.
    if (thread !== null) post(state, thread, { kind: 'forget', id: job.key, seat: NO_SEAT }, false);
    job.fail(unexpected(error, `${job.key} was sent to a thread`));
  }
}

/** - 'new': a thread that starts for it. - 'gone': the only thread that could run it has died. */
type Place = HostThread | 'new' | 'gone';

/** null: it waits. Asked once: threads go to sleep and wake meanwhile. */
function placeFor(state: CrewState, job: Job): Place | null {
  const { kind, home } = job;
  if (home !== null) return atHome(state, job, home);
  if (kind !== 'lua' && !hasRoomForMemory(state, job)) return null;
  const hasCore = runningThreads(state) < state.cores;
  const mayStart = hasCore && state.threads.size < maxThreads(state, job);
  if (kind === 'suspends') return mayHold(state, job) ? sharedThread(state, job, mayStart) : null;
  if (kind === 'guest' && !hasCore) return null;
  const idle = idleThread(state, job);
  if (idle !== null) return idle;
  const shared = kind === 'lua' ? sharedThread(state, job, mayStart) : null;
  if (shared !== null) return shared;
  if (mayStart) return 'new';
  return hasCore ? idleThread(state, job, true) : null;
}

/** Lua and guests that wait there do not run meanwhile, as if they themselves had called the handle. */
function atHome(state: CrewState, { kind }: Job, home: HostThread): Place | null {
  if (home.dead) return 'gone';
  if (home.guests > 0 || standsStill(home)) return null;
  if (isRunning(home)) return kind === 'guest' ? null : home;
  return runningThreads(state) < state.cores ? home : null;
}

const NO = 0;
const YES = 1;
const GLADLY = 2;

/**
 * Threads with handles are kept for handles: what else ran there would hold up who calls them, or end with them. They are as many as
 * there are cores, where there is no need for more.
 */
function takes({ threads, cores }: CrewState, { held }: HostThread, { givesHandles, guarded }: Wanted): number {
  if (!givesHandles) return held.size === 0 ? GLADLY : NO;
  if (held.size > 0 && !(guarded && [...held.values()].every((each) => each.guarded))) return NO;
  let kept = 0;
  for (const each of threads.values()) if (each.held.size > 0) kept++;
  return held.size > 0 === kept >= cores ? GLADLY : YES;
}

/**
 * Calls inside calls may have more threads, the deeper the more: those that wait for them hold theirs, and all would wait for ever
 * if none were left.
 */
function maxThreads({ cores }: CrewState, { context }: Job): number {
  return cores + MAX_WAITING_THREADS * Math.max(1, context.chain.length);
}

export function runningThreads({ threads }: CrewState): number {
  let running = 0;
  for (const thread of threads.values()) if (isRunning(thread)) running++;
  return running;
}

/** Its code runs, or will as soon as it hears of its call. */
export function isRunning(thread: HostThread): boolean {
  const { calls, guests, link } = thread;
  if (calls.size === 0 || standsStill(thread)) return false;
  return guests > 0 || Atomics.load(link.control, ACTIVE) === 1;
}

/** One of its guests waits without being suspended: whatever else is given to the thread waits as well. */
function standsStill({ blocked, link }: HostThread): boolean {
  return blocked > 0 || Atomics.load(link.control, STANDING) === 1;
}

/** The thread that has its instance is idle: elsewhere it would need a new one. */
function isAtHome({ threads }: CrewState, job: Job): boolean {
  const preferred = job.preferred();
  const thread = preferred === null ? undefined : threads.get(preferred);
  return thread !== undefined && thread.calls.size === 0 && !thread.dead;
}

/** What a thread is chosen by. */
type Wanted = Pick<Job, 'preferred' | 'givesHandles' | 'guarded'>;

/**
 * The thread that has the job's instance, else the one that was busy last: its caches are warm.
 * @param any there are no more threads to be had
 */
export function idleThread(state: CrewState, job: Wanted, any = false): HostThread | null {
  const preferred = job.preferred();
  let found: HostThread | null = null;
  let best = NO;
  for (const thread of state.threads.values()) {
    if (thread.calls.size > 0 || thread.dead) continue;
    const taken = any ? GLADLY : takes(state, thread, job);
    if (taken === NO) continue;
    if (thread.number === preferred) return thread;
    if (found !== null && (taken < best || (taken === best && thread.idleSince <= found.idleSince))) continue;
    found = thread;
    best = taken;
  }
  return found;
}

/** Each suspended guest has its memory, of which a process has only so many; calls inside calls may have more. */
function mayHold({ threads }: CrewState, { context }: Job): boolean {
  let calls = 0;
  for (const thread of threads.values()) calls += thread.calls.size;
  return calls < MAX_SUSPENDED * Math.max(1, context.chain.length);
}

/**
 * For guests that suspend the thread that has their instance, for them and Lua the one with the fewest calls: they share as many as
 * there are cores, since those that wait take none, and starting one costs more than Lua usually runs.
 */
function sharedThread(state: CrewState, job: Job, mayStart: boolean): HostThread | 'new' | null {
  // A busy thread is not Lua's home: beside what runs there it would have half of a core.
  const preferred = job.kind === 'suspends' ? job.preferred() : null;
  let shared = 0;
  let found: HostThread | null = null;
  for (const thread of state.threads.values()) {
    if (!mayShare(state, thread, job)) continue;
    if (thread.number === preferred) return thread;
    shared++;
    if (found === null || thread.calls.size < found.calls.size) found = thread;
  }
  const isEnough = found !== null && (found.calls.size === 0 || shared >= state.cores);
  return mayStart && !isEnough ? 'new' : found;
}

/** Nothing has the thread alone, and nobody on it goes on while the job may run for long. */
function mayShare(state: CrewState, thread: HostThread, job: Job): boolean {
  if (thread.guests > 0 || standsStill(thread) || thread.dead) return false;
  return thread.number !== job.context.besideThread && takes(state, thread, job) !== NO;
}

/** @throws HostError Unavailable: the system gives no more */
export function newThread(state: CrewState, lua: boolean): HostThread {
  try {
    return start(state, lua);
  } catch (error) {
    if (error instanceof TypeError) throw error; // that is not the system's
    const text = `no call thread could be started: ${error instanceof Error ? error.message : String(error)}`;
    throw new HostError('Unavailable', text, { cause: error });
  }
}

function threadData({ originMs, cores, log, logLevel, stdio }: CrewState, lua: boolean) {
  return { originMs, cores, forwardLog: log !== null, logLevel, stdio, lua };
}

function start(state: CrewState, lua: boolean): HostThread {
  const thread = startThread(++state.lastThread, {
    entry: state.entry,
    lastCall: state.lastCall,
    data: threadData(state, lua),
    onDing: () => state.loop.touch(),
    onExit: (gone, reason) => state.onExit(gone, reason),
    now: state.clock.now(),
  });
  state.threads.set(thread.number, thread);
  if (state.callsWait) Atomics.store(thread.link.control, QUEUED, 1);
  state.onThread?.(thread.worker);
  state.started++;
  state.loop.touch();
  scheduleSweep(state);
  return thread;
}
