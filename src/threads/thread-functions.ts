/** Functions as a thread has them: built from the host's definitions when they are first needed. */
import { receiveMessageOnPort } from 'node:worker_threads';
import type { HostImportFunction, HostImportInterface } from '../component/types.js';
import { type CompiledFunction, compiledFunction } from '../engine/compiled.js';
import { HostBug } from '../errors.js';
import { learn, OVER_MS } from '../functions/habits.js';
import { luaFunction, luaInstances } from '../functions/lua.js';
import { callMeter } from '../functions/meter.js';
import type { CallContext } from '../functions/types.js';
import { wasmFunction, wasmInstances } from '../functions/wasm.js';
import type { WasmFunctionMeans } from '../functions/wasm-types.js';
import { poolPolicy } from '../pool/policy.js';
import type { Admission } from '../pool/types.js';
import { transportNamed } from '../transport/transports.js';
import type { Value } from '../values.js';
import { WaitEnded } from '../wasi/types.js';
import type { DefinitionMessage, FunctionDefinition, LaneMessage } from './definitions.js';
import { forward } from './forward.js';
import { openOutcome } from './outcome.js';
import type { Local, Runner } from './runner-state.js';
import { type SeatPool, type SeatSource, seatPool } from './seat-pool.js';

/** Definitions come through the port, since they hold compiled modules, and lanes, since they are memory. */
export function note(runner: Runner, message: unknown): void {
  if (typeof message !== 'object' || message === null) return;
  if ('lane' in message) {
    const lane = message as LaneMessage;
    (lane.side === 'caller' ? runner.laneCaller : runner.laneServer).note(lane);
    return;
  }
  const { definition, plan } = message as DefinitionMessage;
  runner.definitions.set(definition.id, definition);
  if (plan !== null && definition.kind === 'wasm') runner.plans.set(definition.plan, plan);
}

/** What was posted before the message that needs it. */
export function readPort(runner: Runner): void {
  for (let next = receiveMessageOnPort(runner.port); next !== undefined; next = receiveMessageOnPort(runner.port)) {
    note(runner, next.message);
  }
}

export function localOf(runner: Runner, id: string): Local {
  const known = runner.locals.get(id);
  if (known !== undefined) return known;
  let definition = runner.definitions.get(id);
  if (definition === undefined) {
    readPort(runner);
    definition = runner.definitions.get(id);
  }
  if (definition === undefined) {
    runner.mailbox.askNow((request) => ({ kind: 'define', request, id }));
    readPort(runner);
    definition = runner.definitions.get(id);
    if (definition === undefined) throw new HostBug(`the host did not say what ${id} is`);
  }
  const local = makeLocal(runner, definition);
  if (definition.kind !== 'unknown') runner.locals.set(id, local);
  runner.definitions.delete(id);
  return local;
}

type Lua = Extract<FunctionDefinition, { kind: 'lua' }>;
type Guest = Extract<FunctionDefinition, { kind: 'wasm' }>;

function makeLocal(runner: Runner, definition: FunctionDefinition): Local {
  if (definition.kind === 'lua') return makeLua(runner, definition);
  if (definition.kind === 'wasm') return makeGuest(runner, definition);
  return { definition, fn: null, pool: null, average: null, meter: null };
}

function makeLua(runner: Runner, definition: Lua): Local {
  const { id, entry, source } = definition;
  const load = luaInstances(() => runner.lua.load(source));
  const pool = seatPool(load, seatSource(runner, id), poolPolicy(entry.fields.pool, runner.cores).reuse);
  const fn = luaFunction(entry, { pool });
  runner.table.add(fn);
  const average = new Float64Array(definition.average);
  return { definition, fn, pool: pool as SeatPool<unknown>, average, meter: callMeter(definition.meter) };
}

