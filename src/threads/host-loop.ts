/**
 * How the host's thread hears from its call threads: while something is under way it looks into their rings on every turn of the
 * event loop, which is several times faster than being woken; after a while without news it lets itself be woken.
 */
import { AWAKE, HOST_STATE, IN_LOOP } from './control.js';
import type { HostThread } from './host-thread.js';
import type { ThreadMessage } from './wire.js';

/** Looks go on for this long after the last message. */
const LOOK_MS = 0.25;

export interface HostLoop {
  /** Something was sent, or something may have come. */
  touch(): void;
  /** Looks no more: the threads are gone. */
  stop(): void;
}

interface LoopOptions {
  readonly threads: () => Iterable<HostThread>;
  readonly handle: (thread: HostThread, message: ThreadMessage) => void;
  /** Runs after every look that found something, and on every look while it answers true. */
  readonly dispatch: () => boolean;
  /** A core is free for looking: where calls use them all, looking would only take one from them. */
  readonly mayLook: () => boolean;
  readonly now: () => number;
}

export function hostLoop({ threads, handle, dispatch, mayLook, now }: LoopOptions): HostLoop {
  let looking: NodeJS.Immediate | null = null;
  let stopped = false;
  let lastNewsMs = 0;

  const look = () => {
    let news = false;
    let behind = false;
    for (const thread of threads()) {
      for (let message = thread.link.next(); message !== null; message = thread.link.next()) {
        news = true;
        handle(thread, message);
      }
      if (!thread.link.flush()) behind = true;
    }
    dispatch();
    const time = now();
    if (news) lastNewsMs = time;
    if (behind || (time - lastNewsMs < LOOK_MS && isBusy(threads()) && mayLook()) || !sleep(threads()))
      looking = setImmediate(look);
    else looking = null;
  };
  return {
    touch() {
      lastNewsMs = now();
      if (looking !== null || stopped) return;
      for (const { link } of threads()) Atomics.store(link.control, HOST_STATE, AWAKE);
      looking = setImmediate(look);
    },
    stop() {
      stopped = true;
      if (looking !== null) clearImmediate(looking);
      looking = null;
    },
  };
}

function isBusy(threads: Iterable<HostThread>): boolean {
  for (const { calls } of threads) if (calls.size > 0) return true;
  return false;
}

/** From now on a message comes with a ding. @returns false when one has come in between */
function sleep(threads: Iterable<HostThread>): boolean {
  const all = [...threads];
  for (const { link } of all) Atomics.store(link.control, HOST_STATE, IN_LOOP);
  if (!all.some(({ link }) => link.incoming.ready())) return true;
  for (const { link } of all) Atomics.store(link.control, HOST_STATE, AWAKE);
  return false;
}
