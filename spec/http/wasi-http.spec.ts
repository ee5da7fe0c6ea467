import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planArguments, type RequestFacts } from '../../src/http/arguments.js';
import { createHost, serveHttp } from '../../src/index.js';
import { ByteString } from '../../src/values.js';
import { parseWit } from '../../src/wit/parse.js';
import { GUESTS, guestEntry, guestHash } from '../host/guests.js';
import { endpoint, raw, serve, wat } from './serving.js';

const FOLDER = { name: 'guests', kind: 'fs.directory', directory: GUESTS };

const ORDER = '(module (func (export "order") (param i32) (result i32) (local.get 0)))';

describe("the page's greet_wasm and greet_endpoint", () => {
  test('as they stand, POST /api/greet with Wippy is answered by Hello, Wippy!', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'moonwit-http-'));
    const block = readFileSync(new URL('../page/blocks/http.yaml', import.meta.url), 'utf8');
    const yaml = `version: "1.0"\nnamespace: myns\nentries:\n- name: assets\n  kind: fs.directory\n  directory: ${GUESTS}\n${block}`;
    writeFileSync(join(folder, '_index.yaml'), yaml.replace('sha256:...', guestHash('greet')));
    const host = await createHost({ registry: folder, threads: 0 });
    const serving = await serveHttp(host, { port: 0 });
    try {
      expect(serving.routes).toMatchObject([
        { method: 'POST', target: 'myns:greet_wasm', entry: 'myns:greet_endpoint' },
      ]);
      const response = await fetch(`${serving.services[0]!.url}/api/greet`, { method: 'POST', body: 'Wippy' });
      expect(await response.text()).toBe('Hello, Wippy!');
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      const port = Number(new URL(serving.services[0]!.url).port);
      const sent = 'POST /api/greet HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nWippy';
      expect(await raw(port, sent)).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nHello, Wippy!$/);
    } finally {
      await serving.close();
      await host.close();
      rmSync(folder, { recursive: true });
    }
    expect(existsSync(folder)).toBe(false);
  });
});

const USERS = [{ id: 1, name: 'Ada', tags: ['x'], active: true }];

