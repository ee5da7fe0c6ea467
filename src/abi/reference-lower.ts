/** Lowering as the specification writes it: `store`, `lower_flat` and what they call, by their names. See `reference.ts`. */
import type { HandleType, RecordType, TupleType, ValType, VariantCase } from '../wit/types.js';
import type { LiftLowerContext } from './context.js';
import type { GenOptions } from './gen-context.js';
import {
  alignTo,
  type CoreType,
  casesOf,
  discriminantSize,
  layoutOf,
  payloadOffset,
  type VariantLike,
} from './layout.js';
import { INT_RANGES, MISMATCH } from './numbers.js';
import type { Core } from './reference-lift.js';
import { runtime as rt } from './runtime.js';
import { nameIndices, snakeName } from './shapes.js';

const LOWER_STRING = { utf8: rt.lowerUtf8, utf16: rt.lowerUtf16, 'latin1+utf16': rt.lowerLatin1OrUtf16 } as const;

/** Rule: `lower_flat` of types that are one core value, which `store` writes as well; undefined for others. */
function lowerScalar(cx: LiftLowerContext, options: GenOptions, value: unknown, type: ValType): Core | undefined {
  const range = INT_RANGES[type.kind];
  if (range !== undefined) return rt.lowerInt(value, range[0], range[1]);
  switch (type.kind) {
    case 'bool':
      if (typeof value !== 'boolean') throw MISMATCH;
      return value ? 1 : 0;
    case 's64':
      return rt.lowerS64(value);
    case 'u64':
      return rt.lowerU64(value);
    case 'f32':
    case 'f64':
      return rt.canonicalNan(rt.lowerFloat(value));
    case 'char':
      return rt.lowerChar(value, cx.text.decodeUtf8);
    case 'enum':
      return rt.enumIndex(value, nameIndices(type.names));
    case 'flags':
      return rt.packFlags(value, nameIndices(type.names));
    case 'own':
    case 'borrow':
      return lowerHandle(cx, options, value, type);
    default:
      return undefined;
  }
}

/** Rules: `lower_own`, `lower_borrow`. */
function lowerHandle(cx: LiftLowerContext, options: GenOptions, value: unknown, type: HandleType): number {
  const { id } = type.resource;
  if (options.target === 'rep') {
    return type.kind === 'own' ? rt.lowerOwnRep(cx, value, id) : rt.lowerBorrowRep(cx, value, id);
  }
  return type.kind === 'own' ? rt.lowerOwnHost(cx, value, id) : rt.lowerBorrowHost(cx, value, id);
}

/** Rule: `store`. */
export function store(cx: LiftLowerContext, options: GenOptions, value: unknown, type: ValType, ptr: number): void {
  const scalar = lowerScalar(cx, options, value, type);
  if (scalar !== undefined) storeScalar(cx, scalar, type, ptr);
  else if (type.kind === 'string') storePair(cx, LOWER_STRING[options.encoding](cx, value), ptr);
  else if (type.kind === 'list') storePair(cx, storeListIntoRange(cx, options, value, type.element), ptr);
  else if (type.kind === 'record' || type.kind === 'tuple') storeRecord(cx, options, value, type, ptr);
  else storeVariant(cx, options, value, type as Exclude<VariantLike, { kind: 'enum' }>, ptr);
}

function storeScalar(cx: LiftLowerContext, value: Core, type: ValType, ptr: number): void {
  const { view } = cx;
  if (typeof value === 'bigint') view.setBigUint64(ptr, BigInt.asUintN(64, value), true);
  else if (type.kind === 'f32') view.setFloat32(ptr, value, true);
  else if (type.kind === 'f64') view.setFloat64(ptr, value, true);
  else storeInt(cx, value, ptr, layoutOf(type).byteSize);
}

/** Rule: `store_int`. */
function storeInt(cx: LiftLowerContext, value: number, ptr: number, byteSize: number): void {
  if (byteSize === 1) cx.view.setUint8(ptr, value);
  else if (byteSize === 2) cx.view.setUint16(ptr, value, true);
  else cx.view.setUint32(ptr, value, true);
}

/** A pointer and, from `cx.length`, its length. */
function storePair(cx: LiftLowerContext, begin: number, ptr: number): void {
  storeInt(cx, begin, ptr, 4);
  storeInt(cx, cx.length, ptr + 4, 4);
}

/** Rule: `store_list_into_range`. @returns the pointer; the length is left in `cx.length` */
function storeListIntoRange(cx: LiftLowerContext, options: GenOptions, value: unknown, element: ValType): number {
  if (element.kind === 'u8') return rt.lowerBytes(cx, value);
  const list = rt.asList(value);
  const { byteSize, alignment } = layoutOf(element);
  const ptr = cx.allocate(alignment, rt.listByteLength(list.length, byteSize));
  for (let i = 0; i < list.length; i++) store(cx, options, list[i], element, ptr + i * byteSize);
  cx.length = list.length;
  return ptr;
}

