import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { endpoint, lua, raw, serve, wat } from './serving.js';

const TEXT = 'x'.repeat(3000);
const HANDLERS = [
  lua(
    'whoami',
    'function() local req = http.request() return {addr = req:remote_addr(), id = req:header("x-request-id")} end',
  ),
  lua('text', `function() http.response():write("${TEXT}") end`),
  lua('events', 'function() for i = 1, 2 do http.response():write_event{name = "e", data = i} end end'),
];
const ENV = [
  { name: 'values', kind: 'env.storage.static', values: { TOKEN: 's3cret', USER: 'ada', PASSWORD: 'pw:1' } },
  ...['TOKEN', 'USER', 'PASSWORD'].map((variable) => ({
    name: variable.toLowerCase(),
    kind: 'env.variable',
    storage: 't:values',
    variable,
  })),
];

async function withRouter(
  middleware: readonly string[],
  options: object,
  paths: readonly string[] = ['whoami', 'text', 'events'],
  more: readonly object[] = [],
) {
  const router = { name: 'api', kind: 'http.router', middleware, options };
  const routed = paths.map((name) => ({ ...endpoint('GET', `/${name}`, name), meta: { router: 'api' } }));
  return serve([router, ...HANDLERS, ...ENV, ...routed, ...more]);
}

