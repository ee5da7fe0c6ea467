/**
 * The writing side: appends an entry to a document's text. People write these files, so everything they wrote stays as it is,
 * comments and line breaks included; the new lines are spliced in, and the result is read back before it is given out.
 */
import type * as Yaml from 'yaml';
import { HostError } from '../errors.js';
import { formatProblems } from './format.js';
import { type DocNode, isAbsent, type ListNode, type MapNode } from './nodes.js';
import { sourceText } from './positions.js';
import { problemList } from './problems.js';
import { readJson } from './read-json.js';
import { EMPTY, readYaml } from './read-yaml.js';

/** Fields under their YAML names, in the order in which they are written. */
export interface NewEntry {
  readonly name: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

interface AddOptions {
  /** Default: JSON when the text begins with `{`. */
  readonly notation?: 'yaml' | 'json';
  /** For a text that is still empty. */
  readonly namespace?: string;
  /** How the text is named in errors. */
  readonly file?: string;
  /** Lines above the entry, where the notation has comments. */
  readonly comment?: readonly string[];
}

/**
 * The document's text with one more entry at the end of its list. Only the text: fields are not checked.
 *
 * @throws HostError Invalid (the text is no registry document), AlreadyExists (it has an entry of that name)
 */
export async function addEntry(fileText: string, entry: NewEntry, options: AddOptions = {}): Promise<string> {
  const yaml = await import('yaml');
  const file = options.file ?? 'the registry file';
  const notation = options.notation ?? (fileText.trimStart().startsWith('{') ? 'json' : 'yaml');
  const root = fileText.trim() === '' ? null : await readRoot(fileText, notation, file);
  if (root === null) return newDocument(yaml, fileText, entry, notation, options);
  if (entryNames(root).includes(entry.name)) {
    throw new HostError('AlreadyExists', `${file} has an entry ${entry.name} already`, {
      details: { name: entry.name },
    });
  }
  if (notation === 'json') return addToJson(fileText, entry);
  const spliced = splice(yaml, fileText, root, entry, options.comment ?? []);
  if (spliced !== null && holds(yaml, fileText, spliced, entry)) return spliced;
  const document = yaml.parseDocument(fileText);
  if (document.get('entries') === undefined || document.get('entries') === null) document.set('entries', []);
  document.addIn(['entries'], document.createNode(entry));
  const rewritten = document.toString({ lineWidth: 0 });
  if (holds(yaml, fileText, rewritten, entry)) return rewritten;
  throw new HostError('Invalid', `${file}: the entry cannot be added to this text without changing it: add it by hand`);
}

/** The namespace of a document that {@link addEntry} can add to; null for any other text. */
export async function namespaceOf(fileText: string, file: string): Promise<string | null> {
  const notation = fileText.trimStart().startsWith('{') ? 'json' : 'yaml';
  try {
    const root = await readRoot(fileText, notation, file);
    const namespace = root?.fields.get('namespace')?.value;
    return namespace?.type === 'scalar' && typeof namespace.value === 'string' ? namespace.value : null;
  } catch (thrown) {
    if (thrown instanceof HostError) return null;
    throw thrown;
  }
}

async function readRoot(text: string, notation: 'yaml' | 'json', file: string): Promise<MapNode | null> {
  const problems = problemList();
  const source = sourceText(file, text);
  const parsed = notation === 'json' ? [readJson(source, problems)] : await readYaml(source, problems);
  const faults = problems.sorted().filter((problem) => problem.code !== EMPTY.code);
  if (faults.length > 0) throw new HostError('Invalid', formatProblems(faults, new Map([[file, text]])));
  const roots = parsed.flatMap(({ root }) => (root === null ? [] : [root]));
  if (roots.length > 1) throw new HostError('Invalid', `${file} holds several documents: add the entry by hand`);
  const root = roots[0] ?? null;
  if (root === null) return null;
  const entries = root.type === 'map' ? root.fields.get('entries')?.value : undefined;
  const hasList = entries === undefined || entries.type === 'list' || isAbsent(entries);
  if (root.type === 'map' && !root.fields.has('kind') && hasList) return root;
  throw new HostError('Invalid', `${file} is not a registry document with a list of entries`);
}

function entryNames(root: MapNode): unknown[] {
  const entries = root.fields.get('entries')?.value;
  if (entries?.type !== 'list') return [];
  return entries.items.map((item) => {
    const name = item.type === 'map' ? item.fields.get('name')?.value : undefined;
    return name?.type === 'scalar' ? name.value : null;
  });
}

function newDocument(
  yaml: typeof Yaml,
  before: string,
  entry: NewEntry,
  notation: 'yaml' | 'json',
  { namespace, comment = [] }: AddOptions,
): string {
  if (namespace === undefined) throw new HostError('Invalid', 'a new registry document needs a namespace');
  const head = { version: '1.0', namespace };
  if (notation === 'json') return `${JSON.stringify({ ...head, entries: [entry] }, null, 2)}\n`;
  const comments = before.trim() === '' ? '' : `${before.trimEnd()}\n`;
  const above = comment.map((line) => `  # ${line}`.trimEnd());
  const lines = [...above, ...renderItem(yaml, entry, '  ')];
  return `${comments}${yaml.stringify(head)}entries:\n${lines.join('\n')}\n`;
}

function addToJson(text: string, entry: NewEntry): string {
  const document = JSON.parse(text.replace(/^\ufeff/, '')) as { entries?: unknown[] | null };
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? 2;
  document.entries = [...(document.entries ?? []), entry];
  return `${JSON.stringify(document, null, indent)}${text.endsWith('\n') ? '\n' : ''}`;
}

/** Null where the text is written in a way that lines cannot be put into. */
function splice(
  yaml: typeof Yaml,
  text: string,
  root: MapNode,
  entry: NewEntry,
  comment: readonly string[],
): string | null {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const field = root.fields.get('entries');
  const written = (indent: string): string => {
    const above = comment.map((line) => `${indent}# ${line}`.trimEnd());
    return [...above, ...renderItem(yaml, entry, indent)].join(lineEnd) + lineEnd;
  };
  if (field === undefined) {
    if (text[root.span?.start ?? 0] === '{') return null;
    return `${text.trimEnd()}${lineEnd}entries:${lineEnd}${written('  ')}`;
  }
  if (field.value.type === 'list') {
    const list = field.value;
    const start = list.span?.start ?? 0;
    if (text[start] === '-') return spliceIntoBlock(text, list, written, lineEnd);
    const isEmpty = list.items.length === 0 && text.slice(start, list.span?.end).replace(/\s/g, '') === '[]';
    if (!isEmpty) return null;
    const rest = text.slice(list.span?.end);
    const sameLine = /^[ \t]*(#[^\r\n]*)?(\r?\n|$)/.exec(rest);
    if (sameLine === null) return null;
    const comment = sameLine[1] === undefined ? '' : ` ${sameLine[1]}`;
    return `${text.slice(0, start).trimEnd()}${comment}${lineEnd}${written('  ')}${rest.slice(sameLine[0].length)}`;
  }
  const keyLine = endOfLine(text, field.keySpan?.end ?? 0);
  return `${withLineEnd(text.slice(0, keyLine), lineEnd)}${written('  ')}${text.slice(keyLine)}`;
}

function spliceIntoBlock(text: string, list: ListNode, written: (indent: string) => string, lineEnd: string): string {
  const start = list.span?.start ?? 0;
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const last = list.items[list.items.length - 1]!;
  let end = lastOffset(last);
  // A block's end may lie behind the blank lines after it.
  while (end > 0 && /\s/.test(text[end - 1]!)) end--;
  end = endOfLine(text, end);
  const lastStart = last.span?.start ?? 0;
  const beforeLast =
    list.items.length > 1 ? text.slice(lastOffset(list.items[list.items.length - 2]!) - 1, lastStart) : '';
  const gap = /\n[ \t]*\r?\n/.test(beforeLast) ? lineEnd : '';
  return `${withLineEnd(text.slice(0, end), lineEnd)}${gap}${written(indent)}${text.slice(end)}`;
}

function lastOffset(node: DocNode): number {
  const own = node.span?.end ?? 0;
  if (node.type === 'scalar') return own;
  const below = node.type === 'list' ? node.items : [...node.fields.values()].map((field) => field.value);
  const last = below[below.length - 1];
  // An alias points back to its anchor, so the collection's own end counts too, unless it runs into what follows.
  return last === undefined || last.span === null
    ? own
    : Math.min(own, Math.max(lastOffset(last), node.span?.start ?? 0));
}

/** The offset behind the line end of the line that holds `offset`. */
function endOfLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at === -1 ? text.length : at + 1;
}

function withLineEnd(text: string, lineEnd: string): string {
  return text === '' || text.endsWith('\n') ? text : text + lineEnd;
}

function renderItem(yaml: typeof Yaml, entry: NewEntry, indent: string): string[] {
  const lines = yaml.stringify(entry, { lineWidth: 0 }).trimEnd().split('\n');
  return lines.map((line, index) => (line === '' ? '' : `${indent}${index === 0 ? '- ' : '  '}${line}`));
}

/** True when `after` is `before` with exactly this entry added. */
function holds(yaml: typeof Yaml, before: string, after: string, entry: NewEntry): boolean {
  try {
    const old = yaml.parse(before, { uniqueKeys: false }) as { entries?: unknown[] | null };
    const fresh = yaml.parse(after, { uniqueKeys: false }) as { entries?: unknown[] | null };
    const expected = { ...old, entries: [...(old.entries ?? []), yaml.parse(yaml.stringify(entry))] };
    return sorted(fresh) === sorted(expected);
  } catch {
    return false;
  }
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
