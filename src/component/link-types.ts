/** Types of the binary, resolved: indices become types as data, names come from the exports that introduce them. */
import { HostBug } from '../errors.js';
import type { FuncType, ResourceType, ValType } from '../wit/types.js';
import type { Alias, DefType, ExternName, ExternType, TypeDecl, ValTypeRef } from './ast.js';
import type { Item, TypeItem, TypeScope, ValueDefType } from './link-scope.js';

/** Makes what the host will supply, where an instance type or component says so. */
interface HostItems {
  func(name: string, type: FuncType): Item;
  resource(name: string): ResourceType;
}

export function typeAt(scope: TypeScope, index: number): TypeItem {
  const item = scope.types[index];
  if (item === undefined) throw new HostBug(`type index ${index} was not validated`);
  return item;
}

function valueType(scope: TypeScope, ref: ValTypeRef): ValType {
  if (typeof ref === 'string') return PRIMITIVES[ref];
  const item = typeAt(scope, ref);
  if (item.kind !== 'value') throw new HostBug(`type index ${ref} is no value type`);
  return item.type;
}

const PRIMITIVES = Object.fromEntries(
  ['bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', 'f32', 'f64', 'char', 'string'].map((kind) => [
    kind,
    { kind },
  ]),
) as unknown as Record<Extract<ValTypeRef, string>, ValType>;

export function funcType(scope: TypeScope, index: number): FuncType {
  const item = typeAt(scope, index);
  if (item.kind !== 'func') throw new HostBug(`type index ${index} is no function type`);
  return item.type;
}

export function resourceType(scope: TypeScope, index: number): ResourceType {
  const item = typeAt(scope, index);
  if (item.kind !== 'resource') throw new HostBug(`type index ${index} is no resource type`);
  return item.resource;
}

/** Everything but a resource definition, which needs the instance it belongs to. */
export function resolveDefType(scope: TypeScope, type: Exclude<DefType, { kind: 'resource' }>): TypeItem {
  switch (type.kind) {
    case 'func':
      return {
        kind: 'func',
        type: {
          params: type.params.map((param) => ({ name: param.name, type: valueType(scope, param.type) })),
          result: optional(scope, type.result),
        },
      };
    case 'instance':
    case 'component':
      return { kind: type.kind, decls: type.decls, scope };
    default:
      return { kind: 'value', type: resolveValueType(scope, type) };
  }
}

function optional(scope: TypeScope, ref: ValTypeRef | null): ValType | null {
  return ref === null ? null : valueType(scope, ref);
}

function resolveValueType(scope: TypeScope, type: ValueDefType): ValType {
  switch (type.kind) {
    case 'primitive':
      return PRIMITIVES[type.primitive];
    case 'record':
      return {
        kind: 'record',
        fields: type.fields.map((field) => ({ name: field.name, type: valueType(scope, field.type) })),
      };
    case 'variant':
      return {
        kind: 'variant',
        cases: type.cases.map((each) => ({ name: each.name, type: optional(scope, each.type) })),
      };
    case 'list':
      return { kind: 'list', element: valueType(scope, type.element) };
    case 'tuple':
      return { kind: 'tuple', types: type.types.map((each) => valueType(scope, each)) };
    case 'flags':
    case 'enum':
      return { kind: type.kind, names: type.names };
    case 'option':
      return { kind: 'option', type: valueType(scope, type.type) };
    case 'result':
      return { kind: 'result', ok: optional(scope, type.ok), err: optional(scope, type.err) };
    case 'own':
    case 'borrow':
      return { kind: type.kind, resource: resourceType(scope, type.resource) };
  }
}

/** A type under the name that an import or export gives it. The first name stays: aliases do not rename. */
export function named(item: TypeItem, name: string): TypeItem {
  if (item.kind !== 'value' || item.type.name !== undefined) return item;
  return { kind: 'value', type: { ...item.type, name } };
}

export function followTypeAlias(scope: TypeScope, alias: Alias): TypeItem | Item {
  if (alias.kind === 'outer') {
    let target: TypeScope | null = scope;
    for (let i = 0; i < alias.count; i++) target = target?.parent ?? null;
    if (target === null) throw new HostBug('outer alias leaves the component');
    return typeAt(target, alias.index);
  }
  if (alias.kind !== 'export') throw new HostBug('core alias in a type');
  const instance = scope.instances[alias.instance];
  const item = instance?.kind === 'instance' ? instance.exports.get(alias.name) : undefined;
  if (item === undefined) throw new HostBug(`alias of a missing export ${alias.name}`);
  return item.kind === 'type' ? item.type : item;
}

/** The item of `type` that the host supplies under `name`. */
export function hostItem(scope: TypeScope, name: ExternName, type: ExternType, host: HostItems): Item {
  switch (type.kind) {
    case 'func':
      return host.func(name.name, funcType(scope, type.type));
    case 'type': {
      if (type.bound.kind === 'eq') return { kind: 'type', type: named(typeAt(scope, type.bound.type), name.name) };
      return { kind: 'type', type: { kind: 'resource', resource: host.resource(name.name) } };
    }
    case 'instance': {
      const instance = typeAt(scope, type.type);
      if (instance.kind !== 'instance') throw new HostBug('instance type expected');
      return { kind: 'instance', exports: hostInstance(instance.decls, instance.scope, host) };
    }
    case 'component':
    case 'core module':
      throw new MissingImport(name.name, type.kind);
  }
}

/** A component imports a component or module, and nothing supplies it. */
export class MissingImport extends Error {
  readonly importName: string;
  readonly sort: 'component' | 'core module';
  constructor(importName: string, sort: 'component' | 'core module') {
    super(
      `the component imports a ${sort} \`${importName}\`: compose it with one first (for example with \`wac plug\`)`,
    );
    this.name = 'MissingImport';
    this.importName = importName;
    this.sort = sort;
  }
}

/** The exports of an instance type, each supplied by the host. */
function hostInstance(decls: readonly TypeDecl[], parent: TypeScope, host: HostItems): Map<string, Item> {
  const scope: TypeScope = { parent, types: [], instances: [] };
  const exports = new Map<string, Item>();
  for (const decl of decls) {
    if (decl.kind === 'type') {
      if (decl.type.kind === 'resource') throw new HostBug('resource definition in an instance type');
      scope.types.push(resolveDefType(scope, decl.type));
    } else if (decl.kind === 'alias') addAlias(scope, decl.alias);
    else if (decl.kind === 'export') {
      const item = hostItem(scope, decl.name, decl.type, host);
      exports.set(decl.name.name, item);
      if (item.kind === 'type') scope.types.push(item.type);
      else if (item.kind === 'instance') scope.instances.push(item);
    }
  }
  return exports;
}

function addAlias(scope: TypeScope, alias: Alias): void {
  if (alias.sort !== 'type' && alias.sort !== 'instance') return; // core types matter to the validator only
  const target = followTypeAlias(scope, alias);
  if (alias.sort === 'type') scope.types.push(target as TypeItem);
  else scope.instances.push(target as Item);
}
