/** Writes times by Go's layouts. */

import { type Civil, civilOf, type Instant } from './time-instant.js';
import { type FieldText, layoutParts, MONTHS, WEEKDAYS } from './time-layout.js';
import type { ZoneAt } from './time-zone.js';

/** As Go's `String`. */
export const PRINTED = '2006-01-02 15:04:05.999999999 -0700 MST';

export function formatInstant(time: Instant, layout: string): string {
  const civil = civilOf(time);
  const zone = time.location.at(time.seconds);
  let text = '';
  for (const part of layoutParts(layout)) {
    if (part.kind === 'text') text += part.text;
    else if (part.kind === 'field') text += formatField(part.text, civil, zone);
    else text += formatFraction(time.nanoseconds, part.text[0]!, part.digits, part.trimmed);
  }
  return text;
}

function formatField(field: FieldText, civil: Civil, zone: ZoneAt): string {
  switch (field) {
    case 'January':
      return MONTHS[civil.month - 1]!;
    case 'Jan':
      return MONTHS[civil.month - 1]!.slice(0, 3);
    case 'Monday':
      return WEEKDAYS[civil.weekday]!;
    case 'Mon':
      return WEEKDAYS[civil.weekday]!.slice(0, 3);
    case 'MST':
      return zone.abbreviation === '' ? formatOffset('-0700', zone.offset) : zone.abbreviation;
    case '2006':
      return (civil.year < 0 ? '-' : '') + padded(Math.abs(civil.year), 4);
    case '06':
      return padded(Math.abs(civil.year) % 100, 2);
    case '1':
      return String(civil.month);
    case '01':
      return padded(civil.month, 2);
    case '2':
      return String(civil.day);
    case '_2':
      return String(civil.day).padStart(2, ' ');
    case '02':
      return padded(civil.day, 2);
    case '__2':
      return String(civil.yearDay).padStart(3, ' ');
    case '002':
      return padded(civil.yearDay, 3);
    case '15':
      return padded(civil.hour, 2);
    case '3':
      return String(civil.hour % 12 || 12);
    case '03':
      return padded(civil.hour % 12 || 12, 2);
    case '4':
      return String(civil.minute);
    case '04':
      return padded(civil.minute, 2);
    case '5':
      return String(civil.second);
    case '05':
      return padded(civil.second, 2);
    case 'PM':
      return civil.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return civil.hour >= 12 ? 'pm' : 'am';
    default:
      return field.startsWith('Z') && zone.offset === 0 ? 'Z' : formatOffset(field, zone.offset);
  }
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** @param form `-07`, `-0700`, `-07:00`, `-070000`, `-07:00:00`, or the same with Z */
function formatOffset(form: string, offset: number): string {
  const size = Math.abs(offset);
  const parts = [Math.floor(size / 3600), Math.floor((size % 3600) / 60), size % 60];
  const digits = form.replace(/\D/g, '').length;
  const separator = form.includes(':') ? ':' : '';
  const shown = parts.slice(0, digits / 2).map((part) => padded(part, 2));
  return (offset < 0 ? '-' : '+') + shown.join(separator);
}

function formatFraction(nanoseconds: number, separator: string, digits: number, trimmed: boolean): string {
  const all = padded(nanoseconds, 9).padEnd(digits, '0').slice(0, digits);
  const shown = trimmed ? all.replace(/0+$/, '') : all;
  return shown === '' ? '' : separator + shown;
}
