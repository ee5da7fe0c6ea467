/** What a Timeout says: which limit came first, and where the time went. One form, whoever ran out of time. */
import { HostError } from './errors.js';

/** Where a call's time went, in ms. */
export interface TimeSpent {
  readonly queueMs: number;
  readonly guestMs: number;
  readonly waitMs: number;
}

/** Ended by: the call's own timeout, a deadline that it inherited, the entry's `limits`. */
type TimeLimit = 'timeout' | 'deadline' | 'max_execution_ms';

/** @param limitMs of an inherited deadline: what was left of it when the call came */
export function timedOut(id: string, by: TimeLimit, limitMs: number, spent: TimeSpent): HostError {
  const details = { id, limit: by, limit_ms: roundedMs(limitMs), ...timesOf(spent) };
  return new HostError('Timeout', timeoutText(id, by, limitMs), { details });
}

export function timeoutText(name: string, by: TimeLimit, limitMs: number): string {
  const limit_ms = roundedMs(limitMs);
  switch (by) {
    case 'timeout':
      return `${name} did not answer within its timeout of ${limit_ms} ms`;
    case 'deadline':
      return `${name} did not answer within the ${limit_ms} ms that its caller's deadline left it`;
    case 'max_execution_ms':
      return `${name} exceeded its limit of ${limit_ms} ms`;
  }
}

/** For the details of a Timeout. */
export function timesOf({ queueMs, guestMs, waitMs }: TimeSpent) {
  return { queue_ms: roundedMs(queueMs), guest_ms: roundedMs(guestMs), wait_ms: roundedMs(waitMs) };
}

/** To microseconds. */
export function roundedMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
