/** Feature gates (WIT.md "Feature Gates"): read and checked, then let go. A host offers what a component has, gated or not. */
import {
  advance,
  type Cursor,
  expectName,
  expectOperator,
  expectVersion,
  expectWord,
  fail,
  isOperator,
  unexpected,
  unsupported,
} from './cursor.js';

const GATES = ['since', 'unstable', 'deprecated'] as const;

/** Reads `@since(version = 1.0.0)`, `@unstable(feature = name)`, `@deprecated(version = 1.1.0)`, as many as there are. */
export function parseGates(cursor: Cursor): void {
  const seen = new Set<string>();
  while (isOperator(cursor, '@')) {
    const at = advance(cursor);
    const word = cursor.token;
    const span = { start: at.start, end: word.end };
    if (word.kind === 'name' && word.text === 'external-id') {
      throw unsupported(cursor, '@external-id is', 'remove it', span);
    }
    if (word.kind !== 'name' || !GATES.some((gate) => gate === word.text)) {
      throw unexpected(cursor, 'since, unstable or deprecated', GATES);
    }
    // Only gates that name a version need one to compare with.
    if (cursor.unversioned && word.text !== 'unstable') {
      const message = `@${word.text} stands in a package without a version: add one to the package's name`;
      throw fail(cursor, message, span, { expected: 'a package with a version', got: `@${word.text}` });
    }
    if (seen.has(word.text)) throw fail(cursor, `@${word.text} stands here twice: remove one`, span);
    advance(cursor);
    seen.add(word.text);
    if (seen.has('since') && seen.has('unstable')) {
      throw fail(cursor, '@since and @unstable exclude each other: remove one', span);
    }
    parseGateArgument(cursor, word.text === 'unstable' ? 'feature' : 'version');
  }
}

function parseGateArgument(cursor: Cursor, field: 'feature' | 'version'): void {
  expectOperator(cursor, '(');
  expectWord(cursor, field);
  expectOperator(cursor, '=');
  if (field === 'feature') expectName(cursor, "a feature's name");
  else expectVersion(cursor);
  expectOperator(cursor, ')');
}
