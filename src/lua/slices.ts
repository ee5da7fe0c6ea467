/**
 * Slices: a run has its thread for so long at a time, and then lets the others on it go on; so whatever it does, its caller can
 * cancel it, and who shares the thread is served. What it has done stays done, so it is not begun again elsewhere, as guests are.
 *
 * A run gives way as a whole: its other tasks see no more of that than of a slow instruction. Where it cannot yield (a library
 * function called it, or is at work itself) it goes on until it can.
 */
import type { Core } from './core.js';
import { LUA_MASKCOUNT, type LuaState, lua_sethook, lua_yield } from './fengari.js';
import { countInstructions, HOOK_INSTRUCTIONS } from './limits.js';
import { isSliceOver } from './turn.js';
import { canWait, newWait, suspend } from './waits.js';

/** Looks at every thread made from the VM's main thread, every so many instructions. */
export function installHook(core: Core): void {
  const hook = (L: LuaState) => {
    countInstructions(core, HOOK_INSTRUCTIONS);
    giveWay(core, L);
  };
  lua_sethook(core.L, hook, LUA_MASKCOUNT, HOOK_INSTRUCTIONS);
}

/** Yields the running task where the slice of its run is over. A hook's yield has nothing to continue with but Lua's next instruction. */
function giveWay(core: Core, L: LuaState): void {
  const task = core.task;
  if (task === null || task.run.undivided > 0 || !isSliceOver(core, task.run) || !canWait(core, L)) return;
  task.run.interrupted.unshift(task);
  core.yielding = newWait(core, L, 'its turn', false, nothing);
  lua_yield(L, 0);
}

/**
 * Runs what may start tasks, from a task; where one of those gave way, this one goes on when that one has had its turn. Where this
 * one cannot yield, none of those does.
 */
export function behind(core: Core, L: LuaState, start: () => void, finish: (L: LuaState) => number): number {
  const task = core.task!;
  const { run } = task;
  if (!canWait(core, L)) {
    run.undivided++;
    try {
      start();
    } finally {
      run.undivided--;
    }
    return finish(L);
  }
  const { interrupted } = run;
  const before = interrupted.length;
  start();
  const inside = interrupted.length - before;
  if (inside === 0) return finish(L);
  interrupted.splice(inside, 0, task);
  return suspend(core, L, newWait(core, L, 'its turn', false, finish));
}

function nothing(): number {
  return 0;
}
