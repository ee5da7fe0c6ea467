/**
 * YAML text → middle form. Depth and tokens are counted while the text is parsed; aliases count as what they stand for, so
 * that a few lines cannot become millions of tables. Integers stay exact, `<<` merges, keys are text, numbers or booleans.
 */

import type * as Yaml from 'yaml';
import { HostError } from '../errors.js';
import { Float64, MAX_DEPTH, newMap, type Value } from '../values.js';

const MAX_TEXT_LENGTH = 2 * 1024 * 1024;
const MAX_TOKENS = 250_000;
const MAX_NODES = 500_000;
/** The parser keeps a stack of open collections and of what is between them. */
const MAX_PARSER_STACK = 3 * MAX_DEPTH + 8;
/** What the lexer puts before a plain or block scalar. */
const SCALAR_FOLLOWS = '\x1f';
/** What may follow a backslash between double quotes. */
const ESCAPE = /^(?:[0abtnvfreN_LP "/\\\t\r\n]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})/;
const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;

type Key = string | number | boolean | bigint;

interface Sized {
  readonly value: Value;
  /** Nodes with aliases written out. */
  readonly size: number;
}

interface Reading {
  readonly yaml: typeof Yaml;
  readonly text: string;
  readonly anchors: Map<string, Sized>;
  total: number;
}

/** @throws HostError Internal, details `{line, column}` */
export function decodeYaml(yaml: typeof Yaml, text: string): Value {
  if (text.length > MAX_TEXT_LENGTH) throw fault(text, 0, `the text is longer than ${MAX_TEXT_LENGTH} characters`);
  const composer = new yaml.Composer({
    prettyErrors: false,
    uniqueKeys: false,
    merge: false,
    intAsBigInt: true,
    logLevel: 'silent',
  });
  const documents = [...composer.compose(parseTokens(yaml, text), false, text.length)];
  for (const { errors } of documents) {
    const first = errors[0];
    if (first !== undefined) throw fault(text, first.pos[0], first.message.replaceAll('\n', ' '));
  }
  const [document, second] = documents;
  if (second !== undefined) {
    throw fault(text, second.range[0], 'a second document begins here: only one can be decoded at a time');
  }
  const contents = document?.contents ?? null;
  return contents === null ? null : readNode({ yaml, text, anchors: new Map(), total: 0 }, contents, 0).value;
}

function parseTokens(yaml: typeof Yaml, text: string): Yaml.CST.Token[] {
  const parser = new yaml.Parser();
  const tokens: Yaml.CST.Token[] = [];
  let count = 0;
  let before = '';
  for (const lexeme of new yaml.Lexer().lex(text)) {
    // The composer would make an error object for each.
    if (lexeme.startsWith('"') && before !== SCALAR_FOLLOWS) checkEscapes(text, parser.offset, lexeme);
    before = lexeme;
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') throw fault(text, token.offset, token.message);
      tokens.push(token);
    }
    if (parser.stack.length > MAX_PARSER_STACK) throw tooDeep(text, parser.offset);
    if (++count > MAX_TOKENS) throw fault(text, parser.offset, `the text has more than ${MAX_TOKENS} tokens`);
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function checkEscapes(text: string, offset: number, quoted: string): void {
  for (let at = quoted.indexOf('\\'); at !== -1; at = quoted.indexOf('\\', at + 2)) {
    const known = ESCAPE.exec(quoted.slice(at + 1, at + 10));
    if (known === null) throw fault(text, offset + at, `invalid escape sequence ${quoted.slice(at, at + 2)}`);
  }
}

function readNode(reading: Reading, node: unknown, depth: number): Sized {
  const { yaml, anchors } = reading;
  const isAlias = yaml.isAlias(node);
  const sized = isAlias ? readAlias(reading, node) : readOwn(reading, node, depth);
  reading.total += isAlias ? sized.size : 1;
  if (reading.total > MAX_NODES)
    throw fault(reading.text, offsetOf(node), `the text holds more than ${MAX_NODES} values`);
  if (!isAlias && yaml.isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, sized);
  return sized;
}

function readAlias(reading: Reading, alias: Yaml.Alias): Sized {
  const target = reading.anchors.get(alias.source);
  if (target !== undefined) return target;
  throw fault(reading.text, offsetOf(alias), `alias *${alias.source} has no anchor before it`);
}

function readOwn(reading: Reading, node: unknown, depth: number): Sized {
  const { yaml, text } = reading;
  if (yaml.isScalar(node)) return { value: scalarValue(node.value), size: 1 };
  if (depth >= MAX_DEPTH) throw tooDeep(text, offsetOf(node));
  if (yaml.isMap(node)) return readMap(reading, node, depth);
  if (!yaml.isSeq(node)) return { value: null, size: 1 };
  const items: Value[] = [];
  let size = 1;
  for (const item of node.items) {
    const sized = readNode(reading, item, depth + 1);
    items.push(sized.value);
    size += sized.size;
  }
  return { value: items, size };
}

function scalarValue(value: unknown): Value {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'bigint':
      return integer(value);
    case 'number':
      return Number.isInteger(value) && !Object.is(value, -0) ? new Float64(value) : value;
    default:
      return null;
  }
}

function integer(value: bigint): number | bigint | Float64 {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  return value >= MIN_INT64 && value <= MAX_UINT64 ? value : new Float64(number);
}

function readMap(reading: Reading, map: Yaml.YAMLMap, depth: number): Sized {
  const fields = new Map<Key, Value>();
  const merged: { node: unknown; value: Value }[] = [];
  let size = 1;
  for (const pair of map.items) {
    const sized = readNode(reading, pair.value, depth + 1);
    size += sized.size;
    if (isMergeKey(reading, pair.key)) merged.push({ node: pair.key, value: sized.value });
    else setOnce(reading, fields, pair.key, sized.value);
  }
  for (const { node, value } of merged) size += mergeInto(reading, fields, value, node);
  return { value: tableOf(fields), size };
}

function isMergeKey({ yaml }: Reading, key: unknown): boolean {
  return yaml.isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

function setOnce(reading: Reading, fields: Map<Key, Value>, node: unknown, value: Value): void {
  const key = reading.yaml.isScalar(node) ? keyOf(node.value) : null;
  if (key === null) throw fault(reading.text, offsetOf(node), 'a key must be text, a number or a boolean');
  if (fields.has(key)) throw fault(reading.text, offsetOf(node), `key ${JSON.stringify(String(key))} is given twice`);
  fields.set(key, value);
}

function keyOf(value: unknown): Key | null {
  const key = scalarValue(value);
  if (key instanceof Float64) return key.value;
  return typeof key === 'object' || key === undefined || Number.isNaN(key) ? null : key;
}

/** Adds what `<<` names and the map does not have itself; gives how much that was. */
function mergeInto(reading: Reading, fields: Map<Key, Value>, from: Value, node: unknown): number {
  let size = 0;
  for (const source of Array.isArray(from) ? from : [from]) {
    const entries = entriesOf(source);
    if (entries === null) throw fault(reading.text, offsetOf(node), '<< takes a map, or a list of maps');
    size += entries.length;
    reading.total += entries.length;
    if (reading.total > MAX_NODES)
      throw fault(reading.text, offsetOf(node), `the text holds more than ${MAX_NODES} values`);
    for (const [key, value] of entries) if (!fields.has(key)) fields.set(key, value);
  }
  return size;
}

function entriesOf(value: Value): [Key, Value][] | null {
  if (value instanceof Map) return [...value] as [Key, Value][];
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Float64);
  return isMap ? Object.entries(value) : null;
}

function tableOf(fields: Map<Key, Value>): Value {
  for (const key of fields.keys()) if (typeof key !== 'string') return fields;
  const map = newMap();
  for (const [key, value] of fields) map[key as string] = value;
  return map;
}

function offsetOf(node: unknown): number {
  return (node as Yaml.Node | null)?.range?.[0] ?? 0;
}

function tooDeep(text: string, offset: number): HostError {
  return fault(text, offset, `values nest deeper than ${MAX_DEPTH}`);
}

function fault(text: string, offset: number, problem: string): HostError {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return new HostError('Internal', `yaml.decode: line ${line}, column ${column}: ${problem}`, {
    retryable: false,
    details: { line, column },
  });
}
