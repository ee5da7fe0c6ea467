/** `moonwit add`: entries for a binary, written from what the binary says of itself. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { ComponentPlan, PlanFunction } from '../../component/types.js';
import { fileStem } from '../../engine/compile.js';
import { type DescribedBinary, describeBinary } from '../../engine/describe.js';
import { HostError } from '../../errors.js';
import { registryError } from '../../registry/format.js';
import { ANY_INTERFACE } from '../../registry/kinds/imports.js';
import { loadRegistry } from '../../registry/load.js';
import { nodeFiles } from '../../registry/node-files.js';
import type { Registry } from '../../registry/types.js';
import { functionName, matchMethod } from '../../wit/path.js';
import type { WitFunction } from '../../wit/types.js';
import { type CliCommand, JSON_OPTION, REGISTRY_OPTION } from '../command.js';
import { needRegistry } from '../find-registry.js';
import { type CliIo, shownPath, UsageError } from '../io.js';
import { printJson } from '../json.js';
import { ONLY_PROGRAMS } from '../open.js';

export const add: CliCommand = {
  name: 'add',
  arguments: '<file>',
  summary: 'add a .wasm file: writes its entries',
  description:
    'Reads a component or a core module and writes a YAML file with an entry for each function that it exports,\n' +
    'constructors and static functions too: the hash, the method and, as comments, its WIT signature and what it imports\n' +
    '(nothing is granted until you say so).\n' +
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
  ],
  examples: [
    ['every function of a component', 'moonwit add mapper.wasm'],
    ['one of them, under a namespace of its own', 'moonwit add mapper.wasm --method transform-users --namespace users'],
  ],
  async run([file], { registry: option, json, namespace, method }, io) {
    const folder = resolve(io.cwd, needRegistry(option, io));
    const source = resolve(io.cwd, file as string);
    const bytes = await readBinary(source);
    const binary = await describeBinary(bytes, fileStem(basename(source)));
    const registry = await openRegistry(folder);
    const plan = planEntries({ folder, source, bytes, binary, registry, namespace, methods: method });
    await writeAll(plan, source);
    report(plan, json === true, io);
    return 0;
  },
};

interface EntryPlan {
  readonly name: string;
  readonly method: string;
  readonly signature: string;
}

interface AddPlan {
  readonly yamlFile: string;
  readonly yaml: string;
  /** Where the binary lies, or goes to. */
  readonly wasmFile: string;
  readonly namespace: string;
  readonly entries: readonly EntryPlan[];
  /** What to tell beside the entries. */
  readonly notes: readonly string[];
}

interface AddRequest {
  readonly folder: string;
  readonly source: string;
  readonly bytes: Uint8Array;
  readonly binary: DescribedBinary;
  readonly registry: Registry;
  readonly namespace: string | undefined;
  readonly methods: readonly string[] | undefined;
}

