/** A pool as others see it: where its instances come from, what a call brings, what the pool answers. */
import type { PoolState } from './policy.js';

/** - 'reusable': serves the next call. - 'pinned': someone outside holds a part of it. - 'spent': never entered again. */
export type InstanceCondition = 'reusable' | 'pinned' | 'spent';

/** Where a pool's instances come from. */
export interface InstanceSource<T> {
  /** @param ahead nobody waits for it */
  create(ahead?: boolean): T | Promise<T>;
  /** Asked after every call, and of pinned instances before they are used again. */
  condition(instance: T): InstanceCondition;
  destroy(instance: T): void;
}

/** What a call brings to the pool's door. */
export interface Admission {
  /** The call comes from inside a call of this pool: it gets an instance above the bound instead of waiting for itself. */
  readonly reentrant: boolean;
  /** Gives up waiting when aborted. */
  readonly signal: AbortSignal | null;
  /** Gives up waiting at this time of the clock, in ms. */
  readonly deadline: number | null;
}

/** Why a call left the queue without an instance. */
export class AdmissionEnded extends Error {
  readonly reason: 'aborted' | 'deadline' | 'closed' | 'pinned';
  /** How long it had waited. */
  readonly queuedMs: number;
  constructor(reason: AdmissionEnded['reason'], queuedMs: number) {
    super(`left the queue: ${reason}`);
    this.name = 'AdmissionEnded';
    this.reason = reason;
    this.queuedMs = queuedMs;
  }
}

/** A pool at this moment. */
export interface PoolStats extends PoolState {
  /** Instances that serve nobody else, since callers hold handles of theirs. */
  readonly pinned: number;
  /** Calls that wait beyond the queue's buffer; not among `queued`. */
  readonly heldBack: number;
  /** Instances made since the pool was. */
  readonly created: number;
  /** Instances let go since then. */
  readonly destroyed: number;
}

export interface Pool<T> {
  /**
   * Runs `job` with an instance; at once where one is free. The instance goes back when the job is done.
   * @throws AdmissionEnded, or whatever the job or the instance's creation throws
   */
  run<R>(job: (instance: T) => R | Promise<R>, admission: Admission): R | Promise<R>;
  /** Makes the instances that the policy wants before the first call. One that cannot be made is left to the first call. */
  warm(): void;
  /** Whether {@link run} would start at once. */
  hasRoom(): boolean;
  stats(): PoolStats;
  /** Ends waiting calls with `AdmissionEnded('closed')` and lets go of idle instances; running ones go when done. */
  close(): void;
}
