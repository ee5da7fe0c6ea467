/** Names that one scope must hold only once. Rule: "Name Uniqueness" (Explainer.md). */
import { type Span, WitError, type WitErrorFacts } from './error.js';
import { canonicalName } from './names.js';
import type { Name } from './syntax.js';

/** What claims and lookups need of a document: its text, for the places of their errors. */
export interface TextContext {
  readonly text: string;
}

export function failAt(context: TextContext, message: string, span: Span, facts: WitErrorFacts = {}): WitError {
  return new WitError(message, context.text, span, facts);
}

/** Names of one scope that must differ, whatever their case. */
export type NameSet = Map<string, Name>;

/**
 * @param key the name in the form that is compared
 * @param hint what to do about it
 * @throws WitError if the scope has it
 */
export function claimName(
  context: TextContext,
  names: NameSet,
  key: string,
  name: Name,
  where: string,
  hint = 'rename one',
): void {
  const first = names.get(key);
  if (first === undefined) {
    names.set(key, name);
    return;
  }
  const line = new WitError('', context.text, first.span).line;
  const isOnlyCase = first.text !== name.text && canonicalName(first.text) === canonicalName(name.text);
  const other = isOnlyCase ? ` (names that differ only in case are one name: "${first.text}")` : '';
  const message = `"${name.text}" is declared twice in ${where}, first in line ${line}${other}: ${hint}`;
  throw failAt(context, message, name.span, { expected: 'a name that is still free', got: name.text });
}

export function claimAll(context: TextContext, names: readonly Name[], where: string): void {
  const set: NameSet = new Map();
  for (const name of names) claimName(context, set, canonicalName(name.text), name, where);
}
