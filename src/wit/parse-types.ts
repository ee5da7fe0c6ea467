/** Types, functions and type definitions: the grammar of WIT.md "Types" and "Items: type". */
import {
  advance,
  type Cursor,
  commaList,
  expectName,
  expectOperator,
  expectWord,
  fail,
  isOperator,
  isWord,
  takeOperator,
  unexpected,
  unsupported,
} from './cursor.js';
import { isKeyword, isLabel, PRIMITIVES } from './names.js';
import { parseGates } from './parse-gates.js';
import type { CaseSyntax, FieldSyntax, FuncSyntax, FunctionSyntax, Name, TypeDefSyntax, TypeSyntax } from './syntax.js';
import type { PrimitiveKind } from './types.js';

/** How deep types may nest, in the text and through names. The ABI and the printers may recurse to this depth. */
export const MAX_TYPE_DEPTH = 100;

const MAX_FLAGS = 32;
const PRIMITIVE_NAMES: ReadonlySet<string> = new Set(PRIMITIVES);

/** `ty` of the grammar. @param depth how many types stand around this one */
function parseType(cursor: Cursor, depth = 0): TypeSyntax {
  const token = cursor.token;
  if (token.kind !== 'name') throw unexpected(cursor, 'a type');
  if (depth >= MAX_TYPE_DEPTH) {
    throw fail(cursor, `types nest deeper than ${MAX_TYPE_DEPTH}: give the inner ones up`, token);
  }
  if (token.escaped || !isKeyword(token.text)) return namedType(cursor);
  advance(cursor);
  if (PRIMITIVE_NAMES.has(token.text)) {
    return { kind: 'primitive', primitive: token.text as PrimitiveKind, span: token };
  }
  const inner = (c: Cursor): TypeSyntax => parseType(c, depth + 1);
  switch (token.text) {
    case 'list': {
      const element = oneArgument(cursor, inner);
      return { kind: 'list', element, span: token };
    }
    case 'option':
      return { kind: 'option', element: oneArgument(cursor, inner), span: token };
    case 'tuple': {
      const types = commaList(cursor, '<', '>', inner);
      if (types.length > 0) return { kind: 'tuple', types, span: token };
      throw fail(cursor, 'a tuple needs at least one type', token, { expected: 'a type', got: '>' });
    }
    case 'result':
      return { kind: 'result', ...resultArguments(cursor, inner), span: token };
    case 'own':
    case 'borrow': {
      expectOperator(cursor, '<');
      const resource = expectName(cursor, "a resource's name");
      expectOperator(cursor, '>');
      return { kind: token.text, resource, span: token };
    }
    case 'stream':
    case 'future':
      throw unsupported(cursor, `${token.text} is`, 'pass a list, or return when the work is done', token);
    case 'map':
      throw unsupported(cursor, 'map is', 'pass list<tuple<K, V>>', token);
    default:
      throw fail(
        cursor,
        `expected a type, got the keyword "${token.text}": write "%${token.text}" for a type's name`,
        token,
        {
          expected: 'a type',
          got: token.text,
          suggestion: `%${token.text}`,
        },
      );
  }
}

function namedType(cursor: Cursor): TypeSyntax {
  // A name that is no label cannot have been declared; the lookup's "did you mean" says more than the spelling rule.
  const token = cursor.token;
  const name = isLabel(token.text) && token.escaped ? expectName(cursor, "a type's name").text : advance(cursor).text;
  return { kind: 'name', name, span: token };
}

function oneArgument(cursor: Cursor, inner: (c: Cursor) => TypeSyntax): TypeSyntax {
  expectOperator(cursor, '<');
  const type = inner(cursor);
  if (isOperator(cursor, ',')) {
    advance(cursor);
    if (cursor.token.kind === 'integer') {
      throw unsupported(cursor, 'lists of fixed length are', 'leave the length out, or use a tuple', cursor.token);
    }
    throw unexpected(cursor, '">"');
  }
  expectOperator(cursor, '>');
  return type;
}

function resultArguments(
  cursor: Cursor,
  inner: (c: Cursor) => TypeSyntax,
): { ok: TypeSyntax | null; err: TypeSyntax | null } {
  if (!takeOperator(cursor, '<')) return { ok: null, err: null };
  if (isWord(cursor, '_')) {
    advance(cursor);
    expectOperator(cursor, ',');
    const err = inner(cursor);
    expectOperator(cursor, '>');
    return { ok: null, err };
  }
  const ok = inner(cursor);
  const err = takeOperator(cursor, ',') ? inner(cursor) : null;
  if (!isOperator(cursor, '>')) throw unexpected(cursor, err === null ? '"," or ">"' : '">"');
  advance(cursor);
  return { ok, err };
}

