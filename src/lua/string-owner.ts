/**
 * Which budget the copies of a string draw on. Only strings of `LARGE_BYTES` and more know it: concatenating many of
 * them is noticed before it happens (strings/meter.ts). Every way in which a string gets into a VM must tell it.
 */

import type { LuaState, TString } from './internals.js';
import type { Budget } from './strings/budget.js';

/** `..` takes 200 operands at most: below this size they are 50 MB together. */
export const LARGE_BYTES = 256 * 1024;

export interface StringMeter {
  readonly budget: Budget;
  /** The thread that executes now, if any does. */
  readonly current: () => LuaState | null;
  /** Bytes that the budget does not know yet. */
  unreported: number;
}

// Registered: several copies of this module in one process share what Fengari's objects carry.
const METER = Symbol.for('moonwit.string-meter');

interface Metered {
  [METER]?: StringMeter;
}

export function meterOfState(L: LuaState): StringMeter | undefined {
  return (L.l_G as Metered)[METER];
}

export function setMeter(L: LuaState, meter: StringMeter): void {
  (L.l_G as Metered)[METER] = meter;
}

export function meterOfString(text: TString): StringMeter | undefined {
  return (text as TString & Metered)[METER];
}

/** Tells a large string whose budget its copies draw on; leaves others alone. */
export function adoptString(L: LuaState, text: TString): void {
  if (text.realstring.length < LARGE_BYTES) return;
  const meter = meterOfState(L);
  if (meter !== undefined) (text as TString & Metered)[METER] = meter;
}
