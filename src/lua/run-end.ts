/** What a run has started outside Lua, and what becomes of it when the run ends: nothing stays behind. */

import { HostError } from '../errors.js';
import type { CallContext } from '../functions/types.js';
import type { Leftover, Run } from './core.js';

const NO_OPTIONS = {};

/** What calls made by this run carry. The signal aborts when the run ends before they do. */
export function callContextOf(run: Run): CallContext {
  if (run.callContext !== null) return run.callContext;
  const canceler = new AbortController();
  run.canceler = canceler;
  // The request is this call's to answer, not that of those it makes; so is the time that it was queued.
  const { http: _, queuedMs: __, ...context } = run.context;
  run.callContext = {
    ...context,
    signal: canceler.signal,
    deadline: run.meter.deadlineMs,
    options: NO_OPTIONS,
  };
  return run.callContext;
}

/** Calls `end` when the run ends, unless the answer is called before. */
export function addLeftover(run: Run, end: Leftover): () => void {
  run.leftovers.add(end);
  return () => void run.leftovers.delete(end);
}

/** Stops what the run has left: timers, and calls that one of its tasks waits for. */
export function endLeftovers(run: Run, failed: boolean): void {
  run.afterTurn = [];
  for (const end of run.leftovers) end(failed);
  run.leftovers.clear();
  if (run.externalWaits > 0) run.canceler?.abort(new HostError('Canceled', `${run.name} has ended`));
}
