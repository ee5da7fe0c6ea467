/** Documents to entries: namespaces, names, kinds and IDs, before any field is looked at. */
import { MAX_ID_LENGTH } from './limits.js';
import {
  clip,
  type DocNode,
  describeNode,
  type FieldPath,
  formatFieldPath,
  isAbsent,
  type MapNode,
  type ScalarNode,
} from './nodes.js';
import { locate, type SourceText } from './positions.js';
import { type EntryOrigin, type FileText, type ProblemList, placeProblem } from './problems.js';
import type { ParsedDocument } from './read-yaml.js';
import type { FoundSource } from './sources.js';
import type { ProblemFacts } from './types.js';

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
  /** The document has syntax errors, or the ID is taken: known by its ID, not checked further. */
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

/** Collects the entries of parsed documents; IDs are in `entries` once, the first place wins. */
export function collectEntries(problems: ProblemList, textOf: TextOf) {
  const entries: RawEntry[] = [];
  const byId = new Map<string, RawEntry>();
  const documents: RawDocument[] = [];

  const add = (found: FoundSource, parsed: ParsedDocument): void => {
    if (parsed.root === null || isAbsent(parsed.root)) return;
    const origin = { id: null, source: parsed.source, node: parsed.root, path: [], nameSpan: parsed.root.span, textOf };
    const silent = parsed.broken;
    const report = (path: FieldPath, facts: ProblemFacts): void => {
      if (!silent) problems.push(placeProblem(origin, path, facts));
    };
    if (parsed.root.type !== 'map') {
      const expected = 'a map of namespace and entries';
      const got = describeNode(parsed.root);
      report([], { code: 'wrong-type', message: 'not a registry document', expected, got });
      return;
    }
    const root = parsed.root;
    const document = { origin, meta: root.fields.get('meta')?.value ?? null, below: found.below };
    const namespace = readName(root, 'namespace', [], report);
    const isSingle = !root.fields.has('entries') && (root.fields.has('name') || root.fields.has('kind'));
    if (isSingle) addEntry(root, [], { ...document, meta: null }, namespace, silent, SINGLE_ENTRY_FIELDS);
    else {
      documents.push(document);
      checkDocumentFields(root, origin, problems, silent);
      for (const [index, node] of entryNodes(root, report).entries()) {
        const path = ['entries', index];
        if (node.type === 'map') addEntry(node, path, document, namespace, silent, ENTRY_FIELDS);
        else
          report(path, {
            code: 'wrong-type',
            message: 'an entry is a map',
            expected: 'a map of name, kind and its fields',
            got: describeNode(node),
          });
      }
    }
  };

  const addEntry = (
    node: MapNode,
    path: FieldPath,
    document: RawDocument,
    namespace: string | null,
    silent: boolean,
    knownNames: ReadonlySet<string>,
  ): void => {
    const { source } = document.origin;
    const nameSpan = node.fields.get('name')?.value.span ?? node.span;
    const place = { source, node, path, nameSpan, textOf };
    const reportAs = (id: string | null) => (below: FieldPath, facts: ProblemFacts) => {
      if (!silent) problems.push(placeProblem({ ...place, id }, below, facts));
    };
    const name = readName(node, 'name', [], reportAs(null));
    const id = `${namespace ?? ''}:${name ?? ''}`;
    const kind = readKind(node, reportAs(name === null ? null : id));
    if (name === null || namespace === null || kind === null) return;
    if (id.length > MAX_ID_LENGTH) {
      reportAs(null)(['name'], {
        code: 'invalid-name',
        message: 'the ID is too long',
        expected: `at most ${MAX_ID_LENGTH} letters`,
      });
      return;
    }
    const first = byId.get(id);
    if (first !== undefined) reportAs(id)([], duplicateId(id, first));
    const entry: RawEntry = {
      id,
      namespace,
      name,
      kind,
      node,
      origin: { ...place, id },
      document,
      knownNames,
      skipped: silent || first !== undefined,
    };
    entries.push(entry);
    if (first === undefined) byId.set(id, entry);
  };

  return { add, entries, byId, documents };
}

function duplicateId(id: string, first: RawEntry): ProblemFacts {
  return {
    code: 'duplicate-id',
    message: `duplicate ID ${id}: first defined at ${placeText(first.origin.source, first.origin)}`,
    expected: 'an ID that is used once',
  };
}

function placeText(source: SourceText, origin: EntryOrigin): string {
  const { line, column } = locate(source, origin.nameSpan);
  return line === 0 ? `${source.file} ${formatFieldPath(origin.path)}` : `${source.file}:${line}:${column}`;
}

function readName(
  node: MapNode,
  field: 'namespace' | 'name',
  path: FieldPath,
  report: (path: FieldPath, facts: ProblemFacts) => void,
): string | null {
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

function readKind(node: MapNode, report: (path: FieldPath, facts: ProblemFacts) => void): string | null {
  const value = node.fields.get('kind')?.value;
  if (value === undefined || isAbsent(value)) {
    report([], { code: 'required', message: 'missing kind' });
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

function entryNodes(root: MapNode, report: (path: FieldPath, facts: ProblemFacts) => void): readonly DocNode[] {
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
    const message = `a registry document has no field ${JSON.stringify(clip(field.key, 60))}`;
    const facts = { code: 'unknown-field', message, expected: `one of ${known.join(', ')}` };
    const spot = { source: origin.source, span: field.keySpan, path: [field.key], entry: null };
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
