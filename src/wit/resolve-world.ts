/** A world: what it imports and exports once `include` is done and what its interfaces need is imported too. */
import { nearestName } from '../nearest.js';
import { claimName, failAt, type NameSet } from './claims.js';
import type { Span } from './error.js';
import { canonicalName, splitId } from './names.js';
import { type FindInterface, resolveDeclarations, resolveFunction, resolveInterface } from './resolve-body.js';
import type { ResolveContext, TypeScope } from './resolve-types.js';
import type { Name, PathSyntax, RenameSyntax, WorldItemSyntax, WorldSyntax } from './syntax.js';
import type { TypeDeclaration, WitFunction, WitInterface, WitWorld } from './types.js';

/** How many things the worlds of one text may take in by `include` and by `use`: a chain of them unfolds quadratically. */
export const MAX_WORLD_ITEMS = 100_000;

export interface WorldContext extends ResolveContext {
  /** The named interfaces of the text, by ID. */
  readonly interfaces: ReadonlyMap<string, WitInterface>;
  /** Where each of them stands in an order in which `use` points backwards. */
  readonly rank: ReadonlyMap<WitInterface, number>;
  readonly budget: { items: number };
  readonly findInterface: FindInterface;
  readonly findWorld: (path: PathSyntax) => WitWorld;
}

type Direction = 'imports' | 'exports';
interface Side {
  readonly interfaces: Set<WitInterface>;
  readonly functions: Set<WitFunction>;
  readonly names: NameSet;
}
interface Build {
  /** By name. */
  readonly types: Map<string, TypeDeclaration>;
  readonly imports: Side;
  readonly exports: Side;
  readonly label: string;
}

export function resolveWorld(context: WorldContext, id: string, syntax: WorldSyntax): WitWorld {
  const label = `world "${id}"`;
  const build: Build = { types: new Map(), imports: emptySide(), exports: emptySide(), label };
  const declarations = syntax.items.flatMap((item) => (item.kind === 'declaration' ? [item.declaration] : []));
  const names = build.imports.names;
  const own = resolveDeclarations(context, label, declarations, names, context.findInterface);
  for (const declaration of own.types) build.types.set(declaration.name, declaration);
  for (const fn of own.functions) build.imports.functions.add(fn);
  for (const item of syntax.items) addItem(context, build, own.scope, item);
  const { types, imports, exports } = build;
  return {
    id,
    types: [...types.values()],
    imports: { interfaces: importsWithNeeds(context, build, syntax), functions: [...imports.functions] },
    exports: { interfaces: [...exports.interfaces], functions: [...exports.functions] },
  };
}

function emptySide(): Side {
  return { interfaces: new Set(), functions: new Set(), names: new Map() };
}

function addItem(context: WorldContext, build: Build, scope: TypeScope, item: WorldItemSyntax): void {
  switch (item.kind) {
    case 'declaration':
      return;
    case 'include':
      include(context, build, context.findWorld(item.path), item);
      return;
    case 'function': {
      const side = claim(context, build, item.direction, item.function.name);
      side.functions.add(resolveFunction(context, scope, item.function, null));
      return;
    }
    case 'inline': {
      const { name, body } = item.interface;
      const side = claim(context, build, item.direction, name);
      const label = `interface "${name.text}"`;
      side.interfaces.add(resolveInterface(context, name.text, body, label, context.findInterface));
      return;
    }
    case 'path': {
      const found = context.findInterface(item.path);
      claim(context, build, item.direction, { text: found.id, span: item.path.span }).interfaces.add(found);
    }
  }
}

function claim(context: WorldContext, build: Build, direction: Direction, name: Name, hint?: string): Side {
  const side = build[direction];
  claimName(context, side.names, canonicalName(name.text), name, `the ${direction} of ${build.label}`, hint);
  return side;
}

