/**
 * A call thread from inside: functions built from the host's plans, a VM for Lua, and the way to everything that this thread does
 * not run itself. A call is made here where that beats handing it over, and elsewhere where it would hold others up.
 */
import { setMaxListeners } from 'node:events';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { HostImportFunction, HostImportInterface } from '../component/types.js';
import { compiledFunction } from '../engine/compiled.js';
import { HostBug } from '../errors.js';
import { isReentrant } from '../functions/context.js';
import { forEachHandle } from '../functions/handle-scope.js';
import { luaFunction, luaInstances } from '../functions/lua.js';
import { type CallMeter, callMeter } from '../functions/meter.js';
import { createFunctionTable, type FunctionTable, type TableFunction } from '../functions/table.js';
import type { CallContext, FunctionCaller, FunctionShape } from '../functions/types.js';
import { wasmFunction, wasmInstances } from '../functions/wasm.js';
import { type LuaRoom, luaRoom } from '../host-lua.js';
import { registryFromData } from '../host-registry.js';
import { type Guards, makeGuards } from '../instrument/guard.js';
import type { LogRecord, LuaRegistry } from '../lua/platform.js';
import type { Clock } from '../pool/clock.js';
import { poolPolicy } from '../pool/policy.js';
import type { Admission } from '../pool/types.js';
import type { TextCodec } from '../text.js';
import { nodeText } from '../text-node.js';
import { transportNamed } from '../transport/transports.js';
import type { Value } from '../values.js';
import { CANCELED, RECALLS, STARTED } from './control.js';
import type { DefinitionMessage, FunctionDefinition, ThreadData } from './definitions.js';
import { type Link, threadEnd } from './link.js';
import { failedWith, fromWireContext, openOutcome, succeeded, toWireContext } from './outcome.js';
import { openArgs } from './packed-value.js';
import { type GivenSeat, type SeatPool, type SeatSource, seatPool } from './seat-pool.js';
import { sharedClock } from './shared-clock.js';
import { type ThreadLoop, threadLoop } from './thread-loop.js';
import type { HostMessage, ThreadMessage, WireOutcome } from './wire.js';

/** Calls that run shorter than this, on average, run at their caller's. */
const SHORT_MS = 0.2;
/** Weight of the newest call in the average. */
const NEWEST = 0.2;

interface Local {
  readonly definition: FunctionDefinition;
  /** null: its calls are forwarded. */
  readonly fn: TableFunction | null;
  readonly pool: SeatPool<unknown> | null;
  readonly average: Float64Array | null;
  readonly meter: CallMeter | null;
}

interface Runner {
  readonly port: MessagePort;
  readonly link: Link<ThreadMessage, HostMessage>;
  readonly clock: Clock;
  readonly cores: number;
  readonly table: FunctionTable;
  readonly lua: LuaRoom;
  readonly locals: Map<string, Local>;
  readonly plans: Map<number, NonNullable<DefinitionMessage['plan']>>;
  readonly definitions: Map<string, FunctionDefinition>;
  /** Waits for answers of the host, by request. */
  readonly waiting: Map<number, (outcome: WireOutcome) => void>;
  /** Calls that can be cancelled, by number. */
  readonly calls: Map<number, AbortController>;
  /** Messages that came while this thread stood still for another one. */
  readonly backlog: HostMessage[];
  registry: LuaRegistry | null;
  loop: ThreadLoop;
  lastRequest: number;
  recallsSeen: number;
  readonly text: TextCodec;
  readonly guards: Guards;
  readonly isCancelled: () => boolean;
  /** Of the guest's call that runs: what it waited before and since. */
  queueMs: number;
  waitMs: number;
  /** The call that runs, and how many Lua calls are under way. */
  current: number;
  luaCalls: number;
}

