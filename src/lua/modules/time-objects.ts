/** The objects of module `time` in Lua: Time, Duration and Location, with their methods. */

import { Float64, type Value } from '../../values.js';
import type { Core } from '../core.js';
import { type LuaFunction, type LuaState, lua_pushboolean } from '../fengari.js';
import { pushValue } from '../results.js';
import type { LibraryFields } from '../tables.js';
import { defineClass } from '../userdata.js';
import { checkDuration, durationObjectAt, instantAt, locationAt, textAt, wholeAt } from './time-arguments.js';
import { Duration, HOUR, MICROSECOND, MILLISECOND, MINUTE, printDuration, SECOND, saturated } from './time-duration.js';
import { formatInstant, PRINTED } from './time-format.js';
import {
  type Civil,
  civilOf,
  Instant,
  instant,
  ofCivil,
  ofNanoseconds,
  round,
  totalNanoseconds,
  truncate,
  ZERO_SECONDS,
} from './time-instant.js';
import { LAYOUTS } from './time-layout.js';
import { Location } from './time-zone.js';

/** Called once per VM, with the module. */
export function defineTimeClasses(core: Core, utc: Location, local: Location): void {
  const methods = { ...arithmetic(core), ...fields(core), ...comparisons(), ...places(core, utc, local) };
  const printed: LuaFunction = (L) => pushValue(core, L, formatInstant(instantAt(L, 1), PRINTED));
  const equal: LuaFunction = (L) => pushBoolean(L, compare(instantAt(L, 1), instantAt(L, 2)) === 0);
  defineClass(core, 'time', Instant, { ...methods, equal }, { __tostring: printed });
  defineDuration(core);
  const name: LuaFunction = (L) => pushValue(core, L, locationAt(L, 1).name);
  defineClass(core, 'location', Location, { string: name }, { __tostring: name });
}

function arithmetic(core: Core): LibraryFields {
  const push = (L: LuaState, time: Instant) => pushObject(core, L, time);
  return {
    add: (L) => {
      const time = instantAt(L, 1);
      return push(L, ofNanoseconds(totalNanoseconds(time) + checkDuration(core, L, 2), time.location));
    },
    sub: (L) => {
      const between = totalNanoseconds(instantAt(L, 1)) - totalNanoseconds(instantAt(L, 2));
      return pushObject(core, L, new Duration(saturated(between)));
    },
    add_date: (L) => {
      const time = instantAt(L, 1);
      const civil = civilOf(time);
      const year = civil.year + wholeAt(L, 2);
      const month = civil.month + wholeAt(L, 3);
      const day = civil.day + wholeAt(L, 4);
      return push(L, ofCivil({ ...civil, year, month, day, nanosecond: time.nanoseconds }, time.location));
    },
    round: (L) => push(L, round(instantAt(L, 1), durationObjectAt(L, 2).nanoseconds)),
    truncate: (L) => push(L, truncate(instantAt(L, 1), durationObjectAt(L, 2).nanoseconds)),
  };
}

function fields(core: Core): LibraryFields {
  const many = (L: LuaState, values: readonly Value[]) => {
    for (const value of values) pushValue(core, L, value);
    return values.length;
  };
  const one =
    (read: (civil: Civil) => number): LuaFunction =>
    (L) =>
      pushValue(core, L, read(civilOf(instantAt(L, 1))));
  return {
    unix: (L) => pushValue(core, L, instantAt(L, 1).seconds),
    unix_nano: (L) => pushValue(core, L, totalNanoseconds(instantAt(L, 1))),
    date: (L) => {
      const { year, month, day } = civilOf(instantAt(L, 1));
      return many(L, [year, month, day]);
    },
    clock: (L) => {
      const { hour, minute, second } = civilOf(instantAt(L, 1));
      return many(L, [hour, minute, second]);
    },
    year: one(({ year }) => year),
    month: one(({ month }) => month),
    day: one(({ day }) => day),
    hour: one(({ hour }) => hour),
    minute: one(({ minute }) => minute),
    second: one(({ second }) => second),
    weekday: one(({ weekday }) => weekday),
    year_day: one(({ yearDay }) => yearDay),
    nanosecond: (L) => pushValue(core, L, instantAt(L, 1).nanoseconds),
    format: (L) => pushValue(core, L, formatInstant(instantAt(L, 1), textAt(L, 2))),
    format_rfc3339: (L) => pushValue(core, L, formatInstant(instantAt(L, 1), LAYOUTS.RFC3339)),
  };
}

function comparisons(): LibraryFields {
  return {
    before: (L) => pushBoolean(L, compare(instantAt(L, 1), instantAt(L, 2)) < 0),
    after: (L) => pushBoolean(L, compare(instantAt(L, 1), instantAt(L, 2)) > 0),
    is_zero: (L) => {
      const { seconds, nanoseconds } = instantAt(L, 1);
      return pushBoolean(L, seconds === ZERO_SECONDS && nanoseconds === 0);
    },
  };
}

function places(core: Core, utc: Location, local: Location): LibraryFields {
  const moved = (L: LuaState, location: Location) => {
    const { seconds, nanoseconds } = instantAt(L, 1);
    return pushObject(core, L, instant(seconds, nanoseconds, location));
  };
  return {
    utc: (L) => moved(L, utc),
    in_local: (L) => moved(L, local),
    in_location: (L) => moved(L, locationAt(L, 2)),
    location: (L) => pushObject(core, L, instantAt(L, 1).location),
  };
}

function defineDuration(core: Core): void {
  const float =
    (unit: bigint): LuaFunction =>
    (L) => {
      const { nanoseconds } = durationObjectAt(L, 1);
      // The whole part and the rest apart, each exact.
      return pushValue(core, L, new Float64(Number(nanoseconds / unit) + Number(nanoseconds % unit) / Number(unit)));
    };
  const whole =
    (unit: bigint): LuaFunction =>
    (L) =>
      pushValue(core, L, durationObjectAt(L, 1).nanoseconds / unit);
  defineClass(
    core,
    'Duration',
    Duration,
    {
      hours: float(HOUR),
      minutes: float(MINUTE),
      seconds: float(SECOND),
      milliseconds: whole(MILLISECOND),
      microseconds: whole(MICROSECOND),
      nanoseconds: whole(1n),
    },
    { __tostring: (L) => pushValue(core, L, printDuration(durationObjectAt(L, 1).nanoseconds)) },
  );
}

function compare(a: Instant, b: Instant): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
}

function pushObject(core: Core, L: LuaState, object: object): number {
  core.userdata.push(L, object);
  return 1;
}

function pushBoolean(L: LuaState, value: boolean): number {
  lua_pushboolean(L, value);
  return 1;
}
