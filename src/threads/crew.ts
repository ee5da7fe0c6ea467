/** The host's call threads: who runs there, and what they ask of the host. The parts are placing, jobs, ending and idling. */
import type { Elsewhere, RemoteCall, Seat } from '../functions/elsewhere.js';
import type { CallContext } from '../functions/types.js';
import type { ScriptTerms } from '../lua/types.js';
import type { Value } from '../values.js';
import { RECALLS } from './control.js';
import { type CrewOptions, type CrewState, type Job, moveSeat, post } from './crew-state.js';
import type { FunctionDefinition } from './definitions.js';
import { answered, closeCrew, endThread, threadGone } from './ending.js';
import { askedForPartner } from './granting.js';
import { partnerEnd, relay, revokeGrants } from './grants.js';
import { handlesMoved } from './held-handle.js';
import { hostLoop } from './host-loop.js';
import { define, directCalls, type HostThread } from './host-thread.js';
import { submit } from './jobs.js';
import { DING } from './link.js';
import { toWireContext } from './outcome.js';
import { dispatch, isRunning, newThread, runningThreads } from './placing.js';
import { crossing, dropHandle, endHandles, holderOf } from './remote-handles.js';
import { type ServeOptions, serve } from './serve.js';
import { clockOrigin } from './shared-clock.js';
import { turnQueue } from './turn-queue.js';
import type { ThreadMessage } from './wire.js';

export interface Crew extends Elsewhere {
  /** Starts a thread that nobody has asked for yet. @param lua load the Lua VM, too */
  warm(lua: boolean): void;
  runScript(file: string, args: readonly Value[], context: CallContext, terms: ScriptTerms): Promise<Value[]>;
  /** @throws HostError for text that is no Lua, or cannot give `method` */
  checkLua(name: string, source: string, method: string | null): Promise<void>;
  stats(): CrewStats;
  /** Refuses further calls of methods. @returns when those under way have ended; null: there are none */
  endHandles(): Promise<unknown> | null;
  /** Waits for calls up to `graceMs`, cancels the rest, and ends every thread. */
  close(graceMs: number): Promise<void>;
}

/** What the host's threads do at this moment. */
export interface CrewStats {
  /** Threads that are there. */
  readonly threads: number;
  /** Threads that run a call. */
  readonly running: number;
  /** Threads whose guest waits for the host. */
  readonly blocked: number;
  /** Calls that wait for a thread. */
  readonly queued: number;
  /** Threads started since the host was made. */
  readonly started: number;
  /** Threads that ended before their time since then. */
  readonly lost: number;
  /** Calls that went from one thread to another without the host's in between, since then. */
  readonly direct: number;
  /** Each thread, the oldest first. */
  readonly each: readonly ThreadStats[];
}

/** What one thread is busy with. */
export interface ThreadStats {
  /** From 1, in the order in which threads were started. */
  readonly number: number;
  /** What its calls call: IDs, `script FILE`. */
  readonly calls: readonly string[];
  /** - 'runs': its code runs. - 'waits': it has calls, and all of them wait. - 'idle': it has none. */
  readonly state: 'runs' | 'waits' | 'idle';
  /** What its code has asked the host for and waits for. */
  readonly requests: number;
  /** Places in pools that it holds for calls of its own: the functions' IDs. */
  readonly borrowed: readonly string[];
}

export function createCrew(options: CrewOptions): Crew {
  const state: CrewState = {
    ...options,
    threads: new Map(),
    queue: turnQueue<Job>(),
    loop: { touch() {}, stop() {} },
    lastThread: 0,
    lastCall: 0,
    lastSeat: 0,
    lastGrant: 0,
    lastLane: 0,
    grants: new Map(),
    stopWatch: null,
    lookAgain: null,
    callsWait: false,
    cancelSweep: null,
    forgotten: new FinalizationRegistry((held) => void dropHandle(state, held)),
    methods: new Set(),
    handlesEnd: false,
    closing: false,
    collectedMs: Number.NEGATIVE_INFINITY,
    collecting: false,
    started: 0,
    lost: 0,
    directBefore: 0,
    originMs: clockOrigin(),
    onExit: (thread, reason) => threadGone(state, thread, reason),
  };
  const serving: ServeOptions = {
    ...options,
    post: (thread, message, plain) => post(state, thread, message, plain),
    take: (id, seat, thread) => moveSeat(state, id, seat, thread),
  };
  state.loop = hostLoop({
    threads: () => state.threads.values(),
    handle: (thread, message) => handle(state, serving, thread, message),
    unreadable: (thread, error) => endThread(state, thread, `it sent what cannot be read: ${(error as Error).message}`),
    dispatch: () => dispatch(state),
    mayLook: () => runningThreads(state) < state.cores || state.cores === 1,
    now: () => options.clock.now(),
  });
  return {
    newSeat: () => ({ number: ++state.lastSeat, thread: null, spent: false, held: 0 }),
    holderOf,
    run: (call) => runCall(state, call),
    prepare: (id, seat) => prepare(state, id, seat),
    forget: (id, seat) => forget(state, id, seat),
    recall: (id) => recall(state, id),
    warm: (lua) => {
      if (state.threads.size === 0) newThread(state, lua);
    },
    runScript: async (file, args, context, terms) =>
      (await submit(state, `script ${file}`, 'lua', context, {
        message: (call) => ({ kind: 'script', call, file, args, context: toWireContext(context), terms }),
      })) as Value[],
    async checkLua(name, source, method) {
      await submit(state, `check ${name}`, 'lua', NO_LIMITS, {
        message: (call) => ({ kind: 'check', call, name, source, method }),
      });
    },
    stats: () => statsOf(state),
    endHandles: () => endHandles(state),
    close: (graceMs) => closeCrew(state, graceMs),
  };
}

