/**
 * What a thread gives back when it rests. Loading and first calls leave more garbage than a thread lives on, and a young generation
 * that grew with it; V8 would return neither for as long as most threads live that nobody needs.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '../pool/clock.js';

/** Without anything to do for so long, a thread rests. */
const QUIET_MS = 1000;
/** Calls that come now and then do not find it collecting each time. */
const AGAIN_MS = 10_000;
/** So much more than it was left with is worth the collection, which takes some 30 ms. */
const WORTH_BYTES = 2 * 1024 * 1024;
/** V8 of Node 20: its `gc` knows no last resort. */
const REFUSES_ONLY = /^11\./;

interface Rest {
  /** The event loop is about to sleep. */
  idle(): void;
}

/** What a thread has, and what is done about it. */
interface Memory {
  /** Bytes of its heap. */
  readonly bytes: () => number;
  readonly give: () => void;
}

const OWN: Memory = { bytes: heapBytes, give: giveBackMemory };

/** @param isBusy calls are under way on this thread */
export function restingThread(clock: Clock, isBusy: () => boolean, { bytes, give }: Memory = OWN): Rest {
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
    if (bytes() < leftBytes + WORTH_BYTES) return;
    give();
    gaveMs = clock.now();
    leftBytes = bytes();
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

/** Has V8 collect all that it can and shrink its spaces to what lives: a plain collection leaves the young generation as it grew. */
export function giveBackMemory(): void {
  if (REFUSES_ONLY.test(process.versions.v8)) {
    refusedWish();
    return;
  }
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (how: object) => void;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', flavor: 'last-resort' });
}

/** V8 collects so before it refuses memory: it is asked for more than there is anywhere. Later versions end a worker for that. */
function refusedWish(): void {
  try {
    new ArrayBuffer(Number.MAX_SAFE_INTEGER);
  } catch {
    // That was to be.
  }
}
