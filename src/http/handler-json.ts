/** What a handler returns, as JSON. Nothing is turned into something else: what JSON has no form for is an error that says where. */
import { HostError } from '../errors.js';
import { formatPath, type PathStep, type Value } from '../values.js';
import { jsonText } from './results.js';

/** @throws HostError Internal: tables that mix names and indexes, strings that are no UTF-8 */
export function handlerJson(value: Value, func: string): string {
  const path: PathStep[] = [];
  check(value, path, func);
  return jsonText(value);
}

function check(value: Value, path: PathStep[], func: string): void {
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof Map)
    throw wrong(path, func, 'the table mixes names and indexes, or has other keys; JSON has lists and objects');
  if (value instanceof Uint8Array) {
    throw wrong(path, func, 'the string is not valid UTF-8; bytes are sent by http.response():write');
  }
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) step(each, index + 1, path, func);
    return;
  }
  if ('opaqueKind' in value) return;
  for (const [name, each] of Object.entries(value)) step(each as Value, name, path, func);
}

function step(value: Value, at: PathStep, path: PathStep[], func: string): void {
  if (typeof value !== 'object' || value === null) return;
  path.push(at);
  check(value, path, func);
  path.pop();
}

function wrong(path: readonly PathStep[], func: string, problem: string): HostError {
  const place = formatPath(path);
  return new HostError('Internal', `${func}: result: ${place === '' ? '' : `${place}: `}${problem}`, {
    retryable: false,
    details: { path: place },
  });
}
