/** What ends a guest or a script on a thread, and what is left afterwards. */
import { describe, expect, test } from 'vitest';
import { createHost, errorOf, GROW, LOOP, lua, registryOf, TRAP, WORK, wat } from './built.js';

const ENDLESS = registryOf(
  wat('loop', LOOP),
  wat('limited', LOOP.replace('"loop"', '"limited"'), { limits: { max_execution_ms: 30 } }),
  wat('work', WORK),
  wat('trap', TRAP),
  lua('spin', 'function() while true do end end'),
  lua('catch', 'function() while true do pcall(function() while true do end end) end end'),
  lua('calls', 'function(id) return funcs.call(id) end'),
);

describe('a guest that loops for ever', () => {
  test('ends at max_execution_ms with Timeout, and the next call gets a fresh instance on the same thread', async () => {
    await using host = await createHost({ registry: ENDLESS, threads: 1 });
    const error = await errorOf(host.call('t:limited'));
    expect(error).toMatchObject({ kind: 'Timeout', message: 't:limited exceeded its limit of 30 ms' });
    expect(error.details).toMatchObject({ limit: 'max_execution_ms', limit_ms: 30, wait_ms: 0 });
    expect(error.details!.guest_ms).toBeGreaterThanOrEqual(30);
    expect(await host.call('t:work', [3])).toBe(7);
    expect(host.describe('t:limited').poolStats).toMatchObject({ running: 0, idle: 0, destroyed: 1 });
    expect(host.stats().threads).toMatchObject({ threads: 1, started: 1, lost: 0 });
  });

  test('ends at the timeout of its call', async () => {
    await using host = await createHost({ registry: ENDLESS });
    const error = await errorOf(host.call('t:loop', [], { timeout: 20 }));
    expect(error).toMatchObject({ kind: 'Timeout', message: 't:loop did not answer within its timeout of 20 ms' });
    // Its first call, whose thread starts with it: that it is not told as waiting.
    expect(error.details).toMatchObject({ limit: 'timeout', wait_ms: 0 });
    const { queue_ms, guest_ms } = error.details as { queue_ms: number; guest_ms: number };
    expect(queue_ms + guest_ms).toBeGreaterThan(0);
    expect(await host.call('t:work', [3])).toBe(7);
  });

  test('ends when its signal aborts, and leaves its thread to others', async () => {
    await using host = await createHost({ registry: ENDLESS, threads: 1 });
    const controller = new AbortController();
    const answer = errorOf(host.call('t:loop', [], { signal: controller.signal }));
    setTimeout(() => controller.abort(), 20);
    expect(await answer).toMatchObject({ kind: 'Canceled' });
    expect(await host.call('t:work', [3])).toBe(7);
    expect(host.stats().threads).toMatchObject({ started: 1, lost: 0 });
  });

  test('ends with the Lua function that called it, by deadline and by signal', async () => {
    await using host = await createHost({ registry: ENDLESS, threads: 1 });
    expect(await errorOf(host.call('t:calls', ['t:loop'], { timeout: 30 }))).toMatchObject({ kind: 'Timeout' });
    const controller = new AbortController();
    const answer = errorOf(host.call('t:calls', ['t:loop'], { signal: controller.signal }));
    setTimeout(() => controller.abort(), 20);
    expect(await answer).toMatchObject({ kind: 'Canceled' });
    expect(await host.call('t:calls', ['t:limited']).catch((error: Error) => error.message)).toContain('30 ms');
    expect(host.stats().threads).toMatchObject({ lost: 0 });
  });

  test('keeps nobody waiting: others answer beside it', async () => {
    await using host = await createHost({ registry: ENDLESS, threads: 2 });
    const stopped = new AbortController();
    const looping = errorOf(host.call('t:loop', [], { signal: stopped.signal }));
    for (let i = 0; i < 50; i++) expect(await host.call('t:work', [1000])).toBe(7);
    stopped.abort();
    expect(await looping).toMatchObject({ kind: 'Canceled' });
  });
});

describe('a start function that loops for ever', () => {
  const START = '(module (func $s (loop $l (br $l))) (start $s) (func (export "start")))';
  const pools = [{ type: 'inline' }, { type: 'lazy' }, { type: 'static', workers: 2 }];

  test.each(pools)('ends at its limit, its timeout and its signal; others answer beside it ($type)', async (pool) => {
    const started = wat('start', START, { pool });
    const limits = { max_execution_ms: 30 };
    const limited = wat('limited', START.replace('"start"', '"limited"'), { pool, limits });
    await using host = await createHost({ registry: registryOf(started, limited, wat('work', WORK)) });
    expect(await host.call('t:work', [3])).toBe(7);
    const error = await errorOf(host.call('t:limited'));
    expect(error).toMatchObject({ kind: 'Timeout', message: 't:limited exceeded its limit of 30 ms' });
    expect(await errorOf(host.call('t:start', [], { timeout: 20 }))).toMatchObject({ kind: 'Timeout' });
    const controller = new AbortController();
    const answer = errorOf(host.call('t:start', [], { signal: controller.signal }));
    setTimeout(() => controller.abort(), 20);
    expect(await answer).toMatchObject({ kind: 'Canceled' });
    expect(host.stats().threads).toMatchObject({ lost: 0 });
  });
});

