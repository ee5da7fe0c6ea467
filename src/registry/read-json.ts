/** JSON texts to nodes: strict JSON with places, so that an error points into the text as it does for YAML. */
import { MAX_DEPTH, MAX_NODES } from './limits.js';
import { clip, type DocNode, type MapField, type Scalar, type ScalarNode } from './nodes.js';
import { locate, type SourceText } from './positions.js';
import type { ProblemList } from './problems.js';
import { type ParsedDocument, TOO_DEEP, TOO_MANY_NODES } from './read-yaml.js';
import type { ProblemFacts } from './types.js';

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
  if (text.trim() === '') return { source, root: null, broken: false };
  try {
    return { source, root: jsonReader(source, text, problems)(), broken: false };
  } catch (thrown) {
    if (!(thrown instanceof JsonFault)) throw thrown;
    problems.add({ source, span: { start: thrown.at, end: thrown.at + 1 }, path: [], entry: null }, thrown.facts);
    return { source, root: null, broken: true };
  }
}

const TOKEN = /[{}[\],:]|"[^"\\]*(?:\\.[^"\\]*)*"|-?[\w.+-]+/y;
const SPACE = /[ \t\r\n]*/y;

function jsonReader(source: SourceText, text: string, problems: ProblemList): () => DocNode {
  let at = 0;
  let count = 0;

  const skip = (): void => {
    SPACE.lastIndex = at;
    SPACE.exec(text);
    at = SPACE.lastIndex;
  };
  const fail = (expected: string): never => {
    const got = at < text.length ? clip(text.slice(at).split('\n', 1)[0]!, 20) : 'the end of the file';
    throw new JsonFault(at, { code: 'json-syntax', message: 'not valid JSON', expected, got });
  };
  /** The token at `at`, which is left behind it; null when there is none. */
  const token = (): { text: string; start: number } | null => {
    skip();
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) return null;
    const start = at;
    at = TOKEN.lastIndex;
    return { text: match[0], start };
  };
  const next = (): string => {
    skip();
    return text[at] ?? '';
  };
  const expect = (char: string): void => {
    if (next() !== char) fail(`"${char}"`);
    at++;
  };

  const scalar = (): ScalarNode => {
    const found = token();
    if (found === null) return fail('a value');
    let value: Scalar;
    try {
      value = JSON.parse(found.text) as Scalar;
    } catch {
      at = found.start;
      return fail('a value');
    }
    const style = typeof value === 'string' ? 'quoted' : 'plain';
    return { type: 'scalar', value, written: found.text, style, span: { start: found.start, end: at } };
  };

  const key = (): ScalarNode & { value: string } => {
    if (next() !== '"') fail('a key in double quotes');
    return scalar() as ScalarNode & { value: string };
  };

  const map = (depth: number): DocNode => {
    const start = at;
    const fields = new Map<string, MapField>();
    at++;
    if (next() === '}') at++;
    else {
      for (;;) {
        const name = key();
        expect(':');
        const value = read(depth + 1);
        const first = fields.get(name.value);
        if (first === undefined) fields.set(name.value, { key: name.value, keySpan: name.span, value });
        else {
          const place = locate(source, first.keySpan);
          const message = `key ${clip(name.written, 60)} is given twice: first at ${source.file}:${place.line}:${place.column}`;
          problems.add({ source, span: name.span, path: [], entry: null }, { code: 'duplicate-key', message });
        }
        if (next() !== ',') break;
        at++;
      }
      expect('}');
    }
    return { type: 'map', fields, span: { start, end: at } };
  };

  const list = (depth: number): DocNode => {
    const start = at;
    const items: DocNode[] = [];
    at++;
    if (next() === ']') at++;
    else {
      for (;;) {
        items.push(read(depth + 1));
        if (next() !== ',') break;
        at++;
      }
      expect(']');
    }
    return { type: 'list', items, span: { start, end: at } };
  };

  const read = (depth: number): DocNode => {
    const first = next();
    count++;
    if (depth > MAX_DEPTH) throw new JsonFault(at, TOO_DEEP);
    if (count > MAX_NODES) throw new JsonFault(at, TOO_MANY_NODES);
    if (first === '{') return map(depth);
    if (first === '[') return list(depth);
    return scalar();
  };

  return () => {
    const root = read(0);
    skip();
    if (at < text.length) fail('the end of the file');
    return root;
  };
}
