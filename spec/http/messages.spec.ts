/** Requests as they stand on the wire: what is answered, what is refused, and by which status. */
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { endpoint, lua, raw, type Served, serve, wat } from './serving.js';

const ECHO = lua(
  'echo',
  'function() local r = http.request() http.response():write(r:method() .. " " .. (r:query("q") or "-") .. " " .. (r:body() or "")) end',
);
const SLOW = lua('slow', 'function() time.sleep("200ms") http.response():write("slow") end');
const ENTRIES = [
  ECHO,
  SLOW,
  endpoint('GET', '/echo', 'echo'),
  endpoint('POST', '/echo', 'echo'),
  endpoint('GET', '/slow', 'slow'),
];
const HOST = 'Host: x\r\n\r\n';
const CHUNKS = '3\r\nabc\r\n0\r\n\r\n';

/** The status of the first answer, its body, and whether the connection stays open for more. */
async function ask({ port }: Served, sent: string): Promise<string> {
  const again = 'GET /echo?q=again HTTP/1.1\r\nConnection: close\r\nHost: x\r\n\r\n';
  const text = await raw(port, sent + again);
  const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 'nothing';
  const stays = text.endsWith('GET again ') ? 'goes on' : 'closes';
  return `${status} ${stays}`;
}

describe('heads', () => {
  test.each([
    ['GET /echo HTTP/1.1', HOST, '200 goes on'],
    ['GET /echo HTTP/1.0', '\r\n', '200 closes'],
    ['OPTIONS * HTTP/1.1', HOST, '204 goes on'],
    ['GET * HTTP/1.1', HOST, '400 closes'],
    ['CONNECT x:80 HTTP/1.1', HOST, '501 closes'],
    ['GET /echo HTTP/2.0', HOST, '505 closes'],
    ['GET /echo HTTP/1.2', HOST, '505 closes'],
    ['PRI * HTTP/2.0', '\r\nSM\r\n\r\n', '505 closes'],
    ['GET /echo', '\r\n', '505 closes'],
    ['GET /echo#top HTTP/1.1', HOST, '400 closes'],
    ['GET /echo?q=1#top HTTP/1.1', HOST, '400 closes'],
    ['GET /echo HTTP/1.1', 'X: 1\r\n\r\n', '400 closes'],
    ['GET /echo HTTP/1.1', 'Host:\r\n\r\n', '200 goes on'],
    ['GET /echo HTTP/1.1', 'Host: [::1]:8080\r\n\r\n', '200 goes on'],
    ['GET /echo HTTP/1.1', 'Host: a b\r\n\r\n', '400 closes'],
    ['GET /echo HTTP/1.1', 'Host: user@x\r\n\r\n', '400 closes'],
    ['GET /echo HTTP/1.1', 'Host: x:port\r\n\r\n', '400 closes'],
    ['GET /echo HTTP/1.1', 'Host: x\r\nHost: x\r\n\r\n', '400 closes'],
    ['GET /echo HTTP/1.1', `Connection: Upgrade\r\nUpgrade: websocket\r\n${HOST}`, '200 closes'],
    ['GET /echo HTTP/1.1', `Connection: keep-alive\r\nUpgrade:\r\n${HOST}`, '200 goes on'],
    ['GET /echo HTTP/1.1', `Expect: a-miracle\r\n${HOST}`, '417 closes'],
    ['POST /echo HTTP/1.1', `Transfer-Encoding: chunked\r\n${HOST}${CHUNKS}`, '200 goes on'],
    ['POST /echo HTTP/1.1', `Transfer-Encoding: CHUNKED\r\n${HOST}${CHUNKS}`, '200 goes on'],
    ['POST /echo HTTP/1.1', `Transfer-Encoding: gzip, chunked\r\n${HOST}${CHUNKS}`, '501 closes'],
    ['POST /echo HTTP/1.1', `Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n${HOST}${CHUNKS}`, '501 closes'],
    ['POST /echo HTTP/1.1', `Transfer-Encoding: gzip\r\n${HOST}${CHUNKS}`, '400 closes'],
    ['POST /echo HTTP/1.0', `Transfer-Encoding: chunked\r\n${HOST}${CHUNKS}`, '400 closes'],
    ['POST /echo HTTP/1.1', `Transfer-Encoding: chunked\r\nContent-Length: 3\r\n${HOST}${CHUNKS}`, '400 closes'],
  ])('%s %j is answered by %s', async (line, rest, expected) => {
    await using served = await serve(ENTRIES);
    expect(await ask(served, `${line}\r\n${rest}`)).toBe(expected);
  });

  test('OPTIONS * names what any path of the service answers', async () => {
    await using served = await serve(ENTRIES);
    const text = await raw(served.port, `OPTIONS * HTTP/1.1\r\nConnection: close\r\n${HOST}`);
    expect(text).toContain('\r\nAllow: GET, HEAD, OPTIONS, POST\r\n');
  });

  test('what is wrong behind a request is refused behind its answer', async () => {
    await using served = await serve(ENTRIES);
    const text = await raw(served.port, `GET /slow HTTP/1.1\r\n${HOST}GARBAGE\r\n\r\n`);
    expect(text.match(/HTTP\/1\.1 \d+|slow/g)).toEqual(['HTTP/1.1 200', 'slow', 'HTTP/1.1 400']);
    const closing = `GET /slow HTTP/1.1\r\nConnection: close\r\n${HOST}`;
    expect(await raw(served.port, closing + closing)).toMatch(/^HTTP\/1\.1 200[\s\S]*slow$/);
  });

  test('every refusal has a body of JSON that says why', async () => {
    await using served = await serve(ENTRIES);
    for (const line of ['GET /echo HTTP/2.0', 'CONNECT x:80 HTTP/1.1', 'GET * HTTP/1.1', 'GET / HTTP/7.3']) {
      const text = await raw(served.port, `${line}\r\n${HOST}`);
      const body = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as { error: string; kind: string };
      expect([body.kind, body.error.length > 5]).toEqual(['Invalid', true]);
    }
  });
});

