/** Calls that the host sends to a thread: guests run to their end, Lua beside other Lua. */
import { HostBug } from '../errors.js';
import { learn } from '../functions/habits.js';
import { forEachHandle } from '../functions/handle-scope.js';
import type { CallContext } from '../functions/types.js';
import type { Value } from '../values.js';
import { BEGUN, GIVEN_UP, STARTED } from './control.js';
import { type ArgumentHandles, argumentHandles, callGiven } from './given-handles.js';
import { failedWith, fromWireContext, succeeded, unexpected } from './outcome.js';
import { openArgs } from './packed-value.js';
import { type Local, type Runner, returnSeats } from './runner-state.js';
import type { GivenSeat } from './seat-pool.js';
import { learningTurn } from './thread-calling.js';
import { asCall, localOf } from './thread-functions.js';
import type { HostMessage, ThreadMessage, WireOutcome } from './wire.js';

const NOTHING = (): void => {};

export type CallMessage = Extract<HostMessage, { kind: 'call' }>;

export function startCall(runner: Runner, message: CallMessage): void {
  const seat: GivenSeat = { seat: message.seat, spent: false };
  let local: Runnable;
  try {
    local = runnableOf(runner, message.id);
  } catch (error) {
    // The thread has other calls, which go on.
    begin(runner, message.call);
    answer(runner, message.call, failedWith(error), message.target === 'js', seat, -1);
    return;
  }
  const queuedMs = Math.max(0, runner.clock.now() - message.since);
  const context = fromWireContext(message.context, null);
  const { definition } = local;
  const handles =
    definition.kind === 'wasm' && definition.handles && message.target === 'js' ? argumentHandles(runner) : null;
  const callWith = (inner: CallContext) => callInSeat(local, message, inner, seat, handles);
  if (local.definition.kind === 'lua') {
    const { deadline } = context;
    const run = (signal: AbortSignal) => {
      const isCut = () => signal.aborted || (deadline !== null && runner.clock.now() >= deadline);
      const inner = { ...context, signal, threadCall: message.call, queuedMs };
      return learningTurn(local.average, () => callWith(inner), isCut);
    };
    runLua(runner, message.call, run, message.target === 'js', seat);
    return;
  }
  if (local.definition.kind === 'wasm' && local.definition.suspends) {
    runSuspending(runner, message, queuedMs, callWith, context, seat, handles);
    return;
  }
  runAlone(runner, local, message, () => callWith(context), message.target === 'js', seat, handles);
}

/** A method of a resource that TypeScript holds: a guest's call, without a pool. */
export function startMethod(runner: Runner, message: Extract<HostMessage, { kind: 'method' }>): void {
  const seat: GivenSeat = { seat: -1, spent: false };
  const handles = argumentHandles(runner);
  runAlone(runner, null, message, () => callGiven(runner, message, handles), true, seat, handles);
}

/** A guest's call from its beginning to its answer: nothing else runs meanwhile. */
function runAlone(
  runner: Runner,
  local: Local | null,
  { call, since }: Pick<CallMessage, 'call' | 'since'>,
  run: () => Value | Promise<Value>,
  plain: boolean,
  seat: GivenSeat,
  handles: ArgumentHandles | null,
): void {
  const queuedMs = Math.max(0, runner.clock.now() - since);
  begin(runner, call);
  runner.calls.set(call, { canceled: false, abort: NOTHING });
  const { outcome, ranMs } = runGuest(runner, local, call, queuedMs, run);
  runner.calls.delete(call);
  answer(runner, call, outcome, plain, seat, ranMs, handles);
}

type Runnable = Local & { readonly fn: NonNullable<Local['fn']>; readonly pool: NonNullable<Local['pool']> };

/** @throws HostError, HostBug: it cannot be made here */
function runnableOf(runner: Runner, id: string): Runnable {
  try {
    const local = localOf(runner, id);
    if (local.fn === null || local.pool === null) throw new HostBug(`${id} was sent to a thread that cannot run it`);
    return local as Runnable;
  } catch (error) {
    throw unexpected(error, `${id} was made on a thread`);
  }
}

function callInSeat(
  { fn, pool }: Runnable,
  { args, target }: CallMessage,
  context: CallContext,
  seat: GivenSeat,
  handles: ArgumentHandles | null = null,
): Value | Promise<Value> {
  pool.give(seat);
  try {
    return fn.callAs(openArgs(args, handles?.in), context, target);
  } finally {
    pool.give(null); // arguments may have been refused before it was taken: the next call is another one
  }
}

