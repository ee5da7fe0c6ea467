/**
 * A `function.lua` as a callable. Its main chunk runs once, at the first call; what it returns is the function, or a
 * table that has it. Each call is a run of its own, and finds the globals as the main chunk has left them.
 */

import { HostError } from '../errors.js';
import type { CallContext } from '../functions/types.js';
import { TranscodeError } from '../transcoder/error.js';
import type { Value } from '../values.js';
import { bytesText } from './bytecode.js';
import type { Core, Run } from './core.js';
import { crossing } from './crossing.js';
import { newEnvironment } from './environment.js';
import { LUA_TSTRING, type LuaState, lua_gettop, lua_pop, lua_tojsstring, lua_type } from './fengari.js';
import { handlerAnswer } from './http-answer.js';
import { TAG, type Table, type TString, TValue } from './internals.js';
import { pushCompiled } from './libs/load.js';
import { missingMethod } from './method.js';
import { answerOf, type RunSpec, startRun } from './scheduler.js';
import { keyOfBytes } from './string-keys.js';
import { isString, keepTable } from './table-access.js';
import type { LuaCallable, LuaFunctionSource, LuaLimits } from './types.js';
import { errorAt } from './userdata.js';

export function loadLuaFunction(core: Core, source: LuaFunctionSource): LuaCallable {
  const limits = { ...core.limits, ...source.limits };
  const environment = newEnvironment(core, {
    name: source.id,
    modules: source.modules ?? [],
    imports: source.imports ?? {},
    resolveFile: null,
  });
  pushCompiled(core, core.L, source.file ?? source.id, source.source, environment.globals);
  const chunk = core.L.stack[core.L.top - 1]!;
  const main = new TValue(chunk.type, chunk.value);
  lua_pop(core.L, 1);

  let target: TValue | null = null;
  let restoreGlobals = () => {};
  const ready = (slot: TValue): TValue => {
    target = slot;
    restoreGlobals = keepTable(environment.globals);
    return slot;
  };
  let loading: Promise<TValue> | null = null;
  const load = (context: CallContext): TValue | Promise<TValue> => {
    if (loading !== null) return loading;
    const run = startRun(core, specOf(source, context, limits), (L) => pushFunction(L, main));
    const loaded = answerOf(core, run, (root) => functionOf(core, root, source));
    if (!(loaded instanceof Promise)) return ready(loaded);
    loading = loaded.then(ready);
    loading.catch(() => {
      loading = null;
    });
    return loading;
  };
  const call = (slot: TValue, args: readonly Value[], context: CallContext) => {
    restoreGlobals();
    return callSlot(core, source, limits, slot, args, context);
  };
  return {
    id: source.id,
    call: (args, context) => {
      const slot = target ?? load(context);
      return slot instanceof Promise ? slot.then((loaded) => call(loaded, args, context)) : call(slot, args, context);
    },
  };
}

function pushFunction(L: LuaState, slot: TValue): number {
  L.stack[L.top++] = new TValue(slot.type, slot.value);
  return 0;
}

/** The function that a main chunk returned, or the field `method` of its table. */
function functionOf(core: Core, root: LuaState, source: LuaFunctionSource): TValue {
  const returned = lua_gettop(root) === 0 ? null : root.stack[root.ci.funcOff + 1]!;
  if (returned !== null && isFunction(returned)) return new TValue(returned.type, returned.value);
  if (returned !== null && returned.type === TAG.TABLE) {
    const key = keyOfBytes(core.options.text.encodeUtf8(source.method));
    const field = (returned.value as Table).strong.get(key)?.value;
    if (field !== undefined && isFunction(field)) return new TValue(field.type, field.value);
  }
  const known = returned?.type === TAG.TABLE ? functionNames(returned.value as Table) : [];
  throw missingMethod(source.id, source.method, known, null);
}

function functionNames(table: Table): string[] {
  const names: string[] = [];
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    if (isString(entry.key) && isFunction(entry.value)) names.push(bytesText((entry.key.value as TString).realstring));
  }
  return names;
}

function isFunction(slot: TValue): boolean {
  return slot.type === TAG.LUA_CLOSURE || slot.type === TAG.HOST_FUNCTION || slot.type === TAG.HOST_CLOSURE;
}

function callSlot(
  core: Core,
  source: LuaFunctionSource,
  limits: LuaLimits,
  slot: TValue,
  args: readonly Value[],
  context: CallContext,
): Value | Promise<Value> {
  const run = startRun(core, specOf(source, context, limits), (L) => {
    pushFunction(L, slot);
    return crossing(`${source.id}: argument`, () => core.transcoder.allToLua(L, args));
  });
  if (context.http !== undefined)
    return answerOf(core, run, (root) => handlerAnswer(run, handlerResult(core, root, run, source.id)));
  return answerOf(core, run, (root) => resultOf(core, root, source.id));
}

function specOf({ id, allowedHosts = [] }: LuaFunctionSource, context: CallContext, limits: LuaLimits): RunSpec {
  return { name: id, functionId: id, context, limits, reach: { hosts: allowedHosts, by: 'network' }, timeoutMs: null };
}

/** The first value; a second one that is an error object or a string makes the call fail. */
function resultOf(core: Core, root: LuaState, id: string): Value {
  checkReturned(root);
  return crossing(`${id}: result`, () => core.transcoder.toGo(root, 1));
}

function checkReturned(root: LuaState): void {
  const error = errorAt(root, 2);
  if (error !== undefined) throw error;
  if (lua_type(root, 2) === LUA_TSTRING)
    throw new HostError('Internal', lua_tojsstring(root, 2)!, { retryable: false });
}

/** Nobody looks at the value of a handler that has written; what is none is its own fault, not its client's. */
function handlerResult(core: Core, root: LuaState, run: Run, id: string): Value {
  if (run.http?.written === true) {
    checkReturned(root);
    return null;
  }
  try {
    return resultOf(core, root, id);
  } catch (thrown) {
    if (!(thrown instanceof HostError) || !(thrown.cause instanceof TranscodeError)) throw thrown;
    throw new HostError('Internal', thrown.message, { retryable: false, details: thrown.details, cause: thrown });
  }
}
