/**
 * How types lie in memory and on the core stack. Everything here is decided by a type alone and remembered per type.
 * Rules: `alignment`, `elem_size`, `discriminant_type`, `flatten_type`, `flatten_functype` (CanonicalABI.md, SPEC_COMMIT).
 */
import { HostBug } from '../errors.js';
import type { FuncType, TupleType, ValType, VariantCase } from '../wit/types.js';

export type CoreType = 'i32' | 'i64' | 'f32' | 'f64';

/** Rule: `MAX_FLAT_PARAMS`, `MAX_FLAT_RESULTS`. More than these travel through memory. */
const MAX_FLAT_PARAMS = 16;
const MAX_FLAT_RESULTS = 1;
/** Rules: `MAX_STRING_BYTE_LENGTH`, `MAX_LIST_BYTE_LENGTH`. */
export const MAX_STRING_BYTE_LENGTH = 2 ** 28 - 1;
export const MAX_LIST_BYTE_LENGTH = 2 ** 28 - 1;

interface Layout {
  /** Bytes; a power of two up to 8. */
  readonly alignment: number;
  /** Bytes, a multiple of `alignment`. */
  readonly byteSize: number;
  /** The core values that stand for one value. */
  readonly flat: readonly CoreType[];
}

/** A type written as the variant that the ABI treats it as. Rule: `despecialize`. */
export type VariantLike = Extract<ValType, { kind: 'variant' | 'enum' | 'option' | 'result' }>;

const layouts = new WeakMap<ValType, Layout>();
/** Flattening stops here: more never travels flat, and a deep type must not grow an array without end. */
const FLAT_LIMIT = MAX_FLAT_PARAMS + 1;

/** The layout of `type`. Equal for equal types; computed once per type object. */
export function layoutOf(type: ValType): Layout {
  let layout = layouts.get(type);
  if (layout === undefined) {
    layout = computeLayout(type);
    layouts.set(type, layout);
  }
  return layout;
}

function computeLayout(type: ValType): Layout {
  switch (type.kind) {
    case 'bool':
    case 's8':
    case 'u8':
      return scalar(1, 'i32');
    case 's16':
    case 'u16':
      return scalar(2, 'i32');
    case 's32':
    case 'u32':
    case 'char':
    case 'own':
    case 'borrow':
      return scalar(4, 'i32');
    case 's64':
    case 'u64':
      return scalar(8, 'i64');
    case 'f32':
      return scalar(4, 'f32');
    case 'f64':
      return scalar(8, 'f64');
    case 'string':
    case 'list':
      return { alignment: 4, byteSize: 8, flat: ['i32', 'i32'] };
    case 'record':
      return recordLayout(type.fields.map((field) => field.type));
    case 'tuple':
      return recordLayout(type.types);
    case 'flags':
      return scalar(flagsByteSize(type.names.length), 'i32');
    case 'variant':
    case 'enum':
    case 'option':
    case 'result':
      return variantLayout(casesOf(type));
  }
}

function scalar(byteSize: number, flat: CoreType): Layout {
  return { alignment: byteSize, byteSize, flat: [flat] };
}

