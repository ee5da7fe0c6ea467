/** The request that a run serves, and how its module asks the host's thread. */

import type { HttpCall, IoClient } from '../../io.js';
import { ByteString, type Value } from '../../values.js';
import type { Core, HttpReplyState, Run, Wait } from '../core.js';
import { type LuaState, lua_pushnil } from '../fengari.js';
import { headerList, takePending } from '../http-answer.js';
import { moduleError, pushNilAnd, pushValue } from '../results.js';
import { addLeftover } from '../run-end.js';
import { canWait, waitForPromise } from '../waits.js';

/** The request of the run that executes now. @throws HostError Internal, outside of an endpoint's call */
export function requestOf(core: Core): HttpCall {
  const { http } = core.task!.run.context;
  if (http === undefined) throw moduleError('Internal', 'no HTTP request context found');
  return http;
}

export function replyOf(run: Run): HttpReplyState {
  run.http ??= {
    status: null,
    headers: [],
    pending: [],
    pendingBytes: 0,
    written: false,
    begun: false,
  };
  return run.http;
}

const clients = new WeakMap<Run, IoClient>();

function clientOf(core: Core, run: Run): IoClient {
  const known = clients.get(run);
  if (known !== undefined) return known;
  const { io } = core.options;
  if (io === undefined) throw moduleError('Unavailable', 'this host gives its Lua no way to the network');
  const made = io.open({
    id: run.name,
    deadlineMs: run.meter.deadlineMs ?? Number.POSITIVE_INFINITY,
    isCancelled: () => run.aborted !== null,
  });
  clients.set(run, made);
  addLeftover(run, () => made.end());
  return made;
}

/** Results of an operation, pushed for Lua; returns how many. */
type PushAnswer = (L: LuaState, answer: Value) => number;

/**
 * Asks the host's thread. Where Lua can yield its task waits, else its thread stands still. What goes wrong is `nil, error`.
 */
export function askHost(core: Core, L: LuaState, op: string, args: readonly Value[], push: PushAnswer): number {
  const client = clientOf(core, core.task!.run);
  if (!canWait(core, L)) {
    try {
      return push(L, client.callNow(op, ...args));
    } catch (thrown) {
      return pushNilAnd(core, L, thrown);
    }
  }
  const finish: Wait['finish'] = (state, wait) => {
    try {
      if (wait.failure !== undefined) throw wait.failure;
      return push(state, wait.value as Value);
    } catch (thrown) {
      return pushNilAnd(core, state, thrown);
    }
  };
  return waitForPromise(core, L, `http (${op})`, client.call(op, args), finish);
}

/** Hands what was written to the host. */
export function sendPending(core: Core, L: LuaState): number {
  const http = replyOf(core.task!.run);
  const bytes = takePending(http);
  const head = http.begun ? [] : headerList(http);
  http.begun = true;
  http.written = true;
  const args = [requestOf(core).exchange, http.status ?? 200, head, bytes];
  return askHost(core, L, 'http.send', args, (state) => {
    lua_pushnil(state);
    return 1;
  });
}

/** `value, nil`; bytes become a string. */
export function pushAnswer(core: Core, L: LuaState, value: Value): number {
  pushValue(core, L, value instanceof Uint8Array ? new ByteString(value) : value);
  lua_pushnil(L);
  return 2;
}
