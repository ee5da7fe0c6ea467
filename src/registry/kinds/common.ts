/** Fields that several kinds share: pools, limits, and what the network may be asked for. */
import { MAX_TIMER_MS } from '../../timers.js';
import { NO_POOL_FIELDS, normalizePool, POOL_TYPES, type PoolConfig } from '../pool.js';
import {
  boolean,
  checked,
  choice,
  list,
  optional,
  type RecordOf,
  record,
  type Schema,
  text,
  whole,
} from '../schema.js';
import { checkHostPattern } from './hosts.js';

/** More instances than a process can hold are a slip of the finger. */
const MAX_INSTANCES = 65_536;
const MAX_QUEUE = 2 ** 31 - 1;
const MAX_MEGABYTES = 65_536;

const NEGATIVE_POOL = 'pool values cannot be negative';

export const pool: Schema<PoolConfig> = checked(
  record({
    type: optional(choice(POOL_TYPES, 'invalid pool type')),
    size: optional(whole(NEGATIVE_POOL, MAX_INSTANCES)),
    workers: optional(whole(NEGATIVE_POOL, MAX_INSTANCES)),
    buffer: optional(whole(NEGATIVE_POOL, MAX_QUEUE)),
    max_size: optional(whole(NEGATIVE_POOL, MAX_INSTANCES)),
    warm_start: optional(boolean),
  }),
  normalizePool,
);
export const DEFAULT_POOL: PoolConfig = normalizePool(NO_POOL_FIELDS);

const limitFields = {
  /** 0 and null: none. */
  max_execution_ms: optional(whole('limits.max_execution_ms cannot be negative', MAX_TIMER_MS)),
  /** 0 and null: none. */
  max_memory_mb: optional(whole('limits.max_memory_mb cannot be negative', MAX_MEGABYTES)),
};
/** Null is no limit. */
type Limits = RecordOf<typeof limitFields>;
export const NO_LIMITS: Limits = { maxExecutionMs: null, maxMemoryMb: null };
export const limits: Schema<Limits> = checked(record(limitFields), (value) => ({
  maxExecutionMs: value.maxExecutionMs || null,
  maxMemoryMb: value.maxMemoryMb || null,
}));

export const allowedHosts: Schema<readonly string[]> = list(checked(text, checkHostPattern));
