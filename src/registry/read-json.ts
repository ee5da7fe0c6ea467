/** JSON texts to nodes: strict JSON with places, so that an error points into the text as it does for YAML. */

import type { ProblemFacts } from './facts.js';
import { MAX_DEPTH, MAX_NODES } from './limits.js';
import { clip, type DocNode, type MapField, type Scalar, type ScalarNode } from './nodes.js';
import { locate, type SourceText } from './positions.js';
import type { ProblemList } from './problems.js';
import { EMPTY, type ParsedDocument, TOO_DEEP, TOO_MANY_NODES } from './read-yaml.js';

/** Ends the reading at the first error: after one, JSON has no place to go on from. */
class JsonFault extends Error {
  readonly at: number;
  readonly facts: ProblemFacts;
  constructor(at: number, facts: ProblemFacts) {
    super(facts.message);
    this.at = at;
    this.facts = facts;
  }
}

/** Reads a JSON text; its first error, and every duplicate key, is added to `problems`. */
export function readJson(source: SourceText, problems: ProblemList): ParsedDocument {
  const text = source.text ?? '';
  if (text.trim() === '') {
    problems.add({ source, span: null, path: [], entry: null }, EMPTY);
    return { source, root: null, broken: false };
  }
  try {
    return { source, root: readWhole({ source, text, problems, at: 0, count: 0 }), broken: false };
  } catch (thrown) {
    if (!(thrown instanceof JsonFault)) throw thrown;
    problems.add({ source, span: { start: thrown.at, end: thrown.at + 1 }, path: [], entry: null }, thrown.facts);
    return { source, root: null, broken: true };
  }
}

const TOKEN = /[{}[\],:]|"[^"\\]*(?:\\.[^"\\]*)*"|-?[\w.+-]+/y;
const SPACE = /[ \t\r\n]*/y;

/** Where the reading stands in its text. */
interface Cursor {
  readonly source: SourceText;
  readonly text: string;
  readonly problems: ProblemList;
  at: number;
  /** Values read so far. */
  count: number;
}

function readWhole(cursor: Cursor): DocNode {
  const root = readValue(cursor, 0);
  if (nextChar(cursor) !== '') fail(cursor, 'the end of the file');
  return root;
}

function readValue(cursor: Cursor, depth: number): DocNode {
  const first = nextChar(cursor);
  cursor.count++;
  if (depth > MAX_DEPTH) throw new JsonFault(cursor.at, TOO_DEEP);
  if (cursor.count > MAX_NODES) throw new JsonFault(cursor.at, TOO_MANY_NODES);
  if (first === '{') return readMap(cursor, depth);
  if (first === '[') return readList(cursor, depth);
  return readScalar(cursor);
}

/** Leaves blanks behind and looks at what follows; '' is the end. */
function nextChar(cursor: Cursor): string {
  SPACE.lastIndex = cursor.at;
  SPACE.exec(cursor.text);
  cursor.at = SPACE.lastIndex;
  return cursor.text[cursor.at] ?? '';
}

function expectChar(cursor: Cursor, char: string): void {
  if (nextChar(cursor) !== char) fail(cursor, `"${char}"`);
  cursor.at++;
}

function fail(cursor: Cursor, expected: string): never {
  const { text, at } = cursor;
  const got = at < text.length ? clip(text.slice(at, at + 200).split('\n', 1)[0]!, 20) : 'the end of the file';
  throw new JsonFault(at, { code: 'json-syntax', message: 'not valid JSON', expected, got });
}

function readScalar(cursor: Cursor): ScalarNode {
  nextChar(cursor);
  const start = cursor.at;
  TOKEN.lastIndex = start;
  const written = TOKEN.exec(cursor.text)?.[0];
  if (written === undefined) return fail(cursor, 'a value');
  let value: Scalar;
  try {
    value = JSON.parse(written) as Scalar;
  } catch {
    return fail(cursor, 'a value');
  }
  cursor.at = start + written.length;
  const style = typeof value === 'string' ? 'quoted' : 'plain';
  return { type: 'scalar', value, written, style, span: { start, end: cursor.at } };
}

function readMap(cursor: Cursor, depth: number): DocNode {
  const start = cursor.at;
  const fields = new Map<string, MapField>();
  readItems(cursor, '}', () => {
    if (nextChar(cursor) !== '"') fail(cursor, 'a key in double quotes');
    const name = readScalar(cursor);
    const key = String(name.value);
    expectChar(cursor, ':');
    const value = readValue(cursor, depth + 1);
    const first = fields.get(key);
    if (first === undefined) fields.set(key, { key, keySpan: name.span, value });
    else reportDuplicate(cursor, name, first);
  });
  return { type: 'map', fields, span: { start, end: cursor.at } };
}

function reportDuplicate({ source, problems }: Cursor, name: ScalarNode, first: MapField): void {
  const { line, column } = locate(source, first.keySpan);
  const message = `key ${clip(name.written, 60)} is given twice: first at ${source.file}:${line}:${column}`;
  problems.add({ source, span: name.span, path: [], entry: null }, { code: 'duplicate-key', message });
}

function readList(cursor: Cursor, depth: number): DocNode {
  const start = cursor.at;
  const items: DocNode[] = [];
  readItems(cursor, ']', () => items.push(readValue(cursor, depth + 1)));
  return { type: 'list', items, span: { start, end: cursor.at } };
}

/** What stands between an opening bracket, which is next, and `close`, separated by commas. */
function readItems(cursor: Cursor, close: string, readItem: () => void): void {
  cursor.at++;
  if (nextChar(cursor) !== close) {
    readItem();
    while (nextChar(cursor) === ',') {
      cursor.at++;
      readItem();
    }
  }
  expectChar(cursor, close);
}
