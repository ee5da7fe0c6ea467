/** Dates as `os.date` gives them: fields, and text by the format letters of C. */

import { MONTHS, WEEKDAYS } from './time-layout.js';

const DAY_MS = 86_400_000;

interface DateFields {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly min: number;
  readonly sec: number;
  /** 1 is Sunday */
  readonly wday: number;
  /** 1 is the first of January */
  readonly yday: number;
  /** minutes east of UTC */
  readonly offsetMinutes: number;
  readonly epochSeconds: number;
}

export function dateFields(date: Date, utc: boolean): DateFields {
  const offsetMinutes = utc ? 0 : -date.getTimezoneOffset();
  const shifted = new Date(date.getTime() + offsetMinutes * 60_000);
  const year = shifted.getUTCFullYear();
  const startOfDay = Math.floor(shifted.getTime() / DAY_MS);
  const firstDay = new Date(0);
  firstDay.setUTCFullYear(year, 0, 1);
  return {
    year,
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    min: shifted.getUTCMinutes(),
    sec: shifted.getUTCSeconds(),
    wday: shifted.getUTCDay() + 1,
    yday: startOfDay - Math.floor(firstDay.getTime() / DAY_MS) + 1,
    offsetMinutes,
    epochSeconds: Math.floor(date.getTime() / 1000),
  };
}

/** The text, or null when the format has a letter that C does not have. */
export function formatDate(format: string, fields: DateFields): string | null {
  let valid = true;
  const text = format.replace(/%(?:E[cCxXyY]|O[deHImMSuUVwWy]|.|$)/gs, (match) => {
    const part = conversion(match.slice(-1), fields);
    if (part === null || match === '%') valid = false;
    return part ?? '';
  });
  return valid ? text : null;
}

function conversion(letter: string, f: DateFields): string | null {
  const day = WEEKDAYS[f.wday - 1]!;
  const month = MONTHS[f.month - 1]!;
  switch (letter) {
    case 'a':
      return day.slice(0, 3);
    case 'A':
      return day;
    case 'b':
    case 'h':
      return month.slice(0, 3);
    case 'B':
      return month;
    case 'c':
      return formatDate('%a %b %e %H:%M:%S %Y', f);
    case 'C':
      return pad(Math.floor(f.year / 100));
    case 'd':
      return pad(f.day);
    case 'D':
    case 'x':
      return formatDate('%m/%d/%y', f);
    case 'e':
      return String(f.day).padStart(2, ' ');
    case 'F':
      return formatDate('%Y-%m-%d', f);
    case 'g':
      return pad(isoWeek(f).year % 100);
    case 'G':
      return String(isoWeek(f).year);
    case 'H':
      return pad(f.hour);
    case 'I':
      return pad(f.hour % 12 === 0 ? 12 : f.hour % 12);
    case 'j':
      return String(f.yday).padStart(3, '0');
    case 'm':
      return pad(f.month);
    case 'M':
      return pad(f.min);
    case 'n':
      return '\n';
    case 'p':
      return f.hour < 12 ? 'AM' : 'PM';
    case 'r':
      return formatDate('%I:%M:%S %p', f);
    case 'R':
      return formatDate('%H:%M', f);
    case 's':
      return String(f.epochSeconds);
    case 'S':
      return pad(f.sec);
    case 't':
      return '\t';
    case 'T':
    case 'X':
      return formatDate('%H:%M:%S', f);
    case 'u':
      return String(isoDay(f));
    case 'U':
      return pad(Math.floor((f.yday + 6 - (f.wday - 1)) / 7));
    case 'V':
      return pad(isoWeek(f).week);
    case 'w':
      return String(f.wday - 1);
    case 'W':
      return pad(Math.floor((f.yday + 6 - (isoDay(f) - 1)) / 7));
    case 'y':
      return pad(((f.year % 100) + 100) % 100);
    case 'Y':
      return String(f.year);
    case 'z':
      return zone(f.offsetMinutes);
    case 'Z':
      return f.offsetMinutes === 0 ? 'UTC' : zone(f.offsetMinutes);
    case '%':
      return '%';
    default:
      return null;
  }
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function zone(minutes: number): string {
  const total = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(total / 60))}${pad(total % 60)}`;
}

/** 1 is Monday. */
function isoDay(f: DateFields): number {
  return f.wday === 1 ? 7 : f.wday - 1;
}

/** ISO 8601: the week belongs to the year that its Thursday is in. */
function isoWeek(f: DateFields): { year: number; week: number } {
  const thursday = f.yday + 4 - isoDay(f);
  if (thursday < 1) return { year: f.year - 1, week: Math.ceil((thursday + daysIn(f.year - 1)) / 7) };
  if (thursday > daysIn(f.year)) return { year: f.year + 1, week: 1 };
  return { year: f.year, week: Math.ceil(thursday / 7) };
}

function daysIn(year: number): number {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 366 : 365;
}
