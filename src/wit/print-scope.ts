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
  const defining = new Map<Declared, TypeDeclaration>();
  const byName = new Map<string, TypeDeclaration>();
  for (const declaration of types) {
    const declared = declaration.type ?? declaration.resource!;
    const before = defining.get(declared);
    if (before === undefined || rank(declaration) > rank(before)) defining.set(declared, declaration);
    byName.set(canonicalName(declaration.name), declaration);
  }
  const taken = new Set([...byName.keys(), ...functions.map((fn) => canonicalName(fn.name))]);
  const missing: TypeDeclaration[] = [];
  const seen = new Set<ValType>();
  const supply = (
    declared: Declared,
    wanted: string,
    facts: { type: ValType | null; resource: ResourceType | null },
  ) => {
    const home = homes.get(declared);
    const name = freeName(home?.name ?? wanted, taken);
    taken.add(canonicalName(name));
    const used = home === undefined || isOwn(declared) ? {} : { usedFrom: home.id };
    const usedName = home !== undefined && !isOwn(declared) && home.name !== name ? { usedName: home.name } : {};
    const declaration = { name, ...facts, ...used, ...usedName };
    missing.push(declaration);
    defining.set(declared, declaration);
  };
  const isOwn = (declared: Declared): boolean => (homes.get(declared)?.id ?? id) === id;
  const visitResource = (resource: ResourceType): void => {
    if (defining.has(resource)) return;
    const twin = byName.get(canonicalName(resource.name));
    // An interface that is both imported and exported has its resource twice, under one name.
    if (twin !== undefined && twin.resource !== null && isOwn(resource)) defining.set(resource, twin);
    else supply(resource, resource.name, { type: null, resource });
  };
  const visit = (type: ValType): void => {
    if (seen.has(type) || defining.has(type)) return;
    seen.add(type);
    const twin = type.name === undefined ? undefined : byName.get(canonicalName(type.name));
    if (twin?.type && isOwn(type) && sameShape(twin.type, type)) {
      defining.set(type, twin);
      return;
    }
    if (isOwn(type)) visitInside(type);
    if (type.name !== undefined || needsName(type))
      supply(type, type.name ?? `${type.kind}-type`, { type, resource: null });
  };
  const visitInside = (type: ValType): void => {
    if (type.kind === 'own' || type.kind === 'borrow') visitResource(type.resource);
    for (const inner of innerTypes(type)) visit(inner);
  };
  for (const declaration of types) {
    const { type, usedFrom } = declaration;
    const isDefined = type !== null && usedFrom === undefined && defining.get(type) === declaration;
    if (isDefined) visitInside(type);
  }
  for (const fn of functions) {
    if (fn.role.kind !== 'freestanding') visitResource(fn.role.resource);
    for (const param of fn.type.params) visit(param.type);
    if (fn.type.result !== null) visit(fn.type.result);
  }
  const names: PrintNames = {
    typeName: (type) => defining.get(type)?.name,
    resourceName: (resource) => defining.get(resource)?.name ?? resource.name,
  };
  return { types: [...missing, ...types], names, defining };
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
