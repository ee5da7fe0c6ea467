/** Random WIT documents as data: what a parser could have made, so that printing and parsing must give them back. */
import fc from 'fast-check';
import { canonicalName, makeId, PRIMITIVES } from '../../src/wit/names.js';
import type {
  FuncType,
  ResourceType,
  TypeDeclaration,
  ValType,
  WitDocument,
  WitFunction,
  WitInterface,
  WitWorld,
} from '../../src/wit/types.js';

/** Draws from fast-check's stream one value at a time, so that a document can be built by plain code and still shrinks. */
interface Draw {
  readonly below: (bound: number) => number;
  readonly of: <T>(from: readonly T[]) => T;
  readonly chance: (percent: number) => boolean;
}

export function draws(numbers: readonly number[]): Draw {
  let at = 0;
  const below = (bound: number): number => (bound <= 1 ? 0 : (numbers[at++ % numbers.length]! + at * 7) % bound);
  return { below, of: (from) => from[below(from.length)]!, chance: (percent) => below(100) < percent };
}

const WORDS = 'a b2 user XML list type func import my-name Y2-z tag-count result from'.split(' ');

/** Names of one scope: unique whatever their case, keywords among them. */
function names(draw: Draw): () => string {
  const taken = new Set<string>();
  return () => {
    const word = draw.of(WORDS);
    for (let n = 0; ; n++) {
      const name = n === 0 ? word : `${word}-${n}`;
      if (taken.has(canonicalName(name))) continue;
      taken.add(canonicalName(name));
      return name;
    }
  };
}

/** A type from those declared and all that WIT has. */
export function randomType(draw: Draw, declared: readonly TypeDeclaration[], borrow: boolean, depth = 0): ValType {
  const inner = (): ValType => randomType(draw, declared, borrow, depth + 1);
  if (depth > 3 || draw.chance(40)) return { kind: draw.of(PRIMITIVES) };
  const one = declared.length > 0 && draw.chance(60) ? draw.of(declared) : null;
  if (one?.resource) return { kind: borrow && draw.chance(50) ? 'borrow' : 'own', resource: one.resource };
  if (one?.type && (borrow || !holdsBorrow(one.type))) return one.type;
  switch (draw.below(4)) {
    case 0:
      return { kind: 'list', element: inner() };
    case 1:
      return { kind: 'option', type: inner() };
    case 2:
      return { kind: 'tuple', types: Array.from({ length: 1 + draw.below(3) }, inner) };
    default:
      return { kind: 'result', ok: draw.chance(50) ? inner() : null, err: draw.chance(50) ? inner() : null };
  }
}

function holdsBorrow(type: ValType): boolean {
  return JSON.stringify(type).includes('"kind":"borrow"');
}

interface Scope {
  readonly types: TypeDeclaration[];
  readonly functions: WitFunction[];
  readonly next: () => string;
}

function randomScope(draw: Draw, usable: readonly WitInterface[]): Scope {
  const next = names(draw);
  const types: TypeDeclaration[] = [];
  const functions: WitFunction[] = [];
  for (let count = draw.below(3); count > 0 && usable.length > 0; count--) {
    const from = draw.of(usable);
    if (from.types.length === 0) continue;
    const { name: original, type, resource } = draw.of(from.types);
    const name = next();
    const renamed = name === original ? {} : { usedName: original };
    types.push({ name, type, resource, usedFrom: from.id, ...renamed });
  }
  for (let count = draw.below(6); count > 0; count--) {
    const name = next();
    const declaration = randomDeclaration(draw, name, types);
    types.push(declaration);
  }
  for (const declaration of types) {
    const { resource, usedFrom } = declaration;
    const isFirst = types.find((one) => one.resource === resource) === declaration;
    if (resource === null || usedFrom !== undefined || !isFirst) continue;
    functions.push(...resourceFunctions(draw, resource, types));
  }
  return { types, functions, next };
}

function randomDeclaration(draw: Draw, name: string, types: readonly TypeDeclaration[]): TypeDeclaration {
  const part = names(draw);
  const count = 1 + draw.below(3);
  const inner = (): ValType => randomType(draw, types, true);
  const made = (type: ValType): TypeDeclaration => ({ name, type, resource: null });
  switch (draw.below(7)) {
    case 0:
      return made({
        kind: 'record',
        name,
        fields: Array.from({ length: count }, () => ({ name: part(), type: inner() })),
      });
    case 1: {
      const cases = Array.from({ length: count }, () => ({ name: part(), type: draw.chance(50) ? inner() : null }));
      return made({ kind: 'variant', name, cases });
    }
    case 2:
      return made({ kind: draw.of(['enum', 'flags']), name, names: Array.from({ length: count }, part) });
    case 3:
      return { name, type: null, resource: { id: -1, name } };
    case 4: {
      if (types.length === 0) return made({ kind: 'u8', name });
      const { type, resource } = draw.of(types);
      return { name, type, resource };
    }
    default: {
      const type = inner();
      return made(type.name === undefined ? { ...type, name } : { kind: 'list', name, element: type });
    }
  }
}

