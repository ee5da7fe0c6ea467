/** `stream:scanner()`: pieces of a response's body. Its task waits for what has not come. */

import { HostError } from '../../errors.js';
import type { Value } from '../../values.js';
import type { Core } from '../core.js';
import type { LuaState } from '../fengari.js';
import { moduleError } from '../results.js';
import { defineClass } from '../userdata.js';
import { type Ask, askWhileWaiting, clientError } from './http-client-run.js';
import { pieceMethods, pushFound, Scanner, type Split } from './scanner.js';

/** The response's body: what the host's thread knows it by, and whether it is closed. */
interface OpenBody {
  readonly id: number;
  readonly url: string;
  readonly closed: boolean;
}

export class StreamScanner extends Scanner {
  private readonly stream: OpenBody;

  constructor(stream: OpenBody, split: Split) {
    super(split);
    this.stream = stream;
  }

  /** Goes to the next piece. @returns false at the end, and when something went wrong */
  scan(ask: Ask): boolean | Promise<boolean> {
    try {
      for (;;) {
        const found = this.next();
        if (found !== null) return found;
        const bytes = this.fetch(ask);
        if (bytes instanceof Promise) return this.scanLater(ask, bytes);
        this.take(bytes as Uint8Array | null);
      }
    } catch (thrown) {
      return this.failed(thrown);
    }
  }

  private async scanLater(ask: Ask, first: Promise<Value>): Promise<boolean> {
    try {
      for (let bytes: Value | Promise<Value> = first; ; bytes = this.fetch(ask)) {
        this.take((await bytes) as Uint8Array | null);
        const found = this.next();
        if (found !== null) return found;
      }
    } catch (thrown) {
      return this.failed(thrown);
    }
  }

  private fetch(ask: Ask): Value | Promise<Value> {
    if (this.stream.closed) throw moduleError('Invalid', 'the stream is closed');
    return ask('net.read-wait', this.stream.id, this.wanted());
  }

  private failed(thrown: unknown): false {
    const failure = clientError(this.stream.url)(thrown);
    if (!(failure instanceof HostError)) throw thrown;
    this.error = failure;
    return false;
  }
}

export function defineStreamScanner(core: Core): void {
  const self: (L: LuaState) => StreamScanner = defineClass(core, 'http_client scanner', StreamScanner, {
    scan: (L) => {
      const scanner = self(L);
      return askWhileWaiting<boolean>(
        core,
        L,
        'scan of a response',
        (ask) => scanner.scan(ask),
        (state, found) => pushFound(core, state, scanner, found),
      );
    },
    ...pieceMethods(core, (L) => self(L)),
  });
}
