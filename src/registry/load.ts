/**
 * Loading, all or nothing: every document is read and every entry checked before anything is decided, so that one run shows all
 * problems, and a registry with any is no registry.
 */
import { HostError } from '../errors.js';
import { type Collected, collectDocument, newCollection, type RawEntry, type TextOf } from './documents.js';
import { type Draft, draftEntries, type LoadContext } from './drafts.js';
import { findFiles } from './entry-files.js';
import { checkVariables } from './env-variables.js';
import { expansions } from './expand.js';
import type { FieldProblem, ProblemFacts } from './facts.js';
import { type Found, pushFound } from './found-problems.js';
import { linkHttp } from './http/link.js';
import { type Kind, kindTable } from './kinds/table.js';
import { MAX_NODES } from './limits.js';
import { isAbsent } from './nodes.js';
import { locate } from './positions.js';
import { type ProblemList, placeProblem, problemList } from './problems.js';
import { type FoundReference, requiredFacts } from './read-context.js';
import { readJson } from './read-json.js';
import { readObject } from './read-object.js';
import { type ParsedDocument, readYaml } from './read-yaml.js';
import { checkLibraryCircles, checkReferences } from './references.js';
import { freezeDeep, makeRegistry } from './registry.js';
import type { FieldTable } from './schema.js';
import { maskText, maySecrets } from './secrets.js';
import { type FoundSource, findSources, registryFolder } from './sources.js';
import { binaryStore, findFolder, hashFault } from './storage.js';
import { textStore } from './texts.js';
import type { CodeEntry, Entry, LoadOptions, LoadResult } from './types.js';

/**
 * Reads and checks a registry. What is wrong with it is in the result; exceptions are bugs, or come from the file source.
 *
 * @example
 * const result = await loadRegistry({ root: 'registry', files: nodeFiles() });
 * if (!result.ok) console.error(formatProblems(result.problems, result.sources));
 */
export async function loadRegistry(options: LoadOptions): Promise<LoadResult> {
  const cx = newContext(options);
  const collected = await readDocuments(cx);
  for (const document of collected.documents)
    if (document.meta !== null) await cx.texts.load(document.meta, document.below);
  const entries = collected.entries.filter((entry) => !entry.skipped);
  for (const entry of entries) await cx.texts.load(entry.node, entry.document.below);
  const drafts = draftEntries(entries, collected.documents, cx);
  const read = new Set(drafts.map(({ raw }) => raw));
  const isRead = (entry: RawEntry) => read.has(entry);
  linkHttp(drafts, collected.byId, isRead, cx);
  const hostFunctions = new Set(options.hostFunctions);
  for (const { raw, references } of drafts) {
    checkReferences(raw, references, collected.byId, isRead, hostFunctions, cx.problems);
  }
  checkVariables(drafts, cx.problems);
  checkLibraryCircles(libraries(drafts), cx.problems);
  await checkFolders(drafts, cx);
  await findFiles(drafts, cx);
  const binaries = await checkBinaries(drafts, cx);
  await reportMethods(drafts, binaries, cx);
  const built = buildEntries(drafts);
  await runCheck(built, binaries, cx);
  return finish(built, collected.sources, cx);
}

function newContext(options: LoadOptions): LoadContext {
  const root = registryFolder(options);
  const texts = textStore(options.files, root);
  const textOf: TextOf = (node) => {
    const text = texts.of(node);
    return text?.ok ? { source: text.source } : null;
  };
  return {
    options,
    expansions: expansions(options.env ?? globalThis.process?.env ?? {}),
    files: options.files,
    root,
    problems: problemList(),
    texts,
    textOf,
    binaries: binaryStore(options.files),
    copies: { left: MAX_NODES },
    reportedFiles: new Set(),
  };
}

async function readDocuments(cx: LoadContext): Promise<Collected & { sources: Map<string, string> }> {
  const collected = newCollection(cx.problems, cx.textOf, cx.expansions.of);
  const sources = new Map<string, string>();
  const tables = Object.entries<FieldTable>(kindTable([]));
  const fields = new Map(tables.map(([kind, table]) => [kind, new Set(Object.keys(table))]));
  const fieldsOf = (kind: string): ReadonlySet<string> => fields.get(kind) ?? NO_FIELDS;
  for (const found of await findSources(cx.options, cx.problems)) {
    const { file, text } = found.source;
    const hides = text !== null && maySecrets(text);
    const problems = hides ? withoutQuotes(cx.problems) : cx.problems;
    const parsed = await readSource(found, problems);
    if (text !== null && !hides) sources.set(file, text);
    // What a broken text holds cannot be told, so none of it is shown.
    else if (text !== null && parsed.every((each) => !each.broken)) {
      const roots = parsed.flatMap(({ root }) => (root === null ? [] : [root]));
      sources.set(file, maskText(text, roots, fieldsOf));
    }
    for (const each of parsed) collectDocument(hides ? { ...collected, problems } : collected, found, each);
  }
  return { ...collected, sources };
}

