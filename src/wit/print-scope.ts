/**
 * What a scope must declare so that its text parses. Data from a parsed text declares all it needs; data decoded from a
 * binary may refer to types of other interfaces, or to types without a name, and gets the `use` or the name here.
 */
import { canonicalName } from './names.js';
import { OWN_NAMES, type PrintNames, structureText } from './print-types.js';
import { innerTypes } from './resolve-types.js';
import type { ResourceType, TypeDeclaration, ValType, WitFunction, WitInterface } from './types.js';

type Declared = ValType | ResourceType;

/** Where a type or resource is declared by a named interface. */
export type Homes = ReadonlyMap<Declared, { readonly id: string; readonly name: string }>;

/** The printed text around a scope. */
export interface Surroundings {
  readonly homes: Homes;
  /** True if the text has this interface, and it declares this name (null: has it at all). */
  readonly known: (id: string, name: string | null) => boolean;
}

export function findHomes(interfaces: Iterable<WitInterface>): Homes {
  const homes = new Map<Declared, { id: string; name: string }>();
  for (const { id, types } of interfaces) {
    for (const { name, type, resource, usedFrom } of types) {
      const declared = type ?? resource!;
      if (usedFrom === undefined && !homes.has(declared)) homes.set(declared, { id, name });
    }
  }
  return homes;
}

export interface PrintScope {
  /** The given declarations and those that were missing, which come first. */
  readonly types: readonly TypeDeclaration[];
  readonly names: PrintNames;
  /** The declaration of each type and resource that defines it here; others of the same are aliases. */
  readonly defining: ReadonlyMap<Declared, TypeDeclaration>;
}

/** @param id the interface's own ID, or null for a world, an inline interface or a bare text */
export function openScope(
  id: string | null,
  given: readonly TypeDeclaration[],
  functions: readonly WitFunction[],
  { homes, known }: Surroundings,
): PrintScope {
  const types = given.map((one) => withoutLostUse(one, known));
  const scope = beginScope(id, types, functions, homes);
  const { defining, missing } = scope;
  for (const declaration of types) {
    const { type, usedFrom } = declaration;
    const isDefined = type !== null && usedFrom === undefined && defining.get(type) === declaration;
    if (isDefined) nameInside(scope, type);
  }
  for (const fn of functions) {
    if (fn.role.kind !== 'freestanding') nameResource(scope, fn.role.resource);
    for (const param of fn.type.params) nameType(scope, param.type);
    if (fn.type.result !== null) nameType(scope, fn.type.result);
  }
  const names: PrintNames = {
    typeName: (type) => defining.get(type)?.name,
    resourceName: (resource) => defining.get(resource)?.name ?? resource.name,
  };
  return { types: [...missing, ...types], names, defining };
}

/** A scope while it is being completed. */
interface Filling {
  readonly id: string | null;
  readonly homes: Homes;
  readonly defining: Map<Declared, TypeDeclaration>;
  readonly byName: ReadonlyMap<string, TypeDeclaration>;
  readonly taken: Set<string>;
  readonly missing: TypeDeclaration[];
  readonly seen: Set<ValType>;
}

function beginScope(
  id: string | null,
  types: readonly TypeDeclaration[],
  functions: readonly WitFunction[],
  homes: Homes,
): Filling {
  const defining = new Map<Declared, TypeDeclaration>();
  const byName = new Map<string, TypeDeclaration>();
  for (const declaration of types) {
    const declared = declaration.type ?? declaration.resource!;
    const before = defining.get(declared);
    if (before === undefined || rank(declaration) > rank(before)) defining.set(declared, declaration);
    byName.set(canonicalName(declaration.name), declaration);
  }
  const taken = new Set([...byName.keys(), ...functions.map((fn) => canonicalName(fn.name))]);
  return { id, homes, defining, byName, taken, missing: [], seen: new Set() };
}

/** True unless another interface of the text declares it. */
function isOwn(scope: Filling, declared: Declared): boolean {
  return (scope.homes.get(declared)?.id ?? scope.id) === scope.id;
}

function nameType(scope: Filling, type: ValType): void {
  if (scope.seen.has(type) || scope.defining.has(type)) return;
  scope.seen.add(type);
  const twin = type.name === undefined ? undefined : scope.byName.get(canonicalName(type.name));
  if (twin?.type && isOwn(scope, type) && sameShape(twin.type, type)) {
    scope.defining.set(type, twin);
    return;
  }
  if (isOwn(scope, type)) nameInside(scope, type);
  if (type.name === undefined && !needsName(type)) return;
  supply(scope, type, type.name ?? `${type.kind}-type`, { type, resource: null });
}

function nameInside(scope: Filling, type: ValType): void {
  if (type.kind === 'own' || type.kind === 'borrow') nameResource(scope, type.resource);
  for (const inner of innerTypes(type)) nameType(scope, inner);
}

function nameResource(scope: Filling, resource: ResourceType): void {
  if (scope.defining.has(resource)) return;
  const twin = scope.byName.get(canonicalName(resource.name));
  // An interface that is both imported and exported has its resource twice, under one name.
  if (twin !== undefined && twin.resource !== null && isOwn(scope, resource)) scope.defining.set(resource, twin);
  else supply(scope, resource, resource.name, { type: null, resource });
}

/** Declares what was not: by `use` from its home, else in place. */
function supply(
  scope: Filling,
  declared: Declared,
  wanted: string,
  facts: Pick<TypeDeclaration, 'type' | 'resource'>,
): void {
  const home = isOwn(scope, declared) ? undefined : scope.homes.get(declared);
  const name = freeName(home?.name ?? wanted, scope.taken);
  scope.taken.add(canonicalName(name));
  const used = home === undefined ? {} : { usedFrom: home.id };
  const usedName = home === undefined || home.name === name ? {} : { usedName: home.name };
  const declaration = { name, ...facts, ...used, ...usedName };
  scope.missing.push(declaration);
  scope.defining.set(declared, declaration);
}

/** A type taken from an interface that is not in the text is defined in place. */
function withoutLostUse(declaration: TypeDeclaration, known: Surroundings['known']): TypeDeclaration {
  const { usedFrom, usedName, ...rest } = declaration;
  return usedFrom === undefined || known(usedFrom, usedName ?? declaration.name) ? declaration : rest;
}

/** Which of several declarations of one thing defines it: a `use`, else the one with the type's own name, else the first. */
function rank(declaration: TypeDeclaration): number {
  const ownName = (declaration.type ?? declaration.resource!).name;
  return (declaration.usedFrom === undefined ? 0 : 2) + (declaration.name === ownName ? 1 : 0);
}

function needsName(type: ValType): boolean {
  return type.kind === 'record' || type.kind === 'variant' || type.kind === 'enum' || type.kind === 'flags';
}

function sameShape(a: ValType, b: ValType): boolean {
  return structureText(a, OWN_NAMES) === structureText(b, OWN_NAMES);
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(canonicalName(wanted))) return wanted;
  for (let n = 2; ; n++) if (!taken.has(canonicalName(`${wanted}-${n}`))) return `${wanted}-${n}`;
}
