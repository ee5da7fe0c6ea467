/** A call on its way to a thread: sent, stopped, answered, or started again where its thread was lost. */
import { onAbort } from '../abort.js';
import { HostError } from '../errors.js';
import { canceled } from '../functions/context.js';
import type { CallContext } from '../functions/types.js';
import { timedOut } from '../timed-out.js';
import type { Value } from '../values.js';
import { CANCELS, STARTED } from './control.js';
import { type CrewState, closed, type Job, post } from './crew-state.js';
import type { FunctionDefinition } from './definitions.js';
import { endThread } from './ending.js';
import { define, type HostThread } from './host-thread.js';
import { openOutcome, passOutcome, threadLost } from './outcome.js';
import { dispatch } from './placing.js';
import type { HostMessage } from './wire.js';

/** What was told to stop has this long before its thread is ended. */
const STOP_GRACE_MS = 1000;
/** And what others may have kept from stopping, beyond that: by then they have met their own limits. */
const LEFT_GRACE_MS = 40_000;

interface JobFacts {
  readonly message: (call: number) => HostMessage;
  readonly plain?: boolean;
  /** Its answer goes to another thread. */
  readonly passOn?: boolean;
  /** When its caller came. */
  readonly since?: number;
  readonly definition?: FunctionDefinition;
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
    state.queue.add(key, job);
    dispatch(state);
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

function makeJob(state: CrewState, { key, kind, context, facts, resolve, reject }: JobSpec): Job {
  const { clock } = state;
  const number = ++state.lastCall;
  const { definition } = facts;
  const guest = definition?.kind === 'wasm' ? definition : null;
  const since = clock.now();
  let thread: HostThread | null = null;
  let stopping: HostError | null = null;
  const stopTimers: (() => void)[] = [];
  let unlisten = () => {};

  const finish = () => {
    for (const stop of stopTimers.splice(0)) stop();
    unlisten();
  };
  const stop = (error: HostError) => {
    if (stopping !== null) return;
    stopping = error;
    if (thread === null) {
      state.queue.remove(key, job);
      job.fail(error);
      return;
    }
    stopOn(state, thread, number, error);
    const end = () => endThread(state, thread as HostThread, error.message);
    // Others run on the thread of a call that waits there or has not begun: it may be they who do not let it end.
    const leave = () => {
      job.fail(error);
      stopTimers.push(clock.after(LEFT_GRACE_MS, end));
    };
    const runs = guest !== null && !guest.suspends && Atomics.load(thread.link.control, STARTED) >= number;
    if (guest !== null && !guest.guarded) end();
    else stopTimers.push(clock.after(STOP_GRACE_MS, runs ? end : leave));
  };
  const watch = () => {
    const { signal, deadline } = context;
    if (signal?.aborted === true) throw canceled(key);
    if (signal !== null) unlisten = onAbort(signal, () => stop(canceled(key)));
    if (deadline === null) return;
    const waited = () => {
      const spentMs = clock.now() - since;
      const spent = thread === null ? { queueMs: spentMs, guestMs: 0 } : { queueMs: 0, guestMs: spentMs };
      return timedOut(key, 'deadline', deadline - since, { ...spent, waitMs: 0 });
    };
    // A thread ends what it runs by itself, and knows better where the time went.
    const isOver = () => {
      if (thread === null || (guest !== null && !guest.guarded)) {
        stop(waited());
        return;
      }
      stopTimers.push(clock.after(STOP_GRACE_MS, () => stop(waited())));
    };
    stopTimers.push(clock.after(deadline - since, isOver));
  };
  const job: Job = {
    number,
    kind,
    key,
    context,
    preferred: facts.preferred ?? (() => null),
    send(to) {
      if (definition !== undefined) define(to, definition, state.planOf);
      const byteLength = to.link.post(facts.message(number), facts.plain);
      thread = to;
      if (context.progress !== undefined)
        context.progress.hasStarted = () => Atomics.load(to.link.control, STARTED) >= number;
      if (definition !== undefined) {
        const meter = state.meterOf(key);
        meter?.crossed(byteLength, 0);
        meter?.waited(clock.now() - (facts.since ?? since));
      }
      facts.placed?.(to);
      const limitMs = guest?.entry.fields.limits.maxExecutionMs ?? null;
      if (guest !== null && !guest.guarded && limitMs !== null)
        stopTimers.push(limitWithoutGuard(state, job, to, limitMs, stop));
    },
    end(outcome, spent, ranMs) {
      finish();
      facts.ended?.(spent, ranMs);
      if (definition !== undefined && thread !== null) state.meterOf(key)?.crossed(0, thread.link.lastLength());
      try {
        resolve(facts.passOn === true ? passOutcome(outcome) : openOutcome(outcome));
      } catch (thrown) {
        // It was told to end, and does not know why.
        reject(stopping !== null && isCancelled(thrown) ? stopping : thrown);
      }
    },
    fail(error) {
      finish();
      reject(error);
    },
    lost(started, reason) {
      thread = null;
      if (stopping === null && !started) {
        state.queue.add(key, job);
        return;
      }
      facts.ended?.(true, -1);
      job.fail(stopping ?? threadLost(key, reason));
    },
  };
  try {
    watch();
  } catch (error) {
    queueMicrotask(() => stop(error as HostError));
  }
  return job;
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
    if (Atomics.load(thread.link.control, STARTED) < job.number) cancel = clock.after(limitMs, later);
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
