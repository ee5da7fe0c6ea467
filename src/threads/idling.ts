/** Threads that nobody has used for a while go away. */
import type { CrewState } from './crew-state.js';
import { callerDied } from './grants.js';
import { directCalls, giveBackAll, type HostThread } from './host-thread.js';

const IDLE_MS = 30_000;

export function scheduleSweep(state: CrewState): void {
  state.cancelSweep ??= state.clock.afterIdle(IDLE_MS, () => {
    state.cancelSweep = null;
    const now = state.clock.now();
    for (const thread of [...state.threads.values()]) {
      if (thread.calls.size === 0 && thread.held.size === 0 && now - thread.idleSince >= IDLE_MS) retire(state, thread);
    }
    if (state.threads.size > 0) scheduleSweep(state);
  });
}

function retire(state: CrewState, thread: HostThread): void {
  thread.dead = true;
  state.threads.delete(thread.number);
  state.directBefore += directCalls(thread);
  callerDied(state, thread);
  giveBackAll(thread);
  thread.worker.terminate().catch(() => {});
}
