/** Traces of guests as their authors know them: offsets of the modules as they came, functions without a name by that of their export. */
import type { TrapFrame } from '../abi/errors.js';
import { originalOffset } from '../instrument/offsets.js';
import type { CheckedModule, Program } from './program.js';

interface Traced {
  /** Of each core instance, as far as they are made. */
  readonly coreExports: readonly { readonly [name: string]: unknown }[];
  readonly guards: readonly unknown[];
  readonly program: Program;
}

export function traceOf(frames: readonly TrapFrame[], { coreExports, guards, program }: Traced): readonly TrapFrame[] {
  const original = guards.length > 0 ? framesOfOriginal(frames, program.checked) : frames;
  return framesByExports(original, program, coreExports);
}

/** V8 does not say which module a frame belongs to: with several rewritten ones, offsets would be guesses. */
function framesOfOriginal(
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

const UNNAMED = /^func\[(\d+)\]$/;

/** Functions for which the binary has no names, by their exports. With several modules those would be guesses, too. */
function framesByExports(
  frames: readonly TrapFrame[],
  { coreInstances, checked }: Program,
  coreExports: Traced['coreExports'],
): readonly TrapFrame[] {
  const [exports] = coreExports;
  if (exports === undefined || coreInstances.length > 1 || !frames.some((each) => UNNAMED.test(each.function)))
    return frames;
  const names = new Map<string, string>();
  for (const [name, item] of Object.entries(exports)) {
    // The JavaScript API calls exported functions by their indices.
    if (typeof item !== 'function' || name === checked[0]?.added.start || names.has(item.name)) continue;
    names.set(item.name, name);
  }
  return frames.map((frame) => {
    const name = names.get(UNNAMED.exec(frame.function)?.[1] ?? '');
    return name === undefined ? frame : { ...frame, function: name };
  });
}
