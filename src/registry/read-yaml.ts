/**
 * YAML texts to nodes. Bounds come before work: depth and tokens are counted while the text is parsed, aliases are counted as
 * if they were written out but never are, and duplicate keys are found here, since the parser's own search is quadratic.
 */
import type * as Yaml from 'yaml';
import { MAX_DEPTH, MAX_NODES, MAX_TOKENS } from './limits.js';
import { clip, type DocNode, type MapField, type ScalarNode, type Span } from './nodes.js';
import { locate, type SourceText } from './positions.js';
import type { ProblemList } from './problems.js';
import type { ProblemFacts } from './types.js';

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
    const faults = [...document.errors, ...document.warnings].slice(0, MAX_SYNTAX_ERRORS);
    for (const fault of faults) {
      const span = { start: fault.pos[0], end: fault.pos[1] };
      problems.add({ source, span, path: [], entry: null }, { code: 'yaml-syntax', message: sentence(fault.message) });
    }
    const reader = nodeReader(yaml, source, problems);
    const root = document.contents === null ? null : reader.read(document.contents, 0).node;
    parsed.push({ source, root, broken: faults.length > 0 || reader.gaveUp() });
  }
  return parsed;
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

interface NodeReader {
  read(node: unknown, depth: number): Sized;
  /** A bound was exceeded: parts of what was read are missing. */
  gaveUp(): boolean;
}

function nodeReader(yaml: typeof Yaml, source: SourceText, problems: ProblemList): NodeReader {
  const anchors = new Map<string, Sized>();
  let total = 0;
  let stopped = false;

  const fault = (span: Span | null, facts: ProblemFacts): void =>
    problems.add({ source, span, path: [], entry: null }, facts);
  const stop = (span: Span | null, facts: ProblemFacts): Sized => {
    if (!stopped) fault(span, facts);
    stopped = true;
    return { node: nothing(span), size: 1 };
  };

  const read = (node: unknown, depth: number): Sized => {
    const span = spanOf(node);
    if (stopped) return { node: nothing(span), size: 1 };
    if (depth > MAX_DEPTH) return stop(span, TOO_DEEP);
    const sized = yaml.isAlias(node) ? readAlias(node, span) : readOwn(node, span, depth);
    // A collection's nodes were counted one by one on the way; an alias brings its whole size.
    total += yaml.isAlias(node) ? sized.size : 1;
    if (total > MAX_NODES) return stop(span, TOO_MANY_NODES);
    if (yaml.isNode(node) && !yaml.isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, sized);
    return sized;
  };

  const readAlias = (alias: Yaml.Alias, span: Span | null): Sized => {
    const target = anchors.get(alias.source);
    if (target !== undefined) return target;
    const message = `alias *${clip(alias.source, 60)} has no anchor before it`;
    fault(span, { code: 'alias', message, ...problems.suggest(alias.source, () => anchors.keys()) });
    return { node: nothing(span), size: 1 };
  };

  const readOwn = (node: unknown, span: Span | null, depth: number): Sized => {
    if (yaml.isMap(node)) return readMap(node, span, depth);
    if (yaml.isSeq(node)) {
      const items: DocNode[] = [];
      let size = 1;
      for (const item of node.items) {
        const read1 = read(item, depth + 1);
        items.push(read1.node);
        size += read1.size;
      }
      return { node: { type: 'list', items, span }, size };
    }
    if (yaml.isScalar(node)) return { node: scalarNode(node, span), size: 1 };
    return { node: nothing(span), size: 1 };
  };

  const readMap = (map: Yaml.YAMLMap, span: Span | null, depth: number): Sized => {
    const fields = new Map<string, MapField>();
    const merged: DocNode[] = [];
    let size = 1;
    for (const pair of map.items) {
      const keySpan = spanOf(pair.key);
      const value = pair.value === null ? { node: nothing(keySpan), size: 1 } : read(pair.value, depth + 1);
      size += value.size;
      const key = keyText(pair.key);
      if (key === null) fault(keySpan ?? span, { code: 'bad-key', message: 'a key must be plain text' });
      else if (key === '<<') merged.push(value.node);
      else if (fields.has(key)) duplicateKey(key, keySpan, fields.get(key)!);
      else fields.set(key, { key, keySpan, value: value.node });
    }
    for (const node of merged) mergeInto(fields, node, span);
    return { node: { type: 'map', fields, span }, size };
  };

  const keyText = (key: unknown): string | null => {
    if (!yaml.isScalar(key) || key.value === null) return null;
    return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
  };

  const duplicateKey = (key: string, span: Span | null, first: MapField): void => {
    const { line, column } = locate(source, first.keySpan);
    fault(span, {
      code: 'duplicate-key',
      message: `key ${JSON.stringify(clip(key, 60))} is given twice: first at ${source.file}:${line}:${column}`,
    });
  };

  const mergeInto = (fields: Map<string, MapField>, node: DocNode, span: Span | null): void => {
    const maps = node.type === 'list' ? node.items : [node];
    for (const map of stopped ? [] : maps) {
      if (map.type !== 'map') {
        fault(map.span ?? span, { code: 'bad-key', message: '<< takes a map, or a list of maps' });
        continue;
      }
      total += map.fields.size;
      if (total > MAX_NODES) stop(span, TOO_MANY_NODES);
      for (const field of stopped ? [] : map.fields.values()) if (!fields.has(field.key)) fields.set(field.key, field);
    }
  };

  return { read, gaveUp: () => stopped };
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
