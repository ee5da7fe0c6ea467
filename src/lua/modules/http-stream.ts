/** Bodies in pieces: of a request as it comes, of a response, or of bytes that are there. All of them have the same methods. */

import type { Value } from '../../values.js';
import type { Core } from '../core.js';
import { type LuaState, lua_isnoneornil, lua_pushboolean, lua_pushnil } from '../fengari.js';
import { chargeSteps } from '../limits.js';
import { answer, bytesValue, moduleError, pushNilAnd, pushValue } from '../results.js';
import { defineClass } from '../userdata.js';
import { type Ask, askWhileWaiting } from './http-client-run.js';
import { defineStreamScanner, StreamScanner } from './http-scanner.js';
import { splitAt } from './scanner.js';
import { wholeAt } from './time-arguments.js';

const DEFAULT_READ_BYTES = 32 * 1024;
const MAX_READ_BYTES = 16 * 1024 * 1024;

/** Where bytes come from. */
interface StreamSource {
  /** Of all bytes, or -1. */
  readonly size: number;
  /** At most `most` bytes, at least one; null at the end. */
  fetch(ask: Ask, most: number): Value | Promise<Value>;
  /** Nobody reads any more. */
  close(): void;
  /** What is told of what was thrown. */
  failed(thrown: unknown): unknown;
}

export class BodyStream {
  readonly opaqueKind = 'http stream';
  private readonly source: StreamSource;
  private isClosed = false;

  constructor(source: StreamSource) {
    this.source = source;
  }

  get size(): number {
    return this.source.size;
  }

  /** @throws HostError Invalid, when it is closed */
  fetch(ask: Ask, most: number): Value | Promise<Value> {
    this.checkOpen();
    return this.source.fetch(ask, most);
  }

  checkOpen(): void {
    if (this.isClosed) throw moduleError('Invalid', 'the stream is closed');
  }

  failed(thrown: unknown): unknown {
    return this.source.failed(thrown);
  }

  /** A second time does nothing. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.source.close();
  }
}

/** Bytes that are there. */
export function streamOf(bytes: Uint8Array): BodyStream {
  let position = 0;
  return new BodyStream({
    size: bytes.length,
    fetch(_ask, most) {
      const end = Math.min(bytes.length, position + most);
      const piece = end === position ? null : bytes.slice(position, end);
      position = end;
      return piece;
    },
    close: () => {},
    failed: (thrown) => thrown,
  });
}

/** Makes streams and their scanners known to the VM. */
export function defineStream(core: Core): void {
  defineStreamScanner(core);
  const self: (L: LuaState) => BodyStream = defineClass(core, 'http stream', BodyStream, {
    read: (L) => readMore(core, L, self(L)),
    write: (L) => cannot(core, L, self(L), 'write'),
    seek: (L) => cannot(core, L, self(L), 'seek'),
    flush: (L) => cannot(core, L, self(L), 'flush'),
    stat: (L) => {
      const { size } = self(L);
      return answer(core, L, () => ({ size, readable: true, writable: false, seekable: false }));
    },
    scanner: (L) => {
      const stream = self(L);
      const split = splitAt(L, 2);
      try {
        stream.checkOpen();
      } catch (thrown) {
        return pushNilAnd(core, L, thrown);
      }
      core.userdata.push(L, new StreamScanner(stream, split));
      lua_pushnil(L);
      return 2;
    },
    close: (L) => {
      self(L).close();
      lua_pushboolean(L, true);
      lua_pushnil(L);
      return 2;
    },
  });
}

function cannot(core: Core, L: LuaState, stream: BodyStream, what: string): number {
  try {
    stream.checkOpen();
    throw moduleError('Invalid', `stream:${what}: a body that came can only be read`);
  } catch (thrown) {
    return pushNilAnd(core, L, thrown);
  }
}

/** `bytes, nil`; `nil, nil` at the end. */
function readMore(core: Core, L: LuaState, stream: BodyStream): number {
  const asked = lua_isnoneornil(L, 2) ? 0 : wholeAt(L, 2);
  if (asked < 0) return pushNilAnd(core, L, moduleError('Invalid', 'stream:read: expected 0 bytes or more'));
  const most = Math.min(asked === 0 ? DEFAULT_READ_BYTES : asked, MAX_READ_BYTES);
  return askWhileWaiting<Value>(
    core,
    L,
    'read of a body',
    (ask) => stream.fetch(ask, most),
    (state, bytes) => {
      if (bytes === null) lua_pushnil(state);
      else {
        chargeSteps(core, (bytes as Uint8Array).length >> 6);
        pushValue(core, state, bytesValue(bytes as Uint8Array));
      }
      lua_pushnil(state);
      return 2;
    },
    (state, thrown) => pushNilAnd(core, state, stream.failed(thrown)),
  );
}
