/**
 * What is known of how long calls take, and what follows from it: short ones are made where their caller is. Who goes on
 * meanwhile, or answers others, lends them a slice of its time and no more. A guest whose call can be made twice is stopped at the
 * end of its slice, its instance is gone, and the call is made again elsewhere, where nobody waits for the rest; Lua, whose effects
 * stay, gives its turn away instead. So whatever is called, it holds others up for a few slices and no more.
 */
import { HostError } from '../errors.js';
import type { GuardTerms } from '../instrument/guard.js';
import { StartStopped } from './new-instance.js';
import type { WasmSlot } from './wasm-types.js';

/** Calls that take less, on average, are short. */
export const SHORT_MS = 0.2;
export const SLICE_MS = 5;
/** What a call that ran over its slice counts as: the average needs many short ones to come back from it. */
export const OVER_MS = 100;
/** Weight of the newest call in the average. */
const NEWEST = 0.2;

/** A guest is asked at every look at the clock, after 10 µs to 1 ms of its code. */
const SLICE_LOOKS = 16;

/**
 * Terms on which a guest is stopped at `sliceEnd`, too, but not before so many looks: what a busy machine took of its slice was not
 * the guest's, and an instance that is gone has lost what it knew.
 */
export function untilSliceEnd({ deadlineMs, now, isCancelled }: GuardTerms, sliceEnd: number): GuardTerms {
  let looks = 0;
  return {
    deadlineMs: Math.min(deadlineMs, sliceEnd),
    now() {
      const at = now();
      return ++looks < SLICE_LOOKS && at < deadlineMs ? Number.NEGATIVE_INFINITY : at;
    },
    isCancelled,
  };
}

/** @param average in ms, shared with threads; 0 while unknown */
export function learn(average: Float64Array, ranMs: number): void {
  const before = average[0]!;
  average[0] = before === 0 ? ranMs : newAverage(before, ranMs);
}

export function newAverage(beforeMs: number, ranMs: number): number {
  return beforeMs + (ranMs - beforeMs) * NEWEST;
}

/** False while nothing is known. */
export function usuallyBelow(average: Float64Array | null, ms: number): boolean {
  const usual = average?.[0] ?? 0;
  return usual > 0 && usual < ms;
}

/** A call ran over its slice; nothing of it was seen. */
export class SliceOver extends Error {
  override readonly name = 'SliceOver';
}

/** For a call into the slot's instance, which is spent. The work of a call that is made again is counted once: then. */
export function sliceOver(slot: WasmSlot): SliceOver {
  slot.counted = slot.instance?.work() ?? 0;
  return new SliceOver();
}

/** Whether the guest was stopped at the end of its slice: where the call's own time is over, its error says so. */
export function ranOver({ instance }: WasmSlot, error: unknown): boolean {
  if (error instanceof StartStopped) return error.reason === 'deadline';
  return instance?.stopped === 'deadline' && !(error instanceof HostError && error.kind === 'Timeout');
}
