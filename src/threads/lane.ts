/**
 * A lane: how a call thread calls another one without the host's thread in between. The host has granted it: one thread calls, the
 * other one, its partner, serves nobody else meanwhile. One call at a time, so the memory is two places for bytes, the call's and
 * its answer's, and one word that says whose turn it is.
 *
 * ```
 *          caller            server             caller
 *   idle ─────────► called ─────────► running ─────────► answered ─► idle
 *    │ server, host   │ host            │ host (death)      │ server, host
 *    ▼                ▼                 ▼                   ▼
 *  closed          returned            lost                last           the grant is over
 * ```
 *
 * Every step is one compare-and-exchange of a word that also holds the grant's number: who comes late, after the grant's end or
 * from beyond its thread's, changes nothing.
 */
import { AWAKE, IN_LOOP, THREAD_STATE, WAITING } from './control.js';

export const IDLE = 0;
export const CALLED = 1;
export const RUNNING = 2;
export const ANSWERED = 3;
/** Over, between two calls. */
export const CLOSED = 4;
/** Over, with an answer to be taken. */
export const LAST = 5;
/** Over before the call was begun: its caller makes it another way. */
export const RETURNED = 6;
/** The server has died while it ran. */
export const LOST = 7;
const PHASE_BITS = 3;
const PHASE_MASK = 7;
/** The word belongs to another grant. */
export const OTHER_GRANT = -1;

const STATE = 0;
/** The grant that shall end as soon as nothing runs. */
const RECALLED = 1;
/** The call that shall end. */
const CANCELED = 2;
/** The call that is in the lane. */
const CALL = 3;
const CALL_BYTES = 4;
const ANSWER_BYTES = 5;
/** The seat whose instance was not fit for another call the last time that this happened; none is 0. */
const SPENT = 6;
const WORDS = 8;
/** On the host's clock in ms: until when the call may run, and when it began. Aligned, so that they are read whole. */
const UNTIL = 0;
const BEGAN = 1;
const TIMES_AT = WORDS * Int32Array.BYTES_PER_ELEMENT;
const HEADER_BYTES = TIMES_AT + 2 * Float64Array.BYTES_PER_ELEMENT;

/** Each way. What is longer goes through the host. Pages that nothing is written to take no memory. */
export const MAX_LANE_BYTES = 1024 * 1024;
/** Its answer comes through the host. */
const RELAYED = -1;

export function newLaneMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + 2 * MAX_LANE_BYTES);
}

export interface Lane {
  /** @returns whether the grant was in phase `from` */
  move(grant: number, from: number, to: number): boolean;
  /** The grant's phase, or {@link OTHER_GRANT}. */
  phase(grant: number): number;
  /** Begins a grant; for the host alone, while nobody uses the lane. */
  open(grant: number): void;
  recall(grant: number): void;
  isRecalled(grant: number): boolean;
  cancel(call: number): void;
  isCanceled(call: number): boolean;
  call(): number;
  times(): { readonly untilMs: number; readonly beganMs: number };
  /** Of the call in the lane, by its server. */
  begins(beganMs: number): void;
  /** Lays down a call. */
  ask(call: number, bytes: Uint8Array, untilMs: number): void;
  /** The call's bytes, a copy. */
  asked(): Uint8Array;
  /** The seat's instance is gone; before the answer. */
  spend(seat: number): void;
  isSpent(seat: number): boolean;
  /** @param bytes null: the answer comes through the host */
  answer(bytes: Uint8Array | null): void;
  /** The answer's bytes, a copy; null: it comes through the host. */
  answered(): Uint8Array | null;
  isRelayed(): boolean;
}

export function openLane(memory: SharedArrayBuffer): Lane {
  const words = new Int32Array(memory, 0, WORDS);
  const times = new Float64Array(memory, TIMES_AT, 2);
  const request = new Uint8Array(memory, HEADER_BYTES, MAX_LANE_BYTES);
  const reply = new Uint8Array(memory, HEADER_BYTES + MAX_LANE_BYTES, MAX_LANE_BYTES);
  const state = (grant: number, phase: number) => (grant << PHASE_BITS) | phase;
  const copy = (from: Uint8Array, length: number) => new Uint8Array(from.subarray(0, length));
  return {
    move: (grant, from, to) =>
      Atomics.compareExchange(words, STATE, state(grant, from), state(grant, to)) === state(grant, from),
    phase(grant) {
      const now = Atomics.load(words, STATE);
      return (now & ~PHASE_MASK) === state(grant, 0) ? now & PHASE_MASK : OTHER_GRANT;
    },
    open(grant) {
      Atomics.store(words, SPENT, 0);
      Atomics.store(words, STATE, state(grant, IDLE));
    },
    recall: (grant) => void Atomics.store(words, RECALLED, grant),
    isRecalled: (grant) => Atomics.load(words, RECALLED) === grant,
    cancel: (call) => void Atomics.store(words, CANCELED, call),
    isCanceled: (call) => Atomics.load(words, CANCELED) === call,
    call: () => Atomics.load(words, CALL),
    times: () => ({ untilMs: times[UNTIL] as number, beganMs: times[BEGAN] as number }),
    begins(beganMs) {
      times[BEGAN] = beganMs;
    },
    ask(call, bytes, untilMs) {
      request.set(bytes);
      Atomics.store(words, CALL_BYTES, bytes.length);
      Atomics.store(words, CALL, call);
      times[UNTIL] = untilMs;
    },
    asked: () => copy(request, Atomics.load(words, CALL_BYTES)),
    spend: (seat) => void Atomics.store(words, SPENT, seat),
    isSpent: (seat) => Atomics.load(words, SPENT) === seat,
    answer(bytes) {
      if (bytes !== null) reply.set(bytes);
      Atomics.store(words, ANSWER_BYTES, bytes === null ? RELAYED : bytes.length);
    },
    answered() {
      const length = Atomics.load(words, ANSWER_BYTES);
      return length === RELAYED ? null : copy(reply, length);
    },
    isRelayed: () => Atomics.load(words, ANSWER_BYTES) === RELAYED,
  };
}

/** Wakes a thread that waits in `Atomics.wait`. @returns false where it sleeps in its event loop: only the host can wake it there */
export function wakeThread(control: Int32Array): boolean {
  if (Atomics.compareExchange(control, THREAD_STATE, WAITING, AWAKE) === WAITING) {
    Atomics.notify(control, THREAD_STATE);
    return true;
  }
  // One that goes to sleep now looks once more before it does.
  return Atomics.load(control, THREAD_STATE) !== IN_LOOP;
}
