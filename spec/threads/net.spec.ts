/** What guests have open on the network ends with their thread. */
import type { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { guestEntry, registryOf } from '../host/guests.js';
import { httpServer } from '../net/support.js';
import { createHost, errorOf } from './built.js';

test('a thread that dies takes its connections with it', async () => {
  const workers: Worker[] = [];
  let gone: () => void;
  const closed = new Promise<void>((resolve) => {
    gone = resolve;
  });
  const port = await httpServer((request) => {
    request.on('close', () => gone());
    for (const worker of workers) void worker.terminate();
  });
  const fields = { imports: ['wasi:io', 'wasi:http'], wasi: { allowed_hosts: ['127.0.0.1'] }, pool: { type: 'lazy' } };
  const registry = registryOf(guestEntry('fetch', 'http-out', 'fetch', fields));
  await using host = await createHost({ registry, threads: 1, onThread: (worker) => workers.push(worker) });
  expect(await errorOf(host.call('t:fetch', [`http://127.0.0.1:${port}/`, 'GET', '']))).toMatchObject({
    kind: 'Internal',
  });
  await closed;
});
