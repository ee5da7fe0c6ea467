/** Values as JSON has them, for schemas: from Lua tables, where `{}` is a list and an object, and from texts, where it is one of them. */

import type { TextCodec } from '../../text.js';
import { ByteString, EMPTY, Empty, Float64, MAX_DEPTH, type Value, type ValueMap } from '../../values.js';
import { moduleError } from '../results.js';

export type JsonObject = ReadonlyMap<string, Json>;
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject | Empty;

const NOTHING: JsonObject = new Map();

export function isList(value: unknown): value is readonly Json[] | Empty {
  return Array.isArray(value) || value instanceof Empty;
}

export function isObject(value: unknown): value is JsonObject | Empty {
  return value instanceof Map || value instanceof Empty;
}

export function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function objectOf(value: Json): JsonObject {
  return value instanceof Map ? value : NOTHING;
}

/** @throws HostError Invalid, for strings that are no text, for keys that are no names, for what JSON does not have */
export function fromValue(value: Value, text: TextCodec): Json {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return value;
  if (value instanceof Float64) return value.value;
  if (value instanceof Empty) return EMPTY;
  if (value instanceof ByteString) {
    const decoded = text.decodeUtf8(value.bytes);
    if (decoded === undefined) throw moduleError('Invalid', 'a string is not valid UTF-8');
    return decoded;
  }
  if (Array.isArray(value)) return value.map((each) => fromValue(each, text));
  if (value instanceof Map) throw moduleError('Invalid', 'keys must be names, or 1, 2, 3, …');
  if ('opaqueKind' in value || value instanceof Uint8Array) throw moduleError('Invalid', 'a value is not one of JSON');
  return new Map(Object.entries(value as ValueMap).map(([name, each]) => [name, fromValue(each, text)]));
}

/** @param parsed what `JSON.parse` gave @throws HostError Invalid, beyond 128 levels */
export function fromParsed(parsed: unknown, depth = 0): Json {
  if (typeof parsed !== 'object' || parsed === null) return parsed as Json;
  if (depth === MAX_DEPTH) throw moduleError('Invalid', `the text nests deeper than ${MAX_DEPTH}`);
  if (Array.isArray(parsed)) return parsed.map((each) => fromParsed(each, depth + 1));
  return new Map(Object.entries(parsed).map(([name, each]) => [name, fromParsed(each, depth + 1)]));
}

/** Equal for what is equal: keys sorted, 1 and 1.0 the same. An empty table equals an empty list. */
export function canonical(value: Json): string {
  if (typeof value === 'bigint') return String(value);
  if (isList(value)) return `[${listOf(value).map(canonical).join(',')}]`;
  if (!(value instanceof Map)) return JSON.stringify(value);
  if (value.size === 0) return '{}';
  const names = [...value.keys()].sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value.get(name)!)}`).join(',')}}`;
}
