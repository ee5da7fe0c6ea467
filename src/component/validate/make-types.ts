/** Builds value and function types with all the facts that later checks read, so that no check walks a type again. */
import type { CoreValType } from '../../binary/types.js';
import type { PrimitiveName } from '../ast.js';
import { type Context, internLabels, internShape } from './context.js';
import { FLAT_LIMIT, type FuncType, type Labels, type ResourceType, type ValueKind, type ValueType } from './types.js';

/** bytes, flattened, holds a pointer into memory. */
const PRIMITIVE_FACTS: Record<PrimitiveName, readonly [number, readonly CoreValType[]]> = {
  bool: [1, ['i32']],
  s8: [1, ['i32']],
  u8: [1, ['i32']],
  s16: [2, ['i32']],
  u16: [2, ['i32']],
  s32: [4, ['i32']],
  u32: [4, ['i32']],
  s64: [8, ['i64']],
  u64: [8, ['i64']],
  f32: [4, ['f32']],
  f64: [8, ['f64']],
  char: [4, ['i32']],
  string: [16, ['i32', 'i32']],
};
const NO_LABELS: Labels = { id: -1, names: [] };
const POINTER_BYTES = 8;

/** Value types without anything inside; their shapes come before the interned ones. */
export const PRIMITIVES: Readonly<Record<PrimitiveName, ValueType>> = Object.fromEntries(
  Object.entries(PRIMITIVE_FACTS).map(([name, [byteSize, flat]], shape) => {
    const kind = name as PrimitiveName;
    const type: ValueType = {
      kind,
      labels: NO_LABELS,
      children: [],
      resource: null,
      shape,
      alignment: Math.min(byteSize, 8),
      byteSize,
      flat,
      depth: 0,
      dynamic: kind === 'string',
      hasBorrow: false,
      hasResource: false,
      open: false,
    };
    return [kind, type];
  }),
) as Record<PrimitiveName, ValueType>;
const PRIMITIVE_COUNT = Object.keys(PRIMITIVE_FACTS).length;

/** A value type from its parts; names have been checked. */
export function makeValueType(
  context: Context,
  kind: Exclude<ValueKind, PrimitiveName>,
  names: readonly string[],
  children: readonly (ValueType | null)[],
  resource: ResourceType | null,
): ValueType {
  return assemble(context, kind, names.length === 0 ? NO_LABELS : internLabels(context, names), children, resource);
}

/** The same type with other parts, for substitution. */
export function withParts(
  context: Context,
  type: ValueType,
  children: readonly (ValueType | null)[],
  resource: ResourceType | null,
): ValueType {
  return assemble(context, type.kind, type.labels, children, resource);
}

function assemble(
  context: Context,
  kind: ValueKind,
  labels: Labels,
  children: readonly (ValueType | null)[],
  resource: ResourceType | null,
): ValueType {
  let key = `${kind} ${labels.id} ${resource === null ? '' : resource.identity.id}`;
  let depth = 0;
  let dynamic = kind === 'list';
  let hasBorrow = kind === 'borrow';
  let hasResource = resource !== null;
  let open = hasResource;
  for (const child of children) {
    key += child === null ? ',' : `,${child.shape}`;
    if (child === null) continue;
    depth = Math.max(depth, child.depth);
    dynamic ||= child.dynamic;
    hasBorrow ||= child.hasBorrow;
    hasResource ||= child.hasResource;
    open ||= child.open;
  }
  return {
    kind,
    labels,
    children,
    resource,
    shape: internShape(context, key, PRIMITIVE_COUNT),
    ...layoutOf(kind, labels.names.length, children),
    flat: flatten(kind, children),
    depth: depth + 1,
    dynamic,
    hasBorrow,
    hasResource,
    open,
  };
}

/** `discriminant_type`: bytes of the integer that numbers `count` cases. */
function discriminantBytes(count: number): number {
  return count <= 0x100 ? 1 : count <= 0x1_0000 ? 2 : 4;
}