const NO_FIELDS: ReadonlySet<string> = new Set();

function readSource(found: FoundSource, problems: ProblemList): Promise<ParsedDocument[]> | ParsedDocument[] {
  if (found.notation === 'yaml') return readYaml(found.source, problems);
  if (found.notation === 'json') return [readJson(found.source, problems)];
  return [readObject(found.source, found.object, problems)];
}

/** Syntax errors quote what stands at their place: not where it may be a secret. */
function withoutQuotes(problems: ProblemList): ProblemList {
  return {
    ...problems,
    push: (problem) => problems.push({ ...problem, got: null }),
    add: (spot, { got: _got, ...facts }) => {
      problems.add(spot, { ...facts, message: withoutQuote(facts) });
    },
  };
}

function withoutQuote({ code, message }: ProblemFacts): string {
  if (code.endsWith('-syntax')) return message.replace(/(: |token ).*$/s, '$1…');
  if (code === 'alias') return message.replace(/^alias \*.*? has/s, 'an alias has');
  if (code === 'duplicate-key') return message.replace(/^key "(?!\w+").*?" is/s, 'a key is');
  return message;
}

function libraries(drafts: readonly Draft[]): Map<string, { entry: RawEntry; references: readonly FoundReference[] }> {
  const found = drafts.filter((draft) => draft.raw.kind === 'library.lua');
  return new Map(found.map((draft) => [draft.raw.id, { entry: draft.raw, references: draft.references }]));
}

/** Adds `path` to the fields of folders, and `realPath`: where that is now, whatever takes its place later. */
async function checkFolders(drafts: readonly Draft[], cx: LoadContext): Promise<void> {
  for (const { raw, fields } of drafts) {
    const { directory, base, autoInit } = fields.values;
    if (raw.kind !== 'fs.directory' || typeof directory !== 'string' || typeof base !== 'string') continue;
    const bases: Record<string, string> = {
      registry: cx.files.join(cx.root, raw.document.below),
      module: cx.root,
      project: cx.options.projectRoot ?? cx.root,
    };
    const path = cx.files.join(bases[base]!, directory);
    const found = await findFolder(cx.files, path, autoInit === true);
    if (found.ok) Object.assign(fields.values, { path, realPath: found.value });
    else cx.problems.push(placeProblem(raw.origin, found.path, found.facts));
  }
}

/** The verified bytes by entry ID. Also checks what can be checked of entries with other problems. */
async function checkBinaries(drafts: readonly Draft[], cx: LoadContext): Promise<Map<string, Uint8Array>> {
  const folders = new Map<unknown, unknown>();
  for (const { raw, fields } of drafts) if (raw.kind === 'fs.directory') folders.set(raw.id, fields.values.path);
  const bytes = new Map<string, Uint8Array>();
  for (const { raw, fields } of drafts) {
    if (raw.kind !== 'function.wasm') continue;
    const { fs, path, hash } = fields.values;
    const folder = folders.get(fs);
    const isNamed = typeof folder === 'string' && typeof path === 'string';
    const found = isNamed ? await cx.binaries.find(folder, path) : null;
    const actual = found?.ok ? found.value.hash : null;
    const fault = typeof hash === 'string' ? hashFault(hash, actual) : null;
    const hashNode = raw.node.fields.get('hash')?.value;
    if (isAbsent(hashNode)) {
      const facts = actual === null ? {} : { expected: `sha256:${actual}` };
      const below = hashNode === undefined ? [] : ['hash'];
      cx.problems.push(placeProblem(raw.origin, below, { ...requiredFacts(['hash']), ...facts }));
    }
    if (found?.ok === false && !cx.reportedFiles.has(found.facts.message)) {
      cx.reportedFiles.add(found.facts.message);
      cx.problems.push(placeProblem(raw.origin, found.path, found.facts));
    }
    if (fault !== null) cx.problems.push(placeProblem(raw.origin, ['hash'], fault));
    else if (found?.ok && typeof hash === 'string') bytes.set(raw.id, found.value.bytes);
  }
  return bytes;
}

