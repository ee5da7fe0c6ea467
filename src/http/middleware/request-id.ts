/** `request_id`: a name for each request, in its answer and in the log. */
import { randomUUID } from 'node:crypto';
import type { Middleware as Config } from '../../registry/http/middleware.js';
import { setHeader } from '../reply.js';
import type { Middleware } from '../types.js';

/** What a client sends may stand in a log as it is. */
const SOUND = /^[\w.:/+=-]{1,200}$/;

export function requestId({ header, trust }: Extract<Config, { type: 'request_id' }>): Middleware {
  return (next) => (exchange) => {
    const { headers } = exchange.request;
    const given = trust ? String(headers[header] ?? '') : '';
    const id = SOUND.test(given) ? given : randomUUID();
    exchange.requestId = id;
    // Handlers read it like any header, and nothing else under its name.
    headers[header] = id;
    replaceRaw(exchange.request.rawHeaders, header, id);
    exchange.onHead ??= [];
    exchange.onHead.push((head) => setHeader(head.headers, header, id));
    return next(exchange);
  };
}

function replaceRaw(raw: string[], header: string, id: string): void {
  for (let index = raw.length - 2; index >= 0; index -= 2) {
    if (raw[index]!.toLowerCase() === header) raw.splice(index, 2);
  }
  raw.push(header, id);
}
