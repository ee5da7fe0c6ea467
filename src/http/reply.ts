/** Answers: whole ones in one write, long ones as they come. */
import { HostError } from '../errors.js';
import { pairsOf } from '../pairs.js';
import { errorBody, statusOf } from './status.js';
import type { Body, BodyWriter, Exchange, HeaderLines, ReplyHead } from './types.js';

/** Answers with a whole body; `HEAD` gets its length only. Nothing happens where an answer has begun. */
export function reply(exchange: Exchange, status: number, headers: HeaderLines, body: Body): void | Promise<void> {
  if (exchange.onHead === null && exchange.encodeBody === null && exchange.takeOver === null) {
    sendWhole(exchange, status, headers, body);
    return;
  }
  const instead = exchange.takeOver?.({ status, headers }) ?? null;
  if (instead !== null) return instead();
  const head = settleHead(exchange, status, headers);
  const encoder = body === null ? null : (exchange.encodeBody?.(exchange, head) ?? null);
  if (encoder === null || exchange.method === 'HEAD') {
    sendWhole(exchange, head.status, head.headers, body);
    return;
  }
  return encoder
    .whole(typeof body === 'string' ? Buffer.from(body) : body!)
    .then((encoded) => sendWhole(exchange, head.status, head.headers, encoded));
}

function settleHead(exchange: Exchange, status: number, headers: HeaderLines): ReplyHead {
  const head = { status, headers };
  // They stay: an answer whose headers Node refuses is followed by an error's, and a page must be able to read that.
  const { onHead } = exchange;
  if (onHead !== null) for (let index = onHead.length - 1; index >= 0; index--) onHead[index]!(head, exchange);
  return head;
}

function sendWhole(exchange: Exchange, status: number, headers: HeaderLines, body: Body): void {
  const { response, method } = exchange;
  if (response.headersSent || response.destroyed) return;
  if (isBodiless(status)) {
    sendBodiless(response, status, headers);
    return;
  }
  if (exchange.lingers && body !== null) {
    sendAndLinger(exchange, status, headers, body);
    return;
  }
  if (body === null) {
    if (!hasHeader(headers, 'content-length')) headers.push('Content-Length', '0');
    response.writeHead(status, headers);
    response.end();
    return;
  }
  const byteLength = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, hasHeader(headers, 'content-length') ? headers : withLength(headers, byteLength));
  if (method === 'HEAD') response.end();
  // Node writes the head in the encoding of a text, and a header's bytes are bytes.
  else if (typeof body === 'string' && byteLength === body.length) response.end(body, 'latin1');
  else response.end(typeof body === 'string' ? Buffer.from(body) : body);
}

