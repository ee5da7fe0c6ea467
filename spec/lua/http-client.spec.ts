/** `http_client` against real servers on loopback, from functions whose entries name them. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { lazyNetOperations } from '../../src/net/lazy.js';
import { systemClock } from '../../src/pool/clock.js';
import { localServices } from '../../src/threads/io-local.js';
import { ByteString, type Value } from '../../src/values.js';
import { failureOf, httpServer } from '../net/support.js';
import { specVm } from './support.js';

/** What a Lua function answers that may reach `hosts`. */
async function run(code: string, hosts: readonly string[], args: readonly Value[] = []): Promise<Value> {
  const { io } = localServices(lazyNetOperations(), systemClock);
  const { vm } = specVm({}, { io });
  const source = `local http = require("http_client")\nreturn function(port) local base = "http://127.0.0.1:" .. port\n${code}\nend`;
  const fn = vm.loadFunction({
    id: 'spec:f',
    source,
    method: 'f',
    modules: ['http_client', 'time'],
    allowedHosts: hosts,
  });
  return plain(await fn.call(args, { signal: null, deadline: null, chain: [], values: {}, options: {} }));
}

function plain(value: Value): Value {
  if (value instanceof ByteString) return new TextDecoder().decode(value.bytes);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) !== null && 'opaqueKind' in value)
    return value;
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && !(value instanceof Map)) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each as Value)]));
  }
  return value;
}

async function answered(listener: RequestListener, code: string, hosts = ['127.0.0.1']): Promise<Value> {
  return run(code, hosts, [await httpServer(listener)]);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of request) all += String(chunk);
  return all;
}

/** Answers what it was asked, as text. */
const echo: RequestListener = async (request: IncomingMessage, response: ServerResponse) => {
  const body = await bodyOf(request);
  const { host: _, connection: __, ...headers } = request.headers;
  response.end(`${request.method} ${request.url}\n${JSON.stringify(headers)}\n${body}`);
};

describe('a response', () => {
  test('has its status, its headers by their canonical names, cookies, body and URL', async () => {
    const answer = await answered((_request, response) => {
      response.writeHead(
        201,
        [
          ['x-one', '1'],
          ['X-ONE', '2'],
          ['content-type', 'text/plain'],
          ['set-cookie', 'a=b; Path=/'],
          ['set-cookie', 'c="d"'],
        ].flat(),
      );
      response.end('made');
    }, 'local r = assert(http.post(base .. "/things?x=1")) r.url = r.url:gsub("%d+/", "PORT/") r.headers.Date = nil return r');
    expect(answer).toMatchObject({
      status_code: 201,
      body: 'made',
      body_size: 4,
      headers: { 'X-One': '1', 'Content-Type': 'text/plain' },
      cookies: { a: 'b', c: 'd' },
    });
  });

  test('without a body has none', async () => {
    const answer = await answered(
      (_request, response) => response.writeHead(204).end(),
      'local r = http.delete(base) return {r.status_code, r.body == nil, r.body_size}',
    );
    expect(answer).toEqual([204, true, 0]);
  });
});

