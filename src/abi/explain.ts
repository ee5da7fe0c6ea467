/**
 * Why a value does not fit its type: found after the fact, by walking type and value together, so that the paths that
 * lower values carry neither places nor texts. Accepts and refuses exactly what lowering does.
 */

import { nearestName } from '../nearest.js';
import { ByteString, EMPTY, Float64, type PathStep } from '../values.js';
import type { FuncType, HandleType, RecordType, ResultType, TupleType, ValType, VariantType } from '../wit/types.js';
import type { HandleCheck } from './context.js';
import { describeType, describeValue } from './describe.js';
import type { MismatchFacts } from './errors.js';
import { checkScalar, checkString, type Finding, wrong } from './explain-scalars.js';
import { asName } from './numbers.js';
import { misspeltField, nameIndices, snakeName } from './shapes.js';

/** Without an instance at hand: any object may be a handle. */
const ANY_OBJECT: HandleCheck = (_, value) =>
  typeof value === 'object' && value !== null ? null : describeValue(value);

/**
 * The first thing wrong with a call's arguments, or null when they fit.
 *
 * @param args as given to the call
 * @param checkHandle knows the instance's handles
 */
export function explainArguments(
  type: FuncType,
  args: readonly unknown[],
  checkHandle: HandleCheck = ANY_OBJECT,
): MismatchFacts | null {
  const { params } = type;
  const required = params.findLastIndex((param) => param.type.kind !== 'option') + 1;
  if (args.length > params.length || args.length < required) {
    const expected =
      required === params.length ? countArguments(required) : `${required} to ${countArguments(params.length)}`;
    return { argument: -1, argumentName: '', path: [], expected, got: String(args.length), suggestion: null };
  }
  for (const [argument, param] of params.entries()) {
    const finding = check(param.type, args[argument], { depth: 0, checkHandle });
    if (finding !== null) return { argument, argumentName: param.name, ...finding, path: finding.path.reverse() };
  }
  return null;
}

function countArguments(count: number): string {
  return count === 1 ? '1 argument' : `${count} arguments`;
}

/** The first thing wrong with one value (a host import's result). */
export function explainValue(
  type: ValType,
  value: unknown,
  checkHandle: HandleCheck = ANY_OBJECT,
): MismatchFacts | null {
  const finding = check(type, value, { depth: 0, checkHandle });
  return finding === null ? null : { argument: -1, argumentName: '', ...finding, path: finding.path.reverse() };
}

function inside(step: PathStep, finding: Finding | null): Finding | null {
  finding?.path.push(step);
  return finding;
}

/** How far down the walk is, and what it asks about handles. */
interface Walk {
  readonly depth: number;
  readonly checkHandle: HandleCheck;
}

function deeper(walk: Walk): Walk {
  return { depth: walk.depth + 1, checkHandle: walk.checkHandle };
}

/** Types are bounded by their definitions, so this recursion is; `depth` guards against types made by hand. */
function check(type: ValType, value: unknown, walk: Walk): Finding | null {
  if (walk.depth > MAX_DEPTH) return wrong(type, value, `at most ${MAX_DEPTH} levels`);
  switch (type.kind) {
    case 'record':
      return checkRecord(type, value, walk);
    case 'tuple':
      return checkTuple(type, value, walk);
    case 'list':
      return checkList(type.element, type, value, walk);
    case 'option':
      return checkOption(type.type, type, value, walk);
    case 'variant':
      return checkVariant(type, value, walk);
    case 'result':
      return checkResult(type, value, walk);
    case 'enum':
      return checkName(type, type.names, value);
    case 'flags':
      return checkFlags(type, type.names, value);
    case 'own':
    case 'borrow':
      return checkHandle(type, value, walk);
    default:
      return checkScalar(type, value);
  }
}
const MAX_DEPTH = 1000;

/** A map's entries, or null when `value` is no map. */
function mapOf(value: unknown): Record<string, unknown> | null {
  if (value === EMPTY) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Map) return null;
  if (ArrayBuffer.isView(value) || value instanceof Float64 || value instanceof ByteString) return null;
  return 'opaqueKind' in value ? null : (value as Record<string, unknown>);
}

function fieldOf(map: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(map, name) || !(name in Object.prototype)) {
    const value = map[name];
    if (value !== undefined) return value;
  }
  const snake = snakeName(name);
  return snake === null ? undefined : map[snake];
}

function checkRecord(type: RecordType, value: unknown, walk: Walk): Finding | null {
  const map = mapOf(value);
  if (map === null) return wrong(type, value);
  const names = type.fields.map((field) => field.name);
  for (const field of type.fields) {
    const given = fieldOf(map, field.name);
    if (given === undefined && field.type.kind !== 'option') {
      const known = Object.keys(map).filter((key) => !names.includes(key));
      const finding = wrong(field.type, given);
      return inside(field.name, { ...finding, suggestion: nearestName(field.name, known) });
    }
    const finding = inside(field.name, check(field.type, given, deeper(walk)));
    if (finding !== null) return finding;
  }
  const misspelt = type.fields.some((field) => fieldOf(map, field.name) === undefined)
    ? misspeltField(map, names)
    : null;
  if (misspelt === null) return null;
  const expected = `no field of that name in ${describeType(type)}`;
  return inside(misspelt.key, {
    path: [],
    expected,
    got: describeValue(map[misspelt.key]),
    suggestion: misspelt.field,
  });
}

