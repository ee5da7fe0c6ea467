/** The core half of linking: core instances, and the canonical definitions that join core functions to component functions. */
import { HostBug } from '../errors.js';
import type { CanonOptions, CoreInstanceExpr, CoreSort, Definition } from './ast.js';
import type { CoreInstanceItem, Scope, TypeItem } from './link-scope.js';
import { type Linker, must } from './link-state.js';
import { funcType, resourceType } from './link-types.js';
import type { ContextDef, CoreItem, FuncItem, TrampolineDef } from './program.js';

export function coreSpace(scope: Scope, sort: CoreSort): CoreItem[] {
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

export function coreExport(scope: Scope, instanceIndex: number, name: string): CoreItem {
  const source = must(scope.coreInstances[instanceIndex], 'core instance', instanceIndex);
  if (source.kind === 'exports') return must(source.exports.get(name), 'core export', name);
  return { kind: 'export', instance: source.id, name };
}

export function coreInstance(linker: Linker, scope: Scope, expr: CoreInstanceExpr): CoreInstanceItem {
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

export function defineResource(linker: Linker, scope: Scope, dtor: number | null): TypeItem {
  const resource = { id: linker.resources.length, name: '' };
  const item = dtor === null ? null : must(scope.coreFuncs[dtor], 'core func', dtor);
  linker.resources.push({ name: '', impl: scope.inst, dtor: item, import: null });
  return { kind: 'resource', resource };
}

export function defineCanon(
  linker: Linker,
  scope: Scope,
  canon: Extract<Definition, { kind: 'canon' }>['canon'],
): void {
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
