/**
 * One listening service: connections in, exchanges out. Parsing is Node's; here are the bounds: how long a client may take, how
 * many requests are answered at once, how many wait, and how a service stops without losing one.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { HostError } from '../errors.js';
import { formatListenAddress, type ListenAddress } from '../registry/http/address.js';
import type { HttpTimeouts } from '../registry/http/services.js';
import { watchHalfClosed } from './half-closed.js';
import { loseBehind, receive, receiveContinue, receiveExpectation } from './receiving.js';
import { MAX_HEADER_BYTES, onSilence, refuseConnect, refuseConnection, watchSilence } from './refusals.js';
import type { ServiceApp, State } from './server-state.js';
import { closeDoor, stopServer } from './stopping.js';

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
  /** Of large bodies, held at this moment. */
  readonly bodyBytes: number;
}

const MAX_CONNECTIONS = 20_000;
/** Where the service has no timeout for it. */
const HANDSHAKE_MS = 120_000;
/** How often connections are looked at for slow clients. */
const CHECK_MS = 250;
/** How long connections that are on their way are waited for before an address goes to another server. */
const RELEASE_MS = 500;

/** @throws HostError Unavailable: the address is taken, not ours, not allowed */
export async function startServer(options: ServerOptions): Promise<HttpServer> {
  const server = nodeServer(options);
  const state = newState(server, options);
  applyTimeouts(server, options.app.timeouts);
  hearRequests(state);
  hearConnections(state, options);
  await listen(server, options.address);
  const address = boundAddress(server, options.address);
  return {
    address,
    setApp(next) {
      state.app = next;
      state.bodies.limit = next.maxBodiesBytes;
      applyTimeouts(server, next.timeouts);
    },
    setTls: (next) => (server as unknown as { setSecureContext(options: TlsOptions): void }).setSecureContext(next),
    stats: () => statsOf(state),
    release: () => closeDoor(state, state.now() + RELEASE_MS).then(() => {}),
    takeBack: () => listen(server, address),
    stop: (graceMs) => stopServer(state, graceMs),
  };
}

/** Node's server, with our bounds. */
function nodeServer({ tls, app }: ServerOptions): Server {
  const common = {
    maxHeaderSize: MAX_HEADER_BYTES,
    connectionsCheckingInterval: CHECK_MS,
    noDelay: true,
    keepAlive: true,
    // Answered by us, as JSON.
    requireHostHeader: false,
  };
  // Who says nothing has no head either.
  const handshakeTimeout = app.timeouts.header ?? app.timeouts.read ?? HANDSHAKE_MS;
  const server =
    tls === null
      ? createServer(common)
      : (createTlsServer({ ...common, ...tls, handshakeTimeout }) as unknown as Server);
  server.maxConnections = MAX_CONNECTIONS;
  // Node would drop what comes after the 2000th, of a proxy's, too: their bytes are bounded.
  server.maxHeadersCount = 0;
  // A client may send no more and still listen.
  (server as unknown as { httpAllowHalfOpen: boolean }).httpAllowHalfOpen = true;
  return server;
}

function newState(server: Server, { app, now }: ServerOptions): State {
  return {
    server,
    now,
    app,
    active: 0,
    refused: 0,
    accepted: 0,
    stopping: false,
    queue: new Set(),
    sockets: new Map(),
    behind: new Map(),
    bodies: { held: 0, limit: app.maxBodiesBytes },
  };
}

function hearRequests(state: State): void {
  const { server } = state;
  server.on('request', watched(state, receive));
  server.on('checkContinue', watched(state, receiveContinue));
  server.on('checkExpectation', watched(state, receiveExpectation));
  server.on('connect', (_request, socket) => refuseConnect(socket as Socket));
  server.on('clientError', (error, socket) => refuseConnection(state, error, socket as Socket));
  server.on('timeout', (socket) => onSilence(state, socket));
}

/** What is not answered and sent at once may stand still. */
function watched(state: State, take: (state: State, ...of: Parameters<RequestListener>) => void): RequestListener {
  return (request, response) => {
    take(state, request, response);
    if (!response.writableEnded || request.socket.writableLength > 0) watchSilence(state, request.socket);
  };
}

function hearConnections(state: State, { tls, acceptsClient }: ServerOptions): void {
  const { server } = state;
  server.on('connection', (socket) => {
    track(state, socket);
    if (tls === null) watchSilence(state, socket);
  });
  if (tls === null) return;
  server.on('secureConnection', (socket: TLSSocket) => {
    track(state, socket);
    watchSilence(state, socket);
    if (!acceptsClient(socket)) socket.destroy();
  });
}

function track(state: State, socket: Socket): void {
  state.accepted++;
  state.sockets.set(socket, null);
  socket.once('end', () => watchHalfClosed(state, socket));
  socket.once('close', () => {
    state.sockets.delete(socket);
    loseBehind(state, socket);
  });
}

function statsOf({ active, queue, sockets, refused, bodies }: State): HttpServerStats {
  return { active, queued: queue.size, connections: sockets.size, refused, bodyBytes: bodies.held };
}

/** The write timeout is not among them: see {@link watchSilence}. */
function applyTimeouts(server: Server, { header, read, idle }: HttpTimeouts): void {
  server.requestTimeout = read ?? 0;
  server.headersTimeout = header === null ? (read ?? 0) : read === null ? header : Math.min(header, read);
  server.keepAliveTimeout = idle ?? 0;
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