/** The parts of a record or tuple, in the order of their types. */
function partsOf(value: unknown, type: RecordType | TupleType): readonly [ValType, unknown][] {
  if (type.kind === 'tuple') {
    const list = rt.asTuple(value, type.types.length);
    return type.types.map((each, i) => [each, list[i]]);
  }
  const map = rt.asMap(value);
  const parts = type.fields.map((field): [ValType, unknown] => [field.type, fieldOf(map, field.name)]);
  if (parts.some(([part, given]) => part.kind === 'option' && given === undefined)) {
    rt.checkSpelling(
      map,
      type.fields.map((field) => field.name),
    );
  }
  return parts;
}

function fieldOf(map: Record<string, unknown>, name: string): unknown {
  if (name in Object.prototype) return rt.ownField(map, name);
  const snake = snakeName(name);
  const value = map[name];
  return value === undefined && snake !== null ? map[snake] : value;
}

/** Rule: `store_record`. */
function storeRecord(
  cx: LiftLowerContext,
  options: GenOptions,
  value: unknown,
  type: RecordType | TupleType,
  start: number,
): void {
  let ptr = start;
  for (const [part, given] of partsOf(value, type)) {
    const { alignment, byteSize } = layoutOf(part);
    ptr = alignTo(ptr, alignment);
    store(cx, options, given, part, ptr);
    ptr += byteSize;
  }
}

type Matched = readonly [index: number, payload: unknown];

/** Rule: `match_case`. */
function matchCase(value: unknown, type: Exclude<VariantLike, { kind: 'enum' }>): Matched {
  switch (type.kind) {
    case 'option':
      if (value === undefined || value === null) return [0, undefined];
      return [1, type.type.kind === 'option' ? rt.someOf(value) : value];
    case 'result':
      return matchResult(value, type);
    case 'variant': {
      const indices = nameIndices(type.cases.map((each) => each.name));
      const bare = new Set(type.cases.flatMap((each, i) => (canBeBare(each) ? [i] : [])));
      return [rt.caseIndex(value, indices, bare), rt.casePayload(value)];
    }
  }
}

function canBeBare(each: VariantCase): boolean {
  return each.type === null || each.type.kind === 'option';
}

function matchResult(value: unknown, type: Extract<VariantLike, { kind: 'result' }>): Matched {
  const empty = type.ok?.kind === 'option' ? 0 : type.err?.kind === 'option' ? 1 : -1;
  const index = rt.resultIndex(value, empty);
  const { ok, err } = value as { ok?: unknown; err?: unknown };
  if (index === 0) return [0, ok];
  if (type.err?.kind !== 'option') return [1, err];
  const isNone = type.err.type.kind === 'bool' ? rt.isEmptyMap(err) : err === true;
  return [1, isNone ? undefined : err];
}

/** Rule: `store_variant`. */
function storeVariant(
  cx: LiftLowerContext,
  options: GenOptions,
  value: unknown,
  type: Exclude<VariantLike, { kind: 'enum' }>,
  ptr: number,
): void {
  const cases = casesOf(type);
  const [index, payload] = matchCase(value, type);
  storeInt(cx, index, ptr, discriminantSize(cases.length));
  const found = cases[index] as VariantCase;
  if (found.type !== null) store(cx, options, payload, found.type, ptr + payloadOffset(cases));
  else if (type.kind !== 'option') rt.checkNoPayload(value);
}

/** Rule: `lower_flat`. */
export function lowerFlat(cx: LiftLowerContext, options: GenOptions, value: unknown, type: ValType): Core[] {
  const scalar = lowerScalar(cx, options, value, type);
  if (scalar !== undefined) return [scalar];
  switch (type.kind) {
    case 'string': {
      const ptr = LOWER_STRING[options.encoding](cx, value);
      return [ptr, cx.length];
    }
    case 'list': {
      const ptr = storeListIntoRange(cx, options, value, type.element);
      return [ptr, cx.length];
    }
    case 'record':
    case 'tuple':
      return partsOf(value, type).flatMap(([part, given]) => lowerFlat(cx, options, given, part));
    default:
      return lowerFlatVariant(cx, options, value, type as Exclude<VariantLike, { kind: 'enum' }>);
  }
}

/** Rule: `lower_flat_variant`. */
function lowerFlatVariant(
  cx: LiftLowerContext,
  options: GenOptions,
  value: unknown,
  type: Exclude<VariantLike, { kind: 'enum' }>,
): Core[] {
  const [index, given] = matchCase(value, type);
  const found = casesOf(type)[index] as VariantCase;
  const wanted = layoutOf(type).flat.slice(1);
  if (found.type === null && type.kind !== 'option') rt.checkNoPayload(value);
  const payload = found.type === null ? [] : lowerFlat(cx, options, given, found.type);
  const have = found.type === null ? [] : layoutOf(found.type).flat;
  const slots = wanted.map((want, i) => {
    const core = payload[i];
    return core === undefined ? (want === 'i64' ? 0n : 0) : coerce(core, have[i] as CoreType, want);
  });
  return [index, ...slots];
}

function coerce(value: Core, have: CoreType, want: CoreType): Core {
  switch (`${have} ${want}`) {
    case 'f32 i32':
      return rt.i32FromF32(value as number);
    case 'i32 i64':
      return rt.i64FromI32(value as number);
    case 'f32 i64':
      return rt.i64FromI32(rt.i32FromF32(value as number));
    case 'f64 i64':
      return rt.i64FromF64(value as number);
    default:
      return value;
  }
}
