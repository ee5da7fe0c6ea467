/** What lives on when a registry is loaded anew, and what does not. */
import { expect, test } from 'vitest';
import { loadHost } from '../../src/host/host.js';
import { createHost, type Host } from '../../src/index.js';
import { endpoint, lua, serve } from './serving.js';

const HELLO = lua('hello', 'function() http.response():write("hello") end');

function limited(requests: number, more: object = {}): object[] {
  const options = { 'ratelimit.requests': requests, 'ratelimit.burst': 0, 'ratelimit.window': '1h' };
  const router = { name: 'limited', kind: 'http.router', middleware: ['ratelimit'], options, ...more };
  return [HELLO, router, endpoint('GET', '/hello', 'hello')];
}

test.each([
  ['the same entries count on', limited(2), 429],
  ['other entries that changed change nothing', [...limited(2), lua('other', 'function() end')], 429],
  ['another limit begins anew', limited(3), 200],
  ['a router that is called something else begins anew', limited(2, { name: 'renamed' }), 200],
] as const)('use(): of rate limits, %s', async (_what, entries, status) => {
  await using served = await serve(limited(2));
  const ask = async () => (await fetch(`${served.url}/hello`)).status;
  expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
  await using next = await createHost({ registry: { namespace: 't', entries }, threads: 0 });
  await (await served.serving.use(next)).drained;
  expect(await ask()).toBe(status);
});

test('use(): a version that could not serve has not made anybody forget', async () => {
  await using served = await serve(limited(1));
  const ask = async () => (await fetch(`${served.url}/hello`)).status;
  expect([await ask(), await ask()]).toEqual([200, 429]);
  await using empty = await createHost({ registry: { namespace: 't', entries: [HELLO] }, threads: 0 });
  await expect(served.serving.use(empty)).rejects.toThrow('nothing to serve');
  expect(await ask()).toBe(429);
});

const MEMORY = { name: 'memory', kind: 'env.storage.memory' };
const VALUE = { name: 'value', kind: 'env.variable', storage: 'memory', variable: 'VALUE', default: 'none' };
const SET = lua('set', 'function(value) return env.set("VALUE", value) end');
const GET = lua('get', 'function() return env.get("VALUE") end');

async function following(before: Host | null, entries: readonly object[]): Promise<Host> {
  const loaded = await loadHost({ registry: { namespace: 't', entries }, threads: 0 }, before);
  if (!loaded.ok) throw new Error('the registry has problems');
  return loaded.host;
}

test('a host that takes the place of another has its values in memory, also those that are set later', async () => {
  await using first = await following(null, [MEMORY, VALUE, SET, GET]);
  await first.call('t:set', ['one']);
  await using second = await following(first, [MEMORY, VALUE, SET, GET, HELLO]);
  expect(await second.call('t:get')).toBe('one');
  await first.call('t:set', ['two']);
  expect(await second.call('t:get')).toBe('two');
});

test('a storage that was gone for a while is empty', async () => {
  await using first = await following(null, [MEMORY, VALUE, SET, GET]);
  await first.call('t:set', ['one']);
  await using second = await following(first, [HELLO]);
  await using third = await following(second, [MEMORY, VALUE, SET, GET]);
  expect(await third.call('t:get')).toBe('none');
});
