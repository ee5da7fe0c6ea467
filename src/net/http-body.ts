/** A body that comes over HTTP, of a response here or of a request to this host. */
import type { IncomingMessage } from 'node:http';
import { pairsOf } from '../pairs.js';
import { MAX_TIMER_MS } from '../timers.js';
import { timeoutError } from './http-errors.js';
import { ByteSource, type HeaderList } from './streams.js';

/** Its bytes, and its trailers once it has been read. */
export class HttpBody extends ByteSource {
  private readonly message: IncomingMessage;
  private timer: NodeJS.Timeout | undefined;
  private draining = false;

  constructor(message: IncomingMessage, what: string, betweenBytesMs: number, maxBytes = Number.POSITIVE_INFINITY) {
    super(message, what, maxBytes);
    this.message = message;
    const restart = () => {
      clearTimeout(this.timer);
      const expire = () => this.fail(timeoutError('connection-read-timeout', what, betweenBytesMs));
      // While nobody reads what has come, nothing is missing.
      if (message.readableLength > 0 || message.readableEnded || message.destroyed) return;
      this.timer = setTimeout(expire, Math.min(betweenBytesMs, MAX_TIMER_MS));
    };
    message.on('readable', restart);
    message.on('close', () => clearTimeout(this.timer));
    this.restart = restart;
    restart();
  }

  private readonly restart: () => void;

  override read(max: number): Uint8Array | null {
    const bytes = super.read(max);
    this.restart();
    return bytes;
  }

  /** Nobody wants the rest, but what comes after it. */
  drain(): void {
    if (this.draining || this.message.readableEnded) return;
    this.draining = true;
    this.message.removeAllListeners('readable').on('data', this.restart).resume();
  }

  override ready(): boolean {
    return this.draining ? super.isOver() : super.ready();
  }

  /** @returns null while the body's end has not come @throws HostError, when it never will */
  trailers(): HeaderList | null {
    this.drain();
    if (this.message.readableEnded) return pairsOf(this.message.rawTrailers);
    if (this.isOver()) this.read(0);
    return null;
  }
}
