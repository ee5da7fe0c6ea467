/** Bodies in pieces: of a request as it comes, or of bytes that are there. */

import type { Core } from '../core.js';
import { type LuaState, lua_isnoneornil, lua_pushboolean, lua_pushnil } from '../fengari.js';
import { bytesValue, moduleError, pushNilAnd, pushValue } from '../results.js';
import { defineClass } from '../userdata.js';
import { askHost } from './http-run.js';
import { wholeAt } from './time-arguments.js';

const DEFAULT_READ_BYTES = 32 * 1024;
const MAX_READ_BYTES = 16 * 1024 * 1024;

export class BodyStream {
  readonly opaqueKind = 'http stream';
  /** The exchange that the rest comes from, or null: `bytes` is all. */
  readonly exchange: number | null;
  bytes: Uint8Array | null;
  position = 0;
  closed = false;
  constructor(exchange: number | null, bytes: Uint8Array | null) {
    this.exchange = exchange;
    this.bytes = bytes;
  }
}

export function defineStream(core: Core): void {
  const self: (L: LuaState) => BodyStream = defineClass(core, 'http stream', BodyStream, {
    read: (L) => readMore(core, L, self(L)),
    close: (L) => {
      self(L).closed = true;
      lua_pushboolean(L, true);
      lua_pushnil(L);
      return 2;
    },
  });
}

/** `bytes, nil`; `nil, nil` at the end. */
function readMore(core: Core, L: LuaState, stream: BodyStream): number {
  if (stream.closed) return pushNilAnd(core, L, moduleError('Invalid', 'the stream is closed'));
  const asked = lua_isnoneornil(L, 2) ? 0 : wholeAt(L, 2);
  const most = Math.min(asked <= 0 ? DEFAULT_READ_BYTES : asked, MAX_READ_BYTES);
  const { bytes, position } = stream;
  if (bytes !== null) {
    const end = Math.min(bytes.length, position + most);
    stream.position = end;
    return pushPiece(core, L, end === position ? null : bytes.slice(position, end));
  }
  return askHost(core, L, 'http.read', [stream.exchange!, most], (state, given) =>
    pushPiece(core, state, given as Uint8Array | null),
  );
}

function pushPiece(core: Core, L: LuaState, bytes: Uint8Array | null): number {
  if (bytes === null) lua_pushnil(L);
  else pushValue(core, L, bytesValue(bytes));
  lua_pushnil(L);
  return 2;
}