function caseCount(kind: ValueKind, labelCount: number): number {
  return kind === 'option' || kind === 'result' ? 2 : labelCount;
}

/** `alignment` and `elem_size` for 64-bit memories: what the bound on the size of types is about. */
function layoutOf(kind: ValueKind, labelCount: number, children: readonly (ValueType | null)[]) {
  switch (kind) {
    case 'list':
      return { alignment: POINTER_BYTES, byteSize: 2 * POINTER_BYTES };
    case 'flags': {
      const byteSize = labelCount <= 8 ? 1 : labelCount <= 16 ? 2 : 4;
      return { alignment: byteSize, byteSize };
    }
    case 'own':
    case 'borrow':
      return { alignment: 4, byteSize: 4 };
    case 'record':
    case 'tuple':
      return recordLayout(children);
    default:
      return variantLayout(discriminantBytes(caseCount(kind, labelCount)), children);
  }
}

function recordLayout(children: readonly (ValueType | null)[]) {
  let alignment = 1;
  let byteSize = 0;
  for (const child of children) {
    if (child === null) continue;
    alignment = Math.max(alignment, child.alignment);
    byteSize = alignTo(byteSize, child.alignment) + child.byteSize;
  }
  return { alignment, byteSize: alignTo(byteSize, alignment) };
}

function variantLayout(discriminant: number, children: readonly (ValueType | null)[]) {
  let payloadAlignment = 1;
  let payloadBytes = 0;
  for (const child of children) {
    if (child === null) continue;
    payloadAlignment = Math.max(payloadAlignment, child.alignment);
    payloadBytes = Math.max(payloadBytes, child.byteSize);
  }
  const alignment = Math.max(discriminant, payloadAlignment);
  return { alignment, byteSize: alignTo(alignTo(discriminant, payloadAlignment) + payloadBytes, alignment) };
}

function alignTo(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** `flatten_type`, cut one after the limit. */
function flatten(kind: ValueKind, children: readonly (ValueType | null)[]): readonly CoreValType[] {
  switch (kind) {
    case 'list':
      return PRIMITIVE_FACTS.string[1];
    case 'record':
    case 'tuple':
      return flattenAll(children);
    case 'variant':
    case 'option':
    case 'result':
    case 'enum':
      return flattenVariant(children);
    default:
      return PRIMITIVE_FACTS.u32[1];
  }
}

/** `flatten_types`, cut one after the limit. */
export function flattenAll(types: readonly (ValueType | null)[]): CoreValType[] {
  const flat: CoreValType[] = [];
  for (const type of types) {
    if (type !== null) flat.push(...type.flat);
    if (flat.length > FLAT_LIMIT) return flat.slice(0, FLAT_LIMIT + 1);
  }
  return flat;
}

/** `flatten_variant`: the discriminant, then the join of all cases. */
function flattenVariant(children: readonly (ValueType | null)[]): CoreValType[] {
  const joined: CoreValType[] = [];
  for (const child of children) {
    child?.flat.forEach((type, i) => {
      const other = joined[i];
      joined[i] = other === undefined ? type : join(other, type);
    });
  }
  return ['i32' as CoreValType, ...joined].slice(0, FLAT_LIMIT + 1);
}

function join(a: CoreValType, b: CoreValType): CoreValType {
  if (a === b) return a;
  return (a === 'i32' && b === 'f32') || (a === 'f32' && b === 'i32') ? 'i32' : 'i64';
}

/** A function type from its parts; names have been checked. */
export function makeFuncType(
  context: Context,
  labels: Labels,
  params: readonly ValueType[],
  result: ValueType | null,
): FuncType {
  let key = `func ${labels.id} ${result === null ? '' : result.shape}`;
  let hasResource = result?.hasResource ?? false;
  let open = result?.open ?? false;
  for (const param of params) {
    key += `,${param.shape}`;
    hasResource ||= param.hasResource;
    open ||= param.open;
  }
  return {
    kind: 'func',
    labels,
    params,
    result,
    shape: internShape(context, key, PRIMITIVE_COUNT),
    hasResource,
    open,
  };
}
