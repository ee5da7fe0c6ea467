/** Imports and exports of a scope, as definitions of components and as declarations of types. */
import type { AnySortIndex, ExternName, ExternType } from '../ast.js';
import { type Context, freshIdentity, invalid, itemAt, type Scope } from './context.js';
import { addExternName } from './extern-names.js';
import { matchEntity } from './match.js';
import { printType } from './print.js';
import { makeSubstitution, openInstance } from './substitute.js';
import { type AnyType, type Entity, isValueType, type ResourceIdentity } from './types.js';
import { nameTypes } from './visibility.js';

/** `externtype` in `scope`; new abstract resource types are listed in `created`. */
function entityOf(context: Context, scope: Scope, type: ExternType, name: string, created: ResourceIdentity[]): Entity {
  if (type.kind === 'core module') {
    const found = itemAt(context, scope.core.type, type.type, 'core type');
    if (found.kind !== 'module') return invalid(context, `core type index ${type.type} is not a module type`);
    return { kind: 'core module', type: found };
  }
  if (type.kind === 'type') {
    if (type.bound.kind === 'eq') {
      return { kind: 'type', type: renamed(itemAt(context, scope.types, type.bound.type, 'type'), name) };
    }
    const identity = freshIdentity(context, null);
    created.push(identity);
    return { kind: 'type', type: { kind: 'resource', identity, name } };
  }
  const found = itemAt(context, scope.types, type.type, 'type');
  if (type.kind === 'func' && found.kind === 'func') return { kind: 'func', type: found };
  if (type.kind === 'component' && found.kind === 'component') return { kind: 'component', type: found };
  if (type.kind === 'instance' && found.kind === 'instance') {
    return { kind: 'instance', type: openInstance(context, found, created) };
  }
  const wanted = { func: 'a function type', component: 'a component type', instance: 'an instance type' }[type.kind];
  return invalid(context, `type index ${type.type} is not ${wanted} but ${printType(found)}`);
}

/** The same type as a new object, which the import or export of this name introduces. */
function renamed(type: AnyType, name: string): AnyType {
  if (type.kind === 'resource') return { ...type, name };
  return isValueType(type) ? { ...type, open: true } : { ...type };
}

/** Adds the item to the index space of its sort. */
export function define(scope: Scope, entity: Entity): void {
  switch (entity.kind) {
    case 'core module':
      scope.core.module.push(entity.type);
      break;
    case 'func':
      scope.funcs.push(entity.type);
      break;
    case 'type':
      scope.types.push(entity.type);
      break;
    case 'component':
      scope.components.push(entity.type);
      break;
    case 'instance':
      scope.instances.push(entity.type);
      break;
  }
}

/** An import of a component or component type. */
export function addImport(context: Context, scope: Scope, name: ExternName, type: ExternType): void {
  const entity = entityOf(context, scope, type, name.name, scope.universals);
  addNamed(context, scope, 'import', name, entity);
  scope.imports.set(name.name, entity);
}

/** An export declaration of a component or instance type. */
export function addExportDecl(context: Context, scope: Scope, name: ExternName, type: ExternType): void {
  const entity = entityOf(context, scope, type, name.name, scope.created);
  addNamed(context, scope, 'export', name, entity);
  scope.exports.set(name.name, entity);
}

/** An export of a component: the item, or the type that is ascribed to it. */
export function addExport(
  context: Context,
  scope: Scope,
  name: ExternName,
  item: AnySortIndex,
  ascribed: ExternType | null,
): void {
  const actual = exportedEntity(context, scope, item, name.name);
  const entity = ascribed === null ? actual : ascribe(context, scope, name.name, actual, ascribed);
  addNamed(context, scope, 'export', name, entity);
  scope.exports.set(name.name, entity);
}

function ascribe(context: Context, scope: Scope, name: string, actual: Entity, ascribed: ExternType): Entity {
  const created: ResourceIdentity[] = [];
  const entity = entityOf(context, scope, ascribed, name, created);
  const mismatch = matchEntity(makeSubstitution(context, created), actual, entity);
  if (mismatch !== null)
    invalid(context, `ascribed type of export is not compatible with the item's type: ${mismatch}`);
  scope.created.push(...created);
  return entity;
}

function addNamed(
  context: Context,
  scope: Scope,
  direction: 'import' | 'export',
  name: ExternName,
  entity: Entity,
): void {
  const wrong = addExternName(direction === 'import' ? scope.importNames : scope.exportNames, name, entity);
  if (wrong !== null) invalid(context, wrong);
  const nameless = nameTypes(context, scope, direction, entity);
  if (nameless !== null) {
    const reason = `it uses ${printType(nameless)}, which no ${direction} before it names`;
    invalid(context, `${entity.kind} not valid to be used as ${direction}: ${reason}`);
  }
  define(scope, entity);
}

/** The item that a `sortidx` stands for; a type becomes a new object under `name`. */
export function exportedEntity(context: Context, scope: Scope, item: AnySortIndex, name: string): Entity {
  const entity = entityAt(context, scope, item);
  return entity.kind === 'type' ? { kind: 'type', type: renamed(entity.type, name) } : entity;
}

/** The item that a `sortidx` stands for, of the sorts that can be exported or supplied. */
export function entityAt(context: Context, scope: Scope, { sort, index }: AnySortIndex): Entity {
  switch (sort) {
    case 'core module':
      return { kind: sort, type: itemAt(context, scope.core.module, index, sort) };
    case 'func':
      return { kind: sort, type: itemAt(context, scope.funcs, index, sort) };
    case 'type':
      return { kind: sort, type: itemAt(context, scope.types, index, sort) };
    case 'component':
      return { kind: sort, type: itemAt(context, scope.components, index, sort) };
    case 'instance':
      return { kind: sort, type: itemAt(context, scope.instances, index, sort) };
    default:
      return invalid(context, `a ${sort} cannot be imported, exported or supplied; only core modules can`);
  }
}
