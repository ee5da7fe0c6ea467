/** An entry's fields as its author wrote them, for those who read the registry as data. */
import type { DocNode } from './nodes.js';
import type { EntryOrigin } from './problems.js';
import type { MetaMap, MetaValue } from './types.js';

const NOT_FIELDS = new Set(['name', 'kind', 'meta']);

/** All but `name`, `kind` and `meta`; a text behind `file://` stands in its place. */
export function writtenFields({ node, textOf }: EntryOrigin): MetaMap {
  const fields: Record<string, MetaValue> = Object.create(null) as object as Record<string, MetaValue>;
  if (node.type !== 'map') return fields;
  for (const { key, value } of node.fields.values()) if (!NOT_FIELDS.has(key)) fields[key] = written(value, textOf);
  return fields;
}

function written(node: DocNode, textOf: EntryOrigin['textOf']): MetaValue {
  if (node.type === 'scalar') return textOf(node)?.source.text ?? node.value;
  if (node.type === 'list') return node.items.map((item) => written(item, textOf));
  const map: Record<string, MetaValue> = Object.create(null) as object as Record<string, MetaValue>;
  for (const { key, value } of node.fields.values()) map[key] = written(value, textOf);
  return map;
}
