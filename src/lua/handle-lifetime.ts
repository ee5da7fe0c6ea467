/**
 * How long resource handles live: until `:drop()`, or until the run that received them ends without returning them. A
 * handle pins its instance, so a script that forgets it must not keep the instance for ever.
 */

import type { ResourceHandle } from '../values.js';
import type { Core, Run } from './core.js';

/** The running run is answerable for this handle now. */
export function receiveHandle(core: Core, handle: ResourceHandle): void {
  const run = core.task?.run;
  if (run === undefined) return;
  run.handles ??= new Set();
  run.handles.add(handle);
}

/** The handle was dropped by hand. */
export function forgetHandle(core: Core, handle: ResourceHandle): void {
  core.task?.run.handles?.delete(handle);
}

/**
 * Reads a run's results and drops the handles that are not among them, also when reading fails.
 * @throws what `read` throws, else what a failing destructor threw, after all have been dropped
 */
export function releasingHandles<T>(core: Core, run: Run, read: () => T): T {
  if (run.handles === null) return read();
  const leaving = new Set<ResourceHandle>();
  const outer = core.leaving;
  core.leaving = leaving;
  let value: T;
  try {
    value = read();
  } catch (thrown) {
    dropAll(run, leaving);
    throw thrown;
  } finally {
    core.leaving = outer;
  }
  const failures = dropAll(run, leaving);
  if (failures.length > 0) throw failures[0];
  return value;
}

function dropAll(run: Run, except: ReadonlySet<ResourceHandle>): unknown[] {
  const failures: unknown[] = [];
  for (const handle of run.handles ?? []) {
    if (except.has(handle)) continue;
    try {
      handle.drop();
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  run.handles = null;
  return failures;
}
