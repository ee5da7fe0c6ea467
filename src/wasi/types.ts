/** What WASI interfaces stand on: the world that one entry grants to one instance, and how a guest waits. */
import { GuestEnd } from '../component/guest-end.js';
import type { FileHandle, VolumeSpec } from '../files/types.js';
import type { IoClient } from '../io.js';
import type { Value } from '../values.js';

/** What of the world is the same for two calls says whether they may share an instance; plain data, comparable by its JSON. */
export interface WorldSpec {
  readonly args: readonly string[];
  /** Absolute, or null. */
  readonly cwd: string | null;
  /** Resolved for the call that needs it. */
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly mounts: readonly { readonly guest: string; readonly volume: VolumeSpec }[];
  readonly allowedHosts: readonly string[];
}

/** The terms of the call that runs; {@link World.begin} sets them. */
export interface WorldCall {
  /** On the host's monotonic clock in ms; waits end here. */
  readonly deadlineMs: number;
  readonly isCancelled: () => boolean;
  /** Calls another function for `wippy:runtime/funcs`: chain and deadline are inherited. */
  readonly callFunction: (id: string, args: readonly Value[]) => Value | Promise<Value>;
  /**
   * Whether the guest that asks could suspend at this moment: false in start functions and destructors, below calls between
   * components, and wherever Node cannot suspend. What answers a promise while it is false traps its guest.
   */
  readonly maySuspend: () => boolean;
}

/**
 * How host functions wait. Where the guest can suspend (JSPI) they answer promises; where it cannot, its thread stands still
 * and they answer at once. So every host function that waits is written with {@link Waiting.then}.
 */
export interface Waiting {
  /** Whether this guest suspends at this moment: {@link WorldCall.maySuspend}. */
  readonly suspends: boolean;
  /** Until `untilMs` on the host's monotonic clock, or the call's end. @throws WaitEnded */
  sleep(untilMs: number): void | Promise<void>;
  /** Asks the host's thread. @throws HostError, WaitEnded */
  ask(op: string, ...args: readonly Value[]): Value | Promise<Value>;
}

/** The call is over (limit, deadline, cancelled) while its guest waited; what ended it is told by who made the call. */
export class WaitEnded extends GuestEnd {
  override readonly name = 'WaitEnded';
}

/** What one instance may see. Made with the instance, ended with it. */
export interface World {
  /** The entry's ID, for logs and messages. */
  readonly id: string;
  readonly spec: WorldSpec;
  readonly wait: Waiting;
  readonly io: IoClient;
  readonly call: WorldCall;
  /** Nanoseconds, monotonic. */
  monotonicNs(): bigint;
  /** Nanoseconds since 1970. */
  wallNs(): bigint;
  randomBytes(count: number): Uint8Array;
  /** The standard streams. The next bytes of the input, none where there are none yet, null at its end; `null`: there is no input. */
  readonly stdin: (() => Uint8Array | null) | null;
  stdout(bytes: Uint8Array): void;
  stderr(bytes: Uint8Array): void;
  /** Whether the standard streams are a terminal: [stdin, stdout, stderr]. */
  readonly terminals: readonly [boolean, boolean, boolean];
  /** The mounts, open. Opened with their first use, closed with the world. */
  preopens(): readonly { readonly guest: string; readonly handle: FileHandle }[];
  /** What is opened during a call and closed at its end, if the guest has not done that. */
  track(close: () => void): () => void;
  /** Has what is held back go out before its guest waits for anything; null: nothing is. Ends with the call. */
  beforeWait: (() => void) | null;
  begin(call: WorldCall): void;
  /** Ends a call: closes what it left open. The instance may serve another one. */
  endCall(): void;
  close(): void;
}
