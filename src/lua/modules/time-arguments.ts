/** Arguments of module `time`: durations in their three forms, whole numbers, times and locations. */

import { ByteString } from '../../values.js';
import type { Core } from '../core.js';
import { durationHint } from '../duration.js';
import { type LuaState, luaL_argerror, luaL_checkstring } from '../fengari.js';
import { TAG } from '../internals.js';
import { bytesAt } from '../results.js';
import { slotAt } from '../table-access.js';
import { userdataAt, wrongArgument } from '../userdata.js';
import { bounded, Duration, durationOfNumber, parseDuration } from './time-duration.js';
import { Instant } from './time-instant.js';
import { Location } from './time-zone.js';

/**
 * A duration: a number of nanoseconds, a text, or an object.
 * @returns nanoseconds, or null for what is none of these or cannot be read
 */
export function durationAt(core: Core, L: LuaState, index: number): bigint | null {
  const slot = slotAt(L, index);
  if (slot?.type === TAG.INTEGER || slot?.type === TAG.FLOAT) return durationOfNumber(slot.value as number);
  const bytes = bytesAt(L, index);
  if (bytes !== null) {
    const text = core.options.text.decodeUtf8(bytes);
    return text === undefined ? null : parseDuration(text);
  }
  const data = userdataAt(L, index);
  if (data instanceof Duration) return data.nanoseconds;
  return typeof data === 'bigint' ? bounded(data) : null;
}

/** As {@link durationAt}; raises for what is no duration. */
export function checkDuration(core: Core, L: LuaState, index: number): bigint {
  const found = durationAt(core, L, index);
  if (found !== null) return found;
  const hint = hintAt(L, index);
  if (hint !== '') return luaL_argerror(L, index, `not a duration${hint}`);
  return wrongArgument(L, index, 'duration (nanoseconds, a text such as "1h30m", or a Duration)');
}

/** What is wrong with an argument that {@link durationAt} cannot read; begins with `expected`. */
export function noDuration(L: LuaState, index: number): string {
  return `expected a duration: nanoseconds, a text such as "1h30m", or a Duration${hintAt(L, index)}`;
}

function hintAt(L: LuaState, index: number): string {
  const bytes = bytesAt(L, index);
  return bytes === null ? '' : durationHint(new ByteString(bytes));
}

/** A whole number in ±2^53: Lua's integers have 32 bits, times do not. */
export function wholeAt(L: LuaState, index: number): number {
  const slot = slotAt(L, index);
  const data = userdataAt(L, index);
  const isNumber = slot?.type === TAG.INTEGER || slot?.type === TAG.FLOAT;
  const value = isNumber ? (slot.value as number) : typeof data === 'bigint' ? Number(data) : null;
  if (value === null) return wrongArgument(L, index, 'number');
  if (!Number.isSafeInteger(value)) return luaL_argerror(L, index, 'number has no integer representation');
  return value;
}

export function instantAt(L: LuaState, index: number): Instant {
  const data = userdataAt(L, index);
  return data instanceof Instant ? data : wrongArgument(L, index, 'time');
}

export function durationObjectAt(L: LuaState, index: number): Duration {
  const data = userdataAt(L, index);
  return data instanceof Duration ? data : wrongArgument(L, index, 'Duration');
}

export function locationAt(L: LuaState, index: number): Location {
  const data = userdataAt(L, index);
  return data instanceof Location ? data : wrongArgument(L, index, 'location');
}

/** A location, or `fallback` where there is no argument. */
export function optionalLocation(L: LuaState, index: number, fallback: Location): Location {
  const slot = slotAt(L, index);
  return slot === undefined || slot.type === TAG.NIL ? fallback : locationAt(L, index);
}

const MAX_TEXT = 4096;

/** A string argument as text; bytes that are not UTF-8 are replaced. Too long a one raises. */
export function textAt(L: LuaState, index: number): string {
  const bytes = luaL_checkstring(L, index);
  if (bytes.length > MAX_TEXT) return luaL_argerror(L, index, `longer than ${MAX_TEXT} bytes`);
  return new TextDecoder().decode(bytes);
}
