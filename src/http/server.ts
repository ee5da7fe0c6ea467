/**
 * One listening service: connections in, exchanges out. Parsing is Node's; here are the bounds: how long a client may take, how
 * many requests are answered at once, how many wait, and how a service stops without losing one.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { HostError } from '../errors.js';
import { formatListenAddress, type ListenAddress } from '../registry/http/address.js';
import type { HttpTimeouts } from '../registry/http/services.js';
import { announcesBody, checkAnnounced, isTooLarge } from './body.js';
import { tooLarge } from './endpoint.js';
import { MAX_HEADER_BYTES, onSilence, refuseConnection } from './refusals.js';
import { refuse } from './reply.js';
import { readTarget, type Target } from './request-path.js';
import type { ServiceApp, State, Waiting } from './server-state.js';
import { closeDoor, stopServer } from './stopping.js';
import type { Exchange } from './types.js';

interface ServerOptions {
  readonly address: ListenAddress;
  readonly tls: TlsOptions | null;
  readonly acceptsClient: (socket: TLSSocket) => boolean;
  readonly now: () => number;
  readonly app: ServiceApp;
}

export interface HttpServer {
  /** Where it listens; the port is the real one. */
  readonly address: ListenAddress;
  /** Requests from now on are answered by this; those that are under way end where they began. */
  setApp(app: ServiceApp): void;
  setTls(tls: TlsOptions): void;
  readonly stats: () => HttpServerStats;
  /** Gives up its address for another server; connections stay. */
  release(): Promise<void>;
  /** Listens again, after {@link release}. @throws HostError Unavailable */
  takeBack(): Promise<void>;
  /** Takes no more connections, ends those that are idle, lets requests end within `graceMs`, cuts the rest. */
  stop(graceMs: number): Promise<void>;
}

interface HttpServerStats {
  readonly active: number;
  readonly queued: number;
  readonly connections: number;
  readonly refused: number;
}

const MAX_CONNECTIONS = 20_000;
/** How often connections are looked at for slow clients. */
const CHECK_MS = 250;
/** How long connections that are on their way are waited for before an address goes to another server. */
const RELEASE_MS = 500;

/** @throws HostError Unavailable: the address is taken, not ours, not allowed */
export async function startServer(options: ServerOptions): Promise<HttpServer> {
  const { tls, app } = options;
  const common = {
    maxHeaderSize: MAX_HEADER_BYTES,
    connectionsCheckingInterval: CHECK_MS,
    noDelay: true,
    keepAlive: true,
  };
  const server = tls === null ? createServer(common) : (createTlsServer({ ...common, ...tls }) as unknown as Server);
  server.maxConnections = MAX_CONNECTIONS;
  // Node would drop what comes after the 2000th, of a proxy's, too: their bytes are bounded.
  server.maxHeadersCount = 0;
  const state: State = {
    server,
    now: options.now,
    app,
    active: 0,
    refused: 0,
    accepted: 0,
    stopping: false,
    queue: new Set(),
    sockets: new Map(),
    running: new Set(),
    behind: new Map(),
  };
  applyTimeouts(server, app.timeouts);
  server.on('request', (request, response) => receive(state, request, response));
  server.on('checkContinue', (request, response) => receiveContinue(state, request, response));
  server.on('clientError', (error, socket) => refuseConnection(state, error, socket as Socket));
  server.on('timeout', (socket) => onSilence(state, socket));
  const track = (socket: Socket) => {
    state.accepted++;
    state.sockets.set(socket, null);
    socket.once('close', () => {
      state.sockets.delete(socket);
      loseBehind(state, socket);
    });
  };
  server.on('connection', track);
  if (tls !== null) server.on('secureConnection', track);
  if (tls !== null)
    server.on('secureConnection', (socket: TLSSocket) => options.acceptsClient(socket) || socket.destroy());
  await listen(server, options.address);
  const address = boundAddress(server, options.address);
  return {
    address,
    setApp(next) {
      state.app = next;
      applyTimeouts(server, next.timeouts);
    },
    setTls: (next) => (server as unknown as { setSecureContext(options: TlsOptions): void }).setSecureContext(next),
    stats: () => ({
      active: state.active,
      queued: state.queue.size,
      connections: state.sockets.size,
      refused: state.refused,
    }),
    release: () => closeDoor(state, state.now() + RELEASE_MS).then(() => {}),
    takeBack: () => listen(server, address),
    stop: (graceMs) => stopServer(state, graceMs),
  };
}

