/** Reads times by Go's layouts. */

import type { HostError } from '../../errors.js';
import { moduleError } from '../results.js';
import { daysIn, type Instant, instant, ofCivil } from './time-instant.js';
import { type FieldText, type LayoutPart, layoutParts, MONTHS, WEEKDAYS } from './time-layout.js';
import { fixedZone, type Location, utcZone } from './time-zone.js';

/** What has been read so far. */
interface Reading {
  readonly layout: string;
  readonly whole: string;
  rest: string;
  year: number;
  month: number | null;
  day: number | null;
  yearDay: number | null;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  half: 'am' | 'pm' | null;
  /** Seconds east of UTC, as written. */
  offset: number | null;
  utc: boolean;
  /** Letters of a zone, as written. */
  zoneName: string;
}

const MAX_SHOWN = 80;

/**
 * @param location where the clock stands that the text tells about, unless it names a zone
 * @throws HostError Invalid: `parsing time "…" as "…": cannot parse "…" as "…"`
 */
export function parseInstant(layout: string, text: string, location: Location): Instant {
  const reading: Reading = {
    layout,
    whole: text,
    rest: text,
    year: 0,
    month: null,
    day: null,
    yearDay: null,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    half: null,
    offset: null,
    utc: false,
    zoneName: '',
  };
  const parts = layoutParts(layout);
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'text') readText(reading, part.text);
    else if (part.kind === 'fraction') readFraction(reading, part);
    else readField(reading, part.text, parts[index + 1]);
  }
  if (reading.rest !== '') throw refused(reading, `: extra text: ${quoted(reading.rest)}`);
  return located(reading, location);
}

/** Spaces match any number of spaces, none at the end included. */
function readText(reading: Reading, text: string): void {
  let wanted = text;
  while (wanted !== '') {
    if (wanted.startsWith(' ')) {
      if (reading.rest !== '' && !reading.rest.startsWith(' ')) throw cannotParse(reading, text);
      wanted = wanted.trimStart();
      reading.rest = reading.rest.replace(/^ +/, '');
      continue;
    }
    if (reading.rest[0] !== wanted[0]) throw cannotParse(reading, text);
    wanted = wanted.slice(1);
    reading.rest = reading.rest.slice(1);
  }
}

function readField(reading: Reading, field: FieldText, next: LayoutPart | undefined): void {
  switch (field) {
    case '2006':
      reading.year = Number(take(reading, /^\d{4}/, field));
      break;
    case '06': {
      const year = Number(take(reading, /^\d{2}/, field));
      reading.year = year + (year >= 69 ? 1900 : 2000);
      break;
    }
    case 'January':
      reading.month = takeName(reading, MONTHS, field) + 1;
      break;
    case 'Jan':
      reading.month = takeName(reading, shortOf(MONTHS), field) + 1;
      break;
    case 'Monday':
      takeName(reading, WEEKDAYS, field);
      break;
    case 'Mon':
      takeName(reading, shortOf(WEEKDAYS), field);
      break;
    case '1':
    case '01':
      reading.month = inRange(reading, takeNumber(reading, field), 1, 12, 'month');
      break;
    case '2':
    case '_2':
    case '02':
      if (field === '_2') reading.rest = reading.rest.replace(/^ /, '');
      reading.day = takeNumber(reading, field);
      break;
    case '__2':
    case '002':
      if (field === '__2') reading.rest = reading.rest.replace(/^ {1,2}/, '');
      reading.yearDay = Number(take(reading, field === '002' ? /^\d{3}/ : /^\d{1,3}/, field));
      break;
    case '15':
      reading.hour = inRange(reading, takeNumber(reading, field), 0, 23, 'hour');
      break;
    case '3':
    case '03':
      reading.hour = inRange(reading, takeNumber(reading, field), 0, 12, 'hour');
      break;
    case '4':
    case '04':
      reading.minute = inRange(reading, takeNumber(reading, field), 0, 59, 'minute');
      break;
    case '5':
    case '05':
      reading.second = inRange(reading, takeNumber(reading, field), 0, 59, 'second');
      // A fraction may follow even where the layout has none.
      if (next?.kind !== 'fraction' && /^[.,]\d/.test(reading.rest)) takeFraction(reading, /^[.,]\d+/, field);
      break;
    case 'PM':
      reading.half = take(reading, /^[AP]M/, field) === 'PM' ? 'pm' : 'am';
      break;
    case 'pm':
      reading.half = take(reading, /^[ap]m/, field) === 'pm' ? 'pm' : 'am';
      break;
    case 'MST':
      readZoneName(reading, field);
      break;
    default:
      readOffset(reading, field);
  }
}

function take(reading: Reading, pattern: RegExp, field: string): string {
  const match = pattern.exec(reading.rest);
  if (match === null) throw cannotParse(reading, field);
  reading.rest = reading.rest.slice(match[0].length);
  return match[0];
}

/** Two digits; or one, where the layout has one (and for the hour of 24, as Go). */
function takeNumber(reading: Reading, field: string): number {
  const fixed = field.startsWith('0');
  return Number(take(reading, fixed ? /^\d{2}/ : /^\d{1,2}/, field));
}

function shortOf(names: readonly string[]): readonly string[] {
  return names.map((name) => name.slice(0, 3));
}

function takeName(reading: Reading, names: readonly string[], field: string): number {
  const rest = reading.rest.toLowerCase();
  const index = names.findIndex((name) => rest.startsWith(name.toLowerCase()));
  if (index < 0) throw cannotParse(reading, field);
  reading.rest = reading.rest.slice(names[index]!.length);
  return index;
}

