/**
 * Looks at the clock whenever the bytes of a large string are read. Comparing or converting sixty megabytes takes tens of
 * milliseconds, and a count hook fires only after hundreds of such instructions.
 *
 * All of Fengari reads strings through `TValue.tsvalue`, which is replaced once per process. Large strings know the budget
 * that they draw on (string-owner.ts).
 */

import { type TString, TValue } from './internals.js';
import { LARGE_BYTES, meterOfString } from './string-owner.js';

const PATCHED = Symbol.for('moonwit.large-strings.patched');

/** A look at the clock is announced to the budget as no steps. */
export const LOOK_AT_CLOCK = 0;

/** Once per process. */
export function watchLargeStrings(): void {
  const prototype = TValue.prototype as { [PATCHED]?: boolean };
  if (prototype[PATCHED] === true) return;
  prototype[PATCHED] = true;
  Object.defineProperty(TValue.prototype, 'tsvalue', {
    value(this: TValue): TString {
      const text = this.value as TString;
      if (text.realstring.length >= LARGE_BYTES) meterOfString(text)?.budget.steps(LOOK_AT_CLOCK);
      return text;
    },
    configurable: true,
    writable: true,
  });
}
