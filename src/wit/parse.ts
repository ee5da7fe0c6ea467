/** The one door for WIT text: a `wit:` field, a file, what the printer made. */
import { checkCharacters } from './lex.js';
import { parseSyntax } from './parse-items.js';
import { resolveDocument } from './resolve.js';
import type { WitDocument } from './types.js';

/**
 * Reads WIT text: bare functions, functions with types, or packages with interfaces and worlds.
 *
 * Time and memory are linear in the text; deep nesting, recursion and types that unfold into very many are refused.
 * Features of later WIT (async functions, streams, futures, maps, lists of fixed length) are refused by name.
 * @returns types with every name looked up; equal names in one scope are one type object
 * @throws WitError at the first mistake, with its place
 * @example
 * parseWit('answer: func() -> s32;').functions[0].name // 'answer'
 */
export function parseWit(text: string): WitDocument {
  checkCharacters(text);
  return resolveDocument(parseSyntax(text), text);
}
