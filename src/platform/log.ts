/** The log by pino: one JSON object per line, on the error stream unless the host takes the records itself. */

import type { LogLevel, LogRecord } from '../lua/platform.js';
import type { Packages } from './packages.js';

/** Fields that a line has from us; a script's field of that name gets a prefix. */
const OWN_FIELDS = new Set(['level', 'time', 'msg', 'logger', 'pid', 'location']);

/** What is used of a pino logger. */
type Log = Readonly<Record<LogLevel, (fields: object, message: string) => void>>;

/**
 * @param fd of the stream, 2 for standard error
 * @param level records below it are not written
 */
export function pinoLog(packages: Packages, fd: number, level: LogLevel = 'debug'): (record: LogRecord) => void {
  let logger: Log | null = null;
  const make = (): Log => {
    const { pino, destination, stdTimeFunctions } = packages.pino();
    const options = {
      base: null,
      level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level: string) => ({ level }) },
    };
    // Synchronous: what was logged is there, also when the process ends the next moment.
    return pino(options, destination({ fd, sync: true }));
  };
  return ({ level: own, message, logger: name, pid, location, fields }) => {
    logger ??= make();
    logger[own]({ ...named({ logger: name, pid, location }), ...renamed(fields) }, message);
  };
}

/** Without what is empty: a guest's line has no process ID and no place in Lua. */
function named(own: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== ''));
}

function renamed(fields: LogRecord['fields']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [OWN_FIELDS.has(name) ? `fields.${name}` : name, value]),
  );
}
