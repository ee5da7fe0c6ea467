/**
 * How a host function waits: it makes a {@link Wait} and yields. The yield passes through the user's coroutines to the
 * scheduler; whoever holds the wait settles it, and its `finish` gives the results.
 */

import { HostBug, HostError } from '../errors.js';
import type { Core, Wait } from './core.js';
import { type LuaState, lua_isyieldable, lua_yieldk } from './fengari.js';
import { raiseThrown } from './raise.js';
import { wakeTask } from './scheduler.js';

/** Whether the running task may be suspended from here. */
export function canWait(core: Core, L: LuaState): boolean {
  return core.task !== null && core.task.blocked === 0 && lua_isyieldable(L);
}

/**
 * Makes a wait of the running task; {@link suspend} yields it. `finish` runs when the task goes on.
 * @throws HostError (Unavailable) where Lua cannot yield
 */
export function newWait(core: Core, L: LuaState, what: string, external: boolean, finish: Wait['finish']): Wait {
  if (!canWait(core, L)) {
    throw new HostError(
      'Unavailable',
      `${what} has to wait, which is impossible here: a library function called this code (a message ` +
        'handler, a __tostring for print or format, an __index or __concat for table); make the call before, and use its result here',
    );
  }
  return { task: core.task!, thread: L, what, external, settled: false, value: undefined, failure: undefined, finish };
}

/** Yields to the scheduler until the wait is settled. Returns to Lua by the wait's `finish`. */
export function suspend(core: Core, L: LuaState, wait: Wait): number {
  core.yielding = wait;
  return lua_yieldk(L, 0, { core, wait } satisfies Suspension, continueWait);
}

function continueWait(L: LuaState, _status: number, context: unknown): number {
  const { core, wait } = context as Suspension;
  try {
    return wait.finish(L, wait);
  } catch (thrown) {
    return raiseThrown(core, L, thrown);
  }
}

interface Suspension {
  readonly core: Core;
  readonly wait: Wait;
}

/** Waits for a promise; `finish` pushes the results from `wait.value` or `wait.failure`. */
export function waitForPromise(
  core: Core,
  L: LuaState,
  what: string,
  promise: Promise<unknown>,
  finish: Wait['finish'],
): number {
  let wait: Wait;
  try {
    wait = newWait(core, L, what, true, finish);
  } catch (thrown) {
    promise.catch(() => {});
    throw thrown;
  }
  promise.then(
    (value) => settle(core, wait, value, undefined),
    (failure: unknown) => settle(core, wait, undefined, failure ?? new HostBug('a call was rejected without a reason')),
  );
  return suspend(core, L, wait);
}

/** Ends a wait; its task goes on as soon as nothing else is running. */
export function settle(core: Core, wait: Wait, value: unknown, failure: unknown): void {
  if (wait.settled) return;
  wait.settled = true;
  wait.value = value;
  wait.failure = failure;
  const { task } = wait;
  if (task.state !== 'waiting' || task.wait !== wait) return;
  wakeTask(core, task);
}
