/** An entry's fields as its author wrote them, for those who read the registry as data. */

import type { MetaMap, MetaValue } from './facts.js';
import { type DocNode, type FieldPath, isAbsent, type MapNode } from './nodes.js';
import type { EntryOrigin } from './problems.js';
import { isSecret, REDACTED } from './secrets.js';

const NOT_FIELDS = new Set(['name', 'kind', 'meta']);

/** All but `name`, `kind` and `meta`; a text behind `file://` stands in its place, {@link REDACTED} where a secret may be. */
export function writtenFields({ node, textOf }: EntryOrigin, kind: string): MetaMap {
  const written = (value: DocNode, path: FieldPath): MetaValue => {
    if (value.type === 'list') return value.items.map((item, index) => written(item, [...path, index]));
    if (value.type === 'map') return mapOf(value, path);
    if (isAbsent(value)) return null;
    return isSecret(kind, path) ? REDACTED : (textOf(value)?.source.text ?? value.value);
  };
  const mapOf = (map: MapNode, path: FieldPath): MetaMap => {
    const fields = Object.create(null) as Record<string, MetaValue>;
    for (const { key, value } of map.fields.values()) {
      if (path.length > 0 || !NOT_FIELDS.has(key)) fields[key] = written(value, [...path, key]);
    }
    return fields;
  };
  return node.type === 'map' ? mapOf(node, []) : {};
}
