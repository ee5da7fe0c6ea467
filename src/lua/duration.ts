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
  const text = value instanceof ByteString ? new TextDecoder().decode(value.bytes) : value;
  if (typeof text !== 'string' || text.length > 64) return null;
  if (/^[+-]?0$/.test(text)) return 0;
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|ms|s|m|h))+$/.test(text)) return null;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|ms|s|m|h)/g)) {
    ms += Number(amount) * UNIT_MS[unit!]!;
  }
  return text.startsWith('-') ? -ms : ms;
}
