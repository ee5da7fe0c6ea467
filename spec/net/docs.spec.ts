/** Runs the examples of docs/network.md, with a real server instead of the one on port 8080. */
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import { lazyNetOperations } from '../../src/net/lazy.js';
import { systemClock } from '../../src/pool/clock.js';
import { localServices } from '../../src/threads/io-local.js';
import { specVm } from '../lua/support.js';
import { loadText } from '../registry/helpers.js';
import { httpServer } from './support.js';

const page = readFileSync(new URL('../../docs/network.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```lua\n(.*?)```\n```text\n(.*?)```/gs)].map(([, source, output]) => ({
  source: source!,
  output: output!,
}));

const listener: RequestListener = async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/slow') return;
  if (url.pathname === '/events') {
    response.end('one\ntwo\nthree\n');
  } else if (request.method === 'POST') {
    response.writeHead(201);
    request.pipe(response);
  } else {
    response.setHeader('content-type', 'application/json');
    const fields = url.searchParams.get('fields');
    response.end(
      JSON.stringify({ id: Number(url.pathname.split('/').at(-1)), ...(fields === null ? {} : { fields }) }),
    );
  }
};

test('docs/network.md has examples', () => {
  expect(examples).toHaveLength(4);
});

test.each(examples)('docs/network.md: example %#', async ({ source, output }) => {
  const port = String(await httpServer(listener));
  const { io } = localServices(lazyNetOperations({ scriptHosts: [`localhost:${port}`] }), systemClock);
  const { vm, printed } = specVm({}, { io });
  await vm.runScript({ name: 'docs.lua', source: source.replaceAll('8080', port), context: ROOT_CONTEXT });
  expect(`${printed.join('\n')}\n`.replaceAll(port, '8080')).toBe(output);
});

test('the registry of docs/network.md loads', async () => {
  const [, yaml] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  expect(await loadText(yaml!)).toMatchObject({ ok: true });
});
