/** A function whose calls run on threads or near the host: of each seat there is one instance. */
import { expect, test } from 'vitest';
import type { Nearby } from '../../src/functions/nearby.js';
import { remoteFunction } from '../../src/functions/remote.js';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import { poolPolicy } from '../../src/pool/policy.js';
import { createPool } from '../../src/pool/pool.js';
import { normalizePool } from '../../src/registry/pool.js';
import { testClock } from '../pool/test-clock.js';

test('A call on a thread lets go of the instance that its seat has near the host', async () => {
  const log: string[] = [];
  const clock = testClock();
  const policy = poolPolicy({ ...normalizePool({ type: 'lazy', max_size: 1 } as never) } as never, 1);
  const nearby: Nearby = {
    isShort: () => true,
    run: ({ number }) => {
      log.push(`near ${number}`);
      return null;
    },
    forget: ({ number }) => void log.push(`let go of ${number}`),
  };
  const fn = remoteFunction(
    { id: 't:f', signature: null, defaults: null as never, handles: 'none' },
    {
      elsewhere: {
        newSeat: () => ({ number: 1, thread: null, spent: false, held: 0 }),
        holderOf: () => null,
        run: async ({ seat }) => {
          log.push(`on a thread ${seat.number}`);
          return null;
        },
        prepare() {},
        forget() {},
        recall() {},
      },
      makePool: (source) => createPool(policy, source, clock),
      clock,
      reuse: true,
      check: (args) => args,
      nearby,
    },
  );
  await fn.callAs([], { ...ROOT_CONTEXT, here: true }, 'go');
  await fn.callAs([], ROOT_CONTEXT, 'go');
  expect(log).toEqual(['near 1', 'let go of 1', 'on a thread 1']);
  await fn.close();
});