function checkTuple(type: TupleType, value: unknown, walk: Walk): Finding | null {
  const list: unknown = value === EMPTY ? [] : value;
  const wanted = `${describeType(type)} (an array of ${type.types.length})`;
  if (!Array.isArray(list)) return wrong(type, value, wanted);
  if (list.length > type.types.length) return { ...wrong(type, value, wanted), got: `${list.length} elements` };
  for (const [i, each] of type.types.entries()) {
    const finding = inside(i + 1, check(each, list[i], deeper(walk)));
    if (finding !== null) return finding;
  }
  return null;
}

function checkList(element: ValType, type: ValType, value: unknown, walk: Walk): Finding | null {
  if (value === EMPTY) return null;
  if (element.kind === 'u8') {
    if (typeof value === 'string') return checkString(type, value);
    if (value instanceof Uint8Array || value instanceof ByteString) return null;
  }
  const isTyped = ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof Uint8Array);
  if (!Array.isArray(value) && !isTyped) return wrong(type, value);
  const list = value as ArrayLike<unknown>;
  for (let i = 0; i < list.length; i++) {
    const finding = inside(i + 1, check(element, list[i], deeper(walk)));
    if (finding !== null) return finding;
  }
  return null;
}

function checkOption(inner: ValType, type: ValType, value: unknown, walk: Walk): Finding | null {
  if (value === undefined || value === null) return null;
  if (inner.kind !== 'option') return check(inner, value, deeper(walk));
  const map = mapOf(value);
  const other = map === null ? undefined : Object.keys(map).find((key) => key !== 'some');
  if (map === null || other !== undefined) {
    return {
      ...wrong(type, value, '{} (some of none) or {some = value}'),
      suggestion: nearestName(other ?? '', ['some']),
    };
  }
  return inside('some', check(inner, map.some, deeper(walk)));
}

function payloadOf(value: unknown): unknown {
  return Object.values(mapOf(value) ?? {})[0];
}

function checkVariant(type: VariantType, value: unknown, walk: Walk): Finding | null {
  const names = type.cases.map((each) => each.name);
  const name = asName(value);
  const keys = name === undefined ? Object.keys(mapOf(value) ?? {}) : [name];
  if (keys.length !== 1) return wrong(type, value, `one case of ${describeType(type)}: ${someNames(names)}`);
  const key = keys[0] as string;
  const found = type.cases[nameIndices(names).get(key) ?? -1];
  if (found === undefined) return unknownName(type, names, key);
  if (name !== undefined) {
    if (found.type === null || found.type.kind === 'option') return null;
    return wrong(type, value, `{${key} = ${describeType(found.type)}}`);
  }
  const payload = payloadOf(value);
  if (found.type !== null) return inside(key, check(found.type, payload, deeper(walk)));
  if (payload === undefined || payload === null || payload === true) return null;
  return inside(key, {
    path: [],
    expected: 'true (the case has no payload)',
    got: describeValue(payload),
    suggestion: null,
  });
}

const MAX_NAMES = 30;

function someNames(names: readonly string[]): string {
  if (names.length <= MAX_NAMES) return names.join(', ');
  return `${names.slice(0, MAX_NAMES).join(', ')}, … (${names.length})`;
}

function unknownName(type: ValType, names: readonly string[], got: string): Finding {
  const expected = `one of ${describeType(type)}: ${someNames(names)}`;
  return { path: [], expected, got: JSON.stringify(got), suggestion: nearestName(got, names) };
}

function checkResult(type: ResultType, value: unknown, walk: Walk): Finding | null {
  const map = mapOf(value);
  const keys = map === null ? [] : Object.keys(map);
  const emptyFits = type.ok?.kind === 'option' || type.err?.kind === 'option';
  if (map !== null && keys.length === 0 && emptyFits) return null;
  const key = keys[0];
  if (keys.length !== 1 || (key !== 'ok' && key !== 'err')) return wrong(type, value, '{ok = value} or {err = error}');
  const payload = payloadOf(value);
  const side = key === 'ok' ? type.ok : type.err;
  if (side !== null) {
    if (key === 'err' && side.kind === 'option' && isErrNone(side.type, payload)) return null;
    return inside(key, check(side, payload, deeper(walk)));
  }
  if (payload === undefined || payload === null || payload === true) return null;
  return inside(key, { path: [], expected: 'true (no payload)', got: describeValue(payload), suggestion: null });
}

/** None as the error, where a table cannot hold nil. */
function isErrNone(type: ValType, payload: unknown): boolean {
  if (type.kind !== 'bool') return payload === true;
  const map = mapOf(payload);
  return map !== null && Object.keys(map).length === 0;
}

function checkName(type: ValType, names: readonly string[], value: unknown): Finding | null {
  const name = asName(value);
  if (name === undefined) return wrong(type, value, `one of ${describeType(type)}: ${someNames(names)}`);
  return nameIndices(names).has(name) ? null : unknownName(type, names, name);
}

function checkFlags(type: ValType, names: readonly string[], value: unknown): Finding | null {
  if (Array.isArray(value)) {
    for (const [i, each] of value.entries()) {
      const finding = inside(i + 1, checkName(type, names, each));
      if (finding !== null) return finding;
    }
    return null;
  }
  const map = mapOf(value);
  if (map === null) return wrong(type, value, `${describeType(type)}: an array of names or {name = true}`);
  for (const [name, set] of Object.entries(map)) {
    const finding = checkName(type, names, name);
    if (finding !== null) return finding;
    if (typeof set !== 'boolean')
      return inside(name, { path: [], expected: 'boolean', got: describeValue(set), suggestion: null });
  }
  return null;
}

function checkHandle(type: HandleType, value: unknown, walk: Walk): Finding | null {
  const got = walk.checkHandle(type, value);
  return got === null ? null : { ...wrong(type, value), got };
}
