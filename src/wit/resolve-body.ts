/** An interface's body (or a text's bare items): `use`, definitions and functions made into declarations. */
import { nearestName } from '../nearest.js';
import { claimAll, claimName, failAt, type NameSet } from './claims.js';
import { canonicalName } from './names.js';
import { borrows, type ResolveContext, resolveDefinitions, resolveType, type TypeScope } from './resolve-types.js';
import type { FunctionSyntax, PathSyntax, RenameSyntax, TypeDefSyntax, UseSyntax } from './syntax.js';
import type { Param, ResourceType, TypeDeclaration, ValType, WitFunction, WitInterface } from './types.js';

export type FindInterface = (path: PathSyntax) => WitInterface;

interface ResolvedDeclarations {
  readonly scope: TypeScope;
  readonly types: readonly TypeDeclaration[];
  /** Constructors, methods and static functions of the resources declared here. */
  readonly functions: readonly WitFunction[];
}

/** @param names the scope's names; those declared here are added. @param label the scope, for messages */
export function resolveDeclarations(
  context: ResolveContext,
  label: string,
  declarations: readonly (TypeDefSyntax | UseSyntax)[],
  names: NameSet,
  findInterface: FindInterface,
): ResolvedDeclarations {
  const used = new Map<string, TypeDeclaration>();
  const definitions: TypeDefSyntax[] = [];
  const order: string[] = [];
  for (const item of declarations) {
    if (item.kind !== 'use') {
      claimName(context, names, canonicalName(item.name.text), item.name, label);
      definitions.push(item);
      order.push(item.name.text);
      continue;
    }
    const from = findInterface(item.path);
    for (const rename of item.names) {
      const name = rename.as ?? rename.name;
      claimName(context, names, canonicalName(name.text), name, label);
      used.set(name.text, useType(context, from, rename));
      order.push(name.text);
    }
  }
  const declared = resolveDefinitions(context, label, definitions, used);
  const scope: TypeScope = { label, declared };
  const functions = definitions.flatMap((item) =>
    item.kind === 'resource' ? resolveResourceFunctions(context, scope, item, names) : [],
  );
  return { scope, types: order.map((name) => declared.get(name)!), functions };
}

function useType(context: ResolveContext, from: WitInterface, rename: RenameSyntax): TypeDeclaration {
  const original = rename.name.text;
  const found = declarationsOf(context, from).get(original);
  if (found === undefined) {
    const suggestion = nearestName(
      original,
      from.types.map((declaration) => declaration.name),
    );
    const isFunction = from.functions.some((fn) => fn.role.kind === 'freestanding' && fn.name === original);
    const why = isFunction ? 'it is a function, and "use" takes types' : 'declare it there';
    const hint = suggestion === null ? why : `did you mean "${suggestion}"?`;
    const message = `interface "${from.id}" has no type "${original}": ${hint}`;
    throw failAt(context, message, rename.name.span, { expected: `a type of "${from.id}"`, got: original, suggestion });
  }
  const { type, resource } = found;
  const declaration = { name: rename.as?.text ?? original, type, resource, usedFrom: from.id };
  return declaration.name === original ? declaration : { ...declaration, usedName: original };
}

function declarationsOf(context: ResolveContext, from: WitInterface): ReadonlyMap<string, TypeDeclaration> {
  const known = context.declarations.get(from);
  if (known !== undefined) return known;
  const made = new Map(from.types.map((declaration) => [declaration.name, declaration]));
  context.declarations.set(from, made);
  return made;
}

function resolveResourceFunctions(
  context: ResolveContext,
  scope: TypeScope,
  definition: TypeDefSyntax & { readonly kind: 'resource' },
  names: NameSet,
): WitFunction[] {
  const resource = scope.declared.get(definition.name.text)!.resource!;
  return definition.functions.map((fn) => {
    // Rule: "strongly-unique" (Explainer.md): `[method]r.r` and `[static]r.r` count as `r`.
    const own = canonicalName(fn.name.text);
    const of = canonicalName(resource.name);
    const key = fn.kind === 'constructor' ? `[constructor]${of}` : own === of ? of : `${of}.${own}`;
    const name = fn.kind === 'constructor' ? { text: 'constructor', span: fn.name.span } : fn.name;
    claimName(context, names, key, name, `resource "${resource.name}"`);
    return resolveFunction(context, scope, fn, resource);
  });
}

/** @param resource whose function it is, or null for a plain one */
export function resolveFunction(
  context: ResolveContext,
  scope: TypeScope,
  syntax: FunctionSyntax,
  resource: ResourceType | null,
): WitFunction {
  const name = syntax.name.text;
  const params: Param[] = syntax.func.params.map((param) => ({
    name: param.name.text,
    type: resolveType(context, scope, param.type),
  }));
  const paramNames = syntax.func.params.map((param) => param.name);
  const where = syntax.kind === 'constructor' ? `the constructor of "${name}"` : `function "${name}"`;
  if (syntax.kind === 'method') {
    const self = paramNames.find((param) => canonicalName(param.text) === 'self');
    if (self !== undefined) throw failAt(context, 'a method has its "self" already: remove this one', self.span);
    params.unshift({ name: 'self', type: { kind: 'borrow', resource: resource! } });
  }
  claimAll(context, paramNames, where);
  const result = resolveResult(context, scope, syntax, resource);
  const role = resource === null || syntax.kind === 'freestanding' ? PLAIN : { kind: syntax.kind, resource };
  return { name, type: { params, result }, role };
}

const PLAIN = { kind: 'freestanding' } as const;

function resolveResult(
  context: ResolveContext,
  scope: TypeScope,
  syntax: FunctionSyntax,
  resource: ResourceType | null,
): ValType | null {
  const resultSyntax = syntax.func.result;
  if (resultSyntax === null) return syntax.kind === 'constructor' ? { kind: 'own', resource: resource! } : null;
  const result = resolveType(context, scope, resultSyntax);
  if (borrows(context, result)) {
    const message = 'a result cannot hold a borrowed handle: return the resource itself';
    throw failAt(context, message, resultSyntax.span, { expected: 'a type without borrow', got: 'borrow' });
  }
  const made = result.kind === 'result' ? result.ok : null;
  if (syntax.kind === 'constructor' && !(made?.kind === 'own' && made.resource === resource)) {
    const expected = `result<${resource!.name}> or result<${resource!.name}, E>`;
    throw failAt(context, `a constructor returns ${expected}, or nothing is written`, resultSyntax.span, { expected });
  }
  return result;
}

/** A whole interface. @param id its full ID */
export function resolveInterface(
  context: ResolveContext,
  id: string,
  body: {
    readonly declarations: readonly (TypeDefSyntax | UseSyntax)[];
    readonly functions: readonly FunctionSyntax[];
  },
  label: string,
  findInterface: FindInterface,
): WitInterface {
  const names: NameSet = new Map();
  const { scope, types, functions } = resolveDeclarations(context, label, body.declarations, names, findInterface);
  const plain = body.functions.map((fn) => {
    claimName(context, names, canonicalName(fn.name.text), fn.name, label);
    return resolveFunction(context, scope, fn, null);
  });
  return { id, types, functions: [...functions, ...plain] };
}
