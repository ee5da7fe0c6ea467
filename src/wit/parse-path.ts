/** Names of packages and paths to interfaces and worlds: `ns:pkg@1.2.3`, `ns:pkg/name@1.2.3`, `name`. */
import {
  advance,
  type Cursor,
  expectName,
  expectOperator,
  expectVersion,
  expectWords,
  isOperator,
  takeOperator,
  unsupported,
} from './cursor.js';
import type { Name, PathSyntax } from './syntax.js';

export function parsePackageName(cursor: Cursor): Name {
  advance(cursor);
  const start = cursor.token.start;
  const namespace = expectWords(cursor, 'a namespace');
  expectOperator(cursor, ':');
  const name = expectWords(cursor, "a package's name");
  refuseNesting(cursor);
  const version = takeOperator(cursor, '@') ? `@${expectVersion(cursor)}` : '';
  return { text: `${namespace.text}:${name.text}${version}`, span: { start, end: cursor.previousEnd } };
}

function refuseNesting(cursor: Cursor): void {
  if (isOperator(cursor, ':') || isOperator(cursor, '/')) {
    throw unsupported(cursor, 'nested namespaces and packages are', 'name packages as "ns:pkg"', cursor.token);
  }
}

export function parseAs(cursor: Cursor): Name {
  advance(cursor);
  return expectName(cursor, 'a new name');
}

/** `use-path` of the grammar. */
export function parsePath(cursor: Cursor): PathSyntax {
  const first = expectName(cursor, "an interface's name");
  if (!isOperator(cursor, ':')) return { package: null, name: first.text, span: first.span };
  advance(cursor);
  return pathAfterNamespace(cursor, first);
}

export function pathAfterNamespace(cursor: Cursor, namespace: Name): PathSyntax {
  const packageName = expectWords(cursor, "a package's name");
  if (isOperator(cursor, ':')) refuseNesting(cursor);
  expectOperator(cursor, '/');
  const name = expectName(cursor, "an interface's name");
  if (isOperator(cursor, '/')) refuseNesting(cursor);
  const version = takeOperator(cursor, '@') ? `@${expectVersion(cursor)}` : '';
  return {
    package: `${namespace.text}:${packageName.text}${version}`,
    name: name.text,
    span: { start: namespace.span.start, end: cursor.previousEnd },
  };
}
