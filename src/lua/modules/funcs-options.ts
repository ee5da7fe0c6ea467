/** What `with_options` takes: names and values are checked where they are written. */

import { ERROR_KINDS, type ErrorKind, type HostError } from '../../errors.js';
import type { CallOptions, RetryPolicy } from '../../functions/types.js';
import { nearestName } from '../../nearest.js';
import { ByteString, Empty, Float64, type Value, type ValueMap } from '../../values.js';
import { durationHint, parseDurationMs } from '../duration.js';
import { moduleError } from '../results.js';

const MAX_ATTEMPTS = 1000;
const MAX_FACTOR = 1000;

type Writable<T> = { -readonly [name in keyof T]: T[name] };

/** @throws HostError Invalid, for unknown names and values that do not fit; Unavailable, for what is not built yet */
export function readCallOptions(value: Value): CallOptions {
  const options: Writable<CallOptions> = {};
  readFields(value, 'options', {
    timeout: (option) => {
      options.timeoutMs = milliseconds(option, 'timeout', 0);
    },
    unwrap: (option) => {
      options.unwrap = flag(option);
    },
    retry: (option) => {
      options.retry = readRetry(option);
    },
    priority: () => {},
    network: () => {
      throw moduleError('Unavailable', "option 'network' is not built yet");
    },
  });
  return options;
}

function readRetry(value: Value): Partial<RetryPolicy> {
  const policy: Writable<Partial<RetryPolicy>> = {};
  readFields(value, 'retry', {
    max_attempts: (option) => {
      policy.maxAttempts = numberIn(option, 'retry.max_attempts', 0, MAX_ATTEMPTS, true);
    },
    initial_delay: (option) => {
      policy.initialDelayMs = milliseconds(option, 'retry.initial_delay', -1);
    },
    max_delay: (option) => {
      policy.maxDelayMs = milliseconds(option, 'retry.max_delay', -1);
    },
    backoff_factor: (option) => {
      policy.backoffFactor = numberIn(option, 'retry.backoff_factor', 1, MAX_FACTOR, false);
    },
    jitter: (option) => {
      policy.jitter = numberIn(option, 'retry.jitter', 0, 1, false);
    },
    retry_kinds: (option) => {
      policy.retryKinds = kinds(option, 'retry.retry_kinds');
    },
    skip_kinds: (option) => {
      policy.skipKinds = kinds(option, 'retry.skip_kinds');
    },
  });
  return policy;
}

type FieldReaders = { readonly [name: string]: (option: Value) => void };

function readFields(value: Value, what: string, readers: FieldReaders): void {
  for (const [key, option] of entriesOf(value, what)) {
    const read = Object.hasOwn(readers, key) ? readers[key] : undefined;
    if (read === undefined) throw unknownOption(key, Object.keys(readers));
    read(option);
  }
}

function plainNumber(option: Value): number | null {
  const number = option instanceof Float64 ? option.value : option;
  return typeof number === 'number' ? number : null;
}

/** @param above the exclusive lower bound: 0, or -1 where 0 is fine */
function milliseconds(option: Value, name: string, above: 0 | -1): number {
  const ms = plainNumber(option) ?? parseDurationMs(option);
  if (ms !== null && (above === 0 ? ms > 0 : ms >= 0)) return ms;
  const bound = above === 0 ? 'above 0' : 'from 0';
  throw moduleError(
    'Invalid',
    `${name}: expected milliseconds ${bound}, or a duration such as "1.5s"${durationHint(option)}`,
  );
}

function numberIn(option: Value, name: string, min: number, max: number, whole: boolean): number {
  const number = plainNumber(option);
  if (number !== null && number >= min && number <= max && (!whole || Number.isInteger(number))) return number;
  throw moduleError('Invalid', `${name}: expected a ${whole ? 'whole ' : ''}number from ${min} to ${max}`);
}

function flag(option: Value): boolean {
  if (typeof option === 'boolean') return option;
  throw moduleError('Invalid', 'unwrap: expected true or false');
}

function kinds(option: Value, name: string): ErrorKind[] {
  if (option instanceof Empty) return [];
  const known = ERROR_KINDS.filter((kind) => kind !== '');
  if (!Array.isArray(option)) throw moduleError('Invalid', `${name}: expected a list of error kinds`);
  return option.map((each) => {
    const text = each instanceof ByteString ? new TextDecoder().decode(each.bytes) : each;
    const kind = known.find((one) => one === text);
    if (kind !== undefined) return kind;
    const nearest = typeof text === 'string' ? nearestName(text, known) : null;
    const hint = nearest === null ? `expected one of ${known.join(', ')}` : `did you mean "${nearest}"?`;
    throw moduleError('Invalid', `${name}: no such error kind: ${hint}`);
  });
}

/** @param of what has the options, for the message; '': it is told elsewhere */
export function unknownOption(key: string, known: readonly string[], of = ''): HostError {
  const nearest = nearestName(key, known);
  const hint = nearest === null ? `known are ${known.join(', ')}` : `did you mean '${nearest}'?`;
  return moduleError('Invalid', `${of === '' ? '' : `${of}: `}unknown option '${key.slice(0, 80)}': ${hint}`);
}

/** The fields of a table whose keys are names. @throws HostError Invalid */
export function entriesOf(value: Value, what: string): [string, Value][] {
  if (value instanceof Empty) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Map) {
    throw moduleError('Invalid', `${what}: expected a table whose keys are names`);
  }
  return Object.entries(value as ValueMap);
}
