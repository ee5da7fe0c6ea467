/** The request that a run serves, and how its module asks the host's thread. */

import { HostError } from '../../errors.js';
import type { HttpCall } from '../../io.js';
import { ByteString, type Value } from '../../values.js';
import type { Core, HttpReplyState, Run } from '../core.js';
import { type LuaState, lua_pushnil } from '../fengari.js';
import { headerList, takePending } from '../http-answer.js';
import { pushError } from '../raise.js';
import { moduleError, pushValue } from '../results.js';
import { askWhileWaiting } from './http-client-run.js';

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
    streams: false,
    refused: null,
  };
  return run.http;
}

/** Results of an operation, pushed for Lua; returns how many. */
type PushAnswer = (L: LuaState, answer: Value) => number;

/** Asks the host's thread. Where Lua can yield its task waits, else its thread stands still. What goes wrong is `nil, error`. */
export function askHost(core: Core, L: LuaState, op: string, args: readonly Value[], push: PushAnswer): number {
  return askWhileWaiting<Value>(core, L, `http (${op})`, (ask) => ask(op, ...args), push);
}

/** Hands what was written to the host. Answers nil, or an error. */
export function sendPending(core: Core, L: LuaState): number {
  const http = replyOf(core.task!.run);
  const bytes = takePending(http);
  const head = http.begun ? [] : headerList(http);
  http.begun = true;
  http.written = true;
  const args = [requestOf(core).exchange, http.status ?? 200, head, bytes];
  return askWhileWaiting<Value>(
    core,
    L,
    'http (http.send)',
    (ask) => ask('http.send', ...args),
    (state) => {
      lua_pushnil(state);
      return 1;
    },
    (state, thrown) => {
      if (!(thrown instanceof HostError)) throw thrown;
      pushError(core, state, thrown);
      return 1;
    },
  );
}

/** `value, nil`; bytes become a string. */
export function pushAnswer(core: Core, L: LuaState, value: Value): number {
  pushValue(core, L, value instanceof Uint8Array ? new ByteString(value) : value);
  lua_pushnil(L);
  return 2;
}