/** A method that is missing is told with those there are, where nothing else is wrong with its entry. */
async function reportMethods(
  drafts: readonly Draft[],
  bytes: ReadonlyMap<string, Uint8Array>,
  cx: LoadContext,
): Promise<void> {
  const { check } = cx.options;
  for (const draft of drafts) {
    const { raw, fields } = draft;
    const node = raw.node.fields.get('method')?.value;
    if (!raw.kind.startsWith('function.') || !isAbsent(node)) continue;
    const isSound = !cx.problems.has(raw.id) && (raw.kind !== 'function.wasm' || bytes.has(raw.id));
    const nameless = { ...fields, valid: true, values: { ...fields.values, method: '' } };
    const entry = isSound ? buildEntries([{ ...draft, fields: nameless }])[0]!.entry : null;
    const found =
      check === undefined || entry === null ? [] : await checkOne(check, entry as CodeEntry, bytes.get(raw.id) ?? null);
    const choices = found.find(({ code, path }) => NO_METHOD.has(code) && path[0] === 'method')?.expected;
    const facts = { ...requiredFacts(['method']), ...(choices === undefined ? {} : { expected: choices }) };
    cx.problems.push(placeProblem(raw.origin, node === undefined ? [] : ['method'], facts));
    for (const { path, ...others } of found)
      if (!NO_METHOD.has(others.code)) cx.problems.push(placeProblem(raw.origin, path, others));
  }
}

/** What the engine and Lua say of a method that is none of theirs. */
const NO_METHOD: ReadonlySet<string> = new Set(['method-not-exported', 'lua-method']);

/** A draft whose fields fit, as the entry that others will see. */
interface Built {
  readonly raw: RawEntry;
  readonly entry: Entry;
}

function buildEntries(drafts: readonly Draft[]): Built[] {
  return drafts.flatMap(({ raw, fields, meta, options }) => {
    if (!fields.valid) return [];
    const { source, nameSpan } = raw.origin;
    const { line, column } = locate(source, nameSpan);
    const { id, namespace, name } = raw;
    const place = { file: source.file, line, column };
    // The table made the fields by the kind, which the type cannot follow.
    const entry = {
      id,
      namespace,
      name,
      kind: raw.kind as Kind,
      meta,
      options,
      fields: fields.values,
      place,
    } as unknown as Entry;
    return [{ raw, entry: freezeDeep(entry) }];
  });
}

/** How many entries the engine checks at once: enough to keep compilers busy, few enough to bound what is in flight. */
const CHECKS_AT_ONCE = 8;

async function runCheck(
  built: readonly Built[],
  bytes: ReadonlyMap<string, Uint8Array>,
  cx: LoadContext,
): Promise<void> {
  const check = cx.options.check;
  if (check === undefined) return;
  const sound = built.filter(({ entry }) => {
    const isCode = entry.kind.startsWith('function.') || entry.kind === 'library.lua';
    return isCode && (entry.kind !== 'function.wasm' || bytes.has(entry.id)) && !cx.problems.has(entry.id);
  });
  const found: Found[] = [];
  for (let start = 0; start < sound.length; start += CHECKS_AT_ONCE) {
    const batch = sound.slice(start, start + CHECKS_AT_ONCE);
    const answers = await Promise.all(
      batch.map(({ entry }) => checkOne(check, entry as CodeEntry, bytes.get(entry.id) ?? null)),
    );
    for (const [index, problems] of answers.entries()) found.push({ entry: batch[index]!.raw, problems });
  }
  pushFound(found, cx.problems);
}

async function checkOne(
  check: NonNullable<LoadOptions['check']>,
  entry: CodeEntry,
  bytes: Uint8Array | null,
): Promise<readonly FieldProblem[]> {
  try {
    return await check(entry, bytes);
  } catch (thrown) {
    if (!(thrown instanceof HostError)) throw thrown;
    return [{ path: [], code: 'check-failed', message: thrown.message }];
  }
}

function finish(built: readonly Built[], sources: Map<string, string>, cx: LoadContext): LoadResult {
  for (const source of cx.texts.sources()) if (source.text !== null) sources.set(source.file, source.text);
  if (cx.problems.count > 0) return { ok: false, problems: cx.problems.sorted(), sources };
  const origins = new Map(built.map(({ raw }) => [raw.id, raw.origin]));
  const entries = built.map(({ entry }) => entry);
  return { ok: true, registry: makeRegistry({ entries, origins, binaries: cx.binaries, sources }) };
}
