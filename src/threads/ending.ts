/** How threads end before their time, and what becomes of their calls. */
import { canceled } from '../functions/context.js';
import type { Clock } from '../pool/clock.js';
import { GIVEN_UP } from './control.js';
import type { CrewState, Job } from './crew-state.js';
import { callerDied, relay } from './grants.js';
import { handlesMoved, loseHandles } from './held-handle.js';
import { directCalls, giveBackAll, type HostThread, hasBegun, removeCall, type ThreadCall } from './host-thread.js';
import { scheduleSweep } from './idling.js';
import { dispatch } from './placing.js';
import type { ThreadMessage } from './wire.js';

/** What was told to stop has this long before its thread is ended. */
export const STOP_GRACE_MS = 1000;

export function answered(
  state: CrewState,
  thread: HostThread,
  number: number,
  { outcome, spent, ranMs }: { outcome: Parameters<ThreadCall['end']>[0]; spent: boolean; ranMs: number },
): void {
  removeCall(thread, number, state.clock.now())?.end(outcome, spent, ranMs);
  if (thread.calls.size === 0) scheduleSweep(state);
}

export function endThread(state: CrewState, thread: HostThread, reason: string): void {
  if (thread.dead) return;
  thread.endedFor ??= reason;
  thread.worker.terminate().catch(() => {});
  threadGone(state, thread, thread.endedFor);
}

/** Its calls fail or start again elsewhere, and what it had borrowed comes back. */
export function threadGone(state: CrewState, thread: HostThread, reason: string): void {
  if (thread.dead) return;
  // It may not be gone yet. What it begins before this word counts as begun; after it, it begins nothing.
  Atomics.store(thread.link.control, GIVEN_UP, 1);
  hearLastWords(state, thread);
  thread.dead = true;
  state.threads.delete(thread.number);
  state.directBefore += directCalls(thread);
  if (!state.closing) state.lost++;
  callerDied(state, thread);
  giveBackAll(thread);
  thread.endedFor ??= reason;
  loseHandles(thread);
  const calls = [...thread.calls.values()];
  thread.calls.clear();
  for (const call of calls) call.lost(hasBegun(thread, call.number), reason);
  dispatch(state);
}

/** What it said before it died counts. */
function hearLastWords(state: CrewState, thread: HostThread): void {
  for (;;) {
    let message: ThreadMessage | null;
    try {
      message = thread.link.next();
    } catch {
      return; // it cannot be read any further
    }
    if (message === null) return;
    if (message.kind === 'moved') handlesMoved(thread, message.handles);
    else if (message.kind === 'answer') answered(state, thread, message.call, message);
    else if (message.kind === 'relay') relay(state, message);
    else if (message.kind === 'print') tellLast(() => state.print(message.line, message.place));
    else if (message.kind === 'log') tellLast(() => state.log?.(message.record));
  }
}

function tellLast(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    // The program's own, which must hear of it; the thread's calls end all the same.
    queueMicrotask(() => {
      throw error;
    });
  }
}

export async function closeCrew(state: CrewState, graceMs: number): Promise<void> {
  state.closing = true;
  const busy = () => state.queue.size() > 0 || [...state.threads.values()].some((each) => each.calls.size > 0);
  const until = state.clock.now() + graceMs;
  while (busy() && state.clock.now() < until) await pause(state.clock, 2);
  state.lookAgain?.();
  state.cancelSweep?.();
  state.stopWatch?.();
  state.grants.clear();
  for (const job of state.queue.clear()) job.fail(canceled(job.key));
  const threads = [...state.threads.values()];
  await Promise.all(
    threads.map((thread) => {
      thread.endedFor ??= 'the host is closing';
      thread.dead = true;
      giveBackAll(thread);
      for (const call of thread.calls.values()) (call as Job).fail(canceled((call as Job).key));
      thread.calls.clear();
      loseHandles(thread);
      return thread.worker.terminate();
    }),
  );
  state.loop.stop();
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
