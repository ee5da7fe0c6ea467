/**
 * Subtyping (Explainer.md, "Type Checking"): whether an actual import, export or argument can stand where another type is
 * expected. Matching gives the variables of the expected side their values as it meets them.
 */
import { type Context, countStep } from './context.js';
import { matchModule } from './core-match.js';
import { describeFuncDifference, describeValueDifference } from './difference.js';
import { printEntity, printType } from './print.js';
import {
  applyToComponent,
  applyToEntity,
  applyToFunc,
  applyToInstance,
  applyToValue,
  assign,
  makeSubstitution,
  type Substitution,
} from './substitute.js';
import {
  type AnyType,
  type ComponentType,
  type Entity,
  type FuncType,
  type InstanceType,
  isValueType,
  type ResourceType,
  type ValueType,
} from './types.js';

/**
 * Whether `actual` is a subtype of `expected` under `substitution`.
 * @returns what does not fit, or null
 */
export function matchEntity(substitution: Substitution, actual: Entity, expected: Entity): string | null {
  countStep(substitution.context);
  if (actual.kind === 'func' && expected.kind === 'func') return matchFunc(substitution, actual.type, expected.type);
  if (actual.kind === 'type' && expected.kind === 'type') return matchType(substitution, actual.type, expected.type);
  if (actual.kind === 'instance' && expected.kind === 'instance') {
    return matchInstance(substitution, actual.type, expected.type);
  }
  if (actual.kind === 'component' && expected.kind === 'component') {
    return matchComponent(substitution, actual.type, expected.type);
  }
  if (actual.kind === 'core module' && expected.kind === 'core module') return matchModule(actual.type, expected.type);
  return `expected ${printEntity(expected)}, got ${printEntity(actual)}`;
}

function matchFunc(substitution: Substitution, actual: FuncType, expected: FuncType): string | null {
  if (actual.shape === expected.shape) return null;
  const wanted = applyToFunc(substitution, expected);
  return actual.shape === wanted.shape ? null : describeFuncDifference(wanted, actual);
}

function matchValue(substitution: Substitution, actual: ValueType, expected: ValueType): string | null {
  if (actual.shape !== expected.shape) {
    const wanted = applyToValue(substitution, expected);
    if (actual.shape !== wanted.shape) return describeValueDifference(wanted, actual);
  }
  assign(substitution, expected, actual);
  return null;
}

function matchResource(substitution: Substitution, actual: ResourceType, expected: ResourceType): string | null {
  const { identities, variables } = substitution;
  const known = identities.get(expected.identity);
  if (known === undefined && variables.has(expected.identity)) {
    assign(substitution, expected, actual);
    return null;
  }
  if ((known ?? expected.identity) !== actual.identity) {
    return `resource types are not the same: expected ${printType(expected)}, got ${printType(actual)}`;
  }
  assign(substitution, expected, actual);
  return null;
}

function matchType(substitution: Substitution, actual: AnyType, expected: AnyType): string | null {
  if (isValueType(actual) && isValueType(expected)) return matchValue(substitution, actual, expected);
  if (actual.kind === 'resource' && expected.kind === 'resource') {
    return matchResource(substitution, actual, expected);
  }
  if (actual.kind === 'func' && expected.kind === 'func') return matchFunc(substitution, actual, expected);
  if (actual.kind === 'instance' && expected.kind === 'instance') {
    return matchBothWays(substitution, actual, applyToInstance(substitution, expected), matchClosedInstance);
  }
  if (actual.kind === 'component' && expected.kind === 'component') {
    return matchBothWays(substitution, actual, applyToComponent(substitution, expected), matchClosedComponent);
  }
  return `expected ${printType(expected)}, got ${printType(actual)}`;
}

/** The `eq` bound asks for equality: subtypes of each other. */
function matchBothWays<T>(
  { context }: Substitution,
  actual: T,
  expected: T,
  match: (context: Context, actual: T, expected: T) => string | null,
): string | null {
  return match(context, actual, expected) ?? match(context, expected, actual);
}

function matchClosedInstance(context: Context, actual: InstanceType, expected: InstanceType): string | null {
  return matchInstance(makeSubstitution(context, expected.bound), actual, expected);
}

function matchClosedComponent(context: Context, actual: ComponentType, expected: ComponentType): string | null {
  return matchComponent(makeSubstitution(context, []), actual, expected);
}

/** Remembers pairs of closed types that matched, so that types that share parts are not compared over and over. */
function matchOnce(context: Context, actual: AnyType, expected: AnyType, match: () => string | null): string | null {
  if (actual === expected) return null;
  const known = context.matched.get(actual);
  if (known?.has(expected)) return null;
  const mismatch = match();
  if (mismatch !== null) return mismatch;
  if (known === undefined) context.matched.set(actual, new Set([expected]));
  else known.add(expected);
  return null;
}

function matchInstance(substitution: Substitution, actual: InstanceType, expected: InstanceType): string | null {
  const match = () => matchExports(substitution, actual.exports, expected.exports);
  if (actual.open || expected.open) return match();
  return matchOnce(substitution.context, actual, expected, match);
}

function matchExports(
  substitution: Substitution,
  actual: ReadonlyMap<string, Entity>,
  expected: ReadonlyMap<string, Entity>,
): string | null {
  for (const [name, wanted] of expected) {
    const given = actual.get(name);
    if (given === undefined) return `missing expected export \`${name}\` (${printEntity(wanted)})`;
    const mismatch = matchEntity(substitution, given, wanted);
    if (mismatch !== null) return `export \`${name}\`: ${mismatch}`;
  }
  return null;
}

function matchComponent(substitution: Substitution, actual: ComponentType, expected: ComponentType): string | null {
  const match = () => matchOpenComponent(substitution.context, actual, applyToComponent(substitution, expected));
  if (actual.open || expected.open) return match();
  return matchOnce(substitution.context, actual, expected, match);
}

/** Contravariant imports: the actual component is instantiated with what the expected one imports. */
function matchOpenComponent(context: Context, actual: ComponentType, expected: ComponentType): string | null {
  const inward = makeSubstitution(context, actual.universals);
  for (const [name, wanted] of actual.imports) {
    const given = expected.imports.get(name);
    if (given === undefined) return `missing expected import \`${name}\` (${printEntity(wanted)})`;
    const mismatch = matchEntity(inward, given, wanted);
    if (mismatch !== null) return `import \`${name}\`: ${mismatch}`;
  }
  const exports = new Map<string, Entity>();
  for (const name of expected.exports.keys()) {
    const entity = actual.exports.get(name);
    if (entity !== undefined) exports.set(name, applyToEntity(inward, entity));
  }
  return matchExports(makeSubstitution(context, expected.existentials), exports, expected.exports);
}
