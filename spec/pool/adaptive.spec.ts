/** What adaptive pools find, on a machine that is simulated: so many cores, calls that compute or wait, time that is moved by hand. */
import { describe, expect, test } from 'vitest';
import { poolPolicy } from '../../src/pool/policy.js';
import { createPool } from '../../src/pool/pool.js';
import type { Admission } from '../../src/pool/types.js';
import { NO_POOL_FIELDS, normalizePool } from '../../src/registry/pool.js';
import { turnQueue } from '../../src/threads/turn-queue.js';
import { testClock } from './test-clock.js';

const OUTSIDE: Admission = { reentrant: false, signal: null, deadline: null };

interface Simulation {
  /** What one call needs of a core, in ms. */
  readonly computeMs: number;
  readonly cores: number;
  /** Each makes one call after the other. */
  readonly callers: number;
  readonly maxSize?: number;
  readonly warmStart?: boolean;
}

/** How many calls ran at once in each ms, and how many have ended. */
async function simulate({ computeMs, cores, callers, maxSize = 100, warmStart = false }: Simulation, forMs: number) {
  const clock = testClock();
  const config = normalizePool({ ...NO_POOL_FIELDS, type: 'adaptive', maxSize, warmStart });
  const pool = createPool(
    poolPolicy(config, cores),
    { create: () => ({}), condition: () => 'reusable', destroy: () => {} },
    clock,
  );
  const running = new Set<{ leftMs: number; readonly end: () => void }>();
  let ended = 0;
  let on = true;
  const call = () => pool.run(() => new Promise<void>((end) => running.add({ leftMs: computeMs, end })), OUTSIDE);
  const caller = async () => {
    while (on) {
      await call();
      ended++;
    }
  };
  const all = Array.from({ length: callers }, caller);
  const counts: number[] = [];
  const step = async () => {
    const share = Math.min(1, cores / running.size);
    for (const each of running) {
      each.leftMs -= share;
      if (each.leftMs > 1e-9) continue;
      running.delete(each);
      each.end();
    }
    for (let turns = 0; turns < 10; turns++) await null;
    clock.advance(1);
    for (let turns = 0; turns < 10; turns++) await null;
    counts.push(running.size);
  };
  for (let ms = 0; ms < forMs; ms++) await step();
  on = false;
  while (running.size > 0 || pool.stats().queued > 0) await step();
  await Promise.all(all);
  return { counts: counts.slice(0, forMs), ended, pool, clock };
}

const mean = (counts: readonly number[]) => counts.reduce((sum, each) => sum + each, 0) / counts.length;
const changes = (counts: readonly number[]) => counts.filter((each, at) => at > 0 && each !== counts[at - 1]).length;

describe('an adaptive pool', () => {
  test('starts with one, and goes on with one where one core is all there is', async () => {
    const { counts } = await simulate({ computeMs: 5, cores: 1, callers: 8 }, 20_000);
    expect(counts.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 1));
    expect(mean(counts)).toBeLessThan(1.2);
  });

  test.each([2, 4])('finds that %i cores are worth as many calls at once, and stays there', async (cores) => {
    const { counts, ended } = await simulate({ computeMs: 5, cores, callers: 24 }, 30_000);
    const later = counts.slice(10_000);
    expect(mean(later)).toBeGreaterThanOrEqual(cores);
    expect(mean(later)).toBeLessThan(cores * 1.5);
    expect(ended).toBeGreaterThan((30_000 / 5) * cores * 0.9);
  });

  test('does not flap: tries that bring nothing come ever later', async () => {
    const { counts } = await simulate({ computeMs: 5, cores: 2, callers: 24 }, 60_000);
    expect(changes(counts.slice(0, 20_000))).toBeLessThan(60);
    expect(changes(counts.slice(30_000))).toBeLessThan(10);
  });

  test('lets calls in that wait, as many as there are callers', async () => {
    const { counts } = await simulate({ computeMs: 50, cores: 1000, callers: 20 }, 10_000);
    expect(mean(counts.slice(5000))).toBeGreaterThan(18);
  });

  test('lets more in where nothing ends at all, up to its size', async () => {
    const { counts } = await simulate({ computeMs: 10_000, cores: 1000, callers: 20, maxSize: 16 }, 5000);
    expect(Math.max(...counts)).toBe(16);
  });

  test('starts with one for each core where it starts warm', async () => {
    const { counts } = await simulate({ computeMs: 5, cores: 4, callers: 8, warmStart: true }, 5);
    expect(counts).toEqual([4, 4, 4, 4, 4]);
  });

  test('comes down again when nobody has needed it for its idle time, step by step', async () => {
    const { pool, clock } = await simulate({ computeMs: 50, cores: 1000, callers: 20 }, 5000);
    const before = pool.stats().idle;
    expect(before).toBeGreaterThan(10);
    clock.advance(30_000);
    expect(pool.stats().idle).toBe(before - 1);
    clock.advance(30_000 * before);
    expect(pool.stats().idle).toBe(1);
  });
});

describe('functions that wait for a thread take turns', () => {
  test('a busy function does not keep the others out, and each keeps its own order', () => {
    const queue = turnQueue<string>();
    for (let i = 1; i <= 5; i++) queue.add('busy', `busy ${i}`);
    for (const each of ['rare', 'other']) for (let i = 1; i <= 2; i++) queue.add(each, `${each} ${i}`);
    const order: (string | null)[] = [];
    while (queue.size() > 0) order.push(queue.next(() => 1)?.item ?? null);
    expect(order).toEqual([
      ...['busy 1', 'rare 1', 'other 1', 'busy 2', 'rare 2', 'other 2'],
      ...['busy 3', 'busy 4', 'busy 5'],
    ]);
  });

  test('what finds no thread is passed over, and keeps its turn', () => {
    const queue = turnQueue<string>();
    for (const each of ['first', 'second']) queue.add(each, each);
    expect(queue.next((item) => (item === 'second' ? 1 : null))?.item).toBe('second');
    queue.add('second', 'second again');
    expect(queue.next(() => 1)?.item).toBe('first');
    expect(queue.remove('second', 'second again')).toBe(true);
    expect(queue.next(() => 1)).toBeNull();
  });
});
