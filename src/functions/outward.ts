/** One call of a guest that sees a world, or waits: its world is entered with it and left with it, whenever that is. */
import { onAbort } from '../abort.js';
import { ExitStatus } from '../component/guest-end.js';
import type { Instance, LiftTarget } from '../component/types.js';
import type { CompiledFunction } from '../engine/compiled.js';
import { HostError } from '../errors.js';
import { newMap, type Value } from '../values.js';
import { WaitEnded, type World, type WorldSpec } from '../wasi/types.js';
import { type CallTerms, endedByHost, type Invoke, limitHolders, NEVER, whyEnded } from './call-terms.js';
import { canceled } from './context.js';
import { makeInstance, StartStopped } from './new-instance.js';
import type { CallContext } from './types.js';
import type { WasmSlot } from './wasm-types.js';
import { guestCaller, type ServedCall, sameSpec, type Worlds } from './worlds.js';

export function outward(terms: CallTerms, worlds: Worlds | null): Invoke {
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

/** A call of a guest that sees a world, or waits. */
interface Outing {
  readonly terms: CallTerms;
  readonly slot: WasmSlot;
  readonly world: World | null;
  readonly target: LiftTarget;
  readonly context: CallContext;
  readonly start: number;
  readonly deadlineMs: number;
  readonly isCancelled: () => boolean;
  /** null: it answers no request. */
  served: ServedCall | null;
}

function callOutward(
  terms: CallTerms,
  worlds: Worlds | null,
  slot: WasmSlot,
  args: readonly Value[],
  target: LiftTarget,
  context: CallContext,
  sliceEnd?: number,
): Value | Promise<Value> {
  const { compiled, clock, limitMs } = terms;
  const { world } = slot;
  const start = clock.now();
  const deadlineMs = Math.min(start + limitMs, context.deadline ?? NEVER, sliceEnd ?? NEVER);
  const isCancelled = () =>
    context.signal?.aborted === true || terms.isCancelled(compiled.suspends ? context : undefined);
  const outing: Outing = { terms, slot, world, target, context, start, deadlineMs, isCancelled, served: null };
  if (world !== null && worlds !== null) begin(outing, world, worlds);
  const outer = terms.runsUntil(deadlineMs);
  let answer: Value | Promise<Value>;
  try {
    answer = enter(outing, args, context.standing === true || sliceEnd !== undefined);
  } catch (error) {
    world?.endCall();
    return failed(outing, error);
  } finally {
    terms.runsUntil(outer);
  }
  if (answer instanceof Promise) return later(outing, answer);
  world?.endCall();
  return finished(outing, answer);
}

function begin(outing: Outing, world: World, worlds: Worlds): void {
  const { slot, context, deadlineMs, isCancelled } = outing;
  const maySuspend = () => slot.instance?.maySuspend ?? false;
  const callFunction = guestCaller(worlds.functions, context, deadlineMs, maySuspend);
  world.begin({ deadlineMs, isCancelled, callFunction, maySuspend });
  if (context.http !== undefined && outing.terms.compiled.servesHttp) outing.served = worlds.serve(world, context.http);
}

/** @param atOnce its guest does not suspend */
function enter(outing: Outing, args: readonly Value[], atOnce: boolean): Value | Promise<Value> {
  const { terms, slot, world, target, context, deadlineMs, isCancelled, served } = outing;
  const { compiled, transport, around, now } = terms;
  const guest = { deadlineMs, now, isCancelled };
  slot.instance ??= makeInstance(slot, compiled, world, guest);
  limitHolders(terms, slot.instance);
  slot.instance.arm(guest);
  slot.armed = true;
  if (around !== null) slot.instance.aroundImports((run, may) => around(context, run, may));
  const { index, function: fn } = compiled.export;
  const values = served === null ? transport.toArguments(args, fn.type.params) : served.args;
  return atOnce ? slot.instance.call(index, values, target) : slot.instance.callLater(index, values, target);
}

function later(outing: Outing, answer: Promise<Value>): Promise<Value> {
  const { terms, slot, world, context, deadlineMs } = outing;
  const unwatch = watch(terms, slot.instance as Instance, context.signal, deadlineMs);
  const left = () => {
    unwatch();
    world?.endCall();
  };
  return answer.finally(left).then(
    (value) => finished(outing, value),
    (error: unknown) => failed(outing, error),
  );
}

function finished(outing: Outing, answer: Value): Value {
  const { slot, served } = outing;
  const late = outing.deadlineMs === NEVER ? null : outingEnded(outing);
  if (late === null) return served === null ? answer : served.answered();
  slot.spent = true;
  throw late;
}

function failed(outing: Outing, error: unknown): Value {
  const { slot, target } = outing;
  const { compiled } = outing.terms;
  if (slot.instance === null) slot.spent = true;
  if (error instanceof ExitStatus) return exited(compiled, slot, error, target);
  const why = endedByHost(compiled, slot, error) ? outingEnded(outing) : null;
  throw why ?? (error instanceof WaitEnded || error instanceof StartStopped ? canceled(compiled.id) : error);
}

function outingEnded({ terms, slot, context, start, isCancelled }: Outing): HostError | null {
  return whyEnded(terms, isCancelled, start, context, slot.instance?.waitedMs ?? 0);
}

/** Ends the waits of a guest that is suspended when its time is over, or nobody wants its answer any more. */
function watch(
  { clock, waits }: CallTerms,
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
