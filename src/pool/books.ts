/** What a pool keeps account of. */
import type { Bound } from './bound.js';
import type { Clock } from './clock.js';
import type { PoolPolicy } from './policy.js';
import type { InstanceSource } from './types.js';

export interface Waiter<T> {
  readonly start: (instance: T) => void;
  readonly fail: (error: unknown) => void;
}

interface IdleInstance<T> {
  readonly instance: T;
  readonly since: number;
}

/** The books of one pool. */
export interface Books<T> {
  readonly policy: PoolPolicy;
  readonly source: InstanceSource<T>;
  readonly clock: Clock;
  /** Longest idle first; what was used last is warm and is used first. */
  readonly idle: IdleInstance<T>[];
  readonly pinned: T[];
  readonly queue: Waiter<T>[];
  readonly bound: Bound;
  running: number;
  created: number;
  destroyed: number;
  closed: boolean;
  cancelSweep: (() => void) | null;
}
