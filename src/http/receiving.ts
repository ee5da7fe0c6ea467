/** From request to exchange: what is wrong with a head is refused, what is too much waits or is refused, the rest is answered. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { announcesBody, isRefusedBody, release } from './body.js';
import { refuseBody } from './endpoint.js';
import { refuse, reply } from './reply.js';
import { readTarget, type Target } from './request-path.js';
import type { State, Waiting } from './server-state.js';
import type { Exchange } from './types.js';

/** Why a request is answered by its head alone. */
interface WrongHead {
  readonly status: number;
  readonly text: string;
}

/** Asks for the body when somebody reads it: who is refused by the head need not send it. */
export function receiveContinue(state: State, request: IncomingMessage, response: ServerResponse): void {
  if (announcesBody(request)) {
    const read = request._read;
    request._read = function (this: IncomingMessage, size: number) {
      request._read = read;
      if (!response.headersSent && !response.destroyed) response.writeContinue();
      read.call(this, size);
    };
  }
  receive(state, request, response);
}

const UNKNOWN_EXPECTATION: WrongHead = { status: 417, text: 'the only expectation that is known is 100-continue' };

export function receiveExpectation(state: State, request: IncomingMessage, response: ServerResponse): void {
  receive(state, request, response, UNKNOWN_EXPECTATION);
}

const UNREADABLE: Target = { path: '/', parts: null, query: '' };

export function receive(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  known: WrongHead | null = null,
): void {
  const { app } = state;
  const target = readTarget(request.url ?? '/');
  const exchange = newExchange(state, request, response, target ?? UNREADABLE);
  // Nobody changes to another protocol here; Node loses what comes behind such a request.
  if (state.stopping || wantsUpgrade(request)) response.shouldKeepAlive = false;
  const waiting: Waiting = { exchange, app, isOver: false };
  track(state, waiting);
  const wrong = known ?? wrongHead(request, target);
  if (wrong !== null) {
    state.active++;
    if (wrong !== UNFRAMED) settle(refuseHead(exchange, app.methods, wrong), waiting);
    return;
  }
  if (state.active < app.concurrency) {
    state.active++;
    answer(waiting);
    return;
  }
  if (state.queue.size < app.queueLength) {
    state.queue.add(waiting);
    return;
  }
  state.active++;
  state.refused++;
  if (announcesBody(request)) exchange.lingers = true;
  settle(app.refuse(exchange), waiting);
}

function newExchange(state: State, request: IncomingMessage, response: ServerResponse, target: Target): Exchange {
  return {
    request,
    response,
    method: request.method ?? 'GET',
    target,
    params: NO_PARAMS,
    maxBody: state.app.maxBodyBytes,
    bodies: state.bodies,
    heldBytes: 0,
    before: state.sockets.get(request.socket) ?? null,
    remoteAddress: null,
    requestId: null,
    entryId: null,
    startedAt: state.now(),
    wasCut: false,
    gone: null,
    lingers: false,
    onHead: null,
    takeOver: null,
    encodeBody: null,
  };
}

/** From here to its end the exchange is known to its connection, its server and its app. */
function track(state: State, waiting: Waiting): void {
  const { exchange, app } = waiting;
  const { request, response } = exchange;
  const { socket } = request;
  state.sockets.set(socket, exchange);
  app.begun();
  if (response.socket === null) keepBehind(state, socket, response);
  // A listener that takes itself away costs more than the rest of a short request.
  response.on('close', () => end(state, waiting));
}

/** Once, however often its connection says so. */
function end(state: State, waiting: Waiting): void {
  if (waiting.isOver) return;
  waiting.isOver = true;
  const { exchange, app } = waiting;
  const { request, response } = exchange;
  exchange.before = null;
  if (state.sockets.get(request.socket) === exchange) state.sockets.set(request.socket, null);
  if (!response.writableFinished) exchange.gone?.abort();
  else if (!request.complete) dropRest(request);
  if (exchange.heldBytes > 0) release(exchange);
  if (!state.queue.delete(waiting)) leave(state);
  app.ended(exchange);
}

/** Node does this for bodies that nobody has begun to read; the next request stands behind the others, too. */
function dropRest(request: IncomingMessage): void {
  request.removeAllListeners('readable');
  request.resume();
}

