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
    [
      'a length that is not that of its body',
      '{body = "hello", headers = {["Content-Length"] = "4"}}',
      'http_client: headers.Content-Length: expected none, or 5, the length of the body',
    ],
    [
      'two authorizations',
      '{auth = {user = "u"}, headers = {authorization = "Bearer x"}}',
      'http_client: auth: expected no header Authorization beside it',
    ],
    [
      'two headers for cookies',
      '{cookies = {a = "1"}, headers = {Cookie = "b=2"}}',
      'http_client: cookies: expected no header Cookie beside them',
    ],
    [
      'files of another type',
      '{files = {{name = "f", content = "x"}}, headers = {["Content-Type"] = "multipart/form-data"}}',
      'http_client: files: expected no header Content-Type beside them',
    ],
    [
      'two lengths',
      '{body = "hello", headers = {["content-length"] = {"5", "6"}}}',
      'http_client: headers.content-length: expected none, or 5, the length of the body',
    ],
    ...['Transfer-Encoding', 'transfer-encoding', 'Connection', 'Keep-Alive', 'Upgrade', 'TE', 'Trailer'].map(
      (name): [string, string, string] => [
        `the header ${name}`,
        `{headers = {["${name}"] = "chunked", ["Content-Length"] = "3"}, body = "abc"}`,
        `http_client: headers.${name}: expected no such header: how a request is sent is not for scripts to say`,
      ],
    ),
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

test('a length that is that of the body is what is sent anyway', async () => {
  const code = 'return assert(http.put(base, {body = "hello", headers = {["Content-Length"] = "5"}})).body';
  expect(await answered(echo, code)).toMatch(/"content-length":"5".*\nhello$/s);
});

test('CONNECT is refused: it makes a tunnel and no request', async () => {
  const code = 'local r, err = http.request("connect", base) return {err:kind(), err:message()}';
  expect(await answered(echo, code)).toEqual([
    'Invalid',
    'http_client: method: expected any but CONNECT, which makes a tunnel and no request',
  ]);
});

