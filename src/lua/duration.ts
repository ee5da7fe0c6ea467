/** Durations as text, as Go writes them: `20ms`, `1h30m`, `-1.5h`, `0`. */

import { ByteString, type Value } from '../values.js';

const UNIT_MS: { readonly [unit: string]: number } = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds, or null for what is no duration text. */
export function parseDurationMs(value: Value): number | null {
  const text = textOf(value);
  if (typeof text !== 'string' || text.length > 64) return null;
  if (/^[+-]?0$/.test(text)) return 0;
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|ms|s|m|h))+$/.test(text)) return null;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|ms|s|m|h)/g)) {
    ms += Number(amount) * UNIT_MS[unit!]!;
  }
  return text.startsWith('-') ? -ms : ms;
}

function textOf(value: Value): Value {
  return value instanceof ByteString ? new TextDecoder().decode(value.bytes) : value;
}

/** Units as people write them. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/(?<=\d)(?:milliseconds?|millis|msecs?)/g, 'ms'],
  [/(?<=\d)(?:seconds?|secs?)/g, 's'],
  [/(?<=\d)(?:minutes?|mins?)/g, 'm'],
  [/(?<=\d)(?:hours?|hrs?)/g, 'h'],
];

/** `: did you mean "1s"?` for `1 s`, `1 sec`, `1S`; empty for what is like no duration. */
export function durationHint(value: Value): string {
  const text = textOf(value);
  if (typeof text !== 'string' || text.length > 64) return '';
  let meant = text
    .toLowerCase()
    .replace(/\s+/g, '')
    .replace(/(?<=\d),(?=\d)/g, '.');
  for (const [word, unit] of WORDS) meant = meant.replace(word, unit);
  return meant === text || parseDurationMs(meant) === null ? '' : `: did you mean "${meant}"?`;
}