describe('a plain function behind an endpoint', () => {
  test.each([
    [
      'a number',
      wat('f', 'f: func() -> s32;', '(module (func (export "f") (result i32) i32.const 42))'),
      200,
      'application/json',
      '42',
    ],
    ['nothing', wat('f', 'f: func();', '(module (func (export "f")))'), 204, null, ''],
    [
      'a bool',
      wat('f', 'f: func() -> bool;', '(module (func (export "f") (result i32) i32.const 1))'),
      200,
      'application/json',
      'true',
    ],
    [
      'an integer beyond 2^53',
      wat('f', 'f: func() -> u64;', '(module (func (export "f") (result i64) i64.const -1))'),
      200,
      'application/json',
      '18446744073709551615',
    ],
    [
      'a trap',
      wat('f', 'f: func();', '(module (func (export "f") unreachable))'),
      500,
      'application/json',
      '{"error":"internal error","kind":"Internal"}',
    ],
    [
      'a limit that is exceeded',
      wat('f', 'f: func();', '(module (func (export "f") (loop $l (br $l))))', { limits: { max_execution_ms: 20 } }),
      504,
      'application/json',
      '{"error":"the request took too long","kind":"Timeout"}',
    ],
  ])('that gives %s', async (_, fn, status, type, body) => {
    await using served = await serve([fn, endpoint('GET', '/f', 'f')]);
    const response = await fetch(`${served.url}/f`);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      status,
      type,
      body,
    ]);
    if (status === 500) {
      expect(served.log).toMatchObject([
        { level: 'error', message: 'wasm trap: unreachable', fields: { function: 't:f', entry: 't:get__f' } },
      ]);
    }
  });

  const ADD = wat(
    'add',
    'add: func(left: s32, right-side: s32) -> s32;',
    '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))',
  );
  test.each([
    ['GET', '/add/3/4', undefined, 200, '7'],
    ['GET', '/query?left=3&right-side=-4', undefined, 200, '-1'],
    ['GET', '/query?left=3&right_side=4', undefined, 200, '7'],
    ['POST', '/query?left=1', '{"right-side": 5}', 200, '6'],
    ['POST', '/query', '{"left": 1, "right_side": 5}', 200, '6'],
    [
      'GET',
      '/add/x/4',
      undefined,
      400,
      '{"error":"argument 1 (left): expected s32, got string \\"x\\"","kind":"Invalid","path":"left"}',
    ],
    [
      'GET',
      '/query?left=1',
      undefined,
      400,
      '{"error":"argument 2 (right-side): expected s32, got nil","kind":"Invalid","path":"right-side"}',
    ],
    ['POST', '/query', '{"left": 1', 400, /^\{"error":"the body is no JSON: .*","kind":"Invalid","path":"body"\}$/],
    [
      'POST',
      '/query',
      '[1]',
      400,
      '{"error":"expected a JSON object with the function\'s parameters, got an array","kind":"Invalid","path":"body"}',
    ],
    ['GET', '/add/2147483648/0', undefined, 400, /argument 1 \(left\): .*2147483648/],
  ])('is given its numbers by path, query or JSON: %s %s %s', async (method, path, body, status, text) => {
    const paths = [
      endpoint('GET', '/add/{left}/:right_side', 'add'),
      endpoint('GET', '/query', 'add'),
      endpoint('POST', '/query', 'add'),
    ];
    await using served = await serve([ADD, ...paths]);
    const response = await fetch(served.url + path, { method, ...(body === undefined ? {} : { body }) });
    expect(await response.text()).toEqual(typeof text === 'string' ? text : expect.stringMatching(text));
    expect(response.status).toBe(status);
  });

  test('takes JSON into records by its types, with the paths that Lua would be told', async () => {
    const mapper = guestEntry('mapper', 'mapper', 'transform-users', { transport: 'wasi-http' });
    await using served = await serve([FOLDER, mapper, endpoint('POST', '/users', 'mapper')]);
    const post = (body: unknown) => fetch(`${served.url}/users`, { method: 'POST', body: JSON.stringify(body) });
    const good = await post(USERS);
    expect(await good.json()).toMatchObject([{ id: 1 }]);
    const bad = await post([...USERS, { ...USERS[0], tags: 5 }]);
    expect(bad.status).toBe(400);
    expect(await bad.json()).toEqual({
      error: 'argument 1 (users): [2].tags: expected list<string>, got number 5',
      kind: 'Invalid',
      path: 'users[2].tags',
    });
  });

  test('bodies that are no UTF-8 are refused where a string is wanted', async () => {
    const greet = guestEntry('greet', 'greet', 'greet', { transport: 'wasi-http' });
    await using served = await serve([FOLDER, greet, endpoint('POST', '/greet', 'greet')]);
    const response = await fetch(`${served.url}/greet`, { method: 'POST', body: new Uint8Array([0xff]) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ kind: 'Invalid' });
    const empty = await fetch(`${served.url}/greet`, { method: 'POST' });
    expect([empty.status, await empty.json()]).toEqual([
      400,
      { error: 'argument 1 (name): expected string, got nil: the request has no body', kind: 'Invalid', path: 'name' },
    ]);
  });

  test.each<[RequestInit, string]>([
    [{ method: 'POST' }, ': the request has no body'],
    [{ method: 'PUT', body: '' }, ': the request has no body'],
    [{ method: 'PUT', body: '{}' }, ''],
    [{ method: 'GET' }, ''],
  ])('of a record whose field is missing, %j is told where it lacks a body', async (init, more) => {
    const order = wat('order', 'order: func(order: record-of) -> u32; record record-of { item: u32 }', ORDER);
    const entries = ['POST', 'PUT', 'GET'].map((method) => endpoint(method, '/orders', 'order'));
    await using served = await serve([order, ...entries]);
    const response = await fetch(`${served.url}/orders`, init);
    expect([response.status, await response.json()]).toEqual([
      400,
      {
        error: `argument 1 (order): item: expected u32, got nil${more}`,
        kind: 'Invalid',
        path: 'order.item',
      },
    ]);
  });

  test('404 and 405 are ours, with the methods that there are', async () => {
    await using served = await serve([ADD, endpoint('GET', '/add/{left}/{right_side}', 'add')]);
    const missing = await fetch(`${served.url}/nope`);
    expect([missing.status, await missing.json()]).toEqual([404, { error: 'no such path', kind: 'NotFound' }]);
    const wrong = await fetch(`${served.url}/add/1/2`, { method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    const options = await fetch(`${served.url}/add/1/2`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    const head = await fetch(`${served.url}/add/1/2`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '1', '']);
  });
});

