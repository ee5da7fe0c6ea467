/** Values with a unit, as people write them: durations, sizes, file modes. */
import { MAX_TIMER_MS } from '../../timers.js';
import { checked, type Schema, written } from '../schema.js';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds, from a number or a duration such as `1.5s` or `1m30s`; null when the text is none. */
export function parseMilliseconds(value: string): number | null {
  if (value.length > 40) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(value)) return null;
  let total = 0;
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    total += Number(amount) * UNITS_MS[unit!]!;
  return total;
}

function durationField(negative: string | null): Schema<number> {
  return checked(written, (value, report) => {
    const parsed = parseMilliseconds(value);
    if (parsed !== null && parsed <= MAX_TIMER_MS) return parsed;
    const isNegative = negative !== null && /^-/.test(value);
    report([], {
      code: 'invalid-value',
      message: isNegative ? negative : 'not a duration',
      expected: 'milliseconds, or text such as "1.5s"',
      got: JSON.stringify(value.slice(0, 60)),
    });
    return 0;
  });
}

export const milliseconds: Schema<number> = durationField(null);

/** A duration in ms; a negative one is told `NAME must be non-negative`. */
export function duration(name: string): Schema<number> {
  return durationField(`${name} must be non-negative`);
}

const UNITS_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};
/** What one buffer can hold. */
const MAX_BYTES = 2 ** 32;

/** A number of bytes: `1048576`, `10MB`, `10 MiB`. */
export function byteSize(name: string): Schema<number> {
  return checked(written, (value, report) => {
    const match = /^(\d{1,15}(?:\.\d{1,6})?) ?([kmg]?i?b?)$/i.exec(value);
    const unit = match === null ? undefined : UNITS_BYTES[match[2]!.toLowerCase()];
    const bytes = unit === undefined ? Number.NaN : Math.floor(Number(match![1]) * unit);
    if (bytes <= MAX_BYTES) return bytes;
    report([], {
      code: 'invalid-value',
      message: value.startsWith('-') ? `${name} must be non-negative` : `${name} is not a size`,
      expected: `bytes, or text such as "10MiB"; at most ${MAX_BYTES} bytes`,
      got: JSON.stringify(value.slice(0, 60)),
    });
    return 0;
  });
}

/** Octal, as written: `0755`, `"755"`, `0o755`. */
export const fileMode: Schema<number> = checked(written, (value, report) => {
  const match = /^(?:0o)?0*([0-7]{1,4})$/.exec(value);
  if (match !== null && value.length <= 10) return Number.parseInt(match[1]!, 8);
  const got = JSON.stringify(value.slice(0, 60));
  report([], {
    code: 'invalid-value',
    message: 'invalid file mode format',
    expected: 'octal digits, such as "0755"',
    got,
  });
  return 0;
});
