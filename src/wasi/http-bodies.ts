/** Bodies of `wasi:http/types`: both directions stream, as their other side takes and gives. */
import { Fields } from './http-fields.js';
import {
  bodySizeError,
  type ErrorCode,
  errorCodeOf,
  type HeaderList,
  type HttpResult,
  REFUSED,
} from './http-values.js';
import { after, attempt, type Later } from './later.js';
import { ALWAYS_READY, Pollable, type Readiness } from './poll.js';
import { Remote, RemoteSink, RemoteSource } from './remote.js';
import { type ByteSink, type ByteSource, InputStream, OutputStream, StreamClosed } from './streams.js';
import type { World } from './types.js';

/** What a body that nobody sends yet holds at most. */
const HELD_BYTES = 64 * 1024;

type Stream<T> = { readonly ok: T } | typeof REFUSED;

/** The resource `incoming-body`. */
export class IncomingBody {
  private readonly world: World;
  private readonly remote: Remote | null;
  private readonly whole: Uint8Array | null;
  private taken = false;

  constructor(world: World, content: Remote | Uint8Array) {
    this.world = world;
    this.remote = content instanceof Remote ? content : null;
    this.whole = content instanceof Remote ? null : content;
  }

  stream(): Stream<InputStream> {
    if (this.taken) return REFUSED;
    this.taken = true;
    const { remote } = this;
    // Its number stays: trailers come after the stream's end.
    const source = remote === null ? wholeSource(this.whole ?? NO_BYTES) : new RemoteSource(remote, () => {});
    return { ok: new InputStream(this.world, source) };
  }

  static finish(body: IncomingBody): FutureTrailers {
    return new FutureTrailers(body.world, body.remote);
  }

  [Symbol.dispose](): void {
    this.remote?.close();
  }
}

const NO_BYTES = new Uint8Array(0);

function wholeSource(bytes: Uint8Array): ByteSource {
  let offset = 0;
  return {
    readiness: ALWAYS_READY,
    read(length) {
      if (offset >= bytes.length) return null;
      offset += length;
      return bytes.subarray(offset - length, offset);
    },
    close: () => {},
  };
}

type Trailers = { readonly ok: HttpResult<Fields | undefined> } | typeof REFUSED;

/** The resource `future-trailers`. */
export class FutureTrailers {
  private readonly world: World;
  private readonly remote: Remote | null;
  private taken = false;
  private asked = false;

  constructor(world: World, remote: Remote | null) {
    this.world = world;
    this.remote = remote;
  }

  subscribe(): Pollable {
    const { remote } = this;
    if (remote === null || this.taken) return new Pollable(this.world, ALWAYS_READY);
    // What is left of the body has to be let through first.
    return new Pollable(this.world, this.asked ? remote.readiness : draining(remote, () => this.askOnce()));
  }

  private askOnce(): void {
    if (this.asked || this.remote === null) return;
    this.asked = true;
    this.world.io.call('net.drain', [this.remote.id]).catch(() => {}); // told by get
  }

  get(): Later<Trailers | undefined> {
    if (this.taken) return REFUSED;
    const { remote } = this;
    if (remote === null) return this.take({ ok: undefined });
    return attempt(
      () => remote.ask('net.trailers'),
      (trailers): Trailers | undefined => {
        if (trailers === null) return undefined;
        const list = trailers as unknown as HeaderList;
        return this.take({ ok: list.length === 0 ? undefined : Fields.received(list) });
      },
      (thrown) => this.take({ err: codeOf(thrown) }),
    );
  }

  private take(result: HttpResult<Fields | undefined>): Trailers {
    this.taken = true;
    this.remote?.close();
    return { ok: result };
  }

  [Symbol.dispose](): void {
    this.remote?.close();
  }
}

/** Readiness that begins with a question. */
function draining(remote: Remote, ask: () => void): Readiness {
  const { isReady, dueMs } = remote.readiness;
  return {
    isReady,
    dueMs,
    remote: () => {
      ask();
      return remote.readiness.remote();
    },
  };
}

/** Where a body goes once somebody sends it. */
export interface BodyTarget extends ByteSink {
  writeBlocking(bytes: Uint8Array): Later<void>;
  flushBlocking(): Later<void>;
  /** The body is complete. */
  finish(trailers: HeaderList): Later<void>;
  /** It never will be: the other side must not take it for the whole. */
  giveUp(): void;
}

/** The body of a request to elsewhere. */
export class RequestBody extends RemoteSink implements BodyTarget {
  private readonly body: Remote;

