/** Waiting for time to pass: `sleep`, `after`, timers and tickers. A run that ends takes its timers with it. */

import type { HostError } from '../../errors.js';
import { Channel, closeChannel, feedChannel, feedLast } from '../channel.js';
import type { Core, Run } from '../core.js';
import { type LuaState, lua_pushboolean, lua_pushnil, luaL_argerror } from '../fengari.js';
import { TAG, TValue } from '../internals.js';
import { moduleError, pushNilAnd } from '../results.js';
import { addLeftover } from '../run-end.js';
import type { LibraryFields } from '../tables.js';
import { defineClass } from '../userdata.js';
import { newWait, settle, suspend } from '../waits.js';
import { checkDuration, durationAt, noDuration } from './time-arguments.js';
import type { Instant } from './time-instant.js';

const TICKS_KEPT = 16;
/** Longest time for which a timer of the clock is set at once. */
const MAX_STEP_MS = 2 ** 30;
/** Ticks that come faster would only be dropped. */
const MIN_TICK_MS = 1;

class Timer {
  readonly run: Run;
  readonly channel: Channel;
  /** Takes the alarm back; null once it has fired or was stopped. */
  stop: (() => void) | null = null;
  constructor(run: Run) {
    this.run = run;
    this.channel = new Channel(1, run);
    this.channel.fed = true;
  }
}

class Ticker {
  readonly run: Run;
  readonly channel: Channel;
  stop: (() => void) | null = null;
  constructor(run: Run) {
    this.run = run;
    this.channel = new Channel(TICKS_KEPT, run);
    this.channel.fed = true;
  }
}

/** @param now the time that is sent when time has come */
export function timerFunctions(core: Core, now: () => Instant): LibraryFields {
  const stamp = (): TValue => new TValue(TAG.USERDATA, core.userdata.of(core.L, now()));
  defineTimer(core, stamp);
  defineTicker(core);
  const newTimer = (nanoseconds: bigint): Timer => {
    const timer = new Timer(core.task!.run);
    startTimer(core, timer, nanoseconds, stamp);
    return timer;
  };
  return {
    sleep: (L) => sleep(core, L),
    after: (L) => {
      const wait = positiveDuration(core, L, 'after');
      return pushMade(core, L, typeof wait === 'bigint' ? newTimer(wait).channel : wait, 1);
    },
    timer: (L) => {
      const wait = positiveDuration(core, L, 'timer');
      return pushMade(core, L, typeof wait === 'bigint' ? newTimer(wait) : wait, 2);
    },
    ticker: (L) => {
      const period = positiveDuration(core, L, 'ticker');
      return pushMade(core, L, typeof period === 'bigint' ? startTicker(core, period, stamp) : period, 2);
    },
  };
}

function sleep(core: Core, L: LuaState): number {
  const nanoseconds = durationAt(core, L, 1);
  if (nanoseconds === null) return pushNilAnd(core, L, moduleError('Invalid', `time.sleep: ${noDuration(L, 1)}`));
  if (nanoseconds <= 0n) return 0;
  const wait = newWait(core, L, 'time.sleep', true, () => 0);
  setAlarm(core, wait.task.run, milliseconds(nanoseconds), () => settle(core, wait, null, undefined));
  return suspend(core, L, wait);
}

function positiveDuration(core: Core, L: LuaState, name: string): bigint | HostError {
  const nanoseconds = durationAt(core, L, 1);
  if (nanoseconds !== null && nanoseconds > 0n) return nanoseconds;
  const why = nanoseconds === null ? `: ${noDuration(L, 1)}` : '';
  return moduleError('Invalid', `time.${name}: duration must be > 0${why}`);
}

/** `object` (and nil, where two results are asked for), or `nil, error`. */
function pushMade(core: Core, L: LuaState, made: object, results: 1 | 2): number {
  if (made instanceof Error) return pushNilAnd(core, L, made);
  core.userdata.push(L, made);
  if (results === 2) lua_pushnil(L);
  return results;
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e6;
}

/** Calls `ring` once after `delayMs`, however long that is. The answer takes it back; the end of the run does, too. */
function setAlarm(core: Core, run: Run, delayMs: number, ring: () => void): () => void {
  const { clock } = core.options;
  const due = clock.monotonicMs() + delayMs;
  let stopStep = () => {};
  const release = addLeftover(run, () => stopStep());
  const step = (): void => {
    const left = due - clock.monotonicMs();
    stopStep = clock.timer(Math.max(0, Math.min(left, MAX_STEP_MS)), () => {
      if (left > MAX_STEP_MS) return step();
      release();
      ring();
    });
  };
  step();
  return () => {
    release();
    stopStep();
  };
}

function startTimer(core: Core, timer: Timer, nanoseconds: bigint, stamp: () => TValue): void {
  timer.stop = setAlarm(core, timer.run, milliseconds(nanoseconds), () => {
    timer.stop = null;
    feedLast(core, timer.channel, stamp());
  });
}

function startTicker(core: Core, period: bigint, stamp: () => TValue): Ticker {
  const { clock } = core.options;
  const ticker = new Ticker(core.task!.run);
  const periodMs = Math.max(MIN_TICK_MS, milliseconds(period));
  let due = clock.monotonicMs() + periodMs;
  const arm = (): void => {
    ticker.stop = setAlarm(core, ticker.run, due - clock.monotonicMs(), () => {
      // Ticks that were missed are left out; the others stay at multiples of the period.
      const late = Math.max(0, clock.monotonicMs() - due);
      due += periodMs * (1 + Math.floor(late / periodMs));
      arm();
      feedChannel(core, ticker.channel, stamp(), TICKS_KEPT);
    });
  };
  arm();
  return ticker;
}

function defineTimer(core: Core, stamp: () => TValue): void {
  const self: (L: LuaState) => Timer = defineClass(core, 'timer', Timer, {
    response: (L) => pushMade(core, L, self(L).channel, 1),
    channel: (L) => pushMade(core, L, self(L).channel, 1),
    stop: (L) => pushBoolean(L, stopAndClose(core, self(L))),
    reset: (L) => {
      const timer = self(L);
      const nanoseconds = checkDuration(core, L, 2);
      if (nanoseconds <= 0n) luaL_argerror(L, 2, 'duration must be > 0');
      const isPending = timer.stop !== null;
      if (isPending) {
        timer.stop?.();
        startTimer(core, timer, nanoseconds, stamp);
      }
      return pushBoolean(L, isPending);
    },
  });
}

function defineTicker(core: Core): void {
  const self: (L: LuaState) => Ticker = defineClass(core, 'ticker', Ticker, {
    response: (L) => pushMade(core, L, self(L).channel, 1),
    channel: (L) => pushMade(core, L, self(L).channel, 1),
    stop: (L) => {
      stopAndClose(core, self(L));
      return pushBoolean(L, true);
    },
  });
}

/** @returns whether it was still going */
function stopAndClose(core: Core, timer: Timer | Ticker): boolean {
  if (timer.stop === null) return false;
  timer.stop();
  timer.stop = null;
  closeChannel(core, timer.channel);
  return true;
}

function pushBoolean(L: LuaState, value: boolean): number {
  lua_pushboolean(L, value);
  return 1;
}