test('a handler that reads a part of a body leaves the connection to the next request', async () => {
  const part = lua('part', 'function() local s = http.request():stream() s:read(10) http.response():write("part") end');
  await using served = await serve([...ENTRIES, part, endpoint('POST', '/part', 'part')]);
  const length = 3_000_000;
  const post = `POST /part HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${'x'.repeat(length)}`;
  const text = await raw(served.port, `${post}${post}GET /echo HTTP/1.1\r\nConnection: close\r\n${HOST}`);
  expect(text.match(/part(?=HTTP)|GET - $/g)).toEqual(['part', 'part', 'GET - ']);
});

describe('Expect: 100-continue', () => {
  const expecting = (path: string) =>
    `POST ${path} HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\nHost: x\r\n\r\n`;

  test('asks for the body once somebody reads it', async () => {
    await using served = await serve(ENTRIES);
    const socket = connect(served.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
      if (text === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write('abc');
      if (text.endsWith('POST - abc')) socket.destroy();
    });
    socket.write(expecting('/echo'));
    await new Promise((resolve) => socket.on('close', resolve));
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });

  test('a request that its head refuses is not asked for its body, and its connection closes', async () => {
    await using served = await serve(ENTRIES);
    const text = await raw(served.port, expecting('/nothing'));
    expect(text).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    expect(text).toMatch(/\r\nConnection: close\r\n/i);
  });
});

