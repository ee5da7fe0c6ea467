/** Durations: whole nanoseconds as Go has them, in 64 bits; read from numbers, from texts such as `1h30m` and from objects. */

/** `Duration` in Lua. */
export class Duration {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

export const NANOSECOND = 1n;
export const MICROSECOND = 1000n;
export const MILLISECOND = 1_000_000n;
export const SECOND = 1_000_000_000n;
export const MINUTE = 60n * SECOND;
export const HOUR = 60n * MINUTE;

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

const UNITS: { readonly [unit: string]: bigint } = {
  ns: NANOSECOND,
  us: MICROSECOND,
  µs: MICROSECOND, // U+00B5
  μs: MICROSECOND, // U+03BC
  ms: MILLISECOND,
  s: SECOND,
  m: MINUTE,
  h: HOUR,
};

const MAX_TEXT = 128;
const WHOLE = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+$/;
const PART = /(\d*)\.?(\d*)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/g;

/** Nanoseconds of a text, or null for what is none or does not fit 64 bits. */
export function parseDuration(text: string): bigint | null {
  if (text.length > MAX_TEXT) return null;
  if (/^[+-]?0$/.test(text)) return 0n;
  if (!WHOLE.test(text)) return null;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(PART)) {
    const scale = 10n ** BigInt(fraction.length);
    total += (BigInt(whole + fraction) * UNITS[unit]!) / scale;
  }
  return bounded(text.startsWith('-') ? -total : total);
}

/** Nanoseconds of a number, fractions cut off; null for what is no finite number of 64 bits. */
export function durationOfNumber(nanoseconds: number): bigint | null {
  return Number.isFinite(nanoseconds) ? bounded(BigInt(Math.trunc(nanoseconds))) : null;
}

export function bounded(nanoseconds: bigint): bigint | null {
  return nanoseconds > MAX || nanoseconds < MIN ? null : nanoseconds;
}

/** The nearest that fits, as Go does for the difference of two times. */
export function saturated(nanoseconds: bigint): bigint {
  return nanoseconds > MAX ? MAX : nanoseconds < MIN ? MIN : nanoseconds;
}

/** `1h30m0s`, `1.5s`, `20ms`, `0s`: as Go prints it. */
export function printDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size < MICROSECOND) return `${sign}${size}ns`;
  if (size < MILLISECOND) return `${sign}${decimal(size, MICROSECOND)}µs`;
  if (size < SECOND) return `${sign}${decimal(size, MILLISECOND)}ms`;
  const hours = size / HOUR;
  const minutes = (size % HOUR) / MINUTE;
  const seconds = `${decimal(size % MINUTE, SECOND)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${sign}${minutes}m${seconds}` : sign + seconds;
}

function decimal(size: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(size % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return `${size / unit}${fraction === '' ? '' : `.${fraction}`}`;
}
