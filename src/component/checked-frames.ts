/** Traces of modules that were rewritten, with the offsets of the modules as they came. */
import type { TrapFrame } from '../abi/errors.js';
import { originalOffset } from '../instrument/offsets.js';
import type { CheckedModule } from './program.js';

/** V8 does not say which module a frame belongs to: with several rewritten ones, offsets would be guesses. */
export function framesOfOriginal(
  frames: readonly TrapFrame[],
  checked: readonly (CheckedModule | null)[],
): readonly TrapFrame[] {
  const rewritten = checked.filter((each) => each !== null);
  return frames.map((frame) => {
    const { offset } = frame;
    if (offset === null) return frame;
    return { ...frame, offset: rewritten.length === 1 ? originalOffset(rewritten[0]!.offsets, offset) : null };
  });
}
