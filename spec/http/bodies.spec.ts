/** What all bodies together may take. */
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { loadHost } from '../../src/host/host.js';
import { endpoint, lua, raw, type Served, serve, wat } from './serving.js';

const KIB = 1024;
const SIZE = `(module (memory (export "memory") 100)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
  (func (export "size") (param i32 i32) (result i32) (local.get 1)))`;
const service = (more: object) => ({ name: 'web', kind: 'http.service', addr: '127.0.0.1:0', ...more });
const BOUND = { max_body: '1MiB', max_bodies: '2MiB' };
const READERS = {
  'a typed function': wat('size', 'size: func(body: list<u8>) -> u32;', SIZE),
  'a Lua handler': lua(
    'size',
    'function() local body, err = http.request():body() if err then return nil, err end http.response():write(#body) end',
  ),
} as const;

function head(length: number): string {
  return `POST /size HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`;
}

/** What `/metrics` says of bytes that are held. */
async function heldBytes({ serving }: Served): Promise<number> {
  const text = await (await fetch(`${serving.admin}/metrics`)).text();
  return Number(/^moonwit_http_body_bytes\{.*\} (\d+)$/m.exec(text)?.[1]);
}

/** Sends nearly all of a body and keeps the rest. */
async function holding({ port }: Served, length: number): Promise<{ socket: Socket; finish(): Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (piece) => {
    answer += piece.toString('latin1');
  });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  await new Promise<void>((resolve) => socket.write(head(length) + 'x'.repeat(length - 1), () => resolve()));
  const finish = async () => {
    socket.write('x');
    await closed;
    return answer;
  };
  return { socket, finish };
}

test.each(Object.entries(READERS))(
  '%s: beyond max_bodies a body is refused by 503 with Retry-After, until there is room',
  async (_who, fn) => {
    await using served = await serve([service(BOUND), fn, endpoint('POST', '/size', 'size')], { admin: '127.0.0.1:0' });
    const length = 900 * KIB;
    const all = await Promise.all([holding(served, length), holding(served, length)]);
    await expect.poll(() => heldBytes(served), { timeout: 60_000 }).toBe(2 * (length - 1));
    const third = () => raw(served.port, head(length) + 'x'.repeat(length));
    const refused = await third();
    expect(refused).toMatch(/^HTTP\/1\.1 503 .*\r\n/);
    expect(refused).toMatch(/\r\nRetry-After: 1\r\n/);
    expect(refused).toMatch(
      /\{"error":"too many large request bodies at once, try again later","kind":"Unavailable"\}$/,
    );
    // Small ones are not counted.
    expect(await raw(served.port, `${head(3)}abc`)).toMatch(/\r\n\r\n3$/);
    expect(await all[0].finish()).toMatch(new RegExp(`\r\n\r\n${length}$`));
    all[1].socket.destroy();
    await expect.poll(() => heldBytes(served), { timeout: 60_000 }).toBe(0);
    expect(await third()).toMatch(new RegExp(`^HTTP/1\\.1 200[\\s\\S]*\r\n\r\n${length}$`));
  },
);

test('a body that is announced and does not come takes no room', async () => {
  await using served = await serve([service(BOUND), READERS['a typed function'], endpoint('POST', '/size', 'size')]);
  const idle = Array.from({ length: 20 }, () => {
    const socket = connect(served.port, '127.0.0.1');
    socket.write(head(1024 * KIB));
    return socket;
  });
  const length = 1000 * KIB;
  expect(await raw(served.port, head(length) + 'x'.repeat(length))).toMatch(/^HTTP\/1\.1 200/);
  for (const socket of idle) socket.destroy();
});

test.each([
  [{ max_body: '1MiB', max_bodies: '1MiB' }, null],
  [{ max_body: '600MiB' }, null],
  [{ max_body: '1MiB', max_bodies: 1_048_575 }, 'max_bodies is smaller than max_body'],
  [{ max_bodies: '1MiB' }, 'max_bodies is smaller than max_body'],
  [{ max_bodies: -1 }, 'max_bodies must be non-negative'],
])('a service of %j: %s', async (more, problem) => {
  const loaded = await loadHost({ registry: { namespace: 't', entries: [service(more)] }, threads: 0 });
  expect(loaded.ok ? null : loaded.failure.problems[0]?.message).toBe(problem);
  if (loaded.ok) await loaded.host.close();
});
