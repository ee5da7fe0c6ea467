/** Endpoints whose function gets the request itself: Lua with module `http`. */
import { HostBug } from '../errors.js';
import type { CallContext, HttpAnswer, HttpCall } from '../functions/types.js';
import type { Value } from '../values.js';
import { announcesBody, checkAnnounced } from './body.js';
import { contextOf, type EndpointMeans, failed, goneSignal, withBody } from './endpoint.js';
import { type Exchanges, type LiveExchange, soundHeaders } from './exchanges.js';
import { hasHeader, reply, replyJson } from './reply.js';
import { checkStatus, jsonText, TEXT } from './results.js';
import { clientAddress, type Exchange, type Handler } from './types.js';

/** Bodies up to this go along with the call. */
const SMALL_BYTES = 64 * 1024;
const NO_ARGUMENTS: readonly Value[] = [];
const NO_BODY = new Uint8Array(0);

export interface HandlerMeans extends EndpointMeans {
  readonly callAs: (
    id: string,
    args: readonly Value[],
    context: CallContext,
    target: 'js' | 'go',
  ) => Value | Promise<Value>;
  readonly exchanges: Exchanges;
}

export function contextHandler(means: HandlerMeans): Handler {
  const { func, callAs, exchanges, onError } = means;
  const plain = contextOf(means, null);
  const fails = (exchange: Exchange, thrown: unknown) => failed(exchange, thrown, func, onError);
  const call = async (exchange: Exchange, body: Uint8Array | null): Promise<void> => {
    const live = exchanges.open(exchange);
    try {
      const http = httpCall(live, body);
      const answer = await callAs(func, NO_ARGUMENTS, { ...plain, signal: goneSignal(exchange), http }, 'js');
      await (typeof answer === 'boolean' ? guestAnswered(live, answer) : finish(live, answer as unknown as HttpAnswer));
    } catch (error) {
      await fails(exchange, error);
    } finally {
      exchanges.close(live);
    }
  };
  const withSmall = withBody(call, fails);
  return (exchange) => {
    const { request } = exchange;
    if (!announcesBody(request)) return call(exchange, NO_BODY);
    try {
      checkAnnounced(request, exchange.maxBody);
    } catch (error) {
      return fails(exchange, error);
    }
    const length = request.headers['content-length'];
    const small = length !== undefined && Number(length) <= SMALL_BYTES && !isMultipart(exchange);
    return small ? withSmall(exchange) : call(exchange, null);
  };
}

function isMultipart({ request }: Exchange): boolean {
  return /^multipart\//i.test(request.headers['content-type'] ?? '');
}

function httpCall({ number, exchange }: LiveExchange, body: Uint8Array | null): HttpCall {
  const { request, method, target, params, maxBody } = exchange;
  const length = request.headers['content-length'];
  return {
    exchange: number,
    method,
    path: target.path,
    query: target.query,
    scheme: 'encrypted' in request.socket ? 'https' : 'http',
    host: request.headers.host ?? '',
    remoteAddress: clientAddress(exchange),
    params,
    headers: request.rawHeaders,
    contentLength: length === undefined ? (body === null ? -1 : body.length) : Number(length),
    body,
    maxBody,
  };
}

/** A guest that serves requests by itself has sent what it had to send. */
function guestAnswered({ exchange }: LiveExchange, answered: boolean): void | Promise<void> {
  if (answered || exchange.response.headersSent) return;
  return replyJson(exchange, 500, { error: 'no response sent', kind: 'Internal' });
}

async function finish(live: LiveExchange, answer: HttpAnswer): Promise<void> {
  const { exchange } = live;
  if (exchange.response.destroyed) return;
  if (answer.begun) {
    const { writer } = live;
    if (writer === null) throw new HostBug('an answer that was begun has no writer');
    if (answer.body.length > 0) await writer.write(answer.body);
    writer.end();
    return;
  }
  const status = checkStatus(answer.status ?? 200);
  const headers = soundHeaders([...answer.headers]);
  if (answer.written) {
    if (!hasHeader(headers, 'content-type') && answer.body.length > 0) headers.push('Content-Type', TEXT);
    return reply(exchange, status, headers, answer.body);
  }
  if (answer.value !== null && answer.value !== undefined) {
    if (!hasHeader(headers, 'content-type')) headers.push('Content-Type', 'application/json');
    return reply(exchange, status, headers, jsonText(answer.value));
  }
  if ((answer.status ?? null) !== null) return reply(exchange, status, headers, null);
  return replyJson(exchange, 500, { error: 'no response sent', kind: 'Internal' });
}
