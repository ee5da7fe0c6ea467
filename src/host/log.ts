/** The log of a host that takes its records itself: those of its level and above. */
import type { LogLevel, LogRecord } from '../lua/platform.js';
import type { HostOptions } from './types.js';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** @returns null: the log is lines of JSON on the error stream */
export function takenLog({ log, logLevel = 'debug' }: HostOptions): ((record: LogRecord) => void) | null {
  if (log === undefined) return null;
  const lowest = LEVELS.indexOf(logLevel);
  if (lowest === 0) return log;
  return (record) => {
    if (LEVELS.indexOf(record.level) >= lowest) log(record);
  };
}