/** Proxies send the one header without the other. */
function wantsUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade !== undefined && /upgrade/i.test(headers.connection ?? '');
}

/** A host, an address, or nothing, and a port (RFC 9110, 7.2). */
const HOST = /^(?:[\w.~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::\d*)?$/;
/** The server itself is meant. */
const SERVER_WIDE: WrongHead = { status: 204, text: '' };

/** The parser refuses it next, as where its body ends cannot be known. */
const UNFRAMED: WrongHead = { status: 400, text: '' };

/** What Node lets pass and nobody should answer. */
function wrongHead(request: IncomingMessage, target: Target | null): WrongHead | null {
  const { httpVersionMajor: major, httpVersionMinor: minor, rawHeaders: raw, headers } = request;
  if (major !== 1) return { status: 505, text: 'HTTP/1.1 is spoken here' };
  let hosts = 0;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  // Of two hosts a proxy may believe the one and a handler the other.
  if (hosts > 1) return { status: 400, text: 'more than one Host' };
  if (hosts === 0 && minor > 0) return { status: 400, text: 'no Host' };
  if (hosts === 1 && !HOST.test(headers.host!)) return { status: 400, text: 'malformed Host' };
  const coding = headers['transfer-encoding'];
  if (coding !== undefined) {
    if (minor === 0) return { status: 400, text: 'HTTP/1.0 has no Transfer-Encoding' };
    const last = /(?:^|[,\s])([^,\s]+)\s*$/.exec(coding.toLowerCase())?.[1];
    if (last !== 'chunked') return UNFRAMED;
    if (coding.length !== last.length) return { status: 501, text: 'the only transfer coding is chunked' };
  }
  if (target !== null) return null;
  if (request.url === '*' && request.method === 'OPTIONS') return SERVER_WIDE;
  return { status: 400, text: 'malformed request target' };
}

function refuseHead(exchange: Exchange, methods: string, wrong: WrongHead): void | Promise<void> {
  if (wrong === SERVER_WIDE) return reply(exchange, 204, ['Allow', methods], null);
  // Where the one request ends and the next begins may be misread, too.
  exchange.response.shouldKeepAlive = false;
  if (announcesBody(exchange.request)) exchange.lingers = true;
  return refuse(exchange, wrong.status, 'Invalid', wrong.text);
}

function keepBehind({ behind }: State, socket: Socket, response: ServerResponse): void {
  const responses = behind.get(socket) ?? new Set();
  behind.set(socket, responses.add(response));
  response.once('close', () => responses.delete(response));
}

/** Their requests are over: their calls end, and their places are free. */
export function loseBehind({ behind }: State, socket: Socket): void {
  const responses = behind.get(socket);
  behind.delete(socket);
  // The last first: those that wait must not begin as the others end.
  for (const response of [...(responses ?? [])].reverse()) {
    response.destroy();
    response.emit('close');
  }
}

const NO_PARAMS: Exchange['params'] = Object.freeze({});

/** One answer is done: the next request that waits gets its place. */
function leave(state: State): void {
  state.active--;
  if (state.queue.size === 0) return;
  for (const waiting of state.queue) {
    if (state.active >= waiting.app.concurrency) return;
    state.queue.delete(waiting);
    state.active++;
    answer(waiting);
  }
}

function answer(waiting: Waiting): void {
  const { exchange, app } = waiting;
  let done: void | Promise<void>;
  try {
    done = app.handle(exchange);
  } catch (error) {
    fail(waiting, error);
    return;
  }
  if (done instanceof Promise) settle(done, waiting);
}

function settle(done: void | Promise<void>, waiting: Waiting): void {
  if (done instanceof Promise) done.catch((error: unknown) => fail(waiting, error));
}

function fail(waiting: Waiting, thrown: unknown): void {
  const { exchange, app } = waiting;
  if (isRefusedBody(thrown)) {
    settle(refuseBody(exchange, thrown), waiting);
    return;
  }
  app.failed(exchange, thrown);
  const { response } = exchange;
  if (response.headersSent) response.destroy();
  else settle(refuse(exchange, 500, 'Internal', 'internal error'), waiting);
}
