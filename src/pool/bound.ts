/**
 * How many calls of a pool may run at once. Most pools have one number for ever; an adaptive pool finds its own by trying: while
 * calls wait it runs one more and looks whether more calls end in the same time. What gains nothing is taken back, and the next
 * try comes later each time, so that the bound does not flap.
 */
import type { Clock } from './clock.js';
import type { PoolPolicy } from './policy.js';

export interface Bound {
  now(): number;
  /** A call has ended. */
  ended(): void;
  /** A call waits. */
  waits(): void;
  /** Nobody has used the rest for a while. */
  shrinkTo(count: number): void;
  close(): void;
}

/** The bound that a policy asks for. */
export function boundFor(
  { type, initialInstances: first, maxRunning: most }: PoolPolicy,
  means: Pick<AdaptiveOptions, 'clock' | 'isWaiting' | 'onGrown'>,
): Bound {
  return type === 'adaptive' ? adaptiveBound({ first, most, ...means }) : fixedBound(most);
}

function fixedBound(count: number): Bound {
  return { now: () => count, ended() {}, waits() {}, shrinkTo() {}, close() {} };
}

interface AdaptiveOptions {
  readonly first: number;
  readonly most: number;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** Whether calls wait. */
  readonly isWaiting: () => boolean;
  /** There is room for more. */
  readonly onGrown: () => void;
}

/** Looks while calls wait. */
const LOOK_MS = 20;
/** A rate is taken over so many calls; where they are long, over fewer, and in the end over any. */
const RATES = [
  { calls: 16, ms: 0 },
  { calls: 4, ms: 200 },
  { calls: 1, ms: 1000 },
];
/** What one more has to bring: a fifth of what it would bring at best. */
const GAIN_SHARE = 0.2;
/** The pause after a try that brought nothing, which doubles with each. */
const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** A bound, and how many calls ended in a millisecond with it. */
interface Measured {
  readonly bound: number;
  readonly rate: number;
}

/** What an adaptive bound has tried and found. */
interface Trial extends Omit<AdaptiveOptions, 'first'> {
  bound: number;
  /** What was before the try that is under way; null: none is. */
  before: Measured | null;
  /** Calls, since the time of the clock below. */
  ended: number;
  since: number;
  pauseMs: number;
  pausedUntil: number;
  stopTimer: (() => void) | null;
}

function adaptiveBound({ first, most, clock, isWaiting, onGrown }: AdaptiveOptions): Bound {
  const trial: Trial = {
    most,
    clock,
    isWaiting,
    onGrown,
    bound: Math.min(Math.max(1, first), most),
    before: null,
    ended: 0,
    since: clock.now(),
    pauseMs: PAUSE_MS,
    pausedUntil: Number.NEGATIVE_INFINITY,
    stopTimer: null,
  };
  return {
    now: () => trial.bound,
    ended() {
      trial.ended++;
    },
    waits() {
      if (trial.stopTimer !== null) return;
      measureAnew(trial);
      watch(trial);
    },
    shrinkTo(count) {
      trial.bound = Math.max(1, Math.min(trial.bound, count));
      trial.pauseMs = PAUSE_MS;
    },
    close() {
      trial.stopTimer?.();
      trial.stopTimer = null;
    },
  };
}

function watch(trial: Trial): void {
  trial.stopTimer ??= trial.clock.after(LOOK_MS, () => look(trial));
}

function look(trial: Trial): void {
  const { clock, isWaiting, bound, ended, most } = trial;
  trial.stopTimer = null;
  if (!isWaiting()) {
    trial.before = null;
    return;
  }
  const elapsedMs = clock.now() - trial.since;
  // Where nothing ends at all, what runs may be waiting itself: more of it is let in, the slower the more there is.
  const stuck = ended === 0 && elapsedMs >= LOOK_MS * bound;
  if (stuck || RATES.some(({ calls, ms }) => ended >= calls && elapsedMs >= ms)) {
    const rate = ended / Math.max(elapsedMs, 1);
    const tried = trial.before;
    trial.before = null;
    const worthIt = tried === null || stuck || judge(trial, tried, rate);
    if (trial.bound < most && worthIt && clock.now() >= trial.pausedUntil) grow(trial, rate);
    else measureAnew(trial);
  }
  watch(trial);
}

/** Takes back what gained nothing. @returns whether it was worth it */
function judge(trial: Trial, tried: Measured, rate: number): boolean {
  const wanted = 1 + GAIN_SHARE * (trial.bound / tried.bound - 1);
  if (rate >= tried.rate * wanted) {
    trial.pauseMs = PAUSE_MS;
    return true;
  }
  trial.bound = tried.bound;
  trial.pausedUntil = trial.clock.now() + trial.pauseMs;
  trial.pauseMs = Math.min(2 * trial.pauseMs, LONGEST_PAUSE_MS);
  return false;
}

/** By half of it: one more of a few, several more of many. */
function grow(trial: Trial, rate: number): void {
  const { bound, most } = trial;
  trial.before = { bound, rate };
  trial.bound = Math.min(most, bound + Math.max(1, Math.floor(bound / 2)));
  measureAnew(trial);
  trial.onGrown();
}

function measureAnew(trial: Trial): void {
  trial.ended = 0;
  trial.since = trial.clock.now();
}