describe('cors', () => {
  const options = {
    'cors.allow.origins': 'https://a.example,*.b.example,localhost',
    'cors.allow.credentials': 'true',
    'cors.expose.headers': 'X-Own',
  };
  test.each([
    ['https://a.example', true],
    ['http://a.example', false],
    ['https://x.b.example', true],
    ['https://b.example', false],
    ['https://evilb.example', false],
    ['http://localhost:3000', true],
    ['http://localhost.evil', false],
    ['null', false],
  ])('the origin %s is let in: %s', async (origin, allowed) => {
    await using served = await withRouter(['cors'], options);
    const response = await fetch(`${served.url}/whoami`, { headers: { Origin: origin } });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(allowed ? origin : null);
    expect(response.headers.get('vary')).toContain('Origin');
    if (allowed) expect(response.headers.get('access-control-expose-headers')).toBe('X-Own');
  });

  test('an answer that pages of any origin may read says that it depends on the origin, also without one', async () => {
    await using served = await withRouter(['cors'], {});
    for (const headers of [{}, { Origin: 'https://any.example' }]) {
      expect((await fetch(`${served.url}/whoami`, { headers })).headers.get('vary')).toBe('Origin');
    }
  });

  test('a preflight is answered by 204 with what is allowed', async () => {
    await using served = await withRouter(['cors'], options);
    const headers = { Origin: 'https://a.example', 'Access-Control-Request-Method': 'GET' };
    const response = await fetch(`${served.url}/whoami`, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, DELETE, OPTIONS, PATCH');
    expect(response.headers.get('access-control-max-age')).toBe('86400');
    expect(response.headers.get('access-control-allow-credentials')).toBe('true');
  });
});

describe('what no endpoint answers', () => {
  const origin = { Origin: 'https://a.example' };
  const router = (name: string, prefix: string, middleware: readonly string[], options: object) => ({
    name,
    kind: 'http.router',
    prefix,
    middleware,
    options,
  });
  const at = (name: string) => ({ ...endpoint('GET', '/text', 'text'), name: `${name}_text`, meta: { router: name } });
  const entries = [
    ...HANDLERS,
    ...ENV,
    router('outer', '', ['cors'], { 'cors.allow.origins': 'https://a.example' }),
    router('inner', '/api', ['cors', 'bearer_auth'], {
      'cors.allow.origins': 'https://a.example',
      'bearer_auth.token': 'token',
    }),
    router('bare', '/bare', [], {}),
    ...['outer', 'inner', 'bare'].map(at),
  ];

  test.each([
    ['GET', '/no', 404, 'https://a.example'],
    ['POST', '/text', 405, 'https://a.example'],
    ['GET', '/apix', 404, 'https://a.example'],
    // Who may not ask is not told what is there.
    ['GET', '/api/no', 401, 'https://a.example'],
    ['GET', '/api', 401, 'https://a.example'],
    ['POST', '/api/text', 401, 'https://a.example'],
    // The nearest router decides, also one without middleware.
    ['GET', '/bare/no', 404, null],
  ])('%s %s is told as %i to a page of another origin', async (method, path, status, allowed) => {
    await using served = await serve(entries);
    const response = await fetch(served.url + path, { method, headers: origin });
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBe(allowed);
    await response.text();
  });

  test.each(['/no', '/text', '/api/no'])('a preflight of %s is answered by 204', async (path) => {
    await using served = await serve(entries);
    const headers = { ...origin, 'Access-Control-Request-Method': 'POST' };
    const response = await fetch(served.url + path, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://a.example');
  });

  test('OPTIONS of a path that is not there is 404, where nobody answers preflights', async () => {
    await using served = await withRouter([], {});
    expect((await fetch(`${served.url}/no`, { method: 'OPTIONS' })).status).toBe(404);
  });
});

test('an error that follows headers which cannot be sent has what middleware adds', async () => {
  const source = `(module (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
    (data (i32.const 64) "X-A") (data (i32.const 80) "a\\0d\\0aB: 1")
    (data (i32.const 16) "\\c8\\00\\00\\00\\c8\\00\\00\\00\\01\\00\\00\\00")
    (data (i32.const 200) "\\40\\00\\00\\00\\03\\00\\00\\00\\50\\00\\00\\00\\07\\00\\00\\00")
    (func (export "broken") (result i32) i32.const 16))`;
  const wit = 'record answer { status: u16, headers: list<tuple<string, string>> } broken: func() -> answer;';
  await using served = await withRouter(['cors', 'request_id'], {}, ['broken'], [wat('broken', wit, source)]);
  const response = await fetch(`${served.url}/broken`, { headers: { Origin: 'https://any.example' } });
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([500, 'https://any.example']);
  expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  expect(response.headers.get('b')).toBeNull();
  expect(await response.json()).toEqual({ error: 'internal error', kind: 'Internal' });
});

test('ratelimit refuses what is beyond requests and burst, by its key', async () => {
  await using served = await withRouter(['ratelimit'], {
    'ratelimit.requests': '2',
    'ratelimit.burst': '1',
    'ratelimit.window': '1h',
    'ratelimit.key': 'header:X-Key',
  });
  const ask = (key: string | null) => fetch(`${served.url}/whoami`, { headers: key === null ? {} : { 'X-Key': key } });
  const codes: number[] = [];
  for (let count = 0; count < 4; count++) codes.push((await ask('a')).status);
  expect(codes).toEqual([200, 200, 200, 429]);
  const refused = await ask('a');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1000);
  expect(await refused.json()).toEqual({ error: 'too many requests', kind: 'RateLimited' });
  expect((await ask('b')).status).toBe(200);
  expect((await ask(null)).status).toBe(400);
  const long = 'k'.repeat(5000);
  for (const key of [`${long}1`, `${long}1`, `${long}1`, `${long}2`]) expect((await ask(key)).status).toBe(200);
  expect((await ask(`${long}1`)).status).toBe(429);
});

describe('compress', () => {
  test.each([
    ['gzip', 'gzip', gunzipSync],
    ['br', 'br', brotliDecompressSync],
    ['gzip, br', 'br', brotliDecompressSync],
  ])('who takes %s gets %s', async (accepted, encoding, unpack) => {
    await using served = await withRouter(['compress'], {});
    const sent = await rawBytes(served.port, '/text', accepted);
    expect(sent.head).toMatch(new RegExp(`content-encoding: ${encoding}\\r`, 'i'));
    expect(sent.head).toMatch(/vary: Accept-Encoding/i);
    expect(unpack(sent.body).toString()).toBe(TEXT);
  });

  test('short texts, events, and clients that take nothing of it get the bytes as they are', async () => {
    await using served = await withRouter(['compress'], { 'compress.min.length': '2999' });
    expect((await rawBytes(served.port, '/whoami', 'gzip')).head).not.toMatch(/content-encoding/i);
    expect((await rawBytes(served.port, '/events', 'gzip')).head).not.toMatch(/content-encoding/i);
    expect((await rawBytes(served.port, '/text', 'identity')).head).not.toMatch(/content-encoding/i);
  });

  test('a body in pieces is compressed as it comes', async () => {
    const pieces = lua(
      'pieces',
      'function() local res = http.response() for i = 1, 50 do res:write(string.rep("y", 10000)) end end',
    );
    await using served = await withRouter(['compress'], {}, ['pieces'], [pieces]);
    const response = await fetch(`${served.url}/pieces`, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.text()).toBe('y'.repeat(500_000));
  });

  test('however often a body waits for its compressor, nothing piles up', async () => {
    const warnings: string[] = [];
    const onWarning = ({ message }: Error) => warnings.push(message);
    process.on('warning', onWarning);
    const piece = `string.rep("hello world ", 8000)`;
    const large = lua(
      'large',
      `function() local res = http.response() res:set_content_type("text/plain") for i = 1, 60 do res:write(${piece}) end end`,
    );
    await using served = await withRouter(['compress'], {}, ['large'], [large]);
    const response = await fetch(`${served.url}/large`, { headers: { 'Accept-Encoding': 'gzip' } });
    expect((await response.arrayBuffer()).byteLength).toBe(60 * 96_000);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

async function rawBytes(port: number, path: string, accepted: string): Promise<{ head: string; body: Buffer }> {
  const sent = await raw(
    port,
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Encoding: ${accepted}\r\n\r\n`,
  );
  const end = sent.indexOf('\r\n\r\n');
  return { head: `${sent.slice(0, end)}\r`, body: Buffer.from(sent.slice(end + 4), 'latin1') };
}

describe('real_ip', () => {
  test.each([
    ['', { 'X-Forwarded-For': '203.0.113.9' }, '203.0.113.9'],
    ['', { 'X-Forwarded-For': '1.1.1.1, 203.0.113.9, 10.0.0.1' }, '203.0.113.9'],
    ['', { 'X-Forwarded-For': 'junk, 10.0.0.1' }, '10.0.0.1'],
    ['', { 'X-Real-IP': '203.0.113.7' }, '203.0.113.7'],
    ['', { 'X-Forwarded-For': '2001:db8::1' }, '2001:db8::1'],
    ['', {}, '127.0.0.1'],
    ['203.0.113.0/24', { 'X-Forwarded-For': '1.1.1.1' }, '127.0.0.1'],
  ])('trusting "%s", %j is %s', async (subnets, headers, address) => {
    await using served = await withRouter(['real_ip'], {
      'real_ip.trusted.subnets': subnets === '' ? '127.0.0.0/8,10.0.0.0/8' : subnets,
    });
    expect(
      await (await fetch(`${served.url}/whoami`, { headers: headers as Record<string, string> })).json(),
    ).toMatchObject({ addr: address });
  });
});

test('request_id names each request, for the handler, the answer and the log', async () => {
  await using served = await withRouter(['request_id'], {});
  const response = await fetch(`${served.url}/whoami`);
  const id = response.headers.get('x-request-id')!;
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(await response.json()).toMatchObject({ id });
  const other = await fetch(`${served.url}/whoami`);
  expect(other.headers.get('x-request-id')).not.toBe(id);
});

describe('bearer_auth and basic_auth', () => {
  test.each([
    [undefined, 401],
    ['Bearer s3cret', 200],
    ['bearer s3cret', 200],
    ['Bearer s3cre', 401],
    ['Basic s3cret', 401],
    ['Bearer ', 401],
  ])('bearer: %s → %s', async (authorization, status) => {
    await using served = await withRouter(['bearer_auth'], { 'bearer_auth.token': 't:token' });
    const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
    const response = await fetch(`${served.url}/whoami`, { headers });
    expect(response.status).toBe(status);
    if (status === 401) expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="/);
  });

  test.each([
    [undefined, 401],
    ['ada:pw:1', 200],
    ['ada:pw', 401],
    ['bob:pw:1', 401],
    ['ada', 401],
  ])('basic: %s → %s', async (pair, status) => {
    await using served = await withRouter(['basic_auth'], {
      'basic_auth.user': 't:user',
      'basic_auth.password': 't:password',
    });
    const headers: Record<string, string> =
      pair === undefined ? {} : { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
    const response = await fetch(`${served.url}/whoami`, { headers });
    expect(response.status).toBe(status);
    if (status === 401) expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm="/);
  });
});

test('a handler that names a file need not say anything else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sendfile-'));
  writeFileSync(join(folder, 'a.txt'), 'a file');
  const named = lua('named', 'function() http.response():set_header("X-Sendfile", "a.txt") end');
  const files = { name: 'files', kind: 'fs.directory', directory: folder };
  await using served = await withRouter(['sendfile'], { 'sendfile.fs': 't:files' }, ['named'], [named, files]);
  expect(await (await fetch(`${served.url}/named`)).text()).toBe('a file');
  rmSync(folder, { recursive: true });
});

test('sendfile sends the file that a handler names, and nothing outside of its filesystem', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-sendfile-'));
  writeFileSync(join(folder, 'report.txt'), 'the report');
  const handler = lua(
    'report',
    'function() local res = http.response() res:set_header("X-Sendfile", http.request():query("f")) res:set_header("X-File-Name", "my report.txt") res:write("") end',
  );
  const fs = { name: 'data', kind: 'fs.directory', directory: folder };
  await using served = await withRouter(['sendfile'], { 'sendfile.fs': 't:data' }, ['report'], [handler, fs]);
  const good = await fetch(`${served.url}/report?f=/report.txt`);
  expect([good.status, await good.text(), good.headers.get('content-type')]).toEqual([
    200,
    'the report',
    'text/plain; charset=utf-8',
  ]);
  expect(good.headers.get('content-disposition')).toBe(
    'attachment; filename="my report.txt"; filename*=UTF-8\'\'my%20report.txt',
  );
  expect(good.headers.get('x-sendfile')).toBeNull();
  for (const name of ['../../etc/passwd', '/etc/passwd', 'nope']) {
    expect((await fetch(`${served.url}/report?f=${encodeURIComponent(name)}`)).status).toBe(404);
  }
  rmSync(folder, { recursive: true });
});

test('sendfile also sends it where the handler has begun to write: what it wrote is not sent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-sendfile-'));
  writeFileSync(join(folder, 'a.txt'), 'a file');
  writeFileSync(join(folder, 'large.bin'), Buffer.alloc(1_000_000, 7));
  const early = lua(
    'early',
    'function() local res = http.response() res:set_header("X-Sendfile", http.request():query("f")) res:flush() res:write("more") res:flush() end',
  );
  const fs = { name: 'data', kind: 'fs.directory', directory: folder };
  await using served = await withRouter(['sendfile'], { 'sendfile.fs': 't:data' }, ['early'], [early, fs]);
  const small = await fetch(`${served.url}/early?f=a.txt`);
  expect([small.status, small.headers.get('x-sendfile'), await small.text()]).toEqual([200, null, 'a file']);
  const large = await fetch(`${served.url}/early?f=large.bin`);
  expect((await large.arrayBuffer()).byteLength).toBe(1_000_000);
  expect((await fetch(`${served.url}/early?f=nope`)).status).toBe(404);
  rmSync(folder, { recursive: true });
});
