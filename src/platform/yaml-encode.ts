/** Middle form → YAML text, in block style without line folding. An empty table is `[]`, as in JSON. */

import type * as Yaml from 'yaml';
import { HostError } from '../errors.js';
import type { YamlOptions } from '../lua/platform.js';
import { ByteString, Empty, Float64, formatPath, type PathStep, type Value } from '../values.js';

const MAX_NODES = 250_000;
const MAX_TEXT_LENGTH = 8 * 1024 * 1024;

interface Writing {
  readonly yaml: typeof Yaml;
  readonly options: YamlOptions;
  readonly path: PathStep[];
  nodesLeft: number;
  textLeft: number;
}

/** @throws HostError Internal, details `{path}` */
export function encodeYaml(yaml: typeof Yaml, value: Value, options: YamlOptions): string {
  const writing: Writing = { yaml, options, path: [], nodesLeft: MAX_NODES, textLeft: MAX_TEXT_LENGTH };
  return yaml.stringify(plainOf(writing, value), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** What the package writes: maps stay in order, and equal tables are written out each time. */
function plainOf(writing: Writing, value: Value): unknown {
  if (--writing.nodesLeft < 0) throw fault(writing, `more than ${MAX_NODES} values`);
  if (typeof value === 'string') return counted(writing, value);
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (value instanceof ByteString) return counted(writing, textOf(writing, value.bytes));
  if (value instanceof Uint8Array) return counted(writing, textOf(writing, value));
  if (value instanceof Float64) return value.value;
  if (value instanceof Empty) return [];
  if (Array.isArray(value)) return value.map((item, index) => below(writing, index + 1, item));
  if (value instanceof HostError) return value.message;
  if ('opaqueKind' in value && typeof value.opaqueKind === 'string') throw fault(writing, `a ${value.opaqueKind}`);
  const entries: [Value, Value][] = value instanceof Map ? [...value] : Object.entries(value);
  return new Map(
    ordered(writing, entries).map(([key, item]) => [keyNode(writing, key), below(writing, stepOf(key), item)]),
  );
}

function below(writing: Writing, step: PathStep, value: Value): unknown {
  writing.path.push(step);
  const plain = plainOf(writing, value);
  writing.path.pop();
  return plain;
}

function ordered({ options }: Writing, entries: [Value, Value][]): [Value, Value][] {
  const { fieldOrder, sortOthers } = options;
  if (fieldOrder.length === 0 && !sortOthers) return entries;
  const rank = new Map(fieldOrder.map((name, index) => [name, index]));
  const rankOf = ([key]: [Value, Value]): number => rank.get(String(stepOf(key))) ?? fieldOrder.length;
  return [...entries].sort((a, b) => rankOf(a) - rankOf(b) || (sortOthers ? byName(a, b) : 0));
}

function byName([a]: [Value, Value], [b]: [Value, Value]): number {
  const [left, right] = [String(stepOf(a)), String(stepOf(b))];
  return left < right ? -1 : left > right ? 1 : 0;
}

function stepOf(key: Value): PathStep {
  if (key instanceof Float64) return key.value;
  return typeof key === 'number' ? key : String(key);
}

/** A key `<<` is quoted, since a plain one merges. */
function keyNode(writing: Writing, key: Value): unknown {
  if (key === '<<') {
    const scalar = new writing.yaml.Scalar(key);
    scalar.type = 'QUOTE_DOUBLE';
    return scalar;
  }
  if (typeof key === 'object' && key !== null && !(key instanceof ByteString) && !(key instanceof Float64)) {
    throw fault(writing, 'a key that is no text, number or boolean');
  }
  return plainOf(writing, key);
}

function counted(writing: Writing, text: string): string {
  writing.textLeft -= text.length;
  if (writing.textLeft < 0) throw fault(writing, `more than ${MAX_TEXT_LENGTH} characters of text`);
  return text;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(writing: Writing, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw fault(writing, 'a string that is not valid UTF-8');
  }
}

function fault(writing: Writing, got: string): HostError {
  const path = formatPath(writing.path);
  const place = path === '' ? '' : `${path}: `;
  return new HostError('Internal', `yaml.encode: ${place}cannot be written: ${got}`, {
    retryable: false,
    details: { path },
  });
}
