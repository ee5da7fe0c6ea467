/** Alias definitions and declarations. */
import type { Alias } from '../ast.js';
import { type Context, invalid, itemAt, type Scope } from './context.js';
import { outerScope } from './core.js';
import { define } from './externs.js';
import { refersToResources } from './free.js';

/** Adds what the alias refers to, to the index space of its sort. */
export function defineAlias(context: Context, scope: Scope, alias: Alias): void {
  switch (alias.kind) {
    case 'export':
      aliasExport(context, scope, alias);
      break;
    case 'core export':
      aliasCoreExport(context, scope, alias);
      break;
    case 'outer':
      aliasOuter(context, scope, alias);
      break;
  }
}

function aliasExport(context: Context, scope: Scope, alias: Extract<Alias, { kind: 'export' }>): void {
  const instance = itemAt(context, scope.instances, alias.instance, 'instance');
  const entity = instance.exports.get(alias.name);
  if (entity === undefined) invalid(context, `instance ${alias.instance} has no export named \`${alias.name}\``);
  if (entity.kind !== alias.sort) {
    const wanted = alias.sort === 'core module' ? 'module' : alias.sort;
    invalid(context, `export \`${alias.name}\` of instance ${alias.instance} is not a ${wanted} but a ${entity.kind}`);
  }
  define(scope, entity);
}

function aliasCoreExport(context: Context, scope: Scope, alias: Extract<Alias, { kind: 'core export' }>): void {
  const { sort } = alias;
  if (sort === 'type' || sort === 'module' || sort === 'instance') {
    invalid(context, `a core instance cannot export a core ${sort}`);
  }
  const instance = itemAt(context, scope.core.instance, alias.instance, 'core instance');
  const item = instance.get(alias.name);
  if (item === undefined) invalid(context, `core instance ${alias.instance} has no export named \`${alias.name}\``);
  if (item.kind !== sort) {
    invalid(
      context,
      `export \`${alias.name}\` for core instance ${alias.instance} is not a ${sort} but a ${item.kind}`,
    );
  }
  if (item.kind === 'func') scope.core.func.push(item.type);
  else scope.core[item.kind].push(item);
}

function aliasOuter(context: Context, scope: Scope, { sort, count, index }: Extract<Alias, { kind: 'outer' }>): void {
  const target = outerScope(context, scope, count);
  switch (sort) {
    case 'core module':
      scope.core.module.push(itemAt(context, target.core.module, index, sort));
      return;
    case 'core type':
      scope.core.type.push(itemAt(context, target.core.type, index, sort));
      return;
    case 'component':
      scope.components.push(itemAt(context, target.components, index, sort));
      return;
    case 'type': {
      const type = itemAt(context, target.types, index, sort);
      if (crossesComponent(scope, target) && refersToResources(context, type)) {
        invalid(
          context,
          'an outer alias cannot cross a component boundary to a type that transitively refers to resources',
        );
      }
      scope.types.push(type);
      return;
    }
    default:
      invalid(context, `an outer alias cannot refer to a ${sort}`);
  }
}

function crossesComponent(scope: Scope, target: Scope): boolean {
  for (let at: Scope | null = scope; at !== null && at !== target; at = at.parent) {
    if (at.kind === 'component') return true;
  }
  return false;
}