describe('a request', () => {
  test.each<[what: string, call: string, expected: (string | RegExp)[]]>([
    ['a method of its own', 'http.request("purge", base .. "/x")', ['PURGE /x']],
    [
      'query parameters beside those of the URL',
      'http.get(base .. "/x?a=1#f", {query = {b = "ä y", c = 2}})',
      ['GET /x?a=1&b=%C3%A4+y&c=2'],
    ],
    [
      'headers',
      'http.get(base, {headers = {["X-Own"] = "v", Accept = "text/plain"}})',
      ['"x-own":"v"', '"accept":"text/plain"', '"user-agent":"moonwit"'],
    ],
    ['cookies', 'http.get(base, {cookies = {b = "2", a = "1"}})', ['"cookie":"a=1; b=2"']],
    [
      'basic authentication',
      'http.get(base, {auth = {user = "me", pass = "pw"}})',
      ['"authorization":"Basic bWU6cHc="'],
    ],
    ['the user that its URL names', 'http.get((base:gsub("//", "//me:p%%77@")))', ['"authorization":"Basic bWU6cHc="']],
    [
      'its own authorization before that',
      'http.get((base:gsub("//", "//you@")), {auth = {user = "me", pass = "pw"}})',
      ['"authorization":"Basic bWU6cHc="'],
    ],
    ['a body with its length', 'http.put(base, {body = "hello"})', ['PUT /', '"content-length":"5"', /\nhello$/]],
    [
      'a form',
      'http.post(base, {form = {a = "1 2", b = "&"}})',
      ['application/x-www-form-urlencoded', /\na=1\+2&b=%26$/],
    ],
    [
      'files',
      'http.post(base, {form = {k = "v"}, files = {{name = "f", filename = "a.txt", content = "text"}}})',
      [
        'multipart/form-data; boundary=moonwit-',
        'name="k"\r\n\r\nv\r\n',
        'name="f"; filename="a.txt"\r\nContent-Type: application/octet-stream\r\n\r\ntext\r\n',
      ],
    ],
    ['an empty body', 'http.post(base, {body = ""})', ['"content-length":"0"']],
  ])('has %s', async (_, call, expected) => {
    const text = (await answered(echo, `local r, err = ${call} if err then error(err) end return r.body`)) as string;
    for (const each of expected)
      expect(text).toMatch(typeof each === 'string' ? new RegExp(each.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : each);
  });

  test.each<[what: string, options: string, message: string]>([
    ['an unknown option', '{headrs = {}}', "http_client: unknown option 'headrs': did you mean 'headers'?"],
    [
      'a timeout of nothing',
      '{timeout = 0}',
      'http_client: timeout: expected seconds above 0, or a duration such as "30s"',
    ],
    [
      'a header that would end the line',
      '{headers = {a = "b\\r\\nc: d"}}',
      'http_client: headers.a: expected a value without control characters',
    ],
    ['a body beside a form', '{body = "x", form = {}}', 'http_client: body: expected no form and no files beside it'],
    ['what is not built', '{unix_socket = "/x"}', "http_client: option 'unix_socket' is not built yet"],
  ])('with %s is refused, and nothing is sent', async (_, options, message) => {
    let requests = 0;
    const answer = await answered((_request, response) => {
      requests += 1;
      response.end();
    }, `local r, err = http.get(base, ${options}) return {err:message(), err:retryable()}`);
    expect(answer).toEqual([message, false]);
    expect(requests).toBe(0);
  });
});

describe('what may be reached', () => {
  const tell = 'local r, err = http.get(base .. "/secret?k=v") return {err:kind(), err:message(), err:retryable()}';

  test('is nothing where the entry names nothing; the error names the line that grants it', async () => {
    const port = await httpServer(echo);
    expect(await run(tell, [], [port])).toEqual([
      'PermissionDenied',
      `not allowed: http://127.0.0.1:${port}/secret: spec:f may not reach 127.0.0.1:${port}, which its entry does not allow: add network: {allowed_hosts: ["127.0.0.1:${port}"]}`,
      false,
    ]);
  });

  test('is checked again at each redirect', async () => {
    let reached = false;
    const inner = await httpServer((_request, response) => {
      reached = true;
      response.end('inside');
    });
    const outer = await httpServer((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${inner}/` }).end();
    });
    const code = 'local r, err = http.get(base) return err and err:kind() or r.body';
    expect(await run(code, [`127.0.0.1:${outer}`], [outer])).toBe('PermissionDenied');
    expect(reached).toBe(false);
    expect(await run(code, ['127.0.0.1'], [outer])).toBe('inside');
  });
});

test('a redirect changes the method as browsers do, and tells another host no secrets', async () => {
  const seen: string[] = [];
  const last = await httpServer((request, response) => {
    seen.push(`${request.method} ${request.headers.authorization ?? 'no'} ${request.headers['x-own']}`);
    response.end('done');
  });
  const first = await httpServer((request, response) => {
    seen.push(`${request.method} ${request.headers.authorization}`);
    response.writeHead(303, { location: `http://localhost:${last}/` }).end();
  });
  const code =
    'local r = assert(http.post(base, {body = "x", auth = {user = "u", pass = "p"}, headers = {["X-Own"] = "1"}})) return r.body';
  expect(await run(code, ['127.0.0.1', 'localhost'], [first])).toBe('done');
  expect(seen).toEqual(['POST Basic dTpw', 'GET no 1']);
});

test('redirects without end are stopped', async () => {
  const answer = await answered(
    (_request, response) => response.writeHead(302, { location: '/again' }).end(),
    'local r, err = http.get(base) return err:message()',
  );
  expect(answer).toMatch(/stopped after 10 redirects$/);
});

test('what goes wrong says neither user nor password nor query', async () => {
  const answer = await answered(
    (_request, response) => response.writeHead(302, { Location: '/again' }).end(),
    'local _, err = http.get((base:gsub("//", "//me:secret@")) .. "/x?token=secret") return err:message()',
  );
  expect(answer).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/x: stopped after 10 redirects$/);
});

describe('what goes wrong', () => {
  test.each<[what: string, listener: RequestListener, options: string, message: RegExp]>([
    ['no answer in time', () => {}, '{timeout = "50ms"}', /no response came within 50 ms$/],
    ['a body that stops coming', (_request, response) => void response.write('x'), '{timeout = 0.05}', /within 50 ms$/],
    [
      'a body that is too large',
      (_request, response) => void response.end('x'.repeat(11)),
      '{max_response_body = 10}',
      /larger than 10 bytes$/,
    ],
    [
      'a body without end',
      (_request, response) => pour(response),
      '{max_response_body = 1000000}',
      /larger than 1000000 bytes$/,
    ],
    [
      'a head that is too large',
      (_request, response) => void response.setHeader('x', 'y'.repeat(70_000)).end(),
      '{}',
      /failed: .*overflow/i,
    ],
    ['a connection that is reset', (request) => void request.socket.resetAndDestroy(), '{}', /failed: /],
    [
      'a body that is cut off',
      (_request, response) =>
        void response.writeHead(200, { 'content-length': 10 }).write('x', () => response.destroy()),
      '{}',
      /cut off|aborted/,
    ],
  ])('%s is Internal and worth another attempt', async (_, listener, options, message) => {
    const code = `local r, err = http.get(base, ${options}) return {err:kind(), err:retryable(), err:message()}`;
    const [kind, retryable, text] = (await answered(listener, code)) as [string, boolean, string];
    expect([kind, retryable]).toEqual(['Internal', true]);
    expect(text).toMatch(message);
  });

  test('a body of exactly the size that may be is fine', async () => {
    const code = 'return assert(http.get(base, {max_response_body = 10})).body_size';
    expect(await answered((_request, response) => void response.end('x'.repeat(10)), code)).toBe(10);
  });
});

function pour(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write('z'.repeat(10_000)));
  };
  response.on('drain', more);
  more();
}

