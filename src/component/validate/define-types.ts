/** `deftype` and the declarations of component and instance types: Binary.md, "Type Definitions". */
import type { DefType, TypeDecl, ValTypeRef } from '../ast.js';
import { defineAlias } from './aliases.js';
import {
  type Context,
  freshIdentity,
  internLabels,
  invalid,
  itemAt,
  knownLabels,
  makeScope,
  type Scope,
} from './context.js';
import { defineCoreType } from './core.js';
import { sameTypes } from './core-match.js';
import { addExportDecl, addImport } from './externs.js';
import { makeInstanceType, summarize } from './instances.js';
import { makeFuncType, makeValueType, PRIMITIVES } from './make-types.js';
import { isLabel } from './names.js';
import { printCoreFunc, printType } from './print.js';
import { type AnyType, type FuncType, isValueType, type ResourceType, type ValueType } from './types.js';

/** `elem_size(t, 'i64')` of every type must be less. */
const BYTE_SIZE_LIMIT = 2 ** 28;
const TYPE_DEPTH = 100;
const MOST_FLAGS = 32;

/** The type that a definition in `scope` makes. */
export function defineType(context: Context, scope: Scope, type: DefType): AnyType {
  switch (type.kind) {
    case 'func':
      return defineFunc(context, scope, type);
    case 'component':
    case 'instance':
      return defineDecls(context, scope, type.kind, type.decls);
    case 'resource':
      return defineResource(context, scope, type);
    default:
      return checkBounds(context, defineValue(context, scope, type));
  }
}

function checkBounds(context: Context, type: ValueType): ValueType {
  if (type.byteSize >= BYTE_SIZE_LIMIT) {
    invalid(
      context,
      `a value of ${printType(type)} takes ${type.byteSize} bytes: exceeds maximum byte size ${BYTE_SIZE_LIMIT - 1}`,
    );
  }
  if (type.depth > TYPE_DEPTH) invalid(context, `types nest deeper than ${TYPE_DEPTH}`);
  return type;
}

type ValueDef = Exclude<DefType, { kind: 'func' | 'component' | 'instance' | 'resource' }>;

function defineValue(context: Context, scope: Scope, type: ValueDef): ValueType {
  const resolve = (ref: ValTypeRef | null) => (ref === null ? null : valueAt(context, scope, ref));
  switch (type.kind) {
    case 'primitive':
      return PRIMITIVES[type.primitive];
    case 'record':
      return defineLabelled(context, 'record', 'field', type.fields, resolve);
    case 'variant':
      return defineLabelled(context, 'variant', 'case', type.cases, resolve);
    case 'flags':
      if (type.names.length > MOST_FLAGS)
        invalid(context, `cannot have more than ${MOST_FLAGS} flags, got ${type.names.length}`);
      return makeValueType(context, 'flags', checkLabels(context, type.names, 'flags', 'flag name', 'flag'), [], null);
    case 'enum':
      return makeValueType(context, 'enum', checkLabels(context, type.names, 'enum', 'tag name', 'tag'), [], null);
    case 'list':
      return makeValueType(context, 'list', [], [resolve(type.element)], null);
    case 'tuple':
      if (type.types.length === 0) invalid(context, 'tuple type must have at least one type');
      return makeValueType(context, 'tuple', [], type.types.map(resolve), null);
    case 'option':
      return makeValueType(context, 'option', [], [resolve(type.type)], null);
    case 'result':
      return makeValueType(context, 'result', [], [resolve(type.ok), resolve(type.err)], null);
    case 'own':
    case 'borrow':
      return makeValueType(context, type.kind, [], [], resourceAt(context, scope, type.resource));
  }
}

/** A record or a variant: parts with a label and a type each. */
function defineLabelled(
  context: Context,
  kind: 'record' | 'variant',
  part: string,
  parts: readonly { readonly name: string; readonly type: ValTypeRef | null }[],
  resolve: (ref: ValTypeRef | null) => ValueType | null,
): ValueType {
  const labels = parts.map((each) => each.name);
  const names = checkLabels(context, labels, kind, `${part} name`, part);
  const types = parts.map((each) => resolve(each.type));
  return makeValueType(context, kind, names, types, null);
}

/** Labels that are there, in kebab case, and strongly-unique. */
function checkLabels(
  context: Context,
  names: readonly string[],
  type: string,
  label: string,
  part: string,
): readonly string[] {
  if (names.length === 0) invalid(context, `${type} type must have at least one ${part}`);
  checkUniqueLabels(context, names, `${type === 'flags' ? '' : `${type} `}${label}`);
  return names;
}

