/** What the parts of a crew share: its threads, the calls that wait for one, and what it was made with. */
import type { Worker } from 'node:worker_threads';
import type { ComponentPlan } from '../component/types.js';
import { HostError } from '../errors.js';
import type { Seat } from '../functions/elsewhere.js';
import type { CallMeter } from '../functions/meter.js';
import type { CallContext } from '../functions/types.js';
import type { LogLevel } from '../lua/platform.js';
import type { Clock } from '../pool/clock.js';
import type { StdioOptions } from '../runner/worlds.js';
import type { FunctionDefinition } from './definitions.js';
import type { HeldHandle } from './held-handle.js';
import type { HostLoop } from './host-loop.js';
import type { HostThread, Lease, ThreadCall } from './host-thread.js';
import type { Lane } from './lane.js';
import type { ServeOptions } from './serve.js';
import type { TurnQueue } from './turn-queue.js';
import type { HostMessage } from './wire.js';

export interface CrewOptions extends Omit<ServeOptions, 'post' | 'take'> {
  /** What is below it is not logged, where threads write the log themselves. */
  readonly logLevel: LogLevel;
  /** Where the standard streams of guests go. */
  readonly stdio: StdioOptions;
  /** The file that a thread runs. */
  readonly entry: URL;
  readonly cores: number;
  readonly clock: Clock;
  readonly onThread?: (worker: Worker) => void;
  readonly definitionOf: (id: string) => FunctionDefinition;
  readonly planOf: (number: number) => ComponentPlan;
  readonly meterOf: (id: string) => CallMeter | undefined;
}

/** A call on its way to a thread. Its number is given when it is sent, so that a thread begins its calls in the order of their numbers. */
export interface Job extends ThreadCall {
  readonly context: CallContext;
  /** What it takes turns with in the queue. */
  readonly turn: string;
  readonly preferred: () => number | null;
  /** The thread that it needs, since its handles are there; null: any. */
  readonly home: HostThread | null;
  /** Its answer may hold handles, whose instances keep its thread for handles. */
  readonly givesHandles: boolean;
  /** It can be stopped without its thread. */
  readonly guarded: boolean;
  /** Puts it on a thread. @throws HostError for values that cannot cross */
  send(thread: HostThread): void;
  /** Fails it while it has no thread. */
  fail(error: unknown): void;
}

/** The right of one thread to call another one over a lane, for a while. */
export interface Grant {
  readonly number: number;
  readonly caller: HostThread;
  readonly server: HostThread;
  readonly lane: Lane;
  /** What the server runs, for everybody else. */
  readonly call: number;
  /** Seats of functions whose instances are at the server. */
  readonly leases: Set<Lease>;
  /** The last call whose answer came by way of the host. */
  relayed: number;
  /** A call that shall have ended, and since when. */
  stuck: { readonly call: number; readonly sinceMs: number } | null;
}

export interface CrewState extends CrewOptions {
  readonly threads: Map<number, HostThread>;
  readonly queue: TurnQueue<Job>;
  readonly grants: Map<number, Grant>;
  loop: HostLoop;
  lastThread: number;
  lastCall: number;
  lastSeat: number;
  lastGrant: number;
  lastLane: number;
  /** Ends the looks at what runs over lanes. */
  stopWatch: (() => void) | null;
  lookAgain: (() => void) | null;
  /** What threads were told of the queue. */
  callsWait: boolean;
  cancelSweep: (() => void) | null;
  /** Drops what nobody holds any more. */
  readonly forgotten: FinalizationRegistry<HeldHandle>;
  /** Calls of methods that are under way. */
  readonly methods: Set<Promise<unknown>>;
  /** Methods are called no more. */
  handlesEnd: boolean;
  closing: boolean;
  /** When threads were told last to collect what nobody uses, on the clock. */
  collectedMs: number;
  /** They were told for the calls that wait now. */
  collecting: boolean;
  started: number;
  lost: number;
  /** Calls over lanes that threads had begun which are gone. */
  directBefore: number;
  readonly originMs: number;
  /** A thread has ended by itself. */
  onExit: (thread: HostThread, reason: string) => void;
}

export function closed(key: string): HostError {
  return new HostError('Unavailable', `${key}: the host is closed`, { retryable: false });
}

export function post(state: CrewState, thread: HostThread, message: HostMessage, plain: boolean): void {
  if (thread.dead) return;
  thread.link.post(message, plain);
  state.loop.touch();
}

/** The seat's instance will be on `thread`; the one that it had elsewhere goes. */
export function moveSeat(state: Pick<CrewState, 'threads'>, id: string, seat: Seat, thread: HostThread): void {
  if (seat.thread === thread.number) return;
  const before = seat.thread === null ? undefined : state.threads.get(seat.thread);
  before?.link.post({ kind: 'forget', id, seat: seat.number });
  seat.thread = thread.number;
}
