/**
 * What the four pool types decide, as data and one small function each. The pool asks its policy and keeps the books;
 * where a call runs (here, later on another thread) is none of a policy's business.
 */
import type { PoolConfig, PoolType } from '../registry/pool.js';

/** The books of a pool, as numbers. */
export interface PoolState {
  /** Instances that serve a call now. */
  readonly running: number;
  /** Instances that wait for a call. */
  readonly idle: number;
  /** Calls that wait for an instance. */
  readonly queued: number;
}

export interface PoolPolicy {
  readonly type: PoolType;
  /** False: every call gets an instance of its own, which is gone after it. */
  readonly reuse: boolean;
  /** Instances made before the first call. */
  readonly initialInstances: number;
  /** Calls that may run at once, at most; a call from inside the pool's own calls is not counted. See bound.ts for adaptive. */
  readonly maxRunning: number;
  /** Waiting calls that the queue holds. Further callers are held back, in order, until one of those has started. */
  readonly buffer: number;
  /** After this long without being used an idle instance may go; null keeps it for ever. */
  readonly idleMs: number | null;
  /** Idle instances that stay when their time has come. */
  readonly minInstances: number;
  /** How many idle instances go at once when their time has come. */
  readonly shrinkBy: number;
}

const BUFFER_PER_INSTANCE = 64;
const IDLE_MS = 30_000;

/**
 * The policy of a `pool:` block.
 *
 * @param config as the registry has filled it in
 * @param cores how many calls the machine can run at once; bounds what `warm_start` makes
 * @example
 * poolPolicy(normalizePool({ ...NO_POOL_FIELDS, size: 4, workers: 2 }), 8); // 4 instances from the start, 2 calls at once
 */
export function poolPolicy(config: PoolConfig, cores: number): PoolPolicy {
  const { type } = config;
  switch (type) {
    case 'inline':
      return INLINE;
    case 'lazy':
      return elastic(config, 0, 0);
    case 'adaptive': {
      const first = config.warmStart ? Math.max(2, cores) : 1;
      return elastic(config, Math.min(first, config.maxSize), 1);
    }
    case 'static':
      return {
        type,
        reuse: true,
        initialInstances: config.size,
        maxRunning: config.workers,
        buffer: config.buffer,
        idleMs: null,
        minInstances: config.size,
        shrinkBy: 0,
      };
  }
}

const INLINE: PoolPolicy = {
  type: 'inline',
  reuse: false,
  initialInstances: 0,
  maxRunning: Number.POSITIVE_INFINITY,
  buffer: 0,
  idleMs: null,
  minInstances: 0,
  shrinkBy: 0,
};

function elastic({ type, maxSize }: PoolConfig, initialInstances: number, minInstances: number): PoolPolicy {
  return {
    type,
    reuse: true,
    initialInstances,
    maxRunning: maxSize,
    buffer: maxSize * BUFFER_PER_INSTANCE,
    idleMs: IDLE_MS,
    minInstances,
    // A lazy pool keeps nothing; an adaptive one goes down step by step, so that it does not flap.
    shrinkBy: type === 'lazy' ? Number.POSITIVE_INFINITY : 1,
  };
}
