/** The error of a WIT text, with its place as fields: whoever holds the text around it (YAML, a file) can map the place. */

export interface WitErrorFacts {
  /** What the grammar or the rule asks for, or null where only the given thing is wrong. */
  readonly expected?: string | null;
  /** What stands there. */
  readonly got?: string | null;
  /** What to write instead: a name or a spelling, without quotes. */
  readonly suggestion?: string | null;
}

/** From `start` up to, not including, `end`: UTF-16 offsets into the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A WIT text is wrong. `line`, `column` and `endColumn` count from 1, columns in UTF-16 units; `endColumn` is one past
 * the last unit and always above `column`. `message` names no place.
 */
export class WitError extends Error {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly expected: string | null;
  readonly got: string | null;
  readonly suggestion: string | null;
  /** What the caller of the parser calls the text. */
  source: string | null = null;

  constructor(message: string, text: string, span: Span, facts: WitErrorFacts = {}) {
    super(message);
    this.name = 'WitError';
    const lineStart = span.start === 0 ? 0 : text.lastIndexOf('\n', span.start - 1) + 1;
    let lineEnd = text.indexOf('\n', span.start);
    if (lineEnd < 0) lineEnd = text.length;
    this.line = countLines(text, lineStart);
    this.column = span.start - lineStart + 1;
    this.endColumn = Math.max(this.column, Math.min(span.end, lineEnd) - lineStart) + 1;
    this.expected = facts.expected ?? null;
    this.got = facts.got ?? null;
    this.suggestion = facts.suggestion ?? null;
  }
}

function countLines(text: string, end: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

const MAX_SHOWN_LINE = 160;

/**
 * `source:line:col: message`, the source line and a caret under the place.
 * @param text the text that was parsed, whole
 * @param source what to call it: a file name, an entry's field
 */
export function formatWitError(error: WitError, text: string, source = error.source ?? 'wit'): string {
  const head = `${source}:${error.line}:${error.column}: ${error.message}`;
  const line = lineOf(text, error.line);
  // A very long line is shown from shortly before the place.
  const from = error.column > MAX_SHOWN_LINE ? error.column - 1 - MAX_SHOWN_LINE / 2 : 0;
  const shown = line.slice(from, from + MAX_SHOWN_LINE);
  const pad = line.slice(from, error.column - 1).replace(/[^\t]/g, ' ');
  const caretCount = Math.max(1, Math.min(error.endColumn - error.column, shown.length - pad.length));
  return `${head}\n  ${shown}\n  ${pad}${'^'.repeat(caretCount)}`;
}

function lineOf(text: string, line: number): string {
  let start = 0;
  for (let n = 1; n < line; n++) start = text.indexOf('\n', start) + 1;
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '');
}
