/** The rules by which a `pool:` means a pool: what type it is, and what its missing numbers are. */

export const POOL_TYPES = ['inline', 'lazy', 'static', 'adaptive'] as const;
/** `type` of a `pool:`. */
export type PoolType = (typeof POOL_TYPES)[number];

/** As written; null is absent. */
export interface PoolFields {
  readonly type: PoolType | null;
  readonly size: number | null;
  readonly workers: number | null;
  readonly buffer: number | null;
  readonly maxSize: number | null;
  readonly warmStart: boolean | null;
}

/** What a `pool:` comes to. Numbers that a type does not use are 0. */
export interface PoolConfig {
  /** Which of the numbers count. */
  readonly type: PoolType;
  /** static: instances from the start. */
  readonly size: number;
  /** static: calls at once. */
  readonly workers: number;
  /** static: calls that may wait. */
  readonly buffer: number;
  /** lazy, adaptive: instances at most. */
  readonly maxSize: number;
  /** adaptive: starts with more than one instance. */
  readonly warmStart: boolean;
}

const DEFAULT_WORKERS = 8;
const BUFFER_PER_WORKER = 64;
const DEFAULT_MAX_SIZE = 100;

export const NO_POOL_FIELDS: PoolFields = {
  type: null,
  size: null,
  workers: null,
  buffer: null,
  maxSize: null,
  warmStart: null,
};

/**
 * Fills in what a `pool:` leaves open. A number that is 0 counts as not given.
 * - Without `type`: `workers` makes it static; `size`, and no `max_size`, inline; anything else lazy.
 * - static: `size` is `workers` if not given, `workers` is `size` if not given, both are 8 if neither is; `buffer` is
 *   `workers` × 64.
 * - lazy, adaptive: `max_size` is 100.
 */
export function normalizePool(fields: PoolFields): PoolConfig {
  const size = fields.size ?? 0;
  const workers = fields.workers ?? 0;
  const type = fields.type ?? impliedType(size, workers, fields.maxSize ?? 0);
  const none = { size: 0, workers: 0, buffer: 0, maxSize: 0, warmStart: false };
  if (type === 'inline') return { type, ...none };
  if (type === 'static') {
    const calls = workers || size || DEFAULT_WORKERS;
    return { type, ...none, size: size || calls, workers: calls, buffer: fields.buffer || calls * BUFFER_PER_WORKER };
  }
  const warmStart = type === 'adaptive' && (fields.warmStart ?? false);
  return { type, ...none, maxSize: fields.maxSize || DEFAULT_MAX_SIZE, warmStart };
}

function impliedType(size: number, workers: number, maxSize: number): PoolType {
  if (workers > 0) return 'static';
  return size > 0 && maxSize === 0 ? 'inline' : 'lazy';
}
