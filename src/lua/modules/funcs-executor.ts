/** `funcs.new()`: a builder of calls. Each `with_…` gives a new executor; the old one stays as it was. */

import { HostError } from '../../errors.js';
import type { Actor, CallContext, CallOptions, Scope } from '../../functions/types.js';
import { newMap, type Value, type ValueMap } from '../../values.js';
import type { Core } from '../core.js';
import { LUA_TTABLE, type LuaFunction, type LuaState, lua_pushnil, luaL_checktype } from '../fengari.js';
import { isAllowed } from '../permission.js';
import { isLuaUnwinding, pushError } from '../raise.js';
import { moduleError } from '../results.js';
import { callContextOf } from '../run-end.js';
import { defineClass } from '../userdata.js';
import { entriesOf, readCallOptions } from './funcs-options.js';
import { actorArgument, scopeArgument } from './security.js';

/** Calls the function whose ID stands at `idIndex` with the arguments above it. */
export type CallAt = (L: LuaState, idIndex: number, context: CallContext) => number;

/** What an executor says; null is inherited. */
interface Settings {
  readonly values: ValueMap | null;
  readonly actor: Actor | null;
  readonly scope: Scope | null;
  readonly options: CallOptions;
}

class Executor {
  readonly settings: Settings;
  constructor(settings: Settings) {
    this.settings = settings;
  }
}

/** @returns `funcs.new` */
export function executorClass(core: Core, call: CallAt, async: CallAt): LuaFunction {
  const self: (L: LuaState) => Executor = defineClass(core, 'executor', Executor, {
    with_context: (L) => {
      const { settings } = self(L);
      luaL_checktype(L, 2, LUA_TTABLE);
      return answer(core, L, () => {
        checkPermission(core, 'funcs.context', 'context');
        return { ...settings, values: merged(settings.values, core.transcoder.toGo(L, 2)) };
      });
    },
    with_actor: (L) => {
      const { settings } = self(L);
      const actor = actorArgument(L, 2);
      return answer(core, L, () => {
        checkPermission(core, 'funcs.security', 'security');
        return { ...settings, actor };
      });
    },
    with_scope: (L) => {
      const { settings } = self(L);
      const scope = scopeArgument(L, 2);
      return answer(core, L, () => {
        checkPermission(core, 'funcs.security', 'security');
        return { ...settings, scope };
      });
    },
    with_options: (L) => {
      const { settings } = self(L);
      luaL_checktype(L, 2, LUA_TTABLE);
      return answer(core, L, () => ({ ...settings, options: readCallOptions(core.transcoder.toGo(L, 2)) }));
    },
    call: (L) => call(L, 2, contextOf(callContextOf(core.task!.run), self(L))),
    async: (L) => async(L, 2, contextOf(callContextOf(core.task!.run), self(L))),
  });
  return (L) => {
    core.userdata.push(L, new Executor({ values: null, actor: null, scope: null, options: {} }));
    return 1;
  };
}

function contextOf(context: CallContext, { settings }: Executor): CallContext {
  const values = settings.values === null ? context.values : { ...context.values, ...settings.values };
  const { actor, scope, options } = settings;
  return {
    ...context,
    values,
    actor: actor ?? context.actor ?? null,
    scope: scope ?? context.scope ?? null,
    options,
  };
}

function answer(core: Core, L: LuaState, make: () => Settings): number {
  try {
    core.userdata.push(L, new Executor(make()));
    return 1;
  } catch (thrown) {
    if (isLuaUnwinding(thrown)) throw thrown;
    lua_pushnil(L);
    pushError(core, L, thrown instanceof HostError ? thrown : new HostError('Invalid', (thrown as Error).message));
    return 2;
  }
}

function checkPermission(core: Core, action: string, resource: string): void {
  if (isAllowed(core.task!.run.context, action, resource)) return;
  throw moduleError('PermissionDenied', `not allowed: ${action} on "${resource}"`);
}

/** Only text keys: what stands under others has no name for the callee. */
function merged(before: ValueMap | null, added: Value): ValueMap {
  const values = newMap();
  Object.assign(values, before);
  for (const [key, value] of entriesOf(added, 'context values')) values[key] = value;
  return values;
}
