/** From offsets to lines and columns. A file's lines are found once, when the first place in it is asked for. */
import type { ScalarNode, Span } from './nodes.js';

/** A text that problems may point into. */
export interface SourceText {
  /** The name it is printed under. */
  readonly file: string;
  /** Null for objects. */
  readonly text: string | null;
  /** Offsets of line starts. */
  readonly lineStarts: () => readonly number[];
}

export function sourceText(file: string, text: string | null): SourceText {
  let starts: readonly number[] | null = null;
  return {
    file,
    text,
    lineStarts: () => {
      starts ??= findLineStarts(text ?? '');
      return starts;
    },
  };
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

export interface LineRange {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

export const NOWHERE: LineRange = { line: 0, column: 0, endColumn: 0 };

/** Line and columns (from 1) of a span; what goes past the end of its first line is cut there. */
export function locate(source: SourceText, span: Span | null): LineRange {
  if (source.text === null || span === null) return NOWHERE;
  const starts = source.lineStarts();
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= span.start) low = middle;
    else high = middle - 1;
  }
  const lineStart = starts[low]!;
  const lineEnd = lineStart + lineOf(source.text, starts, low).length;
  const column = Math.min(span.start, lineEnd) - lineStart + 1;
  const endColumn = Math.max(column + 1, Math.min(span.end, lineEnd) - lineStart + 1);
  return { line: low + 1, column, endColumn };
}

/** The text of a line counted from 0, without its line end. */
function lineOf(text: string, starts: readonly number[], index: number): string {
  const end = index + 1 < starts.length ? starts[index + 1]! - 1 : text.length;
  const line = text.slice(starts[index]!, end);
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/**
 * The place in the document of a place inside a scalar's text (both from 1): exact for `|` blocks and for scalars written on
 * one line as they are; null where the notation hides it (folded blocks, escapes).
 */
export function locateWithin(
  source: SourceText,
  node: ScalarNode,
  within: { line: number; column: number; length?: number },
): LineRange | null {
  if (source.text === null || node.span === null || typeof node.value !== 'string') return null;
  const length = within.length ?? 1;
  const start = locate(source, node.span);
  if (node.style === 'literal') {
    const lines = node.value.split('\n');
    const indent = blockIndent(source, start.line, lines);
    if (indent === null || within.line > lines.length) return null;
    const column = indent + within.column;
    return { line: start.line + within.line, column, endColumn: column + length };
  }
  if (node.style === 'other' || within.line !== 1) return null;
  const quote = node.style === 'quoted' ? 1 : 0;
  const written = source.text.slice(node.span.start + quote, node.span.start + quote + node.value.length);
  if (written !== node.value) return null;
  const column = start.column + quote + within.column - 1;
  return { line: start.line, column, endColumn: column + length };
}

/** How far a `|` block whose header is on `headerLine` is indented, or null when all its lines are blank. */
export function blockIndent(source: SourceText, headerLine: number, lines: readonly string[]): number | null {
  const starts = source.lineStarts();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const written = lineOf(source.text ?? '', starts, headerLine + index);
    return written.endsWith(line) ? written.length - line.length : null;
  }
  return null;
}
