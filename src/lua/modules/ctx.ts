/** `ctx`: the values that callers have handed down by `with_context`. Reading only. */

import { ByteString, Empty, Float64, newMap, type Value } from '../../values.js';
import type { Core } from '../core.js';
import { type LuaState, lua_pushnil, luaL_checkstring, to_jsstring } from '../fengari.js';
import { moduleError, pushNilAnd, pushValue } from '../results.js';
import type { LibraryFields } from '../tables.js';

const MAX_SHOWN = 80;

export function ctxModule(core: Core): LibraryFields {
  return {
    get: (L) => {
      const key = to_jsstring(luaL_checkstring(L, 1), undefined, undefined, true);
      const { values } = core.task!.run.context;
      if (key === '') return pushNilAnd(core, L, moduleError('Invalid', 'empty key'));
      if (!Object.hasOwn(values, key)) {
        const shown = key.length <= MAX_SHOWN ? key : `${key.slice(0, MAX_SHOWN)}…`;
        return pushNilAnd(core, L, moduleError('NotFound', `key not found: ${shown}`));
      }
      return pushBeforeNil(core, L, readable(values[key]));
    },
    all: (L) => {
      const all = newMap();
      for (const [key, value] of Object.entries(core.task!.run.context.values)) all[key] = readable(value);
      return pushBeforeNil(core, L, all);
    },
  };
}

function pushBeforeNil(core: Core, L: LuaState, value: Value): number {
  pushValue(core, L, value);
  lua_pushnil(L);
  return 2;
}

/** Strings, numbers, booleans and tables; what is none of these reads as nil. */
function readable(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  const isPlain =
    value instanceof ByteString || value instanceof Float64 || value instanceof Empty || value instanceof Uint8Array;
  return isPlain || !('opaqueKind' in value && typeof value.opaqueKind === 'string') ? value : null;
}
