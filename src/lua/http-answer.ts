/** What a call that serves an HTTP request answers with, beside its result: the response as far as the host does not have it. */

import { joinBytes } from '../bytes.js';
import { newMap, type Value, type ValueMap } from '../values.js';
import type { HttpReplyState, Run } from './core.js';

/** @returns an HttpAnswer as a value */
export function handlerAnswer({ http }: Run, value: Value): Value {
  const answer: ValueMap = newMap();
  answer.value = value;
  answer.status = http?.status ?? null;
  answer.headers = http === null ? [] : headerList(http);
  answer.body = http === null ? new Uint8Array(0) : takePending(http);
  answer.written = http?.written ?? false;
  answer.begun = http?.begun ?? false;
  // Most answers do without the field.
  if (typeof http?.refused === 'string') answer.refused = http.refused;
  return answer;
}

export function headerList({ headers }: HttpReplyState): string[] {
  return headers.flatMap(({ name, value }) => [name, value]);
}

/** The bytes that the host does not have yet; they are its own from now on. */
export function takePending(http: HttpReplyState): Uint8Array {
  const { pending } = http;
  http.pending = [];
  http.pendingBytes = 0;
  return pending.length === 1 ? pending[0]! : joinBytes(pending);
}
