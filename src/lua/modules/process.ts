/** `process`: who is running. Spawning and messages come later under the same name. */

import type { Core } from '../core.js';
import { lua_pushstring, to_luastring } from '../fengari.js';
import type { LibraryFields } from '../tables.js';

export function processModule(core: Core): LibraryFields {
  return {
    pid: (L) => {
      lua_pushstring(L, to_luastring(pidOf(core)));
      return 1;
    },
    id: (L) => {
      lua_pushstring(L, to_luastring(core.task!.run.name));
      return 1;
    },
  };
}

/** `{host|number}` of the run that executes now. */
export function pidOf(core: Core): string {
  return `{${core.options.hostName ?? 'local'}|${core.task!.run.number}}`;
}
