/** Documents to entries: namespaces, names, kinds and IDs, before any field is looked at. */

import type { ProblemFacts } from './facts.js';
import { kindTable } from './kinds/table.js';
import { MAX_ID_LENGTH } from './limits.js';
import { clip, type DocNode, describeNode, type FieldPath, isAbsent, type MapNode, type ScalarNode } from './nodes.js';
import { type EntryOrigin, type FileText, type ProblemList, placeProblem, placeText } from './problems.js';
import type { ParsedDocument } from './read-yaml.js';
import type { FoundSource } from './sources.js';

export interface RawDocument {
  readonly origin: EntryOrigin;
  readonly meta: DocNode | null;
  readonly below: string;
}

/** An entry that has an ID and a kind, of whatever worth. */
export interface RawEntry {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  readonly node: MapNode;
  readonly origin: EntryOrigin & { readonly id: string };
  readonly document: RawDocument;
  /** The document has syntax errors: known by its ID, not checked further. */
  readonly skipped: boolean;
  /** Names that the entry may have besides its kind's fields. */
  readonly knownNames: ReadonlySet<string>;
}

export type TextOf = (node: ScalarNode) => FileText | null;

const DOCUMENT_FIELDS = ['namespace', 'version', 'meta', 'entries'] as const;
const ENTRY_FIELDS: ReadonlySet<string> = new Set(['name', 'kind', 'meta']);
const SINGLE_ENTRY_FIELDS: ReadonlySet<string> = new Set(['name', 'kind', 'meta', 'namespace', 'version']);
const NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/;
const NAME_EXPECTED = 'letters, digits, "_", and "." or "-" between them';

/** What the documents read so far hold. */
export interface Collected {
  readonly problems: ProblemList;
  readonly textOf: TextOf;
  readonly expansionOf: EntryOrigin['expansionOf'];
  readonly documents: RawDocument[];
  /** In written order, with those whose ID was taken: their fields are checked too. */
  readonly entries: RawEntry[];
  /** Of a duplicate ID, the first. */
  readonly byId: Map<string, RawEntry>;
}

export function newCollection(
  problems: ProblemList,
  textOf: TextOf,
  expansionOf: EntryOrigin['expansionOf'],
): Collected {
  return { problems, textOf, expansionOf, documents: [], entries: [], byId: new Map() };
}

type Reporter = (path: FieldPath, facts: ProblemFacts) => void;

/** Adds the entries of one document. Of a document with syntax errors only the IDs count, and nothing more is reported. */
export function collectDocument(into: Collected, found: FoundSource, parsed: ParsedDocument): void {
  const { root, source, broken } = parsed;
  if (root === null || isAbsent(root)) return;
  const { textOf, expansionOf } = into;
  const origin = { id: null, source, node: root, path: [], nameSpan: root.span, textOf, expansionOf };
  const report: Reporter = (path, facts) => {
    if (!broken) into.problems.push(placeProblem(origin, path, facts));
  };
  if (root.type !== 'map') {
    const expected = 'a map of namespace and entries';
    const got = describeNode(root);
    report([], { code: 'wrong-type', message: 'not a registry document', expected, got });
    return;
  }
  const namespace = readName(root, 'namespace', [], report);
  const document = { origin, meta: root.fields.get('meta')?.value ?? null, below: found.below };
  if (!root.fields.has('entries') && (root.fields.has('name') || root.fields.has('kind'))) {
    const single = { document: { ...document, meta: null }, namespace, broken, knownNames: SINGLE_ENTRY_FIELDS };
    collectEntry(into, root, [], single);
    return;
  }
  into.documents.push(document);
  checkDocumentFields(root, origin, into.problems, broken);
  const shared = { document, namespace, broken, knownNames: ENTRY_FIELDS };
  for (const [index, node] of entryNodes(root, report).entries()) {
    const path = ['entries', index];
    const expected = 'a map of name, kind and its fields';
    if (node.type === 'map') collectEntry(into, node, path, shared);
    else report(path, { code: 'wrong-type', message: 'an entry is a map', expected, got: describeNode(node) });
  }
}

/** What an entry has from its document. */
interface EntrySurroundings {
  readonly document: RawDocument;
  readonly namespace: string | null;
  readonly broken: boolean;
  readonly knownNames: ReadonlySet<string>;
}

