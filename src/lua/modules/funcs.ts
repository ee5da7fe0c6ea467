/**
 * `funcs`: calls of registry functions. A call answers at once where the function does; otherwise its task waits. What
 * goes wrong comes back as `nil, error`; only wrong use of this module raises.
 */

import { HostBug, HostError } from '../../errors.js';
import { malformedId } from '../../function-id.js';
import type { CallContext, CallSender } from '../../functions/types.js';
import type { Value } from '../../values.js';
import type { Core, Wait } from '../core.js';
import { crossingError } from '../crossing.js';
import { type LuaFunction, type LuaState, lua_gettop, lua_pushnil, luaL_checkstring, to_jsstring } from '../fengari.js';
import { TAG, type TString } from '../internals.js';
import { isAllowed } from '../permission.js';
import { isLuaUnwinding, pushError } from '../raise.js';
import { moduleError } from '../results.js';
import { callContextOf } from '../run-end.js';
import { isString, slotAt } from '../table-access.js';
import type { LibraryFields } from '../tables.js';
import { canWait, waitForPromise } from '../waits.js';
import { type CallAt, executorClass } from './funcs-executor.js';
import { defineFutureClass, startFuture } from './future.js';

export function funcsModule(core: Core): LibraryFields {
  defineFutureClass(core);
  const idAt = idReader(core);
  const call = callFunction(core, idAt);
  const async = asyncFunction(core, idAt);
  return {
    call: (L) => call(L, 1, callContextOf(core.task!.run)),
    async: (L) => async(L, 1, callContextOf(core.task!.run)),
    new: executorClass(core, call, async),
  };
}

function callFunction(core: Core, idAt: IdAt): CallAt {
  const finish = makeFinish(core);
  return (L, idIndex, context) => {
    const id = idAt(L, idIndex);
    let answer: Value | Promise<Value>;
    try {
      if (typeof id !== 'string') throw id.problem();
      const { functions } = core.options;
      const stands = functions.callNow !== undefined && !canWait(core, L);
      const sender = stands ? null : toldSender(core, L, id, idIndex, context);
      const args = sender === null ? argumentsOf(core, L, id, idIndex) : [];
      checkPermission(core, id);
      if (sender !== null) answer = sender.send();
      else answer = stands ? functions.callNow!(id, args, context) : functions.call(id, args, context);
    } catch (thrown) {
      return pushFailure(core, L, thrown);
    }
    if (answer instanceof Promise) return waitForPromise(core, L, `the call of ${id}`, answer, finish);
    return pushResult(core, L, id, answer);
  };
}

/** As {@link callFunction}, without waiting: `future, nil`, or `nil, error` for what is wrong with the call itself. */
function asyncFunction(core: Core, idAt: IdAt): CallAt {
  return (L, idIndex, context) => {
    const id = idAt(L, idIndex);
    try {
      if (typeof id !== 'string') throw id.problem();
      const args = argumentsOf(core, L, id, idIndex);
      checkPermission(core, id);
      const { functions } = core.options;
      core.userdata.push(
        L,
        startFuture(core, L, (signal) =>
          functions.call(id, args, { ...context, signal, beside: true, standing: false }),
        ),
      );
    } catch (thrown) {
      return pushFailure(core, L, thrown);
    }
    lua_pushnil(L);
    return 2;
  };
}

/**
 * A sender that has the call's arguments, where the call leaves this thread. null: it does not, or what is wrong with the arguments
 * is told by reading them as values.
 */
function toldSender(core: Core, L: LuaState, id: string, idIndex: number, context: CallContext): CallSender | null {
  const top = lua_gettop(L);
  if (core.options.functions.sender === undefined || !hasTable(L, idIndex + 1, top)) return null;
  const sender = core.options.functions.sender(id, top - idIndex, context);
  if (sender === null) return null;
  try {
    for (let index = idIndex + 1; index <= top; index++) core.transcoder.tell(L, index, sender.sink);
    return sender;
  } catch {
    return null;
  }
}

/** Where no argument is large there is nothing to gain. */
function hasTable(L: LuaState, first: number, last: number): boolean {
  for (let index = first; index <= last; index++) if (slotAt(L, index)?.type === TAG.TABLE) return true;
  return false;
}

function argumentsOf(core: Core, L: LuaState, id: string, idIndex: number): Value[] {
  const args: Value[] = [];
  const top = lua_gettop(L);
  for (let index = idIndex + 1; index <= top; index++) args.push(argument(core, L, index, id, index - idIndex));
  return args;
}

function checkPermission(core: Core, id: string): void {
  if (isAllowed(core.task!.run.context, 'funcs.call', id)) return;
  throw moduleError('PermissionDenied', `not allowed: ${id}`);
}

function makeFinish(core: Core): Wait['finish'] {
  return (L, wait) => {
    if (wait.failure !== undefined) return pushFailure(core, L, wait.failure);
    return pushResult(core, L, wait.what, wait.value as Value);
  };
}

function pushResult(core: Core, L: LuaState, what: string, value: Value): number {
  try {
    core.transcoder.toLua(L, value);
  } catch (thrown) {
    return pushFailure(core, L, crossingError(thrown, `${what}: result`, null));
  }
  lua_pushnil(L);
  return 2;
}

/** `nil, error`. @throws what is not a HostError: a bug of the host is no result of a call */
export function pushFailure(core: Core, L: LuaState, thrown: unknown): number {
  if (isLuaUnwinding(thrown) || thrown instanceof HostBug) throw thrown;
  const error =
    thrown instanceof HostError
      ? thrown
      : new HostError('Internal', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  lua_pushnil(L);
  pushError(core, L, error);
  return 2;
}

function argument(core: Core, L: LuaState, index: number, id: string, position: number): Value {
  try {
    return core.transcoder.toGo(L, index);
  } catch (thrown) {
    throw crossingError(thrown, `${id}: argument`, position, core.options.functions.shapeOf?.(id) ?? null);
  }
}

interface BadId {
  readonly problem: () => HostError;
}

type IdAt = (L: LuaState, index: number) => string | BadId;

/** Reads and checks an ID, once per Lua string. */
function idReader(core: Core): IdAt {
  const known = new WeakMap<TString, string | BadId>();
  return (L, index) => {
    const slot = slotAt(L, index);
    const key = slot !== undefined && isString(slot) ? (slot.value as TString) : null;
    const before = key === null ? undefined : known.get(key);
    if (before !== undefined) return before;
    const id = checkId(core, to_jsstring(luaL_checkstring(L, index), undefined, undefined, true));
    if (key !== null) known.set(key, id);
    return id;
  };
}

/** Each use of a bad ID has an error of its own, with its own stack. */
function checkId(core: Core, id: string): string | BadId {
  if (malformedId(id, () => []) === null) return id;
  return { problem: () => malformedId(id, () => functionIds(core))! };
}

function functionIds(core: Core): string[] {
  const { entries = [] } = core.options.registry?.() ?? {};
  return entries.flatMap(({ id, kind }) => (kind.startsWith('function.') ? [id] : []));
}

export type { LuaFunction };
