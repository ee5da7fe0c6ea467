/**
 * The linker: walks a validated component once, inlines every component instantiation, and leaves a flat program.
 * Instantiation is then a loop over core instances; nothing of the component's structure is interpreted again.
 *
 * It trusts the validator: an index or name that does not resolve here is a HostBug.
 */
import { HostBug, HostError } from '../errors.js';
import type { FuncType, ResourceType } from '../wit/types.js';
import type {
  Alias,
  AnySort,
  CanonOptions,
  Component,
  CoreInstanceExpr,
  CoreSort,
  Definition,
  ExternType,
} from './ast.js';
import { type CoreInstanceItem, type Item, newScope, type Scope, type TypeItem } from './link-scope.js';
import { followTypeAlias, funcType, hostItem, named, resolveDefType, resourceType, typeAt } from './link-types.js';
import type {
  ContextDef,
  CoreInstanceDef,
  CoreItem,
  FuncItem,
  HostFuncDef,
  LiftDef,
  ResourceDef,
  TrampolineDef,
} from './program.js';

/** Component instances that one component may unfold into. Bounds what nesting can multiply. */
const MAX_INSTANCES = 1000;

/** An import of the root as the linker met it. */
export interface LinkedImport {
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

interface Linker extends Linked {
  readonly options: LinkOptions;
  readonly contextIndex: Map<string, number>;
}

/** Links `root`. @throws HostError Unavailable when it unfolds into too many instances; MissingImport */
export function link(root: Component, options: LinkOptions): Linked {
  const linker: Linker = {
    options,
    contextIndex: new Map(),
    instances: [],
    coreInstances: [],
    contexts: [],
    lifts: [],
    hostFuncs: [],
    trampolines: [],
    resources: [],
    imports: [],
    exports: new Map(),
  };
  const exports = instantiateComponent(linker, root, null, null, null, root.name ?? options.name ?? 'root');
  for (const [name, item] of exports) linker.exports.set(name, item);
  return linker;
}

function instantiateComponent(
  linker: Linker,
  component: Component,
  lexicalParent: Scope | null,
  args: ReadonlyMap<string, Item> | null,
  parentInst: number | null,
  name: string,
): Map<string, Item> {
  const inst = linker.instances.length;
  if (inst >= MAX_INSTANCES) {
    throw new HostError('Invalid', `the component unfolds into more than ${MAX_INSTANCES} component instances`);
  }
  const parentPath = parentInst === null ? '' : `${linker.instances[parentInst]?.path} / `;
  linker.instances.push({ parent: parentInst, path: `${parentPath}$${name}` });
  const scope = newScope(lexicalParent, inst);
  const exports = new Map<string, Item>();
  for (const definition of component.definitions) define(linker, scope, definition, args, exports, component);
  return exports;
}

function define(
  linker: Linker,
  scope: Scope,
  definition: Definition,
  args: ReadonlyMap<string, Item> | null,
  exports: Map<string, Item>,
  component: Component,
): void {
  switch (definition.kind) {
    case 'core module':
      scope.coreModules.push(definition.bytes);
      return;
    case 'core instance':
      scope.coreInstances.push(coreInstance(linker, scope, definition.expr));
      return;
    case 'core type':
      return; // only the validator needs them
    case 'component':
      scope.components.push({ kind: 'component', component: definition.component, scope });
      return;
    case 'instance':
      scope.instances.push(instance(linker, scope, definition.expr, component));
      return;
    case 'alias':
      defineAlias(scope, definition.alias);
      return;
    case 'type':
      scope.types.push(
        definition.type.kind === 'resource'
          ? defineResource(linker, scope, definition.type.dtor)
          : resolveDefType(scope, definition.type),
      );
      return;
    case 'canon':
      defineCanon(linker, scope, definition.canon);
      return;
    case 'import':
      addItem(scope, importItem(linker, scope, definition, args));
      return;
    case 'export': {
      const source = itemAt(scope, definition.item.sort, definition.item.index);
      const item = ascribed(scope, withName(linker, source, definition.name.name), definition.type);
      exports.set(definition.name.name, item);
      addItem(scope, item);
    }
  }
}

/** A function under the type that its export gives it: equal, but written with the names that are exported beside it. */
function ascribed(scope: Scope, item: Item, type: ExternType | null): Item {
  return item.kind === 'func' && type?.kind === 'func' ? { ...item, type: funcType(scope, type.type) } : item;
}

/** An export names what it exports: types for printing, resources and functions for messages. */
function withName(linker: Linker, item: Item, name: string): Item {
  if (item.kind === 'type') {
    if (item.type.kind === 'resource') nameResource(linker, item.type.resource, name);
    return { kind: 'type', type: named(item.type, name) };
  }
  if (item.kind === 'func' && item.func.kind === 'lift') {
    const lift = linker.lifts[item.func.index];
    if (lift !== undefined && lift.name === '') lift.name = name;
  }
  return item;
}

function nameResource(linker: Linker, resource: ResourceType, name: string): void {
  const def = linker.resources[resource.id];
  if (def === undefined || def.name !== '') return;
  linker.resources[resource.id] = { ...def, name };
  (resource as { name: string }).name = name;
}

// --- items ----------------------------------------------------------------------------------------------------------

function addItem(scope: Scope, item: Item): void {
  switch (item.kind) {
    case 'func':
      scope.funcs.push(item);
      return;
    case 'instance':
      scope.instances.push(item);
      return;
    case 'component':
      scope.components.push(item);
      return;
    case 'core module':
      scope.coreModules.push(item.module);
      return;
    case 'type':
      scope.types.push(item.type);
  }
}

function itemAt(scope: Scope, sort: AnySort, index: number): Item {
  switch (sort) {
    case 'func':
      return must(scope.funcs[index], sort, index);
    case 'instance':
      return must(scope.instances[index], sort, index);
    case 'component':
      return must(scope.components[index], sort, index);
    case 'core module':
      return { kind: 'core module', module: must(scope.coreModules[index], sort, index) };
    case 'type':
      return { kind: 'type', type: typeAt(scope, index) };
    default:
      throw new HostBug(`${sort} ${index} is not a component-level definition`);
  }
}

function must<T>(value: T | undefined, sort: string, index: number | string): T {
  if (value === undefined) throw new HostBug(`${sort} ${index} was not validated`);
  return value;
}

function importItem(
  linker: Linker,
  scope: Scope,
  definition: Extract<Definition, { kind: 'import' }>,
  args: ReadonlyMap<string, Item> | null,
): Item {
  const name = definition.name.name;
  if (args !== null) return must(args.get(name), 'argument', name);
  const supplied = linker.options.supplied?.get(name);
  if (supplied !== undefined) return supplied;
  const index = linker.imports.length;
  const item = hostItem(scope, definition.name, definition.type, {
    func: (inner, type) => hostFunc(linker, index, definition.type.kind === 'func' ? '' : inner, type),
    resource: (inner) => hostResource(linker, index, inner),
  });
  linker.imports.push({ name, item });
  return item;
}

function hostFunc(linker: Linker, importIndex: number, name: string, type: FuncType): Item {
  linker.hostFuncs.push({ import: importIndex, name, type });
  return { kind: 'func', func: { kind: 'host', index: linker.hostFuncs.length - 1 }, type };
}

function hostResource(linker: Linker, importIndex: number, name: string): ResourceType {
  const resource = { id: linker.resources.length, name };
  linker.resources.push({ name, impl: null, dtor: null, import: importIndex });
  return resource;
}

function instance(
  linker: Linker,
  scope: Scope,
  expr: Extract<Definition, { kind: 'instance' }>['expr'],
  component: Component,
): Item {
  if (expr.kind === 'exports') {
    const exports = new Map<string, Item>();
    for (const { name, item } of expr.exports) {
      exports.set(name.name, withName(linker, itemAt(scope, item.sort, item.index), name.name));
    }
    return { kind: 'instance', exports };
  }
  const callee = must(scope.components[expr.component], 'component', expr.component);
  if (callee.kind !== 'component') throw new HostBug('component expected');
  const args = new Map(expr.args.map((arg) => [arg.name, itemAt(scope, arg.item.sort, arg.item.index)]));
  const name = component.names?.get('instance')?.get(scope.instances.length) ?? callee.component.name;
  const path = name ?? `component[${expr.component}]`;
  return {
    kind: 'instance',
    exports: instantiateComponent(linker, callee.component, callee.scope, args, scope.inst, path),
  };
}

// --- aliases --------------------------------------------------------------------------------------------------------

function defineAlias(scope: Scope, alias: Alias): void {
  switch (alias.kind) {
    case 'export': {
      const source = must(scope.instances[alias.instance], 'instance', alias.instance);
      if (source.kind !== 'instance') throw new HostBug('instance expected');
      addItem(scope, must(source.exports.get(alias.name), 'export', alias.name));
      return;
    }
    case 'core export':
      coreSpace(scope, alias.sort).push(coreExport(scope, alias.instance, alias.name));
      return;
    case 'outer':
      defineOuterAlias(scope, alias);
  }
}

function defineOuterAlias(scope: Scope, alias: Extract<Alias, { kind: 'outer' }>): void {
  let target: Scope | null = scope;
  for (let i = 0; i < alias.count; i++) target = target?.parent ?? null;
  if (target === null) throw new HostBug('outer alias leaves the component');
  if (alias.sort === 'core type') return;
  if (alias.sort === 'type') scope.types.push(followTypeAlias(scope, alias) as TypeItem);
  else addItem(scope, itemAt(target, alias.sort, alias.index));
}

function coreSpace(scope: Scope, sort: CoreSort): CoreItem[] {
  switch (sort) {
    case 'func':
      return scope.coreFuncs;
    case 'table':
      return scope.coreTables;
    case 'memory':
      return scope.coreMemories;
    case 'global':
      return scope.coreGlobals;
    case 'tag':
      return scope.coreTags;
    default:
      throw new HostBug(`no index space of core ${sort}`);
  }
}

function coreExport(scope: Scope, instanceIndex: number, name: string): CoreItem {
  const source = must(scope.coreInstances[instanceIndex], 'core instance', instanceIndex);
  if (source.kind === 'exports') return must(source.exports.get(name), 'core export', name);
  return { kind: 'export', instance: source.id, name };
}

// --- core instances -------------------------------------------------------------------------------------------------

function coreInstance(linker: Linker, scope: Scope, expr: CoreInstanceExpr): CoreInstanceItem {
  if (expr.kind === 'exports') {
    const items = expr.exports.map(({ name, item }) => {
      return [name, must(coreSpace(scope, item.sort)[item.index], `core ${item.sort}`, item.index)] as const;
    });
    return { kind: 'exports', exports: new Map(items) };
  }
  const module = linker.options.moduleIndex(must(scope.coreModules[expr.module], 'core module', expr.module));
  const args = new Map(expr.args.map((arg) => [arg.name, arg.instance]));
  const groups = new Map<string, { name: string; item: CoreItem }[]>();
  for (const needed of linker.options.moduleImports(module)) {
    const source = must(args.get(needed.module), 'core argument', needed.module);
    const group = groups.get(needed.module) ?? [];
    group.push({ name: needed.name, item: coreExport(scope, source, needed.name) });
    groups.set(needed.module, group);
  }
  const imports = [...groups].map(([name, items]) => ({ module: name, items }));
  linker.coreInstances.push({ module, imports, inst: scope.inst });
  return { kind: 'instance', id: linker.coreInstances.length - 1 };
}

// --- canonical definitions ------------------------------------------------------------------------------------------

function defineResource(linker: Linker, scope: Scope, dtor: number | null): TypeItem {
  const resource = { id: linker.resources.length, name: '' };
  const item = dtor === null ? null : must(scope.coreFuncs[dtor], 'core func', dtor);
  linker.resources.push({ name: '', impl: scope.inst, dtor: item, import: null });
  return { kind: 'resource', resource };
}

function defineCanon(linker: Linker, scope: Scope, canon: Extract<Definition, { kind: 'canon' }>['canon']): void {
  if (canon.kind === 'lift') {
    const type = funcType(scope, canon.type);
    linker.lifts.push({
      core: must(scope.coreFuncs[canon.coreFunc], 'core func', canon.coreFunc),
      postReturn: optionItem(scope.coreFuncs, canon.options.postReturn),
      context: context(linker, scope, canon.options),
      type,
      name: '',
    });
    const func: FuncItem = { kind: 'lift', index: linker.lifts.length - 1 };
    scope.funcs.push({ kind: 'func', func, type });
    return;
  }
  linker.trampolines.push(trampoline(linker, scope, canon));
  scope.coreFuncs.push({ kind: 'trampoline', index: linker.trampolines.length - 1 });
}

function trampoline(
  linker: Linker,
  scope: Scope,
  canon: Exclude<Extract<Definition, { kind: 'canon' }>['canon'], { kind: 'lift' }>,
): TrampolineDef {
  const { inst } = scope;
  if (canon.kind !== 'lower') return { kind: canon.kind, resource: resourceType(scope, canon.resource).id, inst };
  const item = must(scope.funcs[canon.func], 'func', canon.func);
  if (item.kind !== 'func') throw new HostBug('function expected');
  return { kind: 'lower', func: item.func, context: context(linker, scope, canon.options), type: item.type, inst };
}

function optionItem(space: readonly CoreItem[], index: number | null): CoreItem | null {
  return index === null ? null : must(space[index], 'canonical option', index);
}

/** One context for all functions of an instance that have the same options. */
function context(linker: Linker, scope: Scope, options: CanonOptions): number {
  const def: ContextDef = {
    inst: scope.inst,
    memory: optionItem(scope.coreMemories, options.memory),
    realloc: optionItem(scope.coreFuncs, options.realloc),
    encoding: options.stringEncoding,
  };
  const key = JSON.stringify(def);
  let index = linker.contextIndex.get(key);
  if (index === undefined) {
    index = linker.contexts.push(def) - 1;
    linker.contextIndex.set(key, index);
  }
  return index;
}
