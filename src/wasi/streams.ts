/**
 * `wasi:io/streams` over whatever gives or takes bytes. Files, sockets, HTTP bodies and the standard streams each bring a small
 * source or sink; permits, blocking, splicing and errors are here, once.
 */
import type { HostImportInterface } from '../component/types.js';
import { IoError, rethrowEnd } from './errors.js';
import { after, attempt, type Later, until } from './later.js';
import { following, Pollable, type Readiness, type Waiter, waitForAny } from './poll.js';

/** Where an input stream's bytes come from. What it throws is the operation's failure, told to the guest as an `error`. */
export interface ByteSource {
  readonly readiness: Readiness;
  /** Up to `length` bytes, 1 or more asked for: what is there now; none: nothing yet; null: the end. */
  read(length: number): Later<Uint8Array | null>;
  /** As `read`, once there is at least a byte, or the end; default: waits for `readiness`, then reads. */
  readBlocking?(length: number): Later<Uint8Array | null>;
  /** The stream was dropped, has ended or failed. Once. */
  close(): void;
}

/** Where an output stream's bytes go. What it throws is the operation's failure. */
export interface ByteSink {
  readonly readiness: Readiness;
  /** How many bytes the next write may have; 0: none for now; null: it takes nothing any more. */
  capacity(): Later<number | null>;
  /** Takes all of `bytes`, which are no more than it had capacity for and its own from now on. */
  write(bytes: Uint8Array): Later<void>;
  /** Has what was written go out; waits for nothing. */
  flush(): Later<void>;
  /** As `flush`, once everything is out; default: `flush`, then waits for `readiness`. */
  flushBlocking?(): Later<void>;
  /** Writes up to 4096 bytes and waits until they are out, in one go; default: capacity, write, flush. */
  writeBlocking?(bytes: Uint8Array): Later<void>;
  close(): void;
}

/** Thrown by a source or sink where the other end has closed, which is no failure. */
export class StreamClosed extends Error {
  override readonly name = 'StreamClosed';
}

/** The variant `stream-error`. */
type StreamError = { readonly 'last-operation-failed': IoError } | 'closed';
type StreamResult<T> = { readonly ok: T } | { readonly err: StreamError };

/** `result<_, stream-error>` of what went well. */
const DONE: StreamResult<true> = { ok: true };
const CLOSED: { readonly err: StreamError } = { err: 'closed' };
const NO_BYTES: StreamResult<Uint8Array> = { ok: new Uint8Array(0) };

/** At most so much in one answer, whatever a guest asks for. */
export const MAX_READ_BYTES = 2 ** 20;
/** What `blocking-write-and-flush` and its likes take at once, by their WIT. */
const MAX_BLOCKING_BYTES = 4096;

function readLength(length: bigint): number {
  return length > MAX_READ_BYTES ? MAX_READ_BYTES : Number(length);
}

/** The resource `input-stream`. */
export class InputStream {
  private readonly world: Waiter;
  private source: ByteSource | null;

  constructor(world: Waiter, source: ByteSource) {
    this.world = world;
    this.source = source;
  }

  read(length: bigint): Later<StreamResult<Uint8Array>> {
    return this.take(length, (source, count) => source.read(count));
  }

  blockingRead(length: bigint): Later<StreamResult<Uint8Array>> {
    return this.take(length, (source, count) => this.readBlocking(source, count));
  }

  skip(length: bigint): Later<StreamResult<bigint>> {
    return after(this.read(length), countOf);
  }

  blockingSkip(length: bigint): Later<StreamResult<bigint>> {
    return after(this.blockingRead(length), countOf);
  }

  subscribe(): Pollable {
    return new Pollable(this.world, this.readiness);
  }

  /** Of the stream, closed or not: what is closed has nothing to wait for. */
  get readiness(): Readiness {
    return following(() => this.source);
  }

  [Symbol.dispose](): void {
    this.end();
  }

  private take(
    length: bigint,
    read: (source: ByteSource, count: number) => Later<Uint8Array | null>,
  ): Later<StreamResult<Uint8Array>> {
    const { source } = this;
    if (source === null) return CLOSED;
    if (length === 0n) return NO_BYTES;
    return attempt(
      () => read(source, readLength(length)),
      (bytes): StreamResult<Uint8Array> => {
        if (bytes !== null) return { ok: bytes };
        this.end();
        return CLOSED;
      },
      (thrown) => this.fail(thrown),
    );
  }

  private readBlocking(source: ByteSource, count: number): Later<Uint8Array | null> {
    if (source.readBlocking !== undefined) return source.readBlocking(count);
    return until<Uint8Array | null>(() =>
      after(source.read(count), (bytes) => {
        if (bytes === null || bytes.length > 0) return bytes;
        return after(waitForAny(this.world, [source.readiness]), () => undefined);
      }),
    );
  }

  private fail(thrown: unknown): { readonly err: StreamError } {
    this.end();
    return failure(thrown);
  }

  private end(): void {
    const { source } = this;
    this.source = null;
    source?.close();
  }
}

function countOf(result: StreamResult<Uint8Array>): StreamResult<bigint> {
  return 'ok' in result ? { ok: BigInt(result.ok.length) } : result;
}

