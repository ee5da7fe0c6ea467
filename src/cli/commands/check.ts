/** `moonwit check`: every problem of a registry at once, and what guests import that traps when it is called. */
import { loadHost } from '../../host/host.js';
import { partsOf } from '../../host/parts.js';
import type { FunctionDescription, Host } from '../../host/types.js';
import { formatProblems } from '../../registry/format.js';
import type { ImportGrant } from '../../registry/kinds/imports.js';
import type { Entry, LoadFailure, Problem, Registry } from '../../registry/types.js';
import { type CliCommand, JSON_OPTION, REGISTRY_OPTION } from '../command.js';
import { needRegistry } from '../find-registry.js';
import { type CliIo, paintFor } from '../io.js';
import { printJson } from '../json.js';
import { ONLY_PROGRAMS, openOptions } from '../open.js';
import { readRegistry } from '../read-registry.js';

export const check: CliCommand = {
  name: 'check',
  arguments: '',
  summary: 'check the registry and everything in it',
  description:
    'Reads every file of the registry, checks hashes, compiles every module, resolves every method and holds keys of TLS\n' +
    'against their certificates (as far as files are here). Prints all problems\n' +
    'with their places; the exit code is 1 if there is any. Imports that an entry does not grant, or that\n' +
    'are not built yet, are listed: such a guest loads and runs, and traps when it calls one.',
  argumentHelp: {},
  options: [REGISTRY_OPTION, JSON_OPTION],
  examples: [
    ['check the nearest registry', 'moonwit check'],
    ['check another', 'moonwit check --registry ./registry'],
    ['in a script: problems as JSON, exit code 1 if there are any', 'moonwit check --json > problems.json'],
  ],
  async run(_args, { registry, json }, io) {
    const folder = needRegistry(registry, io);
    const result = await loadHost({ ...openOptions(folder, io), threads: 0 });
    if (!result.ok) return failed(result.failure, json === true, io);
    const { registry: loaded } = partsOf(result.host);
    const problems = await servedProblems(loaded);
    if (problems.length > 0) {
      await result.host.close();
      return failed({ problems, sources: loaded.sources }, json === true, io);
    }
    const imports = openImports(result.host);
    const functions = result.host.list().length;
    await result.host.close();
    if (json === true) io.out(`${printJson({ ok: true, functions, problems: [], imports }, 0)}\n`);
    else {
      const registry = await readRegistry(folder, io);
      printImports(imports, registry, io);
      printGood(folder, [counted(functions, 'function'), ...otherCounts(registry)], io);
    }
    return 0;
  },
};

function failed({ problems, sources }: Pick<LoadFailure, 'problems' | 'sources'>, json: boolean, io: CliIo): number {
  if (json) io.out(`${printJson({ ok: false, problems, imports: [] }, 0)}\n`);
  else io.err(`${formatProblems(problems, sources)}\n`);
  return 1;
}

/** What else a server would find when it starts. */
async function servedProblems(registry: Registry): Promise<readonly Problem[]> {
  if (registry.ofKind('http.service').every(({ fields }) => fields.certificates === null)) return [];
  const { certificateProblems } = await import('../../http/pem.js');
  return certificateProblems(registry);
}

interface OpenImport {
  readonly function: string;
  readonly import: string;
  readonly state: string;
  readonly built: boolean;
  readonly grants: readonly string[];
}

function openImports(host: Host): OpenImport[] {
  return host.list().flatMap(({ id }) => notGranted(host.describe(id)));
}

function notGranted({ id, imports }: FunctionDescription): OpenImport[] {
  return (imports ?? [])
    .filter((each) => each.state !== 'granted' || !each.built)
    .map(({ name, state, built, grants }) => ({ function: id, import: name, state, built, grants }));
}

