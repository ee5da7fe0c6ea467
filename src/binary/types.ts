/** Types of the core format as data. */

/** A core value type, printed as in the text format: `i32`, `i64`, `f32`, `f64`, `v128`, `funcref`, `externref`, … */
export type CoreValType = string;
export interface CoreFuncType {
  readonly kind: 'func';
  readonly params: readonly CoreValType[];
  readonly results: readonly CoreValType[];
}
export interface Limits {
  readonly min: number | bigint;
  readonly max: number | bigint | null;
  readonly shared: boolean;
  readonly index64: boolean;
}
/** In a module type `type` indexes the module type's own core types; elsewhere (core modules' descriptors) it is resolved. */
export type CoreExternType =
  | { readonly kind: 'func'; readonly type: number }
  | { readonly kind: 'table'; readonly element: CoreValType; readonly limits: Limits }
  | { readonly kind: 'memory'; readonly limits: Limits; readonly pageSizeLog2: number }
  | { readonly kind: 'global'; readonly type: CoreValType; readonly mutable: boolean }
  | { readonly kind: 'tag'; readonly type: number };
