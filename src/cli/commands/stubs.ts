/** `moonwit stubs`: what editors and compilers are told about functions, from their WIT types. */
import { basename } from 'node:path';
import { HostError } from '../../errors.js';
import { typedFunctions } from '../../host/facts.js';
import { createHost } from '../../host/host.js';
import { partsOf } from '../../host/parts.js';
import type { StubFunction } from '../../wit/stub-types.js';
import type { StubImports } from '../../wit/stubs-ts.js';
import { type CliCommand, REGISTRY_OPTION } from '../command.js';
import { checkNamespace, chosenExports, entriesOf } from '../entry-names.js';
import { needRegistry } from '../find-registry.js';
import { type CliIo, readBinary, UsageError } from '../io.js';
import { openOptions } from '../open.js';

export const stubs: CliCommand = {
  name: 'stubs',
  arguments: '[what...]',
  summary: 'print types of functions, for editors and compilers: Lua or TypeScript',
  description:
    'Prints what a Lua editor or the TypeScript compiler needs to know about functions in WebAssembly: their types, made of WIT.\n' +
    'Lua: annotations of funcs.call for the Lua language server, to be kept in a file of your workspace.\n' +
    'TypeScript: an interface Functions by ID, for host.call; of a file also Imports, for createHost({ imports }).\n' +
    'Functions in Lua and TypeScript have no types: they are left out.',
  argumentHelp: { what: 'IDs, or one .wasm file (default: every function of the registry)' },
  options: [
    REGISTRY_OPTION,
    { flags: '-l, --lang <language>', description: 'lua or ts (default: lua)' },
    { flags: '-n, --namespace <name>', description: 'of a file: the namespace of the IDs (default: "app")' },
  ],
  examples: [
    ['your editor completes funcs.call', 'moonwit stubs > funcs.d.lua'],
    ['a TypeScript program knows what host.call takes', 'moonwit stubs --lang ts > functions.ts'],
    ['what a component exports and wants, before it is added', 'moonwit stubs mapper.wasm --lang ts'],
  ],
  async run([what], { registry, lang = 'lua', namespace }, io) {
    if (lang !== 'lua' && lang !== 'ts') throw new UsageError(`--lang ${lang}: expected lua or ts`);
    const names = (what ?? []) as readonly string[];
    const file = names.find((name) => name.endsWith('.wasm'));
    if (file !== undefined && names.length > 1) throw new UsageError('name one .wasm file, or IDs');
    if (file === undefined && namespace !== undefined) {
      throw new UsageError('--namespace is for a .wasm file: entries of a registry have theirs');
    }
    const subject =
      file === undefined
        ? await subjectOfRegistry(needRegistry(registry, io), names, io)
        : await subjectOfFile(file, namespace ?? 'app', io);
    io.out(await textOf(subject, lang));
    return 0;
  },
};

/** What stubs are made of. */
interface StubSubject {
  readonly title: string;
  readonly functions: readonly StubFunction[];
  readonly imports: StubImports | null;
}

async function textOf({ title, functions, imports }: StubSubject, lang: 'lua' | 'ts'): Promise<string> {
  if (lang === 'lua') return (await import('../../wit/stubs-lua.js')).luaStub(title, functions);
  return (await import('../../wit/stubs-ts.js')).tsStub(title, functions, imports);
}

/** @throws HostError NotFound, for an ID that is not there; Invalid, for one that has no types */
async function subjectOfRegistry(folder: string, ids: readonly string[], io: CliIo): Promise<StubSubject> {
  const host = await createHost({ ...openOptions(folder, io), threads: 0 });
  try {
    const typed = typedFunctions(partsOf(host).table);
    for (const id of ids) {
      const { kind } = host.describe(id);
      if (!typed.some((each) => each.id === id)) {
        throw new HostError('Invalid', `${id} is a ${kind}, which has no types to make a stub of`, { details: { id } });
      }
    }
    const functions = ids.length === 0 ? typed : typed.filter(({ id }) => ids.includes(id));
    return { title: ids.length === 0 ? `Functions of ${folder}` : ids.join(', '), functions, imports: null };
  } finally {
    await host.close();
  }
}

/** IDs are those that `moonwit add` gives. */
async function subjectOfFile(file: string, namespace: string, io: CliIo): Promise<StubSubject> {
  checkNamespace(namespace);
  const bytes = await readBinary(file, io);
  const { describeBinary } = await import('../../engine/describe.js');
  const binary = await describeBinary(bytes, basename(file, '.wasm'));
  const { world } = binary.plan;
  const exports = chosenExports(binary.plan, undefined);
  const entries = entriesOf(exports, binary);
  const functions = exports.map(({ function: fn }, index) => ({
    id: `${namespace}:${entries[index]!.name}`,
    function: fn,
    world,
    unwraps: false,
  }));
  const wanted = new Set(binary.imports.flatMap(({ name, state }) => (state === 'not provided' ? [name] : [])));
  const imports = {
    world,
    interfaces: world.imports.interfaces.filter(({ id }) => wanted.has(id)),
    functions: world.imports.functions.filter(({ name }) => wanted.has(name)),
  };
  return { title: basename(file), functions, imports };
}
