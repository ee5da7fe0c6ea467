/** `ratelimit`: so many requests in a window for each key, and a burst above that. One bucket of tokens for each key. */
import { createHash } from 'node:crypto';
import { readQuery } from '../../query.js';
import type { Middleware as Config } from '../../registry/http/middleware.js';
import { refuse } from '../reply.js';
import { clientAddress, type Exchange, type Middleware } from '../types.js';

type RateLimitConfig = Extract<Config, { type: 'ratelimit' }>;

export interface Bucket {
  tokens: number;
  /** When `tokens` was right. */
  atMs: number;
}

/** Keys that are remembered; the one that was used longest ago goes first. */
const MAX_KEYS = 100_000;
/** What clients send as their key is remembered by its hash above this. */
const MAX_KEY_LENGTH = 64;

/**
 * @param now the host's monotonic clock in ms
 * @param buckets by key; those of the version before, where the limit is the same
 */
export function rateLimit(
  { requests, windowMs, burst, key }: RateLimitConfig,
  now: () => number,
  buckets: Map<string, Bucket>,
): Middleware {
  const capacity = Math.max(1, requests + burst);
  const perMs = requests / windowMs;
  const keyOf = keyReader(key);
  const take = (name: string): number => {
    const at = now();
    const bucket = buckets.get(name) ?? { tokens: capacity, atMs: at };
    bucket.tokens = Math.min(capacity, bucket.tokens + (at - bucket.atMs) * perMs);
    bucket.atMs = at;
    buckets.delete(name);
    buckets.set(name, bucket);
    if (buckets.size > MAX_KEYS) buckets.delete(buckets.keys().next().value!);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return perMs === 0 ? windowMs : (1 - bucket.tokens) / perMs;
  };
  return (next) => (exchange) => {
    const name = keyOf(exchange);
    if (name === '') return refuse(exchange, 400, 'Invalid', `rate limit: the ${key.by} that it counts by is missing`);
    const waitMs = take(name.length <= MAX_KEY_LENGTH ? name : digest(name));
    if (waitMs === 0) return next(exchange);
    const headers = ['Retry-After', String(Math.max(1, Math.ceil(waitMs / 1000)))];
    return refuse(exchange, 429, 'RateLimited', 'too many requests', headers);
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function keyReader(key: RateLimitConfig['key']): (exchange: Exchange) => string {
  switch (key.by) {
    case 'ip':
      return clientAddress;
    case 'header': {
      const name = key.name.toLowerCase();
      return ({ request }) => String(request.headers[name] ?? '');
    }
    case 'query':
      return ({ target }) => queried(target.query, key.name);
  }
}

/** What is no UTF-8 is a key like any other: as it was sent. */
function queried(query: string, wanted: string): string {
  try {
    return readQuery(query).find(([name]) => name === wanted)?.[1] ?? '';
  } catch {
    return query;
  }
}