function randomFunc(draw: Draw, types: readonly TypeDeclaration[]): FuncType {
  const part = names(draw);
  const params = Array.from({ length: draw.below(4) }, () => ({ name: part(), type: randomType(draw, types, true) }));
  return { params, result: draw.chance(70) ? randomType(draw, types, false) : null };
}

function resourceFunctions(draw: Draw, resource: ResourceType, types: readonly TypeDeclaration[]): WitFunction[] {
  const functions: WitFunction[] = [];
  if (draw.chance(50)) {
    const own: ValType = { kind: 'own', resource };
    const result: ValType = draw.chance(50)
      ? own
      : { kind: 'result', ok: own, err: draw.chance(50) ? { kind: 'u8' } : null };
    const type = { ...randomFunc(draw, types), result };
    functions.push({ name: resource.name, type, role: { kind: 'constructor', resource } });
  }
  const next = names(draw);
  for (let count = draw.below(3); count > 0; count--) {
    const name = `m-${next()}`;
    const func = randomFunc(draw, types);
    const self = { name: 'self', type: { kind: 'borrow', resource } } as const;
    functions.push(
      draw.chance(60)
        ? { name, type: { ...func, params: [self, ...func.params] }, role: { kind: 'method', resource } }
        : { name, type: func, role: { kind: 'static', resource } },
    );
  }
  return functions;
}

function plain(draw: Draw, name: string, types: readonly TypeDeclaration[]): WitFunction {
  return { name, type: randomFunc(draw, types), role: { kind: 'freestanding' } };
}

function randomInterface(draw: Draw, id: string, usable: readonly WitInterface[]): WitInterface {
  const { types, functions, next } = randomScope(draw, usable);
  for (let count = draw.below(3); count > 0; count--) functions.push(plain(draw, next(), types));
  return { id, types, functions };
}

function randomWorld(draw: Draw, id: string, named: readonly WitInterface[]): WitWorld {
  const { types, functions, next } = randomScope(draw, named);
  // Named interfaces stand in the order of `use`, so any beginning of them has all that it needs.
  const imported = named.slice(0, draw.below(named.length + 1));
  const needed = types.flatMap((one) => named.findIndex(({ id: used }) => used === one.usedFrom) + 1);
  const imports = named.slice(0, Math.max(imported.length, ...needed));
  const exported = imports.filter(() => draw.chance(30));
  const nextExport = names(draw);
  const inline = (name: string): WitInterface => randomInterface(draw, name, imports);
  return {
    id,
    types,
    imports: {
      interfaces: [...imports, ...(draw.chance(40) ? [inline(next())] : [])],
      functions: [...functions, ...(draw.chance(50) ? [plain(draw, next(), types)] : [])],
    },
    exports: {
      interfaces: [...exported, ...(draw.chance(40) ? [inline(nextExport())] : [])],
      functions: draw.chance(50) ? [plain(draw, nextExport(), types)] : [],
    },
  };
}

/** A document with a package, nested packages and worlds, or a bare one. */
export function randomDocument(draw: Draw): WitDocument {
  const isBare = draw.chance(30);
  const packageName = isBare ? null : draw.of(['my:app', 'type:list@1.2.3-rc.1', 'a:b@0.1.0']);
  const packages = [packageName, 'other:lib@2.0.0', 'func:use'];
  const counts = packages.map((name) => (name === null ? 0 : draw.below(3)));
  // Nested packages first, so that the package's own interfaces come last in the order of `use`.
  const order: WitInterface[] = [];
  const own: WitInterface[][] = packages.map(() => []);
  for (const index of [2, 1, 0]) {
    const next = names(draw);
    for (let count = counts[index]!; count > 0; count--) {
      const made = randomInterface(draw, makeId(packages[index]!, next()), order);
      order.push(made);
      own[index]!.push(made);
    }
  }
  const worlds = isBare
    ? []
    : Array.from({ length: draw.below(2) }, (_, n) => randomWorld(draw, makeId(packageName, `w${n}`), order));
  const bare = isBare ? randomInterface(draw, '', order) : { types: [], functions: [] };
  const document = {
    package: packageName,
    types: bare.types,
    functions: bare.functions,
    interfaces: own.flat(),
    worlds,
  };
  numberResources(document);
  return document;
}

/** In the order of first declaration, as the parser does. */
function numberResources(document: WitDocument): void {
  const sides = document.worlds.flatMap((world) => [world, ...world.imports.interfaces, ...world.exports.interfaces]);
  const seen = new Set<ResourceType>();
  for (const { types } of [document, ...document.interfaces, ...sides]) {
    for (const { resource } of types) {
      if (resource === null || seen.has(resource)) continue;
      (resource as { id: number }).id = seen.size;
      seen.add(resource);
    }
  }
}

export const numbersArbitrary = fc.array(fc.nat({ max: 10_000 }), { minLength: 20, maxLength: 120 });