  constructor(body: Remote) {
    super(body, () => {});
    this.body = body;
  }

  flushBlocking(): Later<void> {
    return this.writeBlocking(NO_BYTES);
  }

  finish(trailers: HeaderList): Later<void> {
    return after(this.body.ask('net.finish', trailers as unknown as string[]), () => {});
  }

  giveUp(): void {
    this.body.close();
  }
}

/** The resource `outgoing-body`. What is written before somebody sends it is held, up to a bound. */
export class OutgoingBody {
  private readonly world: World;
  private readonly side: 'request' | 'response';
  private readonly length: number | null;
  private taken = false;
  private written = 0;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private target: BodyTarget | null = null;
  private attached = false;
  private ended: 'no' | 'finished' | 'given up' = 'no';
  private trailers: HeaderList = [];

  /** @param length of its header, or null */
  constructor(world: World, side: 'request' | 'response', length: number | null) {
    this.world = world;
    this.side = side;
    this.length = length;
  }

  write(): Stream<OutputStream> {
    if (this.taken) return REFUSED;
    this.taken = true;
    return { ok: new OutputStream(this.world, this.byteSink()) };
  }

  private byteSink(): ByteSink {
    const whenHeld: Readiness = {
      isReady: () => this.ended !== 'no' || (this.target?.readiness.isReady() ?? this.heldBytes < HELD_BYTES),
      dueMs: () => Number.POSITIVE_INFINITY,
      remote: () => this.target?.readiness.remote() ?? null,
    };
    return {
      readiness: whenHeld,
      capacity: () => {
        this.check();
        const target = this.open();
        return target === null ? HELD_BYTES - this.heldBytes : target.capacity();
      },
      write: (bytes) => this.put(bytes, (target) => target.write(bytes)),
      writeBlocking: (bytes) => this.put(bytes, (target) => target.writeBlocking(bytes)),
      flush: () => this.open()?.flush(),
      flushBlocking: () => this.open()?.flushBlocking(),
      close: () => {},
    };
  }

  /** Who sends it, once everything that was held is there. */
  private open(): BodyTarget | null {
    return this.attached ? this.target : null;
  }

  private check(): void {
    if (this.ended !== 'no') throw new StreamClosed('the body was finished');
  }

  private put(bytes: Uint8Array, send: (target: BodyTarget) => Later<void>): Later<void> {
    this.check();
    this.written += bytes.length;
    if (this.length !== null && this.written > this.length) {
      throw bodySizeError(this.side, this.written, this.length);
    }
    const target = this.open();
    if (target !== null) return send(target);
    this.held.push(bytes);
    this.heldBytes += bytes.length;
  }

  /** Somebody sends it: what was held goes out first. */
  attach(target: BodyTarget): Later<void> {
    this.target = target;
    if (this.ended === 'given up') {
      target.giveUp();
      return;
    }
    const held = this.held;
    this.held = [];
    this.heldBytes = 0;
    return after(this.sendHeld(target, held, 0), () => {
      this.attached = true;
      return this.ended === 'finished' ? target.finish(this.trailers) : undefined;
    });
  }

  private sendHeld(target: BodyTarget, held: readonly Uint8Array[], next: number): Later<void> {
    const chunk = held[next];
    if (chunk === undefined) return;
    return after(target.write(chunk), () => this.sendHeld(target, held, next + 1));
  }

  static finish(body: OutgoingBody, trailers: Fields | undefined): Later<HttpResult<true>> {
    return attempt(
      () => body.finish(trailers),
      (): HttpResult<true> => ({ ok: true }),
      (thrown): HttpResult<true> => ({ err: codeOf(thrown) }),
    );
  }

  private finish(trailers: Fields | undefined): Later<void> {
    if (this.ended !== 'no') return;
    if (this.length !== null && this.written !== this.length) {
      this.giveUp();
      throw bodySizeError(this.side, this.written, this.length);
    }
    this.ended = 'finished';
    this.trailers = trailers?.toHeaders() ?? [];
    return this.open()?.finish(this.trailers);
  }

  private giveUp(): void {
    this.ended = 'given up';
    this.target?.giveUp();
  }

  /** Without `finish`, what was sent is incomplete: the other side must not take it for the whole. */
  [Symbol.dispose](): void {
    if (this.ended === 'no') this.giveUp();
  }
}

/** The `error-code` of whatever was thrown. @throws what ends the call */
export function codeOf(thrown: unknown): ErrorCode {
  const code = errorCodeOf(thrown);
  if (code === null) throw thrown;
  return code;
}
