/**
 * What the four pool types decide, as data and one small function each. The pool asks its policy and keeps the books;
 * where a call runs (here, later on another thread) is none of a policy's business.
 */

export type PoolType = 'inline' | 'lazy' | 'static' | 'adaptive';

/** The `pool:` block of an entry, as the registry has checked it: whole numbers, not negative. */
export interface PoolSettings {
  readonly type?: PoolType | undefined;
  readonly size?: number | undefined;
  readonly workers?: number | undefined;
  readonly buffer?: number | undefined;
  readonly max_size?: number | undefined;
  readonly warm_start?: boolean | undefined;
}

/** What a policy may look at when it decides on one more instance. */
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
  /** Calls that may run at once; a call from inside the pool's own calls is not counted. */
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

const ELASTIC_MAX = 100;
const STATIC_DEFAULT = 8;
const BUFFER_PER_WORKER = 64;
const IDLE_MS = 30_000;

/** `type` as given, or what the other fields say: `workers` given is static, only `size` given is inline, else lazy. */
export function poolTypeOf(settings: PoolSettings): PoolType {
  if (settings.type !== undefined) return settings.type;
  if (positive(settings.workers)) return 'static';
  if (positive(settings.size) && !positive(settings.max_size)) return 'inline';
  return 'lazy';
}

/**
 * The policy of a `pool:` block.
 *
 * @param cores how many calls the machine can run at once; bounds what `warm_start` makes
 * @example
 * poolPolicy({ type: 'static', size: 4, workers: 2 }, 8); // 4 instances from the start, 2 calls at once, 128 waiting
 */
export function poolPolicy(settings: PoolSettings, cores: number): PoolPolicy {
  const type = poolTypeOf(settings);
  switch (type) {
    case 'inline':
      return { ...NO_REUSE, type };
    case 'lazy':
      return elastic(type, settings, 0, 0);
    case 'adaptive': {
      const max = elasticMax(settings);
      return elastic(type, settings, Math.min(settings.warm_start === true ? Math.max(2, cores) : 1, max), 1);
    }
    case 'static': {
      const workers = firstPositive(settings.workers, settings.size, STATIC_DEFAULT);
      const size = firstPositive(settings.size, workers);
      return {
        type,
        reuse: true,
        initialInstances: size,
        maxRunning: workers,
        buffer: firstPositive(settings.buffer, workers * BUFFER_PER_WORKER),
        idleMs: null,
        minInstances: size,
        shrinkBy: 0,
      };
    }
  }
}

const NO_REUSE = {
  reuse: false,
  initialInstances: 0,
  maxRunning: Number.POSITIVE_INFINITY,
  buffer: 0,
  idleMs: null,
  minInstances: 0,
  shrinkBy: 0,
} as const;

function elastic(type: PoolType, settings: PoolSettings, initial: number, min: number): PoolPolicy {
  const maxRunning = elasticMax(settings);
  return {
    type,
    reuse: true,
    initialInstances: initial,
    maxRunning,
    buffer: firstPositive(settings.buffer, maxRunning * BUFFER_PER_WORKER),
    idleMs: IDLE_MS,
    minInstances: min,
    // A lazy pool keeps nothing; an adaptive one goes down step by step, so that it does not flap.
    shrinkBy: type === 'lazy' ? Number.POSITIVE_INFINITY : 1,
  };
}

function elasticMax(settings: PoolSettings): number {
  return firstPositive(settings.max_size, ELASTIC_MAX);
}

/** 0 stands for "not given", as an absent field does. */
function positive(value: number | undefined): value is number {
  return value !== undefined && value > 0;
}

function firstPositive(...values: readonly (number | undefined)[]): number {
  return values.find(positive) ?? 1;
}
