/**
 * Bytes to plan: decode, validate, compile the core modules, link. Done once per binary; everything after it works on the
 * plan. A plan is plain data beside compiled modules: threads share it, instances are made from it, nothing changes it.
 */
import type { ModuleState } from '../instrument/state.js';
import type { Component } from './ast.js';
import { decodeComponent } from './decode/component.js';
import { link } from './link.js';
import type { Item } from './link-scope.js';
import type { Linked } from './link-state.js';
import type { CheckedModule, Program } from './program.js';
import type { ComponentPlan } from './types.js';
import { validateComponent } from './validate/component.js';

import { describeWorld } from './world.js';

interface CompileOptions {
  /** What the component is called in messages and in its printed world. */
  readonly name?: string;
  /** Components and core modules that other components export, for roots that import some. */
  readonly supplied?: ReadonlyMap<string, Item>;
  /** Rewrites every core module before it is compiled. */
  readonly rewrite?: Rewrite;
}

/** What is compiled in a core module's place. */
export interface Rewritten {
  readonly bytes: Uint8Array;
  readonly checked: CheckedModule | null;
  /** Everything that its code can change; null where that cannot be put back, or is not known. */
  readonly state: ModuleState | null;
  /** Nothing in it can run long without a check. */
  readonly stoppable: boolean;
}

/** @param index position among the component's core modules, in binary order */
export type Rewrite = (bytes: Uint8Array, index: number) => Rewritten;

/** V8 does not accept a core module. */
export class CoreModuleRefused extends Error {
  /** Position among the component's core modules, in binary order. */
  readonly moduleIndex: number;
  constructor(moduleIndex: number, cause: Error) {
    super(`core module ${moduleIndex}: ${cause.message}`, { cause });
    this.name = 'CoreModuleRefused';
    this.moduleIndex = moduleIndex;
  }
}

/** A component with its core modules compiled: can be linked more than once, with different supplied definitions. */
export interface CompiledComponent {
  readonly component: Component;
  readonly modules: readonly CompiledModule[];
  readonly moduleIndices: ReadonlyMap<Uint8Array, number>;
}

/**
 * @throws BinaryError, UnsupportedFeature (decode), ValidationError, CoreModuleRefused, MissingImport, HostError Invalid
 * @example
 * const plan = await compileComponent(await readFile('mapper.wasm'), { name: 'mapper' });
 */
export async function compileComponent(bytes: Uint8Array, options: CompileOptions = {}): Promise<ComponentPlan> {
  const component = decodeComponent(bytes);
  validateComponent(component);

  return planComponent(await compileModules(component, options.rewrite), options);
}

/** Compiles every core module of the tree. */
export async function compileModules(component: Component, rewrite?: Rewrite): Promise<CompiledComponent> {
  const found = [...coreModules(component)];
  const modules = await Promise.all(found.map((bytes, index) => compileModule(bytes, index, rewrite)));
  return { component, modules, moduleIndices: new Map(found.map((bytes, index) => [bytes, index])) };
}

interface CompiledModule extends Omit<Rewritten, 'bytes'> {
  readonly module: WebAssembly.Module;
}

export async function compileModule(bytes: Uint8Array, index: number, rewrite?: Rewrite): Promise<CompiledModule> {
  const plain = { bytes, checked: null, state: null, stoppable: false };
  const { bytes: code, ...facts } = rewrite === undefined ? plain : rewrite(bytes, index);
  try {
    return { module: await WebAssembly.compile(code as BufferSource), ...facts };
  } catch (error) {
    if (code !== bytes) return compileModule(bytes, index); // told about the module as it came
    if (error instanceof Error) throw new CoreModuleRefused(index, error);
    throw error;
  }
}

function* coreModules(component: Component): Generator<Uint8Array> {
  for (const definition of component.definitions) {
    if (definition.kind === 'core module') yield definition.bytes;
    else if (definition.kind === 'component') yield* coreModules(definition.component);
  }
}

/** Links a compiled component. */
export function planComponent(compiled: CompiledComponent, options: CompileOptions = {}): ComponentPlan {
  return linkComponent(compiled, options).plan;
}

/** The same, with what the root exports besides functions: components, modules, types. */
export function linkComponent(
  compiled: CompiledComponent,
  options: CompileOptions = {},
): { readonly plan: ComponentPlan; readonly linked: Linked } {
  const { component, modules, moduleIndices } = compiled;
  const allModules = [...modules];
  const indices = new Map(moduleIndices);
  const linked = link(component, {
    moduleIndex: (bytes) => indices.get(bytes) ?? addSupplied(allModules, indices, bytes, options.rewrite),
    moduleImports: (index) => WebAssembly.Module.imports((allModules[index] as CompiledModule).module),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.supplied === undefined ? {} : { supplied: options.supplied }),
  });
  const { world, imports, exports, funcs } = describeWorld(linked, component.name ?? options.name ?? 'component');
  const program: Program = {
    modules: allModules.map((each) => each.module),
    checked: allModules.map((each) => each.checked),
    states: allModules.map((each) => each.state),
    stoppable: allModules.every((each) => each.stoppable),
    instances: linked.instances,
    coreInstances: linked.coreInstances,
    contexts: linked.contexts,
    lifts: linked.lifts,
    hostFuncs: linked.hostFuncs,
    trampolines: linked.trampolines,
    resources: linked.resources,
    exports: funcs,
    initialize: null,
  };
  return { plan: { kind: 'component', imports, exports, world, program }, linked };
}

/** A module that another component supplied: compiled here, where it is first met. */
function addSupplied(
  modules: CompiledModule[],
  indices: Map<Uint8Array, number>,
  bytes: Uint8Array,
  rewrite?: Rewrite,
): number {
  const { bytes: code, ...facts } = rewrite?.(bytes, modules.length) ?? {
    bytes,
    checked: null,
    state: null,
    stoppable: false,
  };
  const index = modules.push({ module: new WebAssembly.Module(code as BufferSource), ...facts }) - 1;
  indices.set(bytes, index);
  return index;
}
