/**
 * How many memories of guests there are, those included that nobody uses any more: a process has room for some 13,000, and where
 * that ends threads die. Each thread counts what it made until the engine has collected it; the host adds them up and lets calls
 * wait. What nobody uses is collected only where something is made, so an idle thread has to be told.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '../pool/clock.js';
import { BEGUN, MEMORIES } from './control.js';
import type { CrewState, Job } from './crew-state.js';
import { post } from './crew-state.js';
import type { HostThread } from './host-thread.js';

// --- on a thread -------------------------------------------------------------------------------------------------------

export interface Memories {
  /** An instance was made. */
  made(instance: object): void;
  /** Collects what was made and is not used any more. */
  collect(): void;
  /** The thread has nothing to do. */
  idle(): void;
}

/** So many instances are worth a collection, after so long without calls. */
const WORTH = 256;
const QUIET_MS = 1000;

/** @param isBusy calls are under way on this thread */
export function countMemories(control: Int32Array, clock: Clock, isBusy: () => boolean): Memories {
  const collected = new FinalizationRegistry<null>(() => Atomics.sub(control, MEMORIES, 1));
  let gc: (() => void) | null = null;
  let madeSince = 0;
  let stopTimer: (() => void) | null = null;
  const collect = () => {
    if (madeSince === 0) return;
    madeSince = 0;
    gc ??= engineCollector();
    gc();
  };
  return {
    made(instance) {
      Atomics.add(control, MEMORIES, 1);
      madeSince++;
      collected.register(instance, null);
    },
    collect,
    idle() {
      if (madeSince < WORTH || stopTimer !== null) return;
      const before = Atomics.load(control, BEGUN);
      stopTimer = clock.afterIdle(QUIET_MS, () => {
        stopTimer = null;
        if (!isBusy() && Atomics.load(control, BEGUN) === before) collect();
        else this.idle();
      });
    },
  };
}

function engineCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

// --- on the host's thread ----------------------------------------------------------------------------------------------

/** With a memory and a suspended stack a guest takes five of the 65,530 mappings that Linux lets a process have. */
const MAX_MEMORIES = 9000;
/** More for calls inside calls, for each depth: those that wait for them hold theirs. */
const MORE_INSIDE = 500;
/** Threads that were told to collect have this long before they are told again. */
const COLLECT_MS = 200;

/** Whether a call may make an instance; where not, threads are told to let go of what nobody uses. */
export function hasRoomForMemory(
  state: CrewState,
  { context, preferred }: Pick<Job, 'context' | 'preferred'>,
): boolean {
  const depth = Math.max(0, context.chain.length - 1);
  if (memoriesOf(state) < MAX_MEMORIES + MORE_INSIDE * depth) return true;
  const at = preferred();
  if (at !== null && state.threads.has(at)) return true;
  const now = state.clock.now();
  const asked = now - state.collectedMs < COLLECT_MS;
  // What idle pools keep is not collected; the engine says whether there is room for more.
  if (!asked && state.collecting && isIdle(state)) return true;
  if (!asked) {
    state.collecting = true;
    state.collectedMs = now;
    for (const thread of state.threads.values()) post(state, thread, { kind: 'collect' }, false);
  }
  return false;
}

function memoriesOf({ threads }: CrewState): number {
  let sum = 0;
  for (const thread of threads.values()) sum += Atomics.load(thread.link.control, MEMORIES) + notBegun(thread);
  return sum;
}

function notBegun({ sent, link }: HostThread): number {
  return (sent - Atomics.load(link.control, BEGUN)) | 0; // the word starts again after 2^32 calls
}

function isIdle({ threads }: CrewState): boolean {
  for (const { calls } of threads.values()) if (calls.size > 0) return false;
  return true;
}
