/**
 * What every notation (YAML, JSON, plain objects) is read into, so that checks are written once. A node knows where it
 * stands in its text; nothing here knows what a field means.
 */

/** Offsets in UTF-16 units into a document's text, end exclusive; null for documents given as objects. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Scalar = string | number | boolean | null;

export interface ScalarNode {
  readonly type: 'scalar';
  readonly value: Scalar;
  /** The scalar as written: `0755` stays `0755` although its value is the number 755. */
  readonly written: string;
  /** 'literal': a `|` block, whose lines are the text's lines. 'other' covers what spans lines and is not copied as is. */
  readonly style: 'plain' | 'quoted' | 'literal' | 'other';
  readonly span: Span | null;
}

export interface MapField {
  readonly key: string;
  readonly keySpan: Span | null;
  readonly value: DocNode;
}

export interface MapNode {
  readonly type: 'map';
  /** In written order; of a duplicate key, the first. */
  readonly fields: ReadonlyMap<string, MapField>;
  readonly span: Span | null;
}

export interface ListNode {
  readonly type: 'list';
  readonly items: readonly DocNode[];
  readonly span: Span | null;
}

export type DocNode = ScalarNode | MapNode | ListNode;

/** A step from a node to one below: a field's name, or an index counted from 0 as YAML people count. */
export type FieldPath = readonly (string | number)[];

/** `wasi.env[0].id`: a path as messages print it. */
export function formatFieldPath(path: FieldPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][\w.-]{0,99}$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(clip(step, 60))}]`;
  }
  return text;
}

/** `number 5`, `text "x"`, `a list`: a node as messages print it. */
export function describeNode(node: DocNode): string {
  if (node.type === 'map') return 'a map';
  if (node.type === 'list') return 'a list';
  const value = node.value;
  if (value === null) return 'nothing';
  if (typeof value === 'string') return `text ${JSON.stringify(clip(value, 60))}`;
  if (typeof value === 'boolean') return String(value);
  return `number ${clip(node.written, 60)}`;
}

/** At most `length` characters of `text`, with `…` where it was cut. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

export function isAbsent(node: DocNode | undefined): boolean {
  return node === undefined || (node.type === 'scalar' && node.value === null);
}

/** The node that `path` leads to from `node`, with its field when the last step was a name; the deepest one that exists. */
export function nodeAt(node: DocNode, path: FieldPath): { node: DocNode; field: MapField | null } {
  let current = node;
  let field: MapField | null = null;
  for (const step of path) {
    if (current.type === 'map') {
      const next: MapField | undefined = current.fields.get(String(step));
      if (next === undefined) break;
      field = next;
      current = next.value;
    } else if (current.type === 'list') {
      const next: DocNode | undefined = typeof step === 'number' ? current.items[step] : undefined;
      if (next === undefined) break;
      field = null;
      current = next;
    } else break;
  }
  return { node: current, field };
}