function makeGuest(runner: Runner, definition: Guest): Local {
  const { id, entry, exportIndex } = definition;
  const average = new Float64Array(definition.average);
  const meter = callMeter(definition.meter);
  const bare = compiledFunction(entry, runner.plans.get(definition.plan)!, exportIndex, {
    hostImports: importsOf(runner, definition),
    text: runner.text,
    guards: runner.guards,
    terms: {
      deadlineMs: Number.POSITIVE_INFINITY,
      now: () => runner.clock.now(),
      isCancelled: () => runner.isCancelled(),
    },
    isLate: (_given, name, fn) => definition.late[name]?.includes(fn) === true,
  });
  const compiled = withCount(runner, bare);
  const { reuse } = poolPolicy(entry.fields.pool, runner.cores);
  const pool = seatPool(wasmInstances(compiled, meter, !reuse), seatSource(runner, id), reuse);
  const fn = wasmFunction(compiled, {
    ...callMeans(runner),
    pool,
    transport: transportNamed(entry.fields.transport)!,
    ...(definition.world === null ? {} : { worlds: runner.worlds(definition.world) }),
    ...(definition.repeatable && !definition.handles ? { again: againOf(runner, id, average) } : {}),
  });
  runner.table.add(fn);
  return { definition, fn, pool: pool as SeatPool<unknown>, average, meter };
}

/** What all guests of a thread are called with. */
function callMeans(
  runner: Runner,
): Pick<WasmFunctionMeans, 'clock' | 'isCancelled' | 'runsUntil' | 'spent' | 'around'> {
  return {
    clock: runner.clock,
    isCancelled: runner.isCancelled,
    runsUntil(deadlineMs) {
      const before = runner.deadlineMs;
      runner.deadlineMs = deadlineMs;
      return before;
    },
    spent: ({ threadCall }) => {
      const queuedMs = threadCall === undefined ? undefined : runner.calls.get(threadCall)?.queuedMs;
      return queuedMs === undefined
        ? { queueMs: runner.queueMs, waitMs: runner.waitMs }
        : { queueMs: queuedMs, waitMs: 0 };
    },
    around: ({ threadCall }, run, maySuspend) => asCall(runner, threadCall ?? runner.current, run, maySuspend),
  };
}

/** The call was entered and counted here. */
function againOf(runner: Runner, id: string, average: Float64Array) {
  return (args: readonly Value[], inner: CallContext): Promise<Value> => {
    learn(average, OVER_MS);
    return forward(runner, id, args, inner, { entered: true, beside: true });
  };
}

/** Its instances are counted until they are collected. */
function withCount({ memories }: Runner, compiled: CompiledFunction): CompiledFunction {
  return {
    ...compiled,
    newInstance(world, terms) {
      const instance = compiled.newInstance(world, terms);
      memories.made(instance);
      return instance;
    },
  };
}

function seatSource(runner: Runner, id: string): SeatSource {
  const { mailbox } = runner;
  const lease = (wait: boolean, deadline: number | null) => (request: number) =>
    ({ kind: 'lease', request, id, wait, deadline }) as const;
  return {
    leaseNow: () => openOutcome(mailbox.askNow(lease(false, null))) as number,
    leaseLater: ({ deadline, signal }: Admission) => mailbox.ask(lease(true, deadline), signal) as Promise<number>,
    returnSeat: (seat, spent) => mailbox.send({ kind: 'return', id, seat, spent }),
  };
}

/** Several suspended guests take turns on this thread: what one of them asks of the host is asked for its call. */
export function asCall<T>(runner: Runner, call: number, run: () => T, maySuspend = false): T {
  const { current: before, maySuspend: mightSuspend } = runner;
  runner.current = call;
  runner.maySuspend = maySuspend;
  try {
    return run();
  } finally {
    runner.current = before;
    runner.maySuspend = mightSuspend;
  }
}

/**
 * Imports that TypeScript provides, as functions that ask the host's thread. They stand still until it answers, or answer a promise
 * where their guest can suspend.
 */
function importsOf(
  runner: Runner,
  { provided, late }: Guest,
): Record<string, HostImportInterface | HostImportFunction> {
  const bridge =
    (name: string, fn: string) =>
    (...args: unknown[]): unknown => {
      const { current: call } = runner;
      const standing = !(runner.maySuspend && late[name]?.includes(fn) === true);
      const question = (request: number) =>
        ({ kind: 'import', request, call, standing, name, fn, args: args as Value[] }) as const;
      if (!standing) return runner.mailbox.ask(question, null, { plain: true });
      const start = performance.now();
      const outcome = runner.mailbox.askWithin(question, runner);
      runner.waitMs += performance.now() - start;
      if (outcome === null) throw new WaitEnded('the call is over');
      return openOutcome(outcome);
    };
  return Object.fromEntries(
    Object.entries(provided).map(([name, functions]) => {
      if (functions.length === 1 && functions[0] === '') return [name, bridge(name, '')];
      return [name, Object.fromEntries(functions.map((fn) => [fn, bridge(name, fn)]))];
    }),
  );
}
