/** Threads outlive their rest, whatever the version of V8 makes of it. */
import { expect, test } from 'vitest';
import { createHost, lua, registryOf } from './built.js';

test('A thread that has rested is the one that goes on', async () => {
  const body = 'function(size) local all = {} for i = 1, size do all[i] = { i } end return #all end';
  await using host = await createHost({ registry: registryOf(lua('fill', body)), threads: 1 });
  expect(await host.call('t:fill', [100_000])).toBe(100_000);
  // Longer than a thread is without work before it rests.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(await host.call('t:fill', [10])).toBe(10);
  expect(host.stats().threads).toMatchObject({ started: 1, lost: 0 });
});
