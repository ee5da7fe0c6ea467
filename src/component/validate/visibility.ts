/** "External Visibility of Types" of Explainer.md: what an import or export mentions must have an external name itself. */
import { type Context, countStep, type Scope } from './context.js';
import { type AnyType, type Entity, type FuncType, type InstanceType, isValueType, type ValueType } from './types.js';

type Named = ReadonlySet<AnyType>;

/**
 * Gives the types of an import or export their names in `scope`, when everything they mention has one.
 * Instance types are checked where they are used, so in their scope everything passes.
 * @returns the type without a name, or null
 */
export function nameTypes(
  context: Context,
  scope: Scope,
  direction: 'import' | 'export',
  entity: Entity,
): AnyType | null {
  if (scope.kind === 'instance type') return null;
  const named = direction === 'import' ? scope.importedTypes : scope.exportedTypes;
  switch (entity.kind) {
    case 'type': {
      const nameless = namelessInside(context, entity.type, named);
      if (nameless !== null) return nameless;
      if (direction === 'import') scope.importedTypes.add(entity.type);
      scope.exportedTypes.add(entity.type);
      return null;
    }
    case 'instance':
      if (named.has(entity.type)) return null;
      for (const inner of entity.type.exports.values()) {
        countStep(context);
        const nameless = nameTypes(context, scope, direction, inner);
        if (nameless !== null) return nameless;
      }
      if (direction === 'import') scope.importedTypes.add(entity.type);
      scope.exportedTypes.add(entity.type);
      return null;
    case 'func':
      return namelessInFunc(context, entity.type, named, new Set());
    default:
      return null;
  }
}

/**
 * The parts of a type that gets a name itself. Component types were checked when they were made.
 * `seen` here and below: types that passed, and those that an instance type around them names.
 */
function namelessInside(context: Context, type: AnyType, named: Named): AnyType | null {
  const seen = new Set<AnyType>();
  if (isValueType(type)) return namelessParts(context, type, named, seen);
  if (type.kind === 'func') return namelessInFunc(context, type, named, seen);
  return type.kind === 'instance' ? namelessInInstance(context, type, named, seen) : null;
}

function namelessInInstance(context: Context, type: InstanceType, named: Named, seen: Set<AnyType>): AnyType | null {
  for (const entity of type.exports.values()) {
    countStep(context);
    const nameless = namelessInEntity(context, entity, named, seen);
    if (nameless !== null) return nameless;
    if (entity.kind === 'type') seen.add(entity.type);
  }
  return null;
}

function namelessInEntity(context: Context, entity: Entity, named: Named, seen: Set<AnyType>): AnyType | null {
  switch (entity.kind) {
    case 'func':
      return namelessInFunc(context, entity.type, named, seen);
    case 'instance':
      return namelessInInstance(context, entity.type, named, seen);
    case 'type':
      if (isValueType(entity.type)) return namelessParts(context, entity.type, named, seen);
      if (entity.type.kind === 'func') return namelessInFunc(context, entity.type, named, seen);
      if (entity.type.kind === 'instance') return namelessInInstance(context, entity.type, named, seen);
      return null;
    default:
      return null;
  }
}

function namelessInFunc(context: Context, type: FuncType, named: Named, seen: Set<AnyType>): AnyType | null {
  for (const part of type.result === null ? type.params : [...type.params, type.result]) {
    const nameless = namelessValue(context, part, named, seen);
    if (nameless !== null) return nameless;
  }
  return null;
}

function namelessParts(context: Context, type: ValueType, named: Named, seen: Set<AnyType>): AnyType | null {
  if (type.resource !== null) return named.has(type.resource) || seen.has(type.resource) ? null : type.resource;
  for (const child of type.children) {
    const nameless = child === null ? null : namelessValue(context, child, named, seen);
    if (nameless !== null) return nameless;
  }
  return null;
}

/** A type that is mentioned: records, variants, enums and flags need a name, others what is inside them. */
function namelessValue(context: Context, type: ValueType, named: Named, seen: Set<AnyType>): AnyType | null {
  if (type.children.length === 0 && type.labels.names.length === 0 && type.resource === null) return null;
  if (seen.has(type) || named.has(type)) return null;
  countStep(context);
  switch (type.kind) {
    case 'record':
    case 'variant':
    case 'enum':
    case 'flags':
      return type;
    default: {
      const nameless = namelessParts(context, type, named, seen);
      if (nameless === null) seen.add(type);
      return nameless;
    }
  }
}
