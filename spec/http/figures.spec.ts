/** What `/metrics` says of functions, against what `stats()` of the host says and what clients saw. */
import { expect, test } from 'vitest';
import { BUILT, endpoint, lua, type Served, serve, wat } from './serving.js';

const FOR_EVER = '(module (func (export "loop") (result i32) (loop $again (br $again)) unreachable))';

async function figures({ serving }: Served, name: string): Promise<string[]> {
  const text = await (await fetch(`${serving.admin}/metrics`)).text();
  return text.split('\n').filter((line) => line.startsWith(`moonwit_${name}{`));
}

test('calls that are held back beyond the buffer of a pool are among those that wait', async () => {
  const one = wat('loop', 'loop: func() -> s32;', FOR_EVER, {
    pool: { type: 'static', size: 1, workers: 1, buffer: 2 },
    transport: 'payload',
  });
  const entries = [one, endpoint('GET', '/loop', 'loop')];
  await using served = await serve(entries, { admin: '127.0.0.1:0' }, { threads: 1 }, await BUILT());
  const stop = new AbortController();
  const answers = Array.from({ length: 6 }, () => served.host.call('t:loop', [], { signal: stop.signal }));
  const ended = Promise.allSettled(answers);
  expect(served.host.stats().functions['t:loop']!.pool).toMatchObject({ running: 1, queued: 2, heldBack: 3 });
  expect(await figures(served, 'function_queued_calls')).toEqual([
    'moonwit_function_queued_calls{function="t:loop"} 5',
  ]);
  stop.abort();
  expect((await ended).map(({ status }) => status)).toEqual(Array(6).fill('rejected'));
  expect(await figures(served, 'function_queued_calls')).toEqual([
    'moonwit_function_queued_calls{function="t:loop"} 0',
  ]);
});

test("what an endpoint's timeout ended is counted as Timeout, in Lua as in guests", async () => {
  const limit = { timeout: '100ms' };
  const entries = [
    lua('naps', 'function() time.sleep("1h") end'),
    wat('loop', 'loop: func() -> s32;', FOR_EVER),
    endpoint('GET', '/naps', 'naps', limit),
    endpoint('GET', '/loop', 'loop', limit),
  ];
  await using served = await serve(entries, { admin: '127.0.0.1:0' }, { threads: 2 }, await BUILT());
  const statuses = ['/naps', '/loop'].map(async (path) => (await fetch(served.url + path)).status);
  expect(await Promise.all(statuses)).toEqual([504, 504]);
  expect(await figures(served, 'function_errors_total')).toEqual([
    'moonwit_function_errors_total{function="t:naps",kind="Timeout"} 1',
    'moonwit_function_errors_total{function="t:loop",kind="Timeout"} 1',
  ]);
});
