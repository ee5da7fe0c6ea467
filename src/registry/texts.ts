/** `file://`: a text that says so is replaced by the text of that file, which never lies outside the registry folder. */
import { nearestName } from '../nearest.js';
import type { ProblemFacts } from './facts.js';
import { MAX_TEXT_BYTES } from './limits.js';
import { clip, type DocNode, type ScalarNode } from './nodes.js';
import { insidePath, splitPath } from './paths.js';
import { type SourceText, sourceText } from './positions.js';
import { decodeUtf8 } from './sources.js';
import type { FileSource } from './types.js';

const PREFIX = 'file://';

type LoadedText =
  | { readonly ok: true; readonly source: SourceText }
  | { readonly ok: false; readonly facts: ProblemFacts };

/** All texts of a registry by the scalar that names them. */
export interface TextStore {
  /** Loads what the scalars at and below `node` name, relative to the folder `below` the registry's. */
  load(node: DocNode, below: string): Promise<void>;
  of(node: DocNode): LoadedText | null;
  sources(): Iterable<SourceText>;
}

export function textStore(files: FileSource, root: string): TextStore {
  const byNode = new Map<DocNode, LoadedText>();
  const byPath = new Map<string, Promise<LoadedText>>();
  const visited = new Set<DocNode>();

  const loadOnce = (path: string): Promise<LoadedText> => {
    const known = byPath.get(path);
    if (known !== undefined) return known;
    const loaded = loadText(files, root, path);
    byPath.set(path, loaded);
    return loaded;
  };

  return {
    of: (node) => byNode.get(node) ?? null,
    *sources() {
      for (const text of byNode.values()) if (text.ok) yield text.source;
    },
    load: async (node, below) => {
      const found: ScalarNode[] = [];
      collect(node, visited, found);
      for (const scalar of found) {
        if (byNode.has(scalar)) continue;
        const written = String(scalar.value).slice(PREFIX.length);
        const isRelative = written !== '' && !/^[\\/]/.test(written);
        const path = isRelative ? insidePath(`${below === '' ? '.' : below}/${written}`) : null;
        byNode.set(scalar, path === null ? traversal(written) : await loadOnce(path));
      }
    },
  };
}

/** Finds the scalars at and below `node` that name a text; what aliases show again is visited once. */
function collect(node: DocNode, visited: Set<DocNode>, found: ScalarNode[]): void {
  if (node.type === 'scalar') {
    if (typeof node.value === 'string' && node.value.startsWith(PREFIX)) found.push(node);
    return;
  }
  if (visited.has(node)) return;
  visited.add(node);
  if (node.type === 'list') for (const item of node.items) collect(item, visited, found);
  else for (const field of node.fields.values()) collect(field.value, visited, found);
}

function traversal(written: string): LoadedText {
  const message = `path traversal detected in file path: ${clip(written, 200)}`;
  const expected = 'a path relative to the YAML file, inside the registry folder';
  return { ok: false, facts: { code: 'path-escape', message, expected } };
}

async function loadText(files: FileSource, root: string, path: string): Promise<LoadedText> {
  const full = files.join(root, path);
  const target = await files.resolve(full);
  if (target === null) return missing(files, full);
  const realRoot = await files.resolve(root);
  if (realRoot !== null && !files.isInside(target.path, realRoot.path)) return traversal(path);
  const read = await files.read(target.path, MAX_TEXT_BYTES);
  if (!read.ok) {
    const message = `failed to open file: ${clip(full, 300)}`;
    const code = read.reason === 'too-large' ? 'too-large' : 'unreadable-file';
    const limit = read.reason === 'too-large' ? { expected: `at most ${MAX_TEXT_BYTES} bytes` } : {};
    return { ok: false, facts: { code, message, got: read.detail, ...limit } };
  }
  const text = decodeUtf8(read.bytes);
  if (text === null)
    return { ok: false, facts: { code: 'not-utf8', message: `${clip(full, 300)} is not valid UTF-8` } };
  return { ok: true, source: sourceText(full, text) };
}

async function missing(files: FileSource, full: string): Promise<LoadedText> {
  return {
    ok: false,
    facts: {
      code: 'missing-file',
      message: `failed to open file: ${clip(full, 300)}`,
      got: 'no such file',
      ...(await nearestFile(files, full)),
    },
  };
}

/** The file of the same folder whose name is nearest, as part of facts. */
export async function nearestFile(files: FileSource, full: string): Promise<{ suggestion?: string }> {
  const { folder, name } = splitPath(full.replaceAll('\\', '/'));
  const listed = (await files.list(folder)) ?? [];
  const nearest = nearestName(
    name,
    listed.map((file) => file.name),
  );
  return nearest === null ? {} : { suggestion: nearest };
}
