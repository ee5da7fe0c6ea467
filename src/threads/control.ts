/** The words of shared memory by which a thread and the host see each other's state without a message. */

/** What an end of a link does, so that the other knows how to wake it. */
export const AWAKE = 0;
/** In `Atomics.wait` on its own state word. */
export const WAITING = 1;
/** In its event loop: woken by a message to its port. */
export const IN_LOOP = 2;

/** Words of a thread's control memory. */
export const THREAD_STATE = 0;
export const HOST_STATE = 1;
/** The number of the last call that the thread has begun, modulo 2^32: what comes after it has not started. */
export const STARTED = 2;
/** 1 while the thread runs code, 0 while it waits for something to do. */
export const ACTIVE = 3;
/** Counts the host's wishes to have seats back. */
export const RECALLS = 4;
/** Counts the messages that say which call shall end, so that a guest that runs learns to look for one. */
export const CANCELS = 5;
/** 1 while the thread stands still for a time, which leaves its core to others. */
export const STANDING = 6;
/** 1 while calls wait for a thread: the host wants to know at once that one stands still. */
export const QUEUED = 7;
/** Memories of guests that the thread has made and that the engine has not collected yet. */
export const MEMORIES = 8;
/** Counts the calls that the thread has begun. */
export const BEGUN = 9;
/** Counts the calls that it has begun for other threads, over lanes. */
export const DIRECT = 10;
/** 1 when the host has given the thread up: what it has not begun is made elsewhere, so it begins nothing any more. */
export const GIVEN_UP = 11;
const WORDS = 16;

export function newControl(): SharedArrayBuffer {
  return new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT);
}

/** Tells the end behind `word` that something is there for it. @returns whether it also needs a message to its port */
export function wake(control: Int32Array, word: number): boolean {
  const state = Atomics.load(control, word);
  if (state === AWAKE) return false;
  if (Atomics.compareExchange(control, word, state, AWAKE) !== state) return false;
  if (state === IN_LOOP) return true;
  Atomics.notify(control, word);
  return false;
}
