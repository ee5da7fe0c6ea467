/** Problems are gathered while everything is checked, and only then decide whether there is a registry. */
import { nearestName } from '../nearest.js';
import type { Expanded } from './expand.js';
import type { ProblemFacts } from './facts.js';
import { MAX_PROBLEMS, MAX_SUGGESTIONS } from './limits.js';
import { type DocNode, type FieldPath, formatFieldPath, nodeAt, type ScalarNode, type Span } from './nodes.js';
import { type LineRange, locate, locateWithin, NOWHERE, type SourceText } from './positions.js';
import { kindOf, shownPath } from './secrets.js';
import type { Problem } from './types.js';

/** What lies behind a scalar that said `file://`. */
export interface FileText {
  readonly source: SourceText;
}

/** Where a problem is: a span of a source, with the path that leads to it. */
interface Spot {
  readonly source: SourceText;
  readonly span: Span | null;
  readonly path: FieldPath;
  readonly entry: string | null;
}

export interface ProblemList {
  add(spot: Spot, facts: ProblemFacts): void;
  /** Adds one that is placed already. */
  push(problem: Problem): void;
  /** {@link nearestName} as part of facts: `{suggestion}` or `{}`. Bounded per list. */
  suggest(name: string, candidates: () => Iterable<string>): { suggestion?: string };
  readonly count: number;
  /** True when a problem of that entry was added. */
  has(entry: string): boolean;
  /** Sorted by file and place. */
  sorted(): readonly Problem[];
}

export function problemList(): ProblemList {
  const problems: Problem[] = [];
  const faulty = new Set<string>();
  let count = 0;
  let suggestionsLeft = MAX_SUGGESTIONS;
  const push = (problem: Problem): void => {
    count++;
    if (problem.entry !== null) faulty.add(problem.entry);
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
  };
  return {
    push,
    add: (spot, facts) => {
      push(makeProblem(facts, spot.entry, spot.path, spot.source.file, locate(spot.source, spot.span)));
    },
    suggest: (name, candidates) => {
      if (suggestionsLeft === 0) return {};
      suggestionsLeft--;
      const nearest = nearestName(name, candidates());
      return nearest === null ? {} : { suggestion: nearest };
    },
    get count() {
      return count;
    },
    has: (entry) => faulty.has(entry),
    sorted: () => {
      const sorted = problems.sort(byPlace);
      if (count <= MAX_PROBLEMS) return sorted;
      const message = `${count - MAX_PROBLEMS} more problems are not listed: mend these first`;
      const last = sorted[sorted.length - 1]!;
      return [...sorted, makeProblem({ code: 'too-many-problems', message }, null, [], last.file, NOWHERE)];
    },
  };
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** `file:line:column` of an entry; a path in a document that has no lines. */
export function placeText({ source, nameSpan, path }: EntryOrigin): string {
  const { line, column } = locate(source, nameSpan);
  return line === 0 ? `${source.file} ${formatFieldPath(path)}` : `${source.file}:${line}:${column}`;
}

/** Lays facts out as a {@link Problem}. */
function makeProblem(
  facts: ProblemFacts,
  entry: string | null,
  path: FieldPath,
  file: string,
  range: LineRange,
): Problem {
  return {
    code: facts.code,
    message: facts.message,
    expected: facts.expected ?? null,
    got: facts.got ?? null,
    suggestion: facts.suggestion ?? null,
    entry,
    path: formatFieldPath(path),
    file,
    ...range,
  };
}

/** What is known of an entry's place: enough to point at any of its fields. */
export interface EntryOrigin {
  /** Null for a document as a whole. */
  readonly id: string | null;
  readonly source: SourceText;
  readonly node: DocNode;
  /** Path of the entry in its document: `['entries', 2]`. */
  readonly path: FieldPath;
  /** Where the entry as a whole is pointed at: its name. */
  readonly nameSpan: Span | null;
  readonly textOf: (node: ScalarNode) => FileText | null;
  /** What stands in the place of a scalar that refers to the process's environment. */
  readonly expansionOf: (node: DocNode) => Expanded | null;
}

/**
 * A problem at a field of an entry. A place `within` the field's text leads into the file behind `file://`, or into the YAML
 * text itself where that is written as it is; else the field is pointed at.
 */
export function placeProblem(
  origin: EntryOrigin,
  path: FieldPath,
  given: ProblemFacts,
  at: 'value' | 'key' = 'value',
): Problem {
  const { node, field } = nodeAt(origin.node, path);
  const facts = withoutExpansion(given, node, origin);
  const fullPath = [...origin.path, ...shownPath(kindOf(origin.node), path)];
  if (node.type === 'scalar' && facts.within !== undefined) {
    const behind = origin.textOf(node);
    if (behind !== null) {
      const { line, column, length } = facts.within;
      const range = { line, column, endColumn: column + (length ?? 1) };
      return makeProblem(facts, origin.id, fullPath, behind.source.file, range);
    }
    const range = locateWithin(origin.source, node, facts.within);
    if (range !== null) return makeProblem(facts, origin.id, fullPath, origin.source.file, range);
  }
  let span = node.span;
  if (node === origin.node) span = origin.nameSpan;
  else if (field !== null && (at === 'key' || node.type !== 'scalar')) span = field.keySpan;
  return makeProblem(facts, origin.id, fullPath, origin.source.file, locate(origin.source, span));
}

/** Shorter values are in every second sentence by chance. */
const MIN_HIDDEN = 3;
/** At least so much of a long value is quoted where it is quoted. */
const MAX_QUOTED = 60;

/** What a value of the process's environment holds is not for the terminal: the reference to it stands in its place. */
function withoutExpansion(facts: ProblemFacts, node: DocNode, origin: EntryOrigin): ProblemFacts {
  const expanded = origin.expansionOf(node);
  if (node.type !== 'scalar' || !expanded?.ok || facts.within !== undefined) return facts;
  const { value } = expanded;
  const hide = (text: string): string =>
    value.length < MIN_HIDDEN
      ? text
      : text.replaceAll(value, node.written).replaceAll(value.slice(0, MAX_QUOTED), node.written);
  return {
    ...facts,
    message: hide(facts.message),
    ...(facts.expected === undefined ? {} : { expected: hide(facts.expected) }),
    ...(facts.got === undefined ? {} : { got: `text ${JSON.stringify(node.written)}` }),
  };
}
