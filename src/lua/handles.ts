/** Resource handles as Lua objects: `counter:increment(2)`, `counter:drop()`; `-` in a method's name is `_`. */

import type { ResourceHandle, Value } from '../values.js';
import type { Core } from './core.js';
import { crossingError } from './crossing.js';
import {
  LUA_TSTRING,
  type LuaFunction,
  lua_gettop,
  lua_pushnil,
  lua_pushstring,
  lua_tojsstring,
  lua_type,
  to_luastring,
} from './fengari.js';
import { forgetHandle } from './handle-lifetime.js';
import { TAG, TValue } from './internals.js';
import { pushFailure } from './modules/funcs.js';
import { hostFunction } from './raise.js';
import { lockedTable } from './tables.js';
import { isResourceHandle, userdataAt, wrongArgument } from './userdata.js';

/** Makes resource handles usable in Lua. Called once, while the VM is made. */
export function defineHandleClass(core: Core): void {
  const methods = new Map<string, LuaFunction>();
  const drop = hostFunction(core, (L) => {
    const handle = checkHandle(core, L);
    handle.drop();
    forgetHandle(core, handle);
    return 0;
  });
  const metatable = lockedTable(core, 'resource', {
    __name: 'resource',
    __metatable: 'resource is protected',
    __index: (L) => {
      const handle = checkHandle(core, L);
      const name = lua_type(L, 2) === LUA_TSTRING ? lua_tojsstring(L, 2)! : '';
      const method = name === 'drop' ? drop : methodOf(core, methods, handle, name);
      if (method === null) lua_pushnil(L);
      else L.stack[L.top++] = new TValue(TAG.HOST_FUNCTION, method);
      return 1;
    },
    __tostring: (L) => {
      lua_pushstring(L, to_luastring(checkHandle(core, L).opaqueKind));
      return 1;
    },
  });
  core.userdata.define(isResourceHandle, metatable);
}

type State = Parameters<LuaFunction>[0];

function checkHandle(_core: Core, L: State): ResourceHandle {
  const data = userdataAt(L, 1);
  return isResourceHandle(data) ? data : wrongArgument(L, 1, 'resource');
}

/** One Lua function per method name; the handle is found at the call. */
function methodOf(
  core: Core,
  known: Map<string, LuaFunction>,
  handle: ResourceHandle,
  name: string,
): LuaFunction | null {
  if (witName(handle, name) === null) return null;
  const before = known.get(name);
  if (before !== undefined) return before;
  const made = hostFunction(core, (L) => callMethod(core, L, name));
  known.set(name, made);
  return made;
}

function witName(handle: ResourceHandle, name: string): string | null {
  if (handle.methods.has(name)) return name;
  const dashed = name.replaceAll('_', '-');
  return handle.methods.has(dashed) ? dashed : null;
}

/** As `funcs.call`: the result and nil, or nil and an error. */
function callMethod(core: Core, L: State, name: string): number {
  const handle = checkHandle(core, L);
  const witMethod = witName(handle, name) ?? name;
  const method = handle.methods.get(witMethod);
  if (method === undefined) return wrongArgument(L, 1, `resource with a method ${name}`);
  const id = `${handle.opaqueKind.replace(/^resource /, '')}.${witMethod}`;
  let argument: number | null = null;
  try {
    const args: Value[] = [];
    const top = lua_gettop(L);
    for (let index = 2; index <= top; index++) {
      argument = index - 1;
      args.push(core.transcoder.toGo(L, index));
    }
    argument = null;
    core.transcoder.toLua(L, method(args));
  } catch (thrown) {
    const shape = handle.shapeOf?.(witMethod) ?? null;
    return pushFailure(core, L, crossingError(thrown, argument === null ? id : `${id}: argument`, argument, shape));
  }
  lua_pushnil(L);
  return 2;
}
