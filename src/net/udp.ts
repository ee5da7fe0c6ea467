/** UDP: datagrams to and from what may be reached. */
import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { closedError, fromNodeError } from './denied.js';
import { canonical } from './operation.js';
import type { SocketAddress } from './tcp.js';
import { notify, type Thing } from './things.js';

export interface Datagram {
  readonly data: Uint8Array;
  readonly remote: SocketAddress;
}

/** What waits to be received or sent; what comes above is dropped, as networks do. */
const MAX_WAITING_BYTES = 1024 * 1024;
const MAX_WAITING = 256;
/** The longest payload of UDP over IPv4. */
export const MAX_DATAGRAM_BYTES = 65_507;

export class UdpSocket implements Thing {
  readonly watchers = new Set<() => void>();
  readonly socket: Socket;
  private readonly received: Datagram[] = [];
  private receivedBytes = 0;
  private sending = 0;
  private failure: unknown = null;
  private closed = false;
  private bound: SocketAddress | null = null;
  private peer: SocketAddress | null = null;
  private readonly accepts: (remote: SocketAddress) => boolean;
  private readonly what: string;

  /** @param accepts whose datagrams are received; those of others are dropped */
  constructor(local: SocketAddress, ipv6Only: boolean, accepts: (remote: SocketAddress) => boolean) {
    this.accepts = accepts;
    this.what = `use ${local.address}:${local.port}`;
    const isV6 = isIP(local.address) === 6;
    this.socket = createSocket({ type: isV6 ? 'udp6' : 'udp4', ipv6Only: isV6 && ipv6Only });
    this.socket.on('error', (error) => {
      this.failure ??= error;
      notify(this);
    });
    this.socket.on('message', (data, { address, port }) => this.arrived(data, { address, port }));
    this.socket.bind({ address: local.address, port: local.port, exclusive: true }, () => {
      const { address, port } = this.socket.address();
      this.bound = { address, port };
      notify(this);
    });
  }

  private arrived(data: Uint8Array, remote: SocketAddress): void {
    if (this.peer !== null && !isSame(this.peer, remote)) return;
    if (this.received.length >= MAX_WAITING || this.receivedBytes + data.length > MAX_WAITING_BYTES) return;
    if (!this.accepts(remote)) return;
    this.received.push({ data, remote });
    this.receivedBytes += data.length;
    notify(this);
  }

  /** From now on only datagrams of this address count; null: of all. */
  limitTo(peer: SocketAddress | null): void {
    this.peer = peer;
    if (peer === null) return;
    const kept = this.received.filter(({ remote }) => isSame(peer, remote));
    this.received.splice(0, this.received.length, ...kept);
    this.receivedBytes = kept.reduce((sum, { data }) => sum + data.length, 0);
  }

  /** That it is bound. */
  ready(): boolean {
    return this.closed || this.failure !== null || this.bound !== null;
  }

  /** What becomes ready when a datagram has come, or when one more can be sent. */
  side(side: 'receive' | 'send'): UdpSide {
    const isReady = () => (side === 'receive' ? this.received.length > 0 : this.sending < MAX_WAITING);
    return new UdpSide(this, () => this.closed || this.failure !== null || isReady());
  }

  /** Where it is bound, or null while that is not settled. @throws HostError */
  address(): SocketAddress | null {
    this.check();
    return this.bound;
  }

  private check(): void {
    if (this.closed) throw closedError('socket');
    const { failure } = this;
    if (failure === null) return;
    // A datagram that could not be delivered says nothing about the next one.
    if (this.bound !== null) this.failure = null;
    throw fromNodeError(failure, this.what);
  }

  receive(max: number): readonly Datagram[] {
    this.check();
    const taken = this.received.splice(0, max);
    for (const { data } of taken) this.receivedBytes -= data.length;
    return taken;
  }

  /** Datagrams that may be sent now. */
  room(): number {
    this.check();
    return Math.max(0, MAX_WAITING - this.sending);
  }

  send({ data, remote }: Datagram): void {
    this.check();
    this.sending += 1;
    this.socket.send(data, remote.port, remote.address, (error) => {
      this.sending -= 1;
      if (error !== null && !this.closed) this.failure ??= error;
      notify(this);
    });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.socket.close();
  }
}

function isSame(one: SocketAddress, other: SocketAddress): boolean {
  return one.port === other.port && canonical(one.address) === canonical(other.address);
}

/** One direction of a socket. */
export class UdpSide implements Thing {
  readonly watchers: Set<() => void>;
  readonly socket: UdpSocket;
  readonly ready: () => boolean;

  constructor(socket: UdpSocket, ready: () => boolean) {
    this.socket = socket;
    this.watchers = socket.watchers;
    this.ready = ready;
  }

  /** The socket stays open. */
  close(): void {}
}
