/** The wiring: a registry is loaded, its entries become functions, and TypeScript gets one object to call them with. */
import { availableParallelism } from 'node:os';
import type { Engine } from './engine/compile.js';
import { HostError } from './errors.js';
import { unknownTarget } from './functions/ids.js';
import { toPlain } from './functions/plain.js';
import { createFunctionTable, type FunctionTable, type TableFunction } from './functions/table.js';
import { type CallContext, ROOT_CONTEXT } from './functions/types.js';
import { typescriptFunction } from './functions/typescript.js';
import { type WasmFunction, wasmFunction } from './functions/wasm.js';
import { type LuaRoom, luaRoom } from './host-lua.js';
import type {
  CallHostOptions,
  FunctionDescription,
  FunctionSummary,
  Host,
  HostOptions,
  RunOptions,
} from './host-types.js';
import { systemClock } from './pool/clock.js';
import { registryError } from './registry/format.js';
import { loadRegistry } from './registry/load.js';
import { nodeFiles } from './registry/node-files.js';
import type {
  CodeEntry,
  Entry,
  FieldProblem,
  LoadFailure,
  LoadResult,
  Registry,
  RegistrySource,
} from './registry/types.js';
import { nodeText } from './text-node.js';
import { laterTransport, transportNamed } from './transport/transports.js';
import type { Value } from './values.js';

/** What the rooms share while a host is built. */
interface Wiring {
  readonly options: HostOptions;
  /** Loads with the first guest. */
  readonly engine: () => Promise<Engine>;
  readonly lua: LuaRoom;
  readonly cores: number;
}

/**
 * Loads a registry and makes everything in it callable.
 *
 * @throws HostError Invalid, when anything in the registry is wrong: the message lists every problem with its place
 * @example
 * await using host = await createHost({
 *   registry: './registry',
 *   functions: { 'app:now': async () => new Date().toISOString() },
 * });
 * console.log(await host.call('myns:compute', [6, 7])); // 42
 */
export async function createHost(options: HostOptions = {}): Promise<Host> {
  const loaded = await loadHost(options);
  if (!loaded.ok) throw registryError(loaded.failure);
  return loaded.host;
}

export type HostResult =
  | { readonly ok: true; readonly host: Host }
  | { readonly ok: false; readonly failure: LoadFailure };

/** As {@link createHost}, with the registry's problems as data. */
export async function loadHost(options: HostOptions): Promise<HostResult> {
  const table: { current: FunctionTable | null } = { current: null };
  let registry: Registry | null = null;
  const wiring: Wiring = {
    options,
    engine: lazily(() => makeEngine(options)),
    lua: luaRoom({
      functions: {
        call: (id, args, context) => table.current!.call(id, args, context),
        shapeOf: (id) => table.current!.shapeOf?.(id) ?? null,
      },
      print: options.print ?? printLine,
      clock: systemClock,
      registry: () => registry,
      ...(options.log === undefined ? {} : { log: options.log }),
    }),
    cores: availableParallelism(),
  };
  const loaded = await load(options, wiring);
  if (!loaded.ok) return { ok: false, failure: loaded };
  registry = loaded.registry;
  const functions = await makeFunctions(loaded.registry, wiring);
  loaded.registry.forgetBinaries();
  table.current = createFunctionTable({ functions: functions.values(), clock: systemClock, random: Math.random });
  for (const each of functions.values()) if (isWasm(each)) each.pool.warm();
  return { ok: true, host: makeHost(loaded.registry, table.current, wiring) };
}

async function makeEngine({ imports = {}, cacheFolder }: HostOptions): Promise<Engine> {
  const { createEngine } = await import('./engine/compile.js');
  const watCache = cacheFolder === undefined ? null : (await import('./engine/wat-cache.js')).watCache(cacheFolder);
  return createEngine({ hostImports: imports, text: nodeText(), watCache });
}

function load(options: HostOptions, wiring: Wiring): Promise<LoadResult> {
  const { registry = [] } = options;
  const common = {
    files: nodeFiles(),
    hostImports: Object.keys(options.imports ?? {}),
    projectRoot: options.projectRoot ?? process.cwd(),
    check: (entry: CodeEntry, bytes: Uint8Array | null) => checkEntry(entry, bytes, wiring),
  };
  if (typeof registry === 'string') return loadRegistry({ ...common, root: registry });
  const documents = Array.isArray(registry) ? registry : [registry];
  const sources: RegistrySource[] = documents.map((document) => ({ document }));
  return loadRegistry({ ...common, sources, base: options.projectRoot ?? process.cwd() });
}

