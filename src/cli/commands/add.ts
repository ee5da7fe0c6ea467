/** `moonwit add`: entries for a binary, written from what the binary says of itself. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { DescribedBinary } from '../../engine/describe.js';
import { HostError } from '../../errors.js';
import { addEntry, type NewEntry } from '../../registry/add-entry.js';
import { registryError } from '../../registry/format.js';
import { ANY_INTERFACE } from '../../registry/kinds/imports.js';
import { loadRegistry } from '../../registry/load.js';
import { nodeFiles } from '../../registry/node-files.js';
import type { Entry, Registry } from '../../registry/types.js';
import { type CliCommand, JSON_OPTION, REGISTRY_OPTION } from '../command.js';
import { documentsOf, notationOf, replaceFile, type TargetDocument } from '../documents.js';
import { checkNamespace, chosenExports, type EntryPlan, entriesOf, snake } from '../entry-names.js';
import { needRegistry } from '../find-registry.js';
import { type CliIo, readBinary, shownPath, UsageError } from '../io.js';
import { printJson } from '../json.js';
import { ONLY_PROGRAMS } from '../open.js';
import { type Updated, updateHashes } from '../update-hashes.js';

export const add: CliCommand = {
  name: 'add',
  arguments: '<file>',
  summary: 'add a .wasm file: writes its entries',
  description:
    'Reads a component or a core module and writes an entry for each function that it exports, into the first document of\n' +
    'the namespace or a new one, constructors and static functions too: the hash, the method and, as comments, its WIT\n' +
    'signature and what it imports (nothing is granted until you say so).\n' +
    'A file outside the registry is copied to its folder "wasm".',
  argumentHelp: { file: 'the .wasm file' },
  options: [
    REGISTRY_OPTION,
    JSON_OPTION,
    {
      flags: '-n, --namespace <name>',
      description: 'the namespace of the entries (default: the registry\'s first, else "app")',
    },
    { flags: '-m, --method <name...>', description: 'only these exports (default: all of them)' },
    { flags: '-u, --update', description: 'the file has entries and is a new build: renew their hash' },
  ],
  examples: [
    ['every function of a component', 'moonwit add mapper.wasm'],
    ['one of them, under a namespace of its own', 'moonwit add mapper.wasm --method transform-users --namespace users'],
    ['after a new build: its hash, where it is written', 'moonwit add mapper.wasm --update'],
  ],
  async run([file], { registry: option, json, namespace, method, update }, io) {
    const folder = resolve(io.cwd, needRegistry(option, io));
    const source = resolve(io.cwd, file as string);
    const bytes = await readBinary(file as string, io);
    // The engine loads with the command that needs it, not with all of them.
    const { describeBinary } = await import('../../engine/describe.js');
    const binary = await describeBinary(bytes, basename(source, '.wasm'));
    const wasmFile = source.startsWith(folder + sep) ? source : join(folder, 'wasm', basename(source));
    if (update === true) {
      if (namespace !== undefined || method !== undefined) {
        throw new UsageError('--update renews every entry of the file: leave out --namespace and --method');
      }
      reportUpdate(await updateHashes({ folder, source, wasmFile, bytes }), wasmFile, json === true, io);
      return 0;
    }
    const registry = await openRegistry(folder);
    const plan = await planEntries({ folder, wasmFile, bytes, binary, registry, namespace, methods: method });
    await writeAll(plan, source);
    report(plan, json === true, io);
    return 0;
  },
};

interface AddPlan {
  readonly document: TargetDocument;
  /** The document's text with the entries. */
  readonly text: string;
  /** Where the binary lies, or goes to. */
  readonly wasmFile: string;
  readonly namespace: string;
  readonly entries: readonly EntryPlan[];
  /** What to tell beside the entries. */
  readonly notes: readonly string[];
}

interface AddRequest {
  readonly folder: string;
  readonly wasmFile: string;
  readonly bytes: Uint8Array;
  readonly binary: DescribedBinary;
  readonly registry: Registry;
  readonly namespace: string | undefined;
  readonly methods: readonly string[] | undefined;
}

