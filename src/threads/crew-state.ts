/** What the parts of a crew share: its threads, the calls that wait for one, and what it was made with. */
import type { Worker } from 'node:worker_threads';
import type { ComponentPlan } from '../component/types.js';
import { HostError } from '../errors.js';
import type { CallMeter } from '../functions/meter.js';
import type { CallContext } from '../functions/types.js';
import type { Clock } from '../pool/clock.js';
import type { StdioOptions } from '../runner/worlds.js';
import type { FunctionDefinition } from './definitions.js';
import type { HostLoop } from './host-loop.js';
import type { HostThread, ThreadCall } from './host-thread.js';
import type { ServeOptions } from './serve.js';
import type { TurnQueue } from './turn-queue.js';
import type { HostMessage } from './wire.js';

export interface CrewOptions extends Omit<ServeOptions, 'post' | 'take'> {
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

/** A call on its way to a thread. */
export interface Job extends ThreadCall {
  readonly context: CallContext;
  readonly preferred: () => number | null;
  /** Puts it on a thread. @throws HostError for values that cannot cross */
  send(thread: HostThread): void;
  /** Fails it while it has no thread. */
  fail(error: unknown): void;
}

export interface CrewState extends CrewOptions {
  readonly threads: Map<number, HostThread>;
  readonly queue: TurnQueue<Job>;
  loop: HostLoop;
  lastThread: number;
  lastCall: number;
  lastSeat: number;
  lookAgain: (() => void) | null;
  /** What threads were told of the queue. */
  callsWait: boolean;
  cancelSweep: (() => void) | null;
  closing: boolean;
  /** When threads were told last to collect what nobody uses, on the clock. */
  collectedMs: number;
  /** They were told for the calls that wait now. */
  collecting: boolean;
  started: number;
  lost: number;
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
