/** `stream:scanner()`: a response's lines, words, bytes or characters, one at a time. Its task waits for what has not come. */

import { HostError } from '../../errors.js';
import type { Value } from '../../values.js';
import type { Core } from '../core.js';
import { type LuaState, lua_pushboolean, lua_pushnil } from '../fengari.js';
import { chargeSteps } from '../limits.js';
import { pushError } from '../raise.js';
import { bytesValue, moduleError, pushValue } from '../results.js';
import { defineClass } from '../userdata.js';
import { MAX_TOKEN_BYTES, type Split } from './fs-scanner.js';
import { joined } from './http-client-multipart.js';
import { type Ask, askWhileWaiting, clientError } from './http-client-run.js';
import type { ResponseStream } from './http-client-stream.js';

const CHUNK_BYTES = 64 * 1024;
const BYTES_PER_STEP = 16;
const NO_BYTES = new Uint8Array(0);

export class StreamScanner {
  private readonly stream: ResponseStream;
  private readonly split: Split;
  private rest: Uint8Array = NO_BYTES;
  private atEnd = false;
  text: Uint8Array = NO_BYTES;
  error: HostError | null = null;

  constructor(stream: ResponseStream, split: Split) {
    this.stream = stream;
    this.split = split;
  }

  /** Goes to the next piece. @returns false at the end, and when something went wrong */
  scan(ask: Ask): boolean | Promise<boolean> {
    this.text = NO_BYTES;
    for (;;) {
      const found = this.next();
      if (found !== null) return found;
      const bytes = this.fetch(ask);
      if (bytes instanceof Promise) return this.scanLater(ask, bytes);
      this.take(bytes as Uint8Array | null);
    }
  }

  private async scanLater(ask: Ask, first: Promise<Value>): Promise<boolean> {
    this.take((await first) as Uint8Array | null);
    for (;;) {
      const found = this.next();
      if (found !== null) return found;
      this.take((await this.fetch(ask)) as Uint8Array | null);
    }
  }

  /** From what is there; null: more must come. */
  private next(): boolean | null {
    if (this.error !== null) return false;
    for (;;) {
      const { take, advance } = this.split(this.rest, this.atEnd);
      this.rest = this.rest.subarray(advance);
      if (take !== null) {
        this.text = take;
        return true;
      }
      if (this.atEnd) return false;
      if (advance === 0 || this.rest.length === 0) return null;
    }
  }

  private fetch(ask: Ask): Value | Promise<Value> {
    if (this.rest.length > MAX_TOKEN_BYTES) {
      throw moduleError('Invalid', `scanner: a piece is longer than ${MAX_TOKEN_BYTES} bytes`);
    }
    if (this.stream.closed) throw moduleError('Invalid', 'the stream is closed');
    return ask('net.read-wait', this.stream.id, CHUNK_BYTES);
  }

  private take(bytes: Uint8Array | null): void {
    if (bytes === null) this.atEnd = true;
    else this.rest = joined([this.rest, bytes]);
  }

  fail(thrown: unknown): unknown {
    const failure = clientError(this.stream.url)(thrown);
    if (failure instanceof HostError) this.error = failure;
    return failure;
  }
}

export function defineStreamScanner(core: Core): void {
  const self: (L: LuaState) => StreamScanner = defineClass(core, 'http_client scanner', StreamScanner, {
    scan: (L) => {
      const scanner = self(L);
      const told = async (found: boolean | Promise<boolean>) => {
        try {
          return await found;
        } catch (thrown) {
          if (!(scanner.fail(thrown) instanceof HostError)) throw thrown;
          return false;
        }
      };
      return askWhileWaiting<boolean>(
        core,
        L,
        'scan of a response',
        (ask) => {
          try {
            const found = scanner.scan(ask);
            return typeof found === 'boolean' ? found : told(found);
          } catch (thrown) {
            if (!(scanner.fail(thrown) instanceof HostError)) throw thrown;
            return false;
          }
        },
        (state, found) => {
          chargeSteps(core, Math.ceil(scanner.text.length / BYTES_PER_STEP));
          lua_pushboolean(state, found);
          return 1;
        },
      );
    },
    text: (L) => pushValue(core, L, bytesValue(self(L).text.slice())),
    err: (L) => {
      const { error } = self(L);
      if (error === null) lua_pushnil(L);
      else pushError(core, L, error);
      return 1;
    },
  });
}
