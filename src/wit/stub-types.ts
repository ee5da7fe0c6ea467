/** The named types and resources of a world, each once and under a name of its own: what both stub makers begin with. */
import { canonicalName, splitId } from './names.js';
import { innerTypes } from './resolve-types.js';
import type { ResourceType, TypeDeclaration, ValType, WitFunction, WitWorld } from './types.js';

interface StubTypes {
  /** What is inside a type comes before it. */
  readonly types: readonly ValType[];
  readonly resources: readonly ResourceType[];
  /** The stub's name of a type or resource; undefined for what has none. */
  readonly nameOf: (declared: ValType | ResourceType) => string | undefined;
  /** A resource's constructor, methods and static functions. */
  readonly functionsOf: (resource: ResourceType) => readonly WitFunction[];
}

/** @param spell makes a WIT name a name of the stub's language; where two collide the interface's name goes before */
export function stubTypes(world: WitWorld, spell: (name: string) => string): StubTypes {
  const interfaces = [...world.imports.interfaces, ...world.exports.interfaces];
  const names = new Map<ValType | ResourceType, string>();
  const taken = new Set(['imports', 'exports']);
  const types: ValType[] = [];
  const resources: ResourceType[] = [];
  const add = (declared: ValType | ResourceType, name: string, scope: string): void => {
    if (names.has(declared)) return;
    if (!('kind' in declared)) resources.push(declared);
    else {
      for (const inner of innerTypes(declared)) addInner(inner, scope);
      types.push(declared);
    }
    const long = scope === '' ? name : `${scope}-${name}`;
    let spelt = spell(taken.has(canonicalName(spell(name))) ? long : name);
    for (let n = 2; taken.has(canonicalName(spelt)); n++) spelt = spell(`${long}-${n}`);
    taken.add(canonicalName(spelt));
    names.set(declared, spelt);
  };
  const addInner = (type: ValType, scope: string): void => {
    if (names.has(type)) return;
    if (type.name !== undefined) add(type, type.name, scope);
    else for (const inner of innerTypes(type)) addInner(inner, scope);
  };
  const addAll = (declarations: readonly TypeDeclaration[], scope: string): void => {
    for (const { name, type, resource } of declarations)
      add(type ?? resource!, (type ?? resource!).name ?? name, scope);
  };
  for (const { id, types: declared } of interfaces) addAll(declared, splitId(id).name);
  addAll(world.types, '');
  const functions = [...world.imports.functions, ...interfaces.flatMap((item) => item.functions)];
  for (const fn of [...functions, ...world.exports.functions]) {
    for (const { type } of fn.type.params) addInner(type, '');
    if (fn.type.result !== null) addInner(fn.type.result, '');
    if (fn.role.kind !== 'freestanding') add(fn.role.resource, fn.role.resource.name, '');
  }
  const unique = new Set([...functions, ...world.exports.functions]);
  return {
    types,
    resources,
    nameOf: (declared) => names.get(declared),
    functionsOf: (resource) =>
      [...unique].filter((fn) => fn.role.kind !== 'freestanding' && fn.role.resource === resource),
  };
}
