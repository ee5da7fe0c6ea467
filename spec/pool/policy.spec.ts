import { describe, expect, test } from 'vitest';
import { poolPolicy, poolTypeOf } from '../../src/pool/policy.js';

describe('poolTypeOf() without type', () => {
  test.each([
    [{}, 'lazy'],
    [{ workers: 2 }, 'static'],
    [{ workers: 0 }, 'lazy'],
    [{ size: 4 }, 'inline'],
    [{ size: 0 }, 'lazy'],
    [{ size: 4, workers: 2 }, 'static'],
    [{ max_size: 4 }, 'lazy'],
    [{ size: 4, max_size: 4 }, 'lazy'],
    [{ type: 'adaptive', workers: 2 }, 'adaptive'],
  ] as const)('%j is %s', (settings, type) => {
    expect(poolTypeOf(settings)).toBe(type);
  });
});

describe('poolPolicy()', () => {
  test.each([
    [
      { type: 'static', size: 4, workers: 2, buffer: 16 },
      { initialInstances: 4, maxRunning: 2, buffer: 16 },
    ],
    [
      { type: 'static', size: 4, workers: 2 },
      { initialInstances: 4, maxRunning: 2, buffer: 128 },
    ],
    [
      { type: 'static', workers: 3 },
      { initialInstances: 3, maxRunning: 3, buffer: 192 },
    ],
    [
      { type: 'static', size: 5 },
      { initialInstances: 5, maxRunning: 5, buffer: 320 },
    ],
    [{ type: 'static' }, { initialInstances: 8, maxRunning: 8, buffer: 512 }],
    [
      { type: 'lazy', max_size: 8 },
      { initialInstances: 0, maxRunning: 8, minInstances: 0, idleMs: 30_000 },
    ],
    [{ type: 'lazy' }, { maxRunning: 100 }],
    [{ type: 'adaptive' }, { initialInstances: 1, maxRunning: 100, minInstances: 1 }],
    [
      { type: 'adaptive', max_size: 16, warm_start: true },
      { initialInstances: 4, maxRunning: 16 },
    ],
    [
      { type: 'adaptive', max_size: 1, warm_start: true },
      { initialInstances: 1, maxRunning: 1 },
    ],
    [{ type: 'inline' }, { initialInstances: 0, maxRunning: Number.POSITIVE_INFINITY, reuse: false }],
  ] as const)('%j on 4 cores gives %j', (settings, expected) => {
    expect(poolPolicy(settings, 4)).toMatchObject(expected);
  });
});
