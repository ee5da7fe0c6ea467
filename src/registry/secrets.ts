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

/** Whether what stands at `path` of an entry may be a secret. An unknown `env.` kind may be a misspelt one. */
export function isSecret(kind: string, path: FieldPath): boolean {
  const [field, below] = path;
  if (kind.startsWith('env.')) return typeof field === 'string' && !PUBLIC.has(field);
  return kind === 'http.service' && field === 'tls' && typeof below === 'string' && KEYS_OF_TLS.has(below);
}

/** A document that names such kinds at all: asked of texts with syntax errors, whose nodes cannot be trusted. */
export function maySecrets(text: string): boolean {
  return /\benv\.(?:storage|variable)/.test(text);
}

/** The document's text with stars for what may be secret; lines and columns stay. */
export function maskText(text: string, root: DocNode): string {
  const spans: Span[] = [];
  for (const entry of entriesOf(root)) collectSpans(entry, spans);
  if (spans.length === 0) return text;
  let masked = '';
  let end = 0;
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    if (span.end <= end) continue;
    const start = Math.max(span.start, end);
    masked += text.slice(end, start) + text.slice(start, span.end).replace(/[^\s]/g, '*');
    end = span.end;
  }
  return masked + text.slice(end);
}

function entriesOf(root: DocNode): MapNode[] {
  if (root.type !== 'map') return [];
  const entries = root.fields.get('entries')?.value;
  const nodes = entries === undefined ? [root] : entries.type === 'list' ? entries.items : [];
  return nodes.filter((node) => node.type === 'map');
}

function collectSpans(entry: MapNode, spans: Span[]): void {
  const kindNode = entry.fields.get('kind')?.value;
  const kind = kindNode?.type === 'scalar' ? String(kindNode.value) : '';
  for (const { key, value } of entry.fields.values()) {
    if (isSecret(kind, [key])) spansOf(value, spans);
  }
}

/** All of a value but the keys of its maps. What a map holds beside its fields (a key given twice) counts as value. */
function spansOf(node: DocNode, spans: Span[]): void {
  if (node.span === null) return;
  const keys: Span[] = [];
  keysOf(node, keys);
  let start = node.span.start;
  for (const key of keys.sort((a, b) => a.start - b.start)) {
    if (key.start < start || key.end > node.span.end) continue;
    spans.push({ start, end: key.start });
    start = key.end;
  }
  spans.push({ start, end: node.span.end });
}

function keysOf(node: DocNode, keys: Span[]): void {
  if (node.type === 'list') for (const item of node.items) keysOf(item, keys);
  if (node.type !== 'map') return;
  for (const field of node.fields.values()) {
    if (field.keySpan !== null) keys.push(field.keySpan);
    keysOf(field.value, keys);
  }
}
