/** A registry is loaded, its entries become functions, and TypeScript gets one object to call them with. */
import type { MemoryStorages } from '../env/storage.js';
import { HostError } from '../errors.js';
import { withReason } from '../functions/context.js';
import { fromPlain, toPlain } from '../functions/plain.js';
import { createFunctionTable, type FunctionTable } from '../functions/table.js';
import { type CallContext, ROOT_CONTEXT } from '../functions/types.js';
import { systemClock } from '../pool/clock.js';
import { registryError } from '../registry/format.js';
import type { LoadFailure, Registry } from '../registry/types.js';
import type { Value } from '../values.js';
import { describe, hostStats, summaryOf } from './facts.js';
import { type Guests, makeFunctions } from './functions.js';
import { loadEntries } from './load.js';
import { checkCall, checkHostOptions, scriptTerms } from './options.js';
import { HOST_PARTS, type HostParts, partsOf } from './parts.js';
import type { CallHostOptions, Host, HostOptions, RunOptions } from './types.js';
import { makeWiring, type Wiring } from './wiring.js';

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

function makeHost(registry: Registry, table: FunctionTable, wiring: Wiring): Host {
  const { crew, options } = wiring;
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
  async function call<T>(id: string, args: readonly unknown[] = [], callOptions: CallHostOptions = {}): Promise<T> {
    try {
      checkCall(id, args, callOptions);
      refuseClosed(id);
      const answer = table.callAs(id, args as readonly Value[], contextOf(callOptions), 'js');
      return (answer instanceof Promise ? await track(answer) : answer) as T;
    } catch (error) {
      throw withCaller(error, call);
    }
  }
  const host: Host = {
    call,
    async run(file, runOptions: RunOptions = {}) {
      refuseClosed(file);
      return track(runScript(wiring, file, runOptions));
    },
    list: () => table.ids().map((id) => summaryOf(id, registry, table)),
    describe: (id) => describe(id, registry, table),
    stats: () => hostStats(table, (id) => wiring.later.functions!.meterOf(id), crew?.stats() ?? null),
    close,
    [Symbol.asyncDispose]: close,
  };
  return Object.defineProperty(host, HOST_PARTS, { value: parts });
}

/** Frames that a stack may have before it gets no more: an error that is thrown again and again must not grow. */
const MAX_FRAMES = 40;

/**
 * An error with the frames of who called, or awaits, `call`: V8 keeps ten, and none of who waits for what another thread does.
 * Called in a frame of `call`.
 */
function withCaller(error: unknown, call: (...args: never[]) => unknown): unknown {
  if (!(error instanceof HostError) || error.stack === undefined) return error;
  const here: { stack?: string } = {};
  Error.captureStackTrace(here, call);
  const known = error.stack.split('\n');
  const callers = (here.stack ?? '').split('\n').slice(1);
  const more = callers.filter((line) => !line.includes('(node:internal/') && !known.includes(line));
  if (more.length > 0 && known.length < MAX_FRAMES) error.stack = [...known, ...more].join('\n');
  return error;
}

async function runScript({ crew, lua, options }: Wiring, file: string, given: RunOptions): Promise<unknown[]> {
  const terms = scriptTerms(given, options);
  const context = contextOf(given);
  const { timeoutMs } = context.options;
  // A script is no call: its timeout is a deadline for all that it does.
  const deadline = timeoutMs === undefined ? null : systemClock.now() + timeoutMs;
  const values = (given.args ?? []).map((arg, index) => fromPlain(arg, `script argument ${index + 1}`));
  const inner = { ...context, deadline, options: {} };
  try {
    const results = await (crew === null ? lua.run : crew.runScript)(file, values, inner, terms);
    return results.map(toPlain);
  } catch (error) {
    throw error instanceof HostError ? withReason(error, context.signal) : error;
  }
}

/** Lets what runs come to an end for `graceMs`, then cancels it. */
async function closeHost(
  graceMs: number,
  running: ReadonlySet<Promise<unknown>>,
  { crew, lua, services }: Wiring,
  table: FunctionTable,
): Promise<void> {
  const methods = crew?.endHandles() ?? null;
  if (running.size > 0 || methods !== null) {
    let stopTimer = () => {};
    const grace = new Promise<void>((resolve) => {
      stopTimer = systemClock.after(graceMs, resolve);
    });
    await Promise.race([Promise.all([Promise.allSettled(running), methods]), grace]);
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
