/**
 * What a thread gives back when it rests. Loading and first calls leave more garbage than a thread lives on, and a young generation
 * that grew with it; V8 would return neither for as long as most threads live that nobody needs.
 */
import { getHeapStatistics } from 'node:v8';
import type { Clock } from '../pool/clock.js';

/** Without anything to do for so long, a thread rests. */
const QUIET_MS = 1000;
/** Calls that come now and then do not find it collecting each time. */
const AGAIN_MS = 10_000;
/** So much more than it was left with is worth the collection, which takes some 30 ms. */
const WORTH_BYTES = 2 * 1024 * 1024;
/** V8 of Node 20. */
const REFUSES_ONLY = /^11\./;

interface Rest {
  /** The event loop is about to sleep. */
  idle(): void;
}

/** @param isBusy calls are under way on this thread @param give what is done about it */
export function restingThread(clock: Clock, isBusy: () => boolean, give: () => void = giveBackMemory): Rest {
  let idleSinceMs = 0;
  let gaveMs = Number.NEGATIVE_INFINITY;
  let leftBytes = 0;
  let timed = false;
  const lookIn = (ms: number) => {
    timed = true;
    clock.afterIdle(ms, look);
  };
  const look = () => {
    timed = false;
    // When they have ended, the loop sleeps again, and says so.
    if (isBusy()) return;
    const waitMs = Math.max(idleSinceMs + QUIET_MS, gaveMs + AGAIN_MS) - clock.now();
    if (waitMs > 0) {
      lookIn(waitMs);
      return;
    }
    if (heapBytes() < leftBytes + WORTH_BYTES) return;
    give();
    gaveMs = clock.now();
    leftBytes = heapBytes();
  };
  return {
    idle() {
      idleSinceMs = clock.now();
      if (!timed) lookIn(QUIET_MS);
    },
  };
}

function heapBytes(): number {
  return getHeapStatistics().total_physical_size;
}

/**
 * Before V8 refuses memory it collects all that it can and shrinks its spaces to what lives, so it is asked for more than there is
 * anywhere. A collection alone leaves the young generation at the size that it grew to. Later versions take such a wish for the end
 * of a worker's heap, and end the worker; there V8 is left to itself.
 */
export function giveBackMemory(): void {
  if (!REFUSES_ONLY.test(process.versions.v8)) return;
  try {
    new ArrayBuffer(Number.MAX_SAFE_INTEGER);
  } catch {
    // That was to be.
  }
}
