/** `funcs.new()`: a builder of calls. Each `with_…` gives a new executor; the old one stays as it was. */

import { HostError } from '../../errors.js';
import type { CallContext, CallOptions } from '../../functions/types.js';
import { nearestName } from '../../nearest.js';
import { Empty, Float64, newMap, type Value, type ValueMap } from '../../values.js';
import type { Core } from '../core.js';
import { parseDurationMs } from '../duration.js';
import { LUA_TTABLE, type LuaFunction, type LuaState, lua_pushnil, luaL_checktype } from '../fengari.js';
import { isLuaUnwinding, pushError } from '../raise.js';
import { callContextOf } from '../run-end.js';
import { defineClass } from '../userdata.js';
import type { CallAt } from './funcs.js';

const OPTIONS = ['timeout', 'unwrap', 'priority'];

class Executor {
  readonly values: ValueMap | null;
  readonly options: CallOptions;
  constructor(values: ValueMap | null, options: CallOptions) {
    this.values = values;
    this.options = options;
  }
}

/** @returns `funcs.new` */
export function executorClass(core: Core, call: CallAt): LuaFunction {
  const self: (L: LuaState) => Executor = defineClass(core, 'executor', Executor, {
    with_context: (L) => {
      const executor = self(L);
      luaL_checktype(L, 2, LUA_TTABLE);
      return answer(core, L, () => new Executor(merged(executor.values, core.transcoder.toGo(L, 2)), executor.options));
    },
    with_options: (L) => {
      const executor = self(L);
      luaL_checktype(L, 2, LUA_TTABLE);
      return answer(core, L, () => new Executor(executor.values, readOptions(core.transcoder.toGo(L, 2))));
    },
    call: (L) => call(L, 2, contextOf(callContextOf(core.task!.run), self(L))),
  });
  return (L) => {
    core.userdata.push(L, new Executor(null, {}));
    return 1;
  };
}

function contextOf(context: CallContext, executor: Executor): CallContext {
  const values = executor.values === null ? context.values : { ...context.values, ...executor.values };
  return { ...context, values, options: executor.options };
}

function answer(core: Core, L: LuaState, make: () => Executor): number {
  try {
    core.userdata.push(L, make());
    return 1;
  } catch (thrown) {
    if (isLuaUnwinding(thrown)) throw thrown;
    lua_pushnil(L);
    pushError(core, L, thrown instanceof HostError ? thrown : new HostError('Invalid', (thrown as Error).message));
    return 2;
  }
}

/** Only text keys: what stands under others has no name for the callee. */
function merged(before: ValueMap | null, added: Value): ValueMap {
  const values = newMap();
  Object.assign(values, before);
  for (const [key, value] of entriesOf(added, 'context values')) values[key] = value;
  return values;
}

function readOptions(value: Value): CallOptions {
  const options: { timeoutMs?: number; unwrap?: boolean } = {};
  for (const [key, option] of entriesOf(value, 'options')) {
    if (key === 'timeout') options.timeoutMs = timeoutMs(option);
    else if (key === 'unwrap') options.unwrap = flag(option);
    else if (key !== 'priority') throw unknownOption(key);
  }
  return options;
}

function entriesOf(value: Value, what: string): [string, Value][] {
  if (value instanceof Empty) return [];
  if (Array.isArray(value) || value instanceof Map) {
    throw new HostError('Invalid', `${what}: expected a table whose keys are names`);
  }
  return Object.entries(value as ValueMap);
}

function timeoutMs(option: Value): number {
  const number = option instanceof Float64 ? option.value : option;
  const ms = typeof number === 'number' ? number : parseDurationMs(option);
  if (ms === null || !(ms > 0)) {
    throw new HostError('Invalid', 'timeout: expected milliseconds above 0, or a duration such as "1.5s"');
  }
  return ms;
}

function flag(option: Value): boolean {
  if (typeof option === 'boolean') return option;
  throw new HostError('Invalid', 'unwrap: expected true or false');
}

function unknownOption(key: string): HostError {
  const nearest = nearestName(key, OPTIONS);
  const hint = nearest === null ? `known are ${OPTIONS.join(', ')}` : `did you mean '${nearest}'?`;
  return new HostError('Invalid', `unknown option '${key}': ${hint}`);
}
