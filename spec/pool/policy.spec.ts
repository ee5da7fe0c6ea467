import { describe, expect, test } from 'vitest';
import { poolPolicy } from '../../src/pool/policy.js';
import { NO_POOL_FIELDS, normalizePool } from '../../src/registry/pool.js';

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
      { type: 'lazy', maxSize: 8 },
      { initialInstances: 0, maxRunning: 8, minInstances: 0, idleMs: 30_000 },
    ],
    [{ type: 'lazy' }, { maxRunning: 100 }],
    [{ type: 'adaptive' }, { initialInstances: 1, maxRunning: 100, minInstances: 1 }],
    [
      { type: 'adaptive', maxSize: 16, warmStart: true },
      { initialInstances: 4, maxRunning: 16 },
    ],
    [
      { type: 'adaptive', maxSize: 1, warmStart: true },
      { initialInstances: 1, maxRunning: 1 },
    ],
    [{ type: 'inline' }, { initialInstances: 0, maxRunning: Number.POSITIVE_INFINITY, reuse: false }],
  ] as const)('%j on 4 cores gives %j', (fields, expected) => {
    expect(poolPolicy(normalizePool({ ...NO_POOL_FIELDS, ...fields }), 4)).toMatchObject(expected);
  });
});
