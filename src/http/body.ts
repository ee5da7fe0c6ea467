/** Request bodies: read whole within a bound. */
import type { IncomingMessage } from 'node:http';
import { HostError } from '../errors.js';
import { clientGone } from './reply.js';
import type { Exchange } from './types.js';

const NOTHING = Buffer.alloc(0);

/** A body that is larger than its service or its reader takes: answered by 413. */
export class BodyTooLarge extends HostError {
  constructor(limit: number) {
    super('Invalid', `request body too large: at most ${limit} bytes`, {
      retryable: false,
      details: { limit, status: 413 },
    });
  }
}

/** There is no room for a body beside those that are held already: answered by 503. */
class BodiesFull extends HostError {
  constructor() {
    super('Unavailable', 'too many large request bodies at once, try again later', {
      details: { status: 503, of: 'bodies' },
    });
  }
}

/** A body that is not read to its end; also where the error has crossed threads, or Lua said so. */
export function isRefusedBody(thrown: unknown): thrown is HostError {
  if (!(thrown instanceof HostError)) return false;
  const { kind, details } = thrown;
  return (kind === 'Invalid' && details?.status === 413) || (kind === 'Unavailable' && details?.of === 'bodies');
}

/** @returns false where there is no room for more bytes of this request */
function hold(exchange: Exchange, byteLength: number): boolean {
  const { bodies } = exchange;
  if (bodies.held + byteLength > bodies.limit) return false;
  bodies.held += byteLength;
  exchange.heldBytes += byteLength;
  return true;
}

/** The request is over: its bytes are somebody else's. */
export function release(exchange: Exchange): void {
  exchange.bodies.held -= exchange.heldBytes;
  exchange.heldBytes = 0;
}

/** Whether a body follows the head of the request. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  if (length !== undefined) return length !== '0';
  return headers['transfer-encoding'] !== undefined;
}

/** @throws BodyTooLarge where its length is announced and beyond `limit` */
export function checkAnnounced({ headers }: IncomingMessage, limit: number): void {
  const length = headers['content-length'];
  if (length !== undefined && Number(length) > limit) throw new BodyTooLarge(limit);
}

/** What is done with a body once it is there, or cannot come. */
interface BodyUse<T> {
  readonly of: T;
  /** Whose share of memory it takes. */
  readonly exchange: Exchange;
  readonly limit: number;
  ready(of: T, bytes: Uint8Array): void;
  failed(of: T, error: HostError): void;
}

/** One reading for all of its listeners: closures for each request would cost more than what they do. */
class Reading {
  readonly chunks: Buffer[] = [];
  readonly use: BodyUse<unknown>;
  length = 0;
  constructor(use: BodyUse<unknown>) {
    this.use = use;
  }
}

const READING = Symbol('reading');
type Read = IncomingMessage & { [READING]?: Reading | undefined };

/** @throws HostError Invalid, where somebody reads the body, or has read it: nothing would ever come. */
export function checkUnread(request: IncomingMessage): void {
  if ((request as Read)[READING] === undefined && !request.readableEnded) return;
  throw new HostError('Invalid', 'the body has been read', { retryable: false });
}

/**
 * Reads the whole body; at most `limit` bytes are ever held. A client that goes away before its end is Canceled.
 * @throws BodyTooLarge, where its length is announced and beyond the limit; HostError Invalid, where it has been read
 */
export function useBody<T>(request: IncomingMessage, use: BodyUse<T>): void {
  checkAnnounced(request, use.limit);
  checkUnread(request);
  (request as Read)[READING] = new Reading(use as BodyUse<unknown>);
  request.on('data', onData);
  request.on('end', onEnd);
  request.on('close', onClose);
  request.on('error', onClose);
  if (request.isPaused()) request.resume();
}

export function isReading(request: IncomingMessage): boolean {
  return (request as Read)[READING] !== undefined;
}

/** Who reads the body gives back what has come, for somebody else to go on. */
export function leaveBody(request: IncomingMessage): void {
  const { chunks, use } = stop(request);
  release(use.exchange);
  request.pause();
  for (const chunk of chunks.reverse()) request.unshift(chunk);
}

function stop(request: Read): Reading {
  const reading = request[READING]!;
  request[READING] = undefined;
  request.off('data', onData);
  request.off('end', onEnd);
  request.off('close', onClose);
  return reading;
}

function onData(this: Read, chunk: Buffer): void {
  const reading = this[READING]!;
  const { use } = reading;
  reading.length += chunk.length;
  const { chunks } = reading;
  const fits = reading.length <= use.limit;
  // What comes in one piece is small: nobody counts it.
  if (fits && (chunks.length === 0 || hold(use.exchange, chunks.length === 1 ? reading.length : chunk.length))) {
    chunks.push(chunk);
    return;
  }
  stop(this);
  this.pause();
  use.failed(use.of, fits ? new BodiesFull() : new BodyTooLarge(use.limit));
}

function onEnd(this: Read): void {
  const { chunks, length, use } = this[READING]!;
  // Its listeners stay: a request that loses them, or a property, is another kind of object to V8, and Node's code slow for it.
  this[READING] = undefined;
  use.ready(use.of, chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length));
}

function onClose(this: Read): void {
  if (this[READING] === undefined) return;
  const { use } = stop(this);
  use.failed(use.of, clientGone());
}

/** As {@link useBody}, as a promise. */
export function readBody(exchange: Exchange, limit: number): Uint8Array | Promise<Uint8Array> {
  const { request } = exchange;
  if (!announcesBody(request)) return NOTHING;
  return new Promise((resolve, reject) => {
    useBody(request, {
      of: null,
      exchange,
      limit,
      ready: (_, bytes) => resolve(bytes),
      failed: (_, error) => reject(error),
    });
  });
}
