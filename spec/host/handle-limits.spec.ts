/** The limit of the function that gave a handle, for what its holder calls later. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createHost, type Handle } from '../../src/index.js';
import { turningResource } from './turning.js';

/** The destructor of rep 9 never ends. */
const RESOURCE = turningResource(
  `(core module $ends (func (export "dtor") (param i32)
    (if (i32.eq (local.get 0) (i32.const 9)) (then (loop $for_ever (br $for_ever))))))
  (core instance $dtor (instantiate $ends))`,
  '(i32.const 7)',
);

const LIMIT_MS = 500;
const registry = {
  namespace: 't',
  entries: [
    {
      name: 'make',
      kind: 'function.wat',
      source: RESOURCE,
      method: 'make',
      limits: { max_execution_ms: LIMIT_MS },
    },
  ],
};
const ENDED = { kind: 'Timeout', message: `t:make exceeded its limit of ${LIMIT_MS} ms` };

const make = (host: Awaited<ReturnType<typeof createHost>>, rep: number) => host.call<Handle>('t:make', [rep]);

describe.each([0, 2])('with %i threads', (threads) => {
  test('a method that never ends is stopped with Timeout, and its resource is lost', async () => {
    await using host = await createHost({ registry, threads });
    const handle = await make(host, 1);
    await expect(handle.call('turn', 0)).rejects.toMatchObject(ENDED);
    await expect(handle.call('turn', 1)).rejects.toMatchObject({ kind: 'Internal' });
  });

  test('a destructor that never ends is stopped with Timeout', async () => {
    await using host = await createHost({ registry, threads });
    const handle = await make(host, 9);
    await expect(handle.drop()).rejects.toMatchObject(ENDED);
  });

  test('the time since the handle was given counts for no method', async () => {
    await using host = await createHost({ registry, threads });
    const handle = await make(host, 1);
    await sleep(LIMIT_MS + 10);
    // Long enough that the guest asks whether it may go on.
    expect(await handle.call('turn', 1_000_000)).toBe(7);
    await handle.drop();
  });
});
