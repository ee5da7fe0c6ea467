/** Packages, interfaces, worlds, `use` and `include`: the grammar of WIT.md "Top-level items" and below. */
import {
  advance,
  type Cursor,
  commaList,
  expectName,
  expectOperator,
  fail,
  isOperator,
  isWord,
  openCursor,
  takeOperator,
  unexpected,
  unsupported,
} from './cursor.js';
import type { Span } from './error.js';
import { parseGates } from './parse-gates.js';
import { parseAs, parsePackageName, parsePath, pathAfterNamespace } from './parse-path.js';
import { isTypeDef, parseFunc, parseFunction, parseTypeDef, TYPE_WORDS } from './parse-types.js';
import type {
  AliasSyntax,
  BodySyntax,
  DocumentSyntax,
  FunctionSyntax,
  InterfaceSyntax,
  Name,
  PackageSyntax,
  PathSyntax,
  RenameSyntax,
  TypeDefSyntax,
  UseSyntax,
  WorldItemSyntax,
  WorldSyntax,
} from './syntax.js';

const TOP_WORDS = ['package', 'interface', 'world', 'use', ...TYPE_WORDS];
const WORLD_WORDS = ['import', 'export', 'include', 'use', ...TYPE_WORDS];

interface MutableBody extends BodySyntax {
  readonly declarations: (TypeDefSyntax | UseSyntax)[];
  readonly functions: FunctionSyntax[];
}
interface MutablePackage extends PackageSyntax {
  name: string | null;
  readonly aliases: AliasSyntax[];
  readonly body: MutableBody;
  readonly interfaces: InterfaceSyntax[];
  readonly worlds: WorldSyntax[];
}

/** Reads a whole text. @throws WitError at the first thing that the grammar does not have */
export function parseSyntax(text: string): DocumentSyntax {
  const cursor = openCursor(text);
  const root = emptyPackage(null, cursor.token);
  const nested: PackageSyntax[] = [];
  for (let first = true; cursor.token.kind !== 'end'; first = false) {
    if (!isWord(cursor, 'package')) parsePackageItem(cursor, root);
    else {
      const declared = parsePackageName(cursor);
      if (isOperator(cursor, '{')) nested.push(parseNestedPackage(cursor, declared));
      else nameRoot(cursor, root, declared, first);
    }
    cursor.unversioned = root.name !== null && !root.name.includes('@');
  }
  return { root, nested };
}

function nameRoot(cursor: Cursor, root: MutablePackage, declared: Name, first: boolean): void {
  if (root.name !== null) throw fail(cursor, `this text has its package already, "${root.name}"`, declared.span);
  if (!first) {
    throw fail(cursor, 'the package of a text is named before everything else: move this to the top', declared.span);
  }
  if (!isOperator(cursor, ';')) throw unexpected(cursor, '";" or "{"');
  advance(cursor);
  root.name = declared.text;
}

function emptyPackage(name: string | null, span: Span): MutablePackage {
  return { name, span, aliases: [], body: { declarations: [], functions: [] }, interfaces: [], worlds: [] };
}

function parseNestedPackage(cursor: Cursor, name: Name): PackageSyntax {
  const found = emptyPackage(name.text, name.span);
  cursor.unversioned = !name.text.includes('@');
  expectOperator(cursor, '{');
  while (!takeOperator(cursor, '}')) {
    if (isWord(cursor, 'package')) throw fail(cursor, 'a package cannot hold a package: move it out', cursor.token);
    parsePackageItem(cursor, found);
  }
  return found;
}

/** One item at the top of a text or between a nested package's braces. */
function parsePackageItem(cursor: Cursor, into: MutablePackage): void {
  parseGates(cursor);
  if (isWord(cursor, 'interface')) into.interfaces.push(parseInterface(cursor));
  else if (isWord(cursor, 'world')) into.worlds.push(parseWorld(cursor));
  else if (isWord(cursor, 'use')) parseTopUse(cursor, into);
  else if (isTypeDef(cursor) || (cursor.token.kind === 'name' && !isTopMistake(cursor))) {
    refuseBareItem(cursor, into);
    if (isTypeDef(cursor)) into.body.declarations.push(parseTypeDef(cursor));
    else into.body.functions.push(parseFunction(cursor));
  } else {
    const expected = into.name === null ? 'a function, a type, an interface or a world' : 'an interface or a world';
    throw unexpected(cursor, expected, TOP_WORDS);
  }
}

/** A word that opens an item elsewhere, or a misspelt one: `expected a function, …` says more than `expected ":"`. */
function isTopMistake(cursor: Cursor): boolean {
  if (cursor.token.escaped) return false;
  if (isWord(cursor, 'import') || isWord(cursor, 'export') || isWord(cursor, 'include')) return true;
  if (isWord(cursor, 'func') || isWord(cursor, 'package')) return true;
  return /^\s+(?!func\b|async\b)[%A-Za-z]/.test(cursor.text.slice(cursor.token.end, cursor.token.end + 80));
}

function refuseBareItem(cursor: Cursor, into: PackageSyntax): void {
  if (into.name === null) return;
  const message = `functions and types of package "${into.name}" stand in an interface or a world: put this into one`;
  throw fail(cursor, message, cursor.token, { expected: 'an interface or a world', got: cursor.token.text });
}

