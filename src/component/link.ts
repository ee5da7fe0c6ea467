/**
 * The linker: walks a validated component once, inlines every component instantiation, and leaves a flat program.
 * Instantiation is then a loop over core instances; nothing of the component's structure is interpreted again.
 *
 * It trusts the validator: an index or name that does not resolve here is a HostBug.
 */
import { HostBug, HostError } from '../errors.js';
import type { FuncType, ResourceType } from '../wit/types.js';
import type { Alias, AnySort, Component, Definition, ExternType } from './ast.js';
import { coreExport, coreInstance, coreSpace, defineCanon, defineResource } from './link-core.js';
import { type Item, newScope, type Scope, type TypeItem } from './link-scope.js';
import { type Linked, type Linker, type LinkOptions, must } from './link-state.js';
import { followTypeAlias, funcType, hostItem, named, resolveDefType, typeAt } from './link-types.js';

/** Component instances that one component may unfold into. Bounds what nesting can multiply. */
const MAX_INSTANCES = 1000;

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
