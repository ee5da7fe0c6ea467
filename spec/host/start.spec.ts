/** Guest code that runs when an instance is made: start functions and `_initialize`. */
import { describe, expect, test } from 'vitest';
import { createHost } from '../../src/index.js';

/** Counts its starts nowhere: an instance has begun `turns` turns of its start function when it answers 7. */
const starting = (turns: number) => `(module
  (global $left (mut i32) (i32.const ${turns}))
  (func $begin (loop $more
    (global.set $left (i32.sub (global.get $left) (i32.const 1)))
    (br_if $more (global.get $left))))
  (start $begin)
  (func (export "f") (result i32) (i32.const 7)))`;
const ENDLESS = '(module (func $begin (loop $for_ever (br $for_ever))) (start $begin) (func (export "f")))';
const REACTOR = '(module (func (export "_initialize") (loop $for_ever (br $for_ever))) (func (export "f")))';
const TRAPS = '(module (func $begin unreachable) (start $begin) (func (export "f")))';

const entry = (source: string, more: object = {}) => ({
  namespace: 't',
  entries: [{ name: 'f', kind: 'function.wat', source, method: 'f', ...more }],
});

const POOLS = [{ type: 'inline' }, { type: 'lazy' }, { type: 'static', workers: 1 }, { type: 'adaptive' }];

describe.each(POOLS)('a start function, in a pool that is $type', (pool) => {
  test.each([
    ['start', ENDLESS],
    ['_initialize', REACTOR],
  ])('%s that loops for ever ends at max_execution_ms, each time', async (_name, source) => {
    const limits = { max_execution_ms: 30 };
    await using host = await createHost({ registry: entry(source, { pool, limits }), threads: 0 });
    for (let call = 0; call < 2; call++) {
      await expect(host.call('t:f')).rejects.toMatchObject({
        kind: 'Timeout',
        message: 't:f exceeded its limit of 30 ms',
        details: { limit: 'max_execution_ms', limit_ms: 30 },
      });
    }
  });

  test('ends at the timeout of its call where the entry has no limit', async () => {
    await using host = await createHost({ registry: entry(ENDLESS, { pool }), threads: 0 });
    await expect(host.call('t:f', [], { timeout: 30 })).rejects.toMatchObject({ kind: 'Timeout' });
  });

  test('that ends leaves an instance that answers', async () => {
    const limits = { max_execution_ms: 5000 };
    await using host = await createHost({ registry: entry(starting(1000), { pool, limits }), threads: 0 });
    expect(await host.call('t:f')).toBe(7);
    expect(await host.call('t:f')).toBe(7);
  });

  test('that traps is the trap of each call', async () => {
    await using host = await createHost({ registry: entry(TRAPS, { pool }), threads: 0 });
    for (let call = 0; call < 2; call++) {
      await expect(host.call('t:f')).rejects.toMatchObject({ kind: 'Internal', message: 'wasm trap: unreachable' });
    }
  });
});
