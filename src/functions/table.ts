/** The function table: an ID in, an answer out. Everything that is callable stands here, whatever it is written in. */
import type { LiftTarget } from '../component/types.js';
import { type ErrorKind, HostBug, HostError, toHostError } from '../errors.js';
import type { Clock } from '../pool/clock.js';
import { MAX_PINNED } from '../pool/pool.js';
import { AdmissionEnded } from '../pool/types.js';
import type { Value } from '../values.js';
import { type CallInProgress, canceled, deadlineError, enterCall, raceEnd, withReason } from './context.js';
import { forEachHandle, type HandleScope, handleScope } from './handle-scope.js';
import { unknownTarget } from './ids.js';
import type { CallMeter } from './meter.js';
import { RETRY_DEFAULTS, type RetryPolicy, withRetry } from './retry.js';
import type { CallableFunction, CallContext, FunctionCaller } from './types.js';

/** What `meta.options` of the entry says about every call of it; a call's own options win. */
export interface CallDefaults {
  readonly timeoutMs: number | null;
  readonly unwrap: boolean;
  /** null: one attempt. */
  readonly retry: RetryPolicy | null;
}

export const NO_DEFAULTS: CallDefaults = { timeoutMs: null, unwrap: false, retry: null };

/** A function with what the table needs to know of it. */
export interface TableFunction extends CallableFunction {
  readonly defaults: CallDefaults;
  /** - 'gives': its answers may hold resource handles. - 'receives': it calls others and has a scope for what they give. */
  readonly handles: 'none' | 'gives' | 'receives';
  /** Its calls end by themselves when their time is over, and then tell where it went. */
  readonly tellsTime?: boolean;
  /** Answers in the form that `target` asks for. */
  callAs(args: readonly Value[], context: CallContext, target: LiftTarget): Value | Promise<Value>;
}

export interface FunctionTable extends FunctionCaller {
  /** As {@link FunctionCaller.call}, with the answer in the form of `target`: 'js' for TypeScript callers. */
  callAs(id: string, args: readonly Value[], context: CallContext, target: LiftTarget): Value | Promise<Value>;
  /** Runs a call that was entered elsewhere: what bounds and counts it is there. @param inner its own context, not its caller's */
  callEntered(id: string, args: readonly Value[], inner: CallContext): Value | Promise<Value>;
  get(id: string): TableFunction | undefined;
  /** @throws HostBug when a function of that ID is there */
  add(fn: TableFunction): void;
  /** In the order of their registration. */
  ids(): readonly string[];
  /** Refuses further calls and frees every function. */
  close(): Promise<void>;
}

interface TableOptions {
  readonly functions: Iterable<TableFunction>;
  readonly clock: Clock;
  /** 0 ≤ x < 1, for the jitter of retries. */
  readonly random: () => number;
  /** Where a function's calls are counted; default: nowhere. */
  readonly meterOf?: ((id: string) => CallMeter | undefined) | undefined;
}

/** What a table's calls share. */
interface Desk extends Omit<TableOptions, 'functions'> {
  readonly functions: Map<string, TableFunction>;
  closed: boolean;
}

/** @throws HostBug when two functions have one ID: the registry has refused that */
export function createFunctionTable({ functions: given, clock, random, meterOf }: TableOptions): FunctionTable {
  const functions = new Map<string, TableFunction>();
  const desk: Desk = { functions, clock, random, meterOf, closed: false };
  const add = (each: TableFunction) => {
    if (functions.has(each.id)) throw new HostBug(`two functions are called ${each.id}`);
    functions.set(each.id, each);
  };
  for (const each of given) add(each);
  return {
    call: (id, args, context) => callAs(desk, id, args, context, 'go'),
    callAs: (id, args, context, target) => callAs(desk, id, args, context, target),
    callEntered: (id, args, inner) => callEntered(desk, id, args, inner),
    shapeOf(id) {
      const { signature = null, parameters = [] } = functions.get(id) ?? {};
      return signature === null ? null : { signature, parameters };
    },
    get: (id) => functions.get(id),
    add,
    ids: () => [...functions.keys()],
    async close() {
      desk.closed = true;
      await Promise.all([...functions.values()].map((each) => each.close()));
    },
  };
}

function find({ functions }: Desk, id: string): TableFunction {
  const found = functions.get(id);
  if (found === undefined) throw unknownTarget(id, () => functions.keys());
  return found;
}

function callAs(
  desk: Desk,
  id: string,
  args: readonly Value[],
  caller: CallContext,
  target: LiftTarget,
): Value | Promise<Value> {
  const { clock, meterOf } = desk;
  const fn = find(desk, id);
  if (desk.closed) throw closedError(id);
  const meter = meterOf?.(id);
  const now = clock.now();
  if (meter === undefined) return attempts(desk, fn, args, caller, target, now);
  let answer: Value | Promise<Value>;
  try {
    answer = attempts(desk, fn, args, caller, target, now);
  } catch (error) {
    meter.ended(clock.now() - now, kindOf(error));
    throw error;
  }
  if (answer instanceof Promise) return counted(answer, meter, clock, now);
  meter.ended(clock.now() - now, null);
  return answer;
}

function attempts(
  { clock, random }: Desk,
  fn: TableFunction,
  args: readonly Value[],
  caller: CallContext,
  target: LiftTarget,
  now: number,
): Value | Promise<Value> {
  const retry = retryOf(caller, fn.defaults);
  if (retry === null) return callOnce(fn, args, caller, target, clock, now);
  const { attempt, deadline } = timed(fn, caller, clock);
  const means = { clock, random, signal: caller.signal, deadline };
  return withRetry(retry, () => callOnce(fn, args, attempt(), target, clock, clock.now()), means);
}

