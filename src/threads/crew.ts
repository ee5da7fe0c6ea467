/**
 * The host's call threads and the calls that wait for one. Cores bound how many threads run; a thread whose guest waits in an
 * import, or whose Lua waits, does not count. Functions take turns, so that a busy one does not keep the others out.
 */
import type { Worker } from 'node:worker_threads';
import type { ComponentPlan } from '../component/types.js';
import { HostError } from '../errors.js';
import { canceled, timedOut } from '../functions/context.js';
import type { Elsewhere, RemoteCall, Seat } from '../functions/elsewhere.js';
import type { CallMeter } from '../functions/meter.js';
import type { CallContext } from '../functions/types.js';
import type { StdioOptions } from '../host-worlds.js';
import type { Clock } from '../pool/clock.js';
import type { Value } from '../values.js';
import { ACTIVE, CANCELS, QUEUED, RECALLS, STANDING, STARTED } from './control.js';
import type { FunctionDefinition } from './definitions.js';
import { type HostLoop, hostLoop } from './host-loop.js';
import { addCall, define, type HostThread, removeCall, startThread, type ThreadCall } from './host-thread.js';
import { openOutcome, passOutcome, toWireContext } from './outcome.js';
import { type ServeOptions, serve } from './serve.js';
import { clockOrigin } from './shared-clock.js';
import { turnQueue } from './turn-queue.js';
import type { HostMessage } from './wire.js';

/** Beyond the cores: threads whose calls wait. */
const MAX_WAITING_THREADS = 256;
const IDLE_MS = 30_000;
/** A thread whose Lua went to sleep does not say so: while calls wait, the host looks again after this long. */
const LOOK_AGAIN_MS = 1;
/** What was told to stop has this long before its thread is ended. */
const STOP_GRACE_MS = 1000;

export interface CrewOptions extends Omit<ServeOptions, 'post' | 'take'> {
  /** Where the standard streams of guests go. */
  readonly stdio: StdioOptions;
  /** The file that a thread runs. */
  readonly entry: URL;
  readonly cores: number;
  readonly clock: Clock;
  readonly onThread?: (worker: Worker) => void;
  readonly definitionOf: (id: string) => FunctionDefinition;
  readonly planOf: (number: number) => ComponentPlan;
  readonly meterOf: (id: string) => CallMeter | undefined;
}

export interface Crew extends Elsewhere {
  /** Starts a thread that nobody has asked for yet. @param lua load the Lua VM, too */
  warm(lua: boolean): void;
  runScript(file: string, args: readonly Value[], context: CallContext): Promise<Value[]>;
  /** @throws HostError for text that is no Lua */
  checkLua(name: string, source: string): Promise<void>;
  stats(): CrewStats;
  /** Waits for calls up to `graceMs`, cancels the rest, and ends every thread. */
  close(graceMs: number): Promise<void>;
}

export interface CrewStats {
  readonly threads: number;
  /** Threads that run a call. */
  readonly running: number;
  /** Threads whose guest waits for the host. */
  readonly blocked: number;
  /** Calls that wait for a thread. */
  readonly queued: number;
  /** Threads started, and ended before their time, since the host was made. */
  readonly started: number;
  readonly lost: number;
}

/** A call on its way to a thread. */
interface Job extends ThreadCall {
  readonly key: string;
  readonly context: CallContext;
  readonly preferred: () => number | null;
  /** Puts it on a thread. @throws HostError for values that cannot cross */
  send(thread: HostThread): void;
  /** Fails it while it has no thread. */
  fail(error: unknown): void;
}

interface CrewState extends CrewOptions {
  readonly threads: Map<number, HostThread>;
  readonly queue: ReturnType<typeof turnQueue<Job>>;
  loop: HostLoop;
  lastThread: number;
  lastCall: number;
  lastSeat: number;
  lookAgain: (() => void) | null;
  /** What threads were told of the queue. */
  callsWait: boolean;
  cancelSweep: (() => void) | null;
  closing: boolean;
  started: number;
  lost: number;
  readonly originMs: number;
}

