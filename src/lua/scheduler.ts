/**
 * Runs Lua tasks. Every script and every call of a Lua function is a run; a run has a main task and those it spawned; a
 * task is a coroutine that this scheduler resumes. A host function that must wait yields to here, through whatever user
 * coroutines are between (libs/coroutine.ts), and its task goes on when the wait is settled.
 */

import { onAbort } from '../abort.js';
import { HostBug, HostError } from '../errors.js';
import type { CallContext } from '../functions/types.js';
import type { Core, Run, RunOutcome, Task } from './core.js';
import { LUA_OK, LUA_YIELD, type LuaState, lua_newthread, lua_pop, lua_settop } from './fengari.js';
import { releasingHandles } from './handle-lifetime.js';
import { deadlineError, newMeter } from './limits.js';
import { abortRun, rethrowIfAborted } from './raise.js';
import { endLeftovers } from './run-end.js';
import { taskError } from './task-error.js';
import { isSliceOver, runTurn } from './turn.js';
import type { HostReach, LuaLimits } from './types.js';
import { placeOf, waitingStack } from './waiting-place.js';

const MAX_IDLE_THREADS = 32;
/** Tasks that the report of a deadlock names. */
const MAX_PLACES = 1000;

export interface RunSpec {
  readonly name: string;
  /** The entry, where the run is a call of one. */
  readonly functionId: string | null;
  readonly context: CallContext;
  readonly limits: LuaLimits;
  readonly reach: HostReach;
  /** The run's own timeout, which made the context's deadline; null: that is the caller's. */
  readonly timeoutMs: number | null;
}

/**
 * Starts a run and goes as far as it can without waiting.
 * @param prepare pushes the main function and its arguments on the new thread; returns the number of arguments
 */
export function startRun(core: Core, spec: RunSpec, prepare: (L: LuaState) => number): Run {
  if (core.closed) throw new HostError('Unavailable', 'the Lua VM is closed');
  if (spec.context.signal?.aborted) throw new HostError('Canceled', `${spec.name} was canceled`);
  const run = newRun(core, spec);
  if (run.meter.deadlineMs !== null && core.options.clock.monotonicMs() >= run.meter.deadlineMs)
    throw deadlineError(core, run, '');
  core.runs.add(run);
  const task = newTask(run, core.idleThreads.pop() ?? newThread(core));
  run.main = task;
  try {
    task.startArguments = prepare(task.root);
  } catch (thrown) {
    core.runs.delete(run);
    throw thrown;
  }
  enqueue(task);
  pump(core, run);
  if (!run.done) watch(core, run);
  return run;
}

/** The run's answer, at once when it is over. `convert` reads the results from the main task's stack. */
export function answerOf<T>(core: Core, run: Run, convert: (root: LuaState) => T): T | Promise<T> {
  const read = (outcome: RunOutcome): T => {
    if (outcome.error !== null) throw outcome.error;
    const value = convert(outcome.root);
    recycle(core, outcome.root);
    return value;
  };
  const finish = (outcome: RunOutcome): T => releasingHandles(core, run, () => read(outcome));
  if (run.outcome !== null) return finish(run.outcome);
  return new Promise((resolve, reject) => {
    run.onEnd = (outcome) => {
      try {
        resolve(finish(outcome));
      } catch (thrown) {
        reject(thrown);
      }
    };
  });
}

/** `coroutine.spawn`: the function on top of the stack of `L` runs at once, up to its first wait. */
export function spawnTask(core: Core, move: (root: LuaState) => void): LuaState {
  const current = core.task;
  if (current === null) throw new HostBug('a task was spawned outside a run');
  const task = newTask(current.run, newThread(core));
  core.spawned.set(task.root, task);
  move(task.root);
  resumeTask(core, task);
  rethrowIfAborted(core);
  return task.root;
}

/** A waiting task is ready again; it goes on as soon as nothing else is running. */
export function wakeTask(core: Core, task: Task): void {
  enqueue(task);
  if (core.task === null) pump(core, task.run);
  else if (!task.run.pumping) queueMicrotask(() => pump(core, task.run));
}

/** Ends a run from outside (cancelled, out of time). */
export function stopRun(core: Core, run: Run, reason: Error): void {
  if (run.done) return;
  abortRun(run, reason);
  // While the run executes, its own next check ends it.
  if (run.meter.turnStartedMs === null) endRun(core, run, { error: run.aborted! });
}

function newRun(core: Core, spec: RunSpec): Run {
  const meter = newMeter(core, spec.limits, spec.context.deadline, spec.timeoutMs);
  return {
    number: ++core.lastRunNumber,
    name: spec.name,
    functionId: spec.functionId,
    context: spec.context,
    callContext: null,
    canceler: null,
    limits: spec.limits,
    tasks: new Set(),
    ready: [],
    externalWaits: 0,
    afterTurn: [],
    leftovers: new Set(),
    nilResult: null,
    main: null,
    pumping: false,
    sliceStartedMs: 0,
    paused: false,
    interrupted: [],
    undivided: 0,
    done: false,
    aborted: null,
    onEnd: null,
    outcome: null,
    meter,
    reach: spec.reach,
    io: null,
    http: null,
    handles: null,
    unwatch: null,
  };
}

