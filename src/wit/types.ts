/**
 * WIT types as data. Made by the text parser (`parse.ts`) and by the component decoder; read by `abi/`, by printing,
 * and by the stub makers. Plain, immutable and structured-cloneable: shared type objects keep their identity in a clone.
 */

export type PrimitiveKind =
  | 'bool'
  | 's8'
  | 'u8'
  | 's16'
  | 'u16'
  | 's32'
  | 'u32'
  | 's64'
  | 'u64'
  | 'f32'
  | 'f64'
  | 'char'
  | 'string';

/** `name`: what the type is called where it was declared (`user`), for printing; absent for anonymous types. */
interface Named {
  readonly name?: string;
}

interface PrimitiveType extends Named {
  readonly kind: PrimitiveKind;
}
export interface ListType extends Named {
  readonly kind: 'list';
  readonly element: ValType;
}
interface RecordField {
  readonly name: string;
  readonly type: ValType;
}
export interface RecordType extends Named {
  readonly kind: 'record';
  readonly fields: readonly RecordField[];
}
export interface TupleType extends Named {
  readonly kind: 'tuple';
  readonly types: readonly ValType[];
}
export interface VariantCase {
  readonly name: string;
  readonly type: ValType | null;
}
export interface VariantType extends Named {
  readonly kind: 'variant';
  readonly cases: readonly VariantCase[];
}
interface EnumType extends Named {
  readonly kind: 'enum';
  readonly names: readonly string[];
}
interface FlagsType extends Named {
  readonly kind: 'flags';
  readonly names: readonly string[];
}
interface OptionType extends Named {
  readonly kind: 'option';
  readonly type: ValType;
}
export interface ResultType extends Named {
  readonly kind: 'result';
  readonly ok: ValType | null;
  readonly err: ValType | null;
}

/** A resource type. Identity is the object: two handles agree when their `resource` is the same object. */
export interface ResourceType {
  /** Unique within one plan or document; indexes the instance's table of runtime resource types. */
  readonly id: number;
  readonly name: string;
}
export interface HandleType extends Named {
  readonly kind: 'own' | 'borrow';
  readonly resource: ResourceType;
}

export type ValType =
  | PrimitiveType
  | ListType
  | RecordType
  | TupleType
  | VariantType
  | EnumType
  | FlagsType
  | OptionType
  | ResultType
  | HandleType;

export interface Param {
  readonly name: string;
  readonly type: ValType;
}

export interface FuncType {
  readonly params: readonly Param[];
  /** null: no result. */
  readonly result: ValType | null;
}

/** How a function is attached to a resource; plain functions are 'freestanding'. */
type FuncRole =
  | { readonly kind: 'freestanding' }
  | { readonly kind: 'constructor' | 'method' | 'static'; readonly resource: ResourceType };

/**
 * `type` is what is called: a method's first parameter is `self: borrow<resource>`, a constructor's result is
 * `own<resource>` (or `result<own<resource>, E>`), although WIT text leaves both out.
 */
export interface WitFunction {
  /** `transform-users`; for methods the bare name (`increment`), for constructors the resource's name. */
  readonly name: string;
  readonly type: FuncType;
  readonly role: FuncRole;
}

/** A declared type: its name and what it stands for. Resources are declared with `type: null`. */
export interface TypeDeclaration {
  readonly name: string;
  readonly type: ValType | null;
  readonly resource: ResourceType | null;
  /** Set when the declaration came by `use iface.{x}`: the interface's ID. */
  readonly usedFrom?: string;
  /** What it is called there, when `use iface.{usedName as name}` renamed it. */
  readonly usedName?: string;
}

export interface WitInterface {
  /** `ns:pkg/iface@1.2.3`, or the bare name outside a package. */
  readonly id: string;
  readonly types: readonly TypeDeclaration[];
  readonly functions: readonly WitFunction[];
}

export interface WitWorld {
  readonly id: string;
  readonly types: readonly TypeDeclaration[];
  readonly imports: { readonly interfaces: readonly WitInterface[]; readonly functions: readonly WitFunction[] };
  readonly exports: { readonly interfaces: readonly WitInterface[]; readonly functions: readonly WitFunction[] };
}

/** A whole WIT text. Bare functions and types (as on a `wit:` line) stand in `types` and `functions`. */
export interface WitDocument {
  /** `ns:pkg@1.2.3`, or null for a text without `package`. */
  readonly package: string | null;
  readonly types: readonly TypeDeclaration[];
  readonly functions: readonly WitFunction[];
  /** The package's own first, then those of nested packages (`package x:y { … }`), which their full IDs tell apart. */
  readonly interfaces: readonly WitInterface[];
  readonly worlds: readonly WitWorld[];
}
