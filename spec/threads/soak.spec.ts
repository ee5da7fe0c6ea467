/** A short soak: what `npm run soak` does for minutes, for a few rounds. */
import { expect, test } from 'vitest';
import { ONE_BY_ONE, soak } from '../../soak/mixture.js';
import { createHost } from './built.js';

test('good, trapping, looping, growing and sleeping guests, called from many tasks, all answer what they have to', {
  timeout: 180_000,
}, async () => {
  const report = await soak(createHost, { ms: 0, rounds: 4, threads: 2, tasks: 12 });
  expect(report.wrong).toEqual([]);
  expect(report.calls).toBe((3 + 4) * (12 * 20 + ONE_BY_ONE * 1.2));
  expect(report.threads).toMatchObject({ running: 0, blocked: 0, queued: 0, lost: 0 });
  expect(report.threads?.direct).toBeGreaterThan(0);
  expect(report.threads?.each.every(({ state, calls }) => state === 'idle' && calls.length === 0)).toBe(true);
});