async function readBinary(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

async function openRegistry(root: string): Promise<Registry> {
  const common = { files: nodeFiles(), projectRoot: dirname(root), hostImports: [ANY_INTERFACE] };
  let loaded = await loadRegistry({ ...common, root });
  // The first entry of a folder is as welcome as the next.
  const isEmpty = !loaded.ok && loaded.problems.every((each) => each.code === 'empty-registry');
  if (isEmpty) loaded = await loadRegistry({ ...common, sources: [], base: root });
  if (!loaded.ok) throw registryError(loaded);
  return loaded.registry;
}

function planEntries(request: AddRequest): AddPlan {
  const { folder, source, registry, binary } = request;
  const namespace = request.namespace ?? registry.entries[0]?.namespace ?? 'app';
  if (!/^[A-Za-z][\w.-]*$/.test(namespace)) {
    throw new UsageError(`--namespace ${namespace}: expected letters, digits, ".", "-" and "_"`);
  }
  const inside = source.startsWith(folder + sep);
  const wasmFile = inside ? source : join(folder, 'wasm', basename(source));
  const stem = snake(fileStem(basename(source)));
  const entries = entriesOf(chosenExports(binary.plan, request.methods), binary);
  const fsId = findFolder(registry, dirname(wasmFile)) ?? null;
  const fsName = fsId === null ? `${stem}_files` : null;
  for (const name of [...(fsName === null ? [] : [fsName]), ...entries.map((each) => each.name)]) {
    const taken = registry.get(`${namespace}:${name}`);
    if (taken !== undefined) {
      const place = `${taken.place.file}:${taken.place.line}`;
      throw new HostError('AlreadyExists', `${namespace}:${name} is there already (${place}): use another --namespace`);
    }
  }
  const yamlFile = join(folder, `${stem}.yaml`);
  const yaml = yamlText({ ...request, namespace, wasmFile, entries, fsId, fsName });
  return { yamlFile, yaml, wasmFile, namespace, entries, notes: notesOn(binary) };
}

function chosenExports(plan: ComponentPlan, methods: readonly string[] | undefined): readonly PlanFunction[] {
  const callable = plan.exports.filter((each) => each.function.role.kind !== 'method');
  if (callable.length === 0) throw new HostError('Invalid', 'this binary exports no function: there is nothing to add');
  if (methods === undefined) return callable;
  return methods.map((method) => {
    const candidates = callable.map((each) => ({
      each,
      path: each.path,
      interface: each.interface,
      name: functionName(each.function),
    }));
    const match = matchMethod(method, candidates);
    if (match.kind === 'found') return match.candidate.each;
    const known = match.paths.join(', ');
    throw new UsageError(
      `--method ${method}: ${match.kind === 'ambiguous' ? 'write one of' : 'the binary exports'} ${known}`,
    );
  });
}

/** `new_basket` for a constructor, `basket_merge` for a static function. */
function plainName({ name, role }: WitFunction): string {
  if (role.kind === 'constructor') return `new_${role.resource.name}`;
  return role.kind === 'freestanding' ? name : `${role.resource.name}_${name}`;
}

/** Functions of one name in several interfaces get the interface's short name in front. */
function entriesOf(exports: readonly PlanFunction[], binary: DescribedBinary): EntryPlan[] {
  const count = new Map<string, number>();
  for (const { function: fn } of exports) {
    const name = snake(plainName(fn));
    count.set(name, (count.get(name) ?? 0) + 1);
  }
  const used = new Set<string>();
  return exports.map((each) => {
    const name = snake(plainName(each.function));
    const prefix = count.get(name) === 1 || each.interface === null ? '' : `${shortName(each.interface)}_`;
    let unique = snake(`${prefix}${name}`);
    while (used.has(unique)) unique += '_';
    used.add(unique);
    return { name: unique, method: each.path, signature: binary.signature(each) };
  });
}

/** `iface` of `ns:pkg/iface@1.2.3`. */
function shortName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).replace(/@.*$/, '');
}

/** `transform-users` as `transform_users`: what one writes in Lua. */
function snake(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  return /^[A-Za-z]/.test(plain) ? plain : `f_${plain}`;
}

/** An fs.directory of the registry that is this folder. */
function findFolder(registry: Registry, folder: string): string | undefined {
  return registry.ofKind('fs.directory').find((entry) => resolve(entry.fields.path) === folder)?.id;
}

interface YamlParts extends AddRequest {
  readonly namespace: string;
  readonly wasmFile: string;
  readonly entries: readonly EntryPlan[];
  readonly fsId: string | null;
  readonly fsName: string | null;
}

