/** How core modules are rewritten when an entry loads: checks, so that their guests can be stopped, and bounds of memory. */
import type { Rewrite, Rewritten } from '../component/compile.js';
import { CannotInstrument, MemoryOverLimit } from '../instrument/errors.js';
import { type InstrumentOptions, instrument } from '../instrument/instrument.js';

/** @param maxMemoryMb what each module's memories may have together; null: what the module says */
export function rewriteFor(maxMemoryMb: number | null): Rewrite {
  const maxMemoryBytes = maxMemoryMb === null ? null : maxMemoryMb * 1024 * 1024;
  return (bytes) => rewrite(bytes, { maxMemoryBytes });
}

function rewrite(bytes: Uint8Array, options: InstrumentOptions): Rewritten {
  try {
    const { bytes: rewritten, added, state, offsets } = instrument(bytes, options);
    return {
      bytes: rewritten,
      checked: added === null ? null : { added, offsets },
      state,
      stoppable: options.checks !== false,
    };
  } catch (error) {
    if (error instanceof MemoryOverLimit) throw error;
    if (error instanceof CannotInstrument) return rewrite(bytes, { ...options, checks: false });
    // What is no valid module is V8's to refuse, in its words.
    return { bytes, checked: null, state: null, stoppable: false };
  }
}
