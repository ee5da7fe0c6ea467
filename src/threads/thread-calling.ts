/** Calls that code on a thread makes: here, where that beats handing them over, or elsewhere, where they would hold others up. */
import { canceled } from '../functions/context.js';
import { learn, SHORT_MS, usuallyBelow } from '../functions/habits.js';
import type { CallContext, CallSender, FunctionShape } from '../functions/types.js';
import type { Value } from '../values.js';
import { RECALLS } from './control.js';
import { forward, forwarding } from './forward.js';
import { openOutcome } from './outcome.js';
import { isPacked, type WireArgs } from './packed-value.js';
import { type Local, type Runner, returnSeats } from './runner-state.js';
import { localOf } from './thread-functions.js';

/** Short, for turns of Lua and for calls beside their callers: what waits for a core now and then is no longer for that. */
const SHORT_TURN_MS = 1;
const TURN_CAP_MS = 2;
const LONG_TURN_MS = 50;

export function call(runner: Runner, id: string, args: readonly Value[], context: CallContext): Value | Promise<Value> {
  heedRecalls(runner);
  const local = typeof id === 'string' ? localOf(runner, id) : null;
  if (local?.fn != null && !isPacked(args) && runsHere(runner, local, context)) {
    if (local.average === null) return runner.table.call(id, args, context);
    if (local.definition.kind === 'lua') {
      const { signal, deadline } = context;
      const { cutTurns } = runner;
      const isCut = () =>
        signal?.aborted === true ||
        runner.cutTurns !== cutTurns ||
        (deadline !== null && runner.clock.now() >= deadline);
      return learningTurn(local.average, () => runner.table.call(id, args, context), isCut);
    }
    const start = performance.now();
    runner.queueMs = 0;
    runner.waitMs = 0;
    const result = callHere(runner, id, args, context);
    if (!(result instanceof Promise)) learn(local.average, performance.now() - start);
    return result;
  }
  const direct = local === null ? null : runner.laneCaller.call(local, id, args, context);
  if (direct !== null) return direct;
  const answer = forward(runner, id, args, context, { beside: context.beside === true });
  return local?.definition.kind === 'wasm' ? answer.finally(runner.laneCaller.ended) : answer;
}

/** Others wait for seats that this thread has borrowed. */
export function heedRecalls(runner: Runner): void {
  const recalls = Atomics.load(runner.link.control, RECALLS);
  if (recalls === runner.recallsSeen) return;
  runner.recallsSeen = recalls;
  returnSeats(runner);
}

/** The way of a call that leaves this thread whatever seats are free: packed as it is told, and so is its answer. */
export function sender(runner: Runner, id: string, args: number, context: CallContext): CallSender | null {
  heedRecalls(runner);
  const local = localOf(runner, id);
  if (local.fn !== null && mayRunHere(runner, local, context) !== 'no') return null;
  const sink = runner.packer.begin();
  sink.array(args);
  return { sink, send: () => call(runner, id, runner.packer.packed() as WireArgs as readonly Value[], context) };
}

/** A guest that Lua or another guest calls ends with the call that it is part of. */
function callHere(runner: Runner, id: string, args: readonly Value[], context: CallContext): Value | Promise<Value> {
  const before = runner.current;
  runner.current = context.threadCall ?? before;
  try {
    return runner.table.call(id, args, context);
  } finally {
    runner.current = before;
  }
}

/** A call from where Lua cannot yield, or of a guest: this thread stands still for it, and its other tasks with it. */
export function callStanding(
  runner: Runner,
  id: string,
  args: readonly Value[],
  context: CallContext,
): Value | Promise<Value> {
  const local = localOf(runner, id);
  if (local.fn !== null && runsHere(runner, local, context, true))
    return callHere(runner, id, args, { ...context, standing: true });
  // It ends by itself at its deadline, and when its caller is cancelled, by being given up.
  const terms = { deadlineMs: Number.POSITIVE_INFINITY, isCancelled: () => runner.isCancelled(context) };
  const outcome = runner.mailbox.askWithin(forwarding(id, args, context, { standing: true }), terms, false);
  if (outcome === null) throw canceled(id);
  return openOutcome(outcome);
}

/** Also of functions that this thread forwards. */
export function shapeOf(runner: Runner, id: string): FunctionShape | null {
  const { definition } = localOf(runner, id);
  if (definition.kind === 'host') return definition.shape;
  return runner.table.shapeOf?.(id) ?? null;
}

/**
 * Runs what goes on until it waits: so long it holds up its thread.
 * @param isCut asked afterwards: who gave it up does not know how long it would have gone on
 */
export function learningTurn<T>(average: Float64Array | null, run: () => T, isCut: () => boolean): T {
  if (average === null) return run();
  const start = performance.now();
  try {
    return run();
  } finally {
    const ms = performance.now() - start;
    if (isCut()) learn(average, Math.max(ms, LONG_TURN_MS));
    else learn(average, ms < LONG_TURN_MS ? Math.min(ms, TURN_CAP_MS) : ms);
  }
}

/**
 * Whether a call is made on this thread: always where its handles live here; where it is new to a fresh instance, short, or holds
 * nobody up; never where nothing could stop it. Where somebody means to go on meanwhile, only what is short and ends with its slice:
 * a short guest may loop one day. Handing all of those calls over would take 4 to 7 times as long.
 *
 * @param standing this thread stands still for it anyway
 */
function runsHere(runner: Runner, local: Local, context: CallContext, standing = false): boolean {
  const may = mayRunHere(runner, local, context, standing);
  return may === 'yes' || (may === 'seated' && local.pool!.borrow());
}

/** - 'seated': where it gets a seat of its pool. */
function mayRunHere(
  runner: Runner,
  { definition, average }: Local,
  context: CallContext,
  standing = false,
): 'yes' | 'seated' | 'no' {
  const beside = context.beside === true && !standing;
  const alone = !beside && runner.luaCalls <= 1 && runner.lua.waitingTasks() === 0;
  if (definition.kind === 'wasm') {
    if (definition.handles) return 'yes';
    // It would hold up its caller's other tasks.
    if (definition.waits && !definition.suspends && !standing) return 'no';
    const { limits, pool: config } = definition.entry.fields;
    const bounded =
      limits.maxExecutionMs !== null || context.deadline !== null || context.options.timeoutMs !== undefined;
    if (bounded && !definition.guarded) return 'no';
    const short = usuallyBelow(average, beside ? SHORT_TURN_MS : SHORT_MS) && definition.guarded;
    if (beside && !(short && definition.repeatable)) return 'no';
    if (config.type === 'inline' || isInside(definition, context)) return 'yes';
    return short || alone ? 'seated' : 'no';
  }
  // Lua may have to wait, which it cannot on a thread that stands still for it.
  if (definition.kind !== 'lua' || standing) return 'no';
  if (beside && !usuallyBelow(average, SHORT_TURN_MS)) return 'no';
  if (definition.entry.fields.pool.type === 'inline' || isInside(definition, context)) return 'yes';
  return alone || beside ? 'seated' : 'no';
}

/** It was called, through others, by a call of itself. */
function isInside({ id }: { readonly id: string }, { chain }: CallContext): boolean {
  return chain.includes(id);
}
