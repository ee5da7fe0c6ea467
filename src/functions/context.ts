/** What a call hands down: its chain, its deadline, its signal. */
import { onAbort } from '../abort.js';
import { HostError } from '../errors.js';
import type { Clock } from '../pool/clock.js';
import { type TimeSpent, timedOut } from '../timed-out.js';
import type { CallContext, CallProgress } from './types.js';

/** Calls inside calls; deeper is Unavailable. */
export const MAX_CHAIN = 64;

const NO_OPTIONS = {};

/**
 * Opens a call of `id`. The context that it runs in has the chain grown by `id`, the earlier of the caller's deadline and the
 * call's own timeout, and no options (they are for this one call, not for those it makes).
 *
 * @param timeoutMs of the call itself, or null
 * @param now on the clock of deadlines, in ms
 * @throws HostError Unavailable (chain too deep), Canceled, Timeout (already over)
 */
export function enterCall(id: string, caller: CallContext, timeoutMs: number | null, now: number): CallInProgress {
  if (caller.chain.length >= MAX_CHAIN) throw chainTooDeep(id, caller.chain);
  if (caller.signal?.aborted === true) throw abortedBy(caller.signal, canceled(id));
  const inner = innerContext(id, caller);
  if (timeoutMs === null && caller.deadline === null) return { id, inner, startedAt: 0, ownTimeout: false };
  const own = timeoutMs === null ? Number.POSITIVE_INFINITY : now + timeoutMs;
  const left = caller.deadline ?? Number.POSITIVE_INFINITY;
  inner.deadline = Math.min(own, left);
  const call = { id, inner, startedAt: now, ownTimeout: own < left };
  if (now >= inner.deadline) throw deadlineError(call, { queueMs: 0, guestMs: 0, waitMs: 0 });
  return call;
}

/** A context that is still being made: by assignments, because spreads cost a call more than its guest. */
type OpenContext = { -readonly [K in keyof CallContext]: CallContext[K] };

/** What only some calls carry stays absent. A request is answered by the call that it began, and by none that this makes. */
function innerContext(id: string, caller: CallContext): OpenContext {
  const { signal, values, actor = null, scope = null, threadCall, http, here, standing, beside, besideThread } = caller;
  const isRoot = caller.chain.length === 0;
  const chain = isRoot ? [id] : [...caller.chain, id];
  const inner: OpenContext = { signal, deadline: null, chain, values, actor, scope, options: NO_OPTIONS };
  if (isRoot && http !== undefined) inner.http = http;
  if (isRoot && here !== undefined) inner.here = here;
  if (threadCall !== undefined) inner.threadCall = threadCall;
  if (standing !== undefined) inner.standing = standing;
  // Who stands still for it waits for its answer, however long that takes.
  if (beside !== undefined && standing !== true) inner.beside = beside;
  if (besideThread !== undefined) inner.besideThread = besideThread;
  return inner;
}

/** Whether the call is inside another call of the same function: `inner` is the context made by {@link enterCall}. */
export function isReentrant(inner: CallContext): boolean {
  const own = inner.chain.length - 1;
  return own > 0 && inner.chain.indexOf(inner.chain[own]!) < own;
}

function chainTooDeep(id: string, chain: readonly string[]): HostError {
  const full = [...chain, id];
  return new HostError('Unavailable', `call chain deeper than ${MAX_CHAIN}: ${printChain(full)}`, {
    retryable: false,
    details: { chain: full, limit: MAX_CHAIN },
  });
}

/** `a:f → a:g ×3 → a:h`: repeats side by side are counted, a repeating pair as well. */
export function printChain(chain: readonly string[]): string {
  const parts: string[] = [];
  let at = 0;
  while (at < chain.length) {
    const { period, count } = repeatAt(chain, at);
    const unit = chain.slice(at, at + period).join(' → ');
    if (count === 1) parts.push(unit);
    else parts.push(period === 1 ? `${unit} ×${count}` : `(${unit}) ×${count}`);
    at += period * count;
  }
  return parts.join(' → ');
}

const MAX_PERIOD = 4;

/** The shortest pattern that repeats at `at`, and how often. */
function repeatAt(chain: readonly string[], at: number): { period: number; count: number } {
  for (let period = 1; period <= MAX_PERIOD; period++) {
    let same = 0;
    while (at + period + same < chain.length && chain[at + same] === chain[at + period + same]) same++;
    if (same >= period) return { period, count: Math.floor(same / period) + 1 };
  }
  return { period: 1, count: 1 };
}

export function canceled(id: string): HostError {
  return new HostError('Canceled', `${id} was canceled`, { retryable: false, details: { id } });
}

/**
 * The error of a call that `signal` ended: its reason itself where that is a Timeout (somebody's time was over, and it says whose),
 * else `error`, which is Canceled, caused by it.
 */
function abortedBy({ reason }: AbortSignal, error: HostError): HostError {
  if (reason instanceof HostError && reason.kind === 'Timeout') return reason;
  const { kind, message, retryable, details, luaStack, cause = reason as unknown } = error;
  return new HostError(kind, message, { retryable, details, cause, ...(luaStack === null ? {} : { luaStack }) });
}

/** `error`, as {@link abortedBy} has it where the call was cancelled by its signal. */
export function withReason(error: HostError, signal: AbortSignal | null): HostError {
  return error.kind === 'Canceled' && signal?.aborted === true ? abortedBy(signal, error) : error;
}

/** One call under way: what its end may have to explain. */
export interface CallInProgress {
  readonly id: string;
  /** Made for this call: who opens it may add to it, before it is handed over. */
  readonly inner: OpenContext;
  /** When it came; 0 where nothing limits it. */
  readonly startedAt: number;
  /** Its deadline is its own, not an inherited one. */
  readonly ownTimeout: boolean;
}

/** The Timeout of a call whose deadline has come. */
export function deadlineError(call: CallInProgress, spent: TimeSpent): HostError {
  const limitMs = Math.max(0, (call.inner.deadline ?? call.startedAt) - call.startedAt);
  return timedOut(call.id, call.ownTimeout ? 'timeout' : 'deadline', limitMs, spent);
}

/** What runs elsewhere, ends by itself and tells where its time went has this much longer to do so. */
const TELLING_MS = 100;

/**
 * `answer`, or an error as soon as the signal aborts or the deadline comes. What goes on behind is told by the same signal.
 *
 * @param progress of what ends at the deadline by itself and knows better where the time went
 */
export function raceEnd<T>(
  call: CallInProgress,
  answer: Promise<T>,
  clock: Clock,
  progress: CallProgress | null = null,
): Promise<T> {
  const { signal, deadline } = call.inner;
  if (signal === null && deadline === null) return answer;
  return new Promise<T>((resolve, reject) => {
    const cancel = () => settle(() => reject(withReason(canceled(call.id), signal)));
    const onDeadline = () => {
      const spentMs = clock.now() - call.startedAt;
      settle(() => reject(deadlineError(call, { queueMs: 0, guestMs: 0, waitMs: 0, [stateOf(progress)]: spentMs })));
    };
    const slackMs = progress === null ? 0 : TELLING_MS;
    const stopTimer = deadline === null ? null : clock.after(deadline + slackMs - clock.now(), onDeadline);
    const unlisten = signal === null ? null : onAbort(signal, cancel);
    const settle = (how: () => void) => {
      stopTimer?.();
      unlisten?.();
      how();
    };
    answer.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}

/** What a call does about which nothing else is known. */
function stateOf(progress: CallProgress | null): keyof TimeSpent {
  if (progress === null) return 'waitMs';
  return progress.hasStarted() ? 'guestMs' : 'queueMs';
}
