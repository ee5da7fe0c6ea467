/** Reads nodes by schema: the one place that turns what was written into what entries hold, and says what does not fit. */
import { typedValue } from './expand.js';
import type { MetaMap, MetaValue } from './facts.js';
import {
  readChoice,
  readCode,
  readFilled,
  readNumber,
  readReference,
  readText,
  readWhole,
  reportFile,
} from './interpret-scalars.js';
import { clip, type DocNode, type FieldPath, formatFieldPath, isAbsent, type MapNode } from './nodes.js';
import { placeProblem } from './problems.js';
import { INVALID, type ReadContext, report, requiredFacts, wrongType } from './read-context.js';
import { camelCase, type FieldTable, type Report, type SchemaData } from './schema.js';
import { shownKey } from './secrets.js';

/** The fields of an entry in camel case. Those that did not fit are missing. */
export interface ReadFields {
  readonly values: Record<string, unknown>;
  /** False when anything did not fit. */
  readonly valid: boolean;
}

/** Reads the entry's fields by its kind's table; `known` are field names that belong to every entry. */
export function readEntryFields(
  node: MapNode,
  table: FieldTable,
  known: ReadonlySet<string>,
  cx: ReadContext,
): ReadFields {
  return readFields(node, table, [], cx, known);
}

/** Reads one value at `path` of the entry; null when it does not fit. */
export function readField<T>(
  node: DocNode,
  schema: SchemaData & { readonly output?: T },
  path: FieldPath,
  cx: ReadContext,
): T | null {
  const value = read(node, schema, path, cx);
  return value === INVALID ? null : (value as T);
}

const TYPED: ReadonlySet<string> = new Set(['boolean', 'whole', 'number']);
/** Read as they are written: code has its own use for `${`, and a checked value is expanded inside. */
const NOT_EXPANDED: ReadonlySet<string> = new Set(['code', 'free', 'checked']);

function read(written: DocNode, schema: SchemaData, path: FieldPath, cx: ReadContext): unknown {
  const expanded = NOT_EXPANDED.has(schema.type) ? null : cx.expansionOf(written);
  if (expanded?.ok === false) return report(cx, path, expanded.facts);
  const node = expanded === null ? written : expandedNode(written, expanded.value, TYPED.has(schema.type));
  return readNode(node, schema, path, cx);
}

function expandedNode(node: DocNode, text: string, isTyped: boolean): DocNode {
  const value = isTyped ? typedValue(text) : text;
  return { type: 'scalar', value, written: text, style: 'other', span: node.span };
}

function readNode(node: DocNode, schema: SchemaData, path: FieldPath, cx: ReadContext): unknown {
  switch (schema.type) {
    case 'text':
      return readFilled(node, schema.filled, path, cx);
    case 'written':
      if (node.type !== 'scalar' || node.value === null) return wrongType(cx, path, node, 'text');
      return typeof node.value === 'string' ? readText(node, path, cx) : node.written;
    case 'code':
      return readCode(node, schema.empty, path, cx);
    case 'boolean':
      if (node.type === 'scalar' && typeof node.value === 'boolean') return node.value;
      return wrongType(cx, path, node, 'true or false');
    case 'whole':
      return readWhole(node, schema, path, cx);
    case 'number':
      return readNumber(node, schema, path, cx);
    case 'choice':
      return readChoice(node, schema, path, cx);
    case 'reference':
      return readReference(node, schema, path, cx);
    case 'list':
      if (node.type !== 'list') return wrongType(cx, path, node, 'a list');
      return readList(node.items, schema.of, path, cx);
    case 'map':
      if (node.type !== 'map') return wrongType(cx, path, node, 'a map');
      return readMap(node, schema.of, path, cx);
    case 'record':
      if (node.type !== 'map') return wrongType(cx, path, node, `a map of ${Object.keys(schema.fields).join(', ')}`);
      return readRecord(node, schema.fields, path, cx);
    case 'free':
      if (node.type !== 'map') return wrongType(cx, path, node, 'a map');
      return plainData(node, path, cx);
    case 'checked':
      return readChecked(node, schema, path, cx);
  }
}

