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
