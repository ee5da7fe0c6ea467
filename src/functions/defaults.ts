/** `meta.options` of an entry, with what it leaves open filled in. */
import type { CallOptionFields } from '../registry/kinds/options.js';
import { RETRY_DEFAULTS, type RetryPolicy } from './retry.js';
import type { CallDefaults } from './table.js';

export function defaultsOf(options: CallOptionFields): CallDefaults {
  return { timeoutMs: options.timeout, unwrap: options.unwrap ?? false, retry: retryOf(options.retry) };
}

function retryOf(fields: CallOptionFields['retry']): RetryPolicy | null {
  if (fields === null || (fields.maxAttempts ?? 1) <= 1) return null;
  return {
    maxAttempts: fields.maxAttempts ?? RETRY_DEFAULTS.maxAttempts,
    initialDelayMs: fields.initialDelay ?? RETRY_DEFAULTS.initialDelayMs,
    maxDelayMs: fields.maxDelay ?? RETRY_DEFAULTS.maxDelayMs,
    backoffFactor: fields.backoffFactor ?? RETRY_DEFAULTS.backoffFactor,
    jitter: fields.jitter ?? RETRY_DEFAULTS.jitter,
    retryKinds: fields.retryKinds,
    skipKinds: fields.skipKinds ?? RETRY_DEFAULTS.skipKinds,
  };
}