/** `use path as name;` names an interface; `use path.{a, b}` takes types, where bare functions may need them. */
function parseTopUse(cursor: Cursor, into: MutablePackage): void {
  const start = advance(cursor);
  const path = parsePath(cursor);
  if (isOperator(cursor, '.')) {
    if (into.name !== null) refuseBareItem({ ...cursor, token: start }, into);
    into.body.declarations.push(parseUseNames(cursor, path));
    return;
  }
  const name = isWord(cursor, 'as') ? parseAs(cursor) : { text: path.name, span: path.span };
  if (!isOperator(cursor, ';')) throw unexpected(cursor, '";", "as" or ".{"', ['as']);
  advance(cursor);
  into.aliases.push({ name, path });
}

function parseUse(cursor: Cursor): UseSyntax {
  advance(cursor);
  return parseUseNames(cursor, parsePath(cursor));
}

function parseUseNames(cursor: Cursor, path: PathSyntax): UseSyntax {
  expectOperator(cursor, '.');
  const open = cursor.token;
  const names = commaList(cursor, '{', '}', (c): RenameSyntax => {
    const name = expectName(c, "a type's name");
    return { name, as: isWord(c, 'as') ? parseAs(c) : null };
  });
  if (names.length === 0) throw fail(cursor, 'this "use" names no type', open, { expected: "a type's name", got: '}' });
  expectOperator(cursor, ';');
  return { kind: 'use', path, names };
}

function parseInterface(cursor: Cursor): InterfaceSyntax {
  advance(cursor);
  const name = expectName(cursor, "an interface's name");
  return { name, body: parseBody(cursor) };
}

function parseBody(cursor: Cursor): BodySyntax {
  const body: MutableBody = { declarations: [], functions: [] };
  expectOperator(cursor, '{');
  while (!takeOperator(cursor, '}')) {
    parseGates(cursor);
    if (isWord(cursor, 'use')) body.declarations.push(parseUse(cursor));
    else if (isTypeDef(cursor)) body.declarations.push(parseTypeDef(cursor));
    else if (cursor.token.kind === 'name' && !isTopMistake(cursor)) body.functions.push(parseFunction(cursor));
    else throw unexpected(cursor, 'a function, a type, "use" or "}"', ['use', ...TYPE_WORDS]);
  }
  return body;
}

function parseWorld(cursor: Cursor): WorldSyntax {
  advance(cursor);
  const name = expectName(cursor, "a world's name");
  const items: WorldItemSyntax[] = [];
  expectOperator(cursor, '{');
  while (!takeOperator(cursor, '}')) {
    parseGates(cursor);
    if (isWord(cursor, 'import') || isWord(cursor, 'export')) items.push(parseImportOrExport(cursor));
    else if (isWord(cursor, 'include')) items.push(parseInclude(cursor));
    else if (isWord(cursor, 'use')) items.push({ kind: 'declaration', declaration: parseUse(cursor) });
    else if (isTypeDef(cursor)) items.push({ kind: 'declaration', declaration: parseTypeDef(cursor) });
    else throw unexpected(cursor, 'import, export, include, use, a type or "}"', WORLD_WORDS);
  }
  return { name, items };
}

function parseImportOrExport(cursor: Cursor): WorldItemSyntax {
  const direction = advance(cursor).text === 'import' ? 'imports' : 'exports';
  const name = expectName(cursor, 'a name');
  if (takeOperator(cursor, ';')) {
    return { kind: 'path', direction, path: { package: null, name: name.text, span: name.span } };
  }
  if (!takeOperator(cursor, ':')) throw unexpected(cursor, '":" or ";"');
  if (isWord(cursor, 'interface')) {
    advance(cursor);
    return { kind: 'inline', direction, interface: { name, body: parseBody(cursor) } };
  }
  if (isWord(cursor, 'func') || isWord(cursor, 'async')) {
    const func = parseFunc(cursor);
    expectOperator(cursor, ';');
    return { kind: 'function', direction, function: { kind: 'freestanding', name, func } };
  }
  if (cursor.token.kind !== 'name') throw unexpected(cursor, '"func", "interface" or a package\'s name');
  return parsePathItem(cursor, direction, name);
}

/** `import ns:pkg/name@1.0.0;`, told apart from `import plain: name;` by what follows the second name. */
function parsePathItem(cursor: Cursor, direction: 'imports' | 'exports', first: Name): WorldItemSyntax {
  const second = cursor.token;
  const ahead = openAt(cursor);
  if (isOperator(ahead, ':') || isOperator(ahead, ';')) {
    throw unsupported(
      cursor,
      'an interface under another name is',
      `name it "ns:pkg/name", or write "interface { … }" behind "${first.text}:"`,
      {
        start: first.span.start,
        end: second.end,
      },
    );
  }
  if (!isOperator(ahead, '/'))
    throw unexpected(cursor, '"func", "interface" or a package\'s name', ['func', 'interface']);
  const path = pathAfterNamespace(cursor, first);
  expectOperator(cursor, ';');
  return { kind: 'path', direction, path };
}

/** A second cursor behind the next token: one token of looking ahead. */
function openAt(cursor: Cursor): Cursor {
  const ahead = { ...cursor };
  advance(ahead);
  return ahead;
}

function parseInclude(cursor: Cursor): WorldItemSyntax {
  advance(cursor);
  const path = parsePath(cursor);
  if (!isWord(cursor, 'with')) {
    if (!isOperator(cursor, ';')) throw unexpected(cursor, '";" or "with"', ['with']);
    advance(cursor);
    return { kind: 'include', path, renames: [] };
  }
  advance(cursor);
  const renames = commaList(cursor, '{', '}', (c): RenameSyntax => {
    const name = expectName(c, 'an included name');
    if (!isWord(c, 'as')) throw unexpected(c, '"as"', ['as']);
    return { name, as: parseAs(c) };
  });
  takeOperator(cursor, ';');
  return { kind: 'include', path, renames };
}
