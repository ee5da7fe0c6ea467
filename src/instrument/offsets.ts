/**
 * Where instructions have moved to. V8's traces name offsets of the rewritten module; debug sections and people name those of the
 * original.
 */

/** Runs of bytes that were copied: `moved[i]` in the new code is `from[i]` in the original; both rise. */
export interface CodeOffsets {
  readonly moved: Uint32Array;
  readonly from: Uint32Array;
}

/** Index of the last element of `sorted` that is not above `value`; -1 when all are. */
function lastNotAbove(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The offset in the original module of an offset in the rewritten one; inside a check, of the instruction that the check stands
 * before. Null for code that is not the module's own.
 */
export function originalOffset(offsets: CodeOffsets, offset: number): number | null {
  const run = lastNotAbove(offsets.moved, offset);
  if (run < 0) return null;
  const from = offsets.from[run]!;
  if (from === NOT_FROM_HERE) return null;
  const next = offsets.from[run + 1] ?? NOT_FROM_HERE;
  return Math.min(from + offset - offsets.moved[run]!, next);
}

/** Stands for code that was added behind the module's own. */
export const NOT_FROM_HERE = 0xffff_ffff;

/** Where the instruction at `from` of the original is now. */
export function movedOffset(runs: { moved: ArrayLike<number>; from: ArrayLike<number> }, from: number): number {
  const run = lastNotAbove(runs.from, from);
  return run < 0 ? from : from - runs.from[run]! + runs.moved[run]!;
}
