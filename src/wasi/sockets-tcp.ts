/** The resource `tcp-socket`: the state machine of the WIT over connections and listeners that the host's thread has open. */
import type { Value } from '../values.js';
import { after, type Later } from './later.js';
import { ALWAYS_READY, Pollable, type Readiness } from './poll.js';
import { askToOpen, Remote, RemoteSink, RemoteSource } from './remote.js';
import { DEFAULT_SETTINGS, TcpOptions, type TcpSettings } from './sockets-tcp-options.js';
import {
  attemptSocket,
  DONE,
  type Family,
  type IpSocketAddress,
  isRemote,
  isUnspecified,
  type PlainAddress,
  plainAddress,
  type SocketErrorCode,
  type SocketResult,
  socketAddress,
  suits,
} from './sockets-values.js';
import { InputStream, OutputStream } from './streams.js';
import type { World } from './types.js';

type State =
  | 'unbound'
  | 'bind-started'
  | 'bound'
  | 'listen-started'
  | 'listening'
  | 'connect-started'
  | 'connected'
  | 'closed';

type Streams = readonly [InputStream, OutputStream];

interface ConnectionAnswer {
  readonly local: PlainAddress | null;
  readonly remote: PlainAddress | null;
  readonly input: number;
  readonly output: number;
}

const DEFAULT_BACKLOG = 128;

export class TcpSocket extends TcpOptions {
  private readonly world: World;
  private readonly family: Family;
  private state: State = 'unbound';
  /** The address that is bound, as it was asked for. */
  private wanted: PlainAddress | null = null;
  private listener: Remote | null = null;
  private connection: Remote | null = null;
  private local: PlainAddress | null = null;
  private peer: PlainAddress | null = null;
  private backlog = DEFAULT_BACKLOG;

  constructor(world: World, family: Family, settings: TcpSettings = { ...DEFAULT_SETTINGS }) {
    super(settings);
    this.world = world;
    this.family = family;
  }

  startBind(_network: unknown, address: IpSocketAddress): Later<SocketResult<true>> {
    if (this.state !== 'unbound') return refusal(this.state, ['bind-started', 'connect-started', 'listen-started']);
    if (!suits(address, this.family, true)) return { err: 'invalid-argument' };
    this.wanted = plainAddress(address);
    // Any port of any address is what a socket that connects has anyway; it takes no grant, and is chosen when it connects.
    if (this.wanted.port === 0 && isUnspecified(address)) {
      this.state = 'bind-started';
      return DONE;
    }
    return attemptSocket(
      () => askToOpen(this.world, 'net.tcp-bind', { ...this.wanted! }, true),
      (id) => {
        this.listener = new Remote(this.world, Number(id));
        this.state = 'bind-started';
        return DONE;
      },
    );
  }

  finishBind(): Later<SocketResult<true>> {
    if (this.state !== 'bind-started') return { err: 'not-in-progress' };
    const { listener } = this;
    if (listener === null) {
      this.local = this.wanted;
      this.state = 'bound';
      return DONE;
    }
    return this.finish(
      () => listener.ask('net.tcp-bound'),
      'unbound',
      (local) => {
        this.local = local as unknown as PlainAddress;
        this.state = 'bound';
        return DONE;
      },
    );
  }

  startConnect(_network: unknown, address: IpSocketAddress): Later<SocketResult<true>> {
    if (this.state !== 'unbound' && this.state !== 'bound') {
      return refusal(this.state, ['bind-started', 'connect-started', 'listen-started']);
    }
    if (!suits(address, this.family, true) || !isRemote(address)) return { err: 'invalid-argument' };
    const from = this.listener === null ? null : this.local;
    // The port was held by a listener until it is known what for.
    this.listener?.close();
    this.listener = null;
    const options = this.options();
    return attemptSocket(
      () =>
        askToOpen(
          this.world,
          'net.tcp-connect',
          { ...plainAddress(address) },
          from === null ? null : { ...from },
          options,
        ),
      (id) => {
        this.connection = new Remote(this.world, Number(id));
        this.state = 'connect-started';
        return DONE;
      },
    );
  }

  finishConnect(): Later<SocketResult<Streams>> {
    const { connection } = this;
    if (this.state !== 'connect-started' || connection === null) return { err: 'not-in-progress' };
    return this.finish(
      () => connection.ask('net.tcp-connected'),
      'closed',
      (answer) => ({ ok: this.opened(answer as unknown as ConnectionAnswer) }),
    );
  }

  startListen(): Later<SocketResult<true>> {
    if (this.state !== 'bound') return refusal(this.state, ['bind-started', 'connect-started', 'listen-started']);
    const { listener } = this;
    if (listener !== null) return this.listen(listener);
    // Bound to any port of any address: that much has to be granted now.
    return attemptSocket(
      () => askToOpen(this.world, 'net.tcp-bind', { ...this.wanted! }, true),
      (id) => {
        this.listener = new Remote(this.world, Number(id));
        this.state = 'listen-started';
        return DONE;
      },
    );
  }

