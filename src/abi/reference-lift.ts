/** Lifting as the specification writes it: `load`, `lift_flat` and what they call, by their names. See `reference.ts`. */
import { HostBug } from '../errors.js';
import type { HandleType, RecordType, TupleType, ValType, VariantCase } from '../wit/types.js';
import type { LiftLowerContext } from './context.js';
import { elementCost } from './cost.js';
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
import { runtime as rt } from './runtime.js';

export type Core = number | bigint;

/** Rule: `CoreValueIter`. `want` is the core type that the reader expects, which a variant's payload may have to coerce to. */
interface CoreValueIter {
  next(want: CoreType): Core;
}

export function coreValues(values: readonly Core[]): CoreValueIter {
  let at = 0;
  return {
    next() {
      const value = values[at];
      at += 1;
      if (value === undefined) throw new HostBug('too few core values');
      return value;
    },
  };
}

type Lift = (cx: LiftLowerContext, ptr: number, length: number) => unknown;

const LIFT_STRING: Record<GenOptions['encoding'], Record<GenOptions['target'], Lift>> = {
  utf8: { js: rt.liftUtf8, go: rt.liftUtf8Bytes, rep: rt.liftUtf8Guest },
  utf16: { js: rt.liftUtf16, go: rt.liftUtf16Bytes, rep: rt.liftUtf16Guest },
  'latin1+utf16': { js: rt.liftLatin1OrUtf16, go: rt.liftLatin1OrUtf16Bytes, rep: rt.liftLatin1OrUtf16Guest },
};

/** Rule: `load`. */
export function load(cx: LiftLowerContext, options: GenOptions, ptr: number, type: ValType): unknown {
  const { view } = cx;
  switch (type.kind) {
    case 'bool':
      return view.getUint8(ptr) !== 0;
    case 'u8':
      return view.getUint8(ptr);
    case 's8':
      return view.getInt8(ptr);
    case 'u16':
      return view.getUint16(ptr, true);
    case 's16':
      return view.getInt16(ptr, true);
    case 'u32':
      return view.getUint32(ptr, true);
    case 's32':
      return view.getInt32(ptr, true);
    case 's64':
      return int64(options, view.getBigInt64(ptr, true));
    case 'u64':
      return int64(options, view.getBigUint64(ptr, true));
    case 'f32':
      return float(options, view.getFloat32(ptr, true));
    case 'f64':
      return float(options, view.getFloat64(ptr, true));
    case 'char':
      return rt.liftChar(view.getInt32(ptr, true));
    case 'string':
      return liftString(cx, options, view.getUint32(ptr, true), view.getUint32(ptr + 4, true));
    case 'list':
      return loadListFromRange(cx, options, view.getUint32(ptr, true), view.getUint32(ptr + 4, true), type.element);
    case 'record':
    case 'tuple':
      return loadRecord(cx, options, ptr, type);
    case 'flags':
      return rt.unpackFlags(loadInt(cx, ptr, layoutOf(type).byteSize), type.names);
    case 'own':
    case 'borrow':
      return liftHandle(cx, options, view.getInt32(ptr, true), type);
    case 'variant':
    case 'enum':
    case 'option':
    case 'result':
      return loadVariant(cx, options, ptr, type);
  }
}

/** Rule: `load_int`, unsigned. */
function loadInt(cx: LiftLowerContext, ptr: number, byteSize: number): number {
  if (byteSize === 1) return cx.view.getUint8(ptr);
  return byteSize === 2 ? cx.view.getUint16(ptr, true) : cx.view.getUint32(ptr, true);
}

function int64(options: GenOptions, value: bigint): number | bigint {
  return options.target === 'go' ? rt.goS64(value) : value;
}

function float(options: GenOptions, value: number): unknown {
  return options.target === 'go' ? rt.goFloat(value) : value;
}

/** Rule: `load_string_from_range`. */
function liftString(cx: LiftLowerContext, options: GenOptions, ptr: number, taggedCodeUnits: number): unknown {
  return LIFT_STRING[options.encoding][options.target](cx, ptr, taggedCodeUnits);
}

/** Rule: `load_list_from_range`. */
function loadListFromRange(cx: LiftLowerContext, options: GenOptions, ptr: number, length: number, element: ValType) {
  if (element.kind === 'u8') return rt.liftBytes(cx, ptr, length);
  const { byteSize, alignment } = layoutOf(element);
  rt.checkList(cx, ptr, length, byteSize, alignment, elementCost(element));
  return Array.from({ length }, (_, i) => load(cx, options, ptr + i * byteSize, element));
}

/** Rule: `load_record`. */
function loadRecord(cx: LiftLowerContext, options: GenOptions, start: number, type: RecordType | TupleType): unknown {
  let ptr = start;
  return buildRecord(type, (part) => {
    const { alignment, byteSize } = layoutOf(part);
    ptr = alignTo(ptr, alignment);
    const value = load(cx, options, ptr, part);
    ptr += byteSize;
    return value;
  });
}

