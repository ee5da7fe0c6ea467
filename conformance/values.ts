/** Typed values of the JSON format to arguments, and results compared with what is expected. */
import { Float64, newMap, type Value } from '../src/values.js';
import type { ValType } from '../src/wit/types.js';
import type { JsonValue } from './format.js';

const view = new DataView(new ArrayBuffer(8));

function floatFromBits(type: 'f32' | 'f64', bits: string): number {
  if (type === 'f32') {
    view.setUint32(0, Number(BigInt.asUintN(32, BigInt(bits))));
    return view.getFloat32(0);
  }
  view.setBigUint64(0, BigInt.asUintN(64, BigInt(bits)));
  return view.getFloat64(0);
}

function mapOf(entries: Iterable<readonly [string, Value]>): Value {
  const map = newMap();
  for (const [name, value] of entries) map[name] = value;
  return map;
}

const payload = (value: JsonValue | null | undefined): Value =>
  value === null || value === undefined ? true : toValue(value);

/** An argument in the form that a call takes. */
export function toValue(json: JsonValue): Value {
  switch (json.type) {
    case 'bool':
      return json.value;
    case 's64':
    case 'u64':
      return BigInt(json.value);
    case 'f32':
    case 'f64':
      return new Float64(floatFromBits(json.type, json.value));
    case 'char':
    case 'string':
    case 'enum':
      return json.value;
    case 'list':
    case 'tuple':
      return json.value.map(toValue);
    case 'record':
      return mapOf(json.value.map(([name, value]) => [name, toValue(value)] as const));
    case 'flags':
      return mapOf(json.value.map((name) => [name, true] as const));
    case 'variant':
      return mapOf([[json.value.case, payload(json.value.payload)]]);
    case 'option':
      return toOption(json.value);
    case 'result': {
      const ok = 'Ok' in json.value;
      return mapOf([[ok ? 'ok' : 'err', payload(ok ? json.value.Ok : json.value.Err)]]);
    }
    default:
      return Number(json.value);
  }
}

/** An option directly in an option says which of the two is absent. */
function toOption(value: JsonValue | null): Value {
  if (value === null) return null;
  return value.type === 'option' ? mapOf([['some', toValue(value)]]) : toValue(value);
}

type Plain = Readonly<Record<string, unknown>>;

/** Whether a result, as TypeScript callers get it, is the expected value. */
export function equals(expected: JsonValue, actual: unknown, type: ValType | null): boolean {
  switch (expected.type) {
    case 'f32':
    case 'f64':
      return Object.is(floatFromBits(expected.type, expected.value), actual);
    case 's64':
    case 'u64':
      return actual === BigInt(expected.value);
    case 'bool':
    case 'char':
    case 'string':
      return actual === expected.value;
    case 'enum':
      return actual === expected.value;
    case 'list':
    case 'tuple':
      return equalItems(expected.value, actual, type);
    case 'record':
      return expected.value.every(([name, value]) => equals(value, (actual as Plain)[name], fieldType(type, name)));
    case 'flags':
      return equalFlags(expected.value, actual as Plain);
    case 'variant':
      return equalCase(expected.value.case, expected.value.payload, actual, type);
    case 'option':
      return equalOption(expected.value, actual, type);
    case 'result': {
      const ok = 'Ok' in expected.value;
      return equalCase(ok ? 'ok' : 'err', ok ? expected.value.Ok : expected.value.Err, actual, type);
    }
    default:
      return actual === Number(expected.value);
  }
}

function equalItems(expected: readonly JsonValue[], actual: unknown, type: ValType | null): boolean {
  const items = actual as ArrayLike<unknown>;
  if (items?.length !== expected.length) return false;
  const itemType = (i: number) =>
    type?.kind === 'list' ? type.element : type?.kind === 'tuple' ? type.types[i]! : null;
  return expected.every((value, i) => equals(value, items[i], itemType(i)));
}

function fieldType(type: ValType | null, name: string): ValType | null {
  return type?.kind === 'record' ? (type.fields.find((field) => field.name === name)?.type ?? null) : null;
}

function equalFlags(expected: readonly string[], actual: Plain): boolean {
  const set = Object.keys(actual).filter((name) => actual[name] === true);
  return set.length === expected.length && expected.every((name) => set.includes(name));
}

function equalCase(name: string, value: JsonValue | null | undefined, actual: unknown, type: ValType | null): boolean {
  if (typeof actual !== 'object' || actual === null || !(name in actual)) return false;
  const inner = (actual as Plain)[name];
  return value === null || value === undefined ? inner === true : equals(value, inner, caseType(type, name));
}

function caseType(type: ValType | null, name: string): ValType | null {
  if (type?.kind === 'variant') return type.cases.find((each) => each.name === name)?.type ?? null;
  if (type?.kind === 'result') return name === 'ok' ? type.ok : type.err;
  return null;
}

function equalOption(expected: JsonValue | null, actual: unknown, type: ValType | null): boolean {
  const inner = type?.kind === 'option' ? type.type : null;
  if (expected === null) return actual === undefined || actual === null;
  if (inner?.kind !== 'option') return equals(expected, actual, inner);
  return typeof actual === 'object' && actual !== null && equals(expected, (actual as Plain).some, inner);
}