function failure(thrown: unknown): { readonly err: StreamError } {
  if (thrown instanceof StreamClosed) return CLOSED;
  rethrowEnd(thrown);
  return { err: { 'last-operation-failed': new IoError(thrown) } };
}

/** The resource `output-stream`. */
export class OutputStream {
  private readonly world: Waiter;
  private sink: ByteSink | null;
  /** Bytes that the next writes may have. */
  private permit = 0;

  constructor(world: Waiter, sink: ByteSink) {
    this.world = world;
    this.sink = sink;
  }

  checkWrite(): Later<StreamResult<bigint>> {
    return this.run(
      (sink) => sink.capacity(),
      (capacity): StreamResult<bigint> => {
        if (capacity === null) return this.close();
        this.permit = capacity;
        return { ok: BigInt(capacity) };
      },
    );
  }

  write(contents: Uint8Array): Later<StreamResult<true>> {
    this.spend(contents.length);
    return this.run((sink) => sink.write(contents), done);
  }

  blockingWriteAndFlush(contents: Uint8Array): Later<StreamResult<true>> {
    if (contents.length > MAX_BLOCKING_BYTES) throw tooLong(contents.length);
    return this.run((sink) => this.writeAll(sink, contents), done);
  }

  flush(): Later<StreamResult<true>> {
    return this.run((sink) => sink.flush(), done);
  }

  blockingFlush(): Later<StreamResult<true>> {
    return this.run((sink) => this.flushAll(sink), done);
  }

  writeZeroes(length: bigint): Later<StreamResult<true>> {
    this.spend(length);
    return this.run((sink) => sink.write(new Uint8Array(Number(length))), done);
  }

  blockingWriteZeroesAndFlush(length: bigint): Later<StreamResult<true>> {
    if (length > MAX_BLOCKING_BYTES) throw tooLong(length);
    return this.blockingWriteAndFlush(new Uint8Array(Number(length)));
  }

  splice(source: InputStream, length: bigint): Later<StreamResult<bigint>> {
    return after(this.checkWrite(), (permitted) => {
      if ('err' in permitted) return permitted;
      return this.move(() => source.read(length < permitted.ok ? length : permitted.ok));
    });
  }

  blockingSplice(source: InputStream, length: bigint): Later<StreamResult<bigint>> {
    const canWrite = this.sink === null ? undefined : waitForAny(this.world, [this.sink.readiness]);
    return after<unknown, StreamResult<bigint>>(canWrite, () =>
      after(this.checkWrite(), (permitted) => {
        if ('err' in permitted) return permitted;
        return this.move(() => source.blockingRead(length < permitted.ok ? length : permitted.ok));
      }),
    );
  }

  subscribe(): Pollable {
    const readiness = following(() => this.sink);
    return new Pollable(this.world, readiness);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  private move(read: () => Later<StreamResult<Uint8Array>>): Later<StreamResult<bigint>> {
    return after(read(), (bytes) => {
      if ('err' in bytes) return bytes;
      if (bytes.ok.length === 0) return { ok: 0n };
      const count = BigInt(bytes.ok.length);
      return after(
        this.write(bytes.ok),
        (written): StreamResult<bigint> => ('err' in written ? written : { ok: count }),
      );
    });
  }

  private spend(length: number | bigint): void {
    if (length > this.permit) {
      throw new Error(`${length} bytes written, ${this.permit} permitted by check-write: ask it before each write`);
    }
    this.permit -= Number(length);
  }

  private writeAll(sink: ByteSink, bytes: Uint8Array): Later<void> {
    if (sink.writeBlocking !== undefined) return sink.writeBlocking(bytes);
    let rest = bytes;
    const written = until<true>(() => {
      if (rest.length === 0) return true;
      return after(sink.capacity(), (capacity): Later<undefined> => {
        if (capacity === null) throw new StreamClosed('the stream is closed');
        if (capacity === 0) return after(waitForAny(this.world, [sink.readiness]), () => undefined);
        const part = rest.subarray(0, capacity);
        rest = rest.subarray(capacity);
        return after(sink.write(part), () => undefined);
      });
    });
    return after(written, () => this.flushAll(sink));
  }

  private flushAll(sink: ByteSink): Later<void> {
    if (sink.flushBlocking !== undefined) return sink.flushBlocking();
    return after(sink.flush(), () => after(waitForAny(this.world, [sink.readiness]), () => {}));
  }

  private run<T, R>(
    operation: (sink: ByteSink) => Later<T>,
    finish: (value: T) => StreamResult<R>,
  ): Later<StreamResult<R>> {
    const { sink } = this;
    if (sink === null) return CLOSED;
    return attempt(
      () => operation(sink),
      finish,
      (thrown) => {
        this.close();
        return failure(thrown);
      },
    );
  }

  private close(): { readonly err: StreamError } {
    const { sink } = this;
    this.sink = null;
    this.permit = 0;
    sink?.close();
    return CLOSED;
  }
}

const done = (): StreamResult<true> => DONE;

function tooLong(length: number | bigint): Error {
  return new Error(`${length} bytes at once: it takes up to ${MAX_BLOCKING_BYTES}`);
}

export function streamsInterface(): HostImportInterface {
  return { InputStream, OutputStream };
}
