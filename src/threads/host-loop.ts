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
  /** A thread has sent what cannot be read: what comes behind it cannot be trusted either. */
  readonly unreadable: (thread: HostThread, error: unknown) => void;
  /** Runs after every look that found something, and on every look while it answers true. */
  readonly dispatch: () => boolean;
  /** A core is free for looking: where calls use them all, looking would only take one from them. */
  readonly mayLook: () => boolean;
  readonly now: () => number;
}

export function hostLoop({ threads, handle, unreadable, dispatch, mayLook, now }: LoopOptions): HostLoop {
  let looking: NodeJS.Immediate | null = null;
  let stopped = false;
  let lastNewsMs = 0;

  const nextOf = (thread: HostThread): ThreadMessage | null => {
    // It may have been ended for what it said: what it opens or asks for now nobody would close or answer.
    if (thread.dead) return null;
    try {
      return thread.link.next();
    } catch (error) {
      unreadable(thread, error);
      return null;
    }
  };
  /** @returns whether to look again */
  const lookOnce = (): boolean => {
    let news = false;
    let behind = false;
    for (const thread of threads()) {
      for (let message = nextOf(thread); message !== null; message = nextOf(thread)) {
        news = true;
        handle(thread, message);
      }
      if (!thread.link.flush()) behind = true;
    }
    dispatch();
    const time = now();
    if (news) lastNewsMs = time;
    return behind || (time - lastNewsMs < LOOK_MS && isBusy(threads()) && mayLook()) || !sleep(threads());
  };
  const look = () => {
    // Also where a function of the program's own throws, to which a line or a record is given: the rest has its turn.
    let again = true;
    try {
      again = lookOnce();
    } finally {
      looking = again && !stopped ? setImmediate(look) : null;
    }
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