function printImports(imports: readonly OpenImport[], registry: Registry, io: CliIo): void {
  const paint = paintFor(io.outIsTerminal, io.env);
  for (const { functions: ids, state, grant, names } of byBinary(imports, registry)) {
    const who = `${listed(ids)} ${ids.length === 1 ? 'imports' : 'import'}`;
    io.out(`${paint.yellow(`${state}:`)} ${who} ${names.join(', ')}\n  ${nextStep(state, grant)}\n`);
  }
  const unmounted = registry.functions().filter(lacksMounts);
  if (unmounted.length === 0) return;
  const ids = listed(unmounted.map((each) => each.id));
  io.out(
    `${paint.yellow('no mounts:')} ${ids}: wasi:filesystem is granted, but there is no folder to see: add wasi.mounts\n`,
  );
}

function lacksMounts({ fields }: Entry): boolean {
  if (!('imports' in fields) || !('wasi' in fields)) return false;
  return grantsOf(fields).includes('wasi:filesystem') && fields.wasi.mounts.length === 0;
}

function grantsOf({ imports }: { readonly imports: unknown }): string[] {
  if (!Array.isArray(imports)) return [];
  return (imports as readonly ImportGrant[]).map((each) =>
    each.interface === null ? each.group : `${each.group}/${each.interface}`,
  );
}

function printGood(folder: string, counts: readonly string[], io: CliIo): void {
  const paint = paintFor(io.outIsTerminal, io.env);
  io.out(`${paint.green('ok:')} ${folder}: ${counts.join(', ')}, no problems\n`);
}

/** What is counted beside functions, where there is any. */
function otherCounts(registry: Registry): string[] {
  return [
    ['env.variable', 'variable'] as const,
    ['http.endpoint', 'endpoint'] as const,
    ['http.static', 'mount of static files', 'mounts of static files'] as const,
  ].flatMap(([kind, one, many]) => {
    const { length } = registry.ofKind(kind);
    return length === 0 ? [] : [counted(length, one, many)];
  });
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** How imports are headed that no grant brings in this version. */
const NOT_BUILT = 'not built';

function nextStep(state: string, grant: string | null): string {
  if (state === NOT_BUILT) return 'a call of one traps, granted or not: they are not built yet in this version';
  return `a call of one traps; ${grant === null ? ONLY_PROGRAMS : `to grant them: imports: [${grant}]`}`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

interface ImportGroup {
  readonly functions: string[];
  readonly state: string;
  /** What the entry would have to name, as it stands in a list. */
  readonly grant: string | null;
  readonly names: string[];
}

/** Imports that one line of an entry would grant, once for all functions (of one binary, mostly) that have the same. */
function byBinary(imports: readonly OpenImport[], registry: Registry): Iterable<ImportGroup> {
  const ofFunction = new Map<string, { state: string; imports: OpenImport[] }>();
  for (const each of imports) {
    const state = each.built ? each.state : NOT_BUILT;
    const key = JSON.stringify([each.function, state]);
    const group = ofFunction.get(key) ?? { state, imports: [] };
    group.imports.push(each);
    ofFunction.set(key, group);
  }
  const merged = new Map<string, ImportGroup>();
  for (const { state, imports: all } of ofFunction.values()) {
    const id = all[0]!.function;
    const names = all.map((each) => each.import);
    const missing = all.flatMap((each) => each.grants);
    const entry = registry.get(id);
    const granted = entry !== undefined && 'imports' in entry.fields ? grantsOf(entry.fields) : [];
    const grant = missing.length === 0 ? null : quoted([...new Set([...granted, ...missing])]);
    const key = JSON.stringify([state, grant, names]);
    const same = merged.get(key);
    if (same === undefined) merged.set(key, { functions: [id], state, grant, names });
    else same.functions.push(id);
  }
  return merged.values();
}

const MAX_LISTED = 5;

function listed(ids: readonly string[]): string {
  const more = ids.length - MAX_LISTED;
  return more <= 1 ? ids.join(', ') : `${ids.slice(0, MAX_LISTED).join(', ')} and ${more} more`;
}
