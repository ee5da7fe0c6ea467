/** Data back to WIT text that parses to equal data: for `show`, for messages, for files written beside a component. */
import { escapeName, makeId, packageOfId, splitId } from './names.js';
import { functionName } from './path.js';
import { findHomes, type Homes, openScope, type PrintScope, type Surroundings } from './print-scope.js';
import { definitionLines, functionText, OWN_NAMES, resourceLines, signatureText, typeText } from './print-types.js';
import type { TypeDeclaration, ValType, WitDocument, WitFunction, WitInterface, WitWorld } from './types.js';

/** `list<user>`: named types by their names. */
export function printType(type: ValType): string {
  return typeText(type, OWN_NAMES);
}

/** `greet: func(name: string) -> string;`; methods and constructors as between a resource's braces. */
export function printFunction(fn: WitFunction): string {
  return functionText(fn, OWN_NAMES);
}

/** `transform-users: func(users: list<user>) -> list<user-view>`, in one line; methods with their `self`. */
export function printSignature(fn: WitFunction): string {
  return signatureText(fn, OWN_NAMES);
}

/** `interface name { … }`. What it uses from other interfaces stands in `use` lines, with full IDs. */
export function printInterface(item: WitInterface): string {
  return interfaceLines(item, { package: null, homes: new Map(), known: () => true }).join('\n');
}

/**
 * A world with every interface that it names, each in its package (`package ns:pkg { interface … }` unless it is the
 * world's own), so that the text stands alone. An interface imported and exported in two sizes is printed with both parts.
 */
export function printWorld(world: WitWorld): string {
  const packageName = packageOfId(world.id);
  const all = [...world.imports.interfaces, ...world.exports.interfaces];
  const usedIds = new Set([world, ...all].flatMap(({ types }) => types.flatMap((one) => one.usedFrom ?? [])));
  const isNamed = ({ id }: WitInterface): boolean => id.includes('/') || (packageName === null && usedIds.has(id));
  const named = all.filter(isNamed);
  return documentText(
    { package: packageName, types: [], functions: [], interfaces: mergeById(named), worlds: [world] },
    findHomes(named),
  );
}

export function printDocument(document: WitDocument): string {
  const foreign = document.worlds.flatMap((world) =>
    [...world.imports.interfaces, ...world.exports.interfaces].filter(({ id }) => id.includes('/')),
  );
  const interfaces = mergeById([...document.interfaces, ...foreign]);
  return documentText({ ...document, interfaces }, findHomes([...document.interfaces, ...foreign]));
}

interface PrintContext extends Surroundings {
  /** The package whose interfaces go by their short names here. */
  readonly package: string | null;
}

function documentText(document: WitDocument, homes: Homes): string {
  const declared = new Map(document.interfaces.map(({ id, types }) => [id, new Set(types.map((one) => one.name))]));
  const known = (id: string, name: string | null): boolean => {
    const names = declared.get(id);
    return names !== undefined && (name === null || names.has(name));
  };
  const packages = new Set<string | null>([document.package]);
  for (const { id } of [...document.interfaces, ...document.worlds]) packages.add(packageOfId(id));
  const blocks: string[][] = document.package === null ? [] : [[`package ${packageText(document.package)};`]];
  const bareContext: PrintContext = { package: document.package, homes, known };
  blocks.push(...bareBlocks(document, bareContext));
  for (const name of packages) {
    const context: PrintContext = { package: name, homes, known };
    const inside = ({ id }: { readonly id: string }): boolean => packageOfId(id) === name;
    const items = [
      ...document.interfaces.filter(inside).map((item) => interfaceLines(item, context)),
      ...document.worlds.filter(inside).map((world) => worldLines(world, context)),
    ];
    if (name === document.package) blocks.push(...items);
    else blocks.push([`package ${packageText(name!)} {`, ...indent(joinBlocks(items)), '}']);
  }
  return `${joinBlocks(blocks).join('\n')}\n`;
}

function bareBlocks(document: WitDocument, context: PrintContext): string[][] {
  const lines = bodyLines(null, document.types, document.functions, context);
  return lines.length === 0 ? [] : [lines];
}

function interfaceLines(item: WitInterface, context: PrintContext): string[] {
  return braces(
    `interface ${escapeName(splitId(item.id).name)}`,
    bodyLines(item.id, item.types, item.functions, context),
  );
}

function bodyLines(
  id: string | null,
  types: readonly TypeDeclaration[],
  functions: readonly WitFunction[],
  context: PrintContext,
): string[] {
  const scope = openScope(id, types, functions, context);
  const { lines, left } = declarationLines(scope, functions, context);
  return [...lines, ...left.map((fn) => plainOrComment(fn, scope, ''))];
}