describe('Lua that loops for ever', () => {
  test.each(['t:spin', 't:catch'])('%s ends at its timeout, and its thread runs the next call', async (id) => {
    await using host = await createHost({ registry: ENDLESS, threads: 1 });
    expect(await errorOf(host.call(id, [], { timeout: 30 }))).toMatchObject({ kind: 'Timeout' });
    expect(await host.call('t:calls', ['t:nope']).catch((error: Error) => error.message)).toContain('no handler');
    expect(host.stats().threads).toMatchObject({ lost: 0 });
  });

  test('holds up no other Lua on its thread', async () => {
    await using host = await createHost({ registry: ENDLESS, threads: 1 });
    const stop = new AbortController();
    const looping = errorOf(host.call('t:spin', [], { signal: stop.signal }));
    const spins = () => host.stats().threads!.each.some(({ state }) => state === 'runs');
    while (!spins()) await new Promise(setImmediate);
    expect(await host.call('t:calls', ['t:nothing-of-this-name']).catch((error) => error.kind)).toBe('NotFound');
    stop.abort();
    expect((await looping).kind).toBe('Canceled');
  });
});

test('a queue is waited for within the timeout, and left by who is cancelled', async () => {
  const registry = registryOf(wat('loop', LOOP, { pool: { type: 'static', size: 1 } }));
  await using host = await createHost({ registry });
  const first = new AbortController();
  const running = errorOf(host.call('t:loop', [], { signal: first.signal }));
  const error = await errorOf(host.call('t:loop', [], { timeout: 20 }));
  expect(error).toMatchObject({ kind: 'Timeout', details: { guest_ms: 0 } });
  const { queue_ms, wait_ms } = error.details as { queue_ms: number; wait_ms: number };
  expect(queue_ms + wait_ms).toBeGreaterThanOrEqual(20);
  const second = new AbortController();
  const queued = errorOf(host.call('t:loop', [], { signal: second.signal }));
  second.abort();
  expect(await queued).toMatchObject({ kind: 'Canceled' });
  first.abort();
  await running;
});

describe('max_memory_mb', () => {
  test('bounds memory.grow: 31 pages fit beside the first under 2 MB, 32 do not', async () => {
    const registry = registryOf(wat('grow', GROW, { limits: { max_memory_mb: 2 }, pool: { type: 'inline' } }));
    for (const threads of [0, 1]) {
      await using host = await createHost({ registry, threads });
      expect(await host.call('t:grow', [31])).toBe(1);
      expect(await host.call('t:grow', [32])).toBe(-1);
    }
  });

  test('is a problem of the entry where the module starts above it', async () => {
    const registry = registryOf(wat('grow', GROW.replace(') 1)', ') 17)'), { limits: { max_memory_mb: 1 } }));
    await expect(createHost({ registry })).rejects.toThrow(/starts with 1114112 bytes, its limit is 1048576 bytes/);
  });
});

test('a trap is Internal with its stack by name, on a thread as here', async () => {
  const registry = registryOf(
    wat('trap', '(module (func $inner unreachable) (func (export "trap") (call $inner) (call $inner)))'),
  );
  const errors = [];
  for (const threads of [0, 1]) {
    await using host = await createHost({ registry, threads });
    errors.push((await errorOf(host.call('t:trap'))).toData());
  }
  expect(errors[0]).toMatchObject({ kind: 'Internal', message: 'wasm trap: unreachable' });
  expect(errors[1]).toEqual(errors[0]);
});

test('work is counted the same wherever it is done, also that of calls that fail', async () => {
  const registry = registryOf(
    wat('work', WORK),
    wat('inline', WORK, { method: 'work', pool: { type: 'inline' } }),
    wat('fails', WORK.replace('(i32.const 7)', '(unreachable)'), { method: 'work' }),
  );
  const workOf = async (threads: number, argument: number, calls: number) => {
    await using host = await createHost({ registry, threads });
    for (let i = 0; i < calls; i++) {
      await host.call('t:work', [argument]);
      await host.call('t:inline', [argument]);
      await errorOf(host.call('t:fails', [argument]));
    }
    const { functions } = host.stats();
    return ['t:work', 't:inline', 't:fails'].map((id) => functions[id]!.work);
  };
  const once = await workOf(0, 1000, 1);
  expect(once.every((units) => units > 1000)).toBe(true);
  expect(await workOf(2, 1000, 1)).toEqual(once);
  expect(await workOf(2, 1000, 3)).toEqual(once.map((units) => 3 * units));
});
