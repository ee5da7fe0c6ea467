/** Floats as Lua writes them: C's `%.14g`, and a `.0` behind what would look like an integer. */
import { formatFloat } from './strings/number-format.js';

const DIGITS = 14;
const FORMAT = { left: false, plus: '', alternative: false, zeros: false, width: 0, precision: DIGITS };
const LARGEST = 10 ** DIGITS;
const SMALLEST = 1e-4;
/** Digits, a point and a zero before it. */
const SHORT = DIGITS + 1;

/** @example floatText(1e15) === '1e+15'; floatText(3) === '3.0'; floatText(-1 / 0) === '-inf' */
export function floatText(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude < LARGEST) {
    if (Number.isInteger(value)) return Object.is(value, -0) ? '-0.0' : `${value}.0`;
    // What JavaScript writes with fewer digits is what rounding to all of them gives.
    if (magnitude >= SMALLEST) {
      const text = String(value);
      if (text.length <= SHORT) return text;
    }
  }
  const text = formatFloat(value, 'g', FORMAT);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