function handle(state: CrewState, serving: ServeOptions, thread: HostThread, message: ThreadMessage): void {
  switch (message.kind) {
    case 'answer':
      answered(state, thread, message.call, message);
      return;
    case 'moved':
      handlesMoved(thread, message.handles);
      return;
    case 'define':
      answerDefinition(state, thread, message.request, message.id);
      return;
    case 'partner':
      askedForPartner(state, thread, message);
      return;
    case 'partner-end':
      partnerEnd(state, thread, message.grant);
      return;
    case 'relay':
      relay(state, message);
      return;
    case 'wake':
      state.threads.get(message.thread)?.worker.postMessage(DING);
      return;
    default:
      serve(serving, thread, message);
  }
}

const NO_LIMITS: CallContext = { signal: null, deadline: null, chain: [], values: {}, options: {} };

function runCall(state: CrewState, call: RemoteCall): Promise<Value> {
  const { id, seat, once, held = false, args, context, target, since } = call;
  const definition = state.definitionOf(id);
  const crosses = definition.kind === 'wasm' && definition.handles && target === 'js';
  const seatNumber = once ? -1 : seat.number;
  return submit(state, id, kindOf(definition), context, {
    message: (call) => ({
      kind: 'call',
      call,
      id,
      seat: seatNumber,
      args,
      context: toWireContext(context),
      target,
      since,
    }),
    plain: target === 'js',
    passOn: target === 'go', // only threads ask the host for these
    since,
    definition,
    home: held ? (state.threads.get(seat.thread ?? 0) ?? null) : null,
    handles: crosses ? crossing(state, seat, definition) : null,
    preferred: () => seat.thread,
    placed: (thread) => moveSeat(state, id, seat, thread),
    ended: (spent) => {
      if (spent) seat.spent = true;
    },
  });
}

/** Guests that cannot be stopped are ended with their thread: it is theirs alone. */
function kindOf(definition: FunctionDefinition): Job['kind'] {
  if (definition.kind === 'wasm') return definition.suspends && definition.guarded ? 'suspends' : 'guest';
  return 'lua';
}

function answerDefinition(state: CrewState, thread: HostThread, request: number, id: string): void {
  define(thread, state.definitionOf(id), state.planOf);
  post(state, thread, { kind: 'reply', request, outcome: { value: null, failed: false, bug: null } }, false);
}

function prepare(state: CrewState, id: string, seat: Seat): void {
  const definition = state.definitionOf(id);
  let thread: HostThread | undefined;
  for (const each of state.threads.values()) if (thread === undefined || each.number > thread.number) thread = each;
  thread ??= newThread(state, definition.kind === 'lua');
  define(thread, definition, state.planOf);
  post(state, thread, { kind: 'prepare', id, seat: seat.number }, false);
  seat.thread = thread.number;
}

function forget(state: CrewState, id: string, seat: Seat): void {
  const thread = seat.thread === null ? undefined : state.threads.get(seat.thread);
  if (thread !== undefined) post(state, thread, { kind: 'forget', id, seat: seat.number }, false);
}

function recall(state: CrewState, id: string): void {
  revokeGrants(state, ({ leases }) => [...leases].some((lease) => lease.id === id));
  for (const thread of state.threads.values()) {
    if (![...thread.leases.values()].some((lease) => lease.id === id)) continue;
    Atomics.add(thread.link.control, RECALLS, 1);
    post(state, thread, { kind: 'recall', id }, false);
  }
}

function statsOf(state: CrewState): CrewStats {
  const threads = [...state.threads.values()];
  return {
    threads: threads.length,
    running: threads.filter(isRunning).length,
    blocked: threads.filter((each) => each.blocked > 0).length,
    queued: state.queue.size(),
    started: state.started,
    lost: state.lost,
    direct: threads.reduce((sum, each) => sum + directCalls(each), state.directBefore),
    each: threads.map(threadStats),
  };
}

function threadStats(thread: HostThread): ThreadStats {
  const { number, calls, requests, imports, leases } = thread;
  const busy = isRunning(thread) ? 'runs' : 'waits';
  return {
    number,
    calls: [...calls.values()].map((call) => call.key),
    state: calls.size === 0 ? 'idle' : busy,
    requests: requests.size + imports.size,
    borrowed: [...leases.values()].map((lease) => lease.id),
  };
}