function checkUniqueLabels(context: Context, names: readonly string[], what: string): void {
  if (knownLabels(context, names) !== undefined) return;
  const taken = new Map<string, string>();
  for (const name of names) {
    if (name === '') invalid(context, `${what} cannot be empty`);
    if (!isLabel(name)) invalid(context, `${what} \`${name}\` is not in kebab case`);
    const key = name.toLowerCase();
    const previous = taken.get(key);
    if (previous !== undefined) invalid(context, `${what} \`${name}\` conflicts with previous name \`${previous}\``);
    taken.set(key, name);
  }
}

/** The value type that a reference stands for. */
function valueAt(context: Context, scope: Scope, ref: ValTypeRef): ValueType {
  if (typeof ref === 'string') return PRIMITIVES[ref];
  const type = itemAt(context, scope.types, ref, 'type');
  if (!isValueType(type)) return invalid(context, `type index ${ref} is not a defined type but ${printType(type)}`);
  return type;
}

/** The resource type at an index. */
export function resourceAt(context: Context, scope: Scope, index: number): ResourceType {
  const type = itemAt(context, scope.types, index, 'type');
  if (type.kind !== 'resource')
    return invalid(context, `type index ${index} is not a resource type but ${printType(type)}`);
  return type;
}

function defineFunc(context: Context, scope: Scope, type: Extract<DefType, { kind: 'func' }>): FuncType {
  const names = type.params.map((param) => param.name);
  checkUniqueLabels(context, names, 'function parameter name');
  const params = type.params.map((param) => valueAt(context, scope, param.type));
  const result = type.result === null ? null : valueAt(context, scope, type.result);
  if (result?.hasBorrow) invalid(context, `function result cannot contain a \`borrow\` type: ${printType(result)}`);
  return makeFuncType(context, internLabels(context, names), params, result);
}

function defineResource(context: Context, scope: Scope, type: Extract<DefType, { kind: 'resource' }>): ResourceType {
  if (scope.kind !== 'component') {
    invalid(
      context,
      `resources can only be defined within a concrete component, not in ${scope.kind === 'component type' ? 'a' : 'an'} ${scope.kind}`,
    );
  }
  if (type.dtor !== null) {
    const dtor = itemAt(context, scope.core.func, type.dtor, 'core function');
    if (!sameTypes(dtor.params, [type.rep]) || dtor.results.length > 0) {
      const found = printCoreFunc(dtor);
      invalid(context, `wrong signature for a destructor: expected (func (param ${type.rep})), found ${found}`);
    }
  }
  const identity = freshIdentity(context, scope);
  scope.created.push(identity);
  return { kind: 'resource', identity, name: null };
}

function defineDecls(
  context: Context,
  outer: Scope,
  kind: 'component' | 'instance',
  decls: readonly TypeDecl[],
): AnyType {
  const scope = makeScope(`${kind} type`, outer);
  for (const decl of decls) defineDecl(context, scope, decl);
  if (kind === 'instance') return makeInstanceType(context, scope.exports, scope.created);
  return makeComponentType(context, scope);
}

/** The type of a component, or a component type, from its scope. */
export function makeComponentType(context: Context, scope: Scope): AnyType & { kind: 'component' } {
  const { imports, exports, universals, created } = scope;
  const { depth, open } = summarize(context, [...imports.values(), ...exports.values()]);
  return { kind: 'component', imports, exports, universals, existentials: created, depth, open };
}

function defineDecl(context: Context, scope: Scope, decl: TypeDecl): void {
  switch (decl.kind) {
    case 'core type':
      scope.core.type.push(defineCoreType(context, scope, decl.type));
      break;
    case 'type':
      scope.types.push(defineType(context, scope, decl.type));
      break;
    case 'alias':
      checkAliasDecl(context, decl);
      defineAlias(context, scope, decl.alias);
      break;
    case 'import':
      addImport(context, scope, decl.name, decl.type);
      break;
    case 'export':
      addExportDecl(context, scope, decl.name, decl.type);
      break;
  }
}

function checkAliasDecl(context: Context, { alias }: Extract<TypeDecl, { kind: 'alias' }>): void {
  const allowed = alias.kind === 'outer' ? ['core type', 'type'] : alias.kind === 'export' ? ['instance', 'type'] : [];
  if (allowed.includes(alias.sort)) return;
  const sort = alias.kind === 'core export' ? `core ${alias.sort}` : alias.sort;
  invalid(context, `an ${alias.kind} alias in a type may only refer to types or instances, not to a ${sort}`);
}
