/** The wiring: a registry is loaded, its entries become functions, and TypeScript gets one object to call them with. */
import { availableParallelism } from 'node:os';
import type { Engine } from '../engine/compile.js';
import type { MemoryStorages } from '../env/storage.js';
import { HostError } from '../errors.js';
import { fromPlain, toPlain } from '../functions/plain.js';
import { createFunctionTable, type FunctionTable } from '../functions/table.js';
import { type CallContext, ROOT_CONTEXT } from '../functions/types.js';
import type { HttpSlot } from '../http/operations.js';
import { threadEntry } from '../package-files.js';
import { prepareInput } from '../platform/stdio.js';
import { systemClock } from '../pool/clock.js';
import { registryError } from '../registry/format.js';
import type { LoadFailure, Registry } from '../registry/types.js';
import { type LuaRoom, luaRoom } from '../runner/lua.js';
import { registryReader } from '../runner/registry-view.js';
import type { StdioOptions, WorldRoomOptions } from '../runner/worlds.js';
import { type Crew, createCrew } from '../threads/crew.js';
import { type LocalServices, localServices } from '../threads/io-local.js';
import type { Value } from '../values.js';
import { describe, hostStats, summaryOf } from './facts.js';
import { type Guests, type HostFunctions, makeFunctions } from './functions.js';
import { lazily, loadEntries, makeEngine } from './load.js';
import { hostOperations } from './operations.js';
import { checkCall, checkHostOptions, scriptTerms } from './options.js';
import { HOST_PARTS, type HostParts, partsOf } from './parts.js';
import type { CallHostOptions, Host, HostOptions, RunOptions } from './types.js';

