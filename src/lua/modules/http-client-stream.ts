/** The body of a response that is read in pieces. */

import type { Value } from '../../values.js';
import type { Core } from '../core.js';
import { type LuaState, lua_isnoneornil, lua_pushboolean, lua_pushnil } from '../fengari.js';
import { chargeSteps } from '../limits.js';
import { answer, bytesValue, moduleError, pushNilAnd, pushValue } from '../results.js';
import { ioOf } from '../run-io.js';
import { defineClass } from '../userdata.js';
import { askWhileWaiting, clientError } from './http-client-run.js';
import { defineStreamScanner, StreamScanner } from './http-client-scanner.js';
import { splitAt } from './scanner.js';
import { wholeAt } from './time-arguments.js';

const DEFAULT_READ_BYTES = 32 * 1024;
const MAX_READ_BYTES = 1024 * 1024;

export class ResponseStream {
  /** What the host's thread knows it by. */
  readonly id: number;
  readonly url: string;
  /** Of the header, or -1. */
  readonly size: number;
  closed = false;

  constructor(id: number, url: string, size: number) {
    this.id = id;
    this.url = url;
    this.size = size;
  }
}

export function defineResponseStream(core: Core): void {
  defineStreamScanner(core);
  const self: (L: LuaState) => ResponseStream = defineClass(core, 'http_client stream', ResponseStream, {
    read: (L) => {
      const stream = self(L);
      const asked = lua_isnoneornil(L, 2) ? 0 : wholeAt(L, 2);
      return readMore(core, L, stream, asked);
    },
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
      if (stream.closed) return pushNilAnd(core, L, closed());
      core.userdata.push(L, new StreamScanner(stream, split));
      lua_pushnil(L);
      return 2;
    },
    close: (L) => {
      const stream = self(L);
      if (!stream.closed) closeStream(core, stream);
      lua_pushboolean(L, true);
      lua_pushnil(L);
      return 2;
    },
  });
}

function closeStream(core: Core, stream: ResponseStream): void {
  stream.closed = true;
  const asked = ioOf(core, core.task!.run).call('net.close', [stream.id]);
  asked.catch(() => {}); // it ended with its run
}

function closed(): Error {
  return moduleError('Invalid', 'the stream is closed');
}

function cannot(core: Core, L: LuaState, stream: ResponseStream, what: string): number {
  const why = stream.closed ? closed() : moduleError('Invalid', `stream:${what}: a response's body can only be read`);
  return pushNilAnd(core, L, why);
}

/** `bytes, nil`; `nil, nil` at the end. */
function readMore(core: Core, L: LuaState, stream: ResponseStream, asked: number): number {
  if (stream.closed) return pushNilAnd(core, L, closed());
  if (asked < 0) return pushNilAnd(core, L, moduleError('Invalid', 'stream:read: expected 0 bytes or more'));
  const most = Math.min(asked === 0 ? DEFAULT_READ_BYTES : asked, MAX_READ_BYTES);
  return askWhileWaiting<Value>(
    core,
    L,
    'read of a response',
    (ask) => ask('net.read-wait', stream.id, most),
    (state, bytes) => {
      if (bytes === null) lua_pushnil(state);
      else {
        chargeSteps(core, (bytes as Uint8Array).length >> 6);
        pushValue(core, state, bytesValue(bytes as Uint8Array));
      }
      lua_pushnil(state);
      return 2;
    },
    clientError(stream.url),
  );
}
