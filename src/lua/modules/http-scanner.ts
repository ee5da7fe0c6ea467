/** `stream:scanner()`: pieces of a body. Its task waits for what has not come. */

import { HostError } from '../../errors.js';
import type { Value } from '../../values.js';
import type { Core } from '../core.js';
import type { LuaState } from '../fengari.js';
import { defineClass } from '../userdata.js';
import { type Ask, askWhileWaiting } from './http-client-run.js';
import { pieceMethods, pushFound, Scanner, type Split } from './scanner.js';

/** A body that is read in pieces. */
interface OpenBody {
  fetch(ask: Ask, most: number): Value | Promise<Value>;
  failed(thrown: unknown): unknown;
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
        const bytes = this.stream.fetch(ask, this.wanted());
        if (bytes instanceof Promise) return this.scanLater(ask, bytes);
        this.take(bytes as Uint8Array | null);
      }
    } catch (thrown) {
      return this.failed(thrown);
    }
  }

  private async scanLater(ask: Ask, first: Promise<Value>): Promise<boolean> {
    try {
      for (let bytes: Value | Promise<Value> = first; ; bytes = this.stream.fetch(ask, this.wanted())) {
        this.take((await bytes) as Uint8Array | null);
        const found = this.next();
        if (found !== null) return found;
      }
    } catch (thrown) {
      return this.failed(thrown);
    }
  }

  private failed(thrown: unknown): false {
    const failure = this.stream.failed(thrown);
    if (!(failure instanceof HostError)) throw thrown;
    this.error = failure;
    return false;
  }
}

export function defineStreamScanner(core: Core): void {
  const self: (L: LuaState) => StreamScanner = defineClass(core, 'http scanner', StreamScanner, {
    scan: (L) => {
      const scanner = self(L);
      return askWhileWaiting<boolean>(
        core,
        L,
        'scan of a body',
        (ask) => scanner.scan(ask),
        (state, found) => pushFound(core, state, scanner, found),
      );
    },
    ...pieceMethods(core, (L) => self(L)),
  });
}
