/** A call on its way to a thread: sent, stopped, answered, or started again where its thread was lost. */
import { onAbort } from '../abort.js';
import { HostError } from '../errors.js';
import { canceled } from '../functions/context.js';
import type { CallContext } from '../functions/types.js';
import { timedOut } from '../timed-out.js';
import type { Value } from '../values.js';
import { CANCELS } from './control.js';
import { type CrewState, closed, type Job, post } from './crew-state.js';
import type { FunctionDefinition } from './definitions.js';
import { endThread, STOP_GRACE_MS } from './ending.js';
import type { HandleIn, HandleOut } from './handle-marks.js';
import { define, type HostThread, hasBegun } from './host-thread.js';
import { openOutcome, passOutcome, threadLost, unexpected } from './outcome.js';
import { dispatch } from './placing.js';
import type { HostMessage, WireOutcome } from './wire.js';

/** And what others may have kept from stopping, beyond that: by then they have met their own limits. */
const LEFT_GRACE_MS = 40_000;
/** A call whose threads ended before they began it gets another one so many times: what ends them may be the call, or every thread. */
const MOST_STARTS = 10;

/** The handles among a call's arguments, for the thread that it goes to, and those in its answer. */
export interface HandleCrossing {
  to(thread: HostThread): HandleOut;
  of(thread: HostThread): HandleIn;
}

interface JobFacts {
  readonly message: (call: number) => HostMessage;
  readonly plain?: boolean;
  /** Its answer goes to another thread. */
  readonly passOn?: boolean;
  /** When its caller came. */
  readonly since?: number;
  readonly definition?: FunctionDefinition;
  /** The thread that it needs, and no other. */
  readonly home?: HostThread | null;
  /** Whose end is its deadline. */
  readonly timeoutMs?: number | undefined;
  /** How handles cross with it; absent: they do not. */
  readonly handles?: HandleCrossing | null;
  readonly preferred?: () => number | null;
  readonly placed?: (thread: HostThread) => void;
  readonly ended?: (spent: boolean, ranMs: number) => void;
}

export function submit(
  state: CrewState,
  key: string,
  kind: Job['kind'],
  context: CallContext,
  facts: JobFacts,
): Promise<Value> {
  if (state.closing) return Promise.reject(closed(key));
  return new Promise((resolve, reject) => {
    const job = makeJob(state, { key, kind, context, facts, resolve, reject });
    state.queue.add(job.turn, job);
    try {
      dispatch(state);
    } catch (error) {
      state.queue.remove(job.turn, job);
      job.fail(unexpected(error, `${key} was given a thread`));
    }
    state.loop.touch();
  });
}

