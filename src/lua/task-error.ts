/** From the Lua error that ended a task to the HostError that the caller sees. */

import { HostError } from '../errors.js';
import { absentHint } from './absent.js';
import type { Core, Task } from './core.js';
import { LUA_TSTRING, lua_tojsstring, lua_tolstring, lua_type, lua_typename, to_jsstring } from './fengari.js';
import { stackTextOfThreads } from './stack.js';
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

function messageOf(core: Core, { root: L }: Task): string {
  const type = lua_type(L, -1);
  if (type === LUA_TSTRING || lua_tolstring(L, -1) !== null) {
    const message = lua_tojsstring(L, -1)!;
    const hint = absentHint(L, message, core.notListed);
    return hint === null ? message : `${message}\n  ${hint}`;
  }
  return `error value of type ${to_jsstring(lua_typename(L, type))}, without a message`;
}
