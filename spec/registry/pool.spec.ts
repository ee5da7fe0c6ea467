import { describe, expect, test } from 'vitest';
import { NO_POOL_FIELDS, normalizePool, type PoolConfig, type PoolFields } from '../../src/registry/pool.js';
import { brief, entries, expectFailure, expectRegistry, loadText } from './helpers.js';

const NONE = { size: 0, workers: 0, buffer: 0, maxSize: 0, warmStart: false };

const CASES: readonly [string, Partial<PoolFields>, PoolConfig][] = [
  ['nothing is lazy with 100', {}, { type: 'lazy', ...NONE, maxSize: 100 }],
  [
    'workers alone is static with as many instances',
    { workers: 2 },
    { type: 'static', ...NONE, size: 2, workers: 2, buffer: 128 },
  ],
  [
    'workers and size is static',
    { workers: 2, size: 4 },
    { type: 'static', ...NONE, size: 4, workers: 2, buffer: 128 },
  ],
  [
    'workers and max_size is static',
    { workers: 1, maxSize: 9 },
    { type: 'static', ...NONE, size: 1, workers: 1, buffer: 64 },
  ],
  ['size alone is inline', { size: 4 }, { type: 'inline', ...NONE }],
  ['size and max_size is lazy', { size: 4, maxSize: 7 }, { type: 'lazy', ...NONE, maxSize: 7 }],
  ['max_size alone is lazy', { maxSize: 1 }, { type: 'lazy', ...NONE, maxSize: 1 }],
  ['workers 0 counts as not given', { workers: 0, size: 3 }, { type: 'inline', ...NONE }],
  ['size 0 counts as not given', { size: 0 }, { type: 'lazy', ...NONE, maxSize: 100 }],
  ['max_size 0 counts as not given', { size: 2, maxSize: 0 }, { type: 'inline', ...NONE }],
  ['warm_start alone is lazy, which has no use for it', { warmStart: true }, { type: 'lazy', ...NONE, maxSize: 100 }],
  ['inline ignores numbers', { type: 'inline', size: 4, workers: 2, maxSize: 3 }, { type: 'inline', ...NONE }],
  ['static alone is 8 of 8', { type: 'static' }, { type: 'static', ...NONE, size: 8, workers: 8, buffer: 512 }],
  [
    'static with size takes workers from it',
    { type: 'static', size: 3 },
    { type: 'static', ...NONE, size: 3, workers: 3, buffer: 192 },
  ],
  [
    'static with workers takes size from it',
    { type: 'static', workers: 5 },
    { type: 'static', ...NONE, size: 5, workers: 5, buffer: 320 },
  ],
  [
    'static with all keeps all',
    { type: 'static', size: 4, workers: 2, buffer: 16 },
    { type: 'static', ...NONE, size: 4, workers: 2, buffer: 16 },
  ],
  [
    'static with zeros is 8 of 8',
    { type: 'static', size: 0, workers: 0, buffer: 0 },
    { type: 'static', ...NONE, size: 8, workers: 8, buffer: 512 },
  ],
  ['lazy with workers stays lazy', { type: 'lazy', workers: 4 }, { type: 'lazy', ...NONE, maxSize: 100 }],
  ['lazy keeps its max_size', { type: 'lazy', maxSize: 8 }, { type: 'lazy', ...NONE, maxSize: 8 }],
  ['adaptive alone has 100', { type: 'adaptive' }, { type: 'adaptive', ...NONE, maxSize: 100 }],
  [
    'adaptive keeps warm_start',
    { type: 'adaptive', maxSize: 16, warmStart: true },
    { type: 'adaptive', ...NONE, maxSize: 16, warmStart: true },
  ],
];

describe('normalizePool()', () => {
  test.each(CASES)('%s', (_name, fields, expected) => {
    expect(normalizePool({ ...NO_POOL_FIELDS, ...fields })).toEqual(expected);
  });
});

function withPool(pool: string): string {
  return entries(`  - name: f\n    kind: function.wat\n    source: (module)\n    method: m\n    pool: ${pool}\n`);
}

describe('pool:', () => {
  test.each([
    ['{size: 65536}', 'inline'],
    ['{workers: 65536}', 'static'],
    ['{type: static, buffer: 2147483647}', 'static'],
    ['{type: adaptive, max_size: 0, warm_start: false}', 'adaptive'],
    ['{size: 4.0}', 'inline'],
    ['', 'lazy'],
  ])('%s loads as %s', async (pool, type) => {
    const entry = expectRegistry(await loadText(withPool(pool))).getOf('function.wat', 'ns:f');
    expect(entry?.fields.pool.type).toBe(type);
  });

  test.each([
    ['{size: -1}', '7:18-20 invalid-value ns:f: pool values cannot be negative'],
    ['{max_size: -0.5}', '7:22-26 invalid-value ns:f: pool values cannot be negative'],
    ['{size: 65537}', '7:18-23 invalid-value ns:f: pool.size is too large'],
    ['{workers: 1.5}', '7:21-24 invalid-value ns:f: pool.workers is not a whole number'],
    ['{size: .inf}', '7:18-22 invalid-value ns:f: pool.size is not a whole number'],
    ['{size: .nan}', '7:18-22 invalid-value ns:f: pool.size is not a whole number'],
    ['{size: "4"}', '7:18-21 wrong-type ns:f: pool.size has the wrong type'],
    ['{warm_start: 1}', '7:24-25 wrong-type ns:f: pool.warm_start has the wrong type'],
    ['{type: lasy}', '7:18-22 invalid-value ns:f: invalid pool type'],
    ['{type: Lazy}', '7:18-22 invalid-value ns:f: invalid pool type'],
    ['{type: [lazy]}', '7:12-16 wrong-type ns:f: pool.type has the wrong type'],
    ['{sise: 4}', '7:12-16 unknown-field ns:f: pool has no field "sise"'],
    ['[4]', '7:5-9 wrong-type ns:f: pool has the wrong type'],
    ['lazy', '7:11-15 wrong-type ns:f: pool has the wrong type'],
  ])('%s is a problem at its place', async (pool, expected) => {
    expect(brief(expectFailure(await loadText(withPool(pool))).problems)).toEqual([expected]);
  });
});