test('OPTIONS tells what a path answers by all patterns that it fits, as 405 does', async () => {
  const answer = wat('answer', 'answer: func() -> s32;', '(module (func (export "answer") (result i32) i32.const 42))');
  const routes = [
    endpoint('GET', '/users/me', 'answer'),
    endpoint('PATCH', '/users/{id}', 'answer'),
    endpoint('PUT', '/users/{rest...}', 'answer'),
  ];
  await using served = await serve([answer, ...routes]);
  const allowed = async (method: string, path: string) => {
    const response = await fetch(served.url + path, { method });
    return [response.status, response.headers.get('allow')];
  };
  expect(await allowed('OPTIONS', '/users/me')).toEqual([204, 'GET, HEAD, OPTIONS, PATCH, PUT']);
  expect(await allowed('DELETE', '/users/me')).toEqual([405, 'GET, HEAD, OPTIONS, PATCH, PUT']);
  expect(await allowed('OPTIONS', '/users/7')).toEqual([204, 'OPTIONS, PATCH, PUT']);
  expect(await allowed('OPTIONS', '/users/7/8')).toEqual([204, 'OPTIONS, PUT']);
});

describe('planArguments()', () => {
  function args(wit: string, facts: Partial<RequestFacts>, pathNames: readonly string[] = []) {
    const [fn] = parseWit(wit).functions;
    const request: RequestFacts = {
      method: 'POST',
      path: '/p',
      query: '',
      params: {},
      headers: () => [
        ['content-type', 'text/x'],
        ['x-two', 'a'],
        ['x-two', 'b'],
      ],
      contentType: '',
      body: new Uint8Array(0),
      pairs: null,
      json: null,
      ...facts,
    };
    return planArguments(fn!.type.params, pathNames).argumentsOf(request);
  }
  const bytes = (text: string) => new Uint8Array(Buffer.from(text));

  test('a request record gets its parts by name', () => {
    const wit = `record want { content-type: option<string>, missing: option<u32> }
      record req { method: string, path: string, query: string, headers: want, body: list<u8> }
      f: func(r: req);`;
    expect(args(wit, { query: 'a=1', body: bytes('hi') })).toEqual([
      { method: 'POST', path: '/p', query: 'a=1', headers: { 'content-type': 'text/x' }, body: bytes('hi') },
    ]);
  });

  test('headers and query are lists of pairs where a record asks for those', () => {
    const wit =
      'record r { query: list<tuple<string, string>>, headers: list<tuple<string, list<u8>>> }\nf: func(r: r);';
    const [value] = args(wit, { query: 'a=1&a=2' }) as [{ query: unknown; headers: [string, Uint8Array][] }];
    expect(value.query).toEqual([
      ['a', '1'],
      ['a', '2'],
    ]);
    expect(value.headers.map(([name, text]) => [name, Buffer.from(text).toString()])).toEqual([
      ['content-type', 'text/x'],
      ['x-two', 'a'],
      ['x-two', 'b'],
    ]);
  });

  test.each<[string, string, Partial<RequestFacts>, readonly string[], unknown[]]>([
    ['a string is the body', 'f: func(s: string);', { body: bytes('x') }, [], [new ByteString(bytes('x'))]],
    ['bytes are the body', 'f: func(s: list<u8>);', { body: bytes('x') }, [], [bytes('x')]],
    ['an option of an empty body is none', 'f: func(s: option<string>);', {}, [], [undefined]],
    ['a list takes repeated names', 'f: func(ids: list<u32>, x: u8);', { query: 'ids=1&ids=2&x=3' }, [], [[1, 2], 3]],
    [
      'JSON beyond 2^53 stays exact',
      'f: func(n: list<u64>);',
      { body: bytes('[18446744073709551615]') },
      [],
      [[18446744073709551615n]],
    ],
    ['a path parameter wins over the query', 'f: func(id: u32);', { params: { id: '7' }, query: 'id=8' }, ['id'], [7]],
    [
      'one composite parameter takes the body, others the query',
      'record r { a: u8 }\nf: func(n: u8, r: r);',
      { query: 'n=1', body: bytes('{"a":2}') },
      [],
      [1, { a: 2 }],
    ],
    [
      'fields that JSON lacks come from the query',
      'record r { a: u8, b: option<u8> }\nf: func(r: r);',
      { query: 'a=9&b=3', body: bytes('{"a":2}') },
      [],
      [{ a: 2, b: 3 }],
    ],
    [
      'a form fills a record',
      'record r { a: u8, t: list<string> }\nf: func(r: r);',
      { contentType: 'application/x-www-form-urlencoded', body: bytes('a=2&t=x&t=y') },
      [],
      [{ a: 2, t: ['x', 'y'] }],
    ],
    [
      'flags come as names',
      'flags p { read, write }\nf: func(p: p, q: u8);',
      { query: 'p=read,write&q=1' },
      [],
      [['read', 'write'], 1],
    ],
  ])('%s', (_, wit, facts, names, wanted) => {
    expect(args(wit, facts, names)).toEqual(wanted);
  });

  test.each([
    ['{"a":2}', 'record r { a: u8 } f: func(r: r);'],
    [' [{"a":2}]', 'record r { a: u8 } f: func(r: r);'],
    ['{ "a": 2, "b": 3 }', 'f: func(a: u8, b: u8);'],
  ])('%s that is said to be a form is told as JSON without its type: %s', (body, wit) => {
    const contentType = 'application/x-www-form-urlencoded';
    expect(() => args(wit, { contentType, body: bytes(body) }, [])).toThrow(
      'the body looks like JSON and is said to be a form: send it with Content-Type: application/json',
    );
  });

  test.each(['{a=1', '[=1', '%7B%22a%22=1'])('%s is a form', (text) => {
    const facts = { contentType: 'application/x-www-form-urlencoded', body: bytes(`${text}&a=2`) };
    expect(args('record r { a: u8 } f: func(r: r);', facts, [])).toEqual([{ a: 2 }]);
  });
});

