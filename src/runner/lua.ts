/** The Lua side of a host: one VM for its functions, one for each script, loaded when the first Lua is met. */
import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HostError } from '../errors.js';
import { SLICE_MS } from '../functions/habits.js';
import { handleScope } from '../functions/handle-scope.js';
import { fromPlain } from '../functions/plain.js';
import type { CallContext, FunctionCaller } from '../functions/types.js';
import type { IoPort } from '../io.js';
import type { LogLevel, LogRecord, LuaPlatform, LuaRegistry } from '../lua/platform.js';
import type {
  LuaCallable,
  LuaFunctionSource,
  LuaLibrary,
  LuaSource,
  LuaVm,
  LuaVmOptions,
  ScriptTerms,
} from '../lua/types.js';
import { TEST_LIBRARY } from '../package-files.js';
import type { Clock } from '../pool/clock.js';
import type { EntryOf, FieldProblem, Registry } from '../registry/types.js';
import { nodeText } from '../text-node.js';
import type { Value } from '../values.js';

export interface LuaRoomOptions {
  readonly functions: FunctionCaller;
  readonly print: (line: Uint8Array, place: string) => void;
  readonly clock: Clock;
  /** What scripts ask of the host's thread. */
  readonly io: IoPort;
  /** Whether the call that a context belongs to was cancelled, where no signal can say so while Lua computes. */
  readonly isCancelled?: (context: CallContext) => boolean;
  /** Runs `again` after all else on this thread has had its turn; default: after the event loop's. */
  readonly giveWay?: (again: () => void) => void;
  /** What scripts read as `registry`. */
  readonly registry: () => LuaRegistry;
  /** Takes what module `logger` writes; default: lines of JSON on the error stream. */
  readonly log?: (record: LogRecord) => void;
  /** What is below it is not written there; default 'debug'. */
  readonly logLevel?: LogLevel;
}

export interface LuaRoom {
  /** @throws HostError Invalid, for a text that is no Lua; NotFound, for one that cannot give `method` */
  checkLua(name: string, source: string, method: string | null): Promise<void>;
  /** Loads a function into the VM that this room's functions share. */
  load(source: LuaFunctionSource): LuaCallable | Promise<LuaCallable>;
  /** Makes the shared VM before it is needed. */
  warm(): Promise<void>;
  /** Lua tasks of all VMs that wait for something, or for their turn. */
  waitingTasks(): number;
  /** Runs a script in a VM of its own. @throws HostError */
  run(file: string, args: readonly unknown[], context: CallContext, terms: ScriptTerms): Promise<readonly Value[]>;
  close(): void;
}

export function luaRoom(options: LuaRoomOptions): LuaRoom {
  const open = new Set<LuaVm>();
  let shared: Promise<LuaVm> | null = null;
  let sharedNow: LuaVm | null = null;
  let platform: Promise<LuaPlatform> | null = null;
  const sharedPlatform = (): Promise<LuaPlatform> => {
    platform ??= makePlatform(options);
    return platform;
  };
  const makeVm = async (more: Partial<LuaVmOptions>): Promise<LuaVm> => {
    const [{ createVm }, platform] = await Promise.all([import('../lua/vm.js'), sharedPlatform()]);
    const vm = createVm({ ...vmOptions(options), platform, registry: options.registry, io: options.io, ...more });
    open.add(vm);
    return vm;
  };
  const sharedVm = (): Promise<LuaVm> => {
    shared ??= makeVm({}).then((vm) => {
      sharedNow = vm;
      return vm;
    });
    return shared;
  };
  return {
    async checkLua(name, source, method) {
      (await sharedVm()).check({ name, source, method });
    },
    load: (source) =>
      sharedNow === null ? sharedVm().then((vm) => vm.loadFunction(source)) : sharedNow.loadFunction(source),
    async warm() {
      await sharedVm();
    },
    waitingTasks() {
      let count = 0;
      for (const vm of open) count += vm.waitingTasks();
      return count;
    },
    async run(file, args, context, terms) {
      const source = await readScript(file);
      const vm = await makeVm({ resolveFile: (name) => fileBeside(dirname(file), name) });
      const scope = handleScope();
      let results: readonly Value[] = [];
      try {
        const values = args.map((arg, index) => fromPlain(arg, `script argument ${index + 1}`));
        const inner = { ...context, handles: scope };
        results = await vm.runScript({ name: basename(file), source, args: values, context: inner, ...terms });
        return results;
      } finally {
        // What the script returned is its caller's now.
        scope.end([...results], undefined);
        open.delete(vm);
        vm.close();
      }
    },
    close() {
      for (const vm of open) vm.close();
      open.clear();
    },
  };
}

async function makePlatform({ log, logLevel }: LuaRoomOptions): Promise<LuaPlatform> {
  const { nodePlatform } = await import('../platform/node.js');
  return nodePlatform({ ...(log === undefined ? {} : { log }), ...(logLevel === undefined ? {} : { logLevel }) });
}