/** Runs until the host ends the thread. */
export function startRunner(data: ThreadData, port: MessagePort): void {
  const link = threadEnd(data.memory, port);
  const clock = sharedClock(data.originMs);
  const caller: FunctionCaller = {
    call: (id, args, context) => call(runner, id, args, context),
    callNow: (id, args, context) => callStanding(runner, id, args, context),
    shapeOf: (id) => shapeOf(runner, id),
  };
  const runner: Runner = {
    port,
    link,
    clock,
    cores: data.cores,
    table: createFunctionTable({
      functions: [],
      clock,
      random: Math.random,
      meterOf: (id) => runner.locals.get(id)?.meter ?? undefined,
    }),
    lua: luaRoom({
      functions: caller,
      print: (line, place) => send(runner, { kind: 'print', line, place }),
      clock,
      registry: () => {
        runner.registry ??= registryFromData(openOutcome(askRegistry(runner)));
        return runner.registry;
      },
      ...(data.forwardLog ? { log: (record: LogRecord) => send(runner, { kind: 'log', record }, true) } : {}),
    }),
    registry: null,
    locals: new Map(),
    plans: new Map(),
    definitions: new Map(),
    waiting: new Map(),
    calls: new Map(),
    backlog: [],
    loop: { touch() {}, nextNow: () => never() },
    lastRequest: 0,
    recallsSeen: 0,
    text: nodeText(),
    guards: makeGuards(),
    isCancelled: () => runner.current !== 0 && Atomics.load(link.control, CANCELED) === runner.current,
    queueMs: 0,
    waitMs: 0,
    current: 0,
    luaCalls: 0,
  };
  runner.loop = threadLoop({
    link,
    handle: (message) => handleAll(runner, message),
    onIdle: () => returnSeats(runner),
  });
  port.on('message', (message: unknown) => {
    note(runner, message);
    runner.loop.touch();
  });
  if (data.lua) runner.lua.warm().catch(() => {});
  runner.loop.touch();
}

function askRegistry(runner: Runner): WireOutcome {
  const request = ++runner.lastRequest;
  return askNow(runner, request, { kind: 'registry', request });
}

function never(): never {
  throw new HostBug('a thread waited before it had a loop');
}

function send(runner: Runner, message: ThreadMessage, plain = false): void {
  runner.link.post(message, plain);
  runner.loop.touch();
}

/** Definitions come through the port, since they hold compiled modules. */
function note(runner: Runner, message: unknown): void {
  if (typeof message !== 'object' || message === null) return;
  const { definition, plan } = message as DefinitionMessage;
  runner.definitions.set(definition.id, definition);
  if (plan !== null && definition.kind === 'wasm') runner.plans.set(definition.plan, plan);
}

function readPort(runner: Runner): void {
  for (let next = receiveMessageOnPort(runner.port); next !== undefined; next = receiveMessageOnPort(runner.port)) {
    note(runner, next.message);
  }
}

// --- messages of the host ---------------------------------------------------------------------------------------------

function handleAll(runner: Runner, message: HostMessage): void {
  handle(runner, message);
  for (let next = runner.backlog.shift(); next !== undefined; next = runner.backlog.shift()) handle(runner, next);
}

function handle(runner: Runner, message: HostMessage): void {
  switch (message.kind) {
    case 'call':
      startCall(runner, message);
      return;
    case 'script':
      runLua(runner, message.call, (signal) => {
        const { file, args, context } = message;
        const inner = { ...fromWireContext(context, signal), threadCall: message.call };
        return runner.lua.run(file, openArgs(args), inner) as Promise<Value[]>;
      });
      return;
    case 'check':
      runLua(runner, message.call, async () => {
        await runner.lua.checkText(message.name, message.source);
        return null;
      });
      return;
    case 'cancel':
      runner.calls.get(message.call)?.abort();
      return;
    case 'prepare':
      localOf(runner, message.id).pool?.prepare(message.seat);
      return;
    case 'forget':
      runner.locals.get(message.id)?.pool?.forget(message.seat);
      return;
    case 'recall':
      runner.locals.get(message.id)?.pool?.returnAll();
      return;
    case 'reply': {
      const settle = runner.waiting.get(message.request);
      runner.waiting.delete(message.request);
      settle?.(message.outcome);
    }
  }
}

