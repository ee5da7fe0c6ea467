/**
 * Time zones. Rules come from the JavaScript engine's `Intl`, which carries the tz database and is kept up with it; nothing of
 * it is repeated here.
 */

/** What a clock on the wall shows at one instant. */
export interface ZoneAt {
  /** Seconds east of UTC. */
  readonly offset: number;
  /** `CET`, `UTC`; a number such as `+03` for zones without letters. */
  readonly abbreviation: string;
}

/** `Location` in Lua. */
export class Location {
  readonly name: string;
  /** @param seconds since 1970 UTC */
  readonly at: (seconds: number) => ZoneAt;
  constructor(name: string, at: (seconds: number) => ZoneAt) {
    this.name = name;
    this.at = at;
  }
}

export function fixedZone(name: string, offset: number): Location {
  const always = { offset, abbreviation: name };
  return new Location(name, () => always);
}

export function utcZone(): Location {
  return fixedZone('UTC', 0);
}

/** The zone of this machine. Its name is `Local`, as in Go. Looked up when it is first used: that takes milliseconds. */
export function localZone(): Location {
  let zone: Location | null = null;
  return new Location('Local', (seconds) => {
    zone ??= intlZone('Local', new Intl.DateTimeFormat().resolvedOptions().timeZone);
    return zone.at(seconds);
  });
}

const NAME = /^[A-Za-z][\w+-]*(?:\/[\w+-]+)*$/;
const MAX_NAME = 64;

/** The zone of a name of the tz database (`Europe/Paris`), or null where there is none. */
export function namedZone(name: string): Location | null {
  if (name.length > MAX_NAME || !NAME.test(name)) return null;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
  } catch {
    return null;
  }
  return intlZone(name, name);
}

function intlZone(shown: string, timeZone: string): Location {
  const offsetAt = offsetReader(timeZone);
  const lettersAt = letterReader(timeZone);
  let last: { seconds: number; zone: ZoneAt } | null = null;
  return new Location(shown, (seconds) => {
    if (last !== null && last.seconds === seconds) return last.zone;
    const offset = offsetAt(seconds);
    const zone: ZoneAt = {
      offset,
      // Made when asked for: most readers want the offset.
      get abbreviation() {
        return lettersAt(seconds) ?? numericName(offset);
      },
    };
    last = { seconds, zone };
    return zone;
  });
}

const MAX_MS = 8.64e15;

function dateAt(seconds: number): Date {
  return new Date(Math.min(MAX_MS, Math.max(-MAX_MS, seconds * 1000)));
}

function zoneName(format: Intl.DateTimeFormat, seconds: number): string {
  return format.formatToParts(dateAt(seconds)).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** Reads `GMT+05:30`. */
function offsetReader(timeZone: string): (seconds: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (seconds) => {
    const match = /([+-])(\d+):?(\d\d)?:?(\d\d)?$/.exec(zoneName(format, seconds));
    if (match === null) return 0;
    const [, sign, hours, minutes = '0', rest = '0'] = match;
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
    return sign === '-' ? -size : size;
  };
}

/** Zones have letters in the languages of those who live there, if at all. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA', 'ja-JP', 'ko-KR'];
const LETTERS = /^[A-Z]{3,5}$/;

function letterReader(timeZone: string): (seconds: number) => string | null {
  const formats = new Map<string, Intl.DateTimeFormat>();
  const formatOf = (locale: string): Intl.DateTimeFormat => {
    const known = formats.get(locale) ?? new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' });
    formats.set(locale, known);
    return known;
  };
  return (seconds) => {
    for (const locale of LOCALES) {
      const name = zoneName(formatOf(locale), seconds);
      if (LETTERS.test(name)) return name;
    }
    return null;
  };
}

function numericName(offset: number): string {
  const size = Math.abs(offset);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const minutes = Math.floor((size % 3600) / 60);
  return `${offset < 0 ? '-' : '+'}${two(size / 3600)}${minutes === 0 ? '' : two(minutes)}`;
}
