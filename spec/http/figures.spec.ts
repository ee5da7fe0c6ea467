/** What `/metrics` says of functions, against what `stats()` of the host says and what clients saw. */
import { expect, test } from 'vitest';
import { BUILT, endpoint, type Served, serve, wat } from './serving.js';

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
