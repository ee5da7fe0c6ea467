/** `time`: clocks, calendars, durations and timers, as Go has them. */

import { Float64 } from '../../values.js';
import type { Core } from '../core.js';
import { type LuaState, luaL_checkstring } from '../fengari.js';
import { answerObject, moduleError } from '../results.js';
import type { LibraryFields } from '../tables.js';
import { durationAt, noDuration, optionalLocation, textAt, wholeAt } from './time-arguments.js';
import { Duration, HOUR, MICROSECOND, MILLISECOND, MINUTE, NANOSECOND, SECOND } from './time-duration.js';
import { type Instant, instant, ofCivil } from './time-instant.js';
import { LAYOUTS, MONTHS, WEEKDAYS } from './time-layout.js';
import { defineTimeClasses } from './time-objects.js';
import { parseInstant } from './time-parse.js';
import { timerFunctions } from './time-timers.js';
import { fixedZone, type Location, localZone, namedZone, utcZone } from './time-zone.js';

/** Floats: products of Lua's 32-bit integers would wrap. */
const DURATIONS = { NANOSECOND, MICROSECOND, MILLISECOND, SECOND, MINUTE, HOUR };

export function timeModule(core: Core): LibraryFields {
  const utc = utcZone();
  const local = localZone();
  defineTimeClasses(core, utc, local);
  const now = (): Instant => {
    const ms = core.options.clock.wallMs();
    const seconds = Math.floor(ms / 1000);
    return instant(seconds, Math.min(999_999_999, Math.round((ms - seconds * 1000) * 1e6)), local);
  };
  return {
    ...constants(core, utc, local),
    ...timerFunctions(core, now),
    ...timeMakers(core, local, now),
    ...zoneMakers(core, utc, local),
    parse_duration: (L) => {
      const nanoseconds = durationAt(core, L, 1);
      return answerObject(core, L, () => {
        if (nanoseconds !== null) return new Duration(nanoseconds);
        throw moduleError('Invalid', `time.parse_duration: ${noDuration(L, 1)}`);
      });
    },
  };
}

function timeMakers(core: Core, local: Location, now: () => Instant): LibraryFields {
  const push = (L: LuaState, time: Instant) => {
    core.userdata.push(L, time);
    return 1;
  };
  return {
    now: (L) => push(L, now()),
    date: (L) => {
      const [year, month, day, hour, minute, second, nanosecond] = [1, 2, 3, 4, 5, 6, 7].map((at) => wholeAt(L, at));
      const time = { year, month, day, hour, minute, second, nanosecond } as Parameters<typeof ofCivil>[0];
      return push(L, ofCivil(time, optionalLocation(L, 8, local)));
    },
    unix: (L) => {
      const seconds = wholeAt(L, 1);
      const nanoseconds = wholeAt(L, 2);
      const carry = Math.floor(nanoseconds / 1e9);
      return push(L, instant(seconds + carry, nanoseconds - carry * 1e9, local));
    },
    parse: (L) => {
      const [layout, text] = [textAt(L, 1), textAt(L, 2)];
      const location = optionalLocation(L, 3, local);
      return answerObject(core, L, () => parseInstant(layout, text, location));
    },
  };
}

function zoneMakers(core: Core, utc: Location, local: Location): LibraryFields {
  // One per name: equal zones are the same object.
  const known = new Map<string, Location>([
    ['UTC', utc],
    ['Local', local],
  ]);
  const load = (name: string): Location => {
    if (name === '') throw moduleError('Invalid', 'time.load_location: the name is empty');
    const found = known.get(name) ?? namedZone(name);
    if (found === null) throw moduleError('NotFound', `unknown time zone ${name.slice(0, MAX_SHOWN)}`);
    if (known.size < MAX_KNOWN) known.set(name, found);
    return found;
  };
  return {
    load_location: (L) => {
      const name = new TextDecoder().decode(luaL_checkstring(L, 1));
      return answerObject(core, L, () => load(name));
    },
    fixed_zone: (L) => {
      core.userdata.push(L, fixedZone(textAt(L, 1), offsetAt(core, L)));
      return 1;
    },
  };
}

const MAX_SHOWN = 80;
/** Names may differ in case, so there are more than zones. */
const MAX_KNOWN = 1000;
const DAY_SECONDS = 86_400;

function offsetAt(core: Core, L: LuaState): number {
  const offset = wholeAt(L, 2);
  if (Math.abs(offset) < DAY_SECONDS) return offset;
  throw moduleError(
    'Invalid',
    `${core.task!.run.name}: time.fixed_zone: the offset must be less than a day, in seconds`,
  );
}

function constants(core: Core, utc: Location, local: Location): LibraryFields {
  const fields: Record<string, LibraryFields[string]> = { ...LAYOUTS };
  for (const [name, nanoseconds] of Object.entries(DURATIONS)) fields[name] = new Float64(Number(nanoseconds));
  for (const [index, name] of MONTHS.entries()) fields[name.toUpperCase()] = index + 1;
  for (const [index, name] of WEEKDAYS.entries()) fields[name.toUpperCase()] = index;
  fields.utc = core.userdata.of(core.L, utc);
  fields.localtz = core.userdata.of(core.L, local);
  return fields;
}
