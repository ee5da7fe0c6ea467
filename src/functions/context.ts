/** What a call hands down: its chain, its deadline, its signal. */
import { HostError } from '../errors.js';
import type { Clock } from '../pool/clock.js';
import type { CallContext } from './types.js';

/** Calls inside calls; deeper is Unavailable. */
export const MAX_CHAIN = 64;

const NO_OPTIONS = {};

/**
 * The context that a call of `id` runs in: the chain grown by `id`, the earlier of the caller's deadline and the call's own
 * timeout, and no options (they are for this one call, not for those it makes).
 *
 * @throws HostError Unavailable (chain too deep), Canceled, Timeout (already over)
 */
export function enterCall(id: string, caller: CallContext, clock: Clock): CallContext {
  if (caller.chain.length >= MAX_CHAIN) throw chainTooDeep(id, caller.chain);
  if (caller.signal?.aborted === true) throw canceled(id);
  const { timeoutMs } = caller.options;
  let deadline = caller.deadline;
  if (timeoutMs !== undefined || deadline !== null) {
    const now = clock.now();
    if (deadline !== null && now >= deadline) throw deadlinePassed(id, 0);
    if (timeoutMs !== undefined) deadline = Math.min(deadline ?? Number.POSITIVE_INFINITY, now + timeoutMs);
  }
  return { signal: caller.signal, deadline, chain: [...caller.chain, id], values: caller.values, options: NO_OPTIONS };
}

/** Whether the call is inside another call of the same function: `inner` is the context made by {@link enterCall}. */
export function isReentrant(inner: CallContext): boolean {
  const own = inner.chain.length - 1;
  return inner.chain.indexOf(inner.chain[own]!) < own;
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

/** Where a call's time went, in ms. */
export interface TimeSpent {
  readonly queueMs: number;
  readonly guestMs: number;
  readonly waitMs: number;
}

/** A call that ran into its caller's deadline or its own timeout before anything of it ran. */
export function deadlinePassed(id: string, queueMs: number): HostError {
  return new HostError('Timeout', `${id}: its caller's deadline has passed`, {
    details: { id, limit: 'deadline', ...timeDetails({ queueMs, guestMs: 0, waitMs: 0 }) },
  });
}

/** `by`: the rule that ended it. */
export function timedOut(
  id: string,
  by: 'timeout' | 'deadline' | 'limits',
  limitMs: number,
  spent: TimeSpent,
): HostError {
  const text =
    by === 'limits'
      ? `${id} exceeded its limit of ${round(limitMs)} ms`
      : `${id} did not answer within ${by === 'timeout' ? 'its timeout' : "its caller's deadline"} of ${round(limitMs)} ms`;
  return new HostError('Timeout', text, {
    details: { id, limit: by, limit_ms: round(limitMs), ...timeDetails(spent) },
  });
}

function timeDetails(spent: TimeSpent): Record<string, number> {
  return { queue_ms: round(spent.queueMs), guest_ms: round(spent.guestMs), wait_ms: round(spent.waitMs) };
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/**
 * `answer`, or an error as soon as the signal aborts or the deadline comes. What goes on behind is told by the same signal.
 */
export function raceEnd<T>(
  id: string,
  answer: Promise<T>,
  caller: CallContext,
  inner: CallContext,
  clock: Clock,
): Promise<T> {
  const { signal } = inner;
  const { deadline } = inner;
  if (signal === null && deadline === null) return answer;
  const started = clock.now();
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => settle(() => reject(canceled(id)));
    const onDeadline = () => {
      const own = caller.options.timeoutMs !== undefined && deadline !== caller.deadline;
      const spent = { queueMs: 0, guestMs: 0, waitMs: clock.now() - started };
      settle(() =>
        reject(timedOut(id, own ? 'timeout' : 'deadline', own ? caller.options.timeoutMs! : spent.waitMs, spent)),
      );
    };
    const stopTimer = deadline === null ? null : clock.after(deadline - started, onDeadline);
    const settle = (how: () => void) => {
      stopTimer?.();
      signal?.removeEventListener('abort', onAbort);
      how();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    answer.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
