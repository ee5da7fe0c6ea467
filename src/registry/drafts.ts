/** From raw entries to drafts: fields by the kind's table, meta merged, options read. */
import type { RawDocument, RawEntry, TextOf } from './documents.js';
import type { Expansions } from './expand.js';
import type { MetaMap } from './facts.js';
import { type ReadFields, readEntryFields, readField } from './interpret.js';
import { type CallOptionFields, checkOptionName, NO_OPTIONS, OPTION_FIELDS } from './kinds/options.js';
import { kindTable, PLANNED_KINDS } from './kinds/table.js';
import { MAX_NODES } from './limits.js';
import type { DocNode, MapNode } from './nodes.js';
import { type EntryOrigin, type ProblemList, placeProblem } from './problems.js';
import type { FoundReference, ReadContext } from './read-context.js';
import { type FieldTable, free } from './schema.js';
import type { BinaryStore } from './storage.js';
import type { TextStore } from './texts.js';
import type { FileSource, LoadOptions } from './types.js';

/** An entry on its way: its fields were read, whatever they hold. */
export interface Draft {
  readonly raw: RawEntry;
  readonly fields: ReadFields;
  readonly references: FoundReference[];
  readonly meta: MetaMap;
  readonly options: CallOptionFields;
}

/** What one load carries through its steps. */
export interface LoadContext {
  readonly options: LoadOptions;
  readonly files: FileSource;
  readonly root: string;
  readonly problems: ProblemList;
  readonly texts: TextStore;
  readonly textOf: TextOf;
  readonly binaries: BinaryStore;
  readonly expansions: Expansions;
  readonly reportedFiles: Set<string>;
  /** Keys of document metas that may still be copied into entries with a meta of their own. */
  readonly copies: { left: number };
}

interface SharedMeta {
  readonly meta: MetaMap;
  readonly options: CallOptionFields | null;
}
const NO_META: MetaMap = Object.freeze({});

/** Reads the fields of every entry whose kind is built; reports the other kinds. */
export function draftEntries(
  entries: readonly RawEntry[],
  documents: readonly RawDocument[],
  cx: LoadContext,
): Draft[] {
  const tables: Record<string, FieldTable> = kindTable(cx.options.hostImports ?? []);
  const shared = new Map<DocNode, SharedMeta>();
  for (const { origin, meta } of documents) {
    if (meta === null) continue;
    const context = readContext(origin, '', 'document', cx);
    shared.set(meta, {
      meta: readField(meta, free, ['meta'], context) ?? NO_META,
      options: readOptions(meta, context),
    });
  }
  const drafts: Draft[] = [];
  for (const raw of entries) {
    const table = Object.hasOwn(tables, raw.kind) ? tables[raw.kind] : undefined;
    if (table === undefined) reportKind(raw, Object.keys(tables), cx.problems);
    else
      drafts.push(draftEntry(raw, table, raw.document.meta === null ? undefined : shared.get(raw.document.meta), cx));
  }
  return drafts;
}

function draftEntry(raw: RawEntry, table: FieldTable, shared: SharedMeta | undefined, cx: LoadContext): Draft {
  const context = readContext(raw.origin, raw.namespace, raw.kind, cx);
  const metaNode = raw.node.fields.get('meta')?.value;
  const hasMeta = metaNode !== undefined && !(metaNode.type === 'scalar' && metaNode.value === null);
  const own = hasMeta ? readField(metaNode, free, ['meta'], context) : null;
  const ownOptions = hasMeta ? readOptions(metaNode, context) : null;
  const meta = mergeMeta(raw, shared?.meta ?? NO_META, own, cx);
  const fields = readEntryFields(raw.node, table, raw.knownNames, context);
  return { raw, fields, references: context.references, meta, options: ownOptions ?? shared?.options ?? NO_OPTIONS };
}

/** A document's meta with the entry's own over it: shared where there is nothing to lay over, counted where it is copied. */
function mergeMeta(raw: RawEntry, shared: MetaMap, own: MetaMap | null, cx: LoadContext): MetaMap {
  if (own === null) return shared;
  cx.copies.left -= Object.keys(shared).length;
  if (cx.copies.left >= 0) return Object.assign(Object.create(null) as object, shared, own);
  cx.problems.push(placeProblem(raw.origin, ['meta'], TOO_MUCH_META));
  return own;
}

const TOO_MUCH_META = {
  code: 'too-large',
  message: `document metas are copied into entries more than ${MAX_NODES} keys in all`,
};

function readContext(origin: EntryOrigin, namespace: string, owner: string, cx: LoadContext): ReadContext {
  const textFault: ReadContext['textFault'] = (node) => {
    const text = cx.texts.of(node);
    return text === null || text.ok ? null : text.facts;
  };
  const { problems, expansions } = cx;
  const { reportedFiles } = cx;
  return {
    origin,
    namespace,
    owner,
    problems,
    references: [],
    textFault,
    expansionOf: expansions.of,
    reportedFiles,
  };
}

/** `meta.options`, or null where there are none. */
function readOptions(meta: DocNode, context: ReadContext): CallOptionFields | null {
  const node = meta.type === 'map' ? meta.fields.get('options')?.value : undefined;
  if (node === undefined || node.type !== 'map') return null;
  const known: MapNode = {
    ...node,
    fields: new Map([...node.fields].filter(([name]) => Object.hasOwn(OPTION_FIELDS, name))),
  };
  for (const name of node.fields.keys()) {
    if (known.fields.has(name)) continue;
    checkOptionName(name, (below, facts) => {
      context.problems.push(placeProblem(context.origin, ['meta', 'options', ...below], facts, 'key'));
    });
  }
  return readField(
    known,
    { type: 'record', fields: OPTION_FIELDS },
    ['meta', 'options'],
    context,
  ) as CallOptionFields | null;
}

function reportKind(raw: RawEntry, built: readonly string[], problems: ProblemList): void {
  const facts = PLANNED_KINDS.includes(raw.kind)
    ? {
        code: 'kind-not-built',
        message: `kind ${raw.kind} is documented but not built yet`,
        expected: `one of ${built.join(', ')}`,
      }
    : {
        code: 'unknown-kind',
        message: `unknown kind ${JSON.stringify(raw.kind.slice(0, 60).replace(/\s.*$/s, '…'))}`,
        expected: `one of ${built.join(', ')}`,
        ...problems.suggest(raw.kind, () => [...built, ...PLANNED_KINDS]),
      };
  problems.push(placeProblem(raw.origin, ['kind'], facts));
}
