/**
 * One call into one instance: under the entry's limit, counted from here, and the caller's deadline. Where its guest cannot be
 * stopped, what comes after its time is thrown away with its instance.
 */
import { onAbort } from '../abort.js';
import { ExitStatus } from '../component/guest-end.js';
import type { Instance, LiftTarget } from '../component/types.js';
import type { CompiledFunction } from '../engine/compiled.js';
import { HostError } from '../errors.js';
import type { GuardTerms } from '../instrument/guard.js';
import { timedOut } from '../timed-out.js';
import { newMap, type Value } from '../values.js';
import { WaitEnded, type WorldSpec } from '../wasi/types.js';
import { canceled } from './context.js';
import { makeInstance } from './new-instance.js';
import type { CallContext } from './types.js';
import type { WasmFunctionMeans, WasmSlot } from './wasm-types.js';
import { guestCaller, type ServedCall, sameSpec, type Worlds } from './worlds.js';

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

const NEVER = Number.POSITIVE_INFINITY;
const NOTHING_ELSE = { queueMs: 0, waitMs: 0 };

/** What calls of one function have in common. */
interface Terms extends Pick<WasmFunctionMeans, 'clock' | 'transport'> {
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

interface Invoker {
  readonly invoke: Invoke;
  /** Ends the waits of guests that are suspended: their calls are cancelled. */
  close(): void;
}

export function invoker(compiled: CompiledFunction, means: Omit<WasmFunctionMeans, 'pool'>): Invoker {
  const { clock, transport, isCancelled = () => false, spent = () => NOTHING_ELSE, around = null, worlds } = means;
  const { runsUntil = (deadlineMs) => deadlineMs } = means;
  const limitMs = compiled.entry.fields.limits.maxExecutionMs ?? NEVER;
  const terms: Terms = {
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

/** What ended the call, where that was not its guest. */
function reason(
  { compiled: { id }, clock, limitMs, spent }: Terms,
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

// --- guests that see nothing of the host ------------------------------------------------------------------------------

function inInstances(terms: Terms): Invoke {
  const { compiled, clock, transport, limitMs, now } = terms;
  const isCancelled = () => terms.isCancelled();
  const { index } = compiled.export;
  const unlimited: GuardTerms = { deadlineMs: NEVER, now, isCancelled };
  return (slot, args, target, context, sliceEnd = NEVER) => {
    const instance = slot.instance ?? makeInstance(slot, compiled, null);
    const deadline = context.deadline ?? NEVER;
    if (limitMs === NEVER && deadline === NEVER && sliceEnd === NEVER) {
      if (slot.armed) instance.arm(unlimited);
      slot.armed = false;
      try {
        return instance.call(index, transport.toArguments(args, compiled.export.function.type.params), target);
      } catch (error) {
        throw instance.stopped === 'cancelled' ? canceled(compiled.id) : error;
      }
    }
    const start = clock.now();
    const deadlineMs = Math.min(start + limitMs, deadline, sliceEnd);
    instance.arm({ deadlineMs, now, isCancelled });
    slot.armed = true;
    const outer = terms.runsUntil(deadlineMs);
    let answer: Value;
    try {
      answer = instance.call(index, transport.toArguments(args, compiled.export.function.type.params), target);
    } catch (error) {
      throw (endedByHost(compiled, slot, error) ? reason(terms, isCancelled, start, context) : null) ?? error;
    } finally {
      terms.runsUntil(outer);
    }
    const late = reason(terms, isCancelled, start, context);
    if (late === null) return answer;
    slot.spent = true;
    throw late;
  };
}

// --- guests that see a world, or wait -----------------------------------------------------------------------------------

function outward(terms: Terms, worlds: Worlds | null): Invoke {
  return (slot, args, target, context, sliceEnd) => {
    const call = () => callOutward(terms, worlds, slot, args, target, context, sliceEnd);
    // A call that takes handles goes to the instance that has them, whatever it sees.
    if (worlds === null || (slot.instance?.liveHandles ?? 0) > 0) return call();
    const spec = worlds.specFor(context);
    if (!(spec instanceof Promise)) {
      enterWorld(slot, spec, worlds);
      return call();
    }
    return spec.then((resolved) => {
      enterWorld(slot, resolved, worlds);
      return call();
    });
  };
}

/** An instance that saw something else is not entered again: another one takes its place. */
function enterWorld(slot: WasmSlot, spec: WorldSpec, worlds: Worlds): void {
  if (slot.world !== null && sameSpec(slot.world.spec, spec)) return;
  slot.world?.close();
  slot.instance = null;
  slot.counted = 0;
  slot.world = worlds.open(spec);
}

function callOutward(
  terms: Terms,
  worlds: Worlds | null,
  slot: WasmSlot,
  args: readonly Value[],
  target: LiftTarget,
  context: CallContext,
  sliceEnd?: number,
): Value | Promise<Value> {
  const { compiled, clock, transport, limitMs, now } = terms;
  const start = clock.now();
  const deadline = context.deadline ?? NEVER;
  const deadlineMs = Math.min(start + limitMs, deadline, sliceEnd ?? NEVER);
  const isCancelled = () =>
    context.signal?.aborted === true || terms.isCancelled(compiled.suspends ? context : undefined);
  const maySuspend = () => slot.instance?.maySuspend ?? false;
  const { world } = slot;
  let unwatch = () => {};
  let served: ServedCall | null = null;

  const finished = (answer: Value): Value => {
    const late = deadlineMs === NEVER ? null : reason(terms, isCancelled, start, context, waitedBy(slot));
    if (late === null) return served === null ? answer : served.answered();
    slot.spent = true;
    throw late;
  };
  const failed = (error: unknown): Value => {
    if (slot.instance === null) slot.spent = true;
    if (error instanceof ExitStatus) return exited(compiled, slot, error, target);
    const ended = endedByHost(compiled, slot, error);
    const why = ended ? reason(terms, isCancelled, start, context, waitedBy(slot)) : null;
    throw why ?? (error instanceof WaitEnded ? canceled(compiled.id) : error);
  };
  const left = () => {
    unwatch();
    world?.endCall();
  };
  if (world !== null && worlds !== null) {
    const callFunction = guestCaller(worlds.functions, context, deadlineMs, maySuspend);
    world.begin({ deadlineMs, isCancelled, callFunction, maySuspend });
    if (context.http !== undefined && compiled.servesHttp) served = worlds.serve(world, context.http);
  }
  const outer = terms.runsUntil(deadlineMs);
  let answer: Value | Promise<Value>;
  try {
    slot.instance ??= makeInstance(slot, compiled, world);
    slot.instance.arm({ deadlineMs, now, isCancelled });
    slot.armed = true;
    const { around } = terms;
    if (around !== null) slot.instance.aroundImports((run, may) => around(context, run, may));
    const { index, function: fn } = compiled.export;
    const values = served === null ? transport.toArguments(args, fn.type.params) : served.args;
    answer =
      context.standing === true || sliceEnd !== undefined
        ? slot.instance.call(index, values, target)
        : slot.instance.callLater(index, values, target);
  } catch (error) {
    left();
    return failed(error);
  } finally {
    terms.runsUntil(outer);
  }
  if (!(answer instanceof Promise)) {
    left();
    return finished(answer);
  }
  unwatch = watch(terms, slot.instance, context.signal, deadlineMs);
  return answer.finally(left).then(finished, failed);
}

/** Ends the waits of a guest that is suspended when its time is over, or nobody wants its answer any more. */
function watch(
  { clock, waits }: Terms,
  instance: Instance,
  signal: AbortSignal | null,
  deadlineMs: number,
): () => void {
  const end = () => instance.interrupt(new WaitEnded('the call is over'));
  let stopTimer = () => {};
  const look = () => {
    const leftMs = deadlineMs - clock.now();
    if (leftMs <= 0) end();
    else stopTimer = clock.after(leftMs, look); // timers have a longest time
  };
  if (deadlineMs !== NEVER) look();
  const unlisten = signal === null ? null : onAbort(signal, end);
  waits.add(end);
  return () => {
    waits.delete(end);
    stopTimer();
    unlisten?.();
  };
}

function waitedBy({ instance }: WasmSlot): number {
  return instance?.waitedMs ?? 0;
}

/** Whether the call's time or its caller may be what ended it. */
function endedByHost({ stoppable }: CompiledFunction, { instance }: WasmSlot, error: unknown): boolean {
  const stopped = instance?.stopped ?? null;
  if (stopped === 'deadline' || stopped === 'cancelled' || !stoppable) return true;
  return (
    error instanceof WaitEnded ||
    (error instanceof HostError && (error.kind === 'Timeout' || error.kind === 'Canceled'))
  );
}

/** A guest that exits has ended its call: with nothing to tell, or with an error. Rule: `wasi:cli/exit`. */
function exited(compiled: CompiledFunction, slot: WasmSlot, { status }: ExitStatus, target: LiftTarget): Value {
  slot.spent = true;
  if (status !== 0) {
    const text = `${compiled.id} exited with status ${status}`;
    throw new HostError('Internal', text, { retryable: false, details: { function: compiled.id, status } });
  }
  if (compiled.export.function.type.result?.kind !== 'result') return (target === 'js' ? undefined : null) as Value;
  const answer = newMap();
  answer.ok = true;
  return answer;
}
