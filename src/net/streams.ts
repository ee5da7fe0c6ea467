/** Bytes in and out of the host's streams, by demand: nobody reads ahead or buffers more than a bound. */
import type { Readable, Writable } from 'node:stream';
import { closedError, fromNodeError, netError } from './denied.js';
import { notify, type Thing, untilReady } from './things.js';

/** What one stream holds at most before whoever writes must wait. */
export const BUFFER_BYTES = 64 * 1024;
/** The longest answer to one read. */
const MAX_READ_BYTES = 1024 * 1024;

/** Names and values in the order they came; values hold a byte in each character. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

const NOTHING = new Uint8Array(0);

/** Bytes that come in. */
export class ByteSource implements Thing {
  readonly watchers = new Set<() => void>();
  private readonly stream: Readable;
  private readonly what: string;
  private ended = false;
  private closed = false;
  private failure: unknown = null;
  private bytes = 0;
  private readonly maxBytes: number;

  /**
   * @param what `response of example.com:80`, for messages
   * @param maxBytes more is an error
   */
  constructor(stream: Readable, what: string, maxBytes = Number.POSITIVE_INFINITY) {
    this.stream = stream;
    this.what = what;
    this.maxBytes = maxBytes;
    stream.on('readable', () => {
      if (stream.readableLength === 0) stream.read(0);
      notify(this);
    });
    stream.on('end', () => {
      this.ended = true;
      notify(this);
    });
    stream.on('error', (error) => this.fail(error));
    stream.on('close', () => {
      if (!this.ended) this.fail(netError('ECONNRESET', `${what} was cut off`));
    });
  }

  /** The first failure counts. */
  fail(failure: unknown): void {
    if (this.ended) return;
    this.failure ??= failure;
    notify(this);
  }

  ready(): boolean {
    return this.isOver() || this.stream.readableLength > 0;
  }

  /** Nothing more will come. */
  isOver(): boolean {
    return this.closed || this.ended || this.failure !== null;
  }

  /**
   * What is there, at most `max` bytes; an empty array while nothing is, null at the end.
   * @throws HostError
   */
  read(max: number): Uint8Array | null {
    if (this.closed) throw closedError(this.what);
    const wanted = Math.min(max, MAX_READ_BYTES, this.stream.readableLength);
    if (wanted > 0 && !this.ended) {
      const chunk = this.stream.read(wanted) as Buffer;
      // An end that has come already is told only to who asks again.
      if (this.stream.readableLength === 0) this.stream.read(0);
      return this.counted(chunk);
    }
    if (this.ended) return null;
    if (this.failure !== null) throw fromNodeError(this.failure, `read the ${this.what}`);
    return NOTHING;
  }

  private counted(chunk: Buffer): Uint8Array {
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) {
      this.close();
      throw netError('EMSGSIZE', `${this.what} is larger than ${this.maxBytes} bytes`, { limit: this.maxBytes });
    }
    return chunk;
  }

  /** As {@link read}, but waits until there is something. */
  async readWhenReady(max: number, signal: AbortSignal): Promise<Uint8Array | null> {
    await untilReady(this, signal);
    return this.read(max);
  }

  /** What comes from now on is of no interest to anybody. */
  stop(): void {
    this.ended = true;
    this.stream.removeAllListeners('readable').resume();
    notify(this);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.onClose(this.ended);
  }

  /** What closing means: by default the stream is destroyed. */
  onClose: (ended: boolean) => void = (ended) => {
    if (!ended) this.stream.destroy();
  };
}

/** Bytes that go out. */
export class ByteSink implements Thing {
  readonly watchers = new Set<() => void>();
  private readonly stream: Writable;
  private readonly what: string;
  private flushing = false;
  private ended = false;
  private closed = false;
  private failure: unknown = null;
  private unwanted: unknown = null;

  constructor(stream: Writable, what: string) {
    this.stream = stream;
    this.what = what;
    stream.on('error', (error) => this.fail(error));
    stream.on('close', () => {
      if (!stream.writableFinished) this.fail(netError('EPIPE', `${what} was closed by the other side`));
    });
  }

  /** The first failure counts. */
  fail(failure: unknown): void {
    this.failure ??= failure;
    notify(this);
  }

  /** Nobody takes more, though nothing went wrong: who writes is told, who ends is not. */
  refuse(why: unknown): void {
    this.unwanted ??= why;
    notify(this);
  }

  ready(): boolean {
    return this.closed || this.ended || this.failure !== null || this.unwanted !== null || this.space() > 0;
  }

  private space(): number {
    if (this.flushing && this.stream.writableLength > 0) return 0;
    this.flushing = false;
    return Math.max(0, BUFFER_BYTES - this.stream.writableLength);
  }

  private check(): void {
    if (this.closed || this.ended) throw closedError(this.what);
    if (this.failure !== null) throw fromNodeError(this.failure, `write the ${this.what}`);
  }

  /** Bytes that may be written now. @throws HostError */
  room(): number {
    this.check();
    if (this.unwanted !== null) throw fromNodeError(this.unwanted, `write the ${this.what}`);
    return this.space();
  }

  /** Takes no more than there is room for. @returns how many bytes were taken @throws HostError */
  write(bytes: Uint8Array): number {
    const taken = Math.min(this.room(), bytes.length);
    if (taken > 0) this.push(taken === bytes.length ? bytes : bytes.subarray(0, taken));
    return taken;
  }

  private push(bytes: Uint8Array): void {
    this.stream.write(bytes, () => notify(this));
  }

  /** Nothing more is taken until everything is with the system. */
  flush(): void {
    this.check();
    this.flushing = true;
    this.onFlush();
  }

  /** Has what is held back elsewhere go out. */
  onFlush: () => void = () => {};

  /** Everything, however long the other side takes. */
  async writeAll(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    for (let offset = 0; offset < bytes.length; ) {
      await untilReady(this, signal);
      offset += this.write(bytes.subarray(offset));
    }
    this.flush();
    await untilReady(this, signal);
    this.check();
  }

  /** No more bytes will come. @throws HostError, when what was written could not be sent */
  end(trailers: HeaderList = []): void {
    this.check();
    this.ended = true;
    this.beforeEnd(trailers);
    this.stream.end();
    notify(this);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.onClose(this.ended);
  }

  /** What is to be done with trailers: by default, nothing. */
  beforeEnd: (trailers: HeaderList) => void = () => {};

  /** What closing means: by default, an end that was not said cuts the stream off. */
  onClose: (ended: boolean) => void = (ended) => {
    if (!ended) this.stream.destroy();
  };
}
