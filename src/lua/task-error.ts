/** From the Lua error that ended a task to the HostError that the caller sees. */

import { HostError } from '../errors.js';
import { absentHint } from './absent.js';
import type { Core, Task } from './core.js';
import {
  LUA_OK,
  LUA_TNIL,
  LUA_TSTRING,
  type LuaState,
  lua_newthread,
  lua_pop,
  lua_pushcfunction,
  lua_tojsstring,
  lua_tolstring,
  lua_type,
  lua_typename,
  lua_xmove,
  luaL_getmetafield,
  luaL_tolstring,
  to_jsstring,
} from './fengari.js';
import { stackTextOfThreads } from './stack.js';
import { runTurn } from './turn.js';
import { errorAt } from './userdata.js';

/** The error on top of a dead task's stack. Error objects keep their kind; what else was raised becomes Internal. */
export function taskError(core: Core, task: Task): HostError {
  const { root } = task;
  const raised = errorAt(root, root.top - root.ci.funcOff - 1);
  if (raised !== undefined) return raised;
  const luaStack = stackTextOfThreads([root]);
  const { functionId } = task.run;
  return new HostError('Internal', messageOf(core, task), {
    details: functionId === null ? null : { id: functionId },
    ...(luaStack === '' ? {} : { luaStack }),
  });
}

function messageOf(core: Core, task: Task): string {
  const L = task.root;
  const type = lua_type(L, -1);
  if (type === LUA_TSTRING || lua_tolstring(L, -1) !== null) {
    const message = lua_tojsstring(L, -1)!;
    const hint = absentHint(L, message, core.notListed, task.run.nilResult);
    return hint === null ? message : `${message}\n  ${hint}`;
  }
  return toldByItself(core, task) ?? `error value of type ${to_jsstring(lua_typename(L, type))}, without a message`;
}

/** What `__tostring` makes of the error value, as lua(1) prints it; null: nothing. It runs within the limits of its task. */
function toldByItself(core: Core, task: Task): string | null {
  const thread = lua_newthread(core.L);
  try {
    lua_pushcfunction(thread, printed);
    lua_xmove(task.root, thread, 1);
    if (luaL_getmetafield(thread, -1, '__tostring') === LUA_TNIL) return null;
    lua_pop(thread, 1);
    task.threads.splice(0, task.threads.length, thread);
    return runTurn(core, task, thread, 1) === LUA_OK ? lua_tojsstring(thread, -1) : null;
  } finally {
    lua_pop(core.L, 1);
  }
}

function printed(L: LuaState): number {
  luaL_tolstring(L, 1);
  return 1;
}