test('a request whose client goes away before its body is there reaches no function', async () => {
  const greet = guestEntry('greet', 'greet', 'greet', { transport: 'wasi-http' });
  await using served = await serve([FOLDER, greet, endpoint('POST', '/greet', 'greet')]);
  await new Promise<void>((resolve) => {
    const half = request(`${served.url}/greet`, { method: 'POST', headers: { 'Content-Length': '10' } });
    half.on('error', () => resolve());
    half.write('half');
    setTimeout(() => half.destroy(), 50);
  });
  const after = await fetch(`${served.url}/greet`, { method: 'POST', body: 'Ada' });
  expect(await after.text()).toBe('Hello, Ada!');
  expect(served.host.stats().functions['t:greet']!.calls).toBe(1);
});

describe('bytes of headers', () => {
  /** Its parameters, flat, are its result in memory. */
  const mirror = (count: number) => `(module (memory (export "memory") 2) (global $free (mut i32) (i32.const 1024))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
      (global.get $free)
      (global.set $free (i32.and (i32.add (i32.add (global.get $free) (local.get 3)) (i32.const 7)) (i32.const -8))))
    (func (export "f") (param ${'i32 '.repeat(count)}) (result i32)
      ${Array.from({ length: count }, (_, index) => `(i32.store offset=${4 * index} (i32.const 16) (local.get ${index}))`).join('')}
      (i32.const 16)))`;
  const REPLY =
    'record reply { status: u32, headers: list<tuple<string, string>>, body: string }\nf: func(v: reply) -> reply;';
  const SEEN = (value: string) => `record req { headers: list<tuple<string, ${value}>> }
    record seen { seen: list<tuple<string, ${value}>> }
    f: func(req: req) -> seen;`;
  const latin1 = (text: string) => Buffer.from(text).toString('latin1');
  const entries = [
    wat('reply', REPLY, mirror(5), { method: 'f', pool: { type: 'inline' } }),
    wat('texts', SEEN('string'), mirror(2), { method: 'f', pool: { type: 'inline' } }),
    wat('bytes', SEEN('list<u8>'), mirror(2), { method: 'f', pool: { type: 'inline' } }),
    ...['reply', 'texts', 'bytes'].map((name) => endpoint('POST', `/${name}`, name)),
  ];
  const post = (path: string, body: unknown, more = '') => {
    const text = Buffer.from(JSON.stringify(body)).toString('latin1');
    const head = `POST /${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n`;
    return Buffer.from(`${head}${more}Content-Length: ${text.length}\r\n\r\n${text}`, 'latin1');
  };

  test.each(['x', 'ü', 'x'.repeat(40_000)])(
    'what a record says goes out as UTF-8, whatever its body is',
    async (body) => {
      await using served = await serve(entries);
      const text = await raw(served.port, post('reply', { status: 200, headers: [['x-own', 'ü 世']], body }));
      expect(text).toContain(`\r\nx-own: ${latin1('ü 世')}\r\n`);
      expect(text.endsWith(`\r\n\r\n${latin1(body)}`)).toBe(true);
    },
  );

  test('what comes is text in UTF-8, or Latin-1 where it is not; bytes are as they came', async () => {
    await using served = await serve(entries);
    const sent = `X-A: ${latin1('ü 世')}\r\nX-B: caf\xe9\r\n`;
    const answer = async (path: string) => {
      const text = Buffer.from(await raw(served.port, post(path, {}, sent)), 'latin1').toString();
      const { seen } = JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) as { seen: [string, unknown][] };
      return seen.filter(([name]) => name.startsWith('x-')).map(([, value]) => value);
    };
    expect(await answer('texts')).toEqual(['ü 世', 'café']);
    expect(await answer('bytes')).toEqual([[...Buffer.from('ü 世')], [...Buffer.from('café', 'latin1')]]);
  });

  test('what says how an answer is sent is left to the server', async () => {
    await using served = await serve(entries);
    const headers = ['Connection', 'Transfer-Encoding', 'Trailer', 'Content-Length', 'Upgrade'].map((name) => [
      name,
      '7',
    ]);
    const text = await raw(served.port, post('reply', { status: 200, headers, body: 'ok' }));
    const head = ['Content-Type: text/plain; charset=utf-8', 'Content-Length: 2', 'Date: .*', 'Connection: close'];
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 200 OK\r\n${head.join('\r\n')}\r\n\r\nok$`));
  });

  test('a head that Node refuses leaves nothing of it in the answer of its error', async () => {
    await using served = await serve(entries);
    const text = await raw(
      served.port,
      post('reply', { status: 201, headers: [['x-own', 'a\r\nX-Evil: b']], body: '' }),
    );
    expect(text).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
    expect(text).not.toContain('X-Evil');
  });
});

test('a field that is misspelt is told with the name that may be meant', async () => {
  const wit = 'record r { name: string, retry-count: option<u32> }\nf: func(v: r);';
  const source = `(module (memory (export "memory") 1) (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 64)
    (func (export "f") (param i32 i32 i32 i32)))`;
  await using served = await serve([wat('f', wit, source), endpoint('POST', '/f', 'f')]);
  const response = await fetch(`${served.url}/f`, { method: 'POST', body: '{"name": "a", "retry-cuont": 3}' });
  expect(await response.json()).toEqual({
    error: expect.stringMatching(/^argument 1 \(v\): retry-cuont: .*: did you mean retry-count\?$/),
    kind: 'Invalid',
    path: 'v.retry-cuont',
  });
});
