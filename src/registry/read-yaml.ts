/**
 * YAML texts to nodes. Bounds come before work: depth and tokens are counted while the text is parsed, aliases are counted as
 * if they were written out but never are, and duplicate keys are found here, since the parser's own search is quadratic.
 */
import type * as Yaml from 'yaml';
import type { ProblemFacts } from './facts.js';
import { MAX_DEPTH, MAX_NODES, MAX_TOKENS } from './limits.js';
import { clip, type DocNode, isAbsent, type MapField, type ScalarNode, type Span } from './nodes.js';
import { locate, type SourceText } from './positions.js';
import type { ProblemList } from './problems.js';

export interface ParsedDocument {
  readonly source: SourceText;
  /** Null when the document is empty. */
  readonly root: DocNode | null;
  /** The text has syntax errors: what `root` holds may be a wrong reading of it. */
  readonly broken: boolean;
}

/** The parser keeps a stack of open collections; beyond this its tokens are not worth composing. */
const MAX_PARSER_STACK = 3 * MAX_DEPTH + 8;
const MAX_SYNTAX_ERRORS = 20;

/** Reads every document of a YAML text; syntax errors, duplicate keys and exceeded bounds are added to `problems`. */
export async function readYaml(source: SourceText, problems: ProblemList): Promise<ParsedDocument[]> {
  const yaml = await import('yaml');
  const text = source.text ?? '';
  const tokens = parseTokens(yaml, text, source, problems);
  if (tokens === null) return [{ source, root: null, broken: true }];
  const composer = new yaml.Composer({ prettyErrors: false, uniqueKeys: false, merge: false, logLevel: 'silent' });
  const parsed: ParsedDocument[] = [];
  for (const document of composer.compose(tokens, false, text.length)) {
    const faults = [...document.errors, ...document.warnings];
    for (const { span, message } of causes(yaml, document, source)) {
      problems.add(
        { source, span, path: [], entry: null },
        { code: 'yaml-syntax', message: sentence(message), ...remedy(message) },
      );
    }
    const reading: Reading = { yaml, source, problems, anchors: new Map(), total: 0, stopped: false };
    const root = document.contents === null ? null : readNode(reading, document.contents, 0).node;
    parsed.push({ source, root, broken: faults.length > 0 || reading.stopped });
  }
  const isEmpty = parsed.every(({ root, broken }) => (root === null || isAbsent(root)) && !broken);
  if (isEmpty) problems.add({ source, span: null, path: [], entry: null }, EMPTY);
  return parsed;
}

/** What one mistake leads to is said once: after it, the rest of a text is often read as something else. */
function causes(yaml: typeof Yaml, document: Yaml.Document, source: SourceText): { span: Span; message: string }[] {
  const found: { span: Span; message: string }[] = [];
  let lastLine = -1;
  for (const { code, message, pos } of [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])) {
    const { line } = locate(source, { start: pos[0], end: pos[1] });
    const follows = lastLine !== -1 && line <= lastLine + 1 && !(LOCAL_ERRORS.has(code) && line > lastLine);
    lastLine = line;
    if (follows) continue;
    const open = /^Missing closing/.test(message) ? openQuote(yaml, document, pos[0]) : null;
    found.push(open ?? { span: { start: pos[0], end: pos[1] }, message });
    if (STRUCTURAL_ERRORS.has(code) || open !== null || found.length === MAX_SYNTAX_ERRORS) break;
  }
  return found;
}

/** One value is wrong, and what follows it is read as it is meant. */
const LOCAL_ERRORS: ReadonlySet<string> = new Set(['BAD_SCALAR_START', 'BAD_DQ_ESCAPE', 'TAG_RESOLVE_FAILED']);
/** Nothing that follows is surely what it was meant to be. */
const STRUCTURAL_ERRORS: ReadonlySet<string> = new Set(['BAD_INDENT', 'TAB_AS_INDENT', 'BLOCK_IN_FLOW']);

/** The text whose closing quote is missed where everything ends: where it begins is where to look. */
function openQuote(yaml: typeof Yaml, document: Yaml.Document, end: number): { span: Span; message: string } | null {
  let start: number | null = null;
  yaml.visit(document, {
    Scalar: (_key, node) => {
      const isQuoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
      if (isQuoted && node.range && node.range[0] < end && node.range[1] >= end) start = node.range[0];
    },
  });
  if (start === null) return null;
  return { span: { start, end: start + 1 }, message: 'the quote that opens here is not closed' };
}