export function createCrew(options: CrewOptions): Crew {
  const state: CrewState = {
    ...options,
    threads: new Map(),
    queue: turnQueue<Job>(),
    loop: { touch() {} },
    lastThread: 0,
    lastCall: 0,
    lastSeat: 0,
    lookAgain: null,
    callsWait: false,
    cancelSweep: null,
    closing: false,
    started: 0,
    lost: 0,
    originMs: clockOrigin(),
  };
  const serving: ServeOptions = {
    ...options,
    post: (thread, message, plain) => post(state, thread, message, plain),
    take: (id, seat, thread) => moveSeat(state, id, seat, thread),
  };
  state.loop = hostLoop({
    threads: () => state.threads.values(),
    handle: (thread, message) => {
      if (message.kind === 'answer') answered(state, thread, message.call, message);
      else if (message.kind === 'define') answerDefinition(state, thread, message.request, message.id);
      else serve(serving, thread, message);
    },
    dispatch: () => dispatch(state),
    mayLook: () => runningThreads(state) < state.cores || state.cores === 1,
    now: () => options.clock.now(),
  });
  return {
    newSeat: () => ({ number: ++state.lastSeat, thread: null, spent: false }),
    run: (call) => runCall(state, call),
    prepare: (id, seat) => prepare(state, id, seat),
    forget: (id, seat) => forget(state, id, seat),
    recall: (id) => recall(state, id),
    warm: (lua) => {
      if (state.threads.size === 0) newThread(state, lua);
    },
    runScript: async (file, args, context) =>
      (await submit(state, `script ${file}`, 'lua', context, {
        message: (call) => ({ kind: 'script', call, file, args, context: toWireContext(context) }),
      })) as Value[],
    async checkLua(name, source) {
      await submit(state, `check ${name}`, 'lua', NO_LIMITS, {
        message: (call) => ({ kind: 'check', call, name, source }),
      });
    },
    stats: () => statsOf(state),
    close: (graceMs) => close(state, graceMs),
  };
}

const NO_LIMITS: CallContext = { signal: null, deadline: null, chain: [], values: {}, options: {} };

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

function runCall(state: CrewState, { id, seat, once, args, context, target, since }: RemoteCall): Promise<Value> {
  const definition = state.definitionOf(id);
  const seatNumber = once ? -1 : seat.number;
  return submit(state, id, definition.kind === 'lua' ? 'lua' : 'guest', context, {
    message: (call) => ({
      kind: 'call',
      call,
      id,
      seat: seatNumber,
      args,
      context: toWireContext(context),
      target,
      queuedMs: state.clock.now() - since,
    }),
    plain: target === 'js',
    passOn: target === 'go', // only threads ask the host for these
    since,
    definition,
    preferred: () => seat.thread,
    placed: (thread) => moveSeat(state, id, seat, thread),
    ended: (spent) => {
      if (spent) seat.spent = true;
    },
  });
}

/** The seat's instance will be on `thread`; the one that it had elsewhere goes. */
export function moveSeat(state: Pick<CrewState, 'threads'>, id: string, seat: Seat, thread: HostThread): void {
  if (seat.thread === thread.number) return;
  const before = seat.thread === null ? undefined : state.threads.get(seat.thread);
  before?.link.post({ kind: 'forget', id, seat: seat.number });
  seat.thread = thread.number;
}

// --- one job ----------------------------------------------------------------------------------------------------------

