/** What the linker knows while it inlines: index spaces of one component instance, and what their entries stand for. */
import type { FuncType, ResourceType, ValType } from '../wit/types.js';
import type { Component, DefType, TypeDecl } from './ast.js';
import type { CoreItem, FuncItem } from './program.js';

/** A type as the linker sees it: resolved, with resource types of this very instantiation. */
export type TypeItem =
  | { readonly kind: 'value'; readonly type: ValType }
  | { readonly kind: 'func'; readonly type: FuncType }
  | { readonly kind: 'resource'; readonly resource: ResourceType }
  /** Component and instance types are walked only when something of that type comes from the host. */
  | { readonly kind: 'instance' | 'component'; readonly decls: readonly TypeDecl[]; readonly scope: TypeScope };

export type Item =
  | { readonly kind: 'func'; readonly func: FuncItem; readonly type: FuncType }
  | { readonly kind: 'instance'; readonly exports: ReadonlyMap<string, Item> }
  | { readonly kind: 'component'; readonly component: Component; readonly scope: Scope | null }
  /** A core module is known by its bytes: they stay the same when a component is linked into another. */
  | { readonly kind: 'core module'; readonly module: Uint8Array }
  | { readonly kind: 'type'; readonly type: TypeItem };

export type CoreInstanceItem =
  | { readonly kind: 'instance'; readonly id: number }
  | { readonly kind: 'exports'; readonly exports: ReadonlyMap<string, CoreItem> };

/** The type index space of a component, component type or instance type, with the scopes around it. */
export interface TypeScope {
  readonly parent: TypeScope | null;
  readonly types: TypeItem[];
  readonly instances: Item[];
}

/** The index spaces of one component instance. */
export interface Scope extends TypeScope {
  readonly parent: Scope | null;
  /** Index of the component instance in the program. */
  readonly inst: number;
  readonly funcs: Item[];
  readonly components: Item[];
  readonly coreModules: Uint8Array[];
  readonly coreInstances: CoreInstanceItem[];
  readonly coreFuncs: CoreItem[];
  readonly coreTables: CoreItem[];
  readonly coreMemories: CoreItem[];
  readonly coreGlobals: CoreItem[];
  readonly coreTags: CoreItem[];
}

export function newScope(parent: Scope | null, inst: number): Scope {
  return {
    parent,
    inst,
    types: [],
    instances: [],
    funcs: [],
    components: [],
    coreModules: [],
    coreInstances: [],
    coreFuncs: [],
    coreTables: [],
    coreMemories: [],
    coreGlobals: [],
    coreTags: [],
  };
}

export type ValueDefType = Exclude<DefType, { kind: 'func' | 'component' | 'instance' | 'resource' }>;
