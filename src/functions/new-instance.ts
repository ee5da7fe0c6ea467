/** An instance of a function's guest, or why there is none. */
import type { Instance } from '../component/types.js';
import type { CompiledFunction } from '../engine/compiled.js';
import { HostError } from '../errors.js';
import type { World } from '../wasi/types.js';
import type { WasmSlot } from './wasm-types.js';

/** Makes the slot's instance. @throws HostError Unavailable (no memory for it), Trap (a start function) */
export function makeInstance(
  slot: Pick<WasmSlot, 'instance' | 'renews'>,
  compiled: CompiledFunction,
  world: World | null,
): Instance {
  try {
    const made = compiled.newInstance(world);
    if (slot.renews) slot.renews = made.keepBeginning();
    slot.instance = made;
    return made;
  } catch (error) {
    throw creationError(error, compiled);
  }
}

/** V8 gives up on a new instance with a RangeError, when the process has no room for another memory. */
function creationError(error: unknown, compiled: CompiledFunction): unknown {
  if (!(error instanceof RangeError)) return error;
  const text = `${compiled.id}: no memory for another instance: ${error.message}`;
  return new HostError('Unavailable', text, { details: { function: compiled.id }, cause: error });
}
