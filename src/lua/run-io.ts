/** What a run asks of the host's thread: one client for each script or function call, ended with it. */

import { HostError } from '../errors.js';
import type { IoClient } from '../io.js';
import type { Core, Run } from './core.js';
import { addLeftover } from './run-end.js';

/**
 * The run's client, opened when it is first needed. What waits by a promise passes the signal of `callContextOf(run)`.
 * @throws HostError Unavailable, where the VM has nobody to ask
 */
export function ioOf(core: Core, run: Run): IoClient {
  if (run.io !== null) return run.io;
  const { io } = core.options;
  if (io === undefined) {
    throw new HostError('Unavailable', `${run.name}: nothing outside Lua can be reached from here`, {
      retryable: false,
    });
  }
  const client = io.open({
    id: run.name,
    deadlineMs: run.meter.deadlineMs ?? Number.POSITIVE_INFINITY,
    isCancelled: () => run.aborted !== null || run.context.signal?.aborted === true,
  });
  run.io = client;
  addLeftover(run, () => client.end());
  return client;
}
