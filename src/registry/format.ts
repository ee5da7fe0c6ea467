/** Problems as text: the one place where this room makes prose for people. */
import { HostError } from '../errors.js';
import type { LoadFailure, Problem } from './types.js';

interface FormatOptions {
  /** ANSI colours. */
  readonly color?: boolean;
}

const MAX_LINE = 160;

/**
 * Prints problems with the line they are in, a caret, and what would be right:
 * ```
 * registry/_index.yaml:9:12: myns:answer: invalid pool type
 *   9 |       type: lasy
 *     |             ^^^^
 *   expected one of inline, lazy, static, adaptive, got text "lasy"
 *   did you mean lazy?
 *
 * 1 problem in 1 file
 * ```
 */
export function formatProblems(
  problems: readonly Problem[],
  sources: ReadonlyMap<string, string>,
  options: FormatOptions = {},
): string {
  const paint = painter(options.color ?? false);
  const lines = new Map<string, readonly string[]>();
  const linesOf = (file: string): readonly string[] => {
    const known = lines.get(file);
    if (known !== undefined) return known;
    const split = sources.get(file)?.split('\n') ?? [];
    lines.set(file, split);
    return split;
  };
  const blocks = problems.map((problem) => formatProblem(problem, linesOf, paint));
  const files = new Set(problems.map((problem) => problem.file)).size;
  const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} in ${files} ${files === 1 ? 'file' : 'files'}`;
  return `${blocks.join('\n\n')}\n\n${paint('bold', count)}`;
}

/** The failure as the error that ends what needed the registry. Its details hold the problems. */
export function registryError(failure: LoadFailure): HostError {
  const text = formatProblems(failure.problems, failure.sources);
  return new HostError('Invalid', `the registry has problems:\n\n${text}`, {
    details: { problems: failure.problems.map((problem) => ({ ...problem })) },
  });
}

type Paint = (style: 'bold' | 'red' | 'dim' | 'green', text: string) => string;

function painter(color: boolean): Paint {
  const codes = { bold: 1, red: 31, dim: 2, green: 32 };
  return (style, text) => (color ? `\u001b[${codes[style]}m${text}\u001b[0m` : text);
}

function formatProblem(problem: Problem, linesOf: (file: string) => readonly string[], paint: Paint): string {
  const owner = problem.entry === null ? '' : `${problem.entry}: `;
  const block = [`${paint('bold', `${placeOf(problem)}:`)} ${owner}${paint('red', printable(problem.message))}`];
  const line = problem.line > 0 ? linesOf(problem.file)[problem.line - 1] : undefined;
  if (line !== undefined) block.push(...sourceLines(problem, line, paint));
  const wanted = [
    problem.expected === null ? '' : `expected ${printable(problem.expected)}`,
    problem.got === null ? '' : `got ${printable(problem.got)}`,
  ].filter((part) => part !== '');
  if (wanted.length > 0) block.push(`  ${wanted.join(', ')}`);
  if (problem.suggestion !== null) block.push(`  did you mean ${paint('green', printable(problem.suggestion))}?`);
  const next = NEXT[problem.code];
  if (next !== undefined) block.push(`  ${next}`);
  return block.join('\n');
}

/** What to do, where that is more than to correct a word. */
const NEXT: Readonly<Record<string, string>> = {
  'hash-mismatch': 'after a new build: moonwit add FILE --update renews the hash',
};

function placeOf(problem: Problem): string {
  const file = printable(problem.file);
  if (problem.line > 0) return `${file}:${problem.line}:${problem.column}`;
  return problem.path === '' ? file : `${file}: ${printable(problem.path)}`;
}

/** The source line and a line of carets, both cut to what a terminal shows. */
function sourceLines(problem: Problem, line: string, paint: Paint): string[] {
  const number = String(problem.line);
  const from = problem.column - 1 > MAX_LINE - 40 ? problem.column - 1 - 40 : 0;
  const lead = from > 0 ? '…' : '';
  const shown = line.slice(from, from + MAX_LINE).replace(/\r$/, '');
  const before = shown.slice(0, problem.column - 1 - from);
  const room = Math.max(1, shown.length - before.length);
  const width = Math.max(1, Math.min(problem.endColumn - problem.column, room));
  // Tabs stay tabs and a pair of surrogates is one sign, so that the caret stands under its column.
  const padding = Array.from(before, (sign) => (sign === '\t' ? '\t' : ' ')).join('');
  const bar = paint('dim', '|');
  const tail = from + MAX_LINE < line.length ? '…' : '';
  return [
    `  ${paint('dim', number)} ${bar} ${lead}${printable(shown)}${tail}`,
    `  ${' '.repeat(number.length)} ${bar} ${lead && ' '}${padding}${paint('red', '^'.repeat(width))}`,
  ];
}

/** Control characters of a file must not reach the terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}
