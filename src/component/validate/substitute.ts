/**
 * Substitution of resource types and named types: how instantiation gives a component's imports the actual types, and how every
 * instance gets resource types of its own (Explainer.md, "Type Checking").
 */
import { type Context, countStep, freshIdentity } from './context.js';
import { makeFuncType, withParts } from './make-types.js';
import {
  type AnyType,
  type ComponentType,
  type Entity,
  type FuncType,
  type InstanceType,
  isOpen,
  isValueType,
  type ResourceIdentity,
  type ResourceType,
  type ValueType,
} from './types.js';

export interface Substitution {
  readonly context: Context;
  /** Identities that stand for something not known yet; matching gives them a value. */
  readonly variables: Set<ResourceIdentity>;
  readonly identities: Map<ResourceIdentity, ResourceIdentity>;
  /** Results so far, and the actual types in place of named ones. */
  readonly types: Map<AnyType, AnyType>;
  /** Where new identities for variables without a value are listed; null: they stay as they are. */
  readonly created: ResourceIdentity[] | null;
}

/** A substitution that knows nothing yet. */
export function makeSubstitution(
  context: Context,
  variables: Iterable<ResourceIdentity>,
  created: ResourceIdentity[] | null = null,
): Substitution {
  return { context, variables: new Set(variables), identities: new Map(), types: new Map(), created };
}

/** Adds an equation: `from`, as it occurs in types, becomes `to`. */
export function assign(substitution: Substitution, from: AnyType, to: AnyType): void {
  if (from.kind === 'resource' && to.kind === 'resource') substitution.identities.set(from.identity, to.identity);
  if (from.kind === 'resource' || from.open) substitution.types.set(from, to);
}

/** `entity` with everything substituted; the same object where nothing changes. */
export function applyToEntity(substitution: Substitution, entity: Entity): Entity {
  if (!isOpen(entity)) return entity;
  switch (entity.kind) {
    case 'func': {
      const type = applyToFunc(substitution, entity.type);
      return type === entity.type ? entity : { kind: 'func', type };
    }
    case 'instance': {
      const type = applyToInstance(substitution, entity.type);
      return type === entity.type ? entity : { kind: 'instance', type };
    }
    case 'component': {
      const type = applyToComponent(substitution, entity.type);
      return type === entity.type ? entity : { kind: 'component', type };
    }
    case 'type': {
      const type = applyToType(substitution, entity.type);
      return type === entity.type ? entity : { kind: 'type', type };
    }
    case 'core module':
      return entity;
  }
}

/** `type` with everything substituted. */
function applyToType(substitution: Substitution, type: AnyType): AnyType {
  if (isValueType(type)) return applyToValue(substitution, type);
  switch (type.kind) {
    case 'resource':
      return applyToResource(substitution, type);
    case 'func':
      return applyToFunc(substitution, type);
    case 'instance':
      return applyToInstance(substitution, type);
    case 'component':
      return applyToComponent(substitution, type);
  }
}

function remember<T extends AnyType>(substitution: Substitution, from: T, make: () => T): T {
  const known = substitution.types.get(from);
  if (known !== undefined) return known as T;
  countStep(substitution.context);
  const made = make();
  substitution.types.set(from, made);
  return made;
}

/** A resource type under the identity that the substitution gives it. */
function applyToResource(substitution: Substitution, type: ResourceType): ResourceType {
  return remember(substitution, type, () => {
    const identity = identityOf(substitution, type.identity);
    return identity === type.identity ? type : { ...type, identity };
  });
}

function identityOf(substitution: Substitution, identity: ResourceIdentity): ResourceIdentity {
  const known = substitution.identities.get(identity);
  if (known !== undefined) return known;
  const { context, created, variables } = substitution;
  if (created === null || !variables.has(identity)) return identity;
  const fresh = freshIdentity(context, null);
  substitution.identities.set(identity, fresh);
  created.push(fresh);
  return fresh;
}

/** A value type with its parts substituted. */
export function applyToValue(substitution: Substitution, type: ValueType): ValueType {
  if (!type.open) return type;
  return remember(substitution, type, () => {
    const resource = type.resource === null ? null : applyToResource(substitution, type.resource);
    const children = type.children.map((child) => (child === null ? null : applyToValue(substitution, child)));
    if (resource === type.resource && children.every((child, i) => child === type.children[i])) return type;
    return { ...withParts(substitution.context, type, children, resource), open: true };
  });
}

/** A function type with its parts substituted. */
export function applyToFunc(substitution: Substitution, type: FuncType): FuncType {
  if (!type.open) return type;
  return remember(substitution, type, () => {
    const params = type.params.map((param) => applyToValue(substitution, param));
    const result = type.result === null ? null : applyToValue(substitution, type.result);
    if (result === type.result && params.every((param, i) => param === type.params[i])) return type;
    return makeFuncType(substitution.context, type.labels, params, result);
  });
}

function applyToAll(substitution: Substitution, entities: ReadonlyMap<string, Entity>): ReadonlyMap<string, Entity> {
  let changed = false;
  const result = new Map<string, Entity>();
  for (const [name, entity] of entities) {
    countStep(substitution.context);
    const next = applyToEntity(substitution, entity);
    changed ||= next !== entity;
    result.set(name, next);
  }
  return changed ? result : entities;
}

/** An instance type with its exports substituted; its bound resource types are its own and stay. */
export function applyToInstance(substitution: Substitution, type: InstanceType): InstanceType {
  if (!type.open) return type;
  return remember(substitution, type, () => {
    const exports = applyToAll(substitution, type.exports);
    return exports === type.exports ? type : { ...type, exports };
  });
}

/** A component type with imports and exports substituted; its quantified resource types are its own and stay. */
export function applyToComponent(substitution: Substitution, type: ComponentType): ComponentType {
  if (!type.open) return type;
  return remember(substitution, type, () => {
    const imports = applyToAll(substitution, type.imports);
    const exports = applyToAll(substitution, type.exports);
    return imports === type.imports && exports === type.exports ? type : { ...type, imports, exports };
  });
}

/**
 * The type of one instance of `type`: its bound resource types are new ones, listed in `created`, and so are its named types.
 * Nested instance exports were opened when the type was made.
 */
export function openInstance(context: Context, type: InstanceType, created: ResourceIdentity[]): InstanceType {
  if (!type.open) return type;
  const substitution = makeSubstitution(context, type.bound, created);
  return { ...type, exports: renewNames(substitution, type.exports), bound: [] };
}

/** Substitutes exports and makes a new object of each type that they name, so that names of two instances are told apart. */
function renewNames(substitution: Substitution, exports: ReadonlyMap<string, Entity>): ReadonlyMap<string, Entity> {
  const renewed = new Map<string, Entity>();
  for (const [name, entity] of exports) {
    countStep(substitution.context);
    if (entity.kind === 'type' && isValueType(entity.type)) {
      const type = { ...applyToValue(substitution, entity.type) };
      substitution.types.set(entity.type, type);
      renewed.set(name, { kind: 'type', type });
    } else if (entity.kind === 'instance' && entity.type.open) {
      const type = { ...entity.type, exports: renewNames(substitution, entity.type.exports) };
      renewed.set(name, { kind: 'instance', type });
    } else renewed.set(name, applyToEntity(substitution, entity));
  }
  return renewed;
}