type CallMessage = Extract<HostMessage, { kind: 'call' }>;

function startCall(runner: Runner, message: CallMessage): void {
  const local = localOf(runner, message.id);
  const { fn, pool } = local;
  if (fn === null || pool === null) throw new HostBug(`${message.id} was sent to a thread that cannot run it`);
  const seat: GivenSeat = { seat: message.seat, spent: false };
  const context = fromWireContext(message.context, null);
  if (local.definition.kind === 'lua') {
    runLua(
      runner,
      message.call,
      (signal) => callWith({ ...context, signal, threadCall: message.call }),
      message.target === 'js',
      seat,
    );
    return;
  }
  Atomics.store(runner.link.control, STARTED, message.call);
  const before = runner.current;
  runner.current = message.call;
  runner.queueMs = message.queuedMs;
  runner.waitMs = 0;
  const outcome = outcomeOf(() => callWith(context));
  runner.current = before;
  const ranMs = outcome.ranMs;
  if (local.average !== null && !outcome.outcome.failed) learn(local.average, ranMs);
  answer(runner, message.call, outcome.outcome, message.target === 'js', seat, ranMs);

  function callWith(inner: CallContext): Value | Promise<Value> {
    pool!.give(seat);
    return fn!.callAs(openArgs(message.args), inner, message.target);
  }
}

function outcomeOf(run: () => Value | Promise<Value>): { outcome: WireOutcome; ranMs: number } {
  const start = performance.now();
  let outcome: WireOutcome;
  try {
    outcome = succeeded(run() as Value);
  } catch (error) {
    outcome = failedWith(error);
  }
  return { outcome, ranMs: performance.now() - start };
}

function answer(
  runner: Runner,
  call: number,
  outcome: WireOutcome,
  plain: boolean,
  seat: GivenSeat | null,
  ranMs: number,
): void {
  const spent = seat?.spent ?? false;
  try {
    send(runner, { kind: 'answer', call, outcome, spent, ranMs }, plain);
  } catch (error) {
    // Nobody received the handles in it.
    forEachHandle(outcome.value, (handle) => handle.drop());
    send(runner, { kind: 'answer', call, outcome: failedWith(error), spent, ranMs }, false);
  }
}

function runLua(
  runner: Runner,
  call: number,
  run: (signal: AbortSignal) => Value | Promise<Value>,
  plain = false,
  seat: GivenSeat | null = null,
): void {
  Atomics.store(runner.link.control, STARTED, call);
  const controller = new AbortController();
  runner.calls.set(call, controller);
  runner.luaCalls++;
  const end = (outcome: WireOutcome) => {
    runner.calls.delete(call);
    if (--runner.luaCalls === 0) returnSeats(runner);
    answer(runner, call, outcome, plain, seat, -1);
  };
  let result: Value | Promise<Value>;
  try {
    result = run(controller.signal);
  } catch (error) {
    end(failedWith(error));
    return;
  }
  if (!(result instanceof Promise)) {
    end(succeeded(result));
    return;
  }
  result.then(
    (value) => end(succeeded(value)),
    (error: unknown) => end(failedWith(error)),
  );
}

function returnSeats(runner: Runner): void {
  for (const { pool } of runner.locals.values()) pool?.returnAll();
}

// --- asking the host --------------------------------------------------------------------------------------------------

/** Sends a request and stands still until its answer is there; other messages wait for their turn. */
function askNow(runner: Runner, request: number, message: ThreadMessage, plain = false): WireOutcome {
  runner.link.post(message, plain);
  for (;;) {
    const next = runner.loop.nextNow();
    if (next.kind === 'reply' && next.request === request) return next.outcome;
    if (next.kind === 'cancel') runner.calls.get(next.call)?.abort();
    else runner.backlog.push(next);
    runner.loop.touch();
  }
}