async function openRegistry(root: string): Promise<Registry> {
  const common = { files: nodeFiles(), projectRoot: dirname(root), hostImports: [ANY_INTERFACE] };
  let loaded = await loadRegistry({ ...common, root });
  // The first entry of a folder is as welcome as the next.
  const isEmpty =
    !loaded.ok && loaded.problems.every((each) => each.code === 'empty-registry' || each.code === 'empty-document');
  if (isEmpty) loaded = await loadRegistry({ ...common, sources: [], base: root });
  if (!loaded.ok) throw registryError(loaded);
  return loaded.registry;
}

async function planEntries(request: AddRequest): Promise<AddPlan> {
  const { folder, registry, binary, wasmFile } = request;
  const documents = await documentsOf(registry);
  const namespace = request.namespace ?? documents[0]?.namespace ?? registry.entries[0]?.namespace ?? 'app';
  checkNamespace(namespace);
  const stem = snake(basename(wasmFile, '.wasm'));
  const entries = entriesOf(chosenExports(binary.plan, request.methods), binary);
  const fsId = findFolder(registry, dirname(wasmFile)) ?? null;
  const fsName = fsId === null ? `${stem}_files` : null;
  for (const name of [...(fsName === null ? [] : [fsName]), ...entries.map((each) => each.name)]) {
    const taken = registry.get(`${namespace}:${name}`);
    if (taken !== undefined) throw takenName(taken);
  }
  const document = documents.find((each) => each.namespace === namespace) ?? {
    path: join(folder, `${stem}.yaml`),
    namespace,
    text: null,
  };
  const text = await textWith(newEntries({ ...request, namespace, entries, fsId, fsName, document }), document);
  return { document, text, wasmFile, namespace, entries, notes: notesOn(binary, basename(wasmFile)) };
}

function takenName({ id, place }: Entry): HostError {
  const message =
    `${id} is there already (${place.file}:${place.line}): ` +
    'after a new build say --update, for a second one use another --namespace';
  return new HostError('AlreadyExists', message, { details: { id } });
}

/** An fs.directory of the registry that is this folder. */
function findFolder(registry: Registry, folder: string): string | undefined {
  return registry.ofKind('fs.directory').find((entry) => resolve(entry.fields.path) === folder)?.id;
}

interface EntryParts extends AddRequest {
  readonly namespace: string;
  readonly entries: readonly EntryPlan[];
  readonly fsId: string | null;
  readonly fsName: string | null;
  readonly document: TargetDocument;
}

interface Addition {
  readonly entry: NewEntry;
  readonly comment: readonly string[];
}

function newEntries(parts: EntryParts): Addition[] {
  const { namespace, wasmFile, entries, fsId, fsName, bytes, document } = parts;
  const hash = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const additions: Addition[] = [];
  if (fsName !== null) {
    const way = relative(dirname(document.path), dirname(wasmFile)).split(sep).join('/');
    const directory = way.startsWith('..') ? way : `./${way}`;
    additions.push({ entry: { name: fsName, kind: 'fs.directory', directory }, comment: [] });
  }
  for (const { name, method, signature } of entries) {
    const fs = fsId ?? `${namespace}:${fsName}`;
    const path = `/${basename(wasmFile)}`;
    // Components that answer one request only are common there: without a pool, each request has an instance of its own.
    const pool = servesHttp(method) ? {} : { pool: { type: 'lazy' } };
    const entry = { name, kind: 'function.wasm', fs, path, hash, method, ...pool };
    additions.push({ entry, comment: [signature] });
  }
  const [first, ...rest] = additions;
  return [{ entry: first!.entry, comment: [...importLines(parts.binary), ...first!.comment] }, ...rest];
}

function servesHttp(method: string): boolean {
  return /^wasi:http\/incoming-handler(?:@0\.2\.\d+)?#handle$/.test(method);
}

function importLines(binary: DescribedBinary): string[] {
  const { imports } = binary;
  if (imports.length === 0) return [];
  const lines = imports.map(({ name, built }) => `  ${name}${built ? '' : ' (not built yet in this version)'}`);
  const all = grantLine(binary);
  return [
    'The binary imports what follows. A call of one traps until an entry grants it by imports.',
    ...lines,
    ...(all === null ? [] : ['All of it is granted by this line of an entry:', `  ${all}`]),
  ];
}

/** `imports: [wasi:io, wasi:http]`: one line that grants whatever can be granted; null where nothing can. */
function grantLine({ imports }: Pick<DescribedBinary, 'imports'>): string | null {
  // Preview 1 is one import for many groups; of any other, each name would do.
  const names = imports.flatMap(({ name, grants }) => (name === PREVIEW1 ? grants : grants.slice(0, 1)));
  return names.length === 0 ? null : `imports: [${[...new Set(names)].join(', ')}]`;
}