function newTask(run: Run, root: LuaState): Task {
  const task: Task = { run, root, threads: [root], blocked: 0, state: 'ready', wait: null, startArguments: 0 };
  run.tasks.add(task);
  return task;
}

function newThread(core: Core): LuaState {
  const thread = lua_newthread(core.L);
  lua_pop(core.L, 1);
  return thread;
}

function recycle(core: Core, root: LuaState): void {
  lua_settop(root, 0);
  if (core.idleThreads.length < MAX_IDLE_THREADS) core.idleThreads.push(root);
}

function enqueue(task: Task): void {
  if (task.wait?.external === true) task.run.externalWaits--;
  task.state = 'ready';
  task.wait = null;
  task.run.ready.push(task);
}

function pump(core: Core, run: Run): void {
  if (run.pumping || run.paused) return;
  run.pumping = true;
  run.sliceStartedMs = core.options.clock.monotonicMs();
  try {
    while (!run.done && !run.paused) {
      const task = run.interrupted.shift() ?? run.ready.shift();
      if (task === undefined) break;
      resumeTask(core, task);
      if (isSliceOver(core, run)) pause(core, run);
    }
  } finally {
    run.pumping = false;
  }
  if (!run.done && !run.paused) failWhenAsleep(core, run);
}

/** The run goes on when the others on this thread have had their turn. */
function pause(core: Core, run: Run): void {
  if (run.interrupted.length === 0 && run.ready.length === 0) return;
  run.paused = true;
  core.options.slices!.next(() => {
    run.paused = false;
    pump(core, run);
  });
}

/** One turn of a task: until it waits, ends or fails. */
function resumeTask(core: Core, task: Task): void {
  const { run, root, startArguments } = task;
  task.state = 'running';
  task.wait = null;
  task.startArguments = 0;
  const status = runTurn(core, task, root, startArguments);
  afterTurn(core, task, status);
  if (run.afterTurn.length > 0 && run.interrupted.length === 0) doAfterTurn(run);
}

function doAfterTurn(run: Run): void {
  const due = run.afterTurn;
  run.afterTurn = [];
  for (const each of due) each();
}

function afterTurn(core: Core, task: Task, status: number): void {
  const { run } = task;
  const wait = core.yielding;
  core.yielding = null;
  if (run.done) return;
  if (run.aborted !== null) {
    endRun(core, run, { error: run.aborted });
    return;
  }
  if (status === LUA_YIELD) {
    if (wait === null) throw new HostBug('a task yielded without a wait');
    task.state = 'waiting';
    task.wait = wait;
    if (wait.external) run.externalWaits++;
    if (wait.settled) enqueue(task);
    return;
  }
  task.state = 'done';
  run.tasks.delete(task);
  if (status !== LUA_OK) {
    // Its message may be told by Lua, which may be stopped.
    abortRun(run, taskError(core, task));
    endRun(core, run, { error: run.aborted! });
    return;
  }
  if (task === run.main) endRun(core, run, { error: null, root: task.root });
}

function endRun(core: Core, run: Run, outcome: RunOutcome): void {
  run.done = true;
  run.outcome = outcome;
  core.runs.delete(run);
  for (const task of run.tasks) {
    task.state = 'done';
    task.wait = null;
  }
  run.tasks.clear();
  run.ready.length = 0;
  run.interrupted.length = 0;
  endLeftovers(run, outcome.error !== null);
  run.unwatch?.();
  run.unwatch = null;
  run.onEnd?.(outcome);
}

/** When no task can ever go on, says so instead of waiting for ever. */
function failWhenAsleep(core: Core, run: Run): void {
  if (run.externalWaits > 0) return;
  const places: string[] = [];
  for (const task of run.tasks) {
    if (places.length === MAX_PLACES) break;
    places.push(`${placeOf(task)}: waits in ${task.wait!.what}`);
  }
  const message = `all tasks are asleep (deadlock: all coroutines blocked with no pending operations, threads=${run.tasks.size})`;
  const error = new HostError('Internal', message, { details: { tasks: places }, luaStack: places.join('\n') });
  abortRun(run, error);
  endRun(core, run, { error });
}

function canceledWhere(run: Run): HostError {
  return new HostError('Canceled', `${run.name} was canceled`, { luaStack: waitingStack(run) });
}

/** Ends a waiting run at its deadline or when its caller is cancelled. */
function watch(core: Core, run: Run): void {
  const { signal } = run.context;
  const cancel = () => stopRun(core, run, canceledWhere(run));
  if (signal?.aborted) {
    cancel();
    return;
  }
  const unlisten = signal === null ? null : onAbort(signal, cancel);
  let stopTimer: (() => void) | null = null;
  if (run.meter.deadlineMs !== null) {
    const { clock } = core.options;
    const leftMs = Math.max(0, run.meter.deadlineMs - clock.monotonicMs());
    stopTimer = clock.timer(leftMs, () => stopRun(core, run, deadlineError(core, run, waitingStack(run))));
  }
  run.unwatch = () => {
    unlisten?.();
    stopTimer?.();
  };
}
