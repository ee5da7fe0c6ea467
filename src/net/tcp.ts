/** TCP: connections to what may be reached, and listening where an entry names the own address. */
import { createServer, type Server, Socket } from 'node:net';
import { fromNodeError, netError } from './denied.js';
import { ByteSink, ByteSource } from './streams.js';
import { notify, type Thing } from './things.js';

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

export interface TcpOptions {
  readonly keepAlive: boolean;
  readonly keepAliveIdleMs: number;
}

/** What was written before the end still goes out, for at most this long. */
const LINGER_MS = 5000;

/** Connections that nobody has accepted yet; more are refused. */
const MAX_BACKLOG = 128;

/** A connection, or one that is being made. */
export class TcpConnection implements Thing {
  readonly watchers = new Set<() => void>();
  readonly socket: Socket;
  private state: 'connecting' | 'open' | 'closed' = 'connecting';
  private failure: unknown = null;
  private readonly what: string;
  private input: ByteSource | null = null;

  constructor(socket: Socket, remote: SocketAddress) {
    this.socket = socket;
    this.what = `connect to ${remote.address}:${remote.port}`;
    if (!socket.connecting && socket.remoteAddress !== undefined) this.state = 'open';
    socket.on('connect', () => {
      this.state = 'open';
      notify(this);
    });
    socket.on('error', (error) => {
      this.failure ??= error;
      notify(this);
    });
    socket.on('close', () => {
      this.failure ??= netError('ECONNABORTED', `cannot ${this.what}: it was closed`);
      notify(this);
    });
  }

  ready(): boolean {
    return this.state !== 'connecting' || this.failure !== null;
  }

  /** Whether the connection is made. @throws HostError, when it failed */
  connected(): boolean {
    if (this.state === 'open') return true;
    if (this.failure !== null) throw fromNodeError(this.failure, this.what);
    return false;
  }

  get local(): SocketAddress | null {
    const { localAddress, localPort } = this.socket;
    return localAddress === undefined || localPort === undefined ? null : { address: localAddress, port: localPort };
  }

  get remote(): SocketAddress | null {
    const { remoteAddress, remotePort } = this.socket;
    return remoteAddress === undefined || remotePort === undefined
      ? null
      : { address: remoteAddress, port: remotePort };
  }

  setOptions(options: TcpOptions): void {
    setTcpOptions(this.socket, options);
  }

  shutdown(how: 'receive' | 'send' | 'both'): void {
    if (how !== 'receive') this.socket.end();
    if (how !== 'send') this.input?.stop();
  }

  /** The two directions. Closing one leaves the connection open. */
  streams(): { readonly input: ByteSource; readonly output: ByteSink } {
    const input = new ByteSource(this.socket, 'connection');
    const output = new ByteSink(this.socket, 'connection');
    this.input = input;
    input.onClose = () => {};
    output.onClose = () => {};
    return { input, output };
  }

  close(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    endSocket(this.socket);
  }
}

function endSocket(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.connecting || socket.writableLength === 0) {
    if (socket.connecting) socket.destroy();
    else socket.destroySoon();
    return;
  }
  socket.setTimeout(LINGER_MS, () => socket.destroy());
  socket.destroySoon();
}

/** @param local an address of this machine to connect from, or null */
export function connectTcp(remote: SocketAddress, local: SocketAddress | null, options: TcpOptions): TcpConnection {
  const socket = new Socket({ allowHalfOpen: true });
  const from =
    local === null ? {} : { localAddress: local.address, ...(local.port === 0 ? {} : { localPort: local.port }) };
  // The stream below starts to read when somebody asks.
  socket.connect({ host: remote.address, port: remote.port, ...from });
  setTcpOptions(socket, options);
  return new TcpConnection(socket, remote);
}

function setTcpOptions(socket: Socket, { keepAlive, keepAliveIdleMs }: TcpOptions): void {
  socket.setNoDelay(true);
  socket.setKeepAlive(keepAlive, keepAliveIdleMs);
}

/** An address that is bound; connections wait in it until somebody accepts them. */
export class TcpListener implements Thing {
  readonly watchers = new Set<() => void>();
  private readonly server: Server;
  private readonly pending: Socket[] = [];
  private failure: unknown = null;
  private closed = false;
  private bound: SocketAddress | null = null;
  private listening = false;
  private backlog = MAX_BACKLOG;
  private readonly what: string;

  constructor(local: SocketAddress, ipv6Only: boolean) {
    this.what = `listen on ${local.address}:${local.port}`;
    this.server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => this.arrived(socket));
    this.server.on('error', (error) => {
      this.failure ??= error;
      notify(this);
    });
    this.server.listen(
      { host: local.address, port: local.port, ipv6Only, backlog: MAX_BACKLOG, exclusive: true },
      () => {
        const { address, port } = this.server.address() as SocketAddress;
        this.bound = { address, port };
        notify(this);
      },
    );
  }

  private arrived(socket: Socket): void {
    if (this.closed || this.pending.length >= this.backlog) {
      socket.destroy();
      return;
    }
    socket.on('error', () => {});
    this.pending.push(socket);
    notify(this);
  }

  /** @param backlog how many connections may wait */
  listen(backlog: number): void {
    this.listening = true;
    this.backlog = Math.max(1, Math.min(backlog, MAX_BACKLOG));
  }

  /** That it is bound, and once it listens: that a connection waits. */
  ready(): boolean {
    if (this.closed || this.failure !== null) return true;
    return this.listening ? this.pending.length > 0 : this.bound !== null;
  }

  /** Where it listens, or null while that is not settled. @throws HostError */
  address(): SocketAddress | null {
    if (this.failure !== null) throw fromNodeError(this.failure, this.what);
    return this.bound;
  }

  /** @returns null while nobody has connected @throws HostError */
  accept(options: TcpOptions): TcpConnection | null {
    if (this.failure !== null) throw fromNodeError(this.failure, this.what);
    const socket = this.pending.shift();
    if (socket === undefined) return null;
    if (socket.destroyed) throw netError('ECONNABORTED', 'the connection was given up before it was accepted');
    setTcpOptions(socket, options);
    return new TcpConnection(socket, { address: socket.remoteAddress ?? '?', port: socket.remotePort ?? 0 });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const socket of this.pending) socket.destroy();
    this.pending.length = 0;
    this.server.close();
  }
}
