/**
 * Futures: the answer of a call that goes on beside its caller. A future has one channel, which gives the answer once: a
 * payload, or the error object itself. A task sees that a call is over only after it has yielded, also when the function
 * answered at once, so that a script does not depend on how fast its functions are.
 */

import { HostBug, HostError } from '../../errors.js';
import type { Value } from '../../values.js';
import { Channel, closeChannel, feedLast } from '../channel.js';
import type { Core, Run } from '../core.js';
import { type LuaState, lua_pushboolean, lua_pushnil } from '../fengari.js';
import { TAG, TValue } from '../internals.js';
import { PAYLOAD_FORMATS, Payload } from '../payload.js';
import { addLeftover } from '../run-end.js';
import { stopRun } from '../scheduler.js';
import { innermostPlace } from '../stack.js';
import { defineClass } from '../userdata.js';

const CAPACITY = 1;

type Outcome =
  | { readonly payload: Payload; readonly error: null }
  | { readonly payload: null; readonly error: HostError };

class Future {
  readonly channel: Channel;
  /** Stops the callee. */
  readonly canceler: AbortController;
  /** `script.lua:3` of the call. */
  readonly place: string | null;
  outcome: Outcome | null = null;
  /** Set by `cancel`; beats the outcome. */
  cancellation: HostError | null = null;

  constructor(channel: Channel, canceler: AbortController, place: string | null) {
    this.channel = channel;
    this.canceler = canceler;
    this.place = place;
  }
}

/** Starts a call and gives its future. `start` is handed the signal that stops it. */
export function startFuture(core: Core, L: LuaState, start: (signal: AbortSignal) => Value | Promise<Value>): Future {
  const { run } = core.task!;
  const channel = new Channel(CAPACITY, run);
  channel.fed = true;
  const future = new Future(channel, new AbortController(), innermostPlace(L));
  const finish = (outcome: Outcome): void => {
    // Its turn goes on.
    if (run.interrupted.length > 0) run.afterTurn.push(() => finish(outcome));
    else complete(core, future, outcome);
  };
  let answer: Value | Promise<Value>;
  try {
    answer = start(future.canceler.signal);
  } catch (thrown) {
    const outcome = failed(thrown);
    run.afterTurn.push(() => finish(outcome));
    return future;
  }
  if (answer instanceof Promise) finishLater(core, run, future, answer, finish);
  else {
    const outcome = done(answer);
    run.afterTurn.push(() => finish(outcome));
  }
  return future;
}

/** A run that fails or is stopped takes its calls with it; one that returns lets them end by themselves. */
function finishLater(
  core: Core,
  run: Run,
  future: Future,
  answer: Promise<Value>,
  finish: (outcome: Outcome) => void,
): void {
  const release = addLeftover(run, (runFailed) => {
    if (runFailed) future.canceler.abort(canceledError());
  });
  answer.then(
    (value) => {
      release();
      finish(done(value));
    },
    (thrown: unknown) => {
      release();
      if (thrown instanceof HostBug) stopRun(core, run, thrown);
      else finish(failed(thrown));
    },
  );
}

function canceledError(): HostError {
  return new HostError('Canceled', 'canceled', { retryable: false });
}

function done(value: Value): Outcome {
  return { payload: new Payload(PAYLOAD_FORMATS.LUA, value), error: null };
}

/** @throws HostBug: a bug of the host is no answer */
function failed(thrown: unknown): Outcome {
  if (thrown instanceof HostBug) throw thrown;
  if (thrown instanceof HostError) return { payload: null, error: thrown };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { payload: null, error: new HostError('Internal', message, { cause: thrown }) };
}

function complete(core: Core, future: Future, outcome: Outcome): void {
  if (future.cancellation !== null) return;
  future.outcome = outcome;
  const { error, payload } = outcome;
  if (error !== null && future.place !== null) error.luaStack ??= `${future.place}: in function 'async'`;
  const answer = new TValue(TAG.USERDATA, core.userdata.of(core.L, error ?? payload));
  feedLast(core, future.channel, answer);
}

/** Makes futures usable in Lua. Called once per VM, with module `funcs`. */
export function defineFutureClass(core: Core): void {
  const self: (L: LuaState) => Future = defineClass(core, 'future', Future, {
    response: (L) => pushChannel(core, L, self(L)),
    channel: (L) => pushChannel(core, L, self(L)),
    is_complete: (L) => pushBoolean(L, self(L).cancellation !== null || self(L).outcome !== null),
    is_canceled: (L) => pushBoolean(L, self(L).cancellation !== null),
    result: (L) => {
      const { payload, error } = seen(self(L));
      pushOrNil(core, L, payload);
      pushOrNil(core, L, error);
      return 2;
    },
    error: (L) => {
      const { error } = seen(self(L));
      pushOrNil(core, L, error);
      pushBoolean(L, error !== null);
      return 2;
    },
    cancel: (L) => {
      cancel(core, self(L));
      pushBoolean(L, true);
      lua_pushnil(L);
      return 2;
    },
  });
}

/** Cancelled beats answered. */
function seen(future: Future): { readonly payload: Payload | null; readonly error: HostError | null } {
  if (future.cancellation !== null) return { payload: null, error: future.cancellation };
  return future.outcome ?? PENDING;
}

const PENDING = { payload: null, error: null };

function cancel(core: Core, future: Future): void {
  if (future.cancellation !== null) return;
  future.cancellation = canceledError();
  if (future.outcome === null) future.canceler.abort(future.cancellation);
  future.channel.buffer.clear();
  closeChannel(core, future.channel);
}

function pushChannel(core: Core, L: LuaState, { channel }: Future): number {
  core.userdata.push(L, channel);
  return 1;
}

function pushOrNil(core: Core, L: LuaState, object: object | null): void {
  if (object === null) lua_pushnil(L);
  else core.userdata.push(L, object);
}

function pushBoolean(L: LuaState, value: boolean): number {
  lua_pushboolean(L, value);
  return 1;
}
