/**
 * `json`: `encode(v)` and `decode(s)`, each giving a value, or nil and an error object; `validate(schema, v)` and
 * `validate_string(schema, s)`, each true, or false and an error object.
 */

import { HostError } from '../../errors.js';
import type { Core } from '../core.js';
import { crossing } from '../crossing.js';
import {
  LUA_TSTRING,
  type LuaState,
  lua_pushboolean,
  lua_pushnil,
  lua_tolstring,
  lua_type,
  luaL_checkany,
  luaL_checkstring,
} from '../fengari.js';
import { TAG, TValue } from '../internals.js';
import { chargeSteps, chargeStringBytes } from '../limits.js';
import { pushError } from '../raise.js';
import { moduleError, platformOf } from '../results.js';
import { newString, slotAt, stringSlot } from '../table-access.js';
import type { LibraryFields } from '../tables.js';
import { decodeJson } from './json-decode.js';
import { encodeJson } from './json-encode.js';
import { fromParsed, fromValue, type Json } from './json-model.js';
import { misfitOf } from './json-schema.js';

/** Looking at one schema costs about as much as so many instructions. */
const STEPS_OF_A_SCHEMA = 20;

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
    validate: (L) => {
      luaL_checkany(L, 2);
      return judge(core, L, 'json.validate', () => jsonAt(core, L, 2));
    },
    validate_string: (L) => {
      const bytes = luaL_checkstring(L, 2);
      return judge(core, L, 'json.validate_string', () => jsonOfText(core, bytes));
    },
  };
}

/** @param dataOf reads what is validated against the schema, the first argument */
function judge(core: Core, L: LuaState, what: string, dataOf: () => Json): number {
  luaL_checkany(L, 1);
  try {
    const schema = lua_type(L, 1) === LUA_TSTRING ? jsonOfText(core, lua_tolstring(L, 1)!) : jsonAt(core, L, 1);
    const found = misfitOf(schema, dataOf(), {
      matches: (pattern, text) => platformOf(core).matchesOf(pattern, [text])[0]!,
      step: () => chargeSteps(core, STEPS_OF_A_SCHEMA),
    });
    if (found === null) {
      lua_pushboolean(L, true);
      lua_pushnil(L);
      return 2;
    }
    const { path, problem } = found;
    const message = `${what}: ${path === '' ? '' : `${path}: `}${problem}`;
    throw new HostError('Invalid', message, { retryable: false, details: { path } });
  } catch (thrown) {
    if (!(thrown instanceof HostError)) throw thrown;
    lua_pushboolean(L, false);
    pushError(core, L, invalid(what, thrown));
    return 2;
  }
}

/** Whatever is wrong with a schema or a value is Invalid, and says which function found it. */
function invalid(what: string, error: HostError): HostError {
  if (error.kind === 'Invalid' && error.message.startsWith(what)) return error;
  return new HostError('Invalid', `${what}: ${error.message}`, { retryable: false, details: error.details });
}

function jsonAt(core: Core, L: LuaState, index: number): Json {
  return crossing('the value', () => fromValue(core.transcoder.toGo(L, index), core.options.text));
}

function jsonOfText(core: Core, bytes: Uint8Array): Json {
  chargeSteps(core, bytes.length);
  const text = core.options.text.decodeUtf8(bytes);
  if (text === undefined) throw moduleError('Invalid', 'the text is not valid UTF-8');
  try {
    return fromParsed(JSON.parse(text));
  } catch (thrown) {
    throw moduleError('Invalid', `the text is no JSON: ${(thrown as Error).message}`);
  }
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
