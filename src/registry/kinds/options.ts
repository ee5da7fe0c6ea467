/** `meta.options`: what calls of a function default to. The rest of `meta` is free, so a key that is none of these is let be,
 * unless it looks like one misspelt. */
import { ERROR_KINDS } from '../../errors.js';
import { nearestName } from '../../nearest.js';
import {
  boolean,
  checked,
  choice,
  type FieldTable,
  list,
  number,
  optional,
  type RecordOf,
  type Report,
  record,
  whole,
} from '../schema.js';
import { milliseconds } from './units.js';

const errorKinds = list(
  choice(
    ERROR_KINDS.filter((kind) => kind !== ''),
    'no such error kind',
  ),
);

const retryFields = {
  max_attempts: optional(whole('retry.max_attempts cannot be negative', 1000)),
  initial_delay: optional(milliseconds),
  max_delay: optional(milliseconds),
  backoff_factor: optional(number(1, 1000)),
  jitter: optional(number(0, 1)),
  retry_kinds: optional(errorKinds),
  skip_kinds: optional(errorKinds),
};
/** Null is "not said": the function table's defaults hold. Delays are in ms. */

/** A call that may take no time at all could only fail. */
const timeout = checked(milliseconds, (ms, report) => {
  if (ms === 0) {
    report([], {
      code: 'invalid-value',
      message: 'timeout must be above 0',
      expected: 'milliseconds above 0, or text such as "1.5s"; no timeout at all for none',
      got: '0',
    });
  }
  return ms;
});

const optionFields = {
  unwrap: optional(boolean),
  /** ms, above 0 as in `with_options`; null is none */
  timeout: optional(timeout),
  retry: optional(record(retryFields)),
};
export type CallOptionFields = RecordOf<typeof optionFields>;
export const NO_OPTIONS: CallOptionFields = { unwrap: null, timeout: null, retry: null };

/** Field names of `meta.options`; others are let be. */
export const OPTION_FIELDS: FieldTable = optionFields;
/** Accepted and ignored, or read elsewhere. */
const OTHER_OPTIONS = ['priority', 'network'];

/** Reports a key of `meta.options` that looks like a misspelt option. */
export function checkOptionName(name: string, report: Report): void {
  if (OTHER_OPTIONS.includes(name)) return;
  const nearest = nearestName(name, Object.keys(optionFields));
  if (nearest === null) return;
  const message = `meta.options has no option ${JSON.stringify(name.slice(0, 60))}`;
  report([name], {
    code: 'unknown-field',
    message,
    expected: `one of ${Object.keys(optionFields).join(', ')}`,
    suggestion: nearest,
  });
}