  private listen(listener: Remote): Later<SocketResult<true>> {
    return attemptSocket(
      () => listener.ask('net.tcp-listen', this.backlog),
      () => {
        this.state = 'listen-started';
        return DONE;
      },
    );
  }

  finishListen(): Later<SocketResult<true>> {
    const { listener } = this;
    if (this.state !== 'listen-started' || listener === null) return { err: 'not-in-progress' };
    return this.finish(
      () => listener.ask('net.tcp-bound'),
      'closed',
      (local) => {
        this.local = local as unknown as PlainAddress;
        return after(listener.ask('net.tcp-listen', this.backlog), () => {
          this.state = 'listening';
          return DONE;
        });
      },
    );
  }

  accept(): Later<SocketResult<readonly [TcpSocket, InputStream, OutputStream]>> {
    const { listener } = this;
    if (this.state !== 'listening' || listener === null) return { err: 'invalid-state' };
    return attemptSocket(
      () => listener.ask('net.tcp-accept', this.options()),
      (answer) => {
        if (answer === null) return { err: 'would-block' };
        const { id, ...opened } = answer as unknown as ConnectionAnswer & { readonly id: number };
        const socket = new TcpSocket(this.world, this.family, { ...this.settings });
        socket.connection = new Remote(this.world, id);
        return { ok: [socket, ...socket.opened(opened)] };
      },
    );
  }

  /** Asks for what was started; `null` is an answer that has not come. A failure leaves the socket in `failed`. */
  private finish<T>(
    ask: () => Later<Value>,
    failed: State,
    next: (answer: Value) => Later<SocketResult<T>>,
  ): Later<SocketResult<T>> {
    const result = attemptSocket(ask, (answer): Later<SocketResult<T>> => {
      return answer === null ? { err: 'would-block' } : next(answer);
    });
    return after(result, (outcome) => {
      if ('err' in outcome && outcome.err !== 'would-block') this.fail(failed);
      return outcome;
    });
  }

  private fail(state: State): void {
    this.state = state;
    this.listener?.close();
    this.connection?.close();
    this.listener = null;
    this.connection = null;
  }

  private opened({ local, remote, input, output }: ConnectionAnswer): Streams {
    this.state = 'connected';
    this.local = local;
    this.peer = remote;
    const source = new Remote(this.world, input);
    const sink = new Remote(this.world, output);
    return [
      new InputStream(this.world, new RemoteSource(source, () => source.close())),
      new OutputStream(this.world, new RemoteSink(sink, () => sink.close())),
    ];
  }

  localAddress(): SocketResult<IpSocketAddress> {
    return this.local === null ? { err: 'invalid-state' } : { ok: socketAddress(this.local) };
  }

  remoteAddress(): SocketResult<IpSocketAddress> {
    return this.peer === null ? { err: 'invalid-state' } : { ok: socketAddress(this.peer) };
  }

  isListening(): boolean {
    return this.state === 'listening';
  }

  addressFamily(): Family {
    return this.family;
  }

  setListenBacklogSize(value: bigint): Later<SocketResult<true>> {
    if (value === 0n) return { err: 'invalid-argument' };
    if (this.state === 'connected' || this.state === 'connect-started') return { err: 'invalid-state' };
    this.backlog = value > DEFAULT_BACKLOG ? DEFAULT_BACKLOG : Number(value);
    const { listener } = this;
    if (this.state !== 'listening' || listener === null) return DONE;
    return attemptSocket(
      () => listener.ask('net.tcp-listen', this.backlog),
      () => DONE,
    );
  }

  protected tellOptions(): Later<SocketResult<true>> {
    const { connection } = this;
    if (connection === null) return DONE;
    return attemptSocket(
      () => connection.ask('net.tcp-options', this.options()),
      () => DONE,
    );
  }

  /** Of the state as it is when somebody waits. */
  subscribe(): Pollable {
    const now = (): Readiness => {
      if (this.state === 'connect-started') return this.connection?.readiness ?? ALWAYS_READY;
      const waits = this.state === 'bind-started' || this.state === 'listen-started' || this.state === 'listening';
      return waits ? (this.listener?.readiness ?? ALWAYS_READY) : ALWAYS_READY;
    };
    return new Pollable(this.world, {
      isReady: () => now().isReady(),
      dueMs: () => now().dueMs(),
      remote: () => now().remote(),
    });
  }

  shutdown(how: 'receive' | 'send' | 'both'): Later<SocketResult<true>> {
    const { connection } = this;
    if (this.state !== 'connected' || connection === null) return { err: 'invalid-state' };
    return attemptSocket(
      () => connection.ask('net.tcp-shutdown', how),
      () => DONE,
    );
  }

  [Symbol.dispose](): void {
    this.fail('closed');
  }
}

/** Something that was started has to be finished first; else the state is wrong. */
function refusal(state: State, started: readonly State[]): { readonly err: SocketErrorCode } {
  return { err: started.includes(state) ? 'concurrency-conflict' : 'invalid-state' };
}
