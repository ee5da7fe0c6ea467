/** What reading a value needs to know and to say, shared by the readers of scalars and of collections. */
import type { Expanded } from './expand.js';
import type { ProblemFacts } from './facts.js';
import { type DocNode, describeNode, type FieldPath, formatFieldPath } from './nodes.js';
import { type EntryOrigin, type ProblemList, placeProblem } from './problems.js';
import { holdsValues, isSecret, shownPath } from './secrets.js';

/** A reference met while reading; resolved when all IDs are known. */
export interface FoundReference {
  readonly path: FieldPath;
  readonly id: string;
  readonly kinds: readonly string[];
  readonly missing: string;
}

export interface ReadContext {
  readonly origin: EntryOrigin;
  readonly namespace: string;
  readonly problems: ProblemList;
  readonly references: FoundReference[];
  /** The `file://` problem of a scalar, if its text could not be loaded. */
  readonly textFault: (node: DocNode) => ProblemFacts | null;
  /** What stands in the place of a scalar that refers to the process's environment; null where none does. */
  readonly expansionOf: (node: DocNode) => Expanded | null;
  /** Messages about files that were reported: one that ten entries name is missing once. */
  readonly reportedFiles: Set<string>;
  /** What the values belong to, in messages: "function.wat". */
  readonly owner: string;
}

/** What reading gives when the value does not fit; the problem is reported already. */
export const INVALID: unique symbol = Symbol('invalid');

export function report(cx: ReadContext, path: FieldPath, facts: ProblemFacts): typeof INVALID {
  cx.problems.push(
    placeProblem(
      cx.origin,
      path,
      holdsValues(cx.owner) || isSecret(cx.owner, path) ? withoutValue(facts, path, cx.owner) : facts,
    ),
  );
  return INVALID;
}

function withoutValue({ got, suggestion, ...facts }: ProblemFacts, path: FieldPath, kind: string): ProblemFacts {
  const shown = formatFieldPath(shownPath(kind, path));
  const message = facts.message.replaceAll(formatFieldPath(path), shown);
  // One word of a public field is what it seems; more may be the next field without its comma.
  const isWord = !isSecret(kind, path) && got !== undefined && /^(?:text )?"?[\w.:/-]*"?$/.test(got);
  return { ...facts, message, ...(isWord ? { got, ...(suggestion === undefined ? {} : { suggestion }) } : {}) };
}

export function wrongType(
  cx: ReadContext,
  path: FieldPath,
  node: DocNode,
  expected: string,
  hint?: string,
): typeof INVALID {
  const message = `${formatFieldPath(path)} has the wrong type`;
  const facts = { code: 'wrong-type', message, expected, got: describeNode(node) };
  return report(cx, path, hint === undefined ? facts : { ...facts, suggestion: hint });
}

/** @param expected what there is to choose from */
export function requiredFacts(path: FieldPath, message?: string, expected?: string): ProblemFacts {
  const facts = { code: 'required', message: message ?? `${formatFieldPath(path)} is required` };
  return expected === undefined ? facts : { ...facts, expected };
}
