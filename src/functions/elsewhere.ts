/** What a function needs of the threads that can run its calls. Without them every call runs where its caller is. */
import type { LiftTarget } from '../component/types.js';
import type { Value } from '../values.js';
import type { CallContext } from './types.js';

/** A place in a pool: one instance, wherever it is. */
export interface Seat {
  /** Unique in the host. */
  readonly number: number;
  /** The thread that holds its instance: its number, or null where there is none yet. */
  thread: number | null;
  /** Its instance is not entered again. */
  spent: boolean;
  /** How many handles of its instance TypeScript holds. */
  held: number;
}

export interface RemoteCall {
  readonly id: string;
  readonly seat: Seat;
  /** The instance is gone after the call. */
  readonly once: boolean;
  /** It goes to the instance that handles among its arguments keep, which is where its seat is. */
  readonly held?: boolean;
  readonly args: readonly Value[];
  readonly context: CallContext;
  readonly target: LiftTarget;
  /** When its caller came, on the host's clock. */
  readonly since: number;
}

export interface Elsewhere {
  newSeat(): Seat;
  /** Runs a call on a thread. @throws HostError */
  run(call: RemoteCall): Promise<Value>;
  /** The seat whose instance a call has to go to, since handles among its arguments are of it; null: any. @throws HostError */
  holderOf(args: readonly Value[]): Seat | null;
  /** Makes a seat's instance before it is needed. */
  prepare(id: string, seat: Seat): void;
  /** Lets go of a seat's instance. */
  forget(id: string, seat: Seat): void;
  /** Asks threads to give back seats of a function that they hold for calls of their own. */
  recall(id: string): void;
}
