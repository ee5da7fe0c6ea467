/** Plain objects to nodes: the entries that a program hands over instead of a folder. They have paths, but no places. */

import type { ProblemFacts } from './facts.js';
import { MAX_DEPTH, MAX_NODES } from './limits.js';
import type { DocNode, FieldPath, MapField } from './nodes.js';
import type { SourceText } from './positions.js';
import type { ProblemList } from './problems.js';
import { type ParsedDocument, TOO_DEEP, TOO_MANY_NODES } from './read-yaml.js';

/** Reads an object; what YAML has no notation for (functions, dates, cycles) is added to `problems`. */
export function readObject(source: SourceText, value: unknown, problems: ProblemList): ParsedDocument {
  let count = 0;
  let broken = false;

  const fault = (path: FieldPath, facts: ProblemFacts): DocNode => {
    broken = true;
    problems.add({ source, span: null, path, entry: null }, facts);
    return { type: 'scalar', value: null, written: '', style: 'other', span: null };
  };

  const read = (item: unknown, path: FieldPath): DocNode => {
    count++;
    if (count > MAX_NODES) return count === MAX_NODES + 1 ? fault(path, TOO_MANY_NODES) : ABSENT;
    if (path.length > MAX_DEPTH) return fault(path.slice(0, 4), { ...TOO_DEEP, got: 'a cycle, or too much inside it' });
    if (item === null || item === undefined) return ABSENT;
    if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') {
      return { type: 'scalar', value: item, written: String(item), style: 'other', span: null };
    }
    if (Array.isArray(item)) {
      const items = Array.from(item, (inner: unknown, index) => read(inner, [...path, index]));
      return { type: 'list', items, span: null };
    }
    if (typeof item === 'object' && isPlain(item)) return readFields(item, path);
    const got = typeof item === 'object' ? `a ${item.constructor?.name ?? 'foreign object'}` : `a ${typeof item}`;
    return fault(path, { code: 'wrong-type', message: 'not a registry value', expected: VALUES, got });
  };

  const readFields = (item: object, path: FieldPath): DocNode => {
    const fields = new Map<string, MapField>();
    for (const [key, inner] of Object.entries(item)) {
      fields.set(key, { key, keySpan: null, value: read(inner, [...path, key]) });
    }
    return { type: 'map', fields, span: null };
  };

  const root = read(value, []);
  return { source, root, broken };
}

const VALUES = 'text, a number, true, false, null, a list or a plain object';
const ABSENT: DocNode = { type: 'scalar', value: null, written: '', style: 'other', span: null };

function isPlain(item: object): boolean {
  const prototype = Object.getPrototypeOf(item) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
