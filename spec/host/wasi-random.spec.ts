/** Random numbers, as a guest draws them. */
import { describe, expect, test } from 'vitest';
import { withGuest } from './wasi.js';

const METHODS = [
  'get-random-bytes',
  'get-random-u64',
  'get-insecure-random-bytes',
  'get-insecure-random-u64',
  'insecure-seed',
  'zeroes',
];
const GRANTED = { fields: { imports: ['wasi:random'] } };

describe('wasi:random', () => {
  test.each(['get-random-bytes', 'get-insecure-random-bytes'])(
    '%s gives as many bytes as asked for',
    async (method) => {
      await withGuest('random', METHODS, GRANTED, async ({ call }) => {
        for (const length of [0, 1, 32, 100_000]) {
          expect(await call<Uint8Array>(method, BigInt(length))).toHaveLength(length);
        }
      });
    },
  );

  test.each(['get-random-u64', 'get-insecure-random-u64', 'insecure-seed'])(
    '%s does not repeat itself',
    async (name) => {
      await withGuest('random', METHODS, GRANTED, async ({ call }) => {
        const drawn = new Set<string>();
        for (let count = 0; count < 20; count++) drawn.add(String(await call(name)));
        expect(drawn.size).toBe(20);
      });
    },
  );

  test('one byte in 256 is zero, more or less', async () => {
    await withGuest('random', METHODS, GRANTED, async ({ call }) => {
      // 4096 expected of 2^20 bytes; 15 standard deviations either way.
      const zeroes = Number(await call<bigint>('zeroes', 16, 65_536n));
      expect(Math.abs(zeroes - 4096)).toBeLessThan(960);
    });
  });

  test('more than 64 MiB at once is refused', async () => {
    await withGuest('random', METHODS, GRANTED, async ({ fails }) => {
      const { kind, message } = await fails('get-random-bytes', 2n ** 26n + 1n);
      expect(kind).toBe('Internal');
      expect(message).toContain('67108865 random bytes at once: at most 67108864');
    });
  });

  test('is denied where nothing grants it', async () => {
    await withGuest('random', METHODS, { fields: {} }, async ({ fails }) => {
      expect(await fails('get-random-u64')).toMatchObject({
        kind: 'PermissionDenied',
        message:
          't:get_random_u64 called wasi:random/random#get-random-u64, which its entry does not grant: add "wasi:random" to imports',
        details: { grant: 'wasi:random' },
      });
    });
  });
});
