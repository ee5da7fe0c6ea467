/** How maps name the parts of WIT types: `tag-count` is also read from `tag_count`, and near misses are found. */
import { nearestName } from '../nearest.js';

/** The other spelling of a kebab-case name, or null when there is none. */
export function snakeName(name: string): string | null {
  return name.includes('-') ? name.replaceAll('-', '_') : null;
}

/** Names to their indices, in both spellings. */
export function nameIndices(names: readonly string[]): Map<string, number> {
  const indices = new Map<string, number>();
  names.forEach((name, index) => {
    indices.set(name, index);
    const snake = snakeName(name);
    if (snake !== null && !indices.has(snake)) indices.set(snake, index);
  });
  return indices;
}

/** A map with more keys than this is not searched for misspelt ones. */
const MAX_KEYS = 256;

/** A key of `value` that is no field but nearly one that is missing. */
export function misspeltField(value: object, fields: readonly string[]): { key: string; field: string } | null {
  const keys = Object.keys(value);
  if (keys.length > MAX_KEYS) return null;
  const missing = fields.filter((field) => !keys.includes(field) && !keys.includes(snakeName(field) ?? field));
  if (missing.length === 0) return null;
  for (const key of keys) {
    if (fields.includes(key) || fields.some((field) => snakeName(field) === key)) continue;
    const field = nearestName(key, missing);
    if (field !== null) return { key, field };
  }
  return null;
}
