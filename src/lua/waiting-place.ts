/** Where Lua waits: places and stacks of tasks that are suspended. */

import type { Run, Task } from './core.js';
import { innermostPlace, stackTextOfThreads } from './stack.js';

/** `file.lua:3`, or `?`. */
export function placeOf(task: Task): string {
  return innermostPlace(task.wait!.thread) ?? innermostPlace(task.root) ?? '?';
}

/** Where the main task of a run waits; "" where it does not. */
export function waitingStack({ main }: Run): string {
  if (main === null || main.wait === null) return '';
  const { thread } = main.wait;
  return stackTextOfThreads(thread === main.root ? [thread] : [main.root, thread]);
}
