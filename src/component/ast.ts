/**
 * A component binary as data, in the order and with the indices of the binary (design/mvp/Binary.md at SPEC_COMMIT).
 * The decoder makes it, the validator checks it, the linker turns it into a plan. No index is resolved here.
 */

import type { StringEncoding } from '../abi/gen-context.js';
import type { CoreExternType, CoreFuncType, CoreValType } from '../binary/types.js';
import type { PrimitiveKind } from '../wit/types.js';

/** The revision of WebAssembly/component-model that this engine follows. */
export const SPEC_COMMIT = '6d28164';

/** Component-level sorts, with `core module` beside them (the only core sort a component can import or export). */
type Sort = 'core module' | 'func' | 'value' | 'type' | 'component' | 'instance';
export type CoreSort = 'func' | 'table' | 'memory' | 'global' | 'tag' | 'type' | 'module' | 'instance';

/** In a component-level sort position a core sort can appear (`core func` in an outer alias is invalid, for example). */
export type AnySort = Sort | `core ${CoreSort}`;
export interface AnySortIndex {
  readonly sort: AnySort;
  readonly index: number;
}
export interface CoreSortIndex {
  readonly sort: CoreSort;
  readonly index: number;
}

/** A name as written, with its attributes (`implements`, `versionsuffix`, `external-id`) if it had any. */
export interface ExternName {
  readonly name: string;
  readonly attributes?: readonly {
    readonly kind: 'implements' | 'versionsuffix' | 'external-id';
    readonly value: string;
  }[];
}

export interface Component {
  readonly kind: 'component';
  /** Every definition in binary order; each adds to the index space of its sort. */
  readonly definitions: readonly Definition[];
  /** From the component name section, when there is one. */
  readonly name?: string;
  /** Names of definitions by sort and index, from the component name section. */
  readonly names?: ReadonlyMap<AnySort, ReadonlyMap<number, string>>;
}

/** `offset`: where the definition starts in the file, for messages. */
export type Definition = { readonly offset: number } & (
  | { readonly kind: 'core module'; readonly bytes: Uint8Array }
  | { readonly kind: 'core instance'; readonly expr: CoreInstanceExpr }
  | { readonly kind: 'core type'; readonly type: CoreDefType }
  | { readonly kind: 'component'; readonly component: Component }
  | { readonly kind: 'instance'; readonly expr: InstanceExpr }
  | { readonly kind: 'alias'; readonly alias: Alias }
  | { readonly kind: 'type'; readonly type: DefType }
  | { readonly kind: 'canon'; readonly canon: Canon }
  | { readonly kind: 'import'; readonly name: ExternName; readonly type: ExternType }
  | {
      readonly kind: 'export';
      readonly name: ExternName;
      readonly item: AnySortIndex;
      readonly type: ExternType | null;
    }
);

export type CoreInstanceExpr =
  | {
      readonly kind: 'instantiate';
      readonly module: number;
      readonly args: readonly { readonly name: string; readonly instance: number }[];
    }
  | { readonly kind: 'exports'; readonly exports: readonly { readonly name: string; readonly item: CoreSortIndex }[] };

export type InstanceExpr =
  | {
      readonly kind: 'instantiate';
      readonly component: number;
      readonly args: readonly { readonly name: string; readonly item: AnySortIndex }[];
    }
  | {
      readonly kind: 'exports';
      readonly exports: readonly { readonly name: ExternName; readonly item: AnySortIndex }[];
    };

export type Alias =
  | { readonly kind: 'export'; readonly sort: AnySort; readonly instance: number; readonly name: string }
  | { readonly kind: 'core export'; readonly sort: CoreSort; readonly instance: number; readonly name: string }
  | { readonly kind: 'outer'; readonly sort: AnySort; readonly count: number; readonly index: number };

// --- core types ---------------------------------------------------------------------------------------------------

export type CoreModuleDecl =
  | { readonly kind: 'import'; readonly module: string; readonly name: string; readonly type: CoreExternType }
  | { readonly kind: 'type'; readonly type: CoreDefType }
  | { readonly kind: 'alias'; readonly count: number; readonly index: number }
  | { readonly kind: 'export'; readonly name: string; readonly type: CoreExternType };
export type CoreDefType = CoreFuncType | { readonly kind: 'module'; readonly decls: readonly CoreModuleDecl[] };

// --- component types ----------------------------------------------------------------------------------------------

export type PrimitiveName = PrimitiveKind;

/** A value type in a type position: a primitive's name, or a type index. */
export type ValTypeRef = PrimitiveName | number;

export type DefType =
  | { readonly kind: 'primitive'; readonly primitive: PrimitiveName }
  | { readonly kind: 'record'; readonly fields: readonly { readonly name: string; readonly type: ValTypeRef }[] }
  | { readonly kind: 'variant'; readonly cases: readonly { readonly name: string; readonly type: ValTypeRef | null }[] }
  | { readonly kind: 'list'; readonly element: ValTypeRef }
  | { readonly kind: 'tuple'; readonly types: readonly ValTypeRef[] }
  | { readonly kind: 'flags'; readonly names: readonly string[] }
  | { readonly kind: 'enum'; readonly names: readonly string[] }
  | { readonly kind: 'option'; readonly type: ValTypeRef }
  | { readonly kind: 'result'; readonly ok: ValTypeRef | null; readonly err: ValTypeRef | null }
  | { readonly kind: 'own' | 'borrow'; readonly resource: number }
  | {
      readonly kind: 'func';
      readonly params: readonly { readonly name: string; readonly type: ValTypeRef }[];
      readonly result: ValTypeRef | null;
    }
  | { readonly kind: 'component'; readonly decls: readonly TypeDecl[] }
  | { readonly kind: 'instance'; readonly decls: readonly TypeDecl[] }
  | { readonly kind: 'resource'; readonly rep: CoreValType; readonly dtor: number | null };

/** A declaration inside a component type or (all but `import`) an instance type. */
export type TypeDecl =
  | { readonly kind: 'core type'; readonly type: CoreDefType }
  | { readonly kind: 'type'; readonly type: DefType }
  | { readonly kind: 'alias'; readonly alias: Alias }
  | { readonly kind: 'import'; readonly name: ExternName; readonly type: ExternType }
  | { readonly kind: 'export'; readonly name: ExternName; readonly type: ExternType };

export type ExternType =
  | { readonly kind: 'core module'; readonly type: number }
  | { readonly kind: 'func'; readonly type: number }
  | {
      readonly kind: 'type';
      readonly bound: { readonly kind: 'eq'; readonly type: number } | { readonly kind: 'sub resource' };
    }
  | { readonly kind: 'component'; readonly type: number }
  | { readonly kind: 'instance'; readonly type: number };

// --- canonical definitions ----------------------------------------------------------------------------------------

export interface CanonOptions {
  readonly stringEncoding: StringEncoding;
  /** Core index of each, or null where it is not given. */
  readonly memory: number | null;
  readonly realloc: number | null;
  readonly postReturn: number | null;
  /** Options given more than once (invalid), as the validator's message names them. */
  readonly repeated?: readonly string[];
}

export type Canon =
  | { readonly kind: 'lift'; readonly coreFunc: number; readonly options: CanonOptions; readonly type: number }
  | { readonly kind: 'lower'; readonly func: number; readonly options: CanonOptions }
  | { readonly kind: 'resource.new' | 'resource.drop' | 'resource.rep'; readonly resource: number };
