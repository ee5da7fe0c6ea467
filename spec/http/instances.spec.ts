/** How many requests an instance of a wasi:http component answers. */
import { expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';
import { guestEntry, registryOf } from '../host/guests.js';

test.each([
  ['one, where its entry says nothing of a pool', {}, 'inline'],
  ['one after another, where its entry has a pool', { pool: {} }, 'lazy'],
] as const)('an instance answers %s', async (_, more, type) => {
  const entry = guestEntry('echo', 'http-echo', 'handle', { imports: ['wasi:io', 'wasi:http'], ...more });
  await using host = await createHost({ registry: registryOf(entry), threads: 0 });
  expect(host.describe('t:echo').pool).toMatchObject({ type });
});
