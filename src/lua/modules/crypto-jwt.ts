/** `crypto.jwt`: signed tokens. Claims go as JSON text, so that integers keep all their digits. */

import { HostError } from '../../errors.js';
import type { Core } from '../core.js';
import {
  LUA_TBOOLEAN,
  LUA_TTABLE,
  type LuaState,
  lua_isnoneornil,
  lua_pushnil,
  lua_toboolean,
  lua_type,
} from '../fengari.js';
import type { TValue } from '../internals.js';
import { JWT_ALGORITHMS, type JwtAlgorithm } from '../platform.js';
import { answer, checkedBytes, checkedText, moduleError, platformOf, pushNilAnd } from '../results.js';
import { pushSlot, slotAt } from '../table-access.js';
import type { LibraryFields } from '../tables.js';
import { decodeJson } from './json-decode.js';
import { encodeJson } from './json-encode.js';

export function jwtFields(core: Core): LibraryFields {
  return {
    encode: (L) =>
      answer(core, L, () => {
        const claims = claimsText(core, L);
        const key = keyAt(L, 'crypto.jwt.encode');
        return platformOf(core).jwt.sign(claims, key, algorithmAt(core, L, 3, 'crypto.jwt.encode'));
      }),
    verify: (L) => {
      let claims: TValue;
      try {
        claims = verified(core, L);
      } catch (thrown) {
        return pushNilAnd(core, L, thrown);
      }
      pushSlot(L, claims);
      lua_pushnil(L);
      return 2;
    },
  };
}

function claimsText(core: Core, L: LuaState): string {
  if (lua_type(L, 1) !== LUA_TTABLE) throw moduleError('Invalid', 'crypto.jwt.encode: claims: expected a table');
  let text: string;
  try {
    text = encodeJson(core, slotAt(L, 1)!);
  } catch (thrown) {
    if (!(thrown instanceof HostError)) throw thrown;
    throw moduleError('Invalid', thrown.message.replace(/^json\.encode/, 'crypto.jwt.encode: claims'));
  }
  if (text === '[]') return '{}';
  if (!text.startsWith('{'))
    throw moduleError('Invalid', 'crypto.jwt.encode: claims: expected names as keys, got a list');
  return text;
}

function verified(core: Core, L: LuaState): TValue {
  const what = 'crypto.jwt.verify';
  const token = checkedText(core, L, 1, what);
  const key = keyAt(L, what);
  const hasAlgorithm = lua_type(L, 3) !== LUA_TBOOLEAN;
  const algorithm = hasAlgorithm ? algorithmAt(core, L, 3, what) : 'HS256';
  const flag = hasAlgorithm ? 4 : 3;
  const requiresExp = lua_isnoneornil(L, flag) || lua_toboolean(L, flag);
  const bytes = platformOf(core).jwt.verify(token, key, algorithm, core.options.clock.wallMs() / 1000);
  const claims: unknown = JSON.parse(core.options.text.decodeUtf8(bytes) ?? 'null');
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw moduleError('Internal', `${what}: the token has no table of claims`);
  }
  if (requiresExp && !Object.hasOwn(claims, 'exp')) {
    throw moduleError('Internal', `${what}: the token has no exp; pass require_exp = false to accept it`);
  }
  return decodeJson(core, L, bytes);
}

function keyAt(L: LuaState, what: string): Uint8Array {
  const key = checkedBytes(L, 2, what);
  if (key.length === 0) throw moduleError('Invalid', `${what}: expected a key that is not empty`);
  return key;
}

function algorithmAt(core: Core, L: LuaState, index: number, what: string): JwtAlgorithm {
  if (lua_isnoneornil(L, index)) return 'HS256';
  const name = checkedText(core, L, index, what);
  const algorithm = JWT_ALGORITHMS.find((known) => known === name);
  if (algorithm !== undefined) return algorithm;
  throw moduleError('Invalid', `${what}: expected one of ${JWT_ALGORITHMS.join(', ')}, got "${name.slice(0, 40)}"`);
}