function inRange(reading: Reading, value: number, min: number, max: number, what: string): number {
  if (value < min || value > max) throw refused(reading, `: ${what} out of range`);
  return value;
}

function readFraction(reading: Reading, part: LayoutPart & { readonly kind: 'fraction' }): void {
  if (!part.trimmed) takeFraction(reading, new RegExp(`^[.,]\\d{${part.digits}}`), part.text);
  else if (/^[.,]\d/.test(reading.rest)) takeFraction(reading, /^[.,]\d+/, part.text);
}

function takeFraction(reading: Reading, pattern: RegExp, field: string): void {
  reading.nanosecond = Number(take(reading, pattern, field).slice(1, 10).padEnd(9, '0'));
}

/** `UTC`, three letters, four that end in T, five that end in T, `GMT+3`, `+03`. */
function readZoneName(reading: Reading, field: string): void {
  if (/^UTC(?![A-Z])/.test(reading.rest)) {
    reading.rest = reading.rest.slice(3);
    reading.utc = true;
    return;
  }
  reading.zoneName = take(
    reading,
    /^(?:ChST|MeST|GMT[+-]\d{1,2}|[+-]\d{2}(?:\d{2})?|WITA(?![A-Z])|[A-Z]{4}T(?![A-Z])|[A-Z]{3}T(?![A-Z])|[A-Z]{3}(?![A-Z]))/,
    field,
  );
}

function readOffset(reading: Reading, field: string): void {
  if (field.startsWith('Z') && reading.rest.startsWith('Z')) {
    reading.rest = reading.rest.slice(1);
    reading.utc = true;
    return;
  }
  const separator = field.includes(':') ? ':' : '';
  const pairs = field.replace(/\D/g, '').length / 2;
  const pattern = new RegExp(`^[+-]\\d{2}${`${separator}\\d{2}`.repeat(pairs - 1)}`);
  const written = take(reading, pattern, field);
  const [hours = 0, minutes = 0, seconds = 0] = (written.slice(1).match(/\d{2}/g) ?? []).map(Number);
  if (hours > 24 || minutes > 59 || seconds > 59) throw refused(reading, ': time zone offset out of range');
  const size = hours * 3600 + minutes * 60 + seconds;
  reading.offset = written.startsWith('-') ? -size : size;
}

function located(reading: Reading, location: Location): Instant {
  const time = civilTime(reading);
  if (reading.utc) return ofCivil(time, utcZone());
  const shown = ofCivil(time, utcZone());
  if (reading.offset !== null) return atOffset(shown, reading.offset, reading.zoneName, location);
  if (reading.zoneName === '') return ofCivil(time, location);
  const known = offsetOfName(reading.zoneName, shown.seconds, location);
  if (known !== null) return instant(shown.seconds - known, shown.nanoseconds, location);
  const written = writtenOffset(reading.zoneName);
  return instant(shown.seconds - written, shown.nanoseconds, fixedZone(reading.zoneName, written));
}

/** In the given location where that has this offset at this time, else in a zone of its own. */
function atOffset(shown: Instant, offset: number, name: string, location: Location): Instant {
  const seconds = shown.seconds - offset;
  const fits = location.at(seconds).offset === offset;
  return instant(seconds, shown.nanoseconds, fits ? location : fixedZone(name, offset));
}

const HALF_YEAR = 182 * 86_400;

/** The offset that goes with these letters in the location, around this time of the year. */
function offsetOfName(name: string, seconds: number, location: Location): number | null {
  for (const at of [seconds, seconds - HALF_YEAR, seconds + HALF_YEAR]) {
    const zone = location.at(at);
    if (zone.abbreviation === name) return zone.offset;
  }
  return null;
}

function writtenOffset(name: string): number {
  const match = /^(?:GMT)?([+-]\d{1,2})(\d{2})?$/.exec(name);
  if (match === null) return 0;
  const hours = Number(match[1]);
  const minutes = Number(match[2] ?? 0) * 60;
  return hours * 3600 + (match[1]!.startsWith('-') ? -minutes : minutes);
}

function civilTime(reading: Reading) {
  const { year, minute, second, nanosecond, half } = reading;
  let { hour } = reading;
  if (half === 'pm' && hour < 12) hour += 12;
  else if (half === 'am' && hour === 12) hour = 0;
  const { month, day } = dateOf(reading);
  return { year, month, day, hour, minute, second, nanosecond };
}

function dateOf(reading: Reading): { month: number; day: number } {
  const { year, yearDay } = reading;
  if (yearDay === null) {
    const month = reading.month ?? 1;
    const day = reading.day ?? 1;
    inRange(reading, day, 1, daysIn(year, month), 'day');
    return { month, day };
  }
  inRange(reading, yearDay, 1, daysIn(year, 2) + 337, 'day-of-year');
  let [month, day] = [1, yearDay];
  for (; day > daysIn(year, month); month++) day -= daysIn(year, month);
  const agrees = (reading.month ?? month) === month && (reading.day ?? day) === day;
  if (!agrees) throw refused(reading, ': day-of-year does not match the date');
  return { month, day };
}

function cannotParse(reading: Reading, part: string): HostError {
  return refused(reading, `: cannot parse ${quoted(reading.rest)} as ${quoted(part)}`);
}

function refused({ whole, layout }: Reading, why: string): HostError {
  return moduleError('Invalid', `parsing time ${quoted(whole)} as ${quoted(layout)}${why}`);
}

function quoted(text: string): string {
  return JSON.stringify(text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`);
}
