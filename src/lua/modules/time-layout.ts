/**
 * Go's layouts: a layout shows how the reference time, Mon Jan 2 15:04:05 MST 2006, would be written. Here one is cut into
 * its parts; time-format.ts writes and time-parse.ts reads by them.
 */

/** A part of a layout: text that stands for itself, or a field by its reference spelling. */
export type LayoutPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly text: FieldText }
  | { readonly kind: 'fraction'; readonly text: string; readonly digits: number; readonly trimmed: boolean };

/** Longer ones first where one begins another. */
const FIELDS = [
  'January',
  'Jan',
  'Monday',
  'Mon',
  'MST',
  '2006',
  '_2',
  '__2',
  '002',
  '01',
  '02',
  '03',
  '04',
  '05',
  '06',
  '15',
  '1',
  '2',
  '3',
  '4',
  '5',
  'PM',
  'pm',
  '-070000',
  '-07:00:00',
  '-0700',
  '-07:00',
  '-07',
  'Z070000',
  'Z07:00:00',
  'Z0700',
  'Z07:00',
  'Z07',
] as const;
export type FieldText = (typeof FIELDS)[number];

/** Fields that are no such where a small letter follows: "Janet" and "Money" are text. */
const WORDS: readonly string[] = ['Jan', 'Mon'];

export function layoutParts(layout: string): LayoutPart[] {
  const parts: LayoutPart[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
  };
  for (let at = 0; at < layout.length; ) {
    const part = partAt(layout, at);
    if (part === null) {
      text += layout[at++];
      continue;
    }
    flush();
    parts.push(part);
    at += part.text.length;
  }
  flush();
  return parts;
}

function partAt(layout: string, at: number): LayoutPart | null {
  const fraction = /^[.,](0+|9+)(?!\d)/.exec(layout.slice(at, at + MAX_FRACTION));
  if (fraction !== null) {
    const [text, digits = ''] = fraction;
    return { kind: 'fraction', text, digits: digits.length, trimmed: digits.startsWith('9') };
  }
  for (const field of FIELDS) {
    if (!layout.startsWith(field, at)) continue;
    const next = layout[at + field.length] ?? '';
    if (WORDS.includes(field) && /[a-z]/.test(next)) continue;
    // "_2006" is an underscore before the year.
    if (field === '_2' && layout.startsWith('_2006', at)) continue;
    return { kind: 'field', text: field };
  }
  return null;
}

const MAX_FRACTION = 64;

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** Layouts with names. */
export const LAYOUTS = {
  RFC3339: '2006-01-02T15:04:05Z07:00',
  RFC3339NANO: '2006-01-02T15:04:05.999999999Z07:00',
  RFC822: '02 Jan 06 15:04 MST',
  RFC822Z: '02 Jan 06 15:04 -0700',
  RFC850: 'Monday, 02-Jan-06 15:04:05 MST',
  RFC1123: 'Mon, 02 Jan 2006 15:04:05 MST',
  RFC1123Z: 'Mon, 02 Jan 2006 15:04:05 -0700',
  KITCHEN: '3:04PM',
  STAMP: 'Jan _2 15:04:05',
  STAMP_MILLI: 'Jan _2 15:04:05.000',
  STAMP_MICRO: 'Jan _2 15:04:05.000000',
  STAMP_NANO: 'Jan _2 15:04:05.000000000',
  DATE_TIME: '2006-01-02 15:04:05',
  DATE_ONLY: '2006-01-02',
  TIME_ONLY: '15:04:05',
} as const;
