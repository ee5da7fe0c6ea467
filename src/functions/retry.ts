/** `meta.options.retry`: a failed call is made again, later and later. */
import { onAbort } from '../abort.js';
import { HostBug, HostError, toHostError } from '../errors.js';
import type { Clock } from '../pool/clock.js';
import { withReason } from './context.js';
import type { RetryPolicy } from './types.js';

export type { RetryPolicy };

export const RETRY_DEFAULTS: RetryPolicy = {
  maxAttempts: 1,
  initialDelayMs: 100,
  maxDelayMs: 10_000,
  backoffFactor: 2,
  jitter: 0.1,
  retryKinds: null,
  skipKinds: ['Invalid', 'PermissionDenied', 'Internal'],
};

interface RetryMeans {
  readonly clock: Clock;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  readonly signal: AbortSignal | null;
  /** On the clock, or null: attempts that would start later are not made. */
  readonly deadline: number | null;
}

/** Whether `error` is worth another attempt under `policy`. Canceled calls never are. */
function isRetried(policy: RetryPolicy, error: HostError): boolean {
  if (error.retryable === false || error.kind === 'Canceled') return false;
  if (policy.retryKinds !== null) return policy.retryKinds.includes(error.kind);
  return !policy.skipKinds.includes(error.kind);
}

/** The wait before attempt `attempt` (2 is the first repeat), in ms. `random`: 0 ≤ x < 1. */
function retryDelay(policy: RetryPolicy, attempt: number, random: number): number {
  const plain = Math.min(policy.initialDelayMs * policy.backoffFactor ** (attempt - 2), policy.maxDelayMs);
  return plain * (1 + policy.jitter * (2 * random - 1));
}

/** Answers at once where the first attempt does. @throws the last attempt's error */
export function withRetry<T>(policy: RetryPolicy, attempt: () => T | Promise<T>, means: RetryMeans): T | Promise<T> {
  let first: T | Promise<T>;
  try {
    first = attempt();
  } catch (error) {
    return again(policy, attempt, means, error);
  }
  return first instanceof Promise ? first.catch((error: unknown) => again(policy, attempt, means, error)) : first;
}

async function again<T>(
  policy: RetryPolicy,
  attempt: () => T | Promise<T>,
  means: RetryMeans,
  thrown: unknown,
): Promise<T> {
  let last = thrown;
  for (let number = 2; number <= policy.maxAttempts; number++) {
    if (last instanceof HostBug) throw last;
    if (!isRetried(policy, toHostError(last))) break;
    if (!(await pause(retryDelay(policy, number, means.random()), means))) break;
    try {
      return await attempt();
    } catch (error) {
      last = error;
    }
  }
  throw last instanceof HostBug ? last : toHostError(last);
}

/** @returns false where the deadline comes before the delay has passed: there is no time for another attempt */
function pause(delayMs: number, { clock, signal, deadline }: RetryMeans): Promise<boolean> {
  if (deadline !== null && clock.now() + delayMs >= deadline) return Promise.resolve(false);
  return new Promise((resolve, reject) => {
    const cancel = () => {
      stop();
      const error = new HostError('Canceled', 'canceled while waiting to retry', { retryable: false });
      reject(withReason(error, signal));
    };
    const stop = clock.after(delayMs, () => {
      unlisten?.();
      resolve(true);
    });
    const unlisten = signal === null ? null : onAbort(signal, cancel);
    if (signal?.aborted === true) cancel();
  });
}
