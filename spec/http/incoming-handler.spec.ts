import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { GUESTS, guestEntry } from '../host/guests.js';
import { BUILT, endpoint, lua, raw, serve } from './serving.js';

const built = await BUILT();
const IMPORTS = ['wasi:io', 'wasi:clocks', 'wasi:cli', 'wasi:http', 'wasi:random'];

/** The guest `http-echo`, which a toolchain made that knows nothing of this host, behind every path. */
function served(more: object = {}) {
  const guest = guestEntry('echo', 'http-echo', 'wasi:http/incoming-handler#handle', {
    transport: 'wasi-http',
    imports: IMPORTS,
    pool: { type: 'inline' },
    ...more,
  });
  const folder = { name: 'guests', kind: 'fs.directory', directory: GUESTS };
  const routes = ['GET', 'POST'].map((method) => endpoint(method, '/{rest...}', 'echo'));
  return serve([folder, guest, ...routes], {}, { threads: 2 }, built);
}

describe('a wasi:http/proxy component', () => {
  test('is told the request, and answers with its status and headers', async () => {
    await using server = await served();
    const hello = await fetch(`${server.url}/hello`);
    expect([hello.status, await hello.text()]).toEqual([200, 'Hello, world!']);
    const told = await fetch(`${server.url}/headers?x=1`, { headers: { 'X-Own': 'yes' } });
    expect(await told.text()).toMatch(
      /^method: GET\nscheme: http\nauthority: 127\.0\.0\.1:\d+\npath: \/headers\?x=1\n[\s\S]*x-own: yes\n/,
    );
    expect(told.headers.get('x-two')).toContain(',');
    expect((await fetch(`${server.url}/status/404`)).status).toBe(404);
    expect(await (await fetch(`${server.url}/early`, { method: 'POST', body: 'x'.repeat(100_000) })).text()).toBe(
      'early',
    );
  });

  test.each([0, 5, 65_536, 100_000, 3_000_000])('echoes a body of %d bytes', async (length) => {
    await using server = await served();
    const sent = Buffer.alloc(length, 'y');
    const response = await fetch(`${server.url}/any`, { method: 'POST', body: sent });
    expect(Buffer.from(await response.arrayBuffer()).equals(sent)).toBe(true);
  });

  test('streams both ways: what was sent comes back before more is sent', async () => {
    await using server = await served();
    const echoed = await new Promise<string[]>((resolve, reject) => {
      const pieces: string[] = [];
      const call = request(`${server.url}/any`, { method: 'POST' }, (response) => {
        response.on('data', (piece: Buffer) => {
          pieces.push(piece.toString());
          if (pieces.length === 3) call.end();
          else call.write(`piece ${pieces.length}`);
        });
        response.on('end', () => resolve(pieces));
      });
      call.on('error', reject);
      call.write('piece 0');
    });
    expect(echoed).toEqual(['piece 0', 'piece 1', 'piece 2']);
  });

  test('trailers go both ways', async () => {
    await using server = await served();
    const sent =
      'POST /trailers HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n';
    const text = await raw(server.port, sent);
    expect(text).toMatch(/\r\n0\r\nx-sum: 6\r\nx-length: 3\r\n\r\n$/i);
  });

  test('what is not an answer is 500 without its insides; once it has begun, the connection is cut', async () => {
    await using server = await served();
    for (const [path, error] of [
      ['/trap-before', 'internal error'],
      ['/error', 'internal error'],
      ['/silent', 'no response sent'],
    ]) {
      const response = await fetch(server.url + path);
      expect([response.status, await response.json()]).toEqual([500, { error, kind: 'Internal' }]);
    }
    for (const path of ['/trap-after', '/cut']) {
      const text = await raw(server.port, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect(text).not.toContain('\r\n0\r\n\r\n');
    }
    // What ends a connection is in the log, too, once each.
    while (!server.log.some(({ fields }) => fields.path === '/cut')) await new Promise(setImmediate);
    expect(server.log.map(({ level, message, fields }) => [level, fields.path, message])).toEqual([
      ['error', '/trap-before', 'wasm trap: unreachable'],
      ['error', '/error', expect.stringContaining('internal-error')],
      ['error', '/silent', 't:echo ended without a response'],
      ['error', '/trap-after', 'wasm trap: unreachable'],
      ['error', '/cut', 't:echo ended without the end of its response'],
    ]);
    expect(server.log[3]!.fields.details).toMatchObject({ stack: expect.stringContaining('at func[') });
  });

  test('is answered by the rules of wasi:http, method by method', async () => {
    await using server = await served();
    const response = await fetch(`${server.url}/rules`);
    expect(response.status).toBe(201);
    expect((await response.text()).trim().split('\n')).toEqual([
      'status-code: 200',
      'set-status-code 99: refused',
      'set-status-code 1000: refused',
      'set-status-code 201: ok',
      "append to the request's headers: immutable",
      "append to the response's headers: immutable",
      ...['body: ok', 'body again: refused', 'write: ok', 'write again: refused'],
      ...['consume: ok', 'consume again: refused', 'stream: ok', 'stream again: refused'],
    ]);
  });

  test.each<[path: string, status: number, log: RegExp | null]>([
    ['/length?says=5&has=5', 200, null],
    ['/length?says=0&has=none', 200, null],
    ['/length?says=5&has=none', 500, /answered without a body, and with the content-length 5$/],
    ['/length?says=abc&has=none', 500, /answered without a body, and with the content-length abc$/],
    ['/length?says=abc&has=3', 500, /wasm trap/],
    ['/status/100', 500, /answered by the status 100, which is informational: expected 200 to 999$/],
    ['/status/101', 500, /the status 101/],
    ['/status/199', 500, /the status 199/],
    ['/status/200', 200, null],
    ['/status/999', 999, null],
    ['/status/1000', 500, /wasm trap/],
  ])('%s is answered by %d', async (path, status, log) => {
    await using server = await served();
    // One connection for two: bytes that were promised and never came would be those of the second answer.
    const ask = (path: string, connection: string) =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\n\r\n`;
    const text = await raw(server.port, ask(path, 'keep-alive') + ask('/hello', 'close'));
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text).toMatch(/HTTP\/1\.1 200 OK\r\n[\s\S]*Hello, world!$/);
    expect(server.log.map(({ message }) => message)).toEqual(log === null ? [] : [expect.stringMatching(log)]);
  });

  test.each(['/length?says=5&has=4', '/length?says=5&has=6'])('%s: what is not its length is cut off', async (path) => {
    await using server = await served();
    const text = await raw(server.port, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`, (got) => got.includes('500'));
    expect(text).not.toMatch(/l{5}/);
  });

  test('HEAD may say how long the body would be', async () => {
    await using server = await served();
    const text = await raw(
      server.port,
      'HEAD /length?says=5&has=none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*content-length: 5\r\n/);
  });

  test('a client that goes away ends the guest', async () => {
    await using server = await served();
    const control = new AbortController();
    const response = await fetch(`${server.url}/slow?ms=50&n=1000`, { signal: control.signal });
    control.abort();
    expect(await response.text().catch(() => 'gone')).toBe('gone');
    while (server.host.stats().functions['t:echo']!.calls === 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(server.host.stats().functions['t:echo']!.errors).toEqual({ Canceled: 1 });
  });

  test('a guest that never ends runs into its limit', async () => {
    await using server = await served({ limits: { max_execution_ms: 1000 } });
    expect((await fetch(`${server.url}/spin`)).status).toBe(504);
    expect(await (await fetch(`${server.url}/hello`)).text()).toBe('Hello, world!');
  });

  test('it reaches only hosts that its entry allows', async () => {
    const backend = createServer((asked, response) => response.end(`backend: ${asked.method}`));
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
    const { port } = backend.address() as AddressInfo;
    const forward = `/forward?url=http://127.0.0.1:${port}/x`;
    {
      await using server = await served();
      expect((await fetch(server.url + forward)).status).toBe(502);
    }
    {
      await using server = await served({ wasi: { allowed_hosts: [`127.0.0.1:${port}`] } });
      expect(await (await fetch(server.url + forward)).text()).toBe('backend: GET');
    }
    await new Promise((resolve) => backend.close(resolve));
  });

  test.each(['inline', 'lazy'])(
    'requests that wait and those that do not are answered alike, whoever runs them: %s',
    async (type) => {
      await using server = await served({ pool: type === 'lazy' ? { type, max_size: 2 } : { type } });
      const echo = { method: 'POST', body: 'y'.repeat(70_000) };
      const cases: readonly (readonly [path: string, status: number, length: number, init?: RequestInit])[] = [
        ['/hello', 200, 13],
        ['/slow?ms=1&n=2', 200, 14],
        ['/hello', 200, 13],
        ['/any', 200, 3, { method: 'POST', body: 'abc' }],
        ['/any', 200, 70_000, echo],
        ['/big?n=200000', 200, 200_000],
        ['/status/204', 204, 0],
        ['/trap-before', 500, 44],
        ['/hello', 200, 13],
        ['/drain', 200, 1, { method: 'POST', body: 'abc' }],
      ];
      for (let turn = 0; turn < 5; turn++) {
        for (const [path, status, length, init] of cases) {
          const response = await fetch(server.url + path, init);
          expect([path, response.status, (await response.text()).length]).toEqual([path, status, length]);
        }
      }
      // A guest may have something to do when its answer is whole.
      while (server.host.stats().functions['t:echo']!.calls < 50) await new Promise(setImmediate);
      expect(server.log).toHaveLength(5);
      expect(server.host.stats().functions['t:echo']).toMatchObject({ calls: 50, errors: { Internal: 5 } });
    },
  );

  test('pooled instances answer one request after another', async () => {
    await using server = await served({ pool: { type: 'lazy', max_size: 2 } });
    const texts = await Promise.all(
      Array.from({ length: 20 }, async () => (await fetch(`${server.url}/hello`)).text()),
    );
    expect(new Set(texts)).toEqual(new Set(['Hello, world!']));
  });
});

describe('Lua handlers on call threads', () => {
  test('answer small and large requests, and stream', async () => {
    const echo = lua(
      'echo',
      'function() local b, e = http.request():body() if e then return nil, e end http.response():write(b) end',
    );
    const events = lua(
      'events',
      'function() for i = 1, 3 do http.response():write_event{name = "e", data = i} time.sleep("10ms") end end',
    );
    await using server = await serve(
      [echo, events, endpoint('POST', '/echo', 'echo'), endpoint('GET', '/events', 'events')],
      {},
      { threads: 2 },
      built,
    );
    for (const length of [5, 100_000, 3_000_000]) {
      const response = await fetch(`${server.url}/echo`, { method: 'POST', body: 'y'.repeat(length) });
      expect((await response.text()).length).toBe(length);
    }
    expect(await (await fetch(`${server.url}/events`)).text()).toBe(
      [1, 2, 3].map((i) => `event: e\ndata: ${i}\n\n`).join(''),
    );
  });
});
