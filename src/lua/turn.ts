/** Turns: the time in which Lua code of a run executes, counted and bounded. */
import type { Core, Run, Task } from './core.js';
import { type LuaState, lua_resume } from './fengari.js';

/**
 * Resumes `thread` as the task until it waits, ends or fails.
 * @param count arguments on the thread's stack
 * @returns the thread's status
 */
export function runTurn(core: Core, task: Task, thread: LuaState, count: number): number {
  const { run } = task;
  const previous = core.task;
  const outermost = run.meter.turnStartedMs === null;
  if (outermost) run.meter.turnStartedMs = core.options.clock.monotonicMs();
  core.task = task;
  const from = previous === null ? null : previous.threads[previous.threads.length - 1]!;
  const status = lua_resume(thread, from, count);
  core.task = previous;
  if (outermost) endTurn(core, run);
  return status;
}

function endTurn(core: Core, run: Run): void {
  run.meter.luaMs += core.options.clock.monotonicMs() - run.meter.turnStartedMs!;
  run.meter.turnStartedMs = null;
}

/** The others on this thread shall have a turn, those that have not begun included. Who stands still for the run waits for its end. */
export function isSliceOver({ options: { slices, clock } }: Core, { context, sliceStartedMs }: Run): boolean {
  return context.standing !== true && slices !== undefined && clock.monotonicMs() - sliceStartedMs >= slices.ms;
}
