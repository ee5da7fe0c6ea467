/**
 * `security`: who acts, and within which scope. Calls carry both and hand them down. Policies come later; a scope without any
 * decides nothing, and what needs an explicit "allow" is refused.
 */

import { Empty, newMap, type ValueMap } from '../../values.js';
import type { Core } from '../core.js';
import { crossing } from '../crossing.js';
import {
  LUA_TTABLE,
  type LuaFunction,
  type LuaState,
  lua_isnoneornil,
  lua_pushboolean,
  lua_pushnil,
  luaL_checkany,
  luaL_checkstring,
  luaL_checktype,
} from '../fengari.js';
import { actorOf, decisionOf, isGranted, LuaActor, LuaScope, scopeOf } from '../permission.js';
import { LuaError } from '../raise.js';
import { moduleError, pushNilAnd, pushValue } from '../results.js';
import type { LibraryFields } from '../tables.js';
import { defineClass, userdataAt, wrongArgument } from '../userdata.js';

export function securityModule(core: Core): LibraryFields {
  defineActor(core);
  defineScope(core);
  return {
    actor: (L) => pushObject(core, L, actorOf(core.task!.run.context)),
    scope: (L) => pushObject(core, L, scopeOf(core.task!.run.context)),
    new_actor: (L) => pushObject(core, L, newActor(core, L)),
    new_scope: (L) => pushObject(core, L, newScope(core, L)),
    can: (L) => {
      const [action, resource] = [textAt(L, 1), textAt(L, 2)];
      if (!lua_isnoneornil(L, 3)) luaL_checktype(L, 3, LUA_TTABLE);
      lua_pushboolean(L, isGranted(core.task!.run.context, action, resource));
      return 1;
    },
    policy: notBuilt(core, 'policy'),
    named_scope: notBuilt(core, 'named_scope'),
    token_store: notBuilt(core, 'token_store'),
  };
}

/** Names that stay reserved for what they will be. */
function notBuilt(core: Core, name: string): LuaFunction {
  return (L) => {
    luaL_checkstring(L, 1);
    return pushNilAnd(core, L, moduleError('Unavailable', `security.${name} is not built yet: policies come later`));
  };
}

function textAt(L: LuaState, index: number): string {
  return new TextDecoder().decode(luaL_checkstring(L, index));
}

function pushObject(core: Core, L: LuaState, object: LuaActor | LuaScope | null): number {
  if (object === null) lua_pushnil(L);
  else core.userdata.push(L, object);
  return 1;
}

/** An actor at a stack index. Anything else raises. */
export function actorArgument(L: LuaState, index: number): LuaActor {
  const data = userdataAt(L, index);
  return data instanceof LuaActor ? data : wrongArgument(L, index, 'actor');
}

/** A scope at a stack index. Anything else raises. */
export function scopeArgument(L: LuaState, index: number): LuaScope {
  const data = userdataAt(L, index);
  return data instanceof LuaScope ? data : wrongArgument(L, index, 'scope');
}

function defineActor(core: Core): void {
  const self: (L: LuaState) => LuaActor = defineClass(
    core,
    'actor',
    LuaActor,
    {
      id: (L) => pushValue(core, L, self(L).id),
      meta: (L) => pushValue(core, L, self(L).meta),
    },
    { __tostring: (L) => pushValue(core, L, `actor{${self(L).id}}`) },
  );
}

function defineScope(core: Core): void {
  const self: (L: LuaState) => LuaScope = defineClass(core, 'scope', LuaScope, {
    with: (L) => {
      self(L);
      return wrongArgument(L, 2, 'policy');
    },
    without: (L) => {
      const scope = self(L);
      luaL_checkany(L, 2);
      core.userdata.push(L, scope);
      return 1;
    },
    contains: (L) => {
      const scope = self(L);
      lua_pushboolean(L, scope.policies.includes(textAt(L, 2)));
      return 1;
    },
    policies: (L) => pushValue(core, L, [...self(L).policies]),
    evaluate: (L) => {
      const scope = self(L);
      const actor = actorArgument(L, 2);
      const [action, resource] = [textAt(L, 3), textAt(L, 4)];
      if (!lua_isnoneornil(L, 5)) luaL_checktype(L, 5, LUA_TTABLE);
      return pushValue(core, L, decisionOf(scope, actor, action, resource));
    },
  });
}

function newActor(core: Core, L: LuaState): LuaActor {
  const id = core.options.text.decodeUtf8(luaL_checkstring(L, 1));
  if (id === undefined || id === '')
    throw new LuaError('security.new_actor: expected an ID that is not empty, in UTF-8');
  if (lua_isnoneornil(L, 2)) return new LuaActor(id, newMap());
  luaL_checktype(L, 2, LUA_TTABLE);
  const meta = crossing('security.new_actor: meta', () => core.transcoder.toGo(L, 2));
  if (meta instanceof Empty) return new LuaActor(id, newMap());
  if (Array.isArray(meta) || meta instanceof Map) {
    throw new LuaError('security.new_actor: meta: expected a table whose keys are names');
  }
  return new LuaActor(id, meta as ValueMap);
}

function newScope(core: Core, L: LuaState): LuaScope {
  if (lua_isnoneornil(L, 1)) return new LuaScope([]);
  luaL_checktype(L, 1, LUA_TTABLE);
  const policies = crossing('security.new_scope: policies', () => core.transcoder.toGo(L, 1));
  if (policies instanceof Empty) return new LuaScope([]);
  throw new LuaError('security.new_scope: policies: expected policies, and none can be made yet');
}
