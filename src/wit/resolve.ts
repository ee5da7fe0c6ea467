/** A whole text: packages, their interfaces in the order of `use`, their worlds in the order of `include`. */
import { nearestName } from '../nearest.js';
import { claimName, failAt, type NameSet } from './claims.js';
import { canonicalName, makeId } from './names.js';
import { type Need, orderByNeeds } from './order.js';
import { resolveInterface } from './resolve-body.js';
import { openContext, type ResolveContext } from './resolve-types.js';
import { MAX_WORLD_ITEMS, resolveWorld, type WorldContext } from './resolve-world.js';
import type { DocumentSyntax, InterfaceSyntax, PackageSyntax, PathSyntax, WorldSyntax } from './syntax.js';
import type { ResourceType, TypeDeclaration, WitDocument, WitInterface, WitWorld } from './types.js';

interface Node<S> {
  readonly id: string;
  readonly package: PackageNode;
  readonly syntax: S;
}
interface PackageNode extends PackageSyntax {
  readonly aliasPaths: ReadonlyMap<string, PathSyntax>;
}
interface Tables {
  readonly packages: ReadonlyMap<string | null, PackageNode>;
  readonly interfaces: ReadonlyMap<string, Node<InterfaceSyntax>>;
  readonly worlds: ReadonlyMap<string, Node<WorldSyntax>>;
}

/** Looks every name up. @throws WitError at the first that leads nowhere, round in a circle, or to the wrong thing */
export function resolveDocument(syntax: DocumentSyntax, text: string): WitDocument {
  const context = openContext(text);
  const tables = collect(context, syntax);
  checkAliases(context, tables);
  const interfaces = resolveInterfaces(context, tables);
  const find = (from: PackageNode) => (path: PathSyntax) =>
    interfaces.get(pathId(context, tables, from, path, 'interface'))!;
  const root = resolveInterface(
    context,
    '',
    syntax.root.body,
    'this text',
    find(tables.packages.get(syntax.root.name)!),
  );
  const worlds = resolveWorlds(context, tables, interfaces, find);
  const document: WitDocument = {
    package: syntax.root.name,
    types: root.types,
    functions: root.functions,
    interfaces: [...tables.interfaces.keys()].map((id) => interfaces.get(id)!),
    worlds: [...tables.worlds.keys()].map((id) => worlds.get(id)!),
  };
  numberResources(document);
  return document;
}

function collect(context: ResolveContext, syntax: DocumentSyntax): Tables {
  const packages = new Map<string | null, PackageNode>();
  const interfaces = new Map<string, Node<InterfaceSyntax>>();
  const worlds = new Map<string, Node<WorldSyntax>>();
  for (const one of [syntax.root, ...syntax.nested]) {
    const found = { ...one, aliasPaths: new Map(one.aliases.map((alias) => [alias.name.text, alias.path])) };
    if (packages.has(found.name)) {
      const message = `package "${found.name}" stands in this text twice: join the two`;
      throw failAt(context, message, found.span, { got: found.name });
    }
    packages.set(found.name, found);
    const names: NameSet = new Map();
    const label = found.name === null ? 'this text' : `package "${found.name}"`;
    for (const { name } of [...found.interfaces, ...found.worlds, ...found.aliases]) {
      claimName(context, names, canonicalName(name.text), name, label);
    }
    for (const item of found.interfaces) {
      const id = makeId(found.name, item.name.text);
      interfaces.set(id, { id, package: found, syntax: item });
    }
    for (const item of found.worlds) {
      const id = makeId(found.name, item.name.text);
      worlds.set(id, { id, package: found, syntax: item });
    }
  }
  return { packages, interfaces, worlds };
}

/** A `use path as name;` at the top that leads nowhere is a mistake, used or not. */
function checkAliases(context: ResolveContext, tables: Tables): void {
  for (const found of tables.packages.values()) {
    const withoutAliases = { ...found, aliasPaths: new Map<string, PathSyntax>() };
    for (const { path } of found.aliases) {
      const isWorld = tables.worlds.has(makeId(path.package ?? found.name, path.name));
      if (!isWorld) pathId(context, tables, withoutAliases, path, 'interface');
    }
  }
}

function resolveInterfaces(context: ResolveContext, tables: Tables): Map<string, WitInterface> {
  const found = orderByNeeds(tables.interfaces.values(), (node) =>
    node.syntax.body.declarations.flatMap((item): Need<Node<InterfaceSyntax>>[] => {
      if (item.kind !== 'use') return [];
      const on = tables.interfaces.get(pathId(context, tables, node.package, item.path, 'interface'))!;
      return [{ on, span: item.path.span }];
    }),
  );
  if (found.order === null) throw circle(context, 'interface', 'use', found);
  const interfaces = new Map<string, WitInterface>();
  for (const node of found.order) {
    const find = (path: PathSyntax): WitInterface =>
      interfaces.get(pathId(context, tables, node.package, path, 'interface'))!;
    const label = `interface "${node.id}"`;
    interfaces.set(node.id, resolveInterface(context, node.id, node.syntax.body, label, find));
  }
  return interfaces;
}

