/**
 * What entries say that may be a secret: values of environments, keys of certificates. Problems do not quote it, excerpts of the
 * YAML show stars in its place, and who reads the registry as data gets {@link REDACTED}.
 */
import type { DocNode, FieldPath, MapNode, Span } from './nodes.js';

/** Stands where a value was. */
export const REDACTED = '[redacted]';

/** Fields of `env.*` entries that are not values. */
const PUBLIC: ReadonlySet<string> = new Set([
  'name',
  'kind',
  'meta',
  'namespace',
  'version',
  'storage',
  'storages',
  'variable',
  'readonly',
  'file_path',
  'auto_create',
  'file_mode',
  'dir_mode',
]);
const KEYS_OF_TLS: ReadonlySet<string> = new Set(['key', 'cert', 'client_ca']);

/** Kinds that hold no secret; what is none of them may be a misspelt `env.` kind. */
const WITHOUT = /^(?:function|library|process|fs|http|security|terminal)\./;

export function holdsValues(kind: string): boolean {
  return !WITHOUT.test(kind);
}

/** Whether what stands at `path` of an entry may be a secret. */
export function isSecret(kind: string, path: FieldPath): boolean {
  const [field, below] = path;
  if (holdsValues(kind)) return typeof field === 'string' && !PUBLIC.has(field);
  return kind === 'http.service' && field === 'tls' && typeof below === 'string' && KEYS_OF_TLS.has(below);
}

/** What a name looks like. A key that does not may be a value whose colon or quote went wrong. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.]{0,99}$/;

/** A key of an entry as it may be printed. Only fields, and the names of values right below them, are keys in truth. */
export function shownKey(kind: string, path: FieldPath): string | number {
  const key = path[path.length - 1]!;
  if (typeof key === 'number' || !holdsValues(kind)) return key;
  return NAME.test(key) && path.length <= 2 ? key : HIDDEN_KEY;
}

const HIDDEN_KEY = '…';

/** A path with such keys. */
export function shownPath(kind: string, path: FieldPath): FieldPath {
  return holdsValues(kind) ? path.map((_, index) => shownKey(kind, path.slice(0, index + 1))) : path;
}

/** The kind of an entry, or what was to be one. */
export function kindOf(entry: DocNode): string {
  const kind = entry.type === 'map' ? entry.fields.get('kind')?.value : undefined;
  return kind?.type === 'scalar' && kind.value !== null ? String(kind.value) : '';
}

/** Whether a text may hold any. */
export function maySecrets(text: string): boolean {
  return /\benv\.|\btls\b|\bvalues\b/.test(text);
}

/**
 * A file's text with stars for all but what surely holds no secret: known fields, names, lines and columns stay. What a
 * slip of the pen has put into no field at all is hidden, too.
 * @param fieldsOf the names of the fields of a kind, empty for a kind that is not known
 */
export function maskText(
  text: string,
  roots: readonly DocNode[],
  fieldsOf: (kind: string) => ReadonlySet<string>,
): string {
  const kept: Kept = { text, spans: [] };
  for (const root of roots) keepRoot(root, kept, fieldsOf);
  let masked = '';
  let end = 0;
  for (const span of kept.spans.sort((a, b) => a.start - b.start)) {
    if (span.end <= end) continue;
    const start = Math.max(span.start, end);
    masked += text.slice(end, start).replace(/\S+/g, stars) + text.slice(start, span.end);
    end = span.end;
  }
  return masked + text.slice(end).replace(/\S+/g, stars);
}

/** Brackets and the like are nobody's secret. */
function stars(word: string): string {
  return /^["']?[{}[\],:-]+$/.test(word) ? word : '*'.repeat(word.length);
}

/** What of a text stays as it is. */
interface Kept {
  readonly text: string;
  readonly spans: Span[];
}

const OF_DOCUMENTS: ReadonlySet<string> = new Set(['namespace', 'version', 'meta']);

function keepRoot(root: DocNode, kept: Kept, fieldsOf: (kind: string) => ReadonlySet<string>): void {
  if (root.type !== 'map') return;
  const entries = root.fields.get('entries');
  if (entries === undefined) {
    keepEntry(root, kept, fieldsOf);
    return;
  }
  for (const field of root.fields.values()) {
    if (NAME.test(field.key)) keep(field.keySpan, kept);
    if (OF_DOCUMENTS.has(field.key)) keep(field.value.span, kept);
  }
  if (entries.value.type !== 'list') return;
  for (const item of entries.value.items) if (item.type === 'map') keepEntry(item, kept, fieldsOf);
}

function keepEntry(entry: MapNode, kept: Kept, fieldsOf: (kind: string) => ReadonlySet<string>): void {
  const kind = kindOf(entry);
  const fields = fieldsOf(kind);
  for (const field of entry.fields.values()) {
    const path = [field.key];
    if (shownKey(kind, path) === field.key) keep(field.keySpan, kept);
    const isPublic = PUBLIC.has(field.key) || (fields.has(field.key) && !isSecret(kind, path));
    if (isPublic && holdsValues(kind)) keepWords(field.value, kept);
    else if (isPublic && field.key !== 'tls') keep(field.value.span, kept);
    else keepNames(kind, path, field.value, kept);
  }
}

/** One word is what it seems; more may be the next field without its comma. */
function keepWords(node: DocNode, kept: Kept): void {
  if (node.type === 'list') for (const item of node.items) keepWords(item, kept);
  else if (node.type === 'map' || /^[\w.:/-]*$/.test(node.written)) keep(node.span, kept);
}

/** The names of values, and the fields of `tls` that are public. */
function keepNames(kind: string, path: FieldPath, node: DocNode, kept: Kept): void {
  if (node.type !== 'map') return;
  for (const field of node.fields.values()) {
    const below = [...path, field.key];
    if (NAME.test(field.key) && shownKey(kind, below) === field.key) keep(field.keySpan, kept);
    const isOfTls = kind === 'http.service' && path[0] === 'tls';
    if (isOfTls && (!isSecret(kind, below) || isPemPath(field.value))) keep(field.value.span, kept);
    else keepClosing(field.value.span, kept);
  }
}

/** Where a key lies is no secret; what has no such ending may be the key. */
function isPemPath(node: DocNode): boolean {
  return node.type === 'scalar' && /^[^\s,;]{1,300}\.(?:pem|crt|cer|key)$/i.test(node.written);
}

/** The brackets and commas that end what a value stands in: they are not of the value, though they touch it. */
function keepClosing(span: Span | null, kept: Kept): void {
  if (span === null) return;
  const [closing] = /^[}\],]*/.exec(kept.text.slice(span.end, span.end + 40))!;
  if (closing.length > 0) keep({ start: span.end, end: span.end + closing.length }, kept);
}

function keep(span: Span | null, kept: Kept): void {
  if (span !== null) kept.spans.push(span);
}
