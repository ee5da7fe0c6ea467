/**
 * `payload`: values with a format. `payload.new(v)` keeps a copy; `transcode` writes it in another format, `data` reads it
 * back. As an argument or a result of a call, a payload counts as what it holds.
 */

import { HostError } from '../../errors.js';
import { ByteString, Float64, type Value } from '../../values.js';
import type { Core } from '../core.js';
import { crossing } from '../crossing.js';
import {
  type LuaState,
  lua_pop,
  lua_pushnil,
  lua_pushstring,
  luaL_checkany,
  luaL_checkstring,
  luaL_tolstring,
  to_luastring,
} from '../fengari.js';
import { chargeSteps, chargeStringBytes } from '../limits.js';
import { PAYLOAD_FORMATS as FORMAT, Payload, type PayloadFormat } from '../payload.js';
import { moduleError, platformOf, pushNilAnd, pushValue } from '../results.js';
import { popSlot, pushSlot, slotAt } from '../table-access.js';
import { type LibraryFields, lockedTable } from '../tables.js';
import { defineClass } from '../userdata.js';
import { decodeJson } from './json-decode.js';
import { encodeJson } from './json-encode.js';
import { decodeMsgpack } from './msgpack-decode.js';
import { encodeMsgpack } from './msgpack-encode.js';

const FORMATS: readonly PayloadFormat[] = Object.values(FORMAT);

export function payloadModule(core: Core): LibraryFields {
  definePayload(core);
  return {
    format: lockedTable(core, 'payload.format', FORMAT),
    new: (L) => {
      luaL_checkany(L, 1);
      const value = crossing('payload.new', () => core.transcoder.toGo(L, 1));
      core.userdata.push(L, new Payload(value instanceof HostError ? FORMAT.ERROR : FORMAT.LUA, value));
      return 1;
    },
  };
}

function definePayload(core: Core): void {
  const data = (L: LuaState): number => {
    const payload = self(L);
    try {
      pushDecoded(core, L, payload);
      return 1;
    } catch (thrown) {
      return pushNilAnd(core, L, asInternal(thrown));
    }
  };
  const self: (L: LuaState) => Payload = defineClass(
    core,
    'payload',
    Payload,
    {
      data,
      unmarshal: data,
      get_format: (L) => pushValue(core, L, self(L).format),
      transcode: (L) => {
        const payload = self(L);
        const format = new TextDecoder().decode(luaL_checkstring(L, 2));
        try {
          core.userdata.push(L, transcoded(core, L, payload, format));
        } catch (thrown) {
          return pushNilAnd(core, L, asInternal(thrown));
        }
        lua_pushnil(L);
        return 2;
      },
    },
    {
      __tostring: (L) => {
        lua_pushstring(L, to_luastring(`payload{format=${self(L).format}}`));
        return 1;
      },
    },
  );
  core.userdata.crossAs(Payload, (L, payload) => decoded(core, L, payload));
}

/** Pushes what the payload holds. @throws HostError */
function pushDecoded(core: Core, L: LuaState, { format, value }: Payload): void {
  if (format === FORMAT.JSON) pushSlot(L, decodeJson(core, L, (value as ByteString).bytes));
  else if (format === FORMAT.YAML) pushValue(core, L, platformOf(core).yaml.decode(textOf(core, value)));
  else pushValue(core, L, format === FORMAT.MSGPACK ? fromMsgpack(core, value) : value);
}

/** What the payload holds, in the middle form. */
function decoded(core: Core, L: LuaState, payload: Payload): Value {
  const { format, value } = payload;
  if (format === FORMAT.MSGPACK) return fromMsgpack(core, value);
  if (format !== FORMAT.JSON && format !== FORMAT.YAML) return value;
  pushDecoded(core, L, payload);
  const result = core.transcoder.toGo(L, -1);
  popSlot(L);
  return result;
}

function transcoded(core: Core, L: LuaState, payload: Payload, wanted: string): Payload {
  const format = FORMATS.find((known) => known === wanted);
  if (format === undefined) throw refused(payload, wanted.slice(0, 40), `the formats are ${FORMATS.join(', ')}`);
  if (format === payload.format) return payload;
  switch (format) {
    case FORMAT.STRING:
    case FORMAT.BYTES:
      return new Payload(format, asText(core, L, payload, format));
    case FORMAT.JSON:
      return new Payload(format, asJson(core, L, payload));
    case FORMAT.YAML: {
      const options = { fieldOrder: [], sortOthers: false };
      return new Payload(format, bytesOf(core, platformOf(core).yaml.encode(decoded(core, L, payload), options)));
    }
    case FORMAT.MSGPACK: {
      const { text } = core.options;
      const bytes = encodeMsgpack(decoded(core, L, payload), text, stringLimit(core));
      chargeStringBytes(core, bytes.length);
      return new Payload(format, new ByteString(bytes));
    }
    case FORMAT.ERROR: {
      const value = decoded(core, L, payload);
      if (value instanceof HostError) return new Payload(format, value);
      throw refused(payload, format, 'it holds no error');
    }
    default:
      return new Payload(format, decoded(core, L, payload));
  }
}

/** The text of a format that is one; of values, those that `tostring` gives back as they are. */
function asText(core: Core, L: LuaState, payload: Payload, format: PayloadFormat): Value {
  const { value } = payload;
  if (value instanceof ByteString) return value;
  if (value instanceof HostError) return bytesOf(core, value.message);
  if (value === null || value === undefined || (typeof value === 'object' && !(value instanceof Float64))) {
    throw refused(payload, format, 'it holds a table or nil: transcode it to JSON or YAML first');
  }
  pushValue(core, L, value);
  const bytes = luaL_tolstring(L, -1);
  lua_pop(L, 2);
  return new ByteString(bytes);
}

function asJson(core: Core, L: LuaState, payload: Payload): Value {
  pushDecoded(core, L, payload);
  const text = encodeJson(core, slotAt(L, -1)!);
  popSlot(L);
  return bytesOf(core, text);
}

function bytesOf(core: Core, text: string): ByteString {
  const bytes = core.options.text.encodeUtf8(text);
  chargeStringBytes(core, bytes.length);
  return new ByteString(bytes);
}

/** @throws HostError Internal */
function fromMsgpack(core: Core, value: Value): Value {
  const { bytes } = value as ByteString;
  chargeSteps(core, bytes.length);
  return decodeMsgpack(bytes, core.options.text);
}

function stringLimit(core: Core): number {
  return (core.task?.run.limits ?? core.limits).stringLength;
}

function textOf(core: Core, value: Value): string {
  const text = core.options.text.decodeUtf8((value as ByteString).bytes);
  if (text === undefined) throw moduleError('Internal', 'payload: the text is not valid UTF-8');
  return text;
}

function refused({ format }: Payload, wanted: string, reason: string): HostError {
  return moduleError('Internal', `payload: ${format} cannot become ${wanted}: ${reason}`);
}

/** Whatever is wrong with a payload's content is Internal. */
function asInternal(thrown: unknown): unknown {
  if (!(thrown instanceof HostError) || thrown.kind === 'Internal') return thrown;
  return new HostError('Internal', thrown.message, { retryable: false, details: thrown.details, cause: thrown });
}
