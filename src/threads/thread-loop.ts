/**
 * How a call thread waits. Right after something was done it waits in `Atomics.wait`, from where it goes on within microseconds;
 * between those waits its event loop has its turns (timers, I/O); after a while it lets the event loop sleep.
 */
import type { Clock } from '../pool/clock.js';
import { type Alarms, createAlarms } from './alarms.js';
import { ACTIVE, AWAKE, IN_LOOP, THREAD_STATE, WAITING } from './control.js';
import type { Link } from './link.js';
import type { HostMessage, ThreadMessage } from './wire.js';

const NEVER = Number.POSITIVE_INFINITY;
/** Looks before the first wait: a message that comes at once costs no system call. */
const SPIN_MS = 0.02;
/** A timer is late by this much at most. */
const WAIT_MS = 0.5;
const AWAKE_MS = 2;
/** Messages are handled for so long at a time: what goes on behind those before (promises, alarms) has its turn between. */
const TURN_MS = 1;
/** Node's timers are late by up to this much: they wake the event loop so much before an alarm. */
const EARLY_MS = 2;

export interface ThreadLoop {
  /** Something was sent or may have come. */
  touch(): void;
  /** Stands still until the next message, which is the caller's, or for `ms`; then the answer is null. */
  nextNow(ms: number): HostMessage | null;
  /** Takes back a message that was not for who stood still: it is handled before all that comes later. */
  keep(message: HostMessage): void;
  /** Drops of what was kept the messages that `takes` has taken. */
  sift(takes: (message: HostMessage) => boolean): void;
  /** Runs `run` at `dueMs` of the clock, never before; the answer takes that back. */
  at(dueMs: number, run: () => void): () => void;
}

/** What comes another way than from the host. */
export interface LoopSource {
  /** Something is there; asked in every turn of a wait. */
  ready(): boolean;
  /** Takes it. */
  take(): void;
  /** For so long without news the thread stays awake for it. */
  awakeMs(): number;
}

interface ThreadLoopOptions {
  readonly link: Link<ThreadMessage, HostMessage>;
  readonly handle: (message: HostMessage) => void;
  readonly sources: readonly LoopSource[];
  /** The event loop is about to sleep. */
  readonly onIdle: () => void;
  readonly clock: Clock;
}

/** What a thread does next, and when it did something last. */
interface LoopState extends Omit<ThreadLoopOptions, 'sources'> {
  readonly others: ReturnType<typeof sourceSet>;
  readonly alarms: Alarms;
  readonly timer: ReturnType<typeof alarmTimer>;
  /** Messages that were not for who stood still. */
  readonly kept: HostMessage[];
  readonly turn: () => void;
  readonly anythingReady: () => boolean;
  scheduled: boolean;
  lastNewsMs: number;
}

export function threadLoop({ link, handle, sources, onIdle, clock }: ThreadLoopOptions): ThreadLoop {
  const others = sourceSet(link.control, sources);
  const state: LoopState = {
    link,
    handle,
    onIdle,
    clock,
    others,
    alarms: createAlarms(),
    timer: alarmTimer(clock, () => schedule(state)),
    kept: [],
    turn: () => turn(state),
    anythingReady: () => link.incoming.ready() || others.ready(),
    scheduled: false,
    lastNewsMs: 0,
  };
  return {
    touch() {
      state.lastNewsMs = performance.now();
      schedule(state);
    },
    nextNow: (ms) => nextNow(state, ms),
    keep(message) {
      state.kept.push(message);
      schedule(state);
    },
    sift: (takes) => sift(state.kept, takes),
    at(dueMs, run) {
      schedule(state);
      return state.alarms.add(dueMs, run);
    },
  };
}

function schedule(state: LoopState): void {
  if (state.scheduled) return;
  state.scheduled = true;
  setImmediate(state.turn);
}

