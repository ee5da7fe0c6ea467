/** An instance of a function's guest, or why there is none. */
import type { Instance } from '../component/types.js';
import type { CompiledFunction } from '../engine/compiled.js';
import { HostError } from '../errors.js';
import type { GuardTerms } from '../instrument/guard.js';
import { systemClock } from '../pool/clock.js';
import type { World } from '../wasi/types.js';
import type { WasmSlot } from './wasm-types.js';

/** A start function was stopped by the terms that it ran on; there is no instance. */
export class StartStopped extends Error {
  override readonly name = 'StartStopped';
  readonly reason: 'deadline' | 'cancelled';
  constructor(reason: StartStopped['reason']) {
    super(`a start function was stopped: ${reason}`);
    this.reason = reason;
  }
}

/**
 * Makes the slot's instance.
 *
 * @param terms of the call that needs it: they hold for start functions, too
 * @throws HostError Unavailable (no memory for it), Trap (a start function), StartStopped
 */
export function makeInstance(
  slot: Pick<WasmSlot, 'instance' | 'renews'>,
  compiled: CompiledFunction,
  world: World | null,
  terms?: GuardTerms,
): Instance {
  const watched = terms === undefined || !compiled.hasStart ? null : watch(terms);
  try {
    const made = compiled.newInstance(world, watched?.terms);
    if (slot.renews) slot.renews = made.keepBeginning();
    slot.instance = made;
    return made;
  } catch (error) {
    const reason = watched?.stopped() ?? null;
    throw reason === null ? creationError(error, compiled) : new StartStopped(reason);
  }
}

/** An instance that was never made cannot be asked why it was stopped. */
function watch({ deadlineMs, now, isCancelled }: GuardTerms) {
  let reason: StartStopped['reason'] | null = null;
  const terms: GuardTerms = {
    deadlineMs,
    now() {
      const at = now();
      if (at >= deadlineMs) reason ??= 'deadline';
      return at;
    },
    isCancelled() {
      if (!isCancelled()) return false;
      reason ??= 'cancelled';
      return true;
    },
  };
  return { terms, stopped: () => reason };
}

/** How long a start function may run before anybody called. */
const AHEAD_MS = 1000;

/** Makes the slot's instance before its first call, which makes it again, on terms of its own, where this was stopped. */
export function makeAhead(slot: Pick<WasmSlot, 'instance' | 'renews'>, compiled: CompiledFunction): void {
  if (!compiled.stoppable) return;
  const now = () => systemClock.now();
  const limitMs = Math.min(compiled.entry.fields.limits.maxExecutionMs ?? AHEAD_MS, AHEAD_MS);
  try {
    makeInstance(slot, compiled, null, { deadlineMs: now() + limitMs, now, isCancelled: () => false });
  } catch (error) {
    if (!(error instanceof StartStopped)) throw error;
  }
}

/** V8 gives up on a new instance with a RangeError, when the process has no room for another memory. */
function creationError(error: unknown, compiled: CompiledFunction): unknown {
  if (!(error instanceof RangeError)) return error;
  const text = `${compiled.id}: no memory for another instance: ${error.message}`;
  return new HostError('Unavailable', text, { details: { function: compiled.id }, cause: error });
}
