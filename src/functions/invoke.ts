/**
 * One call into one instance: under the entry's limit, counted from here, and the caller's deadline. Where its guest cannot be
 * stopped, what comes after its time is thrown away with its instance.
 */
import type { CompiledFunction } from '../engine/compiled.js';
import type { GuardTerms } from '../instrument/guard.js';
import type { Value } from '../values.js';
import { type CallTerms, endedByHost, type Invoke, limitHolders, NEVER, whyEnded } from './call-terms.js';
import { canceled } from './context.js';
import { untilSliceEnd } from './habits.js';
import { makeInstance, StartStopped } from './new-instance.js';
import { outward } from './outward.js';
import type { WasmFunctionMeans } from './wasm-types.js';

const NOTHING_ELSE = { queueMs: 0, waitMs: 0 };

interface Invoker {
  readonly invoke: Invoke;
  /** Ends the waits of guests that are suspended: their calls are cancelled. */
  close(): void;
}

export function invoker(compiled: CompiledFunction, means: Omit<WasmFunctionMeans, 'pool'>): Invoker {
  const { clock, transport, isCancelled = () => false, spent = () => NOTHING_ELSE, around = null, worlds } = means;
  const { runsUntil = (deadlineMs) => deadlineMs } = means;
  const limitMs = compiled.entry.fields.limits.maxExecutionMs ?? NEVER;
  const terms: CallTerms = {
    compiled,
    clock,
    transport,
    limitMs,
    now: () => clock.now(),
    isCancelled,
    spent,
    runsUntil,
    around,
    waits: new Set(),
  };
  const given = compiled.needsWorld ? (worlds ?? null) : null;
  return {
    invoke: given !== null || compiled.suspends ? outward(terms, given) : inInstances(terms),
    close() {
      for (const end of terms.waits) end();
    },
  };
}

/** Guests that see nothing of the host. */
function inInstances(terms: CallTerms): Invoke {
  const { compiled, clock, transport, limitMs, now } = terms;
  const isCancelled = () => terms.isCancelled();
  const { index } = compiled.export;
  const unlimited: GuardTerms = { deadlineMs: NEVER, now, isCancelled };
  return (slot, args, target, context, sliceEnd = NEVER) => {
    const deadline = context.deadline ?? NEVER;
    if (limitMs === NEVER && deadline === NEVER && sliceEnd === NEVER) {
      try {
        const instance = slot.instance ?? makeInstance(slot, compiled, null, unlimited);
        limitHolders(terms, instance);
        if (slot.armed) instance.arm(unlimited);
        slot.armed = false;
        return instance.call(index, transport.toArguments(args, compiled.export.function.type.params), target);
      } catch (error) {
        throw error instanceof StartStopped || slot.instance?.stopped === 'cancelled' ? canceled(compiled.id) : error;
      }
    }
    const start = clock.now();
    const whole: GuardTerms = { deadlineMs: Math.min(start + limitMs, deadline), now, isCancelled };
    const limited = sliceEnd === NEVER ? whole : untilSliceEnd(whole, sliceEnd);
    const outer = terms.runsUntil(limited.deadlineMs);
    let answer: Value;
    try {
      const instance = slot.instance ?? makeInstance(slot, compiled, null, limited);
      limitHolders(terms, instance);
      instance.arm(limited);
      slot.armed = true;
      answer = instance.call(index, transport.toArguments(args, compiled.export.function.type.params), target);
    } catch (error) {
      throw (endedByHost(compiled, slot, error) ? whyEnded(terms, isCancelled, start, context) : null) ?? error;
    } finally {
      terms.runsUntil(outer);
    }
    const late = whyEnded(terms, isCancelled, start, context);
    if (late === null) return answer;
    slot.spent = true;
    throw late;
  };
}