function submit(
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

  const finish = () => {
    for (const stop of stopTimers.splice(0)) stop();
    context.signal?.removeEventListener('abort', onAbort);
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
    const graceMs = guest !== null && !guest.guarded ? 0 : STOP_GRACE_MS;
    const end = () => endThread(state, thread as HostThread, error.message);
    if (graceMs === 0) end();
    else stopTimers.push(clock.after(graceMs, end));
  };
  const onAbort = () => stop(canceled(key));
  const watch = () => {
    const { signal, deadline } = context;
    if (signal?.aborted === true) throw canceled(key);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (deadline === null) return;
    const waited = () =>
      timedOut(key, 'deadline', deadline - since, { queueMs: 0, guestMs: clock.now() - since, waitMs: 0 });
    // A thread ends what it runs by itself, and knows better where the time went.
    const isOver = () => {
      if (thread === null || (guest !== null && !guest.guarded)) {
        stop(waited());
        return;
      }
      for (const waiting of thread.imports.values()) if (waiting.call === number) waiting.giveUp(waited());
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
        reject(thrown);
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

function threadLost(key: string, reason: string): HostError {
  return new HostError('Internal', `${key}: its thread ended while it ran: ${reason}`, {
    details: { id: key, reason },
  });
}

function closed(key: string): HostError {
  return new HostError('Unavailable', `${key}: the host is closed`, { retryable: false });
}

/** Tells a call to end, and answers the imports that its guest waits for. */
function stopOn(state: CrewState, thread: HostThread, call: number, error: HostError): void {
  post(state, thread, { kind: 'cancel', call }, false);
  Atomics.add(thread.link.control, CANCELS, 1);
  for (const waiting of thread.imports.values()) if (waiting.call === call) waiting.giveUp(error);
}

function answered(
  state: CrewState,
  thread: HostThread,
  number: number,
  { outcome, spent, ranMs }: { outcome: Parameters<ThreadCall['end']>[0]; spent: boolean; ranMs: number },
): void {
  removeCall(thread, number, state.clock.now())?.end(outcome, spent, ranMs);
  if (thread.calls.size === 0) scheduleSweep(state);
}

// --- threads ----------------------------------------------------------------------------------------------------------

function dispatch(state: CrewState): boolean {
  const { queue } = state;
  for (let job = queue.next((each) => fits(state, each)); job !== null; job = queue.next((each) => fits(state, each))) {
    place(state, job, threadFor(state, job) as HostThread);
  }
  const waits = queue.size() > 0;
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

function place(state: CrewState, job: Job, thread: HostThread): void {
  try {
    Atomics.store(thread.link.control, ACTIVE, 1);
    job.send(thread);
    addCall(thread, job);
    state.loop.touch();
  } catch (error) {
    job.fail(error);
  }
}

function fits(state: CrewState, job: Job): boolean {
  const { threads, cores } = state;
  if (runningThreads(state) < cores) return idleThread(state, job) !== null || threads.size < maxThreads(state);
  return job.kind === 'lua' && leastBusyLua(state) !== null;
}

function threadFor(state: CrewState, job: Job): HostThread | null {
  if (runningThreads(state) < state.cores) return idleThread(state, job) ?? newThread(state, job.kind === 'lua');
  return leastBusyLua(state);
}

function maxThreads({ cores }: CrewState): number {
  return cores + MAX_WAITING_THREADS;
}

function runningThreads({ threads }: CrewState): number {
  let running = 0;
  for (const { calls, guests, blocked, link } of threads.values()) {
    if (calls.size === 0) continue;
    if (blocked > 0 || Atomics.load(link.control, STANDING) === 1) continue;
    if (guests > 0 || Atomics.load(link.control, ACTIVE) === 1) running++;
  }
  return running;
}

/** The thread that has the job's instance, else the one that was busy last: its caches are warm. */
function idleThread({ threads }: CrewState, job: Job): HostThread | null {
  const preferred = job.preferred();
  let found: HostThread | null = null;
  for (const thread of threads.values()) {
    if (thread.calls.size > 0 || thread.dead) continue;
    if (thread.number === preferred) return thread;
    if (found === null || thread.idleSince > found.idleSince) found = thread;
  }
  return found;
}

/** Lua calls share a thread, where no guest has it alone. */
function leastBusyLua({ threads }: CrewState): HostThread | null {
  let found: HostThread | null = null;
  for (const thread of threads.values()) {
    if (thread.guests > 0 || thread.blocked > 0 || thread.dead) continue;
    if (found === null || thread.calls.size < found.calls.size) found = thread;
  }
  return found;
}

function newThread(state: CrewState, lua: boolean): HostThread {
  const thread = startThread(++state.lastThread, {
    entry: state.entry,
    data: { originMs: state.originMs, cores: state.cores, forwardLog: state.log !== null, stdio: state.stdio, lua },
    onDing: () => state.loop.touch(),
    onExit: (gone, reason) => threadGone(state, gone, reason),
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

function endThread(state: CrewState, thread: HostThread, reason: string): void {
  if (thread.dead) return;
  thread.endedFor ??= reason;
  thread.worker.terminate().catch(() => {});
  threadGone(state, thread, thread.endedFor);
}

/** Its calls fail or start again elsewhere, and what it had borrowed comes back. */
function threadGone(state: CrewState, thread: HostThread, reason: string): void {
  if (thread.dead) return;
  // What it said before it died counts.
  for (let message = thread.link.next(); message !== null; message = thread.link.next()) {
    if (message.kind === 'answer') answered(state, thread, message.call, message);
    else if (message.kind === 'print') state.print(message.line, message.place);
  }
  thread.dead = true;
  state.threads.delete(thread.number);
  if (!state.closing) state.lost++;
  const started = Atomics.load(thread.link.control, STARTED);
  for (const controller of thread.requests.values()) controller.abort();
  for (const lease of [...thread.leases.values()]) lease.release(true);
  for (const desk of thread.desks.values()) desk.end();
  const calls = [...thread.calls.values()];
  thread.calls.clear();
  for (const call of calls) call.lost(call.number <= started, reason);
  dispatch(state);
}

function post(state: CrewState, thread: HostThread, message: HostMessage, plain: boolean): void {
  if (thread.dead) return;
  thread.link.post(message, plain);
  state.loop.touch();
}

function answerDefinition(state: CrewState, thread: HostThread, request: number, id: string): void {
  define(thread, state.definitionOf(id), state.planOf);
  post(state, thread, { kind: 'reply', request, outcome: { value: null, failed: false, bug: null } }, false);
}

// --- seats ------------------------------------------------------------------------------------------------------------

function prepare(state: CrewState, id: string, seat: Seat): void {
  const definition = state.definitionOf(id);
  let thread: HostThread | undefined;
  for (const each of state.threads.values()) if (thread === undefined || each.number > thread.number) thread = each;
  thread ??= newThread(state, definition.kind === 'lua');
  define(thread, definition, state.planOf);
  post(state, thread, { kind: 'prepare', id, seat: seat.number }, false);
  seat.thread = thread.number;
}

function forget(state: CrewState, id: string, seat: Seat): void {
  const thread = seat.thread === null ? undefined : state.threads.get(seat.thread);
  if (thread !== undefined) post(state, thread, { kind: 'forget', id, seat: seat.number }, false);
}

function recall(state: CrewState, id: string): void {
  for (const thread of state.threads.values()) {
    if (![...thread.leases.values()].some((lease) => lease.id === id)) continue;
    Atomics.add(thread.link.control, RECALLS, 1);
    post(state, thread, { kind: 'recall', id }, false);
  }
}

// --- idling and closing -----------------------------------------------------------------------------------------------

function scheduleSweep(state: CrewState): void {
  state.cancelSweep ??= state.clock.afterIdle(IDLE_MS, () => {
    state.cancelSweep = null;
    const now = state.clock.now();
    for (const thread of [...state.threads.values()]) {
      if (thread.calls.size === 0 && now - thread.idleSince >= IDLE_MS) retire(state, thread);
    }
    if (state.threads.size > 0) scheduleSweep(state);
  });
}

function retire(state: CrewState, thread: HostThread): void {
  thread.dead = true;
  state.threads.delete(thread.number);
  for (const lease of [...thread.leases.values()]) lease.release(true);
  for (const desk of thread.desks.values()) desk.end();
  thread.worker.terminate().catch(() => {});
}

function statsOf(state: CrewState): CrewStats {
  const threads = [...state.threads.values()];
  return {
    threads: threads.length,
    running: runningThreads(state),
    blocked: threads.filter((each) => each.blocked > 0).length,
    queued: state.queue.size(),
    started: state.started,
    lost: state.lost,
  };
}

async function close(state: CrewState, graceMs: number): Promise<void> {
  state.closing = true;
  const busy = () => state.queue.size() > 0 || [...state.threads.values()].some((each) => each.calls.size > 0);
  const until = state.clock.now() + graceMs;
  while (busy() && state.clock.now() < until) await pause(state.clock, 2);
  state.lookAgain?.();
  state.cancelSweep?.();
  for (const job of state.queue.clear()) job.fail(canceled(job.key));
  const threads = [...state.threads.values()];
  await Promise.all(
    threads.map((thread) => {
      thread.endedFor ??= 'the host is closing';
      for (const desk of thread.desks.values()) desk.end();
      for (const call of thread.calls.values()) (call as Job).fail(canceled((call as Job).key));
      thread.calls.clear();
      return thread.worker.terminate();
    }),
  );
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
