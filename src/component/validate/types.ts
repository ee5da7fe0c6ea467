/**
 * Types as the validator knows them, free of indices. Value and function types carry a `shape`: two are equal exactly when their
 * shapes are the same number, so that comparing types takes one step however deep they are. Beside its shape a type has an identity,
 * the object: an import or export of a type makes a new object of the same shape, because only that one has an external name.
 */
import type { CoreFuncType, CoreValType } from '../../binary/types.js';
import type { PrimitiveName } from '../ast.js';
import type { CoreItemType } from '../core-module.js';

/** What makes a resource type equal to another: each definition, abstract import, and instantiation makes a new one. */
export interface ResourceIdentity {
  readonly id: number;
  /** The component scope whose `(type (resource …))` this is; null for abstract types. */
  readonly definedIn: object | null;
}

/** A resource type under one name. */
export interface ResourceType {
  readonly kind: 'resource';
  readonly identity: ResourceIdentity;
  /** The import or export name, for messages. */
  readonly name: string | null;
}

export type ValueKind =
  | PrimitiveName
  | 'record'
  | 'variant'
  | 'list'
  | 'tuple'
  | 'flags'
  | 'enum'
  | 'option'
  | 'result'
  | 'own'
  | 'borrow';

/** Names of fields, cases, flags or parameters; equal lists are the same object. */
export interface Labels {
  readonly id: number;
  readonly names: readonly string[];
}

export interface ValueType {
  readonly kind: ValueKind;
  readonly labels: Labels;
  /** Types inside, in order; null where a case or result has none. */
  readonly children: readonly (ValueType | null)[];
  /** Of `own` and `borrow`. */
  readonly resource: ResourceType | null;
  readonly shape: number;
  /** `alignment(t, 'i64')` and `elem_size(t, 'i64')`, in bytes. */
  readonly alignment: number;
  readonly byteSize: number;
  /** `flatten_type(t)` for 32-bit memories, cut after {@link FLAT_LIMIT} + 1 core types. */
  readonly flat: readonly CoreValType[];
  readonly depth: number;
  /** A `list` or `string` is inside: lifting or lowering it needs memory. */
  readonly dynamic: boolean;
  readonly hasBorrow: boolean;
  readonly hasResource: boolean;
  /** Something inside can be substituted: a resource, or a type that an import or export names. */
  readonly open: boolean;
}

/** MAX_FLAT_PARAMS of the Canonical ABI. */
export const FLAT_LIMIT = 16;

export interface FuncType {
  readonly kind: 'func';
  readonly labels: Labels;
  readonly params: readonly ValueType[];
  readonly result: ValueType | null;
  readonly shape: number;
  readonly hasResource: boolean;
  readonly open: boolean;
}

export interface InstanceType {
  readonly kind: 'instance';
  readonly exports: ReadonlyMap<string, Entity>;
  /** Abstract resource types that each instance of the type has of its own; empty for the type of an instance that is there. */
  readonly bound: readonly ResourceIdentity[];
  readonly depth: number;
  readonly open: boolean;
}

export interface ComponentType {
  readonly kind: 'component';
  readonly imports: ReadonlyMap<string, Entity>;
  readonly exports: ReadonlyMap<string, Entity>;
  /** Abstract resource types that whoever instantiates the component supplies. */
  readonly universals: readonly ResourceIdentity[];
  /** Resource types that each instance of the component makes. */
  readonly existentials: readonly ResourceIdentity[];
  readonly depth: number;
  readonly open: boolean;
}

/** What a type index can stand for. */
export type AnyType = ValueType | ResourceType | FuncType | InstanceType | ComponentType;

export interface ModuleType {
  readonly kind: 'module';
  /** By module name, then by name. */
  readonly imports: ReadonlyMap<string, ReadonlyMap<string, CoreItemType>>;
  readonly exports: ReadonlyMap<string, CoreItemType>;
}

/** What a core type index can stand for. */
export type CoreType = CoreFuncType | ModuleType;

/** The type of something that can be imported, exported or supplied. */
export type Entity =
  | { readonly kind: 'core module'; readonly type: ModuleType }
  | { readonly kind: 'func'; readonly type: FuncType }
  | { readonly kind: 'type'; readonly type: AnyType }
  | { readonly kind: 'component'; readonly type: ComponentType }
  | { readonly kind: 'instance'; readonly type: InstanceType };

/** True for value types: every other type has one of four other kinds. */
export function isValueType(type: AnyType): type is ValueType {
  return type.kind !== 'resource' && type.kind !== 'func' && type.kind !== 'instance' && type.kind !== 'component';
}

/** Whether {@link Entity} mentions something that substitution can replace. */
export function isOpen(entity: Entity): boolean {
  if (entity.kind === 'core module') return false;
  return entity.type.kind === 'resource' || entity.type.open;
}