function resolveWorlds(
  context: ResolveContext,
  tables: Tables,
  interfaces: ReadonlyMap<string, WitInterface>,
  find: (from: PackageNode) => (path: PathSyntax) => WitInterface,
): Map<string, WitWorld> {
  const worldNode = (from: PackageNode, path: PathSyntax): Node<WorldSyntax> =>
    tables.worlds.get(pathId(context, tables, from, path, 'world'))!;
  const found = orderByNeeds(tables.worlds.values(), (node) =>
    node.syntax.items.flatMap((item): Need<Node<WorldSyntax>>[] =>
      item.kind === 'include' ? [{ on: worldNode(node.package, item.path), span: item.path.span }] : [],
    ),
  );
  if (found.order === null) throw circle(context, 'world', 'include', found);
  const worlds = new Map<string, WitWorld>();
  const budget = { items: MAX_WORLD_ITEMS };
  const rank = new Map([...interfaces.values()].map((item, index) => [item, index]));
  for (const node of found.order) {
    const world: WorldContext = {
      ...context,
      interfaces,
      rank,
      budget,
      findInterface: find(node.package),
      findWorld: (path) => worlds.get(worldNode(node.package, path).id)!,
    };
    worlds.set(node.id, resolveWorld(world, node.id, node.syntax));
  }
  return worlds;
}

function circle(
  context: ResolveContext,
  kind: string,
  verb: string,
  found: { readonly cycle: readonly { readonly id: string }[]; readonly span: { start: number; end: number } },
): Error {
  const shown = found.cycle.slice(0, 5).map((node) => `"${node.id}"`);
  const more = found.cycle.length > shown.length ? ', …' : '';
  const message =
    shown.length === 1
      ? `${kind} ${shown[0]} ${verb}s itself: leave that out`
      : `${kind}s ${verb} each other in a circle: ${shown.join(', ')}${more}, ${shown[0]}; move what they share into another`;
  return failAt(context, message, found.span, { got: found.cycle[0]!.id });
}

/** The ID that a path means in a package. @throws WitError if the text has no such interface (or world) */
function pathId(
  context: ResolveContext,
  tables: Tables,
  from: PackageNode,
  path: PathSyntax,
  kind: 'interface' | 'world',
): string {
  const alias = path.package === null ? from.aliasPaths.get(path.name) : undefined;
  const target = alias ?? path;
  const packageName = target.package ?? from.name;
  const id = makeId(packageName, target.name);
  const [table, otherTable] =
    kind === 'interface' ? [tables.interfaces, tables.worlds] : [tables.worlds, tables.interfaces];
  if (table.has(id)) return id;
  if (otherTable.has(id)) {
    const message = `"${id}" is ${kind === 'interface' ? 'a world, not an interface' : 'an interface, not a world'}`;
    throw failAt(context, message, path.span, { expected: kind, got: id });
  }
  if (!tables.packages.has(packageName)) throw unknownPackage(context, tables, path, packageName!);
  const suggestion = nearestName(target.name, namesIn(table, from, packageName, path.package === null));
  const where = packageName === null ? 'this text' : `package "${packageName}"`;
  const hint = suggestion === null ? `declare it in ${where}` : `did you mean "${suggestion}"?`;
  const facts = { expected: kind, got: target.name, suggestion };
  throw failAt(context, `unknown ${kind} "${target.name}": ${hint}`, path.span, facts);
}

function namesIn(
  table: ReadonlyMap<string, Node<InterfaceSyntax | WorldSyntax>>,
  from: PackageNode,
  packageName: string | null,
  withAliases: boolean,
): string[] {
  const names = [...table.values()].filter((node) => node.package.name === packageName);
  const aliases = withAliases ? from.aliases.map((alias) => alias.name.text) : [];
  return [...names.map((node) => node.syntax.name.text), ...aliases];
}

function unknownPackage(context: ResolveContext, tables: Tables, path: PathSyntax, name: string): Error {
  const known = [...tables.packages.keys()].filter((one) => one !== null);
  const bare = name.split('@')[0];
  const suggestion = known.find((one) => one.split('@')[0] === bare) ?? nearestName(name, known);
  const hint = suggestion === null ? `add "package ${name} { … }" to it` : `did you mean "${suggestion}"?`;
  const facts = { expected: 'a package of this text', got: name, suggestion };
  return failAt(context, `package "${name}" is not in this text: ${hint}`, path.span, facts);
}

/** Numbers every resource by where the document first declares it, so that equal texts give equal data. */
function numberResources(document: WitDocument): void {
  let next = 0;
  const seen = new Set<ResourceType>();
  const number = (declarations: readonly TypeDeclaration[]): void => {
    for (const { resource } of declarations) {
      if (resource === null || seen.has(resource)) continue;
      seen.add(resource);
      (resource as { id: number }).id = next++;
    }
  };
  number(document.types);
  for (const item of document.interfaces) number(item.types);
  for (const world of document.worlds) {
    number(world.types);
    for (const side of [world.imports, world.exports]) for (const item of side.interfaces) number(item.types);
  }
}
