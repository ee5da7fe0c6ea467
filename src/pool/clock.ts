/** Time as the pools and deadlines see it: passed in, so that specs can drive it. */
import { MAX_TIMER_MS } from '../timers.js';

export interface Clock {
  /** Monotonic, in ms. */
  now(): number;
  /** Runs `run` once after `delayMs`, for someone who waits for it: the process stays until then. The answer cancels it. */
  after(delayMs: number, run: () => void): () => void;
  /** The same for tidying up: never keeps the process alive. */
  afterIdle(delayMs: number, run: () => void): () => void;
}

/** The real clock: `performance.now()` and Node's timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, run) {
    const timer = startTimer(delayMs, run);
    return () => clearTimeout(timer);
  },
  afterIdle(delayMs, run) {
    const timer = startTimer(delayMs, run).unref();
    return () => clearTimeout(timer);
  },
};

function startTimer(delayMs: number, run: () => void): NodeJS.Timeout {
  // A timer fires up to a millisecond early by the monotonic clock: who compares times afterwards must not see that.
  return setTimeout(run, Math.min(Math.max(Math.ceil(delayMs) + 1, 0), MAX_TIMER_MS));
}
