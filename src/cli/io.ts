/** What a command may touch of the outside: passed in, so that specs can run commands in their own process. */

import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';

export interface CliIo {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  out(text: string | Uint8Array): void;
  err(text: string): void;
  /** Whether each stream is a terminal. */
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** The standard input; absent: there is none. */
  readonly input?: () => AsyncIterable<Uint8Array>;
  /** Resolves when a command that runs on and on is to stop; default: by a signal. */
  readonly untilStopped?: () => Promise<void>;
}

/** Wrong usage: printed with a hint, exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** @throws UsageError */
export async function readBinary(file: string, { cwd }: CliIo): Promise<Uint8Array> {
  try {
    return await readFile(resolve(cwd, file));
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** Relative to the working directory where that stays below it, else as it is. */
export function shownPath(path: string, io: CliIo): string {
  const short = relative(io.cwd, path);
  return short.startsWith('..') ? path : short;
}

export interface Paint {
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

/** Colours on a terminal only, and not where `NO_COLOR` is set (to anything but nothing) or the terminal is dumb. */
export function paintFor(isTerminal: boolean, env: CliIo['env']): Paint {
  const noColor = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  const on = isTerminal && !noColor && env.TERM !== 'dumb';
  const code = (open: number, close: number) => (text: string) => (on ? `\x1b[${open}m${text}\x1b[${close}m` : text);
  return { red: code(31, 39), yellow: code(33, 39), green: code(32, 39), dim: code(2, 22), bold: code(1, 22) };
}
