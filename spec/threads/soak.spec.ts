/** A short run of the mixture that `npm run soak` runs for minutes. */
import { expect, test } from 'vitest';
import { soak } from '../../soak/mixture.js';
import { createHost } from './built.js';

test('many Lua tasks over good, trapping, looping, growing and sleeping guests get every answer right', async () => {
  const report = await soak(createHost, { ms: 1500, threads: 2, tasks: 8 });
  expect(report.wrong).toEqual([]);
  expect(report.calls).toBeGreaterThan(0);
  expect(report.after.handles).toBeLessThanOrEqual(report.before.handles + 2);
  expect(report.threads).toMatchObject({ lost: 0 });
});