/** Rule: `align_to`. */
export function alignTo(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** Rule: `elem_size_flags`. */
function flagsByteSize(count: number): number {
  if (count < 1 || count > 32) throw new HostBug(`flags with ${count} labels reached layout`);
  return count <= 8 ? 1 : count <= 16 ? 2 : 4;
}

/** Rules: `alignment_record`, `elem_size_record`, `flatten_record`. */
function recordLayout(types: readonly ValType[]): Layout {
  let alignment = 1;
  let end = 0;
  const flat: CoreType[] = [];
  for (const type of types) {
    const field = layoutOf(type);
    alignment = Math.max(alignment, field.alignment);
    end = alignTo(end, field.alignment) + field.byteSize;
    if (flat.length < FLAT_LIMIT) flat.push(...field.flat);
  }
  return { alignment, byteSize: alignTo(end, alignment), flat };
}

/** Byte offsets of the parts of a record or tuple, in order. */
export function fieldOffsets(types: readonly ValType[]): number[] {
  let end = 0;
  return types.map((type) => {
    const layout = layoutOf(type);
    const offset = alignTo(end, layout.alignment);
    end = offset + layout.byteSize;
    return offset;
  });
}

/** The cases of a variant-like type, as the ABI numbers them. Rule: `despecialize`. */
export function casesOf(type: VariantLike): readonly VariantCase[] {
  switch (type.kind) {
    case 'variant':
      return type.cases;
    case 'enum':
      return type.names.map((name) => ({ name, type: null }));
    case 'option':
      return [
        { name: 'none', type: null },
        { name: 'some', type: type.type },
      ];
    case 'result':
      return [
        { name: 'ok', type: type.ok },
        { name: 'err', type: type.err },
      ];
  }
}

/** Bytes of a variant's discriminant. Rule: `discriminant_type`. */
export function discriminantSize(caseCount: number): number {
  return caseCount <= 0x100 ? 1 : caseCount <= 0x10000 ? 2 : 4;
}

/** Where a variant's payload starts. Rule: `max_case_alignment`. */
export function payloadOffset(cases: readonly VariantCase[]): number {
  return alignTo(discriminantSize(cases.length), maxCaseAlignment(cases));
}

function maxCaseAlignment(cases: readonly VariantCase[]): number {
  return cases.reduce((most, each) => (each.type === null ? most : Math.max(most, layoutOf(each.type).alignment)), 1);
}

/** Rules: `alignment_variant`, `elem_size_variant`, `flatten_variant`. */
function variantLayout(cases: readonly VariantCase[]): Layout {
  const discriminant = discriminantSize(cases.length);
  const alignment = Math.max(discriminant, maxCaseAlignment(cases));
  let payloadSize = 0;
  const flat: CoreType[] = [];
  for (const { type } of cases) {
    if (type === null) continue;
    const layout = layoutOf(type);
    payloadSize = Math.max(payloadSize, layout.byteSize);
    layout.flat.forEach((core, i) => {
      flat[i] = flat[i] === undefined ? core : join(flat[i], core);
    });
  }
  return { alignment, byteSize: alignTo(payloadOffset(cases) + payloadSize, alignment), flat: ['i32', ...flat] };
}

/** Rule: `join`. */
function join(a: CoreType, b: CoreType): CoreType {
  if (a === b) return a;
  return a !== 'i64' && a !== 'f64' && b !== 'i64' && b !== 'f64' ? 'i32' : 'i64';
}

/** How one function travels. */
interface FuncLayout {
  /** All parameters as one tuple: how they lie in memory when they spill. */
  readonly paramTuple: TupleType;
  readonly flatParams: readonly CoreType[];
  readonly flatResults: readonly CoreType[];
  /** More than MAX_FLAT_PARAMS: one pointer stands for all. */
  readonly paramsSpill: boolean;
  /** More than MAX_FLAT_RESULTS: the result is in memory. */
  readonly resultSpills: boolean;
}

/** Rule: `flatten_functype`, without its context: the core signature is made by {@link coreSignature}. */
export function funcLayout(type: FuncType): FuncLayout {
  const paramTuple: TupleType = { kind: 'tuple', types: type.params.map((param) => param.type) };
  const flatParams = recordLayout(paramTuple.types).flat;
  const flatResults = type.result === null ? [] : layoutOf(type.result).flat;
  return {
    paramTuple,
    flatParams,
    flatResults,
    paramsSpill: flatParams.length > MAX_FLAT_PARAMS,
    resultSpills: flatResults.length > MAX_FLAT_RESULTS,
  };
}

/** The core function type of a lifted or lowered function. Rule: `flatten_functype`. */
export function coreSignature(type: FuncType, context: 'lift' | 'lower'): { params: CoreType[]; results: CoreType[] } {
  const { flatParams, flatResults, paramsSpill, resultSpills } = funcLayout(type);
  const params: CoreType[] = paramsSpill ? ['i32'] : [...flatParams];
  if (!resultSpills) return { params, results: [...flatResults] };
  if (context === 'lift') return { params, results: ['i32'] };
  return { params: [...params, 'i32'], results: [] };
}

/** Remembers per type whether `test` holds for it or anything inside it. Rule: `contains`. */
function containsPredicate(test: (type: ValType) => boolean): (type: ValType) => boolean {
  const known = new WeakMap<ValType, boolean>();
  const contains = (type: ValType): boolean => {
    let answer = known.get(type);
    if (answer === undefined) {
      answer = test(type) || childTypes(type).some(contains);
      known.set(type, answer);
    }
    return answer;
  };
  return contains;
}

/** The types directly inside `type`. */
function childTypes(type: ValType): ValType[] {
  switch (type.kind) {
    case 'list':
      return [type.element];
    case 'record':
      return type.fields.map((field) => field.type);
    case 'tuple':
      return [...type.types];
    case 'variant':
    case 'option':
    case 'result':
      return casesOf(type).flatMap((each) => (each.type === null ? [] : [each.type]));
    default:
      return [];
  }
}

/** True when a value of the type can hold an own or borrow handle. */
export const containsHandle = containsPredicate((type) => type.kind === 'own' || type.kind === 'borrow');
/** True when a value of the type can hold a borrow handle. Rule: `contains_borrow`. */
export const containsBorrow = containsPredicate((type) => type.kind === 'borrow');
/** True when lifting or lowering the type touches memory wherever it stands. */
export const needsMemory = containsPredicate((type) => type.kind === 'string' || type.kind === 'list');