/** Declarations with the functions of their resources. `left`: the functions that are not printed yet. */
function declarationLines(
  scope: PrintScope,
  functions: readonly WitFunction[],
  context: PrintContext,
): { lines: string[]; left: WitFunction[] } {
  const lines: string[] = [];
  const printed = new Set<WitFunction>();
  let useId: string | null = null;
  let useNames: string[] = [];
  const endUse = (): void => {
    if (useId !== null) lines.push(`use ${pathText(useId, context)}.{${useNames.join(', ')}};`);
    useId = null;
    useNames = [];
  };
  const byResource = groupByResource(scope, functions);
  for (const declaration of scope.types) {
    const { name, type, resource, usedFrom, usedName } = declaration;
    if (usedFrom !== undefined) {
      if (useId !== usedFrom) endUse();
      useId = usedFrom;
      const original = usedName ?? name;
      useNames.push(original === name ? escapeName(name) : `${escapeName(original)} as ${escapeName(name)}`);
      continue;
    }
    endUse();
    const defining = scope.defining.get(type ?? resource!)!;
    if (defining !== declaration) lines.push(`type ${escapeName(name)} = ${escapeName(defining.name)};`);
    else if (type !== null) lines.push(...definitionLines(name, type, scope.names));
    else {
      const own = byResource.get(declaration) ?? [];
      for (const fn of own) printed.add(fn);
      lines.push(...resourceLines(declaration, own, scope.names));
    }
  }
  endUse();
  return { lines, left: functions.filter((fn) => !printed.has(fn)) };
}

function groupByResource(
  scope: PrintScope,
  functions: readonly WitFunction[],
): ReadonlyMap<TypeDeclaration, readonly WitFunction[]> {
  const groups = new Map<TypeDeclaration, WitFunction[]>();
  for (const fn of functions) {
    const declaration = fn.role.kind === 'freestanding' ? undefined : scope.defining.get(fn.role.resource);
    if (declaration === undefined) continue;
    const group = groups.get(declaration);
    if (group === undefined) groups.set(declaration, [fn]);
    else group.push(fn);
  }
  return groups;
}

/** A resource's function without its resource cannot be written in WIT: it is noted, not lost. */
function plainOrComment(fn: WitFunction, scope: PrintScope, before: string): string {
  if (fn.role.kind === 'freestanding') return before + functionText(fn, scope.names);
  return `// ${before}${signatureText(fn, scope.names)}`;
}

function worldLines(world: WitWorld, context: PrintContext): string[] {
  const functions = [...world.imports.functions, ...world.exports.functions];
  const scope = openScope(null, world.types, functions, context);
  const { lines, left } = declarationLines(scope, world.imports.functions, context);
  const importItems = world.imports.interfaces.flatMap((item) => worldInterfaceLines('import', item, context));
  const exportItems = world.exports.interfaces.flatMap((item) => worldInterfaceLines('export', item, context));
  return braces(`world ${escapeName(splitId(world.id).name)}`, [
    ...lines,
    ...importItems,
    ...left.map((fn) => plainOrComment(fn, scope, 'import ')),
    ...exportItems,
    ...world.exports.functions.map((fn) => plainOrComment(fn, scope, 'export ')),
  ]);
}

function worldInterfaceLines(word: string, item: WitInterface, context: PrintContext): string[] {
  if (context.known(item.id, null)) return [`${word} ${pathText(item.id, context)};`];
  const body = bodyLines(null, item.types, item.functions, context);
  return braces(`${word} ${escapeName(item.id)}: interface`, body);
}

function pathText(id: string, context: PrintContext): string {
  const { package: packageName, name, version } = splitId(id);
  if (packageOfId(id) === context.package) return escapeName(name);
  if (packageName === null) return escapeName(name);
  return makeId(packageText(version === null ? packageName : `${packageName}@${version}`), escapeName(name));
}

/** `ns:pkg@1.2.3` with `%` before keywords. */
function packageText(name: string): string {
  return name.replace(/^[^:@]+|(?<=:)[^:@]+/g, escapeName);
}

function mergeById(interfaces: readonly WitInterface[]): WitInterface[] {
  const merged = new Map<string, WitInterface>();
  for (const item of interfaces) {
    const before = merged.get(item.id);
    if (before === undefined) merged.set(item.id, item);
    else if (before !== item) merged.set(item.id, mergeTwo(before, item));
  }
  return [...merged.values()];
}

function mergeTwo(a: WitInterface, b: WitInterface): WitInterface {
  const names = new Set(a.types.map((one) => one.name));
  const functionNames = new Set(a.functions.map(functionName));
  const types = b.types.filter((one) => !names.has(one.name));
  const functions = b.functions.filter((fn) => !functionNames.has(functionName(fn)));
  return types.length + functions.length === 0
    ? a
    : { id: a.id, types: [...a.types, ...types], functions: [...a.functions, ...functions] };
}

function braces(head: string, body: readonly string[]): string[] {
  return body.length === 0 ? [`${head} {}`] : [`${head} {`, ...indent(body), '}'];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

function joinBlocks(blocks: readonly (readonly string[])[]): string[] {
  return blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block]));
}
