import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { endpoint, lua, raw, serve } from './serving.js';

const folder = mkdtempSync(join(tmpdir(), 'moonwit-static-'));
afterAll(() => rmSync(folder, { recursive: true }));
const big = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
mkdirSync(join(folder, 'www/sub'), { recursive: true });
mkdirSync(join(folder, 'www/.git'));
writeFileSync(join(folder, 'secret.txt'), 'secret');
for (const [name, text] of Object.entries({
  'index.html': '<p>home',
  'sub/index.html': '<p>sub',
  'a.txt': '0123456789',
  'app.js': 'let plain',
  'app.js.br': 'brotli',
  'app.js.gz': 'gzip',
  '.hidden': 'hidden',
  '.git/config': 'config',
  'empty.css': '',
  'a b.txt': 'space',
})) {
  writeFileSync(join(folder, 'www', name), text);
}
writeFileSync(join(folder, 'www/big.bin'), big);
symlinkSync('../secret.txt', join(folder, 'www/link.txt'));
symlinkSync('a.txt', join(folder, 'www/inside.txt'));

const FS = { name: 'www', kind: 'fs.directory', directory: join(folder, 'www') };
const files = (more: object = {}, path = '/') => ({ name: 'static', kind: 'http.static', path, fs: 'www', ...more });
const INDEX = { static_options: { index: 'index.html', cache: 'public, max-age=60' } };