/** What the rooms share while a host is built. */
interface Wiring {
  readonly options: HostOptions;
  readonly http: HttpSlot;
  readonly memories: MemoryStorages;
  /** Loads with the first guest. */
  readonly engine: () => Promise<Engine>;
  /** For what runs on the host's thread: nothing, where there are call threads. */
  readonly lua: LuaRoom;
  readonly services: LocalServices;
  /** Of guests that run on the host's thread. */
  readonly world: WorldRoomOptions;
  readonly cores: number;
  readonly crew: Crew | null;
  /** Set once everything is loaded. */
  readonly later: { table: FunctionTable | null; functions: HostFunctions | null; registry: Registry | null };
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

/**
 * As {@link createHost}, with the registry's problems as data.
 * @param before what it takes the place of: storages in memory that both have are the same
 */
export async function loadHost(options: HostOptions, before: Host | null = null): Promise<HostResult> {
  checkHostOptions(options);
  const memories: MemoryStorages = new Map(before === null ? [] : partsOf(before).memories);
  const wiring = makeWiring(options, memories);
  const { crew, later } = wiring;
  if (options.warmThread === true) crew?.warm(true);
  try {
    const loaded = await loadEntries(options, wiring);
    if (!loaded.ok) {
      await crew?.close(0);
      return { ok: false, failure: loaded };
    }
    const { registry } = loaded;
    const guests = await guestsOf(registry, wiring);
    const provided = options.functions ?? {};
    const functions = makeFunctions({ ...wiring, registry, provided, guests, elsewhere: crew });
    registry.forgetBinaries();
    later.registry = registry;
    for (const id of memories.keys()) if (registry.getOf('env.storage.memory', id) === undefined) memories.delete(id);
    later.functions = functions;
    later.table = createFunctionTable({
      functions: functions.functions.values(),
      clock: systemClock,
      random: Math.random,
      meterOf: functions.meterOf,
    });
    functions.warm();
    return { ok: true, host: makeHost(registry, later.table, wiring) };
  } catch (error) {
    await crew?.close(0);
    throw error;
  }
}

/** Without guests neither the engine nor what they may import is even loaded. */
async function guestsOf(registry: Registry, wiring: Wiring): Promise<Guests | null> {
  if (registry.functions().every((each) => each.kind === 'function.lua')) return null;
  const { options, crew, world, cores } = wiring;
  const [engine, { makeGuests }] = await Promise.all([wiring.engine(), import('./guests.js')]);
  const compiled = (id: string) => engine.compiled(id)!;
  return makeGuests({ registry, compiled, imports: options.imports ?? {}, world, cores, elsewhere: crew });
}

function makeWiring(options: HostOptions, memories: MemoryStorages): Wiring {
  const later: Wiring['later'] = { table: null, functions: null, registry: null };
  const call: FunctionTable['call'] = (id, args, context) => later.table!.call(id, args, context);
  const shapeOf = (id: string) => later.table!.shapeOf?.(id) ?? null;
  const callNow: FunctionTable['call'] = (id, args, context) => call(id, args, { ...context, standing: true });
  const functions = { call, callNow, shapeOf };
  const print = options.print ?? printLine;
  const threads = options.threads ?? availableParallelism();
  const cores = threads === 0 ? availableParallelism() : threads;
  const entry = threadEntry();
  const registryNow = registryReader(() => later.registry);
  const log = options.log === undefined ? {} : { log: options.log };
  const http: HttpSlot = { operations: null };
  const operations = hostOperations({
    clock: systemClock,
    registry: () => later.registry,
    http,
    memories,
    allowedHosts: options.allowedHosts ?? [],
  });
  const services = localServices(operations, systemClock);
  const stdio = stdioOptions(options);
  const crew =
    entry === null || threads === 0
      ? null
      : createCrew({
          entry,
          cores,
          clock: systemClock,
          ...(options.onThread === undefined ? {} : { onThread: options.onThread }),
          call,
          callEntered: (id, args, context) => later.table!.callEntered(id, args, context),
          operations,
          print,
          callImport: (name, fn, args) => later.functions!.callImport(name, fn, args),
          definitionOf: (id) => later.functions!.definitionOf(id),
          planOf: (number) => later.functions!.planOf(number),
          meterOf: (id) => later.functions!.meterOf(id),
          runsElsewhere: (id) => later.functions!.runsElsewhere(id),
          lend: (id, wait) => later.functions!.lend(id, wait),
          registry: registryNow,
          log: options.log ?? null,
          stdio,
        });
  return {
    options,
    http,
    memories,
    engine: lazily(() => makeEngine(options)),
    services,
    world: { services, functions, clock: systemClock, stdio, ...log },
    lua: luaRoom({
      functions,
      print,
      clock: systemClock,
      io: services.io,
      registry: registryNow,
      ...log,
    }),
    cores: Math.max(1, cores),
    crew,
    later,
  };
}

function stdioOptions({ stdio = 'log', stdin }: HostOptions): StdioOptions {
  if (stdio !== 'log') prepareInput();
  const input = typeof stdin === 'string' ? new TextEncoder().encode(stdin) : (stdin ?? null);
  return { mode: stdio, input };
}

function makeHost(registry: Registry, table: FunctionTable, wiring: Wiring): Host {
  const { crew, lua, options } = wiring;
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | null = null;
  /** What `close` waits for. */
  const track = <T>(answer: Promise<T>): Promise<T> => {
    running.add(answer);
    const done = () => running.delete(answer);
    answer.then(done, done);
    return answer;
  };
  const close = () => {
    closing ??= closeHost(options.closeGrace ?? CLOSE_GRACE_MS, running, wiring, table);
    return closing;
  };
  const refuseClosed = (what: string) => {
    if (closing !== null) throw new HostError('Unavailable', `${what}: the host is closed`, { retryable: false });
  };
  const { services, http, memories, later } = wiring;
  const parts: HostParts = { options, registry, table, functions: later.functions!, services, http, memories };
  const host: Host = {
    async call<T>(id: string, args: readonly unknown[] = [], callOptions: CallHostOptions = {}) {
      checkCall(id, args, callOptions);
      refuseClosed(id);
      const answer = table.callAs(id, args as readonly Value[], contextOf(callOptions), 'js');
      return (await (answer instanceof Promise ? track(answer) : answer)) as T;
    },
    async run(file, runOptions: RunOptions = {}) {
      refuseClosed(file);
      const terms = scriptTerms(runOptions, options);
      const context = contextOf(runOptions);
      const { timeoutMs } = context.options;
      // A script is no call: its timeout is a deadline for all that it does.
      const deadline = timeoutMs === undefined ? null : systemClock.now() + timeoutMs;
      const values = (runOptions.args ?? []).map((arg, index) => fromPlain(arg, `script argument ${index + 1}`));
      const inner = { ...context, deadline, options: {} };
      const results = await track((crew === null ? lua.run : crew.runScript)(file, values, inner, terms));
      return results.map(toPlain);
    },
    list: () => table.ids().map((id) => summaryOf(id, registry, table)),
    describe: (id) => describe(id, registry, table),
    stats: () => hostStats(table, (id) => wiring.later.functions!.meterOf(id), crew?.stats() ?? null),
    close,
    [Symbol.asyncDispose]: close,
  };
  return Object.defineProperty(host, HOST_PARTS, { value: parts });
}

/** Lets what runs come to an end for `graceMs`, then cancels it. */
async function closeHost(
  graceMs: number,
  running: ReadonlySet<Promise<unknown>>,
  { crew, lua, services }: Wiring,
  table: FunctionTable,
): Promise<void> {
  if (running.size > 0) {
    let stopTimer = () => {};
    const grace = new Promise<void>((resolve) => {
      stopTimer = systemClock.after(graceMs, resolve);
    });
    await Promise.race([Promise.allSettled(running), grace]);
    stopTimer();
  }
  await table.close();
  await crew?.close(0);
  lua.close();
  services.close();
}

const CLOSE_GRACE_MS = 5000;

function contextOf({ signal, timeout }: CallHostOptions): CallContext {
  if (signal === undefined && timeout === undefined) return ROOT_CONTEXT;
  return { ...ROOT_CONTEXT, signal: signal ?? null, options: timeout === undefined ? {} : { timeoutMs: timeout } };
}

const NEW_LINE = new Uint8Array([10]);

function printLine(line: Uint8Array): void {
  process.stdout.write(Buffer.concat([line, NEW_LINE]));
}
