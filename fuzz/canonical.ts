/**
 * One spelling per value, as plain JSON, for the border to definitions.py: integers as decimal strings, floats as their
 * bits, records and tuples as arrays, cases as [index, payload], flags as booleans in order.
 */
import { ByteString, EMPTY, Float64 } from '../src/values.js';
import type { ValType } from '../src/wit/types.js';

export type Canonical = boolean | number | string | null | Canonical[];

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(value: unknown): string {
  return value instanceof ByteString ? decoder.decode(value.bytes) : (value as string);
}

function numberOf(value: unknown): number {
  return value instanceof Float64 ? value.value : Number(value);
}

/** NaN is one value to JavaScript, although V8 carries the bits that a guest gave it: they are gone when it is lowered. */
function floatBits(given: number, byteSize: 4 | 8): string {
  const value = Number.isNaN(given) ? Number.NaN : given;
  const view = new DataView(new ArrayBuffer(8));
  if (byteSize === 4) view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return Buffer.from(view.buffer, 0, byteSize).toString('hex');
}

/** The canonical spelling of a value that fits `type`, however it was given or lifted. */
export function canonical(type: ValType, value: unknown): Canonical {
  switch (type.kind) {
    case 'bool':
      return value as boolean;
    case 'f32':
      return floatBits(numberOf(value), 4);
    case 'f64':
      return floatBits(numberOf(value), 8);
    case 'char':
      return typeof value === 'number' ? value : (textOf(value).codePointAt(0) ?? 0);
    case 'string':
      return textOf(value);
    case 'enum':
      return [type.names.indexOf(textOf(value)), null];
    case 'flags': {
      const set = Array.isArray(value) ? value : Object.keys(value as object);
      return type.names.map((name) => set.includes(name));
    }
    case 'list':
      return elementsOf(type.element, value).map((each) => canonical(type.element, each));
    case 'tuple':
      return type.types.map((each, i) => canonical(each, (value as unknown[])[i]));
    case 'record':
      return type.fields.map((field) => canonical(field.type, own(value, field.name)));
    case 'option':
      return canonicalOption(type.type, value);
    case 'result':
      return canonicalResult(type, value);
    case 'variant':
      return canonicalVariant(type, value);
    case 'own':
    case 'borrow':
      throw new Error('handles have no canonical spelling');
    default:
      return BigInt(value instanceof Float64 ? value.value : (value as number | bigint)).toString();
  }
}

function own(value: unknown, name: string): unknown {
  return Object.hasOwn(value as object, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function elementsOf(element: ValType, value: unknown): unknown[] {
  if (value === EMPTY) return [];
  if (element.kind === 'u8' && typeof value === 'string') return [...Buffer.from(value)];
  if (element.kind === 'u8' && value instanceof ByteString) return [...value.bytes];
  return Array.from(value as ArrayLike<unknown>);
}

function canonicalOption(inner: ValType, value: unknown): Canonical {
  if (value === null || value === undefined) return [0, null];
  return [1, canonical(inner, inner.kind === 'option' ? own(value, 'some') : value)];
}

function canonicalResult(type: Extract<ValType, { kind: 'result' }>, value: unknown): Canonical {
  const isErr =
    value !== EMPTY && (Object.hasOwn(value as object, 'err') || (type.ok?.kind !== 'option' && emptyMap(value)));
  const side = isErr ? type.err : type.ok;
  const payload = own(value, isErr ? 'err' : 'ok');
  const none = isErr && side?.kind === 'option' && (side.type.kind === 'bool' ? emptyMap(payload) : payload === true);
  return [isErr ? 1 : 0, side === null ? null : canonical(side, none ? undefined : payload)];
}

function emptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function canonicalVariant(type: Extract<ValType, { kind: 'variant' }>, value: unknown): Canonical {
  const isBare = typeof value === 'string' || value instanceof ByteString;
  const name = isBare ? textOf(value) : (Object.keys(value as object)[0] as string);
  const index = type.cases.findIndex((each) => each.name === name);
  const found = type.cases[index]?.type ?? null;
  return [index, found === null ? null : canonical(found, isBare ? undefined : own(value, name))];
}

/** A value as TypeScript callers would give it. The other way round than {@link canonical}. */
export function fromCanonical(type: ValType, value: Canonical): unknown {
  const parts = value as Canonical[];
  switch (type.kind) {
    case 'bool':
    case 'string':
      return value;
    case 'f32':
      return Buffer.from(value as string, 'hex').readFloatBE();
    case 'f64':
      return Buffer.from(value as string, 'hex').readDoubleBE();
    case 'char':
      return String.fromCodePoint(value as number);
    case 'enum':
      return type.names[parts[0] as number];
    case 'flags':
      return type.names.filter((_, i) => parts[i]);
    case 'list':
      return parts.map((each) => fromCanonical(type.element, each));
    case 'tuple':
      return type.types.map((each, i) => fromCanonical(each, parts[i] as Canonical));
    case 'record':
      return Object.fromEntries(
        type.fields.map((field, i) => [field.name, fromCanonical(field.type, parts[i] as Canonical)]),
      );
    case 'option': {
      if (parts[0] === 0) return undefined;
      const inner = fromCanonical(type.type, parts[1] as Canonical);
      return type.type.kind === 'option' ? { some: inner } : inner;
    }
    case 'result': {
      const side = parts[0] === 0 ? type.ok : type.err;
      return { [parts[0] === 0 ? 'ok' : 'err']: side === null ? true : fromCanonical(side, parts[1] as Canonical) };
    }
    case 'variant': {
      const found = type.cases[parts[0] as number];
      if (found === undefined) throw new Error(`no case ${String(parts[0])}`);
      return { [found.name]: found.type === null ? true : fromCanonical(found.type, parts[1] as Canonical) };
    }
    case 'own':
    case 'borrow':
      throw new Error('handles have no canonical spelling');
    default:
      return BigInt(value as string);
  }
}