describe('http.static', () => {
  test.each([
    ['/a.txt', 200, 'text/plain; charset=utf-8', '0123456789'],
    ['/', 200, 'text/html; charset=utf-8', '<p>home'],
    ['/sub/', 200, 'text/html; charset=utf-8', '<p>sub'],
    ['/app.js', 200, 'text/javascript; charset=utf-8', 'let plain'],
    ['/empty.css', 200, 'text/css; charset=utf-8', ''],
    ['/a%20b.txt', 200, 'text/plain; charset=utf-8', 'space'],
    ['/inside.txt', 200, 'text/plain; charset=utf-8', '0123456789'],
    ['/nope.txt', 404, 'application/json', '{"error":"no such file","kind":"NotFound"}'],
    ['/.hidden', 404, 'application/json', null],
    ['/.git/config', 404, 'application/json', null],
    ['/link.txt', 404, 'application/json', null],
    ['/..%2fsecret.txt', 404, 'application/json', null],
    ['/%2e%2e/secret.txt', 404, 'application/json', null],
    ['/sub%2findex.html', 404, 'application/json', null],
    ['/a.txt/', 404, 'application/json', null],
    ['/a.txt%00', 400, 'application/json', null],
  ])('%s', async (path, status, type, text) => {
    await using served = await serve([FS, files(INDEX)]);
    const sent = await raw(served.port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const [head, body] = sent.split('\r\n\r\n') as [string, string];
    expect(Number(head.split(' ')[1])).toBe(status);
    expect(/content-type: (.*)/i.exec(head)?.[1]).toBe(type);
    if (text !== null) expect(body).toBe(text);
    expect(body).not.toContain('secret');
  });

  test('validators, ranges and what they refuse', async () => {
    await using served = await serve([FS, files(INDEX)]);
    const get = (headers: Record<string, string>, path = '/a.txt', method = 'GET') =>
      fetch(served.url + path, { method, headers });
    const first = await get({});
    const etag = first.headers.get('etag')!;
    const modified = first.headers.get('last-modified')!;
    expect([first.headers.get('cache-control'), first.headers.get('accept-ranges')]).toEqual([
      'public, max-age=60',
      'bytes',
    ]);
    const codes = async (...all: Record<string, string>[]) =>
      Promise.all(all.map(async (headers) => (await get(headers)).status));
    expect(
      await codes(
        { 'If-None-Match': etag },
        { 'If-None-Match': `"x", W/${etag}` },
        { 'If-None-Match': '"x"' },
        { 'If-None-Match': '*' },
      ),
    ).toEqual([304, 304, 200, 304]);
    expect(
      await codes({ 'If-Modified-Since': modified }, { 'If-Modified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' }),
    ).toEqual([304, 200]);
    expect(
      await codes(
        { 'If-Match': '"x"' },
        { 'If-Match': etag },
        { 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' },
      ),
    ).toEqual([412, 200, 412]);
    const range = async (value: string, more: Record<string, string> = {}) => {
      const response = await get({ Range: value, ...more });
      return [
        response.status,
        response.headers.get('content-range'),
        response.status === 416 ? '' : await response.text(),
      ];
    };
    expect(await range('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await range('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await range('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await range('bytes=9-99')).toEqual([206, 'bytes 9-9/10', '9']);
    expect(await range('bytes=10-')).toEqual([416, 'bytes */10', '']);
    expect(await range('bytes=-0')).toEqual([416, 'bytes */10', '']);
    expect(await range('BYTES=0-1')).toEqual([206, 'bytes 0-1/10', '01']);
    expect(await range('bytes=20-, 3-4')).toEqual([206, 'bytes 3-4/10', '34']);
    expect(await range('bytes=0-8,1-9')).toEqual([200, null, '0123456789']);
    expect(await range(`bytes=${'1-1,'.repeat(17)}`)).toEqual([200, null, '0123456789']);
    expect(await range('bytes=4-2')).toEqual([200, null, '0123456789']);
    expect(await range('lines=1-2')).toEqual([200, null, '0123456789']);
    expect(await range('bytes=2-4', { 'If-Range': etag })).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await range('bytes=2-4', { 'If-Range': '"x"' })).toEqual([200, null, '0123456789']);
    const head = await get({}, '/big.bin', 'HEAD');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '300000', '']);
    const part = await get({ Range: 'bytes=100000-299998' }, '/big.bin');
    expect(Buffer.from(await part.arrayBuffer()).equals(big.subarray(100_000, 299_999))).toBe(true);
    expect(Buffer.from(await (await get({}, '/big.bin')).arrayBuffer()).equals(big)).toBe(true);
    const wrong = await fetch(`${served.url}/a.txt`, { method: 'PUT', body: 'x' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  test.each([
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['gzip;q=1, br;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', null],
    ['*', 'br'],
  ])('of precompressed files, who takes "%s" gets %s', async (accepted, encoding) => {
    await using served = await serve([FS, files(INDEX)]);
    const sent = await raw(
      served.port,
      `GET /app.js HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Encoding: ${accepted}\r\n\r\n`,
    );
    expect(/content-encoding: (\w+)/i.exec(sent)?.[1] ?? null).toBe(encoding);
    expect(sent).toMatch(/vary: Accept-Encoding/i);
    expect(sent).toMatch(/content-type: text\/javascript/i);
    expect(sent.split('\r\n\r\n')[1]).toBe({ br: 'brotli', gzip: 'gzip' }[encoding ?? ''] ?? 'let plain');
  });

  test('a folder without its slash is sent on to it; below a path the files are the same', async () => {
    await using served = await serve([FS, files(INDEX, '/assets')]);
    const moved = await fetch(`${served.url}/assets/sub?x=1`, { redirect: 'manual' });
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/assets/sub/?x=1']);
    expect(await (await fetch(`${served.url}/assets/a.txt`)).text()).toBe('0123456789');
    expect((await fetch(`${served.url}/a.txt`)).status).toBe(404);
    expect((await fetch(`${served.url}/assetsa.txt`)).status).toBe(404);
  });

  test('spa: pages that are not there are the index, scripts that are not there are missing, endpoints win', async () => {
    const spa = files({ static_options: { index: 'index.html', spa: true } });
    await using served = await serve([FS, spa, lua('api', 'function() return 1 end'), endpoint('GET', '/api', 'api')]);
    expect(await (await fetch(`${served.url}/users/7`)).text()).toBe('<p>home');
    expect((await fetch(`${served.url}/gone.js`)).status).toBe(404);
    expect((await fetch(`${served.url}/users/7`, { headers: { Accept: 'application/json' } })).status).toBe(404);
    expect(await (await fetch(`${served.url}/api`)).text()).toBe('1');
  });
});

describe('ranges', () => {
  test('several are parts of one answer, each with its place', async () => {
    await using served = await serve([FS, files()]);
    const response = await fetch(`${served.url}/big.bin`, { headers: { Range: 'bytes=0-1, 100000-250000, -3' } });
    const [, boundary] = /^multipart\/byteranges; boundary=(\S+)$/.exec(response.headers.get('content-type')!)!;
    const body = Buffer.from(await response.arrayBuffer());
    expect([response.status, response.headers.get('content-length')]).toEqual([206, String(body.length)]);
    const parts = body.toString('latin1').split(`--${boundary}`).slice(1, -1);
    const expected = [
      ['bytes 0-1/300000', big.subarray(0, 2)],
      ['bytes 100000-250000/300000', big.subarray(100_000, 250_001)],
      ['bytes 299997-299999/300000', big.subarray(299_997)],
    ] as const;
    for (const [index, [place, bytes]] of expected.entries()) {
      const [head, content] = parts[index]!.split('\r\n\r\n', 2) as [string, string];
      expect(head).toContain(`\r\nContent-Range: ${place}`);
      expect(content.slice(0, -2) === bytes.toString('latin1')).toBe(true);
    }
  });

  test.each([
    ['HEAD', { Range: 'bytes=0-1' }, 200],
    ['GET', { 'If-Modified-Since': '2999-01-01' }, 200],
    ['GET', { 'If-Modified-Since': 'Fri, 01 Jan 2999 00:00:00 GMT' }, 304],
    ['GET', { 'If-Modified-Since': 'Friday, 01-Jan-49 00:00:00 GMT' }, 304],
    ['GET', { 'If-Modified-Since': 'Fri Jan  1 00:00:00 2999' }, 304],
    ['GET', { 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 412],
  ])('%s %j is answered by %i', async (method, headers, status) => {
    await using served = await serve([FS, files()]);
    expect((await fetch(`${served.url}/a.txt`, { method, headers: headers as Record<string, string> })).status).toBe(
      status,
    );
  });
});

describe('large files', () => {
  const LARGE_BYTES = 32 * 1024 * 1024;
  const large = join(folder, 'www/large.bin');
  const get = `GET /large.bin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;

  /** Asks, takes nothing until `meanwhile` is done, then everything. @returns bytes of the body */
  async function slowly(port: number, meanwhile: () => void): Promise<number> {
    const socket = connect(port, '127.0.0.1');
    socket.write(get);
    await once(socket, 'readable');
    meanwhile();
    let byteLength = 0;
    let head = true;
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      const skip = head ? chunk.indexOf('\r\n\r\n') + 4 : 0;
      head = false;
      byteLength += chunk.length - skip;
    }
    return byteLength;
  }

  test('arrive whole, and what is added meanwhile is no part of the answer', async () => {
    writeFileSync(large, Buffer.alloc(LARGE_BYTES, 1));
    await using served = await serve([FS, files()]);
    expect(await slowly(served.port, () => appendFileSync(large, 'more'))).toBe(LARGE_BYTES);
  });

  test('one that shrinks meanwhile cuts the answer, and the next is answered', async () => {
    writeFileSync(large, Buffer.alloc(LARGE_BYTES, 1));
    await using served = await serve([FS, files()]);
    const got = await slowly(served.port, () => truncateSync(large, 1000)).catch(() => 0);
    expect(got).toBeLessThan(LARGE_BYTES);
    expect((await (await fetch(`${served.url}/large.bin`)).arrayBuffer()).byteLength).toBe(1000);
  });

  test.skipIf(process.platform !== 'linux')('clients that go away leave no file open', async () => {
    writeFileSync(large, Buffer.alloc(LARGE_BYTES, 1));
    await using served = await serve([FS, files()]);
    const sockets = Array.from({ length: 8 }, () => connect(served.port, '127.0.0.1'));
    for (const socket of sockets) socket.write(get);
    await Promise.all(sockets.map((socket) => once(socket, 'readable')));
    const open = () => readdirSync('/proc/self/fd').filter((fd) => linkOf(fd) === large).length;
    expect(open()).toBe(8);
    for (const socket of sockets) socket.destroy();
    await expect.poll(open, { timeout: 60_000 }).toBe(0);
  });

  test('other requests are answered while clients take nothing', async () => {
    writeFileSync(large, Buffer.alloc(LARGE_BYTES, 1));
    await using served = await serve([FS, files()]);
    const sockets = Array.from({ length: 16 }, () => connect(served.port, '127.0.0.1'));
    for (const socket of sockets) socket.write(get);
    await Promise.all(sockets.map((socket) => once(socket, 'readable')));
    expect(await (await fetch(`${served.url}/a.txt`)).text()).toBe('0123456789');
    for (const socket of sockets) socket.destroy();
  });
});

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

test('spa: a page whose name has a dot is a page for who asks for HTML', async () => {
  await using served = await serve([FS, files({ static_options: { spa: true, index: 'index.html' } })]);
  const status = async (accept: string) =>
    (await fetch(`${served.url}/users/john.doe`, { headers: { Accept: accept } })).status;
  expect([await status('text/html,*/*;q=0.8'), await status('*/*'), await status('application/json')]).toEqual([
    200, 404, 404,
  ]);
});

describe('below the prefix of a router, which endpoints do not fill', () => {
  const spa = (path: string, more: object = {}) =>
    files({ name: `files_${path.length}`, path, static_options: { spa: true, index: 'index.html' }, ...more });
  const router = (name: string, prefix: string) => ({ name, kind: 'http.router', prefix });
  const at = (name: string, method: string, path: string) =>
    endpoint(method, path, 'f', { name: `${name}_${path.slice(1)}`, meta: { router: name } });
  const ENTRIES = [
    FS,
    lua('f', 'function() return 1 end'),
    router('api', '/api'),
    router('tenant', '/t/{tenant}/api'),
    at('api', 'GET', '/users'),
    at('api', 'POST', '/orders'),
    at('tenant', 'GET', '/users'),
  ];

  test.each([
    ['GET', '/api/users', 200, '1'],
    ['GET', '/api/nope', 404, '{"error":"no such path","kind":"NotFound"}'],
    ['GET', '/api/', 404, '{"error":"no such path","kind":"NotFound"}'],
    ['GET', '/api', 404, '{"error":"no such path","kind":"NotFound"}'],
    ['GET', '/%61pi/nope', 404, '{"error":"no such path","kind":"NotFound"}'],
    ['GET', '/api/orders', 405, '{"error":"GET is not allowed here: OPTIONS, POST","kind":"Invalid"}'],
    ['POST', '/api/nope', 404, '{"error":"no such path","kind":"NotFound"}'],
    ['GET', '/t/acme/api/nope', 404, '{"error":"no such path","kind":"NotFound"}'],
    ['GET', '/t/acme/users', 200, '<p>home'],
    ['GET', '/apis', 200, '<p>home'],
    ['GET', '/API/nope', 200, '<p>home'],
    ['GET', '/a.txt', 200, '0123456789'],
  ])('%s %s is %i with a mount at /', async (method, path, status, text) => {
    await using served = await serve([...ENTRIES, spa('/')]);
    const response = await fetch(`${served.url}${path}`, { method });
    expect([response.status, await response.text()]).toEqual([status, text]);
  });

  test.each(['/api', '/api/docs'])('a mount at %s has what is left there', async (path) => {
    await using served = await serve([...ENTRIES, spa('/'), spa(path)]);
    expect(await (await fetch(`${served.url}${path}/a.txt`)).text()).toBe('0123456789');
    expect(await (await fetch(`${served.url}${path}/page`)).text()).toBe('<p>home');
    expect(await (await fetch(`${served.url}/api/users`)).text()).toBe('1');
  });
});