/** A guest has the thread alone until it has answered. */
function runGuest(
  runner: Runner,
  local: Local | null,
  call: number,
  queuedMs: number,
  run: () => Value | Promise<Value>,
): { outcome: WireOutcome; ranMs: number } {
  const before = runner.current;
  runner.current = call;
  runner.queueMs = queuedMs;
  runner.waitMs = 0;
  const ended = outcomeOf(run);
  runner.current = before;
  const average = local?.average ?? null;
  if (average !== null && !ended.outcome.failed) learn(average, ended.ranMs);
  return ended;
}

/** A call that came over a lane, as part of the call by which the host has the lane served. */
export function runOverLane(
  runner: Runner,
  call: number,
  message: CallMessage,
): Extract<ThreadMessage, { kind: 'answer' }> {
  const seat: GivenSeat = { seat: message.seat, spent: false };
  let local: Runnable;
  try {
    local = runnableOf(runner, message.id);
  } catch (error) {
    return { kind: 'answer', call: message.call, outcome: failedWith(error), spent: false, ranMs: -1 };
  }
  const queuedMs = Math.max(0, runner.clock.now() - message.since);
  const run = () => callInSeat(local, message, fromWireContext(message.context, null), seat);
  const { outcome, ranMs } = runGuest(runner, local, call, queuedMs, run);
  return { kind: 'answer', call: message.call, outcome, spent: seat.spent, ranMs };
}

/** @throws Error where the host has given this thread up: the call is made elsewhere, and the thread ends */
export function begin({ link: { control } }: Pick<Runner, 'link'>, call: number): void {
  Atomics.store(control, STARTED, call);
  if (Atomics.load(control, GIVEN_UP) === 1) throw new Error('the host has given this thread up');
  Atomics.add(control, BEGUN, 1);
}

/** A guest that suspends where it waits: others have their turn on this thread meanwhile. */
function runSuspending(
  runner: Runner,
  { call, target }: CallMessage,
  queuedMs: number,
  run: (inner: CallContext) => Value | Promise<Value>,
  context: CallContext,
  seat: GivenSeat,
  handles: ArgumentHandles | null,
): void {
  begin(runner, call);
  const controller = new AbortController();
  runner.calls.set(call, { canceled: false, abort: () => controller.abort(), queuedMs });
  const end = (outcome: WireOutcome) => {
    runner.calls.delete(call);
    answer(runner, call, outcome, target === 'js', seat, -1, handles);
  };
  const inner = { ...context, signal: controller.signal, threadCall: call };
  try {
    const result = asCall(runner, call, () => run(inner));
    if (!(result instanceof Promise)) {
      end(succeeded(result));
      return;
    }
    result.then(
      (value) => end(succeeded(value)),
      (error: unknown) => end(failedWith(error)),
    );
  } catch (error) {
    end(failedWith(error));
  }
}

function outcomeOf(run: () => Value | Promise<Value>): { outcome: WireOutcome; ranMs: number } {
  const start = performance.now();
  let outcome: WireOutcome;
  try {
    outcome = succeeded(run() as Value);
  } catch (error) {
    outcome = failedWith(error);
  }
  return { outcome, ranMs: performance.now() - start };
}

function answer(
  runner: Runner,
  call: number,
  outcome: WireOutcome,
  plain: boolean,
  seat: GivenSeat | null,
  ranMs: number,
  handles: ArgumentHandles | null = null,
): void {
  const isLost = handles?.settle() ?? false;
  const spent = isLost || (seat?.spent ?? false);
  try {
    runner.mailbox.send(
      { kind: 'answer', call, outcome, spent, ranMs },
      plain,
      handles === null ? null : runner.given.out,
    );
  } catch (error) {
    // Nobody received the handles in it.
    forEachHandle(outcome.value, (handle) => handle.drop());
    runner.mailbox.send({ kind: 'answer', call, outcome: failedWith(error), spent, ranMs });
  }
}

export function runLua(
  runner: Runner,
  call: number,
  run: (signal: AbortSignal) => Value | Promise<Value>,
  plain = false,
  seat: GivenSeat | null = null,
): void {
  begin(runner, call);
  const controller = new AbortController();
  runner.calls.set(call, { canceled: false, abort: () => controller.abort() });
  runner.luaCalls++;
  const end = (outcome: WireOutcome) => {
    runner.calls.delete(call);
    if (--runner.luaCalls === 0) {
      returnSeats(runner);
      runner.laneCaller.leave();
    }
    answer(runner, call, outcome, plain, seat, -1);
  };
  let result: Value | Promise<Value>;
  try {
    result = run(controller.signal);
  } catch (error) {
    end(failedWith(error));
    return;
  }
  if (!(result instanceof Promise)) {
    end(succeeded(result));
    return;
  }
  result.then(
    (value) => end(succeeded(value)),
    (error: unknown) => end(failedWith(error)),
  );
}
