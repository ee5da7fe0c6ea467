/** What `moonwit serve` tells while it serves: text for who sits before a terminal, else lines of JSON like the rest of its log. */
import type { LogLevel } from '../lua/platform.js';
import type { CliIo } from './io.js';

export interface ServeLog {
  /** @param text for people, without an end of line; default: the message */
  tell(level: LogLevel, message: string, fields?: Record<string, unknown>, text?: string): void;
  /** What Lua prints: a line. */
  print(line: Uint8Array, place: string): void;
}

/** From the least to what matters most. */
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** @param lowest what is below it is not told */
export function serveLog(io: CliIo, lowest: LogLevel): ServeLog {
  const isTold = (level: LogLevel) => LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(lowest);
  const line = (level: LogLevel, msg: string, fields: object) =>
    io.err(`${JSON.stringify({ level, time: new Date().toISOString(), ...fields, msg })}\n`);
  return {
    tell(level, message, fields = {}, text = message) {
      if (!isTold(level)) return;
      if (io.errIsTerminal) io.err(`${text}\n`);
      else line(level, message, { logger: 'serve', ...fields });
    },
    print(bytes, location) {
      const text = Buffer.from(bytes).toString();
      if (io.errIsTerminal) io.err(`${text}\n`);
      else if (isTold('info')) line('info', text, { logger: 'print', location });
    },
  };
}
