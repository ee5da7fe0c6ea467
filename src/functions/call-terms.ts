/** What calls into the instances of one function have in common, and what ended one that its guest did not end. */
import type { Instance, LiftTarget } from '../component/types.js';
import type { CompiledFunction } from '../engine/compiled.js';
import { HostError } from '../errors.js';
import { timedOut } from '../timed-out.js';
import type { Value } from '../values.js';
import { WaitEnded } from '../wasi/types.js';
import { canceled } from './context.js';
import { StartStopped } from './new-instance.js';
import type { CallContext } from './types.js';
import type { WasmFunctionMeans, WasmSlot } from './wasm-types.js';

/**
 * One call into the slot's instance.
 *
 * @param sliceEnd its guest is stopped then, in ms on the host's clock, and answers without suspending; an answer that is there
 * counts, however late. No part of the context: copies of that cost more than most guests.
 */
export type Invoke = (
  slot: WasmSlot,
  args: readonly Value[],
  target: LiftTarget,
  context: CallContext,
  sliceEnd?: number,
) => Value | Promise<Value>;

export const NEVER = Number.POSITIVE_INFINITY;

/** What calls of one function have in common. */
export interface CallTerms extends Pick<WasmFunctionMeans, 'clock' | 'transport'> {
  readonly compiled: CompiledFunction;
  readonly limitMs: number;
  readonly now: () => number;
  readonly isCancelled: NonNullable<WasmFunctionMeans['isCancelled']>;
  readonly spent: NonNullable<WasmFunctionMeans['spent']>;
  readonly runsUntil: NonNullable<WasmFunctionMeans['runsUntil']>;
  readonly around: NonNullable<WasmFunctionMeans['around']> | null;
  /** How to end the waits of guests that are suspended. */
  readonly waits: Set<() => void>;
}

/** What ended the call, where that was not its guest. */
export function whyEnded(
  { compiled: { id }, clock, limitMs, spent }: CallTerms,
  isCancelled: () => boolean,
  start: number,
  context: CallContext,
  suspendedMs = 0,
): HostError | null {
  const deadline = context.deadline ?? NEVER;
  const limitAt = start + limitMs;
  const end = clock.now();
  if (end < Math.min(limitAt, deadline)) return isCancelled() ? canceled(id) : null;
  const { queueMs, waitMs: stoodMs } = spent(context);
  const waitMs = stoodMs + suspendedMs;
  const times = { queueMs, waitMs, guestMs: Math.max(0, end - start - waitMs) };
  if (limitAt <= deadline) return timedOut(id, 'max_execution_ms', limitMs, times);
  return timedOut(id, 'deadline', deadline - start, times);
}

/** What holders of handles call of an instance is a call by itself: under the limit of the function that gave the handles. */
export function limitHolders(terms: CallTerms, instance: Instance): void {
  if (!terms.compiled.givesHandles || instance.aroundHolders !== null) return;
  const { compiled, clock, limitMs, now } = terms;
  const isCancelled = () => terms.isCancelled();
  instance.aroundHolders = (run, time) => {
    const start = clock.now();
    const deadlineMs = start + Math.min(limitMs, time?.leftMs ?? NEVER);
    instance.arm({ deadlineMs, now, isCancelled });
    const outer = terms.runsUntil(deadlineMs);
    try {
      return run();
    } catch (error) {
      const whyOver = clock.now() >= deadlineMs ? 'deadline' : 'cancelled';
      const stopped = error instanceof WaitEnded ? whyOver : instance.stopped;
      if (stopped === 'cancelled') throw canceled(compiled.id);
      if (stopped !== 'deadline') throw error;
      const times = { queueMs: 0, waitMs: 0, guestMs: clock.now() - start };
      if (time !== undefined && time.leftMs < limitMs) {
        const queueMs = time.timeoutMs - time.leftMs;
        throw timedOut(time.name, 'timeout', time.timeoutMs, { ...times, queueMs });
      }
      throw timedOut(compiled.id, 'max_execution_ms', limitMs, times);
    } finally {
      terms.runsUntil(outer);
    }
  };
}

/** Whether the call's time or its caller may be what ended it. */
export function endedByHost({ stoppable }: CompiledFunction, { instance }: WasmSlot, error: unknown): boolean {
  const stopped = instance?.stopped ?? null;
  if (stopped === 'deadline' || stopped === 'cancelled' || !stoppable) return true;
  return (
    error instanceof WaitEnded ||
    error instanceof StartStopped ||
    (error instanceof HostError && (error.kind === 'Timeout' || error.kind === 'Canceled'))
  );
}
