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

/** Whether a text may hold any: asked before more is done, and of texts with syntax errors, whose nodes cannot be trusted. */
export function maySecrets(text: string): boolean {
  return /\benv\.(?:storage|variable)|\btls\b/.test(text);
}

/** The document's text with stars for what may be secret; names, kinds, lines and columns stay. */
export function maskText(text: string, root: DocNode): string {
  const hidden: Span[] = [];
  const kept: Span[] = [];
  for (const entry of entriesOf(root)) collectSpans(entry, hidden, kept);
  let masked = '';
  let end = 0;
  for (const span of without(hidden, kept)) {
    const part = text.slice(Math.max(span.start, end), span.end);
    masked += text.slice(end, Math.max(span.start, end)) + part.replace(/\S+/g, stars);
    end = Math.max(end, span.end);
  }
  return masked + text.slice(end);
}

/** Brackets and the like are nobody's secret. */
function stars(word: string): string {
  return /^["']?[{}[\],:-]+$/.test(word) ? word : '*'.repeat(word.length);
}

function entriesOf(root: DocNode): MapNode[] {
  if (root.type !== 'map') return [];
  const entries = root.fields.get('entries')?.value;
  const nodes = entries === undefined ? [root] : entries.type === 'list' ? entries.items : [];
  return nodes.filter((node) => node.type === 'map');
}

/** Of an entry without a kind nobody knows what it was to be. */
function collectSpans(entry: MapNode, hidden: Span[], kept: Span[]): void {
  const kindNode = entry.fields.get('kind')?.value;
  const kind = kindNode?.type === 'scalar' && kindNode.value !== null ? String(kindNode.value) : 'env.';
  // Also what is in no field, such as a field given twice.
  if (kind.startsWith('env.') && entry.span !== null) hidden.push(entry.span);
  const visit = (node: DocNode, path: FieldPath): void => {
    if (isSecret(kind, path) && node.span !== null) hidden.push(node.span);
    else if (path.length === 1 && node.span !== null && kind.startsWith('env.')) kept.push(node.span);
    if (node.type === 'list') for (const [index, item] of node.items.entries()) visit(item, [...path, index]);
    if (node.type !== 'map') return;
    for (const field of node.fields.values()) {
      if (field.keySpan !== null) kept.push(field.keySpan);
      visit(field.value, [...path, field.key]);
    }
  };
  visit(entry, []);
}

/** The parts of `spans` that no span of `holes` covers, in order. */
function without(spans: readonly Span[], holes: readonly Span[]): Span[] {
  const sortedHoles = [...holes].sort((a, b) => a.start - b.start);
  const parts: Span[] = [];
  let next = 0;
  let end = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    let start = Math.max(span.start, end);
    while (next < sortedHoles.length && sortedHoles[next]!.end <= start) next++;
    for (let at = next; at < sortedHoles.length && sortedHoles[at]!.start < span.end; at++) {
      const hole = sortedHoles[at]!;
      if (hole.start > start) parts.push({ start, end: hole.start });
      start = Math.max(start, hole.end);
    }
    if (start < span.end) parts.push({ start, end: span.end });
    end = Math.max(end, span.end);
  }
  return parts;
}
