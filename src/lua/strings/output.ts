/** A string in the making, of a length that nobody knows yet: it grows, and the budget is asked before it does. */

import type { LuaState } from '../fengari.js';
import type { Budget } from './budget.js';
import { pushPaidString } from './library.js';

export interface Output {
  readonly budget: Budget;
  bytes: Uint8Array;
  /** How many of the bytes are in use; those after them are zero. */
  length: number;
}

const SMALLEST_CAPACITY = 64;

/** @param capacity bytes that are likely to be needed, about as many as exist already */
export function newOutput(budget: Budget, capacity: number): Output {
  return { budget, bytes: new Uint8Array(Math.max(SMALLEST_CAPACITY, capacity)), length: 0 };
}

/** Takes the next `count` bytes, which are zero. @returns where they begin in `bytes` */
export function reserve(output: Output, count: number): number {
  const at = output.length;
  const length = at + count;
  if (length > output.bytes.length) {
    output.budget.room(length);
    const larger = new Uint8Array(2 * length);
    larger.set(output.bytes.subarray(0, at));
    output.bytes = larger;
  }
  output.length = length;
  return at;
}

export function append(output: Output, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  const at = reserve(output, bytes.length);
  output.bytes.set(bytes, at);
}

/** Pays for the string and pushes it. */
export function pushOutput(L: LuaState, output: Output): void {
  output.budget.bytes(output.length);
  pushPaidString(L, output.bytes.slice(0, output.length));
}