describe('a stream', () => {
  test('is read in pieces, to its end', async () => {
    const code = `
      local r = assert(http.get(base, {stream = true}))
      local got = {r.body_size, r.stream:stat().size}
      while true do
        local piece, err = r.stream:read(4)
        if err then error(err) end
        if piece == nil then break end
        got[#got + 1] = piece
      end
      r.stream:close()
      local after, err = r.stream:read()
      got[#got + 1] = err:message()
      return got`;
    const answer = await answered((_request, response) => void response.end('abcdefghij'), code);
    expect(answer).toEqual([-1, 10, 'abcd', 'efgh', 'ij', 'the stream is closed']);
  });

  test('gives its lines as they come', async () => {
    const answer = await answered((_request, response) => {
      response.write('one\ntw');
      setTimeout(() => response.end('o\r\n\nlast'), 20);
    }, 'local s = assert(http.get(base, {stream = true})).stream:scanner() local all = {} while s:scan() do all[#all + 1] = s:text() end return {all, s:err() == nil}');
    expect(answer).toEqual([['one', 'two', '', 'last'], true]);
  });

  test('that nobody closed is closed with its call', async () => {
    const closed = new Promise<void>((resolve) => {
      void answered((_request, response) => {
        response.on('close', resolve);
        pour(response);
      }, 'return assert(http.get(base, {stream = true})).status_code');
    });
    await closed;
  });
});

test('other tasks go on while one waits', async () => {
  const code = `
    local order = {}
    coroutine.spawn(function() time.sleep("1ms") order[#order + 1] = "other" end)
    http.get(base)
    order[#order + 1] = "asked"
    return order`;
  expect(await answered((_request, response) => void setTimeout(() => response.end(), 100), code)).toEqual([
    'other',
    'asked',
  ]);
});

test('a batch answers by place; what failed is in the second list', async () => {
  const answer = await answered(
    (request, response) => (request.url === '/bad' ? request.socket.destroy() : response.end(request.url)),
    `local rs, errs = http.request_batch({{"GET", base .. "/a"}, {"GET", base .. "/bad"}, {"POST", base .. "/c", {body = "x"}}})
     local ok, none = http.request_batch({{"GET", base .. "/a"}})
     return {rs[1].body, rs[2] == nil, rs[3].body, errs[1] == nil, errs[2]:kind(), ok[1].body, none == nil}`,
  );
  expect(answer).toEqual(['/a', true, '/c', true, 'Internal', '/a', true]);
});

test('a call that is cancelled while it waits lets go of its request', async () => {
  const controller = new AbortController();
  const { io } = localServices(lazyNetOperations(), systemClock);
  const { vm } = specVm({}, { io });
  let gone: () => void;
  const closed = new Promise<void>((resolve) => {
    gone = resolve;
  });
  const port = await httpServer((request) => {
    request.on('close', () => gone());
    controller.abort();
  });
  const source = 'return function(port) return require("http_client").get("http://127.0.0.1:" .. port) end';
  const fn = vm.loadFunction({
    id: 'spec:f',
    source,
    method: 'f',
    modules: ['http_client'],
    allowedHosts: ['127.0.0.1'],
  });
  const context = { signal: controller.signal, deadline: null, chain: [], values: {}, options: {} };
  expect((await failureOf(Promise.resolve(fn.call([port], context)))).kind).toBe('Canceled');
  await closed;
});

test.each<[string, string]>([
  ['a b+c/ä~', 'a+b%2Bc%2F%C3%A4~'],
  ['', ''],
  ['-_.~', '-_.~'],
])('encode_uri writes %j as %j, and decode_uri reads it', async (text, encoded) => {
  const code = `return {http.encode_uri(${JSON.stringify(text)}), (http.decode_uri(${JSON.stringify(encoded)}))}`;
  expect(await run(code, [], [1])).toEqual([encoded, text]);
});

test.each(['%', '%2', '%zz', 'a%'])('decode_uri refuses %j', async (text) => {
  const code = `local v, err = http.decode_uri("${text}") return {v == nil, err:kind()}`;
  expect(await run(code, [], [1])).toEqual([true, 'Invalid']);
});