function ask(runner: Runner, request: number, message: ThreadMessage, signal: AbortSignal | null): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => send(runner, { kind: 'abandon', request });
    runner.waiting.set(request, (outcome) => {
      signal?.removeEventListener('abort', onAbort);
      try {
        resolve(openOutcome(outcome));
      } catch (error) {
        reject(error);
      }
    });
    try {
      send(runner, message);
    } catch (error) {
      runner.waiting.delete(request);
      reject(error);
      return;
    }
    if (signal === null) return;
    // A script has as many calls under way as it likes.
    setMaxListeners(0, signal);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

// --- functions --------------------------------------------------------------------------------------------------------

function call(runner: Runner, id: string, args: readonly Value[], context: CallContext): Value | Promise<Value> {
  if (Atomics.load(runner.link.control, RECALLS) !== runner.recallsSeen) {
    runner.recallsSeen = Atomics.load(runner.link.control, RECALLS);
    returnSeats(runner);
  }
  const local = typeof id === 'string' ? localOf(runner, id) : null;
  if (local?.fn != null && runsHere(runner, local, context)) {
    if (local.average === null) return runner.table.call(id, args, context);
    const start = performance.now();
    runner.queueMs = 0;
    runner.waitMs = 0;
    const result = callHere(runner, id, args, context);
    if (!(result instanceof Promise)) learn(local.average, performance.now() - start);
    return result;
  }
  const request = ++runner.lastRequest;
  return ask(
    runner,
    request,
    { kind: 'forward', request, standing: false, id, args, context: toWireContext(context) },
    context.signal,
  );
}

/** A guest that Lua calls ends with the Lua call that it is part of. */
function callHere(runner: Runner, id: string, args: readonly Value[], context: CallContext): Value | Promise<Value> {
  const before = runner.current;
  runner.current = context.threadCall ?? 0;
  try {
    return runner.table.call(id, args, context);
  } finally {
    runner.current = before;
  }
}

/** A call from where Lua cannot yield: this thread stands still for it, and its other tasks with it. */
function callStanding(
  runner: Runner,
  id: string,
  args: readonly Value[],
  context: CallContext,
): Value | Promise<Value> {
  const local = localOf(runner, id);
  if (local.fn !== null && runsHere(runner, local, context)) return callHere(runner, id, args, context);
  const request = ++runner.lastRequest;
  const wire = toWireContext(context);
  return openOutcome(askNow(runner, request, { kind: 'forward', request, standing: true, id, args, context: wire }));
}

/** Also of functions that this thread forwards. */
function shapeOf(runner: Runner, id: string): FunctionShape | null {
  const { definition } = localOf(runner, id);
  if (definition.kind === 'host') return definition.shape;
  return runner.table.shapeOf?.(id) ?? null;
}

function learn(average: Float64Array, ranMs: number): void {
  const before = average[0] as number;
  average[0] = before === 0 ? ranMs : before + (ranMs - before) * NEWEST;
}

/**
 * Whether a call is made on this thread: always where its handles live here; where it is new to a fresh instance, short, or holds
 * nobody up; never where nothing could stop it.
 */
function runsHere(runner: Runner, { definition, pool, average }: Local, context: CallContext): boolean {
  const alone = runner.luaCalls <= 1 && runner.lua.waitingTasks() === 0;
  if (definition.kind === 'wasm') {
    if (definition.handles) return true;
    const { limits, pool: config } = definition.entry.fields;
    const bounded =
      limits.maxExecutionMs !== null || context.deadline !== null || context.options.timeoutMs !== undefined;
    if (bounded && !definition.guarded) return false;
    if (config.type === 'inline' || isInside(definition.id, context)) return true;
    const usual = average === null ? 0 : (average[0] as number);
    const short = usual > 0 && usual < SHORT_MS && definition.guarded;
    return (short || alone) && pool!.borrow();
  }
  if (definition.kind !== 'lua') return false;
  if (definition.entry.fields.pool.type === 'inline' || isInside(definition.id, context)) return true;
  return alone && pool!.borrow();
}

function isInside(id: string, context: CallContext): boolean {
  return isReentrant({ ...context, chain: [...context.chain, id] });
}

