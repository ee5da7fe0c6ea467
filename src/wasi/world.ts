/** The world of one instance: what its entry grants, over what its thread does for it. */

import { HostError } from '../errors.js';
import type { FileHandle, VolumeSpec } from '../files/types.js';
import type { IoAsker, IoClient, ThreadServices } from '../io.js';
import type { Value } from '../values.js';
import type { GuestOutput } from './stdio.js';
import { WaitEnded, type Waiting, type World, type WorldCall, type WorldSpec } from './types.js';

/** What worlds are made of besides their entry; the same for all instances of a thread. */
export interface WorldMeans {
  readonly services: ThreadServices;
  /** Runs `run` after `delayMs`; the answer cancels it. For guests that suspend. */
  readonly after: (delayMs: number, run: () => void) => () => void;
  /** Nanoseconds since 1970. */
  readonly wallNs: () => bigint;
  readonly randomBytes: (count: number) => Uint8Array;
  /** The folder of a volume. @throws FileError, HostError */
  readonly openVolume: (volume: VolumeSpec) => FileHandle;
  /** The standard streams of a call. */
  readonly stdio: () => GuestStdio;
}

export interface GuestStdio {
  readonly output: GuestOutput;
  /** The next bytes of the input, none where there are none yet, null at its end; null: there is none. */
  readonly input: (() => Uint8Array | null) | null;
  /** Whether [stdin, stdout, stderr] are a terminal. */
  readonly terminals: readonly [boolean, boolean, boolean];
}

/** Before its first call and between calls: a start function may look at clocks, and has nobody to call. */
const NO_CALL: WorldCall = {
  deadlineMs: Number.POSITIVE_INFINITY,
  isCancelled: () => false,
  callFunction: (id) => {
    throw new HostError('Unavailable', `${id} cannot be called before the guest's own call`, { retryable: false });
  },
  maySuspend: () => false,
};

/** @param id of the entry */
export function createWorld(id: string, spec: WorldSpec, means: WorldMeans): World {
  return new GuestWorld(id, spec, means);
}

const NS_PER_MS = 1e6;

/** A class, because instances are made for single calls: methods are shared, and parts made when they are asked for. */
class GuestWorld implements World {
  readonly id: string;
  readonly spec: WorldSpec;
  readonly wait: Waiting;
  call: WorldCall = NO_CALL;
  beforeWait: (() => void) | null = null;
  private readonly means: WorldMeans;
  private client: IoClient | null = null;
  private streams: GuestStdio | null = null;
  private folders: { readonly guest: string; readonly handle: FileHandle }[] | null = null;
  private readonly open = new Set<() => void>();

  constructor(id: string, spec: WorldSpec, means: WorldMeans) {
    this.id = id;
    this.spec = spec;
    this.means = means;
    this.wait = new WorldWaiting(this, means);
  }

  get io(): IoClient {
    this.client ??= this.means.services.io.open(new Asker(this));
    return this.client;
  }

  private get stdio(): GuestStdio {
    this.streams ??= this.means.stdio();
    return this.streams;
  }

  monotonicNs(): bigint {
    return BigInt(Math.floor(this.means.services.monotonicMs() * NS_PER_MS));
  }

  wallNs(): bigint {
    return this.means.wallNs();
  }

  randomBytes(count: number): Uint8Array {
    return this.means.randomBytes(count);
  }

  get stdin(): (() => Uint8Array | null) | null {
    return this.stdio.input;
  }

  stdout(bytes: Uint8Array): void {
    this.stdio.output.write('stdout', bytes);
  }

  stderr(bytes: Uint8Array): void {
    this.stdio.output.write('stderr', bytes);
  }

  get terminals(): readonly [boolean, boolean, boolean] {
    return this.stdio.terminals;
  }

  preopens(): readonly { readonly guest: string; readonly handle: FileHandle }[] {
    this.folders ??= this.spec.mounts.map(({ guest, volume }) => ({ guest, handle: this.means.openVolume(volume) }));
    return this.folders;
  }

  track(close: () => void): () => void {
    this.open.add(close);
    return () => this.open.delete(close);
  }

  begin(call: WorldCall): void {
    this.call = call;
  }

  endCall(): void {
    const left = [...this.open];
    this.open.clear();
    for (const close of left) close();
    this.streams?.output.endCall();
    this.streams = null;
    // What the host opened for a call ends with it.
    this.client?.end();
    this.client = null;
    this.beforeWait = null;
    this.call = NO_CALL;
  }

  close(): void {
    this.endCall();
    for (const { handle } of this.folders ?? []) handle.close();
    this.folders = null;
  }
}

/** The terms of whatever call runs. A class, as worlds are made for single calls. */
class Asker implements IoAsker {
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  get id(): string {
    return this.world.id;
  }

  get deadlineMs(): number {
    return this.world.call.deadlineMs;
  }

  /** Asked for without its object. */
  readonly isCancelled = (): boolean => this.world.call.isCancelled();
}

/** A guest that may suspend is woken by a promise; the thread of another one stands still. */
class WorldWaiting implements Waiting {
  private readonly world: World;
  private readonly means: WorldMeans;

  constructor(world: World, means: WorldMeans) {
    this.world = world;
    this.means = means;
  }

  get suspends(): boolean {
    return this.world.call.maySuspend();
  }

  sleep(untilMs: number): void | Promise<void> {
    const { world, means } = this;
    world.beforeWait?.();
    return world.call.maySuspend()
      ? sleepSuspended(world, untilMs, means)
      : means.services.standUntil(untilMs, new Asker(world));
  }

  ask(op: string, ...args: readonly Value[]): Value | Promise<Value> {
    const { world } = this;
    world.beforeWait?.();
    return world.call.maySuspend() ? askSuspended(world, op, args) : world.io.callNow(op, ...args);
  }
}

/** Ends with WaitEnded at the call's deadline, or where the call ends before. */
function sleepSuspended(world: World, untilMs: number, { services, after }: WorldMeans): Promise<void> {
  const endMs = Math.min(untilMs, world.call.deadlineMs);
  return new Promise((resolve, reject) => {
    let stop = () => {};
    const untrack = world.track(() => {
      stop();
      reject(new WaitEnded('the call is over'));
    });
    const look = () => {
      const now = services.monotonicMs();
      if (now < endMs) {
        if (endMs !== Number.POSITIVE_INFINITY) stop = after(endMs - now, look);
        return;
      }
      untrack();
      if (untilMs <= now) resolve();
      else reject(new WaitEnded('the call is over'));
    };
    look();
  });
}

function askSuspended(world: World, op: string, args: readonly Value[]): Promise<Value> {
  const controller = new AbortController();
  const untrack = world.track(() => controller.abort());
  return world.io.call(op, args, controller.signal).finally(untrack);
}
