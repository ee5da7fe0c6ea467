/** The streams of datagrams that a `udp-socket` gives. */
import type { Later } from './later.js';
import { following, Pollable } from './poll.js';
import { askToOpen, type Remote } from './remote.js';
import {
  attemptSocket,
  type Family,
  type IpSocketAddress,
  isRemote,
  type PlainAddress,
  plainAddress,
  type SocketErrorCode,
  type SocketResult,
  socketAddress,
  suits,
} from './sockets-values.js';
import type { World } from './types.js';

/** At most so many in one answer. */
const MAX_RECEIVED = 64;

interface IncomingDatagram {
  readonly data: Uint8Array;
  readonly 'remote-address': IpSocketAddress;
}

interface OutgoingDatagram {
  readonly data: Uint8Array;
  readonly 'remote-address'?: IpSocketAddress | undefined;
}

/** The resource `incoming-datagram-stream`. */
export class IncomingDatagramStream {
  private readonly world: World;
  private readonly remote: Remote;
  private readonly isCurrent: () => boolean;

  constructor(world: World, remote: Remote, isCurrent: () => boolean) {
    this.world = world;
    this.remote = remote;
    this.isCurrent = isCurrent;
  }

  receive(maxResults: bigint): Later<SocketResult<IncomingDatagram[]>> {
    if (!this.isCurrent()) return { err: 'invalid-state' };
    if (maxResults === 0n) return { ok: [] };
    const max = maxResults > MAX_RECEIVED ? MAX_RECEIVED : Number(maxResults);
    return attemptSocket(
      () => this.remote.ask('net.udp-receive', max),
      (received) => {
        const datagrams = received as unknown as readonly { data: Uint8Array; remote: PlainAddress }[];
        return { ok: datagrams.map(({ data, remote }) => ({ data, 'remote-address': socketAddress(remote) })) };
      },
    );
  }

  subscribe(): Pollable {
    return new Pollable(
      this.world,
      following(() => (this.isCurrent() ? this.remote : null)),
    );
  }
}

interface Sending {
  readonly family: Family;
  readonly peer: IpSocketAddress | null;
  readonly isCurrent: () => boolean;
}

/** The resource `outgoing-datagram-stream`. */
export class OutgoingDatagramStream {
  private readonly world: World;
  private readonly remote: Remote;
  private readonly sending: Sending;
  private permit = 0;

  constructor(world: World, remote: Remote, sending: Sending) {
    this.world = world;
    this.remote = remote;
    this.sending = sending;
  }

  checkSend(): Later<SocketResult<bigint>> {
    if (!this.sending.isCurrent()) return { err: 'invalid-state' };
    return attemptSocket(
      () => this.remote.ask('net.udp-room'),
      (room) => {
        this.permit = Number(room);
        return { ok: BigInt(this.permit) };
      },
    );
  }

  send(datagrams: readonly OutgoingDatagram[]): Later<SocketResult<bigint>> {
    if (datagrams.length > this.permit) {
      throw new Error(
        `${datagrams.length} datagrams sent, ${this.permit} permitted by check-send: ask it before each send`,
      );
    }
    if (!this.sending.isCurrent()) return { err: 'invalid-state' };
    this.permit -= datagrams.length;
    const sent: { data: Uint8Array; remote: { address: string; port: number } }[] = [];
    for (const datagram of datagrams) {
      const to = this.target(datagram);
      if (typeof to === 'string') {
        if (sent.length === 0) return { err: to };
        break;
      }
      sent.push({ data: datagram.data, remote: { ...to } });
    }
    if (sent.length === 0) return { ok: 0n };
    return attemptSocket(
      () => askToOpen(this.world, 'net.udp-send', this.remote.id, sent),
      (count) => ({ ok: BigInt(Number(count)) }),
    );
  }

  private target({ 'remote-address': named }: OutgoingDatagram): PlainAddress | SocketErrorCode {
    const { peer, family } = this.sending;
    if (named === undefined) return peer === null ? 'invalid-argument' : plainAddress(peer);
    if (!suits(named, family, false) || !isRemote(named)) return 'invalid-argument';
    const to = plainAddress(named);
    if (peer === null) return to;
    const connected = plainAddress(peer);
    return connected.address === to.address && connected.port === to.port ? to : 'invalid-argument';
  }

  subscribe(): Pollable {
    return new Pollable(
      this.world,
      following(() => (this.sending.isCurrent() ? this.remote : null)),
    );
  }
}
