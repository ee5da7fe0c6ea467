/** One clock for all threads: what `performance.now()` gives on the host's thread. */
import { type Clock, systemClock } from '../pool/clock.js';

/** Where this thread's `performance.now()` begins, on the clock that all threads of the process share; in ms. */
export function clockOrigin(): number {
  const before = performance.now();
  const shared = Number(process.hrtime.bigint()) / 1e6;
  return shared - (before + performance.now()) / 2;
}

/** @param hostOriginMs the host thread's {@link clockOrigin} */
export function sharedClock(hostOriginMs: number): Clock {
  const offset = clockOrigin() - hostOriginMs;
  return { ...systemClock, now: () => performance.now() + offset };
}
