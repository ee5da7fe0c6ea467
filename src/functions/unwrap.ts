/** `unwrap`: a top-level `result<T, E>` as a value or an error. */
import { HostBug, HostError } from '../errors.js';
import { ByteString, type Value, type ValueMap } from '../values.js';
import { textOrBytes, toPlain } from './plain.js';

/**
 * The `ok` payload of a lifted result (`true` where it has none).
 *
 * @throws HostError of kind "" with E in its details: E's own fields where it is a record or variant, else `{err: E}`
 */
export function unwrapResult(result: Value, id: string): Value {
  const { ok, err } = result as ValueMap;
  if (ok !== undefined) return ok;
  if (result === null || typeof result !== 'object') throw new HostBug(`${id}: a lifted result has neither ok nor err`);
  if (!('err' in result)) return null; // ok of a none: {ok = nil}, which is {}
  const text = errorText(err);
  const plain = toPlain(err);
  const details = isRecord(plain) ? plain : { err: plain };
  throw new HostError('', text === null ? `${id} returned an error` : `${id}: ${text}`, { details });
}

/** E as a sentence, where it is text or carries one. */
function errorText(err: Value): string | null {
  if (typeof err === 'string') return err;
  if (err instanceof ByteString) {
    const text = textOrBytes(err.bytes);
    return typeof text === 'string' ? text : null;
  }
  if (err === null || typeof err !== 'object' || Array.isArray(err) || err instanceof Map) return null;
  const { message } = err as ValueMap;
  if (message !== undefined) return errorText(message);
  const cases = Object.keys(err);
  return cases.length === 1 ? cases[0]! : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
