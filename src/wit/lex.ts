/** Characters to tokens, one at a time: the parser asks, so that a version can be read where the grammar has one. */
import { type Span, WitError } from './error.js';

type TokenKind = 'name' | 'integer' | 'string' | 'operator' | 'end';

export interface Token extends Span {
  readonly kind: TokenKind;
  /** As written; for an escaped name without its `%`. */
  readonly text: string;
  /** A name written with `%`: never a keyword. */
  readonly escaped: boolean;
}

// Control codes but tab, newline, carriage return; bidirectional overrides; code points that Unicode deprecates.
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u0149\u0673\u0f77\u0f79\u17a3\u17a4\u17b4\u17b5]/;

/** @throws WitError for a character that WIT texts must not hold, comments included */
export function checkCharacters(text: string): void {
  const match = FORBIDDEN.exec(text);
  if (match === null) return;
  const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  throw new WitError(
    `the character U+${code} must not stand in WIT text: remove it`,
    text,
    { start: match.index, end: match.index + 1 },
    { got: `U+${code}` },
  );
}

/** The next token at or after `offset`. @throws WitError */
export function nextToken(text: string, offset: number): Token {
  const start = skipBlank(text, offset);
  if (start >= text.length) return { kind: 'end', text: '', escaped: false, start: text.length, end: text.length };
  const first = text[start]!;
  if (isNameStart(first)) return nameToken(text, start, start);
  if (first === '%' && isNameStart(text[start + 1] ?? '')) return nameToken(text, start, start + 1);
  if (isDigit(first)) return { kind: 'integer', ...run(text, start, isDigit), escaped: false };
  if (first === '"') return stringToken(text, start);
  if (first === '-' && text[start + 1] === '>') return operator('->', start);
  if ('=,:;(){}<>*/.@'.includes(first)) return operator(first, start);
  const character = String.fromCodePoint(text.codePointAt(start)!);
  throw new WitError(
    `unexpected character ${JSON.stringify(character)}`,
    text,
    { start, end: start + character.length },
    { expected: 'a name or one of = , : ; ( ) { } < > * -> / . @', got: character },
  );
}

/** Past whitespace and comments. Block comments nest. @throws WitError for one that is not closed */
export function skipBlank(text: string, offset: number): number {
  let at = offset;
  if (at === 0 && text.charCodeAt(0) === 0xfeff) at = 1;
  for (;;) {
    const c = text[at];
    if (c === ' ' || c === '\n' || c === '\r' || c === '\t') at++;
    else if (c === '/' && text[at + 1] === '/') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end + 1;
    } else if (c === '/' && text[at + 1] === '*') at = skipBlockComment(text, at);
    else return at;
  }
}

function skipBlockComment(text: string, start: number): number {
  const delimiter = /\/\*|\*\//g;
  delimiter.lastIndex = start;
  let depth = 0;
  for (let match = delimiter.exec(text); match !== null; match = delimiter.exec(text)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return delimiter.lastIndex;
  }
  throw new WitError(
    'this comment is not closed: add "*/" (comments nest, so each "/*" needs its own)',
    text,
    { start, end: start + 2 },
    { expected: '*/', got: 'end of text' },
  );
}

function nameToken(text: string, start: number, from: number): Token {
  let end = from;
  // "_" is taken in, so that the whole misspelt name can be named; "->" ends a name.
  while (end < text.length && isNamePart(text[end]!) && !(text[end] === '-' && text[end + 1] === '>')) end++;
  return { kind: 'name', text: text.slice(from, end), escaped: from > start, start, end };
}

function stringToken(text: string, start: number): Token {
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"')
      return { kind: 'string', text: text.slice(start, at + 1), escaped: false, start, end: at + 1 };
  }
  throw new WitError(
    'this string is not closed: add a double quote',
    text,
    { start, end: start + 1 },
    { expected: '"', got: 'end of line' },
  );
}

function operator(symbol: string, start: number): Token {
  return { kind: 'operator', text: symbol, escaped: false, start, end: start + symbol.length };
}

function run(text: string, start: number, belongs: (c: string) => boolean): { text: string } & Span {
  let end = start;
  while (end < text.length && belongs(text[end]!)) end++;
  return { text: text.slice(start, end), start, end };
}

function isDigit(c: string): boolean {
  return c >= '0' && c <= '9';
}

function isNameStart(c: string): boolean {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c === '_';
}

function isNamePart(c: string): boolean {
  return isNameStart(c) || isDigit(c) || c === '-';
}