function vmOptions({ functions, print, clock, isCancelled, giveWay = setImmediate }: LuaRoomOptions): LuaVmOptions {
  return {
    functions,
    ...(isCancelled === undefined ? {} : { isCancelled }),
    print,
    clock: { monotonicMs: () => clock.now(), wallMs: () => Date.now(), timer: (ms, run) => clock.after(ms, run) },
    slices: { ms: SLICE_MS, next: giveWay },
    text: nodeText(),
    libraries: shippedLibraries(),
    externalBytes: () => process.memoryUsage().arrayBuffers,
  };
}

/** Lua texts that come with the package, read when they are asked for. */
function shippedLibraries(): { readonly [name: string]: string } {
  return {
    get test() {
      return readFileSync(TEST_LIBRARY, 'utf8');
    },
  };
}

/** What is wrong with an entry's text, found by `check`. */
export async function luaProblems(check: () => void | Promise<void>): Promise<readonly FieldProblem[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (error instanceof HostError) return [luaProblem(error)];
    throw error;
  }
}

function luaProblem(error: HostError): FieldProblem {
  if (error.kind === 'NotFound') return methodProblem(error.details ?? {});
  const line = error.details?.line;
  const facts = { path: ['source'], code: 'lua-invalid', message: error.message };
  return typeof line === 'number' ? { ...facts, within: { line, column: 1 } } : facts;
}

function methodProblem({ method, known, suggestion, line }: Readonly<Record<string, unknown>>): FieldProblem {
  const names = known as readonly string[] | undefined;
  const facts = { code: 'lua-method', message: `the source gives no function ${JSON.stringify(method)}` };
  if (names === undefined) {
    const within = typeof line === 'number' && line > 0 ? { within: { line, column: 1 } } : {};
    return { ...facts, path: ['source'], expected: 'to return a function, or a table that has it', ...within };
  }
  const near = typeof suggestion === 'string' ? { suggestion } : {};
  return { ...facts, path: ['method'], expected: `one of ${names.join(', ')}`, ...near };
}

/** What a VM loads for an entry, its libraries included. */
export function functionSource(entry: EntryOf<'function.lua'>, registry: Registry): LuaFunctionSource {
  const { maxExecutionMs, maxMemoryMb } = entry.fields.limits;
  return {
    ...librarySource(entry, registry),
    method: entry.fields.method,
    allowedHosts: entry.fields.network.allowedHosts,
    limits: {
      ...(maxExecutionMs === null ? {} : { executionMs: maxExecutionMs }),
      ...(maxMemoryMb === null ? {} : { stringBytes: maxMemoryMb * 1024 * 1024 }),
    },
  };
}

/** The registry has refused circles of libraries. */
function librarySource(entry: EntryOf<'function.lua'> | EntryOf<'library.lua'>, registry: Registry): LuaLibrary {
  const imports: Record<string, LuaLibrary> = {};
  for (const [alias, id] of Object.entries(entry.fields.imports)) {
    imports[alias] = librarySource(registry.getOf('library.lua', id)!, registry);
  }
  const { source, modules } = entry.fields;
  const file = source.external ? { file: shownFile(source.file) } : {};
  return { id: entry.id, source: source.text, modules, imports, ...file };
}

/** Lua shows so many bytes of a file's name, and cuts others in the middle of a word. */
const MAX_PLACE_BYTES = 59;

/** As problems print it, or as many of the path's last parts as fit. */
function shownFile(file: string): string {
  let shown = file;
  while (Buffer.byteLength(shown) > MAX_PLACE_BYTES) {
    const end = shown.search(/[\\/](?=.)/);
    if (end === -1) break;
    shown = shown.slice(end + 1);
  }
  return shown;
}

async function readScript(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new HostError('NotFound', `no such script: ${file}`, { details: { file } });
    if (code === 'EISDIR')
      throw new HostError('Invalid', `${file} is a folder: name a Lua file in it`, { details: { file } });
    throw new HostError('Unavailable', `cannot read ${file}: ${(error as Error).message}`, { details: { file } });
  }
}

/** Module names for files: parts of letters, digits, `_` and `-`, with `.` or `/` between them. Nothing that leads out. */
const MODULE_NAME = /^[\w-]+(?:[./][\w-]+)*$/;
const MAX_MODULE_BYTES = 4 * 1024 * 1024;

function fileBeside(folder: string, module: string): LuaSource | null {
  if (!MODULE_NAME.test(module)) return null;
  const below = module.replaceAll('.', '/');
  for (const name of [`${below}.lua`, `${below}/init.lua`]) {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined || !found.isFile()) continue;
    if (found.size > MAX_MODULE_BYTES) {
      throw new HostError(
        'Invalid',
        `${path} is too large for a module: ${found.size} bytes, at most ${MAX_MODULE_BYTES}`,
      );
    }
    return { name, source: readFileSync(path) };
  }
  return null;
}
