/** Clocks and polls, seen by a guest that waits. */
import { describe, expect, test } from 'vitest';
import { type GuestHost, withGuest } from './wasi.js';

const METHODS = [
  'sleep-ms',
  'sleep-until',
  'sleep-by-poll',
  'sleep-often',
  'poll-many',
  'poll-nothing',
  'ready',
  'spin',
  'keep',
  'wait-kept',
  'now',
  'resolution',
].map((name) => `test-sleep#${name}`);

const GRANTED = { imports: ['wasi:io', 'wasi:clocks'] };

const withSleeper = <T>(run: (use: GuestHost) => Promise<T>, fields: object = {}): Promise<T> =>
  withGuest('sleep', METHODS, { fields: { ...GRANTED, pool: { type: 'lazy', max_size: 4 }, ...fields } }, run);

describe('a guest that waits', () => {
  test.each(['sleep-ms', 'sleep-by-poll'])('%s wakes after its time, never before', async (method) => {
    await withSleeper(async ({ call }) => {
      for (const ms of [0n, 1n, 7n, 25n]) expect(await call<bigint>(method, ms)).toBeGreaterThanOrEqual(ms);
    });
  });

  test('sleep-until an instant that has passed does not wait', async () => {
    await withSleeper(async ({ call }) => {
      expect(await call<bigint>('sleep-until', 0n)).toBeLessThan(1000n);
      expect(await call<bigint>('sleep-until', 3_000_000n)).toBeGreaterThanOrEqual(3n);
    });
  });

  test('sleep-often waits each time anew', async () => {
    await withSleeper(async ({ call }) => expect(await call<bigint>('sleep-often', 2n, 5)).toBeGreaterThanOrEqual(10n));
  });

  test('spin sees a pollable become ready without ever blocking on it', async () => {
    await withSleeper(async ({ call }) => expect(await call<bigint>('spin', 3n)).toBeGreaterThan(0n));
  });

  test('ready answers at once: no for later, yes for now', async () => {
    await withSleeper(async ({ call }) => {
      expect(await call('ready', 60_000n)).toBe(false);
      expect(await call('ready', 0n)).toBe(true);
    });
  });

  test('a wait beyond all time ends with the deadline of its call', async () => {
    await withSleeper(async ({ host }) => {
      const forever = host.call('t:sleep_ms', [2n ** 64n / 1_000_000n], { timeout: 30 });
      await expect(forever).rejects.toMatchObject({ kind: 'Timeout' });
    });
  });

  test('a limit ends a wait, and the next call has a guest that works', async () => {
    const limits = { max_execution_ms: 500 };
    await withSleeper(
      async ({ call, fails }) => {
        expect(await fails('sleep-ms', 60_000n)).toMatchObject({
          kind: 'Timeout',
          message: 't:sleep_ms exceeded its limit of 500 ms',
        });
        expect(await call<bigint>('sleep-ms', 1n)).toBeGreaterThanOrEqual(1n);
      },
      { limits },
    );
  });
});

describe('poll', () => {
  test('answers the first that is ready', async () => {
    await withSleeper(async ({ call }) => expect(await call('poll-many', [60_000n, 5n, 60_000n])).toEqual([1]));
  });

  test('answers all that are ready, in order', async () => {
    await withSleeper(async ({ call }) => expect(await call('poll-many', [0n, 60_000n, 0n])).toEqual([0, 2]));
  });

  test('traps on a list of nothing', async () => {
    await withSleeper(async ({ fails }) => {
      expect(await fails('poll-nothing')).toMatchObject({
        kind: 'Internal',
        message: expect.stringContaining(
          'import wasi:io/poll#poll failed: the list of pollables is empty: it would wait for ever',
        ),
      });
    });
  });
});

describe('the monotonic clock', () => {
  test('goes on by ticks of its resolution, over instances', async () => {
    await withSleeper(async ({ call }) => {
      const first = await call<bigint>('now');
      const second = await call<bigint>('now');
      expect(second).toBeGreaterThan(first);
      expect(await call('resolution')).toBe(1000n);
    });
  });
});

describe('without the grant', () => {
  test('of the clocks, the call says which line would grant them', async () => {
    await withSleeper(
      async ({ fails }) => {
        expect(await fails('sleep-ms', 1n)).toMatchObject({
          kind: 'PermissionDenied',
          message:
            't:sleep_ms called wasi:clocks/monotonic-clock#now, which its entry does not grant: add "wasi:clocks" to imports',
        });
      },
      { imports: ['wasi:io'] },
    );
  });

  test('of polls, a pollable can be made and not waited for', async () => {
    await withSleeper(
      async ({ call, fails }) => {
        expect(await call<bigint>('now')).toBeGreaterThan(0n);
        expect(await fails('sleep-ms', 1n)).toMatchObject({
          kind: 'PermissionDenied',
          message:
            't:sleep_ms called wasi:io/poll#[method]pollable.block, which its entry does not grant: add "wasi:io" to imports',
        });
      },
      { imports: ['wasi:clocks'] },
    );
  });

  test('wasi:poll is enough for polls', async () => {
    await withSleeper(async ({ call }) => expect(await call<bigint>('sleep-ms', 1n)).toBeGreaterThanOrEqual(1n), {
      imports: ['wasi:poll', 'wasi:clocks/monotonic-clock'],
    });
  });
});

test('what the guest of one entry keeps is not there for another entry of the same binary', async () => {
  await withSleeper(
    async ({ call, fails }) => {
      await call('keep', 5n);
      expect(await fails('wait-kept')).toMatchObject({ kind: 'Internal', details: { trap: 'unreachable' } });
    },
    { pool: { type: 'static', size: 1, workers: 1 } },
  );
});
