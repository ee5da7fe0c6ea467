import { expect, test } from 'vitest';
import { printStats } from '../../src/cli/stats.js';
import { callMeter } from '../../src/functions/meter.js';

test.each([
  [64, '65.5'],
  [2000, '2100'],
  [0.0001, '0.001'],
  [90_000, '94900'],
])('a call of %d ms is told by three digits: %s', (ms, shown) => {
  const meter = callMeter();
  meter.ended(ms, null);
  meter.waited(ms);
  const pool = { running: 1, idle: 0, queued: 2, heldBack: 47, pinned: 0, created: 1, destroyed: 0 };
  const text = printStats({ functions: { 'a:f': { ...meter.read(), pool } }, threads: null });
  expect(text.split('\n')[1]!.split(/\s+/)).toEqual([
    'a:f',
    '1',
    '0',
    ...Array(4).fill(shown),
    '1',
    '49',
    '0',
    '0',
    '0',
  ]);
});