const NO_NAMES: ReadonlySet<string> = new Set();

function readList(items: readonly DocNode[], of: SchemaData, path: FieldPath, cx: ReadContext): unknown {
  let valid = true;
  const values = items.map((item, index) => {
    const value = read(item, of, [...path, index], cx);
    if (value === INVALID) valid = false;
    return value;
  });
  return valid ? values : INVALID;
}

function readMap(node: MapNode, of: SchemaData, path: FieldPath, cx: ReadContext): unknown {
  const values = Object.create(null) as Record<string, unknown>;
  let valid = true;
  for (const field of node.fields.values()) {
    const value = read(field.value, of, [...path, field.key], cx);
    if (value === INVALID) valid = false;
    values[field.key] = value;
  }
  return valid ? values : INVALID;
}

function readRecord(node: MapNode, table: FieldTable, path: FieldPath, cx: ReadContext): unknown {
  const { values, valid } = readFields(node, table, path, cx, NO_NAMES);
  return valid ? values : INVALID;
}

function readFields(
  node: MapNode,
  table: FieldTable,
  path: FieldPath,
  cx: ReadContext,
  known: ReadonlySet<string>,
): ReadFields {
  let valid = true;
  for (const field of node.fields.values()) {
    if (Object.hasOwn(table, field.key) || known.has(field.key)) continue;
    unknownField(field.key, table, path, cx, known);
    valid = false;
  }
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(table)) {
    const written = node.fields.get(name)?.value;
    const fieldPath = [...path, name];
    let value = field.fallback;
    if (written !== undefined && !isAbsent(written)) value = read(written, field.schema, fieldPath, cx);
    else if (field.reported === 'by the loader') value = INVALID;
    else if (field.required)
      value = report(
        cx,
        written === undefined ? path : fieldPath,
        requiredFacts(fieldPath, field.missing, field.choices),
      );
    if (value === INVALID) valid = false;
    else values[camelCase(name)] = value;
  }
  return { values, valid };
}

function unknownField(
  key: string,
  table: FieldTable,
  path: FieldPath,
  cx: ReadContext,
  known: ReadonlySet<string>,
): void {
  const names = (): string[] => [...Object.keys(table), ...known];
  const owner = path.length === 0 ? cx.owner : formatFieldPath(path);
  const facts = {
    code: 'unknown-field',
    message: `${owner} has no field ${JSON.stringify(clip(String(shownKey(cx.owner, [...path, key])), 60))}`,
    expected: `one of ${names().join(', ')}`,
    ...cx.problems.suggest(key, names),
  };
  cx.problems.push(placeProblem(cx.origin, [...path, key], facts, 'key'));
}

function readChecked(
  node: DocNode,
  schema: {
    readonly inner: SchemaData;
    readonly check: (value: never, report: Report) => unknown;
  },
  path: FieldPath,
  cx: ReadContext,
): unknown {
  const inner = read(node, schema.inner, path, cx);
  if (inner === INVALID) return INVALID;
  let valid = true;
  const value = schema.check(inner as never, (below, facts) => {
    valid = false;
    report(cx, [...path, ...below], facts);
  });
  return valid ? value : INVALID;
}

function plainData(node: DocNode, path: FieldPath, cx: ReadContext): MetaMap | typeof INVALID {
  let valid = true;
  const convert = (item: DocNode, at: FieldPath): MetaValue => {
    if (item.type === 'list') return item.items.map((inner, index) => convert(inner, [...at, index]));
    if (item.type === 'map') {
      const values = Object.create(null) as Record<string, MetaValue>;
      for (const field of item.fields.values()) values[field.key] = convert(field.value, [...at, field.key]);
      return values;
    }
    const fault = cx.textFault(item);
    if (fault === null) return cx.origin.textOf(item)?.source.text ?? item.value;
    reportFile(fault, at, cx);
    valid = false;
    return null;
  };
  const data = convert(node, path) as MetaMap;
  return valid ? data : INVALID;
}
