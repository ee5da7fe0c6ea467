import { expect, test } from 'vitest';
import { WORK } from '../threads/built.js';
import { BUILT, endpoint, serve, wat } from './serving.js';

const built = await BUILT();
const work = wat('work', 'work: func(turns: u32) -> u32;', WORK, { pool: { type: 'lazy', max_size: 2 } });
const ANSWER = wat('answer', 'answer: func() -> s32;', '(module (func (export "answer") (result i32) i32.const 42))');

test('a guest that was short and is long now gives its answer from a thread, and others are served meanwhile', async () => {
  await using served = await serve(
    [work, ANSWER, endpoint('GET', '/work', 'work'), endpoint('GET', '/answer', 'answer')],
    {},
    { threads: 2 },
    built,
  );
  const ask = async (turns: number) => (await fetch(`${served.url}/work?turns=${turns}`)).text();
  for (let count = 0; count < 50; count++) expect(await ask(10)).toBe('7');
  const order: string[] = [];
  const long = ask(1_000_000_000).then((text) => order.push(`long ${text}`));
  const short = fetch(`${served.url}/answer`).then(async (response) => order.push(`short ${await response.text()}`));
  await Promise.all([long, short]);
  expect(order).toEqual(['short 42', 'long 7']);
  for (let count = 0; count < 50; count++) expect(await ask(10)).toBe('7');
  expect(served.host.stats().functions['t:work']).toMatchObject({ calls: 101, errors: {} });
});

test('the limit of an entry holds for short calls, too', async () => {
  const limited = wat('work', 'work: func(turns: u32) -> u32;', WORK, {
    pool: { type: 'lazy', max_size: 2 },
    limits: { max_execution_ms: 50 },
  });
  await using served = await serve(
    [limited, endpoint('GET', '/work', 'work', { timeout: '10s' })],
    {},
    { threads: 1 },
    built,
  );
  const ask = (turns: number) => fetch(`${served.url}/work?turns=${turns}`);
  for (let count = 0; count < 20; count++) expect((await ask(10)).status).toBe(200);
  expect((await ask(4_000_000_000)).status).toBe(504);
  expect((await ask(10)).status).toBe(200);
});
