/** Whether a type mentions a resource type that is not its own: such a type cannot cross a component boundary. */
import { type Context, countStep } from './context.js';
import { type AnyType, type Entity, isValueType, type ResourceIdentity, type ValueType } from './types.js';

interface Search {
  readonly context: Context;
  readonly own: Set<ResourceIdentity>;
  readonly seen: Set<AnyType>;
}

/** True when `type` transitively refers to a resource type from outside of it. */
export function refersToResources(context: Context, type: AnyType): boolean {
  return refers({ context, own: new Set(), seen: new Set() }, type);
}

function refers(search: Search, type: AnyType): boolean {
  if (search.seen.has(type)) return false;
  search.seen.add(type);
  countStep(search.context);
  if (isValueType(type)) return valueRefers(search, type);
  switch (type.kind) {
    case 'resource':
      return !search.own.has(type.identity);
    case 'func':
      return [...type.params, ...(type.result === null ? [] : [type.result])].some((part) => refers(search, part));
    case 'instance':
      for (const identity of type.bound) search.own.add(identity);
      return anyRefers(search, type.exports.values());
    case 'component':
      for (const identity of [...type.universals, ...type.existentials]) search.own.add(identity);
      return anyRefers(search, type.imports.values()) || anyRefers(search, type.exports.values());
  }
}

function valueRefers(search: Search, type: ValueType): boolean {
  if (!type.hasResource) return false;
  if (type.resource !== null) return refers(search, type.resource);
  return type.children.some((child) => child !== null && refers(search, child));
}

function anyRefers(search: Search, entities: Iterable<Entity>): boolean {
  for (const entity of entities) {
    if (entity.kind !== 'core module' && refers(search, entity.type)) return true;
  }
  return false;
}