test.each([
  ['http.get()', "bad argument #1 to 'get' (string expected, got no value)"],
  ['http.post({})', "bad argument #1 to 'post' (string expected, got table)"],
  ['http.get(base, "x")', "bad argument #2 to 'get' (table expected, got string)"],
  ['http.request(nil, base)', "bad argument #1 to 'request' (string expected, got nil)"],
  ['http.request("GET", base, 5)', "bad argument #3 to 'request' (table expected, got number)"],
  ['http.request_batch("x")', "bad argument #1 to 'request_batch' (table expected, got string)"],
])('%s raises', async (call, message) => {
  const code = `local ok, err = pcall(function() return ${call} end) return {ok, tostring(err)}`;
  expect(await answered(echo, code)).toEqual([false, expect.stringContaining(message)]);
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

describe('the header Host', () => {
  const tell = (host: string) =>
    `local r, err = http.get(base, {headers = {Host = ${host}}}) return err and {err:kind(), err:message():match("may not reach (%S+),")} or r.body`;
  const host: RequestListener = (request, response) => response.end(request.headers.host);

  test.each<[what: string, name: string, hosts: readonly string[], answer: unknown]>([
    ['may name another one that is allowed', '"own.example"', ['127.0.0.1', 'own.example'], 'own.example'],
    ['may not name one that is not', '"own.example:81"', ['127.0.0.1'], ['PermissionDenied', 'own.example:81']],
    ['may not name an address that is not', '"10.0.0.1"', ['127.0.0.1'], ['PermissionDenied', '10.0.0.1:80']],
    ['is one', '{"own.example", "own.example"}', ['127.0.0.1', 'own.example'], ['Invalid']],
    ['is a host', '"own.example/x"', ['127.0.0.1', 'own.example'], ['Invalid']],
    ['has no user', '"me@own.example"', ['127.0.0.1', 'own.example'], ['Invalid']],
  ])('%s', async (_, name, hosts, answer) => {
    expect(await run(tell(name), hosts, [await httpServer(host)])).toEqual(answer);
  });

  test('may say what the URL says', async () => {
    const code = 'return assert(http.get(base, {headers = {Host = "127.0.0.1:" .. port}})).status_code';
    expect(await answered(host, code)).toBe(200);
  });
});

test('a redirect reads its place as UTF-8, as servers write it', async () => {
  const seen = await answered((request, response) => {
    if (request.url !== '/') response.end(request.url);
    else response.socket!.end('HTTP/1.1 302 Found\r\nlocation: /\u00e4\r\ncontent-length: 0\r\n\r\n', 'utf8');
  }, 'return assert(http.get(base)).body');
  expect(seen).toBe('/%C3%A4');
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

test('a URL that cannot be asked is told without user, password and query', async () => {
  const code = 'local _, e = http.get("ftp://user:secret@host/path?token=secret") return e:message()';
  expect(await answered(echo, code)).toBe('not a URL of http or https: "ftp://host/path"');
});

test('what goes wrong says neither user nor password nor query', async () => {
  const answer = await answered(
    (_request, response) => response.writeHead(302, { Location: '/again' }).end(),
    'local _, err = http.get((base:gsub("//", "//me:secret@")) .. "/x?token=secret") return err:message()',
  );
  expect(answer).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/x: stopped after 10 redirects$/);
});

describe('an answer', () => {
  test.each<[what: string, sent: string, body: string]>([
    [
      'behind informational ones',
      'HTTP/1.1 103 Early\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx',
      'x',
    ],
    ['with more bytes than it said', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcdef', 'abc'],
    ['with another one behind it', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nxHTTP/1.1 500 No\r\n\r\n', 'x'],
    ['that ends with its connection', 'HTTP/1.0 200 OK\r\n\r\nabc', 'abc'],
    ['204 with a body', 'HTTP/1.1 204 No\r\ncontent-length: 3\r\n\r\nabc', 'nil'],
    ['304 with a body', 'HTTP/1.1 304 No\r\ncontent-length: 3\r\n\r\nabc', 'nil'],
    ['that is packed stays so', 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc', 'abc'],
  ])('%s', async (_, sent, body) => {
    const code = 'local r, err = http.get(base) return err and err:message() or tostring(r.body)';
    for (let turn = 0; turn < 3; turn++) {
      expect(await answered((request) => void request.socket.end(sent), code)).toBe(body);
    }
  });
});

describe('what goes wrong', () => {
  test.each<[what: string, listener: RequestListener, options: string, message: RegExp]>([
    ['no answer in time', () => {}, '{timeout = "50ms"}', /no response came within 50 ms$/],
    [
      'a body that stops coming',
      (_request, response) => void response.write('x'),
      '{timeout = 0.5}',
      /the response was not whole within 500 ms$/,
    ],
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
    ...[
      ['a status that is none', 'HTTP/1.1 000 X\r\ncontent-length: 0\r\n\r\n', /0 is not the status of an answer$/],
      ['an informational status at the end', 'HTTP/1.1 101 X\r\n\r\n', /101 is not the status of an answer$/],
      ['pieces without a length', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc', /chunk size/],
      ['pieces that end too soon', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n', /aborted/],
      ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd', /Content-Length/],
      [
        'a length beside pieces',
        'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
        /Content-Length/,
      ],
      ['something else', 'hello\r\n\r\n', /Parse Error/],
      ['nothing', '', /hang up/],
    ].map(([what, sent, message]): [string, RequestListener, string, RegExp] => [
      String(what),
      (request) => void request.socket.end(String(sent)),
      '{}',
      message as RegExp,
    ]),
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

test.each([
  ['{"GET", base, {tmeout = 1}}', "http_client: request_batch[2]: unknown option 'tmeout': did you mean 'timeout'?"],
  [
    '{"CONNECT", base}',
    'http_client: request_batch[2]: method: expected any but CONNECT, which makes a tunnel and no request',
  ],
  ['{method = "GET"}', 'http_client: request_batch[2]: the method: expected a string'],
  ['5', 'http_client: request_batch[2]: expected {method, url, options}'],
])('a batch with %s is refused as a whole, and says where', async (item, message) => {
  const code = `local rs, err = http.request_batch({{"GET", base}, ${item}}) return {rs == nil, err:kind(), err:message()}`;
  expect(await answered(echo, code)).toEqual([true, 'Invalid', message]);
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
