/** `process`: who is running. Spawning and messages come later under the same name. */

import type { Core } from '../core.js';
import { lua_pushstring, to_luastring } from '../fengari.js';
import type { LibraryFields } from '../tables.js';

export function processModule(core: Core): LibraryFields {
  const host = core.options.hostName ?? 'local';
  return {
    pid: (L) => {
      lua_pushstring(L, to_luastring(`{${host}|${core.task!.run.number}}`));
      return 1;
    },
    id: (L) => {
      lua_pushstring(L, to_luastring(core.task!.run.name));
      return 1;
    },
  };
}
