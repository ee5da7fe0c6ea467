/** What a handler returns, as JSON. Nothing is turned into something else: what JSON has no form for is an error that says where. */
import { HostError } from '../errors.js';
import { Empty, Float64, formatPath, newMap, type PathStep, type Value, type ValueMap } from '../values.js';
import { jsonText } from './results.js';

/** @throws HostError Internal: tables that mix names and indexes, strings that are no UTF-8, objects other than errors */
export function handlerJson(value: Value, func: string): string {
  return jsonText(told(value, [], func));
}

/** The value with errors as their messages. Others stay the objects that they are. */
function told(value: Value, path: PathStep[], func: string): Value {
  if (typeof value !== 'object' || value === null || value instanceof Float64 || value instanceof Empty) return value;
  if (value instanceof HostError) return value.message;
  if (value instanceof Map) {
    throw wrong(path, func, 'the table mixes names and indexes, or has other keys; JSON has lists and objects');
  }
  if (value instanceof Uint8Array) {
    throw wrong(path, func, 'the string is not valid UTF-8; bytes are sent by http.response():write');
  }
  if (Array.isArray(value)) return value.map((each, index) => step(each, index + 1, path, func));
  if ('opaqueKind' in value) throw wrong(path, func, `JSON has no form for a value of kind ${value.opaqueKind}`);
  const map = newMap();
  for (const [name, each] of Object.entries(value as ValueMap)) map[name] = step(each, name, path, func);
  return map;
}

function step(value: Value, at: PathStep, path: PathStep[], func: string): Value {
  if (typeof value !== 'object' || value === null) return value;
  path.push(at);
  const answer = told(value, path, func);
  path.pop();
  return answer;
}

function wrong(path: readonly PathStep[], func: string, problem: string): HostError {
  const place = formatPath(path);
  return new HostError('Internal', `${func}: result: ${place === '' ? '' : `${place}: `}${problem}`, {
    retryable: false,
    details: { path: place },
  });
}