function callEntered(desk: Desk, id: string, args: readonly Value[], inner: CallContext): Value | Promise<Value> {
  const fn = find(desk, id);
  const call = { id, inner, startedAt: desk.clock.now(), ownTimeout: false };
  const fail = (error: unknown) => rethrow(error, call);
  try {
    const answer = fn.call(args, inner);
    return answer instanceof Promise ? answer.catch(fail) : answer;
  } catch (error) {
    return fail(error);
  }
}

/** A timeout bounds all attempts and the pauses between them: each attempt has what is left of it. */
function timed(fn: TableFunction, caller: CallContext, clock: Clock) {
  const timeoutMs = caller.options.timeoutMs ?? fn.defaults.timeoutMs;
  if (timeoutMs === null) return { attempt: () => caller, deadline: caller.deadline };
  const end = clock.now() + timeoutMs;
  return {
    attempt: () => ({ ...caller, options: { ...caller.options, timeoutMs: end - clock.now() } }),
    deadline: Math.min(end, caller.deadline ?? end),
  };
}

/** The call's own policy wins over the entry's as a whole. */
function retryOf({ options }: CallContext, defaults: CallDefaults): RetryPolicy | null {
  if (options.retry === undefined) return defaults.retry;
  const policy = { ...RETRY_DEFAULTS, ...options.retry };
  return policy.maxAttempts > 1 ? policy : null;
}

/** Counts a call that goes on, its time and how it failed. */
function counted(answer: Promise<Value>, meter: CallMeter, clock: Clock, start: number): Promise<Value> {
  return answer.then(
    (value) => {
      meter.ended(clock.now() - start, null);
      return value;
    },
    (error: unknown) => {
      meter.ended(clock.now() - start, kindOf(error));
      throw error;
    },
  );
}

function kindOf(error: unknown): ErrorKind {
  return error instanceof HostError ? error.kind : 'Internal';
}

/** One attempt, from the chain and the deadline to the answer in time. What answers at once pays for no closure and no copy. */
function callOnce(
  fn: TableFunction,
  args: readonly Value[],
  caller: CallContext,
  target: LiftTarget,
  clock: Clock,
  now: number,
): Value | Promise<Value> {
  const { timeoutMs = fn.defaults.timeoutMs, unwrap = fn.defaults.unwrap } = caller.options;
  const call = enterCall(fn.id, caller, timeoutMs, now);
  const { inner } = call;
  const scope = fn.handles === 'receives' ? handleScope() : null;
  const progress = fn.tellsTime === true && inner.deadline !== null ? { hasStarted: notStarted } : null;
  if (unwrap) inner.options = UNWRAP;
  if (scope !== null) inner.handles = scope;
  if (progress !== null) inner.progress = progress;
  try {
    const answer = fn.callAs(args, inner, target);
    if (answer instanceof Promise) {
      const settled = answer.then(
        (value) => settle(fn, value, scope, caller),
        (error: unknown) => fail(error, call, scope),
      );
      return raceEnd(call, settled, clock, progress);
    }
    if (inner.deadline !== null && clock.now() >= inner.deadline) throw lateAnswer(call, clock);
    return settle(fn, answer, scope, caller);
  } catch (error) {
    return fail(error, call, scope);
  }
}

const UNWRAP = { unwrap: true };
const notStarted = () => false;

function settle(fn: TableFunction, answer: Value, scope: HandleScope | null, { handles }: CallContext): Value {
  if (scope !== null) scope.end(answer, handles);
  else if (fn.handles === 'gives' && handles !== undefined) forEachHandle(answer, (handle) => handles.adopt(handle));
  return answer;
}

function fail(error: unknown, call: CallInProgress, scope: HandleScope | null): never {
  scope?.end(null, undefined);
  return rethrow(error, call);
}

function rethrow(error: unknown, call: CallInProgress): never {
  if (error instanceof HostBug) throw error;
  if (error instanceof AdmissionEnded) throw withReason(admissionError(error, call), call.inner.signal);
  throw ownDeadline(error, call) ?? withReason(toHostError(error), call.inner.signal);
}

/** Who runs a call knows its deadline, but not whose it is: the call's own timeout or its caller's. */
function ownDeadline(error: unknown, call: CallInProgress): HostError | null {
  if (!(error instanceof HostError) || error.kind !== 'Timeout' || call.inner.deadline === null) return null;
  const { id, limit, queue_ms, guest_ms, wait_ms } = error.details ?? {};
  if (id !== call.id || limit !== 'deadline') return null;
  const spent = { queueMs: Number(queue_ms), guestMs: Number(guest_ms), waitMs: Number(wait_ms) };
  const named = deadlineError(call, spent);
  named.luaStack = error.luaStack;
  return named;
}

/** A guest that cannot be stopped yet answered after its time: too late is too late. */
function lateAnswer(call: CallInProgress, clock: Clock): HostError {
  return deadlineError(call, { queueMs: 0, guestMs: clock.now() - call.startedAt, waitMs: 0 });
}

function admissionError({ reason, queuedMs }: AdmissionEnded, call: CallInProgress): HostError {
  switch (reason) {
    case 'aborted':
      return canceled(call.id);
    case 'deadline':
      return deadlineError(call, { queueMs: queuedMs, guestMs: 0, waitMs: 0 });
    case 'closed':
      return closedError(call.id);
    case 'pinned':
      return new HostError(
        'Unavailable',
        `${call.id}: ${MAX_PINNED} of its instances are held by resource handles: call :drop() on those that are done with`,
        { details: { id: call.id, limit: MAX_PINNED } },
      );
  }
}

function closedError(id: string): HostError {
  return new HostError('Unavailable', `${id}: the host is closed`, { retryable: false, details: { id } });
}
