/** A place in the token stream and the few moves that every part of the parser makes. */
import { nearestName } from '../nearest.js';
import { type Span, WitError, type WitErrorFacts } from './error.js';
import { nextToken, skipBlank, type Token } from './lex.js';
import { explainLabel, isKeyword, isLabel, isWords, versionAt } from './names.js';
import type { Name } from './syntax.js';

export interface Cursor {
  readonly text: string;
  /** The token that comes next. */
  token: Token;
  /** Where the token before it ended. */
  previousEnd: number;
  /** The package that is being read is named without a version (feature gates need one). */
  unversioned: boolean;
}

export function openCursor(text: string): Cursor {
  return { text, token: nextToken(text, 0), previousEnd: 0, unversioned: false };
}

/** Takes the next token. */
export function advance(cursor: Cursor): Token {
  const taken = cursor.token;
  cursor.previousEnd = taken.end;
  cursor.token = nextToken(cursor.text, taken.end);
  return taken;
}

export function isOperator(cursor: Cursor, symbol: string): boolean {
  return cursor.token.kind === 'operator' && cursor.token.text === symbol;
}

/** A word of the grammar: a name that was not written with `%`. */
export function isWord(cursor: Cursor, word: string): boolean {
  return cursor.token.kind === 'name' && !cursor.token.escaped && cursor.token.text === word;
}

/** Takes the operator if it comes next. */
export function takeOperator(cursor: Cursor, symbol: string): boolean {
  if (!isOperator(cursor, symbol)) return false;
  advance(cursor);
  return true;
}

export function expectOperator(cursor: Cursor, symbol: string): void {
  if (!takeOperator(cursor, symbol)) throw unexpected(cursor, JSON.stringify(symbol));
}

export function expectWord(cursor: Cursor, word: string): void {
  if (!isWord(cursor, word)) throw unexpected(cursor, JSON.stringify(word), [word]);
  advance(cursor);
}

/** @param what `a field name`, for messages */
export function expectName(cursor: Cursor, what: string): Name {
  const token = cursor.token;
  if (token.kind !== 'name') throw unexpected(cursor, what);
  if (!token.escaped && isKeyword(token.text)) {
    const facts = { expected: what, got: token.text, suggestion: `%${token.text}` };
    throw fail(cursor, `"${token.text}" is a keyword: as ${what}, write "%${token.text}"`, token, facts);
  }
  if (!isLabel(token.text)) throw badLabel(cursor, token, what);
  advance(cursor);
  return { text: token.text, span: token };
}

/** A namespace's or package's name: lower case only. */
export function expectWords(cursor: Cursor, what: string): Name {
  const name = expectName(cursor, what);
  if (isWords(name.text)) return name;
  const lower = name.text.toLowerCase();
  throw fail(
    cursor,
    `"${name.text}" is no ${what.replace(/^an? /, '')}: write it in lower case, "${lower}"`,
    name.span,
    {
      expected: what,
      got: name.text,
      suggestion: lower,
    },
  );
}

/** A version, read where the next token starts. */
export function expectVersion(cursor: Cursor): string {
  const start = skipBlank(cursor.text, cursor.previousEnd);
  const version = versionAt(cursor.text, start);
  if (version === null) {
    const got = /^[^\s;{}()]+/.exec(cursor.text.slice(start, start + 40))?.[0] ?? 'nothing';
    const span = { start, end: start + (got === 'nothing' ? 1 : got.length) };
    const facts = { expected: 'a version', got };
    throw fail(cursor, `expected a version such as 1.2.3, got ${JSON.stringify(got)}`, span, facts);
  }
  cursor.previousEnd = start + version.length;
  cursor.token = nextToken(cursor.text, cursor.previousEnd);
  return version;
}

/** `open item, item, … close`; a comma after the last item is fine. */
export function commaList<T>(cursor: Cursor, open: string, close: string, item: (cursor: Cursor) => T): T[] {
  expectOperator(cursor, open);
  const items: T[] = [];
  while (!takeOperator(cursor, close)) {
    items.push(item(cursor));
    if (takeOperator(cursor, ',')) continue;
    if (!isOperator(cursor, close)) throw unexpected(cursor, `"," or "${close}"`);
  }
  return items;
}

export function fail(cursor: Cursor, message: string, span: Span, facts: WitErrorFacts = {}): WitError {
  return new WitError(message, cursor.text, span, facts);
}

/**
 * The next token is not what the grammar wants.
 * @param words the words that could stand here, for "did you mean"
 */
export function unexpected(cursor: Cursor, expected: string, words: readonly string[] = []): WitError {
  const token = cursor.token;
  const atEnd = token.kind === 'end';
  const got = atEnd ? 'end of text' : JSON.stringify(token.text);
  const suggestion = token.kind === 'name' ? nearestName(token.text, words) : null;
  // What is missing at the end of a text is missing behind its last token, not behind its last newline.
  const span = atEnd ? { start: cursor.previousEnd, end: cursor.previousEnd + 1 } : token;
  const hint = suggestion === null || suggestion === token.text ? '' : `: did you mean "${suggestion}"?`;
  const facts = { expected, got: atEnd ? 'end of text' : token.text, suggestion: hint === '' ? null : suggestion };
  return fail(cursor, `expected ${expected}, got ${got}${hint}`, span, facts);
}

/** A part of WIT that this version reads but cannot run. */
export function unsupported(cursor: Cursor, feature: string, instead: string, span: Span): WitError {
  return fail(cursor, `${feature} not supported yet: ${instead}`, span, { got: feature.replace(/ (is|are)$/, '') });
}

function badLabel(cursor: Cursor, token: Token, what: string): WitError {
  const { reason, suggestion } = explainLabel(token.text);
  const hint = suggestion === null ? '' : `: write "${suggestion}"`;
  const facts = { expected: what, got: token.text, suggestion };
  return fail(cursor, `"${token.text}" cannot be ${what}: ${reason}${hint}`, token, facts);
}