interface JobSpec {
  readonly key: string;
  readonly kind: Job['kind'];
  readonly context: CallContext;
  readonly facts: JobFacts;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/** A job on its way, from its caller to its end. */
interface Way extends JobSpec {
  readonly state: CrewState;
  /** Of when it was sent. */
  number: number;
  readonly since: number;
  readonly guest: Extract<FunctionDefinition, { kind: 'wasm' }> | null;
  /** Where it is; null: in the queue. */
  thread: HostThread | null;
  /** Why it was told to end. */
  stopping: HostError | null;
  /** Threads that ended before they had begun it. */
  lostStarts: number;
  readonly stopTimers: (() => void)[];
  unlisten: () => void;
}

function makeJob(state: CrewState, spec: JobSpec): Job {
  const { definition, preferred, home = null, handles = null } = spec.facts;
  const way: Way = {
    key: spec.key,
    kind: spec.kind,
    context: spec.context,
    facts: spec.facts,
    resolve: spec.resolve,
    reject: spec.reject,
    state,
    number: 0,
    since: state.clock.now(),
    guest: definition?.kind === 'wasm' ? definition : null,
    thread: null,
    stopping: null,
    lostStarts: 0,
    stopTimers: [],
    unlisten: () => {},
  };
  const job: Job = {
    get number() {
      return way.number;
    },
    kind: spec.kind,
    key: spec.key,
    // What needs one thread has its turns in order: who drops a handle means it for after what he called.
    turn: home === null ? spec.key : `handles of thread ${home.number}`,
    context: spec.context,
    preferred: preferred ?? (() => null),
    home,
    givesHandles: handles !== null,
    guarded: way.guest?.guarded ?? true,
    send: (to) => send(way, job, to),
    end: (outcome, spent, ranMs) => end(way, outcome, spent, ranMs),
    fail: (error) => fail(way, error),
    lost: (started, reason) => lost(way, job, started, reason),
  };
  try {
    watch(way, job);
  } catch (error) {
    queueMicrotask(() => stop(way, job, error as HostError));
  }
  return job;
}

/** From now on its caller and its deadline can stop it. */
function watch(way: Way, job: Job): void {
  const { key, since, guest, stopTimers } = way;
  const { clock } = way.state;
  const { signal, deadline } = way.context;
  if (signal?.aborted === true) throw canceled(key);
  if (signal !== null) way.unlisten = onAbort(signal, () => stop(way, job, canceled(key)));
  if (deadline === null) return;
  const waited = () => {
    const spentMs = clock.now() - since;
    const spent = way.thread === null ? { queueMs: spentMs, guestMs: 0 } : { queueMs: 0, guestMs: spentMs };
    const { timeoutMs = null } = way.facts;
    const [by, limitMs] =
      timeoutMs === null ? (['deadline', deadline - since] as const) : (['timeout', timeoutMs] as const);
    return timedOut(key, by, limitMs, { ...spent, waitMs: 0 });
  };
  // A thread ends what it runs by itself, and knows better where the time went.
  const isOver = () => {
    if (way.thread === null || (guest !== null && !guest.guarded)) {
      stop(way, job, waited());
      return;
    }
    stopTimers.push(clock.after(STOP_GRACE_MS, () => stop(way, job, waited())));
  };
  stopTimers.push(clock.after(deadline - since, isOver));
}

function send(way: Way, job: Job, to: HostThread): void {
  const { state, key, guest, stopTimers } = way;
  const { definition, message, plain, placed, handles = null, since = way.since } = way.facts;
  const { progress } = way.context;
  if (definition !== undefined) define(to, definition, state.planOf);
  const number = ++state.lastCall;
  const byteLength = to.link.post(message(number), plain, handles?.to(to));
  way.number = number;
  way.thread = to;
  if (progress !== undefined) progress.hasStarted = () => hasBegun(to, number);
  if (definition !== undefined) {
    const meter = state.meterOf(key);
    meter?.crossed(byteLength, 0);
    meter?.waited(state.clock.now() - since);
  }
  placed?.(to);
  const limitMs = guest?.entry.fields.limits.maxExecutionMs ?? null;
  if (guest !== null && !guest.guarded && limitMs !== null)
    stopTimers.push(limitWithoutGuard(state, job, to, limitMs, (error) => stop(way, job, error)));
}

/** Tells it to end, and sees to it that it does. */
function stop(way: Way, job: Job, error: HostError): void {
  const { state, number, guest, thread, stopTimers } = way;
  if (way.stopping !== null) return;
  way.stopping = error;
  if (thread === null) {
    state.queue.remove(job.turn, job);
    fail(way, error);
    return;
  }
  stopOn(state, thread, number, error);
  const endIt = () => endThread(state, way.thread as HostThread, error.message);
  // Others run on the thread of a call that waits there or has not begun: it may be they who do not let it end.
  const leave = () => {
    way.facts.ended?.(true, -1); // it may still run in its instance
    fail(way, error);
    stopTimers.push(state.clock.after(LEFT_GRACE_MS, endIt));
  };
  const runs = guest !== null && !guest.suspends && hasBegun(thread, number);
  if (guest !== null && !guest.guarded) endIt();
  else stopTimers.push(state.clock.after(STOP_GRACE_MS, runs ? endIt : leave));
}

function end(way: Way, outcome: WireOutcome, spent: boolean, ranMs: number): void {
  const { state, key, facts, thread, stopping } = way;
  const { handles = null } = facts;
  const adopt = handles === null || thread === null ? null : handles.of(thread);
  finish(way);
  facts.ended?.(spent, ranMs);
  if (facts.definition !== undefined && thread !== null) state.meterOf(key)?.crossed(0, thread.link.lastLength());
  try {
    way.resolve(facts.passOn === true ? passOutcome(outcome) : openOutcome(outcome, adopt));
  } catch (thrown) {
    // It was told to end, and does not know why.
    way.reject(stopping !== null && isCancelled(thrown) ? stopping : thrown);
  }
}

function fail(way: Way, error: unknown): void {
  finish(way);
  way.reject(error);
}

/** Its thread is gone. */
function lost(way: Way, job: Job, started: boolean, reason: string): void {
  const { state, key, stopping, facts } = way;
  way.thread = null;
  if (stopping === null && !started && ++way.lostStarts < MOST_STARTS) {
    state.queue.add(job.turn, job);
    return;
  }
  facts.ended?.(true, -1);
  fail(way, stopping ?? (started ? threadLost(key, reason) : neverBegun(key, reason)));
}

function finish(way: Way): void {
  for (const cancel of way.stopTimers.splice(0)) cancel();
  way.unlisten();
}

function neverBegun(key: string, reason: string): HostError {
  const text = `${key}: ${MOST_STARTS} threads ended before they could begin it, the last one: ${reason}`;
  return new HostError('Unavailable', text, { details: { id: key, reason } });
}

/** A guest without checks has its thread alone: the thread is ended with it. The limit counts from its start. */
function limitWithoutGuard(
  { clock }: CrewState,
  job: Job,
  thread: HostThread,
  limitMs: number,
  stop: (error: HostError) => void,
): () => void {
  const spent = { queueMs: 0, guestMs: limitMs, waitMs: 0 };
  let cancel = () => {};
  const later = () => {
    // Its thread may still be starting.
    if (!hasBegun(thread, job.number)) cancel = clock.after(limitMs, later);
    else stop(timedOut(job.key, 'max_execution_ms', limitMs, spent));
  };
  cancel = clock.after(limitMs, later);
  return () => cancel();
}

function isCancelled(thrown: unknown): boolean {
  return thrown instanceof HostError && thrown.kind === 'Canceled';
}

/** Tells a call to end, and answers the imports that its guest waits for. */
function stopOn(state: CrewState, thread: HostThread, call: number, error: HostError): void {
  post(state, thread, { kind: 'cancel', call }, false);
  Atomics.add(thread.link.control, CANCELS, 1);
  for (const waiting of thread.imports.values()) if (waiting.call === call) waiting.giveUp(error);
}
