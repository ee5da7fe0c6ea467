/** Finds the documents of a registry: the files of a folder, or what a program handed over. */

import type { ProblemFacts } from './facts.js';
import { MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_LISTED, MAX_TOTAL_BYTES } from './limits.js';
import { insidePath, splitPath } from './paths.js';
import { type SourceText, sourceText } from './positions.js';
import type { ProblemList } from './problems.js';
import type { FileSource, LoadOptions, ReadResult } from './types.js';

/** One document text or object before it is read. */
export interface FoundSource {
  readonly source: SourceText;
  readonly notation: 'yaml' | 'json' | 'object';
  readonly object: unknown;
  /** The folder it lies in, relative to the registry folder, `/` between parts; '' for the registry folder itself. */
  readonly below: string;
}

/** The folder that `file://` may not leave. */
export function registryFolder(options: LoadOptions): string {
  return 'root' in options ? options.root : (options.base ?? '.');
}

/** Gives all sources in the order of their names; what cannot be read is added to `problems`. */
export async function findSources(options: LoadOptions, problems: ProblemList): Promise<FoundSource[]> {
  if ('root' in options) return findFiles(options.root, options.files, problems);
  return options.sources.map((source, index): FoundSource => {
    if ('document' in source) {
      const name = options.sources.length === 1 ? 'registry' : `sources[${index}]`;
      return { source: sourceText(name, null), notation: 'object', object: source.document, below: '' };
    }
    const below = insidePath(splitPath(source.file).folder) ?? '';
    return { source: sourceText(source.file, source.text), notation: notationOf(source.file), object: null, below };
  });
}

function notationOf(name: string): 'yaml' | 'json' {
  return /\.json$/i.test(name) ? 'json' : 'yaml';
}

async function findFiles(root: string, files: FileSource, problems: ProblemList): Promise<FoundSource[]> {
  const place = { source: sourceText(root, null), span: null, path: [], entry: null };
  const top = await files.resolve(root);
  if (top === null || top.type !== 'folder') {
    const message = top === null ? 'no such registry folder' : 'a registry is a folder, this is a file';
    problems.add(place, { code: 'missing-folder', message });
    return [];
  }
  const paths = await listDocuments(root, top.path, files, problems);
  const found: FoundSource[] = [];
  let total = 0;
  for (const { path, below } of paths) {
    const read = await files.read(path, MAX_DOCUMENT_BYTES);
    if (read.ok) total += read.bytes.length;
    const text = decode(read, total);
    if (typeof text === 'string') {
      found.push({ source: sourceText(path, text), notation: notationOf(path), object: null, below });
    } else problems.add({ ...place, source: sourceText(path, null) }, text);
  }
  if (paths.length === 0 && problems.count === 0) {
    problems.add(place, { code: 'empty-registry', message: 'no .yaml, .yml or .json file in this folder' });
  }
  return found;
}

function decode(read: ReadResult, total: number): string | ProblemFacts {
  if (!read.ok) {
    const expected = `at most ${MAX_DOCUMENT_BYTES} bytes`;
    if (read.reason === 'too-large')
      return { code: 'too-large', message: 'the file is too large', expected, got: read.detail };
    return { code: 'unreadable-file', message: 'the file cannot be read', got: read.detail };
  }
  if (total > MAX_TOTAL_BYTES) {
    const expected = `at most ${MAX_TOTAL_BYTES} bytes in all`;
    return { code: 'too-large', message: 'the registry is too large to read this file', expected };
  }
  return decodeUtf8(read.bytes) ?? { code: 'not-utf8', message: 'the file is not valid UTF-8' };
}

/** Null for invalid UTF-8. A byte order mark is dropped. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

interface DocumentPath {
  readonly path: string;
  readonly below: string;
}

/** A registry's folder on its way to a list of documents. */
interface Listing {
  readonly root: string;
  readonly realRoot: string;
  readonly files: FileSource;
  readonly problems: ProblemList;
  readonly paths: DocumentPath[];
  listed: number;
}

/** Links to files count when they stay inside the registry; linked folders are not entered. */
async function listDocuments(
  root: string,
  realRoot: string,
  files: FileSource,
  problems: ProblemList,
): Promise<DocumentPath[]> {
  const listing: Listing = { root, realRoot, files, problems, paths: [], listed: 0 };
  await visit(listing, '', 0);
  return listing.paths;
}

async function visit(listing: Listing, below: string, depth: number): Promise<void> {
  const { files } = listing;
  const folder = files.join(listing.root, below);
  const entries = depth > MAX_DEPTH ? null : await files.list(folder);
  if (entries === null) {
    const message =
      depth > MAX_DEPTH ? `folders are nested more than ${MAX_DEPTH} deep` : 'the folder cannot be listed';
    fault(listing, folder, { code: depth > MAX_DEPTH ? 'too-deep' : 'unreadable-file', message });
    return;
  }
  for (const entry of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    listing.listed++;
    if (listing.listed > MAX_LISTED) {
      const message = `more than ${MAX_LISTED} files`;
      if (listing.listed === MAX_LISTED + 1) fault(listing, folder, { code: 'too-large', message });
      return;
    }
    const path = files.join(folder, entry.name);
    if (entry.type === 'folder') await visit(listing, below === '' ? entry.name : `${below}/${entry.name}`, depth + 1);
    else if (/\.(ya?ml|json)$/i.test(entry.name) && (await isDocument(listing, path, entry.type)))
      listing.paths.push({ path, below });
  }
}

async function isDocument(listing: Listing, path: string, type: string): Promise<boolean> {
  if (type === 'file') return true;
  const { files, realRoot } = listing;
  const target = await files.resolve(path);
  if (target?.type === 'folder') return false;
  if (target === null) fault(listing, path, { code: 'unreadable-file', message: 'the link leads nowhere' });
  else if (files.isInside(target.path, realRoot)) return true;
  else {
    const message = 'the link leads out of the registry folder';
    fault(listing, path, { code: 'path-escape', message, got: target.path });
  }
  return false;
}

function fault({ problems }: Listing, path: string, facts: ProblemFacts): void {
  problems.add({ source: sourceText(path, null), span: null, path: [], entry: null }, facts);
}
