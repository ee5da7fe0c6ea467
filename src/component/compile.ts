/**
 * Bytes to plan: decode, validate, compile the core modules, link. Done once per binary; everything after it works on the
 * plan. A plan is plain data beside compiled modules: threads share it, instances are made from it, nothing changes it.
 */
import type { Component } from './ast.js';
import { decodeComponent } from './decode/component.js';
import { link } from './link.js';
import type { Item } from './link-scope.js';
import type { Linked } from './link-state.js';
import type { Program } from './program.js';
import type { ComponentPlan } from './types.js';
import { validateComponent } from './validate/component.js';

import { describeWorld } from './world.js';

export interface CompileOptions {
  /** What the component is called in messages and in its printed world. */
  readonly name?: string;
  /** Components and core modules that other components export, for roots that import some. */
  readonly supplied?: ReadonlyMap<string, Item>;
}

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
  readonly modules: readonly WebAssembly.Module[];
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

  return planComponent(await compileModules(component), options);
}

/** Compiles every core module of the tree. */
export async function compileModules(component: Component): Promise<CompiledComponent> {
  const found = [...coreModules(component)];
  const modules = await Promise.all(found.map((bytes, index) => compileModule(bytes, index)));
  return { component, modules, moduleIndices: new Map(found.map((bytes, index) => [bytes, index])) };
}

export async function compileModule(bytes: Uint8Array, index: number): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes as BufferSource);
  } catch (error) {
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
    moduleIndex: (bytes) => indices.get(bytes) ?? addSupplied(allModules, indices, bytes),
    moduleImports: (index) => WebAssembly.Module.imports(allModules[index] as WebAssembly.Module),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.supplied === undefined ? {} : { supplied: options.supplied }),
  });
  const { world, imports, exports, funcs } = describeWorld(linked, component.name ?? options.name ?? 'component');
  const program: Program = {
    modules: allModules,
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
function addSupplied(modules: WebAssembly.Module[], indices: Map<Uint8Array, number>, bytes: Uint8Array): number {
  const index = modules.push(new WebAssembly.Module(bytes as BufferSource)) - 1;
  indices.set(bytes, index);
  return index;
}