describe('a client that has sent its last byte', () => {
  const half = (port: number, sent: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('end', () => socket.destroy());
      socket.on('close', () => resolve(text));
      socket.end(sent);
    });

  test('still gets its answer, and those of all its requests', async () => {
    await using served = await serve(ENTRIES);
    const text = await half(served.port, `GET /slow HTTP/1.1\r\n${HOST}GET /echo?q=2 HTTP/1.1\r\n${HOST}`);
    // A busy server may have asked by an interim answer whether it is there.
    expect(text.match(/HTTP\/1\.1 (?!102)\d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
    expect(text).toMatch(/slowHTTP[\s\S]*GET 2 $/);
  });

  test('gets an answer that takes seconds behind interim ones, which tell whether it is there', async () => {
    const late = lua('late', 'function() time.sleep("1300ms") http.response():write("late") end');
    await using served = await serve([late, endpoint('GET', '/late', 'late')]);
    const text = await half(served.port, `GET /late HTTP/1.1\r\n${HOST}`);
    expect(text).toMatch(/^(?:HTTP\/1\.1 102 Processing\r\n\r\n)+HTTP\/1\.1 200 OK\r\n[\s\S]*late$/);
  });

  test('and is gone ends its call', async () => {
    const never = lua('never', 'function() time.sleep("1h") end');
    await using served = await serve([never, endpoint('GET', '/never', 'never')]);
    for (const afterMs of [0, 100]) {
      const socket = connect(served.port, '127.0.0.1');
      socket.write(`GET /never HTTP/1.1\r\n${HOST}`);
      socket.on('connect', () => setTimeout(() => socket.destroy(), afterMs));
    }
    const canceled = () => served.host.stats().functions['t:never']!.errors.Canceled ?? 0;
    await expect.poll(canceled, { timeout: 60_000 }).toBe(2);
  });
});

describe('texts that are no UTF-8', () => {
  const IGNORE = `(module (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
    (func (export "f") (param i32 i32) (result i32) (local.get 1)))`;
  const size = wat('f', 'f: func(name: string) -> u32;', IGNORE);
  const entries = [ECHO, size, endpoint('GET', '/size', 'f'), endpoint('GET', '/echo', 'echo')];

  test.each([
    ['/size?name=%C3%A4', 200],
    ['/size?name=%FF', 400],
    ['/size?name=a%zz', 200],
    ['/size?name=%zz%FF', 400],
    ['/size?%FF=1&name=a', 400],
    ['/echo?q=%FF', 400],
  ])('%s is answered by %i', async (path, status) => {
    const failing = lua(
      'echo',
      'function() local q, err = http.request():query("q") if err then return nil, err end end',
    );
    await using served = await serve([failing, ...entries.slice(1)]);
    const response = await fetch(served.url + path);
    expect(response.status).toBe(status);
    if (status === 400) expect(await response.json()).toMatchObject({ kind: 'Invalid', path: expect.any(String) });
  });

  test('a form with such bytes is refused, in its fields and in the names of its parts', async () => {
    const parts = lua(
      'parts',
      `function() local form, err = http.request():parse_multipart() if err then return nil, err end
        http.response():write_json(form.values) end`,
    );
    await using served = await serve([parts, endpoint('POST', '/parts', 'parts')]);
    const send = (name: Buffer, value: Buffer) =>
      fetch(`${served.url}/parts`, {
        method: 'POST',
        headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
        body: Buffer.concat([
          Buffer.from('--b\r\nContent-Disposition: form-data; name="'),
          name,
          Buffer.from('"\r\n\r\n'),
          value,
          Buffer.from('\r\n--b--\r\n'),
        ]),
      });
    const [sound, damaged] = [Buffer.from('ä'), Buffer.from([0xff])];
    const fine = await send(sound, sound);
    expect([fine.status, await fine.json()]).toEqual([200, { ä: 'ä' }]);
    for (const [name, value] of [
      [damaged, sound],
      [sound, damaged],
    ] as const) {
      const refused = await send(name, value);
      expect(refused.status).toBe(400);
      expect(((await refused.json()) as { error: string }).error).toContain('not valid UTF-8');
    }
  });
});

describe('numbers that no f64 holds', () => {
  const SUM = '(module (func (export "sum") (param f64 f64) (result f64) (f64.add (local.get 0) (local.get 1))))';
  const pair = wat('sum', 'record point { x: f64, y: f64 } sum: func(p: point) -> f64;', SUM);
  const both = wat('sum', 'sum: func(a: f64, b: f64) -> f64;', SUM);

  test.each([
    [pair, '{"x": 1e308, "y": 1}', 200, undefined],
    [pair, '{"x": 1, "y": 1e400}', 400, 'p.y'],
    [pair, `{"x": 1, "y": ${'9'.repeat(308)}}`, 200, undefined],
    [pair, `{"x": 1, "y": ${'9'.repeat(400)}}`, 400, 'p.y'],
    [pair, '{"x": -1e999, "y": 2}', 400, 'p.x'],
    [both, '{"a": 1e400, "b": 2}', 400, 'a'],
    [both, '{"a": 1e-400, "b": 2}', 200, undefined],
  ])('%# are refused with their place', async (fn, body, status, path) => {
    await using served = await serve([fn, endpoint('POST', '/sum', 'sum')]);
    const response = await fetch(`${served.url}/sum`, { method: 'POST', body });
    const told = (await response.json()) as { path?: string };
    expect([response.status, status === 200 ? undefined : told.path]).toEqual([status, path]);
  });

  test('in a query, too', async () => {
    await using served = await serve([both, endpoint('GET', '/sum', 'sum')]);
    const ok = await fetch(`${served.url}/sum?a=1e300&b=1`);
    expect(ok.status).toBe(200);
    const refused = await fetch(`${served.url}/sum?a=1e400&b=1`);
    expect([refused.status, await refused.json()]).toMatchObject([400, { path: 'a' }]);
  });
});

describe('texts of every length and alphabet arrive whole, and so does the answer behind them', () => {
  const little = (number: number) =>
    [number, number >> 8, number >> 16].map((each) => `\\${(each & 255).toString(16).padStart(2, '0')}`).join('');
  /** Answers with the text at 16, and NUL behind it. */
  const text = (data: string, byteLength: number) =>
    wat(
      'text',
      'text: func() -> string;',
      `(module (memory (export "memory") 1)
        (data (i32.const 8) "\\10\\00\\00\\00${little(byteLength)}") (data (i32.const 16) "${data}")
        (func (export "text") (result i32) i32.const 8))`,
    );

  test.each([
    ['', 0],
    ['a', 1],
    ['é', 2],
    ['a', 16 * 1024],
    ['a', 16 * 1024 + 1],
    ['é', 16 * 1024],
  ])('%j and NUL, %i bytes', async (data, byteLength) => {
    await using served = await serve([text(data, byteLength), endpoint('GET', '/text', 'text')]);
    const whole = data + '\0'.repeat(byteLength - Buffer.byteLength(data));
    const answers = await raw(
      served.port,
      'GET /text HTTP/1.1\r\nHost: x\r\n\r\nGET /text HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    const bodies = answers.split(/HTTP\/1\.1 200 OK\r\n(?:[^\r]+\r\n)*\r\n/).slice(1);
    expect(bodies.map((each) => Buffer.from(each, 'latin1').toString())).toEqual([whole, whole]);
  });
});