function yamlText(parts: YamlParts): string {
  const { namespace, wasmFile, entries, fsId, fsName, folder, bytes } = parts;
  const hash = createHash('sha256').update(bytes).digest('hex');
  const lines = [...importLines(parts.binary), 'version: "1.0"', `namespace: ${quoted(namespace)}`, '', 'entries:'];
  if (fsName !== null) {
    const directory = `./${relative(folder, dirname(wasmFile)).split(sep).join('/')}`;
    lines.push(`  - name: ${fsName}`, '    kind: fs.directory', `    directory: ${quoted(directory)}`, '');
  }
  for (const each of entries) {
    lines.push(
      `  # ${each.signature}`,
      `  - name: ${quoted(each.name)}`,
      '    kind: function.wasm',
      `    fs: ${quoted(fsId ?? `${namespace}:${fsName}`)}`,
      `    path: ${quoted(`/${basename(wasmFile)}`)}`,
      `    hash: sha256:${hash}`,
      `    method: ${quoted(each.method)}`,
      '    pool:',
      '      type: lazy',
      '',
    );
  }
  return lines.join('\n');
}

function importLines({ imports }: DescribedBinary): string[] {
  if (imports.length === 0) return [];
  return [
    '# The binary imports what follows. A call of one traps.',
    ...imports.map(({ name, built }) => `#   ${name}${built ? '' : ' (not built yet in this version)'}`),
  ];
}

/** As a plain YAML scalar where that is safe. */
function quoted(text: string): string {
  return /^[A-Za-z./][\w./:#@-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$|: |:$/i.test(text)
    ? text
    : JSON.stringify(text);
}

async function writeAll(plan: AddPlan, source: string): Promise<void> {
  const copies = plan.wasmFile !== source;
  if (copies) {
    await mkdir(dirname(plan.wasmFile), { recursive: true });
    await copyNew(source, plan.wasmFile);
  }
  await writeFile(plan.yamlFile, plan.yaml, { flag: 'wx' }).catch(existing(plan.yamlFile));
}

/** A copy that is there already is fine when it holds the same bytes. */
async function copyNew(source: string, target: string): Promise<void> {
  const there = await readFile(target).catch(() => null);
  if (there === null) return copyFile(source, target);
  if (there.equals(await readFile(source))) return;
  throw new HostError('AlreadyExists', `${target} is there already and is another binary: move one of them away`);
}

function existing(path: string) {
  return (error: unknown): never => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new HostError('AlreadyExists', `${path} is there already: move it away, or add entries to it by hand`);
  };
}

/** What an entry does not show: imports that are not granted, and methods, which only resource objects have. */
function notesOn({ plan, imports }: DescribedBinary): string[] {
  const notes: string[] = [];
  const ofResources = plan.exports.flatMap(({ function: { role } }) =>
    role.kind === 'method' ? [role.resource.name] : [],
  );
  if (ofResources.length > 0) {
    const names = [...new Set(ofResources)].join(', ');
    notes.push(`Methods of resources (${names}) get no entries: they are on the objects that functions return.`);
  }
  if (imports.length > 0) {
    notes.push(`It imports ${imports.map((each) => each.name).join(', ')}: a call of one traps.`);
  }
  const ofPrograms = imports.filter((each) => each.state === 'not provided').map((each) => each.name);
  if (ofPrograms.length > 0) notes.push(`${ofPrograms.join(', ')}: ${ONLY_PROGRAMS}.`);
  const notBuilt = imports.filter((each) => !each.built).map((each) => each.name);
  if (notBuilt.length > 0) notes.push(`Not built yet in this version: ${notBuilt.join(', ')}.`);
  return notes;
}

function report(plan: AddPlan, asJson: boolean, io: CliIo): void {
  const ids = plan.entries.map((each) => `${plan.namespace}:${each.name}`);
  if (asJson) {
    io.out(`${printJson({ file: plan.yamlFile, binary: plan.wasmFile, functions: ids, notes: plan.notes }, 0)}\n`);
    return;
  }
  io.out(`wrote ${shownPath(plan.yamlFile, io)}\n\n`);
  for (const [index, each] of plan.entries.entries()) io.out(`  ${ids[index]}  ${each.signature}\n`);
  for (const note of plan.notes) io.out(`\n${note}\n`);
  io.out(`\nNext: moonwit show ${ids[0]}\n`);
}
