/** What is counted of calls. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callMeter } from '../../src/functions/meter.js';

test('a meter that was asked nothing says nothing of times', () => {
  expect(callMeter().read()).toEqual({
    calls: 0,
    errors: {},
    durationMs: null,
    waitMs: null,
    work: 0,
    bytesIn: 0,
    bytesOut: 0,
  });
});

test('meters over the same memory count together', () => {
  const [here] = [callMeter()];
  const there = callMeter(here.memory);
  here.ended(1, null);
  there.ended(1, 'Timeout');
  there.ended(1, '');
  there.crossed(10, 2 ** 40);
  here.worked(2 ** 40);
  there.worked(2);
  expect(here.read()).toMatchObject({
    calls: 3,
    errors: { Timeout: 1, '': 1 },
    bytesIn: 10,
    bytesOut: 2 ** 40,
    work: 2 ** 40 + 2,
  });
});

test('a quantile is the time itself or at most 19 % above', () => {
  const times = fc.array(fc.double({ min: 0.001, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(times, (each) => {
      const meter = callMeter();
      for (const ms of each) meter.ended(ms, null);
      const sorted = [...each].sort((a, b) => a - b);
      const { p50, p95, p99 } = meter.read().durationMs!;
      for (const [share, found] of [
        [0.5, p50],
        [0.95, p95],
        [0.99, p99],
      ] as const) {
        const exact = sorted[Math.ceil(sorted.length * share) - 1]!;
        expect(found).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(found).toBeLessThanOrEqual(exact * 2 ** 0.25 * (1 + 1e-9));
      }
    }),
  );
});
