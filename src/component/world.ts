/** What a linked component looks like from outside: imports and exports as WIT, and a flat list of callable exports. */
import type { FuncType, ResourceType, TypeDeclaration, WitFunction, WitInterface, WitWorld } from '../wit/types.js';
import type { Item } from './link-scope.js';
import type { Linked } from './link-state.js';
import type { FuncItem } from './program.js';
import type { PlanFunction, PlanImport } from './types.js';

/** `[method]counter.increment` taken apart. */
const ANNOTATED = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/;

/**
 * A function with the name and role that its extern name spells.
 *
 * @param resources the resource types declared beside it, by name
 */
function witFunction(name: string, type: FuncType, resources: ReadonlyMap<string, ResourceType>): WitFunction {
  const [, kind, resourceName = '', rest] = ANNOTATED.exec(name) ?? [];
  const resource = resources.get(resourceName);
  if (kind === undefined || resource === undefined) return { name, type, role: { kind: 'freestanding' } };
  return { name: rest ?? resourceName, type, role: { kind: kind as 'constructor' | 'method' | 'static', resource } };
}

interface Named {
  readonly types: readonly TypeDeclaration[];
  readonly functions: readonly { readonly name: string; readonly function: WitFunction; readonly func: FuncItem }[];
}

function describeItems(items: Iterable<readonly [string, Item]>): Named {
  const types: TypeDeclaration[] = [];
  const functions: { name: string; function: WitFunction; func: FuncItem }[] = [];
  const resources = new Map<string, ResourceType>();
  for (const [name, item] of items) {
    if (item.kind === 'type' && item.type.kind === 'resource') {
      resources.set(name, item.type.resource);
      types.push({ name, type: null, resource: item.type.resource });
    } else if (item.kind === 'type' && item.type.kind === 'value') {
      types.push({ name, type: item.type.type, resource: null });
    } else if (item.kind === 'func') {
      functions.push({ name, function: witFunction(name, item.type, resources), func: item.func });
    }
  }
  return { types, functions };
}

function toInterface(id: string, items: Iterable<readonly [string, Item]>): WitInterface {
  const { types, functions } = describeItems(items);
  return { id, types, functions: functions.map((each) => each.function) };
}

interface DescribedWorld {
  readonly world: WitWorld;
  readonly imports: PlanImport[];
  readonly exports: PlanFunction[];
  readonly funcs: FuncItem[];
}

/** @param name the component's own name, or the file's */
export function describeWorld(linked: Linked, name: string): DescribedWorld {
  const imports = linked.imports.map((entry) => describeImport(entry.name, entry.item));
  const exports: PlanFunction[] = [];
  const funcs: FuncItem[] = [];
  const interfaces: WitInterface[] = [];
  const add = (interfaceId: string | null, described: Named): void => {
    for (const { name: path, function: fn, func } of described.functions) {
      const full = interfaceId === null ? path : `${interfaceId}#${path}`;
      exports.push({ index: exports.length, interface: interfaceId, function: fn, path: full });
      funcs.push(func);
    }
  };
  const top = describeItems(linked.exports);
  add(null, top);
  for (const [id, item] of linked.exports) {
    if (item.kind !== 'instance') continue;
    add(id, describeItems(item.exports));
    interfaces.push(toInterface(id, item.exports));
  }
  const importedInterfaces = withUses(
    imports.flatMap((each) => (each.interface === null ? [] : [each.interface])),
    [],
  );
  const importedTypes = describeItems(linked.imports.map((entry) => [entry.name, entry.item] as const)).types;
  const world: WitWorld = {
    id: name,
    types: [...importedTypes.map((each) => asUse(each, importedInterfaces)), ...top.types],
    imports: {
      interfaces: importedInterfaces,
      functions: imports.flatMap((each) => (each.function === null ? [] : [each.function])),
    },
    exports: {
      interfaces: withUses(interfaces, importedInterfaces),
      functions: top.functions.map((each) => each.function),
    },
  };
  return { world, imports, exports, funcs };
}

/** Interfaces in order, each type that an earlier one declares as a use of it. */
function withUses(interfaces: readonly WitInterface[], before: readonly WitInterface[]): WitInterface[] {
  const known = [...before];
  return interfaces.map((each) => {
    const described = { ...each, types: each.types.map((type) => asUse(type, known)) };
    known.push(described);
    return described;
  });
}

/** A type that one of `interfaces` declares: WIT's `use`. */
function asUse(declared: TypeDeclaration, interfaces: readonly WitInterface[]): TypeDeclaration {
  for (const { id, types } of interfaces) {
    const found = types.find(({ type, resource }) =>
      resource === null
        ? type === declared.type && type !== null && type.name !== undefined
        : resource === declared.resource,
    );
    if (found === undefined) continue;
    if (found.usedFrom !== undefined) return { ...found, name: declared.name };
    return { ...declared, usedFrom: id, ...(found.name === declared.name ? {} : { usedName: found.name }) };
  }
  return declared;
}

/** A type import asks nothing of the host; it keeps its place so that indices agree with the program's. */
function describeImport(name: string, item: Item): PlanImport {
  const base = { name, interface: null, function: null, coreFunctions: [] };
  if (item.kind === 'instance') return { ...base, kind: 'interface', interface: toInterface(name, item.exports) };
  if (item.kind === 'func') {
    return { ...base, kind: 'function', function: witFunction(name, item.type, new Map()) };
  }
  return { ...base, kind: 'type' };
}