function applyTimeouts(server: Server, { header, read, write, idle }: HttpTimeouts): void {
  server.requestTimeout = read ?? 0;
  server.headersTimeout = header === null ? (read ?? 0) : read === null ? header : Math.min(header, read);
  server.keepAliveTimeout = idle ?? 0;
  server.timeout = write ?? 0;
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(listenError(error, { host, port }));
    server.once('error', fail);
    server.listen({ port, ...(host === '' ? {} : { host }), backlog: 1024 }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function listenError({ code, message }: NodeJS.ErrnoException, address: ListenAddress): HostError {
  const where = formatListenAddress(address);
  const reason =
    code === 'EADDRINUSE'
      ? 'something else listens there: stop it, or choose another port with --port'
      : code === 'EACCES'
        ? 'this needs more rights: choose a port from 1024'
        : code === 'EADDRNOTAVAIL'
          ? 'this machine has no such address'
          : message;
  return new HostError('Unavailable', `cannot listen on ${where}: ${reason}`, {
    details: { address: where, code: code ?? '' },
  });
}

function boundAddress(server: Server, wanted: ListenAddress): ListenAddress {
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? { host: wanted.host, port: bound.port } : wanted;
}

// --- from request to exchange -----------------------------------------------------------------------------------------

function receiveContinue(state: State, request: IncomingMessage, response: ServerResponse): void {
  try {
    checkAnnounced(request, state.app.maxBodyBytes);
    response.writeContinue();
  } catch {
    // Answered with 413 where the body is read; the client has been told nothing yet.
  }
  receive(state, request, response);
}

const UNREADABLE: Target = { path: '/', parts: null, query: '' };

function receive(state: State, request: IncomingMessage, response: ServerResponse): void {
  const { app } = state;
  const target = readTarget(request.url ?? '/');
  const exchange: Exchange = {
    request,
    response,
    method: request.method ?? 'GET',
    target: target ?? UNREADABLE,
    params: NO_PARAMS,
    maxBody: app.maxBodyBytes,
    remoteAddress: null,
    requestId: null,
    entryId: null,
    startedAt: state.now(),
    gone: null,
    lingers: false,
    onHead: null,
    takeOver: null,
    encodeBody: null,
  };
  if (state.stopping) response.shouldKeepAlive = false;
  const { socket } = request;
  state.sockets.set(socket, exchange);
  state.running.add(exchange);
  app.begun();
  const waiting: Waiting = { exchange, app };
  if (response.socket === null) keepBehind(state, socket, response);
  response.once('close', () => {
    state.running.delete(exchange);
    if (state.sockets.get(socket) === exchange) state.sockets.set(socket, null);
    if (!response.writableFinished) exchange.gone?.abort();
    if (!state.queue.delete(waiting)) leave(state);
    app.ended(exchange);
  });
  const wrong = target === null ? 'malformed request target' : wrongHead(request.rawHeaders);
  if (wrong !== null) {
    state.active++;
    settle(refuse(exchange, 400, 'Invalid', wrong), waiting);
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
  settle(
    refuse(exchange, 503, 'Unavailable', 'too many requests at once, try again later', ['Retry-After', '1']),
    waiting,
  );
}

/** Of two hosts a proxy may believe the one and a handler the other: Node lets them pass. */
function wrongHead(raw: readonly string[]): string | null {
  let hosts = 0;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts > 1 ? 'more than one Host' : null;
}

function keepBehind({ behind }: State, socket: Socket, response: ServerResponse): void {
  const responses = behind.get(socket) ?? new Set();
  behind.set(socket, responses.add(response));
  response.once('close', () => responses.delete(response));
}

/** Their requests are over: their calls end, and their places are free. */
function loseBehind({ behind }: State, socket: Socket): void {
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

function fail({ exchange, app }: Waiting, thrown: unknown): void {
  if (isTooLarge(thrown)) {
    settle(tooLarge(exchange, thrown), { exchange, app });
    return;
  }
  app.failed(exchange, thrown);
  const { response } = exchange;
  if (response.headersSent) response.destroy();
  else settle(refuse(exchange, 500, 'Internal', 'internal error'), { exchange, app });
}
