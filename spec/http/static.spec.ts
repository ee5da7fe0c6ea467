import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
    expect(await range('bytes=0-1,3-4')).toEqual([200, null, '0123456789']);
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