const PREVIEW1 = 'wasi_snapshot_preview1';

async function textWith(additions: readonly Addition[], { path, namespace, text }: TargetDocument): Promise<string> {
  let result = text ?? '';
  for (const { entry, comment } of additions) {
    result = await addEntry(result, entry, { namespace, file: path, comment, notation: notationOf(path) });
  }
  return result;
}

async function writeAll({ document, text, wasmFile }: AddPlan, source: string): Promise<void> {
  if (wasmFile !== source) {
    await mkdir(dirname(wasmFile), { recursive: true });
    await copyNew(source, wasmFile);
  }
  if (document.text !== null) await replaceFile(document.path, text);
  else await writeFile(document.path, text, { flag: 'wx' }).catch(existing(document.path));
}

/** A copy that is there already is fine when it holds the same bytes. */
async function copyNew(source: string, target: string): Promise<void> {
  const there = await readFile(target).catch(() => null);
  if (there === null) return copyFile(source, target);
  if (there.equals(await readFile(source))) return;
  const next = 'if it is a new build say --update, else move one of them away';
  throw new HostError('AlreadyExists', `${target} is there already and is another binary: ${next}`);
}

function existing(path: string) {
  return (error: unknown): never => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new HostError('AlreadyExists', `${path} is there already: move it away, or use another --namespace`);
  };
}

/** What an entry does not show: imports that are not granted, and methods, which only resource objects have. */
function notesOn({ plan, imports, awaitsComponent }: DescribedBinary, file: string): string[] {
  const notes: string[] = [];
  if (awaitsComponent) {
    notes.push(
      `${file} is a module that a component is meant to be made of, so its functions take core numbers here.\n` +
        `For its own types: wasm-tools component new ${file} -o COMPONENT.wasm, and add that.`,
    );
  }
  const ofResources = plan.exports.flatMap(({ function: { role } }) =>
    role.kind === 'method' ? [role.resource.name] : [],
  );
  if (ofResources.length > 0) {
    const names = [...new Set(ofResources)].join(', ');
    notes.push(`Methods of resources (${names}) get no entries: they are on the objects that functions return.`);
  }
  if (imports.length > 0) {
    notes.push(
      `It imports ${imports.map((each) => each.name).join(', ')}: a call of one traps until an entry grants it.`,
    );
    const all = grantLine({ imports });
    if (all !== null) notes.push(`This line of an entry grants all of it:\n\n    ${all}`);
  }
  const ofPrograms = imports.filter((each) => each.state === 'not provided').map((each) => each.name);
  if (ofPrograms.length > 0) notes.push(`${ofPrograms.join(', ')}: ${ONLY_PROGRAMS}.`);
  const notBuilt = imports.filter((each) => !each.built).map((each) => each.name);
  if (notBuilt.length > 0) notes.push(`Not built yet in this version: ${notBuilt.join(', ')}.`);
  return notes;
}

function report(plan: AddPlan, asJson: boolean, io: CliIo): void {
  const ids = plan.entries.map((each) => `${plan.namespace}:${each.name}`);
  const { path, text } = plan.document;
  if (asJson) {
    io.out(`${printJson({ file: path, binary: plan.wasmFile, functions: ids, notes: plan.notes }, 0)}\n`);
    return;
  }
  io.out(`${text === null ? 'wrote' : 'added to'} ${shownPath(path, io)}\n\n`);
  for (const [index, each] of plan.entries.entries()) io.out(`  ${ids[index]}  ${each.signature}\n`);
  for (const note of plan.notes) io.out(`\n${note}\n`);
  io.out(`\nNext: moonwit show ${ids[0]}\n`);
}

function reportUpdate({ files, ids, hash }: Updated, wasmFile: string, asJson: boolean, io: CliIo): void {
  if (asJson) {
    io.out(`${printJson({ files, binary: wasmFile, functions: ids, hash }, 0)}\n`);
    return;
  }
  if (files.length === 0) io.out(`${shownPath(wasmFile, io)} has the hash that its entries say: nothing to renew\n`);
  for (const file of files) io.out(`renewed ${shownPath(file, io)}\n`);
  for (const id of ids) io.out(`  ${id}  ${hash}\n`);
}