/** What the parser means, for who does not know its words. */
const REMEDIES: readonly (readonly [begins: RegExp, expected: string])[] = [
  [
    /^Nested mappings/,
    'one colon with a space behind it in a line: a text that holds another stands in quotes, or below a |',
  ],
  [
    /^Sequence item without|^All (?:sequence|mapping) items/,
    'the fields of an entry in one column, and "- " before its first',
  ],
  [/^Tabs are not allowed/, 'spaces'],
  [
    /^Implicit (?:map )?keys need/,
    'name: value, with a space behind the colon; lines of a text further right than its name',
  ],
];

function remedy(message: string): { readonly expected?: string } {
  const found = REMEDIES.find(([begins]) => begins.test(message));
  return found === undefined ? {} : { expected: found[1] };
}

function sentence(message: string): string {
  return clip(message.replaceAll('\n', ' '), 300);
}

function parseTokens(
  yaml: typeof Yaml,
  text: string,
  source: SourceText,
  problems: ProblemList,
): Yaml.CST.Token[] | null {
  const parser = new yaml.Parser();
  const tokens: Yaml.CST.Token[] = [];
  let count = 0;
  for (const lexeme of new yaml.Lexer().lex(text)) {
    const start = parser.offset;
    for (const token of parser.next(lexeme)) tokens.push(token);
    count++;
    const tooDeep = parser.stack.length > MAX_PARSER_STACK;
    if (!tooDeep && count <= MAX_TOKENS) continue;
    const spot = { source, span: { start, end: start + lexeme.length }, path: [], entry: null };
    problems.add(spot, tooDeep ? TOO_DEEP : TOO_MANY_TOKENS);
    return null;
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

export const TOO_DEEP: ProblemFacts = {
  code: 'too-deep',
  message: `values are nested more than ${MAX_DEPTH} deep`,
};
export const EMPTY: ProblemFacts = {
  code: 'empty-document',
  message: 'the file holds no document',
  expected: 'namespace and entries; to leave a file out, let its name begin with a dot',
};
const TOO_MANY_TOKENS: ProblemFacts = {
  code: 'too-large',
  message: `the file has more than ${MAX_TOKENS} tokens: split it`,
};
export const TOO_MANY_NODES: ProblemFacts = {
  code: 'too-large',
  message: `the document holds more than ${MAX_NODES} values, counting each alias as what it stands for`,
};

/** A node and how many nodes it is with its aliases written out. */
interface Sized {
  readonly node: DocNode;
  readonly size: number;
}

/** The state of reading one document. */
interface Reading {
  readonly yaml: typeof Yaml;
  readonly source: SourceText;
  readonly problems: ProblemList;
  readonly anchors: Map<string, Sized>;
  /** Nodes read so far, aliases written out. */
  total: number;
  /** A bound was exceeded: what is left is not read. */
  stopped: boolean;
}

function fault(reading: Reading, span: Span | null, facts: ProblemFacts): void {
  reading.problems.add({ source: reading.source, span, path: [], entry: null }, facts);
}

function stop(reading: Reading, span: Span | null, facts: ProblemFacts): Sized {
  if (!reading.stopped) fault(reading, span, facts);
  reading.stopped = true;
  return { node: nothing(span), size: 1 };
}

function readNode(reading: Reading, node: unknown, depth: number): Sized {
  const { yaml, anchors } = reading;
  const span = spanOf(node);
  if (reading.stopped) return { node: nothing(span), size: 1 };
  if (depth > MAX_DEPTH) return stop(reading, span, TOO_DEEP);
  const isAlias = yaml.isAlias(node);
  const sized = isAlias ? readAlias(reading, node, span) : readOwn(reading, node, span, depth);
  // A collection's nodes were counted one by one on the way; an alias brings its whole size.
  reading.total += isAlias ? sized.size : 1;
  if (reading.total > MAX_NODES) return stop(reading, span, TOO_MANY_NODES);
  if (!isAlias && yaml.isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, sized);
  return sized;
}

function readAlias(reading: Reading, alias: Yaml.Alias, span: Span | null): Sized {
  const { anchors, problems } = reading;
  const target = anchors.get(alias.source);
  if (target !== undefined) return target;
  const message = `alias *${clip(alias.source, 60)} has no anchor before it`;
  fault(reading, span, { code: 'alias', message, ...problems.suggest(alias.source, () => anchors.keys()) });
  return { node: nothing(span), size: 1 };
}

function readOwn(reading: Reading, node: unknown, span: Span | null, depth: number): Sized {
  const { yaml } = reading;
  if (yaml.isMap(node)) return readMap(reading, node, span, depth);
  if (yaml.isScalar(node)) return { node: scalarNode(node, span), size: 1 };
  if (!yaml.isSeq(node)) return { node: nothing(span), size: 1 };
  const items: DocNode[] = [];
  let size = 1;
  for (const item of node.items) {
    const sized = readNode(reading, item, depth + 1);
    items.push(sized.node);
    size += sized.size;
  }
  return { node: { type: 'list', items, span }, size };
}

function readMap(reading: Reading, map: Yaml.YAMLMap, span: Span | null, depth: number): Sized {
  const fields = new Map<string, MapField>();
  const merged: DocNode[] = [];
  let size = 1;
  for (const pair of map.items) {
    const keySpan = spanOf(pair.key);
    const value = pair.value === null ? { node: nothing(keySpan), size: 1 } : readNode(reading, pair.value, depth + 1);
    size += value.size;
    const key = keyText(reading.yaml, pair.key);
    const first = key === null ? undefined : fields.get(key);
    if (key === null) fault(reading, keySpan ?? span, { code: 'bad-key', message: 'a key must be plain text' });
    else if (key === '<<') merged.push(value.node);
    else if (first === undefined) fields.set(key, { key, keySpan, value: value.node });
    else reportDuplicate(reading, key, keySpan, first);
  }
  for (const node of merged) size += mergeInto(reading, fields, node, span);
  return { node: { type: 'map', fields, span }, size };
}

function keyText(yaml: typeof Yaml, key: unknown): string | null {
  if (!yaml.isScalar(key) || key.value === null) return null;
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

function reportDuplicate(reading: Reading, key: string, span: Span | null, first: MapField): void {
  const { source } = reading;
  const { line, column } = locate(source, first.keySpan);
  const name = JSON.stringify(clip(key, 60));
  const message = `key ${name} is given twice: first at ${source.file}:${line}:${column}`;
  fault(reading, span, { code: 'duplicate-key', message });
}

/** Adds what `<<` names and the map does not have itself; gives how much that was. */
function mergeInto(reading: Reading, fields: Map<string, MapField>, node: DocNode, span: Span | null): number {
  let size = 0;
  for (const map of node.type === 'list' ? node.items : [node]) {
    if (reading.stopped) break;
    if (map.type !== 'map') {
      fault(reading, map.span ?? span, { code: 'bad-key', message: '<< takes a map, or a list of maps' });
      continue;
    }
    size += map.fields.size;
    reading.total += map.fields.size;
    if (reading.total > MAX_NODES) stop(reading, span, TOO_MANY_NODES);
    else for (const field of map.fields.values()) if (!fields.has(field.key)) fields.set(field.key, field);
  }
  return size;
}

/** Where an absent value would be: pointed at by its key. */
function nothing(span: Span | null): ScalarNode {
  return { type: 'scalar', value: null, written: '', style: 'plain', span };
}

function spanOf(node: unknown): Span | null {
  const range = (node as Yaml.Node | null)?.range;
  return range ? { start: range[0], end: Math.max(range[0] + 1, range[1]) } : null;
}

function scalarNode(scalar: Yaml.Scalar, span: Span | null): ScalarNode {
  const value = scalar.value;
  const written = scalar.source ?? String(value);
  const kept = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
  return { type: 'scalar', value: kept ? value : written, written, style: styleOf(scalar), span };
}

function styleOf(scalar: Yaml.Scalar): ScalarNode['style'] {
  switch (scalar.type) {
    case 'BLOCK_LITERAL':
      return 'literal';
    case 'QUOTE_DOUBLE':
    case 'QUOTE_SINGLE':
      return 'quoted';
    case 'PLAIN':
      return 'plain';
    default:
      return 'other';
  }
}
