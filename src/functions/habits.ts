/**
 * What is known of how long calls take, and what follows from it: short ones are made where their caller is. Who goes on
 * meanwhile, or answers others, lends them a slice of its time and no more. A guest whose call can be made twice is stopped at the
 * end of its slice, its instance is gone, and the call is made again elsewhere, where nobody waits for the rest; Lua, whose effects
 * stay, gives its turn away instead. So whatever is called, it holds others up for a few slices and no more.
 */
import { HostError } from '../errors.js';
import { StartStopped } from './new-instance.js';
import type { WasmSlot } from './wasm-types.js';

/** Calls that take less, on average, are short. */
export const SHORT_MS = 0.2;
export const SLICE_MS = 5;
/** What a call that ran over its slice counts as: the average needs many short ones to come back from it. */
export const OVER_MS = 100;
/** Weight of the newest call in the average. */
const NEWEST = 0.2;

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