function buildRecord(type: RecordType | TupleType, read: (part: ValType) => unknown): unknown {
  if (type.kind === 'tuple') return type.types.map(read);
  return Object.fromEntries(type.fields.map((field) => [field.name, read(field.type)]));
}

/** Rule: `load_variant`. */
function loadVariant(cx: LiftLowerContext, options: GenOptions, ptr: number, type: VariantLike): unknown {
  const cases = casesOf(type);
  const index = loadInt(cx, ptr, discriminantSize(cases.length));
  const found = cases[index];
  if (found === undefined) return rt.badDiscriminant(index, cases.length);
  const payload = found.type === null ? undefined : load(cx, options, ptr + payloadOffset(cases), found.type);
  return caseValue(options, type, found, payload);
}

/** What a case looks like to the host. */
function caseValue(options: GenOptions, type: VariantLike, found: VariantCase, payload: unknown): unknown {
  if (type.kind === 'enum') return found.name;
  const none = options.target === 'go' ? null : undefined;
  if (type.kind === 'option') {
    if (found.type === null) return none;
    return type.type.kind === 'option' ? { some: payload } : payload;
  }
  if (found.type === null) return { [found.name]: true };
  if (options.target === 'go' && found.type.kind === 'option' && payload === null) {
    if (type.kind === 'variant') return found.name;
    if (found.name === 'ok') return {};
    return { err: found.type.type.kind === 'bool' ? {} : true };
  }
  return { [found.name]: payload };
}

/** Rules: `lift_own`, `lift_borrow`. */
function liftHandle(cx: LiftLowerContext, options: GenOptions, index: number, type: HandleType): unknown {
  const { id } = type.resource;
  if (options.target === 'rep') {
    return type.kind === 'own' ? rt.liftOwnRep(cx, index, id) : rt.liftBorrowRep(cx, index, id);
  }
  const lift = type.kind === 'own' ? rt.liftOwnHost : rt.liftBorrowHost;
  return lift(cx, index, id, options.target);
}

/** Rule: `lift_flat`. */
export function liftFlat(cx: LiftLowerContext, options: GenOptions, values: CoreValueIter, type: ValType): unknown {
  const i32 = (): number => values.next('i32') as number;
  switch (type.kind) {
    case 'bool':
      return i32() !== 0;
    case 'u8':
      return i32() & 0xff;
    case 's8':
      return (i32() << 24) >> 24;
    case 'u16':
      return i32() & 0xffff;
    case 's16':
      return (i32() << 16) >> 16;
    case 'u32':
      return i32() >>> 0;
    case 's32':
      return i32() | 0;
    case 's64':
      return int64(options, BigInt.asIntN(64, values.next('i64') as bigint));
    case 'u64':
      return int64(options, BigInt.asUintN(64, values.next('i64') as bigint));
    case 'f32':
      return float(options, values.next('f32') as number);
    case 'f64':
      return float(options, values.next('f64') as number);
    case 'char':
      return rt.liftChar(i32());
    case 'string':
      return liftString(cx, options, i32() >>> 0, i32() >>> 0);
    case 'list':
      return loadListFromRange(cx, options, i32() >>> 0, i32() >>> 0, type.element);
    case 'record':
    case 'tuple':
      return buildRecord(type, (part) => liftFlat(cx, options, values, part));
    case 'flags':
      return rt.unpackFlags(i32(), type.names);
    case 'own':
    case 'borrow':
      return liftHandle(cx, options, i32(), type);
    case 'variant':
    case 'enum':
    case 'option':
    case 'result':
      return liftFlatVariant(cx, options, values, type);
  }
}

/** Rule: `lift_flat_variant`. */
function liftFlatVariant(cx: LiftLowerContext, options: GenOptions, values: CoreValueIter, type: VariantLike): unknown {
  const cases = casesOf(type);
  const flat = layoutOf(type).flat.slice(1);
  const index = (values.next('i32') as number) >>> 0;
  const found = cases[index];
  if (found === undefined) return rt.badDiscriminant(index, cases.length);
  const coerced: CoreValueIter = {
    next(want) {
      const have = flat.shift();
      if (have === undefined) throw new HostBug('a payload is wider than its variant');
      return coerce(values.next(have), have, want);
    },
  };
  const payload = found.type === null ? undefined : liftFlat(cx, options, coerced, found.type);
  for (const have of flat) values.next(have);
  return caseValue(options, type, found, payload);
}

/** Rule: `CoerceValueIter.next`. */
function coerce(value: Core, have: CoreType, want: CoreType): Core {
  switch (`${have} ${want}`) {
    case 'i32 f32':
      return rt.f32FromI32(value as number);
    case 'i64 i32':
      return rt.i32FromI64(value as bigint);
    case 'i64 f32':
      return rt.f32FromI32(rt.i32FromI64(value as bigint));
    case 'i64 f64':
      return rt.f64FromI64(value as bigint);
    default:
      return value;
  }
}