function turn(state: LoopState): void {
  const { link, alarms, clock, others, anythingReady } = state;
  const { control } = link;
  state.scheduled = false;
  Atomics.store(control, THREAD_STATE, AWAKE);
  const news = work(state);
  const sent = link.flush();
  if (news) state.lastNewsMs = performance.now();
  if (news || !sent) {
    schedule(state); // what follows from the messages has its turn first
    return;
  }
  Atomics.store(control, ACTIVE, 0);
  const alarmMs = alarms.nextMs() - clock.now();
  if (alarmMs < EARLY_MS || performance.now() - state.lastNewsMs < others.awakeMs()) {
    if (alarmMs > SPIN_MS) spin(SPIN_MS, anythingReady);
    waitFor(control, Math.max(0, Math.min(WAIT_MS, alarmMs)), anythingReady);
    // Without a turn of the event loop in between, which costs more than the whole call.
    if (others.take()) state.lastNewsMs = performance.now();
    schedule(state);
    return;
  }
  state.timer.set(alarms.nextMs(), alarmMs);
  state.onIdle();
  link.flush();
  Atomics.store(control, THREAD_STATE, IN_LOOP);
  if (anythingReady()) schedule(state);
}

/** Does what is there to be done, or a part of it. @returns whether there was anything */
function work({ link, kept, handle, others, alarms, clock }: LoopState): boolean {
  const { control } = link;
  let news = false;
  const start = performance.now();
  for (let message = kept.shift() ?? link.next(); message !== null; message = kept.shift() ?? link.next()) {
    Atomics.store(control, ACTIVE, 1);
    news = true;
    handle(message);
    if (performance.now() - start > TURN_MS) break;
  }
  if (others.take()) news = true;
  if (alarms.nextMs() <= clock.now()) {
    Atomics.store(control, ACTIVE, 1);
    news = true;
    alarms.ring(clock.now());
  }
  return news;
}

function nextNow(state: LoopState, ms: number): HostMessage | null {
  const { link } = state;
  const { control, incoming } = link;
  // It leaves this thread awake, also where it was called from outside a turn: a turn must follow that looks for messages.
  schedule(state);
  const end = performance.now() + ms;
  for (;;) {
    const message = link.next();
    if (message !== null) return message;
    const left = end - performance.now();
    if (left <= 0) return null;
    Atomics.store(control, ACTIVE, 0);
    spin(Math.min(SPIN_MS, left), incoming.ready);
    // What does not fit into the ring goes out while this waits, so it does not wait for long.
    const mostMs = link.flush() ? MAX_WAIT_MS : WAIT_MS;
    waitFor(control, Math.min(mostMs, Math.max(0, end - performance.now())), incoming.ready);
    Atomics.store(control, ACTIVE, 1);
  }
}

function sift(kept: HostMessage[], takes: (message: HostMessage) => boolean): void {
  for (let at = 0; at < kept.length; ) {
    if (takes(kept[at] as HostMessage)) kept.splice(at, 1);
    else at++;
  }
}

/** `Atomics.wait` itself may wait for ever; a thread that looks now and then survives a lost wake-up. */
const MAX_WAIT_MS = 100;

function spin(ms: number, ready: () => boolean): void {
  const end = performance.now() + ms;
  while (!ready() && performance.now() < end);
}

function waitFor(control: Int32Array, ms: number, ready: () => boolean): void {
  Atomics.store(control, THREAD_STATE, WAITING);
  if (!ready()) Atomics.wait(control, THREAD_STATE, WAITING, ms);
  Atomics.store(control, THREAD_STATE, AWAKE);
}

/** Several sources as one. */
function sourceSet(control: Int32Array, sources: readonly LoopSource[]) {
  return {
    ready(): boolean {
      for (const source of sources) if (source.ready()) return true;
      return false;
    },
    /** @returns whether there was anything */
    take(): boolean {
      let news = false;
      for (const source of sources) {
        if (!source.ready()) continue;
        Atomics.store(control, ACTIVE, 1);
        news = true;
        source.take();
      }
      return news;
    },
    awakeMs(): number {
      let longest = AWAKE_MS;
      for (const source of sources) longest = Math.max(longest, source.awakeMs());
      return longest;
    },
  };
}

/** Wakes the event loop for the alarm that comes first; one that rings for nothing does no harm. */
function alarmTimer(clock: Clock, wakeUp: () => void) {
  /** What Node's timer is set for. */
  let timerMs = NEVER;
  let stopTimer: (() => void) | null = null;
  const onTimer = () => {
    timerMs = NEVER;
    stopTimer = null;
    wakeUp();
  };
  return {
    set(dueMs: number, leftMs: number): void {
      if (dueMs === timerMs) return;
      stopTimer?.();
      timerMs = dueMs;
      stopTimer = dueMs === NEVER ? null : clock.after(leftMs - EARLY_MS, onTimer);
    },
  };
}
