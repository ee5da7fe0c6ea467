/** A registry is read and its code compiled, each entry where it will run. */
import type { Engine } from '../engine/compile.js';
import { loadRegistry } from '../registry/load.js';
import { nodeFiles } from '../registry/node-files.js';
import type { CodeEntry, EntryOf, FieldProblem, LoadResult, RegistrySource } from '../registry/types.js';
import { type LuaRoom, luaProblems } from '../runner/lua.js';
import { nodeText } from '../text-node.js';
import type { Crew } from '../threads/crew.js';
import type { HostOptions } from './types.js';

/** Who compiles. */
interface Compilers {
  /** Loads with the first guest. */
  readonly engine: () => Promise<Engine>;
  readonly lua: LuaRoom;
  /** Where there are threads, Lua is compiled on one: the host's loads no VM. */
  readonly crew: Crew | null;
}

export async function makeEngine({ imports = {}, cacheFolder }: HostOptions): Promise<Engine> {
  const { createEngine } = await import('../engine/compile.js');
  const watCache = cacheFolder === undefined ? null : (await import('../engine/wat-cache.js')).watCache(cacheFolder);
  return createEngine({ hostImports: imports, text: nodeText(), watCache });
}

/** What is wrong anywhere is in the answer, all of it. */
export function loadEntries(options: HostOptions, compilers: Compilers): Promise<LoadResult> {
  const { registry = [] } = options;
  const common = {
    files: nodeFiles(),
    hostImports: Object.keys(options.imports ?? {}),
    hostFunctions: Object.keys(options.functions ?? {}),
    projectRoot: options.projectRoot ?? process.cwd(),
    check: (entry: CodeEntry, bytes: Uint8Array | null) => checkEntry(entry, bytes, compilers),
  };
  if (typeof registry === 'string') return loadRegistry({ ...common, root: registry });
  const documents = Array.isArray(registry) ? registry : [registry];
  const sources: RegistrySource[] = documents.map((document) => ({ document }));
  return loadRegistry({ ...common, sources, base: options.projectRoot ?? process.cwd() });
}

async function checkEntry(
  entry: CodeEntry,
  bytes: Uint8Array | null,
  compilers: Compilers,
): Promise<readonly FieldProblem[]> {
  if (entry.kind === 'function.lua' || entry.kind === 'library.lua') return checkLua(entry, compilers);
  const result = await (await compilers.engine()).compile(entry, bytes);
  return result.ok ? [] : result.problems;
}

function checkLua(
  entry: EntryOf<'function.lua'> | EntryOf<'library.lua'>,
  { crew, lua }: Compilers,
): Promise<readonly FieldProblem[]> {
  const { text } = entry.fields.source;
  const method = entry.kind === 'function.lua' ? entry.fields.method : null;
  return luaProblems(() => (crew ?? lua).checkLua(entry.id, text, method));
}

/** Makes it when it is first asked for, and never again. */
export function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
