/**
 * A linked component as a flat program: nested components are inlined, every alias is followed, every import is either
 * satisfied or a named hole for the host. Instantiating it means walking `coreInstances` once. Plain data beside compiled
 * modules, so that threads can share it.
 */

import type { StringEncoding } from '../abi/gen-context.js';
import type { CoreFuncType } from '../binary/types.js';
import type { CodeOffsets } from '../instrument/offsets.js';
import type { ModuleState } from '../instrument/state.js';
import type { AddedExports } from '../instrument/write-module.js';
import type { FuncType } from '../wit/types.js';

/** The type of a function that a core module imports. */
export type CoreSignature = Pick<CoreFuncType, 'params' | 'results'>;

/** A core definition: an export of a core instance, or a function that this engine makes. */
export type CoreItem =
  | { readonly kind: 'export'; readonly instance: number; readonly name: string }
  | { readonly kind: 'trampoline'; readonly index: number }
  /** A function of the host itself, for core modules without a component around them. */
  | { readonly kind: 'host'; readonly import: number; readonly name: string; readonly type: CoreSignature };

export interface CoreInstanceDef {
  /** Index into `modules`. */
  readonly module: number;
  /** In groups by import module name, as `WebAssembly.Instance` takes them. */
  readonly imports: readonly {
    readonly module: string;
    readonly items: readonly { readonly name: string; readonly item: CoreItem }[];
  }[];
  /** The component instance that it is part of. */
  readonly inst: number;
}

/** The canonical options that functions share. Index into `contexts`. */
export interface ContextDef {
  readonly inst: number;
  readonly memory: CoreItem | null;
  readonly realloc: CoreItem | null;
  readonly encoding: StringEncoding;
}

/** A component-level function. */
export type FuncItem =
  | { readonly kind: 'lift'; readonly index: number }
  | { readonly kind: 'host'; readonly index: number };

export interface LiftDef {
  readonly core: CoreItem;
  readonly postReturn: CoreItem | null;
  readonly context: number;
  readonly type: FuncType;
  /** For messages: the name it was first exported under, or empty. */
  name: string;
}

/** A function that the host supplies. */
export interface HostFuncDef {
  /** Index into the plan's imports. */
  readonly import: number;
  /** Inside the interface (`[method]blob.read`); empty when the import is the function itself. */
  readonly name: string;
  readonly type: FuncType;
}

export type TrampolineDef =
  | {
      readonly kind: 'lower';
      readonly func: FuncItem;
      readonly context: number;
      readonly type: FuncType;
      readonly inst: number;
    }
  | {
      readonly kind: 'resource.new' | 'resource.drop' | 'resource.rep';
      readonly resource: number;
      readonly inst: number;
    };

export interface ResourceDef {
  readonly name: string;
  /** The component instance that implements it, or null for the host. */
  readonly impl: number | null;
  readonly dtor: CoreItem | null;
  /** For the host's: which import declares it. */
  readonly import: number | null;
}

/** A module that was rewritten so that its guests can be stopped. */
export interface CheckedModule {
  readonly added: AddedExports;
  readonly offsets: CodeOffsets;
}

export interface Program {
  readonly modules: readonly WebAssembly.Module[];
  /** For each module what a guard of its instances needs; null for those without checks. */
  readonly checked: readonly (CheckedModule | null)[];
  /** For each module what its code can change; null where that cannot be put back. */
  readonly states: readonly (ModuleState | null)[];
  /** Every module that can run long has checks: an instance can be stopped from within. */
  readonly stoppable: boolean;
  /** Component instances; 0 is the root. */
  readonly instances: readonly { readonly parent: number | null; readonly path: string }[];
  readonly coreInstances: readonly CoreInstanceDef[];
  readonly contexts: readonly ContextDef[];
  readonly lifts: readonly LiftDef[];
  readonly hostFuncs: readonly HostFuncDef[];
  readonly trampolines: readonly TrampolineDef[];
  readonly resources: readonly ResourceDef[];
  /** The function behind each of the plan's exports, by index. */
  readonly exports: readonly FuncItem[];
  /** A core function to run once after instantiation (`_initialize` of a core module), or null. */
  readonly initialize: CoreItem | null;
}
