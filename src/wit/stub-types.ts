/** The named types and resources that functions need, each once and under a name of its own: what both stub makers begin with. */
import { canonicalName, splitId } from './names.js';
import { innerTypes } from './resolve-types.js';
import type { ResourceType, ValType, WitFunction, WitWorld } from './types.js';

/** A function as its callers know it. */
export interface StubFunction {
  /** `namespace:name` */
  readonly id: string;
  readonly function: WitFunction;
  /** Where its types are declared, and the methods of its resources. */
  readonly world: WitWorld;
  /** Its `result` comes back unwrapped. */
  readonly unwraps: boolean;
}

/** What its callers get of a result at the top; null: nothing. */
export function answerText(
  { function: { type }, unwraps }: StubFunction,
  text: (type: ValType) => string,
): string | null {
  const { result } = type;
  if (result === null) return null;
  if (!unwraps || result.kind !== 'result') return text(result);
  return result.ok === null ? 'true' : text(result.ok);
}

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
export function stubTypes(
  functions: readonly Pick<StubFunction, 'function' | 'world'>[],
  reserved: readonly string[],
  spell: (name: string) => string,
): StubTypes {
  const declared = declarationsOf(functions.map((each) => each.world));
  const nameFor = namer(reserved, spell);
  const names = new Map<ValType | ResourceType, string>();
  const types: ValType[] = [];
  const resources: ResourceType[] = [];
  const functionsOf = (resource: ResourceType): readonly WitFunction[] => declared.functions.get(resource) ?? [];
  const addResource = (resource: ResourceType): void => {
    if (names.has(resource)) return;
    names.set(resource, nameFor(resource.name, declared.scopes.get(resource) ?? ''));
    resources.push(resource);
    functionsOf(resource).forEach(addFunction);
  };
  const add = (type: ValType): void => {
    if (names.has(type)) return;
    if (type.kind === 'own' || type.kind === 'borrow') addResource(type.resource);
    for (const inner of innerTypes(type)) add(inner);
    if (type.name === undefined) return;
    names.set(type, nameFor(type.name, declared.scopes.get(type) ?? ''));
    types.push(type);
  };
  const addFunction = ({ type, role }: WitFunction): void => {
    if (role.kind !== 'freestanding') addResource(role.resource);
    for (const param of type.params) add(param.type);
    if (type.result !== null) add(type.result);
  };
  for (const each of functions) addFunction(each.function);
  return { types, resources, nameOf: (each) => names.get(each), functionsOf };
}

/** What worlds say of types and resources: the interfaces that declare them, and the functions that belong to a resource. */
function declarationsOf(worlds: readonly WitWorld[]) {
  const scopes = new Map<ValType | ResourceType, string>();
  const functions = new Map<ResourceType, WitFunction[]>();
  const collect = (fn: WitFunction): void => {
    if (fn.role.kind === 'freestanding') return;
    const known = functions.get(fn.role.resource) ?? [];
    functions.set(fn.role.resource, [...known, fn]);
  };
  for (const { imports, exports } of new Set(worlds)) {
    for (const { id, types, functions: own } of new Set([...imports.interfaces, ...exports.interfaces])) {
      for (const { type, resource, usedFrom } of types) {
        if (usedFrom === undefined) scopes.set((type ?? resource)!, splitId(id).name);
      }
      own.forEach(collect);
    }
    new Set([...imports.functions, ...exports.functions]).forEach(collect);
  }
  return { scopes, functions };
}

/** Names that nobody has yet. */
function namer(reserved: readonly string[], spell: (name: string) => string): (name: string, scope: string) => string {
  const taken = new Set(reserved.map(canonicalName));
  return (name, scope) => {
    const long = scope === '' ? name : `${scope}-${name}`;
    let spelt = spell(taken.has(canonicalName(spell(name))) ? long : name);
    for (let n = 2; taken.has(canonicalName(spelt)); n++) spelt = spell(`${long}-${n}`);
    taken.add(canonicalName(spelt));
    return spelt;
  };
}
