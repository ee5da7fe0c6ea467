/**
 * What `registry.find` asks of an entry. Keys: `.kind`, `.name`, `.ns`, `.id` (as they are, or with one `*`); `meta.x` (equal),
 * `~meta.x` (regular expression), `*meta.x` (contains), `^meta.x` (begins), `$meta.x` (ends). Other keys ask nothing.
 */

import { ByteString, Empty, Float64, type Value, type ValueMap } from '../../values.js';
import type { LuaPlatform, LuaRegistryEntry } from '../platform.js';
import { moduleError } from '../results.js';

/** Keeps the entries that it is about. */
type Step = (entries: readonly LuaRegistryEntry[]) => readonly LuaRegistryEntry[];

const FIELDS: { readonly [key: string]: (entry: LuaRegistryEntry) => string } = {
  '.kind': (entry) => entry.kind,
  '.name': (entry) => entry.name,
  '.ns': (entry) => entry.namespace,
  '.id': (entry) => entry.id,
};
const META_KEY = /^([~*^$]?)meta\.(.+)$/s;

interface FilterMeans {
  /** Asked for by regular expressions only. */
  readonly platform: () => LuaPlatform;
  readonly textOf: (value: Value) => string | null;
}

/** @throws HostError Invalid, for a wanted value of the wrong type or a pattern that is none */
export function filterEntries(
  entries: readonly LuaRegistryEntry[],
  filter: ValueMap,
  means: FilterMeans,
): readonly LuaRegistryEntry[] {
  let left = entries;
  // Regular expressions last: they see what the others have left.
  const keys = Object.keys(filter).sort((a, b) => Number(a.startsWith('~')) - Number(b.startsWith('~')));
  for (const key of keys) left = stepOf(key, filter[key], means)(left);
  return left;
}

function stepOf(key: string, wanted: Value, means: FilterMeans): Step {
  const field = Object.hasOwn(FIELDS, key) ? FIELDS[key]! : null;
  if (field !== null) {
    const matches = wildcard(key, wantedText(key, wanted, means));
    return (entries) => entries.filter((entry) => matches(field(entry)));
  }
  const match = META_KEY.exec(key);
  if (match === null) return (entries) => entries;
  const [, operator, path] = match;
  if (operator === '') return (entries) => entries.filter((entry) => equal(metaAt(entry, path!), wanted, means));
  if (operator === '*') return contains(path!, wanted, means);
  const text = wantedText(key, wanted, means);
  if (operator === '~') return matching(path!, text, means);
  return (entries) =>
    entries.filter((entry) => {
      const value = metaAt(entry, path!);
      if (typeof value !== 'string') return false;
      return operator === '^' ? value.startsWith(text) : value.endsWith(text);
    });
}

function wantedText(key: string, wanted: Value, means: FilterMeans): string {
  const text = means.textOf(wanted);
  if (text === null) throw moduleError('Invalid', `registry.find: ${key}: expected a string in UTF-8`);
  return text;
}

function wildcard(key: string, pattern: string): (text: string) => boolean {
  const [start, end, ...more] = pattern.split('*');
  if (end === undefined) return (text) => text === pattern;
  if (more.length > 0) throw moduleError('Invalid', `registry.find: ${key}: expected at most one *`);
  return (text) => text.length >= start!.length + end.length && text.startsWith(start!) && text.endsWith(end);
}

/** A part of a string, or an element of a list. */
function contains(path: string, wanted: Value, means: FilterMeans): Step {
  const text = means.textOf(wanted);
  return (entries) =>
    entries.filter((entry) => {
      const value = metaAt(entry, path);
      if (typeof value === 'string') return text !== null && value.includes(text);
      return Array.isArray(value) && value.some((item) => equal(item, wanted, means));
    });
}

function matching(path: string, pattern: string, means: FilterMeans): Step {
  return (entries) => {
    const texts = entries.map((entry) => metaAt(entry, path));
    const strings = texts.map((value) => (typeof value === 'string' ? value : ''));
    const found = means.platform().matchesOf(pattern, strings);
    return entries.filter((_entry, index) => typeof texts[index] === 'string' && found[index] === true);
  };
}

/** The field of that name; or, where its name has dots, the one inside. */
function metaAt({ meta }: LuaRegistryEntry, path: string): Value {
  if (Object.hasOwn(meta, path)) return meta[path];
  let value: Value = meta;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
    value = (value as ValueMap)[name];
  }
  return value;
}

function equal(value: Value, wanted: Value, means: FilterMeans): boolean {
  if (wanted instanceof ByteString) return value === means.textOf(wanted);
  if (wanted instanceof Float64) return value === wanted.value;
  if (wanted instanceof Empty) return isTable(value) && Object.keys(value).length === 0;
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(value) &&
      value.length === wanted.length &&
      value.every((item, index) => equal(item, wanted[index], means))
    );
  }
  if (!isTable(wanted)) return value === wanted;
  const names = Object.keys(wanted);
  if (!isTable(value) || Array.isArray(value) || names.length !== Object.keys(value).length) return false;
  return names.every((name) => Object.hasOwn(value, name) && equal((value as ValueMap)[name], wanted[name], means));
}

function isTable(value: Value): value is ValueMap | Value[] {
  return typeof value === 'object' && value !== null;
}
