/** `json`: `encode(v)` and `decode(s)`, each giving a value, or nil and an error object. */

import { HostError } from '../../errors.js';
import type { Core } from '../core.js';
import { LUA_TSTRING, type LuaState, lua_pushnil, lua_tolstring, lua_type, luaL_checkany } from '../fengari.js';
import { TAG, TValue } from '../internals.js';
import { chargeStringBytes } from '../limits.js';
import { pushError } from '../raise.js';
import { newString, slotAt, stringSlot } from '../table-access.js';
import type { LibraryFields } from '../tables.js';
import { decodeJson } from './json-decode.js';
import { encodeJson } from './json-encode.js';

export function jsonModule(core: Core): LibraryFields {
  return {
    encode: (L) => {
      luaL_checkany(L, 1);
      return attempt(core, L, () => {
        const bytes = core.options.text.encodeUtf8(encodeJson(core, slotAt(L, 1)!));
        chargeStringBytes(core, bytes.length);
        return stringSlot(newString(L, bytes));
      });
    },
    decode: (L) =>
      attempt(core, L, () => {
        const bytes = lua_type(L, 1) === LUA_TSTRING ? lua_tolstring(L, 1)! : null;
        if (bytes === null || bytes.length === 0) {
          throw new HostError('Invalid', 'json.decode: expected a string that is not empty', { retryable: false });
        }
        return decodeJson(core, L, bytes);
      }),
  };
}

function attempt(core: Core, L: LuaState, make: () => TValue): number {
  let slot: TValue;
  try {
    slot = make();
  } catch (thrown) {
    if (!(thrown instanceof HostError)) throw thrown;
    lua_pushnil(L);
    pushError(core, L, thrown);
    return 2;
  }
  L.stack[L.top++] = slot;
  L.stack[L.top++] = new TValue(TAG.NIL, null);
  return 2;
}