function collectEntry(into: Collected, node: MapNode, path: FieldPath, around: EntrySurroundings): void {
  const { document, namespace, broken, knownNames } = around;
  const nameSpan = node.fields.get('name')?.value.span ?? node.span;
  const { textOf, expansionOf } = into;
  const place = { source: document.origin.source, node, path, nameSpan, textOf, expansionOf };
  const reportAs = (id: string | null): Reporter => {
    return (below, facts) => {
      if (!broken) into.problems.push(placeProblem({ ...place, id }, below, facts));
    };
  };
  const name = readName(node, 'name', [], reportAs(null));
  const id = `${namespace ?? ''}:${name ?? ''}`;
  const kind = readKind(node, reportAs(name === null || namespace === null ? null : id));
  if (name === null || namespace === null || kind === null) return;
  if (id.length > MAX_ID_LENGTH) {
    const expected = `at most ${MAX_ID_LENGTH} letters`;
    reportAs(null)(['name'], { code: 'invalid-name', message: 'the ID is too long', expected });
    return;
  }
  const entry = { id, namespace, name, kind, node, origin: { ...place, id }, document, knownNames, skipped: broken };
  into.entries.push(entry);
  const first = into.byId.get(id);
  if (first === undefined) into.byId.set(id, entry);
  else reportAs(id)([], duplicateId(id, first));
}

function duplicateId(id: string, first: RawEntry): ProblemFacts {
  return {
    code: 'duplicate-id',
    message: `duplicate ID ${id}: first defined at ${placeText(first.origin)}`,
    expected: 'an ID that is used once',
  };
}

function readName(node: MapNode, field: 'namespace' | 'name', path: FieldPath, report: Reporter): string | null {
  const value = node.fields.get(field)?.value;
  if (value === undefined || isAbsent(value)) {
    report(path, { code: 'required', message: `missing ${field}` });
    return null;
  }
  const got = describeNode(value);
  if (value.type !== 'scalar' || typeof value.value !== 'string') {
    report([...path, field], { code: 'wrong-type', message: `${field} has the wrong type`, expected: 'text', got });
    return null;
  }
  if (NAME.test(value.value)) return value.value;
  report([...path, field], { code: 'invalid-name', message: `not a ${field}`, expected: NAME_EXPECTED, got });
  return null;
}

function readKind(node: MapNode, report: Reporter): string | null {
  const value = node.fields.get('kind')?.value;
  if (value === undefined || isAbsent(value)) {
    report([], {
      code: 'required',
      message: 'missing kind',
      expected: `one of ${Object.keys(kindTable([])).join(', ')}`,
    });
    return null;
  }
  if (value.type === 'scalar' && typeof value.value === 'string') return value.value;
  report(['kind'], {
    code: 'wrong-type',
    message: 'kind has the wrong type',
    expected: 'text',
    got: describeNode(value),
  });
  return null;
}

function entryNodes(root: MapNode, report: Reporter): readonly DocNode[] {
  const entries = root.fields.get('entries');
  if (entries === undefined) {
    report([], { code: 'required', message: 'missing entries', expected: 'a list of entries' });
    return [];
  }
  if (entries.value.type === 'list') return entries.value.items;
  if (!isAbsent(entries.value)) {
    const got = describeNode(entries.value);
    report(['entries'], {
      code: 'wrong-type',
      message: 'entries has the wrong type',
      expected: 'a list of entries',
      got,
    });
  }
  return [];
}

function checkDocumentFields(root: MapNode, origin: EntryOrigin, problems: ProblemList, silent: boolean): void {
  if (silent) return;
  const known: readonly string[] = DOCUMENT_FIELDS;
  for (const field of root.fields.values()) {
    if (known.includes(field.key)) continue;
    // What is no word may be a value that has lost its key.
    const key = /^[\w.-]+$/.test(field.key) ? field.key : '…';
    const message = `a registry document has no field ${JSON.stringify(clip(key, 60))}`;
    const facts = { code: 'unknown-field', message, expected: `one of ${known.join(', ')}` };
    const spot = { source: origin.source, span: field.keySpan, path: [key], entry: null };
    problems.add(spot, { ...facts, ...problems.suggest(field.key, () => known) });
  }
  const version = root.fields.get('version')?.value;
  if (version === undefined || version.type === 'scalar') return;
  const facts = {
    code: 'wrong-type',
    message: 'version has the wrong type',
    expected: 'text',
    got: describeNode(version),
  };
  problems.push(placeProblem(origin, ['version'], facts));
}