/** `func(a: u32) -> string`, from the word `func` on. */
export function parseFunc(cursor: Cursor): FuncSyntax {
  if (isWord(cursor, 'async')) {
    throw unsupported(cursor, 'async functions are', 'remove "async"', cursor.token);
  }
  expectWord(cursor, 'func');
  return { params: parseParams(cursor), result: parseResult(cursor) };
}

function parseParams(cursor: Cursor): FieldSyntax[] {
  return commaList(cursor, '(', ')', (c) => {
    const name = expectName(c, "a parameter's name");
    expectOperator(c, ':');
    return { name, type: parseType(c) };
  });
}

function parseResult(cursor: Cursor): TypeSyntax | null {
  if (!takeOperator(cursor, '->')) return null;
  if (isOperator(cursor, '(')) {
    throw fail(cursor, 'named results are no part of WIT any more: return a tuple or a record', cursor.token, {
      expected: 'a type',
      got: '(',
    });
  }
  return parseType(cursor);
}

/** `name: func(…) -> …;` */
export function parseFunction(cursor: Cursor): FunctionSyntax {
  const name = expectName(cursor, "a function's name");
  expectOperator(cursor, ':');
  const func = parseFunc(cursor);
  expectOperator(cursor, ';');
  return { kind: 'freestanding', name, func };
}

export const TYPE_WORDS = ['record', 'variant', 'enum', 'flags', 'type', 'resource'] as const;

export function isTypeDef(cursor: Cursor): boolean {
  return TYPE_WORDS.some((word) => isWord(cursor, word));
}

/** A definition that begins with one of {@link TYPE_WORDS}. */
export function parseTypeDef(cursor: Cursor): TypeDefSyntax {
  const word = advance(cursor).text as (typeof TYPE_WORDS)[number];
  const name = expectName(cursor, "a type's name");
  switch (word) {
    case 'record':
      return { kind: 'record', name, fields: filled(cursor, name, 'record', 'field', parseField) };
    case 'variant':
      return { kind: 'variant', name, cases: filled(cursor, name, 'variant', 'case', parseCase) };
    case 'enum':
      return { kind: 'enum', name, names: filled(cursor, name, 'enum', 'case', (c) => expectName(c, "a case's name")) };
    case 'flags': {
      const names = filled(cursor, name, 'flags', 'flag', (c) => expectName(c, "a flag's name"));
      const extra = names[MAX_FLAGS];
      if (extra === undefined) return { kind: 'flags', name, names };
      const got = `${names.length} flags`;
      const message = `flags "${name.text}" holds ${got}, the most is ${MAX_FLAGS}: split it`;
      throw fail(cursor, message, extra.span, { expected: `at most ${MAX_FLAGS} flags`, got });
    }
    case 'type': {
      expectOperator(cursor, '=');
      const type = parseType(cursor);
      expectOperator(cursor, ';');
      return { kind: 'alias', name, type };
    }
    case 'resource':
      return { kind: 'resource', name, functions: takeOperator(cursor, ';') ? [] : parseResourceBody(cursor, name) };
  }
}

function filled<T>(cursor: Cursor, name: Name, word: string, part: string, item: (c: Cursor) => T): T[] {
  const items = commaList(cursor, '{', '}', item);
  if (items.length > 0) return items;
  const message = `${word} "${name.text}" is empty: it needs at least one ${part}`;
  throw fail(cursor, message, name.span, { expected: `a ${part}`, got: '}' });
}

function parseField(cursor: Cursor): FieldSyntax {
  const name = expectName(cursor, "a field's name");
  expectOperator(cursor, ':');
  return { name, type: parseType(cursor) };
}

function parseCase(cursor: Cursor): CaseSyntax {
  const name = expectName(cursor, "a case's name");
  if (!takeOperator(cursor, '(')) return { name, type: null };
  const type = parseType(cursor);
  expectOperator(cursor, ')');
  return { name, type };
}

function parseResourceBody(cursor: Cursor, resource: Name): FunctionSyntax[] {
  expectOperator(cursor, '{');
  const functions: FunctionSyntax[] = [];
  while (!takeOperator(cursor, '}')) {
    parseGates(cursor);
    functions.push(isWord(cursor, 'constructor') ? parseConstructor(cursor, resource) : parseMethod(cursor));
  }
  return functions;
}

function parseConstructor(cursor: Cursor, resource: Name): FunctionSyntax {
  const span = advance(cursor);
  const func = { params: parseParams(cursor), result: parseResult(cursor) };
  expectOperator(cursor, ';');
  return { kind: 'constructor', name: { text: resource.text, span }, func };
}

function parseMethod(cursor: Cursor): FunctionSyntax {
  const name = expectName(cursor, "a method's name");
  expectOperator(cursor, ':');
  const isStatic = isWord(cursor, 'static');
  if (isStatic) advance(cursor);
  const func = parseFunc(cursor);
  expectOperator(cursor, ';');
  return { kind: isStatic ? 'static' : 'method', name, func };
}
