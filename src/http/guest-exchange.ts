/**
 * An exchange as a guest works on it that exports `wasi:http/incoming-handler`. The head of its answer goes out with the first
 * byte: a guest that fails before that is answered like any other function that fails.
 */
import type { IncomingMessage } from 'node:http';
import { HostError, toHostError } from '../errors.js';
import type { LiveExchange } from './exchanges.js';
import { beginReply, clientGone, reply, replyError } from './reply.js';
import type { BodyWriter, Exchange, HeaderLines } from './types.js';

interface GuestExchange {
  readonly request: IncomingMessage;
  readonly maxBody: number;
  readonly betweenBytesMs: number;
  answer(status: number, headers: HeaderLines, body: Uint8Array): void;
  failed(thrown: unknown): void;
  respond(status: number, headers: HeaderLines): BodyWriter;
  inform(status: number, headers: HeaderLines): void;
}

/** The server's own timeouts end what is slow: this is only an end. */
const BETWEEN_BYTES_MS = 24 * 60 * 60 * 1000;

export function servedExchange(live: LiveExchange): GuestExchange {
  const { exchange } = live;
  const { request, response, maxBody } = exchange;
  const respond = (status: number, headers: HeaderLines): BodyWriter => {
    if (response.headersSent || live.writer !== null) {
      throw new HostError('Invalid', 'the response has been sent already');
    }
    live.writer = lateWriter(live, () => beginReply(exchange, status, ownHeaders(headers)));
    return live.writer;
  };
  return {
    request,
    maxBody,
    betweenBytesMs: BETWEEN_BYTES_MS,
    answer(status, headers, body) {
      live.isWhole = true;
      const sent = reply(exchange, status, ownHeaders(headers), body.length === 0 ? null : body);
      if (sent instanceof Promise) sent.catch((thrown: unknown) => cut(exchange, thrown));
    },
    failed: (thrown) => cut(exchange, thrown),
    respond,
    inform(status, headers) {
      if (status === 103) response.writeEarlyHints(grouped(headers));
      else if (status === 100) response.writeContinue();
      else if (status === 102) response.writeProcessing();
    },
  };
}

/** Begins the answer when it is first used; what is cut off before that has sent nothing, and somebody else may answer. */
function lateWriter(live: LiveExchange, begin: () => BodyWriter): BodyWriter {
  const { response } = live.exchange;
  let begun: BodyWriter | null = null;
  const open = (): BodyWriter => {
    if (begun === null && response.headersSent) throw clientGone();
    begun ??= begin();
    return begun;
  };
  return {
    write: (bytes) => open().write(bytes),
    flush() {
      const writer = open();
      response.flushHeaders();
      writer.flush();
    },
    end: (trailers) => open().end(trailers),
    cut() {
      if (response.destroyed || response.writableEnded) return;
      // It is not the client that goes: the call ends as it ends.
      live.exchange.gone = null;
      begun?.cut();
      live.onCut?.();
      live.isCut = true;
    },
  };
}

function cut(exchange: Exchange, thrown: unknown): void {
  if (!exchange.response.destroyed) void replyError(exchange, toHostError(thrown), '');
}

/** The server says how a connection goes on; how long a body is, its guest may promise. */
const CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'proxy-connection']);

function ownHeaders(headers: HeaderLines): HeaderLines {
  const own: HeaderLines = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (!CONNECTION.has(headers[index]!.toLowerCase())) own.push(headers[index]!, headers[index + 1]!);
  }
  return own;
}

function grouped(headers: HeaderLines): Record<string, string | string[]> {
  const map: Record<string, string[]> = {};
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index]!.toLowerCase();
    map[name] = [...(map[name] ?? []), headers[index + 1]!];
  }
  return map;
}
