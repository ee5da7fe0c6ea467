/** Middle form → plain data that survives a structured clone: what an error's details are made of. */

import { ByteString, Empty, Float64, type Value } from '../values.js';

/** Handles and error objects inside become their text; keys that are no text are left out. */
export function plainData(value: Value): unknown {
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (value instanceof ByteString) return new TextDecoder().decode(value.bytes);
  if (value instanceof Float64) return value.value;
  if (value instanceof Empty) return {};
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(plainData);
  if (value instanceof Map) return plainFields(value.entries());
  if ('opaqueKind' in value && typeof value.opaqueKind === 'string') {
    return value instanceof Error ? value.message : `(${value.opaqueKind})`;
  }
  return plainFields(Object.entries(value));
}

function plainFields(entries: Iterable<[Value, Value]>): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    if (typeof key !== 'string') continue;
    Object.defineProperty(fields, key, {
      value: plainData(item),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return fields;
}
