/** Who acts in the running call and what that allows. Policies are yet to come: until then a scope says nothing, and so allows nothing. */

import type { Actor, CallContext, Scope } from '../functions/types.js';
import type { ValueMap } from '../values.js';

/** An actor that Lua can hold. */
export class LuaActor implements Actor {
  readonly opaqueKind = 'actor';
  readonly id: string;
  readonly meta: ValueMap;
  constructor(id: string, meta: ValueMap) {
    this.id = id;
    this.meta = meta;
  }
}

export class LuaScope implements Scope {
  readonly opaqueKind = 'scope';
  /** IDs of policies. */
  readonly policies: readonly string[];
  constructor(policies: readonly string[]) {
    this.policies = policies;
  }
}

/** The actor of a call; one that did not come from this VM is wrapped. */
export function actorOf({ actor }: CallContext): LuaActor | null {
  if (actor === undefined || actor === null) return null;
  return actor instanceof LuaActor ? actor : new LuaActor(actor.id, actor.meta);
}

/** As {@link actorOf}. */
export function scopeOf({ scope }: CallContext): LuaScope | null {
  if (scope === undefined || scope === null) return null;
  return scope instanceof LuaScope ? scope : new LuaScope(scope.policies);
}

type Decision = 'allow' | 'deny' | 'undefined';

/** What a scope says: without a policy, nothing. */
export function decisionOf(_scope: LuaScope, _actor: LuaActor, _action: string, _resource: string): Decision {
  return 'undefined';
}

/** What `security.can` says: false unless there are an actor and a scope that allows it. */
export function isGranted(context: CallContext, action: string, resource: string): boolean {
  const [actor, scope] = [actorOf(context), scopeOf(context)];
  return actor !== null && scope !== null && decisionOf(scope, actor, action, resource) === 'allow';
}

/** What modules check: where both an actor and a scope are set, the scope must say allow. */
export function isAllowed(context: CallContext, action: string, resource: string): boolean {
  return actorOf(context) === null || scopeOf(context) === null || isGranted(context, action, resource);
}
