/** Instants with a location: what Go calls `time.Time`, and the calendar. The calendar is the Gregorian one, at all times. */

import { moduleError } from '../results.js';
import type { Location } from './time-zone.js';

/** `Time` in Lua. Immutable. */
export class Instant {
  /** Since 1970 UTC, rounded down. */
  readonly seconds: number;
  /** 0 to 999 999 999. */
  readonly nanoseconds: number;
  readonly location: Location;
  constructor(seconds: number, nanoseconds: number, location: Location) {
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
    this.location = location;
  }
}

/** The clock on the wall. */
export interface Civil {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1 to 366 */
  readonly yearDay: number;
}

const NANOS = 1_000_000_000n;
/** Of a JavaScript date, a day inside so that every zone can show it. */
const MAX_SECONDS = 8.64e12 - 86_400;
const DAY_SECONDS = 86_400;
/** Midnight of January 1 of the year 1, where Go's times begin. */
export const ZERO_SECONDS = -62_135_596_800;

/** @throws HostError Invalid, for years beyond about ±271 000 */
export function instant(seconds: number, nanoseconds: number, location: Location): Instant {
  if (!(Math.abs(seconds) <= MAX_SECONDS)) {
    throw moduleError('Invalid', 'time: the result is outside the years -271820 to 275759');
  }
  return new Instant(seconds, nanoseconds, location);
}

export function totalNanoseconds({ seconds, nanoseconds }: Instant): bigint {
  return BigInt(seconds) * NANOS + BigInt(nanoseconds);
}

/** @throws HostError as {@link instant} */
export function ofNanoseconds(total: bigint, location: Location): Instant {
  const below = ((total % NANOS) + NANOS) % NANOS;
  return instant(Number((total - below) / NANOS), Number(below), location);
}

export function civilOf({ seconds, location }: Instant): Civil {
  const date = new Date((seconds + location.at(seconds).offset) * 1000);
  const year = date.getUTCFullYear();
  const [month, day] = [date.getUTCMonth() + 1, date.getUTCDate()];
  return {
    year,
    month,
    day,
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay(),
    yearDay: Math.round((utcSeconds(year, month, day) - utcSeconds(year, 1, 1)) / DAY_SECONDS) + 1,
  };
}

function utcSeconds(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / 1000;
}

interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
}

/**
 * The instant at which the clock of `location` shows this. Values outside their usual ranges carry over (October 32 is
 * November 1). What the clock shows twice or never is read in one of the two zones around the change.
 *
 * @throws HostError as {@link instant}
 */
export function ofCivil(time: CivilTime, location: Location): Instant {
  const carry = Math.floor(time.nanosecond / 1e9);
  const shown = utcSeconds(time.year, time.month, time.day) + time.hour * 3600 + time.minute * 60 + time.second + carry;
  const nanoseconds = time.nanosecond - carry * 1e9;
  if (!(Math.abs(shown) <= MAX_SECONDS)) return instant(Number.NaN, 0, location);
  const guess = location.at(shown).offset;
  return instant(shown - location.at(shown - guess).offset, nanoseconds, location);
}

export function daysIn(year: number, month: number): number {
  return Math.round((utcSeconds(year, month + 1, 1) - utcSeconds(year, month, 1)) / DAY_SECONDS);
}

/** Down to a multiple of `step` since the year 1; as it is where `step` is not positive. */
export function truncate(time: Instant, step: bigint): Instant {
  return step <= 0n ? time : ofNanoseconds(totalNanoseconds(time) - sinceStep(time, step), time.location);
}

/** To the nearest multiple of `step` since the year 1, halves up. */
export function round(time: Instant, step: bigint): Instant {
  if (step <= 0n) return time;
  const over = sinceStep(time, step);
  const shift = over + over < step ? -over : step - over;
  return ofNanoseconds(totalNanoseconds(time) + shift, time.location);
}

function sinceStep(time: Instant, step: bigint): bigint {
  const sinceZero = totalNanoseconds(time) - BigInt(ZERO_SECONDS) * NANOS;
  return ((sinceZero % step) + step) % step;
}
