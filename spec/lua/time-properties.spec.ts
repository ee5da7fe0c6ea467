/** What holds for all times and durations: random ones, with the seed printed when one fails. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { parseDuration, printDuration } from '../../src/lua/modules/time-duration.js';
import { formatInstant } from '../../src/lua/modules/time-format.js';
import {
  civilOf,
  instant,
  ofCivil,
  ofNanoseconds,
  round,
  totalNanoseconds,
  truncate,
} from '../../src/lua/modules/time-instant.js';
import { LAYOUTS, layoutParts } from '../../src/lua/modules/time-layout.js';
import { parseInstant } from '../../src/lua/modules/time-parse.js';
import { fixedZone, namedZone, utcZone } from '../../src/lua/modules/time-zone.js';

const nanoseconds = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
/** Years 0 to 9999, which layouts with four digits can tell. */
const seconds = fc.integer({ min: -62_167_219_200 + 86_400, max: 253_402_300_799 - 86_400 });
const zones = fc.constantFrom(
  utcZone(),
  fixedZone('EAST', 19_800),
  fixedZone('', -12_600),
  ...['Europe/Paris', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'].map((name) => namedZone(name)!),
);
const times = fc
  .tuple(seconds, fc.integer({ min: 0, max: 999_999_999 }), zones)
  .map(([whole, rest, zone]) => instant(whole, rest, zone));

test('a printed duration reads back as the same', () => {
  fc.assert(
    fc.property(nanoseconds, (each) => {
      expect(parseDuration(printDuration(each))).toBe(each);
    }),
  );
});

test('any text is a duration or none, and never throws', () => {
  const texts = fc.string({ unit: fc.constantFrom('1', '0', '.', '-', '+', 'h', 'm', 's', 'n', 'u', 'µ', ' ') });
  fc.assert(
    fc.property(texts, (text) => {
      const found = parseDuration(text);
      expect(found === null || typeof found === 'bigint').toBe(true);
    }),
  );
});

test('a time written with its offset and all digits reads back as the same instant', () => {
  const layout = '2006-01-02T15:04:05.999999999Z07:00:00';
  fc.assert(
    fc.property(times, (time) => {
      const back = parseInstant(layout, formatInstant(time, layout), time.location);
      expect(totalNanoseconds(back)).toBe(totalNanoseconds(time));
    }),
  );
});

test('the clock of an instant, set again, shows the same', () => {
  fc.assert(
    fc.property(times, (time) => {
      const civil = civilOf(time);
      const again = ofCivil({ ...civil, nanosecond: time.nanoseconds }, time.location);
      expect(civilOf(again)).toEqual(civil);
    }),
  );
});

test('layouts with names are cut into parts that make them up', () => {
  for (const layout of Object.values(LAYOUTS)) {
    expect(
      layoutParts(layout)
        .map((part) => part.text)
        .join(''),
    ).toBe(layout);
  }
});

test('any text by any layout is a time or Invalid', () => {
  const pieces = fc.constantFrom(
    '2006',
    '01',
    '_2',
    '.000',
    '.999',
    'MST',
    'Z07:00',
    'PM',
    '__2',
    '15',
    '5',
    ' ',
    '-',
    'é',
  );
  const layouts = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''));
  const texts = fc.oneof(layouts, fc.string({ maxLength: 30 }));
  fc.assert(
    fc.property(layouts, texts, zones, (layout, text, zone) => {
      try {
        parseInstant(layout, text, zone);
      } catch (error) {
        expect(error).toBeInstanceOf(HostError);
        expect((error as HostError).kind).toBe('Invalid');
      }
    }),
  );
});

test('truncate() and round() give multiples of the step that are nearest below and nearest', () => {
  const steps = fc.bigInt({ min: 1n, max: 2n ** 50n });
  fc.assert(
    fc.property(times, steps, (time, step) => {
      const at = totalNanoseconds(time);
      const below = totalNanoseconds(truncate(time, step));
      const near = totalNanoseconds(round(time, step));
      expect(at - below >= 0n && at - below < step).toBe(true);
      expect(near === below || near === below + step).toBe(true);
      expect((near > at ? near - at : at - near) * 2n <= step).toBe(true);
      expect(totalNanoseconds(ofNanoseconds(near, time.location))).toBe(near);
    }),
  );
});
