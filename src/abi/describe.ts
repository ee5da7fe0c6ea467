/** Types and values in messages: `list<string>`, `number 5`. Short, whatever they hold. */
import { ByteString, EMPTY, Float64 } from '../values.js';
import type { ValType } from '../wit/types.js';

/** Levels and parts of types without names that a message shows. */
const MAX_LEVELS = 6;
const MAX_PARTS = 16;

/** A type as WIT writes it; declared types by name. */
export function describeType(type: ValType, level = 0): string {
  if (type.name !== undefined) return type.name;
  if (level > MAX_LEVELS) return '…';
  const inner = (part: ValType): string => describeType(part, level + 1);
  switch (type.kind) {
    case 'list':
      return `list<${inner(type.element)}>`;
    case 'option':
      return `option<${inner(type.type)}>`;
    case 'tuple': {
      const parts = type.types.slice(0, MAX_PARTS).map(inner);
      return `tuple<${parts.join(', ')}${type.types.length > MAX_PARTS ? ', …' : ''}>`;
    }
    case 'result':
      return describeResult(type.ok, type.err, inner);
    case 'own':
      return type.resource.name;
    case 'borrow':
      return `borrow<${type.resource.name}>`;
    default:
      return type.kind;
  }
}

function describeResult(ok: ValType | null, err: ValType | null, inner: (part: ValType) => string): string {
  if (err === null) return ok === null ? 'result' : `result<${inner(ok)}>`;
  return `result<${ok === null ? '_' : inner(ok)}, ${inner(err)}>`;
}

const MAX_SHOWN = 40;

function quote(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}

/** What came: its kind, and the value where that is short. Words are Lua's, which TypeScript readers know too. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  switch (typeof value) {
    case 'boolean':
    case 'number':
      return `${typeof value} ${value}`;
    case 'bigint':
      return `int64 ${value}`;
    case 'string':
      return `string ${quote(value)}`;
    case 'object':
      return describeObject(value);
    default:
      return typeof value;
  }
}

function describeObject(value: object): string {
  if (value instanceof Float64) return `number ${value.value}`;
  if (value instanceof ByteString) return describeBytes(value.bytes);
  if (value === EMPTY) return 'an empty table';
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Map) return describeMixed(value);
  if ('opaqueKind' in value) return String(value.opaqueKind);
  const keys = Object.keys(value);
  const shown = keys.slice(0, 5).join(', ');
  return keys.length === 0 ? 'an empty table' : `a table with ${shown}${keys.length > 5 ? ', …' : ''}`;
}

/** A table that is neither array nor map: why not. */
function describeMixed(map: ReadonlyMap<unknown, unknown>): string {
  const keys = [...map.keys()];
  const isIndex = (key: unknown) => typeof key === 'number' && Number.isInteger(key) && key > 0;
  if (keys.every(isIndex)) return 'an array with holes';
  const other = keys.find((key) => !isIndex(key) && typeof key !== 'string');
  if (other === undefined) return 'a table that mixes array and string keys';
  return other instanceof ByteString
    ? 'a table with a key that is not UTF-8'
    : `a table with the key ${describeValue(other)}`;
}

function describeBytes(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, MAX_SHOWN * 4));
  return `string ${quote(text)}`;
}
