/** The resource `udp-socket` and its streams of datagrams. */
import type { Value } from '../values.js';
import type { Later } from './later.js';
import { after } from './later.js';
import { ALWAYS_READY, Pollable, type Readiness } from './poll.js';
import { grantOf, Remote } from './remote.js';
import {
  attemptSocket,
  DONE,
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

interface BindAnswer {
  readonly socket: number;
  readonly receive: number;
  readonly send: number;
}

/** At most so many in one answer. */
const MAX_RECEIVED = 64;

export class UdpSocket {
  private readonly world: World;
  private readonly family: Family;
  private state: 'unbound' | 'bind-started' | 'bound' = 'unbound';
  private socket: Remote | null = null;
  private receiving: Remote | null = null;
  private sending: Remote | null = null;
  private local: PlainAddress | null = null;
  private peer: IpSocketAddress | null = null;
  private hopLimit = 64;
  private receiveBuffer = 65_536n;
  private sendBuffer = 65_536n;
  /** The pair of streams that counts. */
  private streams = 0;

  constructor(world: World, family: Family) {
    this.world = world;
    this.family = family;
  }

  startBind(_network: unknown, address: IpSocketAddress): Later<SocketResult<true>> {
    if (this.state === 'bind-started') return { err: 'concurrency-conflict' };
    if (this.state === 'bound') return { err: 'invalid-state' };
    if (!suits(address, this.family, false)) return { err: 'invalid-argument' };
    return attemptSocket(
      () => this.world.wait.ask('net.udp-bind', this.allowed(), { ...plainAddress(address) }, true),
      (answer) => {
        const { socket, receive, send } = answer as unknown as BindAnswer;
        this.socket = new Remote(this.world, socket);
        this.receiving = new Remote(this.world, receive);
        this.sending = new Remote(this.world, send);
        this.state = 'bind-started';
        return DONE;
      },
    );
  }

  finishBind(): Later<SocketResult<true>> {
    const { socket } = this;
    if (this.state !== 'bind-started' || socket === null) return { err: 'not-in-progress' };
    const result = attemptSocket(
      () => socket.ask('net.udp-bound'),
      (local): SocketResult<true> => {
        if (local === null) return { err: 'would-block' };
        this.local = local as unknown as PlainAddress;
        this.state = 'bound';
        return DONE;
      },
    );
    return after(result, (outcome) => {
      if ('err' in outcome && outcome.err !== 'would-block') this.reset();
      return outcome;
    });
  }

  private reset(): void {
    for (const remote of [this.receiving, this.sending, this.socket]) remote?.close();
    this.socket = null;
    this.receiving = null;
    this.sending = null;
    this.state = 'unbound';
  }

  stream(
    remote: IpSocketAddress | undefined,
  ): Later<SocketResult<readonly [IncomingDatagramStream, OutgoingDatagramStream]>> {
    const { socket, receiving, sending } = this;
    if (this.state !== 'bound' || socket === null) return { err: 'invalid-state' };
    if (remote !== undefined && !(suits(remote, this.family, false) && isRemote(remote))) {
      return { err: 'invalid-argument' };
    }
    const to: Value = remote === undefined ? null : { ...plainAddress(remote) };
    return attemptSocket(
      () => this.world.wait.ask('net.udp-connect', this.allowed(), socket.id, to),
      () => {
        this.peer = remote ?? null;
        this.streams += 1;
        const pair = this.streams;
        const isCurrent = () => this.streams === pair && socket.alive;
        const { world, family } = this;
        const incoming = new IncomingDatagramStream(world, receiving!, isCurrent);
        const outgoing = new OutgoingDatagramStream(world, sending!, { family, peer: this.peer, isCurrent });
        return { ok: [incoming, outgoing] };
      },
    );
  }

  private allowed(): Value {
    return grantOf(this.world);
  }

  localAddress(): SocketResult<IpSocketAddress> {
    return this.local === null ? { err: 'invalid-state' } : { ok: socketAddress(this.local) };
  }

  remoteAddress(): SocketResult<IpSocketAddress> {
    return this.peer === null ? { err: 'invalid-state' } : { ok: this.peer };
  }

  addressFamily(): Family {
    return this.family;
  }

  unicastHopLimit(): SocketResult<number> {
    return { ok: this.hopLimit };
  }

  setUnicastHopLimit(value: number): Later<SocketResult<true>> {
    if (value === 0) return { err: 'invalid-argument' };
    this.hopLimit = value;
    const { socket } = this;
    if (socket === null || this.state !== 'bound') return DONE;
    return attemptSocket(
      () => socket.ask('net.udp-hop-limit', value),
      () => DONE,
    );
  }

  receiveBufferSize(): SocketResult<bigint> {
    return { ok: this.receiveBuffer };
  }

  setReceiveBufferSize(value: bigint): SocketResult<true> {
    if (value === 0n) return { err: 'invalid-argument' };
    this.receiveBuffer = value;
    return DONE;
  }

  sendBufferSize(): SocketResult<bigint> {
    return { ok: this.sendBuffer };
  }

  setSendBufferSize(value: bigint): SocketResult<true> {
    if (value === 0n) return { err: 'invalid-argument' };
    this.sendBuffer = value;
    return DONE;
  }

  subscribe(): Pollable {
    return new Pollable(
      this.world,
      following(() => (this.state === 'bind-started' ? this.socket : null)),
    );
  }

  [Symbol.dispose](): void {
    this.reset();
  }
}

/** Readiness of whatever `find` gives when somebody waits. */
function following(find: () => Remote | null): Readiness {
  const now = () => find()?.readiness ?? ALWAYS_READY;
  return { isReady: () => now().isReady(), dueMs: () => now().dueMs(), remote: () => now().remote() };
}

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
    const allowed = grantOf(this.world);
    return attemptSocket(
      () => this.world.wait.ask('net.udp-send', allowed, this.remote.id, sent),
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
