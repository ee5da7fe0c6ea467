/** What the linker builds up, and what it is given. */
import { HostBug } from '../errors.js';
import type { Item } from './link-scope.js';
import type { ContextDef, CoreInstanceDef, HostFuncDef, LiftDef, ResourceDef, TrampolineDef } from './program.js';

/** An import of the root as the linker met it. */
interface LinkedImport {
  readonly name: string;
  readonly item: Item;
}

export interface Linked {
  readonly instances: { parent: number | null; path: string }[];
  readonly coreInstances: CoreInstanceDef[];
  readonly contexts: ContextDef[];
  readonly lifts: LiftDef[];
  readonly hostFuncs: HostFuncDef[];
  readonly trampolines: TrampolineDef[];
  readonly resources: ResourceDef[];
  readonly imports: LinkedImport[];
  /** The root's exports. */
  readonly exports: Map<string, Item>;
}

export interface LinkOptions {
  /** Every core module of the tree, by its bytes. */
  readonly moduleIndex: (bytes: Uint8Array) => number;
  /** Imports of a compiled module, by module index. */
  readonly moduleImports: (module: number) => readonly WebAssembly.ModuleImportDescriptor[];
  /** What the root is called in messages when it has no name of its own. */
  readonly name?: string;
  /** Definitions that replace the root's imports (components and modules from other components), by name. */
  readonly supplied?: ReadonlyMap<string, Item>;
}

export interface Linker extends Linked {
  readonly options: LinkOptions;
  readonly contextIndex: Map<string, number>;
}

/** Indices and names were validated: one that leads nowhere is our bug. */
export function must<T>(value: T | undefined, sort: string, index: number | string): T {
  if (value === undefined) throw new HostBug(`${sort} ${index} was not validated`);
  return value;
}
