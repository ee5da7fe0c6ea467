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

interface LoopState extends LoopOptions {
  looking: NodeJS.Immediate | null;
  stopped: boolean;
  lastNewsMs: number;
}

export function hostLoop(options: LoopOptions): HostLoop {
  const state: LoopState = { ...options, looking: null, stopped: false, lastNewsMs: 0 };
  return {
    touch() {
      state.lastNewsMs = state.now();
      if (state.looking !== null || state.stopped) return;
      for (const { link } of state.threads()) Atomics.store(link.control, HOST_STATE, AWAKE);
      state.looking = setImmediate(look, state);
    },
    stop() {
      state.stopped = true;
      if (state.looking !== null) clearImmediate(state.looking);
      state.looking = null;
    },
  };
}

function look(state: LoopState): void {
  // Also where a function of the program's own throws, to which a line or a record is given: the rest has its turn.
  let again = true;
  try {
    again = lookOnce(state);
  } finally {
    state.looking = again && !state.stopped ? setImmediate(look, state) : null;
  }
}

/** @returns whether to look again */
function lookOnce(state: LoopState): boolean {
  const { threads, handle, dispatch, mayLook } = state;
  let news = false;
  let behind = false;
  for (const thread of threads()) {
    for (let message = nextOf(state, thread); message !== null; message = nextOf(state, thread)) {
      news = true;
      handle(thread, message);
    }
    if (!thread.link.flush()) behind = true;
  }
  dispatch();
  const time = state.now();
  if (news) state.lastNewsMs = time;
  if (behind || (time - state.lastNewsMs < LOOK_MS && isBusy(threads()) && mayLook())) return true;
  return !sleep(threads());
}

function nextOf(state: LoopState, thread: HostThread): ThreadMessage | null {
  // It may have been ended for what it said: what it opens or asks for now nobody would close or answer.
  if (thread.dead) return null;
  try {
    return thread.link.next();
  } catch (error) {
    state.unreadable(thread, error);
    return null;
  }
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
