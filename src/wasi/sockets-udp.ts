/** The resource `udp-socket` and its streams of datagrams. */
import type { Value } from '../values.js';
import { after, type Later } from './later.js';
import { following, Pollable } from './poll.js';
import { askToOpen, Remote } from './remote.js';
import { IncomingDatagramStream, OutgoingDatagramStream } from './sockets-datagrams.js';
import {
  attemptSocket,
  DONE,
  type Family,
  type IpSocketAddress,
  isRemote,
  type PlainAddress,
  plainAddress,
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
      () => askToOpen(this.world, 'net.udp-bind', { ...plainAddress(address) }, true),
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
      () => askToOpen(this.world, 'net.udp-connect', socket.id, to),
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