function localOf(runner: Runner, id: string): Local {
  const known = runner.locals.get(id);
  if (known !== undefined) return known;
  let definition = runner.definitions.get(id);
  if (definition === undefined) {
    readPort(runner);
    definition = runner.definitions.get(id);
  }
  if (definition === undefined) {
    const request = ++runner.lastRequest;
    askNow(runner, request, { kind: 'define', request, id });
    readPort(runner);
    definition = runner.definitions.get(id);
    if (definition === undefined) throw new HostBug(`the host did not say what ${id} is`);
  }
  const local = makeLocal(runner, definition);
  if (definition.kind !== 'unknown') runner.locals.set(id, local);
  runner.definitions.delete(id);
  return local;
}

function makeLocal(runner: Runner, definition: FunctionDefinition): Local {
  if (definition.kind === 'host' || definition.kind === 'unknown')
    return { definition, fn: null, pool: null, average: null, meter: null };
  const { clock, cores } = runner;
  const { id } = definition;
  const seats = seatSource(runner, id);
  if (definition.kind === 'lua') {
    const { entry, source } = definition;
    const reuse = poolPolicy(entry.fields.pool, cores).reuse;
    const load = luaInstances(() => runner.lua.load(source));
    const pool = seatPool(load, seats, reuse);
    const fn = luaFunction(entry, { pool });
    runner.table.add(fn);
    return { definition, fn, pool: pool as SeatPool<unknown>, average: null, meter: callMeter(definition.meter) };
  }
  const { entry, exportIndex, average } = definition;
  const compiled = compiledFunction(entry, runner.plans.get(definition.plan)!, exportIndex, {
    hostImports: importsOf(runner, definition),
    text: runner.text,
    guards: runner.guards,
    terms: { deadlineMs: Number.POSITIVE_INFINITY, now: () => clock.now(), isCancelled: runner.isCancelled },
  });
  const pool = seatPool(wasmInstances(compiled), seats, poolPolicy(entry.fields.pool, cores).reuse);
  const fn = wasmFunction(compiled, {
    clock,
    pool,
    transport: transportNamed(entry.fields.transport)!,
    isCancelled: runner.isCancelled,
    spent: () => ({ queueMs: runner.queueMs, waitMs: runner.waitMs }),
  });
  runner.table.add(fn);
  const meter = callMeter(definition.meter);
  return { definition, fn, pool: pool as SeatPool<unknown>, average: new Float64Array(average), meter };
}

function seatSource(runner: Runner, id: string): SeatSource {
  const lease = (wait: boolean, deadline: number | null) => {
    const request = ++runner.lastRequest;
    return { request, message: { kind: 'lease', request, id, wait, deadline } as const };
  };
  return {
    leaseNow() {
      const { request, message } = lease(false, null);
      return openOutcome(askNow(runner, request, message)) as number;
    },
    leaseLater({ deadline, signal }: Admission) {
      const { request, message } = lease(true, deadline);
      return ask(runner, request, message, signal) as Promise<number>;
    },
    returnSeat: (seat, spent) => send(runner, { kind: 'return', id, seat, spent }),
  };
}

/** Imports that TypeScript provides, as functions that ask the host's thread and stand still until it answers. */
function importsOf(
  runner: Runner,
  { provided }: Extract<FunctionDefinition, { kind: 'wasm' }>,
): Record<string, HostImportInterface | HostImportFunction> {
  const bridge =
    (name: string, fn: string) =>
    (...args: unknown[]): unknown => {
      const request = ++runner.lastRequest;
      const { current } = runner;
      const message = { kind: 'import', request, call: current, name, fn, args: args as Value[] } as const;
      const start = performance.now();
      const outcome = askNow(runner, request, message, true);
      runner.waitMs += performance.now() - start;
      return openOutcome(outcome);
    };
  return Object.fromEntries(
    Object.entries(provided).map(([name, functions]) => {
      if (functions.length === 1 && functions[0] === '') return [name, bridge(name, '')];
      return [name, Object.fromEntries(functions.map((fn) => [fn, bridge(name, fn)]))];
    }),
  );
}
