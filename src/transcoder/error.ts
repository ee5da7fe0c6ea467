/** What cannot cross between Lua and the middle form, as fields; prose is made at the edge. */

import { formatPath, MAX_DEPTH, type PathStep } from '../values.js';

/** Entries of all tables of one value. Shared tables count once for each place where they appear. */
export const MAX_ENTRIES = 4_000_000;

export class TranscodeError extends Error {
  /** From the value outside to the place of the fault; empty when it is the value itself. */
  readonly path: readonly PathStep[];
  /** What may stand there. */
  readonly expected: string;
  /** What stands there. */
  readonly got: string;
  /** Which of several values it is about, counted from 1; null where there was one only. */
  readonly position: number | null;

  constructor(path: readonly PathStep[], expected: string, got: string, position: number | null = null) {
    super(`${path.length === 0 ? '' : `${formatPath(path)}: `}expected ${expected}, got ${got}`);
    this.name = 'TranscodeError';
    this.path = path;
    this.expected = expected;
    this.got = got;
    this.position = position;
  }
}

/** Where a walk is. Indexes of both arrays are depths: 1 is the outermost table. */
export interface Walk {
  /** The tables (or arrays, maps) that are being walked. */
  readonly containers: object[];
  /** The step from each of them to what is walked inside it. Set before anything that can fail. */
  readonly steps: PathStep[];
  /** Entries that may still be walked. */
  entriesLeft: number;
}

export function newWalk(): Walk {
  return { containers: [], steps: [], entriesLeft: MAX_ENTRIES };
}

/** The error for the place below `depth` containers. */
export function failAt(walk: Walk, depth: number, expected: string, got: string): TranscodeError {
  return new TranscodeError(walk.steps.slice(1, depth + 1), expected, got);
}

/**
 * Enters a container at `depth`. Cycles are looked for only where nesting is too deep: every cycle gets there.
 *
 * @throws {TranscodeError} when it is too deep, contains itself, or has too many entries
 */
export function enter(walk: Walk, container: object, depth: number, entries: number): void {
  if (depth > MAX_DEPTH) {
    if (walk.containers.indexOf(container) > 0) {
      throw failAt(walk, firstRepeated(walk) - 1, 'a value without cycles', 'a table that contains itself');
    }
    throw failAt(walk, depth - 1, `at most ${MAX_DEPTH} levels of tables`, 'a deeper table');
  }
  walk.containers[depth] = container;
  countEntries(walk, depth, entries);
}

/** The depth at which a container is entered that is being walked already: where a reader sees the cycle close. */
function firstRepeated({ containers }: Walk): number {
  const depth = containers.findIndex((container, at) => at > 0 && containers.indexOf(container) < at);
  return depth < 0 ? containers.length : depth;
}

/** @throws {TranscodeError} when the entries walked so far, with these, are too many */
export function countEntries(walk: Walk, depth: number, entries: number): void {
  walk.entriesLeft -= entries;
  if (walk.entriesLeft < 0) throw failAt(walk, depth - 1, `at most ${MAX_ENTRIES} table entries`, 'more');
}