/** Most answers have a type and no more headers; an array that grows takes room for sixteen. */
function withLength(headers: HeaderLines, byteLength: number): HeaderLines {
  const length = String(byteLength);
  if (headers.length === 2) return [headers[0]!, headers[1]!, 'Content-Length', length];
  return [...headers, 'Content-Length', length];
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

/** Whatever was written: a client would take the bytes, or wait for them, as a part of the next answer. */
function sendBodiless(response: Exchange['response'], status: number, headers: HeaderLines): void {
  if (status !== 304) removeHeader(headers, 'content-length');
  if (status === 205) headers.push('Content-Length', '0');
  response.writeHead(status, headers);
  response.end();
}

const LINGER_MS = 1000;
const LINGER_BYTES = 16 * 1024 * 1024;

/**
 * Closing a connection with unread bytes makes the client's system throw away the answer: so they are read and dropped, for a
 * moment, before the answer's end closes the connection.
 */
function sendAndLinger(
  { request, response }: Exchange,
  status: number,
  headers: HeaderLines,
  body: string | Uint8Array,
): void {
  headers.push('Content-Length', String(Buffer.byteLength(body)));
  response.writeHead(status, headers);
  response.write(Buffer.from(body)); // bytes, as the head has to be
  let left = LINGER_BYTES;
  const end = () => {
    clearTimeout(timer);
    request.off('data', onData);
    response.end();
  };
  const onData = (chunk: Uint8Array) => {
    left -= chunk.length;
    if (left < 0) end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.on('data', onData);
  request.once('end', end);
  request.once('close', end);
  request.resume();
}

/** Begins an answer whose body comes in pieces. */
export function beginReply(exchange: Exchange, status: number, headers: HeaderLines): BodyWriter {
  const instead = exchange.takeOver?.({ status, headers }) ?? null;
  if (instead !== null) {
    // What the handler writes by itself has no place beside it.
    const sent = instead();
    if (sent instanceof Promise) sent.catch(() => exchange.response.destroy());
    return NOWHERE;
  }
  const head = settleHead(exchange, status, headers);
  const encoder = exchange.encodeBody?.(exchange, head) ?? null;
  const { response } = exchange;
  const isOpen = !response.headersSent && !response.destroyed;
  if (exchange.method === 'HEAD' || isBodiless(head.status)) {
    if (isOpen && isBodiless(head.status)) sendBodiless(response, head.status, head.headers);
    // How long it would be is not known.
    else if (isOpen) response.writeHead(head.status, head.headers).end();
    return NOWHERE;
  }
  encoder?.begins();
  if (isOpen) response.writeHead(head.status, head.headers);
  const plain = plainWriter(exchange);
  return encoder === null ? plain : encoder.stream(plain);
}

/** A body that nobody reads. */
const NOWHERE: BodyWriter = { write: () => {}, flush: () => {}, end: () => {}, cut: () => {} };

function plainWriter({ response }: Exchange): BodyWriter {
  return {
    write(bytes) {
      if (response.destroyed || response.writableEnded) throw clientGone();
      if (response.write(bytes)) return;
      return drained(response);
    },
    flush() {},
    end(trailers) {
      if (trailers !== undefined && trailers.length > 0) response.addTrailers(pairsOf(trailers));
      response.end();
    },
    cut() {
      response.destroy();
    },
  };
}

export function clientGone(): HostError {
  return new HostError('Canceled', 'the client went away', { retryable: false });
}

function drained(response: Exchange['response']): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', gone);
      resolve();
    };
    const gone = () => {
      response.off('drain', done);
      reject(clientGone());
    };
    response.once('drain', done);
    response.once('close', gone);
  });
}

/** @param name in lower case */
export function hasHeader(headers: HeaderLines, name: string): boolean {
  return headerOf(headers, name) !== undefined;
}

/** @param name in lower case */
export function headerOf(headers: HeaderLines, name: string): string | undefined {
  for (let index = 0; index < headers.length; index += 2) {
    const each = headers[index]!;
    if (each.length === name.length && each.toLowerCase() === name) return headers[index + 1];
  }
  return undefined;
}

/** Sets a header that is there once. */
export function setHeader(headers: HeaderLines, name: string, value: string): void {
  removeHeader(headers, name.toLowerCase());
  headers.push(name, value);
}

/** @param name in lower case */
export function removeHeader(headers: HeaderLines, name: string): void {
  for (let index = headers.length - 2; index >= 0; index -= 2) {
    if (headers[index]!.toLowerCase() === name) headers.splice(index, 2);
  }
}

/** Adds names to `Vary`. */
export function addVary(headers: HeaderLines, name: string): void {
  const before = headerOf(headers, 'vary');
  if (before === undefined) headers.push('Vary', name);
  else if (
    !before
      .toLowerCase()
      .split(/\s*,\s*/)
      .includes(name.toLowerCase())
  )
    setHeader(headers, 'Vary', `${before}, ${name}`);
}

export function replyJson(
  exchange: Exchange,
  status: number,
  value: unknown,
  more: HeaderLines = [],
): void | Promise<void> {
  return reply(exchange, status, ['Content-Type', 'application/json', ...more], JSON.stringify(value));
}

/** Answers with the error as the client may see it; where the answer has begun, the connection is cut. */
export function replyError(exchange: Exchange, error: HostError, functionId: string): void | Promise<void> {
  const { response } = exchange;
  if (response.headersSent) {
    if (!response.writableEnded) response.destroy();
    return;
  }
  // Where Node refused a head before, its reason would stay.
  response.statusMessage = '';
  const status = statusOf(error.kind);
  const retry = status === 503 || status === 429 ? ['Retry-After', '1'] : [];
  return replyJson(exchange, status, errorBody(error, functionId), retry);
}

/** A refusal of ours, by its status: 404, 405, 413, … */
export function refuse(
  exchange: Exchange,
  status: number,
  kind: string,
  error: string,
  headers: HeaderLines = [],
): void | Promise<void> {
  return replyJson(exchange, status, { error, kind }, headers);
}
