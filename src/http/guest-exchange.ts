/** An exchange as a guest works on it that exports `wasi:http/incoming-handler`. */
import type { IncomingMessage } from 'node:http';
import { HostError } from '../errors.js';
import type { LiveExchange } from './exchanges.js';
import { beginReply } from './reply.js';
import type { BodyWriter, HeaderLines } from './types.js';

interface GuestExchange {
  readonly request: IncomingMessage;
  readonly maxBody: number;
  readonly betweenBytesMs: number;
  respond(status: number, headers: HeaderLines): BodyWriter;
  inform(status: number, headers: HeaderLines): void;
}

/** The server's own timeouts end what is slow: this is only an end. */
const BETWEEN_BYTES_MS = 24 * 60 * 60 * 1000;

export function servedExchange(live: LiveExchange): GuestExchange {
  const { exchange } = live;
  const { request, response, maxBody } = exchange;
  return {
    request,
    maxBody,
    betweenBytesMs: BETWEEN_BYTES_MS,
    respond(status, headers) {
      if (response.headersSent) throw new HostError('Invalid', 'the response has been sent already');
      live.writer = beginReply(exchange, status, ownHeaders(headers));
      return live.writer;
    },
    inform(status, headers) {
      if (status === 103) response.writeEarlyHints(grouped(headers));
      else if (status === 100) response.writeContinue();
      else if (status === 102) response.writeProcessing();
    },
  };
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
