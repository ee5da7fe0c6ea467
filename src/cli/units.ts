/** Values of options that have a unit or bounds. */
import type { LogLevel } from '../lua/platform.js';
import { parseMilliseconds } from '../registry/kinds/units.js';
import { UsageError } from './io.js';
import { LOG_LEVELS } from './serve-log.js';

/** `500` and `500ms`, `5s`, `1m30s`, in ms above 0. @throws UsageError */
export function durationOption(flag: string, text: string): number {
  const ms = parseMilliseconds(text.trim());
  if (ms === null) throw new UsageError(`${flag} ${text}: expected milliseconds or a duration, such as 500 or 5s`);
  if (ms === 0)
    throw new UsageError(`${flag} ${text}: expected more than 0: whoever wants no limit leaves ${flag} away`);
  return ms;
}

/** @throws UsageError */
export function wholeOption(flag: string, text: string, min: number, max: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${flag} ${text}: expected a whole number from ${min} to ${max}`);
}

/** Of `--log-level`; `info` where it is not given. @throws UsageError */
export function levelOption(text = 'info'): LogLevel {
  const level = LOG_LEVELS.find((each) => each === text);
  if (level !== undefined) return level;
  throw new UsageError(`--log-level ${text}: expected one of ${LOG_LEVELS.join(', ')}`);
}
