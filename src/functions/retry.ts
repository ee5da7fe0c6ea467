/** `meta.options.retry`: a failed call is made again, later and later. */
import { type ErrorKind, HostBug, HostError, toHostError } from '../errors.js';
import type { Clock } from '../pool/clock.js';

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly maxAttempts: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  readonly backoffFactor: number;
  /** 0.1: each delay is up to a tenth shorter or longer. */
  readonly jitter: number;
  /** Only these kinds, or null for all but the skipped. */
  readonly retryKinds: readonly ErrorKind[] | null;
  readonly skipKinds: readonly ErrorKind[];
}

export const RETRY_DEFAULTS: RetryPolicy = {
  maxAttempts: 1,
  initialDelayMs: 100,
  maxDelayMs: 10_000,
  backoffFactor: 2,
  jitter: 0.1,
  retryKinds: null,
  skipKinds: ['Invalid', 'PermissionDenied', 'Internal'],
};

export interface RetryMeans {
  readonly clock: Clock;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  readonly signal: AbortSignal | null;
}

/** Whether `error` is worth another attempt under `policy`. Canceled calls never are. */
export function isRetried(policy: RetryPolicy, error: HostError): boolean {
  if (error.retryable === false || error.kind === 'Canceled') return false;
  if (policy.retryKinds !== null) return policy.retryKinds.includes(error.kind);
  return !policy.skipKinds.includes(error.kind);
}

/** The wait before attempt `attempt` (2 is the first repeat), in ms. `random`: 0 ≤ x < 1. */
export function retryDelay(policy: RetryPolicy, attempt: number, random: number): number {
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
    await pause(retryDelay(policy, number, means.random()), means);
    try {
      return await attempt();
    } catch (error) {
      last = error;
    }
  }
  throw last instanceof HostBug ? last : toHostError(last);
}

function pause(delayMs: number, { clock, signal }: RetryMeans): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      stop();
      reject(new HostError('Canceled', 'canceled while waiting to retry', { retryable: false }));
    };
    const stop = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
