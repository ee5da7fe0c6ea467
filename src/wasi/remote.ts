/** What the host's thread has open for a guest, by number: streams of sockets and HTTP bodies, and how their failures are told. */
import { HostError } from '../errors.js';
import type { IoClient } from '../io.js';
import type { Value } from '../values.js';
import { after, attempt, type Later } from './later.js';
import type { Readiness } from './poll.js';
import type { ByteSink, ByteSource } from './streams.js';
import type { World } from './types.js';

/** Where guests ask for what the host's thread has open. Numbers end with the call that got them. */
export class Remote {
  readonly id: number;
  private readonly world: World;
  private readonly client: IoClient;
  private closed = false;

  constructor(world: World, id: number) {
    this.world = world;
    this.client = world.io;
    this.id = id;
  }

  /** Whether it can be asked: it was not closed, and its call goes on. */
  get alive(): boolean {
    return !this.closed && this.world.io === this.client;
  }

  /** `op` with the number as its first argument. @throws HostError */
  ask(op: string, ...args: readonly Value[]): Later<Value> {
    if (!this.alive) {
      const text = `${op}: what it asks for was closed, or ended with the call that opened it`;
      throw new HostError('Invalid', text, { retryable: false, details: { code: 'EBADF' } });
    }
    return tellingDenials(this.world, () => this.world.wait.ask(op, this.id, ...args));
  }

  /** Nobody waits for it, and the second time does nothing. */
  close(): void {
    if (!this.alive) return;
    this.closed = true;
    this.client.call('net.close', [this.id]).catch(() => {}); // its call is over
  }

  readonly readiness: Readiness = {
    isReady: () => !this.alive,
    dueMs: () => Number.POSITIVE_INFINITY,
    remote: () => (this.alive ? this.id : null),
  };
}

/** Asks for what opens something: `op` with what the entry's guest may reach as its first argument. @throws HostError */
export function askToOpen(world: World, op: string, ...args: readonly Value[]): Later<Value> {
  const grant: Value = { hosts: [...world.spec.allowedHosts], by: 'wasi' };
  return tellingDenials(world, () => world.wait.ask(op, grant, ...args));
}

/** A guest is told of a denial by a code; who reads its log wants to know what would grant it. */
function tellingDenials(world: World, ask: () => Later<Value>): Later<Value> {
  return attempt<Value, Value>(
    ask,
    (answer) => answer,
    (thrown) => {
      if (thrown instanceof HostError && thrown.kind === 'PermissionDenied') {
        world.stderr(new TextEncoder().encode(`${thrown.message}\n`));
      }
      throw thrown;
    },
  );
}

/** What is fetched in one answer, so that small reads do not ask each time. */
const READ_AHEAD_BYTES = 64 * 1024;

/** An input stream over {@link Remote}. */
export class RemoteSource implements ByteSource {
  private readonly remote: Remote;
  private readonly ended: (atEnd: boolean) => void;
  private rest: Uint8Array | null = null;
  private atEnd = false;

  /** @param ended the guest needs it no more; `atEnd`: everything was read */
  constructor(remote: Remote, ended: (atEnd: boolean) => void) {
    this.remote = remote;
    this.ended = ended;
  }

  read(length: number): Later<Uint8Array | null> {
    return this.rest === null ? this.fetch('net.read', length) : this.take(this.rest, length);
  }

  readBlocking(length: number): Later<Uint8Array | null> {
    return this.rest === null ? this.fetch('net.read-wait', length) : this.take(this.rest, length);
  }

  private fetch(op: string, length: number): Later<Uint8Array | null> {
    return after(this.remote.ask(op, Math.max(length, READ_AHEAD_BYTES)), (answer) => {
      if (answer !== null) return this.take(answer as Uint8Array, length);
      this.atEnd = true;
      return null;
    });
  }

  private take(bytes: Uint8Array, length: number): Uint8Array {
    this.rest = bytes.length > length ? bytes.subarray(length) : null;
    return bytes.length > length ? bytes.subarray(0, length) : bytes;
  }

  readonly readiness: Readiness = {
    isReady: () => this.rest !== null || this.remote.readiness.isReady(),
    dueMs: () => Number.POSITIVE_INFINITY,
    remote: () => this.remote.readiness.remote(),
  };

  close(): void {
    this.ended(this.atEnd);
  }
}

/** An output stream over {@link Remote}. */
export class RemoteSink implements ByteSink {
  private readonly remote: Remote;
  private readonly ended: () => void;
  /** Bytes that there is room for, at least. */
  private room = 0;

  constructor(remote: Remote, ended: () => void) {
    this.remote = remote;
    this.ended = ended;
  }

  get readiness(): Readiness {
    return this.remote.readiness;
  }

  capacity(): Later<number | null> {
    if (this.room >= LITTLE_ROOM) return this.room;
    return after(this.remote.ask('net.room'), (room) => {
      this.room = Number(room);
      return this.room;
    });
  }

  write(bytes: Uint8Array): Later<void> {
    this.room -= bytes.length;
    return after(this.remote.ask('net.write', bytes), () => {});
  }

  writeBlocking(bytes: Uint8Array): Later<void> {
    this.room = 0;
    return after(this.remote.ask('net.write-wait', bytes), () => {});
  }

  flush(): Later<void> {
    this.room = 0;
    return after(this.remote.ask('net.flush'), () => {});
  }

  close(): void {
    this.ended();
  }
}

/** Below this, the host's thread is asked again how much room there is. */
const LITTLE_ROOM = 4096;

/** What the system called a failure: `ECONNRESET`. */
export function systemCode(thrown: unknown): string | null {
  const code = thrown instanceof HostError ? thrown.details?.code : null;
  return typeof code === 'string' ? code : null;
}
