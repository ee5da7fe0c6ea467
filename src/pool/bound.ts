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

function adaptiveBound({ first, most, clock, isWaiting, onGrown }: AdaptiveOptions): Bound {
  let bound = Math.min(Math.max(1, first), most);
  /** What the bound was before the try that is under way, and how many calls ended in a millisecond then; null: none is. */
  let before: { readonly bound: number; readonly rate: number } | null = null;
  let ended = 0;
  let since = clock.now();
  let pauseMs = PAUSE_MS;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let stopTimer: (() => void) | null = null;

  const measureAnew = () => {
    ended = 0;
    since = clock.now();
  };
  /** By half of it: one more of a few, several more of many. */
  const grow = (rate: number) => {
    before = { bound, rate };
    bound = Math.min(most, bound + Math.max(1, Math.floor(bound / 2)));
    measureAnew();
    onGrown();
  };
  const judge = (tried: { readonly bound: number; readonly rate: number }, rate: number): boolean => {
    const wanted = 1 + GAIN_SHARE * (bound / tried.bound - 1);
    if (rate >= tried.rate * wanted) {
      pauseMs = PAUSE_MS;
      return true;
    }
    bound = tried.bound;
    pausedUntil = clock.now() + pauseMs;
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    return false;
  };
  const look = () => {
    stopTimer = null;
    if (!isWaiting()) {
      before = null;
      return;
    }
    const elapsedMs = clock.now() - since;
    // Where nothing ends at all, what runs may be waiting itself: more of it is let in, the slower the more there is.
    const stuck = ended === 0 && elapsedMs >= LOOK_MS * bound;
    if (stuck || RATES.some(({ calls, ms }) => ended >= calls && elapsedMs >= ms)) {
      const rate = ended / Math.max(elapsedMs, 1);
      const tried = before;
      before = null;
      const worthIt = tried === null || stuck || judge(tried, rate);
      if (bound < most && worthIt && clock.now() >= pausedUntil) grow(rate);
      else measureAnew();
    }
    watch();
  };
  const watch = () => {
    stopTimer ??= clock.after(LOOK_MS, look);
  };
  return {
    now: () => bound,
    ended() {
      ended++;
    },
    waits() {
      if (stopTimer !== null) return;
      measureAnew();
      watch();
    },
    shrinkTo(count) {
      bound = Math.max(1, Math.min(bound, count));
      pauseMs = PAUSE_MS;
    },
    close() {
      stopTimer?.();
      stopTimer = null;
    },
  };
}