/** Named interfaces are one however often they are included; plain names must differ or be renamed by `with`. */
function include(
  context: WorldContext,
  build: Build,
  world: WitWorld,
  item: { readonly path: PathSyntax; readonly renames: readonly RenameSyntax[] },
): void {
  const renames = checkRenames(context, world, item.renames);
  const renamed = (name: string): Name => {
    const as = renames.get(name);
    return as ?? { text: name, span: item.path.span };
  };
  for (const declaration of world.types) {
    spend(context, item.path.span);
    const name = renamed(declaration.name);
    const there = build.types.get(name.text);
    if (there !== undefined && sameThing(there, declaration)) continue;
    claim(context, build, 'imports', name, renameHint(name));
    build.types.set(name.text, { ...declaration, name: name.text });
  }
  for (const direction of ['imports', 'exports'] as const) {
    for (const found of world[direction].interfaces) {
      spend(context, item.path.span);
      const isNamed = context.interfaces.get(found.id) === found;
      if (isNamed && build[direction].interfaces.has(found)) continue;
      const name = isNamed ? { text: found.id, span: item.path.span } : renamed(found.id);
      claim(context, build, direction, name, renameHint(name)).interfaces.add(
        isNamed ? found : { ...found, id: name.text },
      );
    }
    for (const fn of world[direction].functions) {
      spend(context, item.path.span);
      if (fn.role.kind !== 'freestanding') build[direction].functions.add(fn);
      else {
        const name = renamed(fn.name);
        claim(context, build, direction, name, renameHint(name)).functions.add({ ...fn, name: name.text });
      }
    }
  }
}

function renameHint(name: Name): string {
  return `write "include … with { ${name.text} as another-name }"`;
}

function spend(context: WorldContext, span: Span): void {
  if (context.budget.items-- > 0) return;
  const message = `the worlds of this text unfold into more than ${MAX_WORLD_ITEMS} items: include less`;
  throw failAt(context, message, span, { expected: `at most ${MAX_WORLD_ITEMS} items` });
}

function sameThing(a: TypeDeclaration, b: TypeDeclaration): boolean {
  return a.type === b.type && a.resource === b.resource;
}

function checkRenames(
  context: WorldContext,
  world: WitWorld,
  renames: readonly RenameSyntax[],
): ReadonlyMap<string, Name> {
  const interfaces = [...world.imports.interfaces, ...world.exports.interfaces];
  const named = interfaces.filter((one) => context.interfaces.get(one.id) === one).map((one) => splitId(one.id).name);
  const inline = interfaces.filter((one) => context.interfaces.get(one.id) !== one).map((one) => one.id);
  const functions = [...world.imports.functions, ...world.exports.functions];
  const plain = functions.filter((fn) => fn.role.kind === 'freestanding').map((fn) => fn.name);
  const known = [...world.types.map((type) => type.name), ...plain, ...inline];
  for (const { name } of renames) {
    if (known.includes(name.text)) continue;
    if (named.includes(name.text)) {
      const message = `"${name.text}" is short for an interface's ID, which "with" cannot rename: leave it out`;
      throw failAt(context, message, name.span, { expected: 'a plain name', got: name.text });
    }
    const suggestion = nearestName(name.text, known);
    const hint = suggestion === null ? 'leave it out' : `did you mean "${suggestion}"?`;
    const facts = { expected: `a name in "${world.id}"`, got: name.text, suggestion };
    throw failAt(context, `world "${world.id}" has nothing called "${name.text}": ${hint}`, name.span, facts);
  }
  return new Map(renames.map(({ name, as }) => [name.text, as!]));
}

/**
 * The imported interfaces, each behind what it uses, so that printing them and reading them again keeps the order.
 * Rule: WIT.md "Transitive imports and worlds": what is used is imported, unless an exported user finds it exported.
 */
function importsWithNeeds(context: WorldContext, build: Build, syntax: WorldSyntax): WitInterface[] {
  const exported = build.exports.interfaces;
  const imported = new Set<WitInterface>();
  const add = (wanted: readonly WitInterface[]): void => {
    for (const found of closure(context, wanted, imported)) {
      spend(context, syntax.name.span);
      imported.add(found);
    }
  };
  for (const found of build.imports.interfaces) {
    add(usedBy(context, found.types));
    imported.add(found);
  }
  add(usedBy(context, build.types.values()));
  for (const user of exported) add(usedBy(context, user.types).filter((used) => !exported.has(used)));
  return [...imported];
}

/** The interfaces and all that they use, users last, without those in `known` (which have theirs there). */
function closure(
  context: WorldContext,
  wanted: readonly WitInterface[],
  known: ReadonlySet<WitInterface>,
): WitInterface[] {
  const found = new Set<WitInterface>();
  const open = [...wanted];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (known.has(next) || found.has(next)) continue;
    found.add(next);
    open.push(...usedBy(context, next.types));
  }
  return [...found].sort((a, b) => context.rank.get(a)! - context.rank.get(b)!);
}

function usedBy(context: WorldContext, types: Iterable<TypeDeclaration>): WitInterface[] {
  const ids = new Set<string>();
  for (const { usedFrom } of types) if (usedFrom !== undefined) ids.add(usedFrom);
  return [...ids].map((id) => context.interfaces.get(id)!);
}