async function checkEntry(
  entry: CodeEntry,
  bytes: Uint8Array | null,
  wiring: Wiring,
): Promise<readonly FieldProblem[]> {
  if (entry.kind === 'function.lua' || entry.kind === 'library.lua') return wiring.lua.check(entry);
  const problems: FieldProblem[] = [];
  if (transportNamed(entry.fields.transport) === null) {
    problems.push({ path: ['transport'], ...laterTransport(entry.fields.transport) });
  }
  const result = await (await wiring.engine()).compile(entry, bytes);
  return result.ok ? problems : [...problems, ...result.problems];
}

async function makeFunctions(registry: Registry, wiring: Wiring): Promise<Map<string, TableFunction>> {
  const functions = new Map<string, TableFunction>();
  const means = { clock: systemClock, cores: wiring.cores };
  for (const entry of registry.functions()) {
    if (entry.kind === 'function.lua') {
      functions.set(entry.id, wiring.lua.makeFunction(entry, registry, means));
      continue;
    }
    const compiled = (await wiring.engine()).compiled(entry.id)!;
    functions.set(entry.id, wasmFunction(compiled, { ...means, transport: transportNamed(entry.fields.transport)! }));
  }
  for (const [id, fn] of Object.entries(wiring.options.functions ?? {})) {
    checkFunctionId(id, registry);
    functions.set(id, typescriptFunction(id, fn));
  }
  return functions;
}

function checkFunctionId(id: string, registry: Registry): void {
  const malformed = !/^[^:]+:[^:]+$/.test(id);
  if (malformed) throw new HostError('Invalid', `functions: ${JSON.stringify(id)}: expected an ID such as "app:now"`);
  const taken = registry.get(id);
  if (taken === undefined) return;
  const { file, line } = taken.place;
  const place = line === 0 ? file : `${file}:${line}`;
  throw new HostError(
    'AlreadyExists',
    `functions: ${id} is also an entry of the registry (${place}): rename one of them`,
  );
}

function makeHost(registry: Registry, table: FunctionTable, wiring: Wiring): Host {
  const close = async () => {
    await table.close();
    wiring.lua.close();
  };
  return {
    async call<T>(id: string, args: readonly unknown[] = [], options: CallHostOptions = {}) {
      return (await table.callAs(id, args as readonly Value[], contextOf(options), 'js')) as T;
    },
    async run(file, options: RunOptions = {}) {
      const context = contextOf(options);
      const { timeoutMs } = context.options;
      // A script is no call: its timeout is a deadline for all that it does.
      const deadline = timeoutMs === undefined ? null : systemClock.now() + timeoutMs;
      const results = await wiring.lua.run(file, options.args ?? [], { ...context, deadline, options: {} });
      return results.map(toPlain);
    },
    list: () => table.ids().map((id) => summaryOf(id, registry, table)),
    describe: (id) => describe(id, registry, table),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function contextOf({ signal, timeout }: CallHostOptions): CallContext {
  if (signal === undefined && timeout === undefined) return ROOT_CONTEXT;
  if (timeout !== undefined && !(timeout >= 0)) {
    throw new HostError('Invalid', `timeout: expected milliseconds from 0, got ${timeout}`);
  }
  return { ...ROOT_CONTEXT, signal: signal ?? null, options: timeout === undefined ? {} : { timeoutMs: timeout } };
}

function summaryOf(id: string, registry: Registry, table: FunctionTable): FunctionSummary {
  const entry = registry.get(id);
  return {
    id,
    kind: entry?.kind ?? 'typescript',
    signature: table.get(id)?.signature ?? null,
    comment: entry === undefined ? null : commentOf(entry),
  };
}

function commentOf({ meta }: Entry): string | null {
  const comment = meta.comment ?? meta.description;
  return typeof comment === 'string' ? comment.trim() : null;
}

function describe(id: string, registry: Registry, table: FunctionTable): FunctionDescription {
  const fn = table.get(id);
  if (fn === undefined) throw unknownTarget(id, () => table.ids());
  const entry = registry.get(id);
  const guest = isWasm(fn) ? fn : null;
  return {
    ...summaryOf(id, registry, table),
    place: entry?.place ?? null,
    pool: entry !== undefined && 'pool' in entry.fields ? entry.fields.pool : null,
    poolStats: guest?.pool.stats() ?? null,
    method: guest?.compiled.export.path ?? null,
    exports: guest?.compiled.exportSignatures() ?? null,
    imports: guest?.compiled.imports ?? null,
    wit: guest?.compiled.worldText() ?? null,
  };
}

function isWasm(fn: TableFunction): fn is WasmFunction {
  return 'compiled' in fn;
}

/** Makes it when it is first asked for, and never again. */
function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

const NEW_LINE = new Uint8Array([10]);

function printLine(line: Uint8Array): void {
  process.stdout.write(Buffer.concat([line, NEW_LINE]));
}
