/** What all parts of one VM share: who runs, under which limits, and who waits. Data only; the verbs live elsewhere. */

import type { CallContext } from '../functions/types.js';
import type { IoClient } from '../io.js';
import type { Transcoder } from '../transcoder/transcoder.js';
import type { ResourceHandle } from '../values.js';
import type { LuaState } from './fengari.js';
import type { Table, Udata } from './internals.js';
import type { NilResult } from './nil-results.js';
import type { HostReach, LuaLimits, LuaVmOptions } from './types.js';
import type { Userdata } from './userdata.js';

/** A Lua task: a coroutine of its own that the scheduler resumes. */
export interface Task {
  readonly run: Run;
  /** The task's own thread. */
  readonly root: LuaState;
  /** Threads that are inside one another by `coroutine.resume`, `root` first; the last one is executing. */
  readonly threads: LuaState[];
  /** Resumes made from where no yield is possible: above zero, nothing can be waited for. */
  blocked: number;
  state: 'ready' | 'running' | 'waiting' | 'done';
  wait: Wait | null;
  /** Arguments on `root`'s stack for its first turn. */
  startArguments: number;
}

/** A task's reason to be suspended. */
export interface Wait {
  readonly task: Task;
  /** The innermost coroutine, where the wait began. */
  readonly thread: LuaState;
  /** For the report of a deadlock: `call of myns:f`, `receive`. */
  readonly what: string;
  /** Something outside the run's Lua tasks will end it. */
  readonly external: boolean;
  settled: boolean;
  value: unknown;
  /** What was thrown instead of a value; `undefined` when nothing was. */
  failure: unknown;
  /** Pushes the results when the task goes on. */
  readonly finish: (L: LuaState, wait: Wait) => number;
}

/** One script from start to end, or one call of a Lua function, with all the tasks it spawns. */
export interface Run {
  /** Counted from 1 in the VM. */
  readonly number: number;
  /** The script's name or the function's ID: begins messages about limits. */
  readonly name: string;
  /** The entry, where the run is a call of one. */
  readonly functionId: string | null;
  readonly context: CallContext;
  /**
   * What calls made by this run carry, once there are any: the context without its one-call options, with this run's
   * deadline and a signal of its own (run-end.ts).
   */
  callContext: CallContext | null;
  /** Behind the signal of `callContext`: cancels the calls that still run when the run ends. */
  canceler: AbortController | null;
  readonly limits: LuaLimits;
  readonly tasks: Set<Task>;
  readonly ready: Task[];
  /** Tasks that something outside Lua can wake: while there is one, the run is not asleep. */
  externalWaits: number;
  /** Done once the running task has yielded: completions of futures whose functions answered at once. */
  afterTurn: (() => void)[];
  /** Timers and calls that the run must not leave behind. */
  readonly leftovers: Set<Leftover>;
  main: Task | null;
  pumping: boolean;
  /** When its slice began; see slices.ts. */
  sliceStartedMs: number;
  /** Its slice is over: nothing of it runs until the next one. */
  paused: boolean;
  /** Tasks whose turns a slice has cut, in the order in which they go on, before all others. */
  readonly interrupted: Task[];
  /** Turns under way that started another one where they cannot yield: none inside them is cut. */
  undivided: number;
  done: boolean;
  /** Set once a limit is exceeded, the run is cancelled or a task failed: nothing in the run can catch it. */
  aborted: Error | null;
  onEnd: ((outcome: RunOutcome) => void) | null;
  outcome: RunOutcome | null;
  readonly meter: Meter;
  /** The last error that a module gave as `nil, error`, and to which call. */
  nilResult: NilResult | null;
  /** What it may reach with `http_client`. */
  readonly reach: HostReach;
  /** What it asks the host's thread with (run-io.ts), once it has. */
  io: IoClient | null;
  /** The answer to the request that this run serves, once it has begun one. */
  http: HttpReplyState | null;
  /** Resource handles that the run has received; those that it does not return are dropped at its end. */
  handles: Set<ResourceHandle> | null;
  /** Cancels the deadline's timer and the listener on the caller's signal. */
  unwatch: (() => void) | null;
}

/** Something that a run started and that goes on by itself. @param failed the run failed or was stopped */
export type Leftover = (failed: boolean) => void;

/** What a handler has said of its answer so far; what is sent is the host's. */
export interface HttpReplyState {
  /** null: not set. */
  status: number | null;
  readonly headers: { readonly name: string; readonly value: string }[];
  /** Body bytes that the host has not been given yet. */
  pending: Uint8Array[];
  pendingBytes: number;
  /** Something of the body was written: status and headers stay as they are. */
  written: boolean;
  /** The host has the head. */
  begun: boolean;
  /** What is written goes out at once. */
  streams: boolean;
  /** What was to be written last and could not be; null: nothing, or something was written since. */
  refused: string | null;
}

export type RunOutcome = { readonly error: Error } | { readonly error: null; readonly root: LuaState };

/** What a run has used up. */
export interface Meter {
  instructions: number;
  /** Steps of library functions that are not in `instructions` yet. */
  pendingSteps: number;
  /** Lua milliseconds of finished turns. */
  luaMs: number;
  /** When the current turn began; null while nothing runs. */
  turnStartedMs: number | null;
  /** On the monotonic clock, or null. */
  deadlineMs: number | null;
  /** When the run began, on the monotonic clock. */
  readonly startedMs: number;
  /** What made `deadlineMs`, for its message; null when the caller's deadline is the earlier one. */
  readonly deadlineOf: { readonly limit: 'max_execution_ms' | 'timeout'; readonly ms: number } | null;
  stringBytes: number;
  /** External bytes that the run did not make, as far as known; null until the run has made many. */
  externalAtStart: number | null;
}

export interface Core {
  /** The main thread. Nothing but set-up and resuming happens on it. */
  readonly L: LuaState;
  readonly options: LuaVmOptions;
  readonly limits: LuaLimits;
  /** The task that executes now. */
  task: Task | null;
  /** A wait on its way from the function that yields, through the user's coroutines, to the scheduler. */
  yielding: Wait | null;
  /** Threads of finished tasks, to be used again. */
  readonly idleThreads: LuaState[];
  /** User coroutines that a wait has passed through: suspended, but not by their own yield. */
  readonly waiting: WeakSet<LuaState>;
  /** Tasks made by `coroutine.spawn`, by their thread: only the scheduler resumes these. */
  readonly spawned: WeakMap<LuaState, Task>;
  readonly runs: Set<Run>;
  readonly userdata: Userdata;
  readonly transcoder: Transcoder;
  /** Tables of host modules, by name, made when first used. */
  readonly libraries: Map<string, Table>;
  /** Modules that are an object instead of a table. */
  readonly objects: Map<string, Udata>;
  /** By an environment's globals: what `require` would say of a module that it does not have, or null. */
  readonly notListed: WeakMap<Table, (name: string) => string | null>;
  /** A table with the globals that every environment starts with. */
  newGlobals: () => Table;
  lastRunNumber: number;
  /** Collects the handles among the results that are being read. */
  leaving: Set<ResourceHandle> | null;
  closed: boolean;
}
