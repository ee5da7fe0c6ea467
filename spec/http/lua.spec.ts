import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { BUILT, endpoint, lua, raw, serve } from './serving.js';

async function ask(body: string, path = '/f', init: RequestInit & { pattern?: string } = {}): Promise<Response> {
  await using served = await serve([lua('f', body), endpoint(init.method ?? 'GET', init.pattern ?? '/f', 'f')]);
  const response = await fetch(served.url + path, init);
  return new Response(response.status === 204 ? null : await response.arrayBuffer(), {
    status: response.status,
    headers: response.headers,
  });
}

describe('http.request()', () => {
  test.each([
    ['req:method()', 'GET'],
    ['req:path()', '/f/7'],
    ['req:query("a")', '1'],
    ['req:query("none")', undefined],
    ['req:query_params()', { a: '1,2', b: 'x y' }],
    ['req:query_values("a")', ['1', '2']],
    ['req:query_values("b")', ['x y']],
    ['#req:query_values("none")', 0],
    ['req:header("x-own")', 'yes'],
    ['req:header("X-OWN")', 'yes'],
    ['req:param("id")', '7'],
    ['req:params()', { id: '7' }],
    ['req:content_length()', 0],
    ['req:has_body()', false],
    ['req:accepts("text/html")', true],
    ['req:accepts("image/png")', false],
    ['req:content_type()', undefined],
    ['req:is_content_type("application/json")', false],
    ['req:remote_addr()', '127.0.0.1'],
    ['(req:body())', ''],
  ])('%s', async (expression, wanted) => {
    const response = await ask(
      `function() local req = http.request() return {value = ${expression}} end`,
      '/f/7?a=1&a=2&b=x+y',
      {
        pattern: '/f/{id}',
        headers: { 'X-Own': 'yes', Accept: 'text/html' },
      },
    );
    const value: unknown = await response.json();
    expect(value).toEqual(wanted === undefined ? [] : { value: wanted });
  });

  test('outside of an endpoint there is none, also where an endpoint called', async () => {
    const inner = lua(
      'inner',
      'function() local r, e = http.request() return {kind = e:kind(), message = e:message()} end',
    );
    const outer = lua('outer', 'function() return funcs.call("t:inner") end');
    await using served = await serve([inner, outer, endpoint('GET', '/outer', 'outer')]);
    const wanted = { kind: 'Internal', message: 'no HTTP request context found' };
    expect(await (await fetch(`${served.url}/outer`)).json()).toEqual(wanted);
    expect(await served.host.call('t:inner')).toEqual(wanted);
  });

  const post = (body: string | FormData, headers: Record<string, string> = {}) =>
    ({ method: 'POST', body, headers, duplex: 'half' }) as RequestInit;

  test('body_json reads JSON, and says what is none', async () => {
    const f = 'function() local v, e = http.request():body_json() if e then return nil, e end return v.list[2] end';
    expect(await (await ask(f, '/f', post('{"list":[1,{"a":true}]}'))).json()).toEqual({ a: true });
    for (const body of ['{"list":', '', '[1,]']) {
      const bad = await ask(f, '/f', post(body));
      expect(bad.status).toBe(400);
      expect(await bad.json()).toMatchObject({ kind: 'Invalid', path: 'body' });
    }
  });

  test('form reads fields, and lists of those that come twice', async () => {
    const f = 'function() return http.request():form() end';
    const response = await ask(f, '/f', post('a=1&b=2&b=3', { 'Content-Type': 'application/x-www-form-urlencoded' }));
    expect(await response.json()).toEqual({ a: '1', b: ['2', '3'] });
  });

  test('max_body bounds what it reads, below the bound of the service', async () => {
    const f = 'function() local b, e = http.request{max_body = 10}:body() if e then return nil, e end return #b end';
    expect(await (await ask(f, '/f', post('a'.repeat(10)))).json()).toBe(10);
    const response = await ask(f, '/f', post('a'.repeat(11)));
    expect([response.status, await response.json()]).toMatchObject([
      413,
      { error: 'request body too large: at most 10 bytes' },
    ]);
  });

  test('a body of megabytes is read whole, or as a stream whose pieces are written at once', async () => {
    const sent = 'y'.repeat(3_000_000);
    const whole =
      'function() local b, e = http.request():body() if e then return nil, e end http.response():write(b) end';
    expect(await (await ask(whole, '/f', post(sent))).text()).toBe(sent);
    const piecewise = `function()
      local stream, out = http.request():stream(), http.response()
      while true do
        local piece, e = stream:read(10000)
        if e then return nil, e end
        if piece == nil then return end
        assert(#piece <= 10000)
        out:write(piece)
      end
    end`;
    expect(await (await ask(piecewise, '/f', post(sent))).text()).toBe(sent);
  });

  test('a body that several tasks want, or want again, is read once and given to each', async () => {
    const again = `function()
      local first = http.request():body()
      local second = http.request{max_body = 200000}:body()
      local _, err = http.request{max_body = 100}:body()
      return {#first, #second, err:message()}
    end`;
    const sent = 'z'.repeat(150_000);
    expect(await (await ask(again, '/f', post(sent))).json()).toEqual([
      150_000,
      150_000,
      'request body too large: at most 100 bytes',
    ]);
    const more = `function()
      local _, err = http.request{max_body = 100}:body()
      return {err:message(), #http.request{max_body = 200000}:body()}
    end`;
    expect(await (await ask(more, '/f', post(sent))).json()).toEqual([
      'request body too large: at most 100 bytes',
      150_000,
    ]);
    const together = `function()
      local done = channel.new(3)
      for i = 1, 3 do
        local req = http.request{max_body = 200000 + i % 2}
        coroutine.spawn(function() done:send(#req:body()) end)
      end
      return {(done:receive()), (done:receive()), (done:receive())}
    end`;
    expect(await (await ask(together, '/f', post(sent))).json()).toEqual([150_000, 150_000, 150_000]);
  });

  test.each<[what: string, head: string, read: string]>([
    ['body()', 'Content-Length: 100000', 'req:body()'],
    ['a small body()', 'Content-Length: 10', 'req:body()'],
    ['a small stream', 'Content-Length: 10', '(function() local s = req:stream() s:read(5) return s:read(5) end)()'],
    ['a small form()', 'Content-Length: 10', 'req:form()'],
    ['body_json() in pieces', 'Transfer-Encoding: chunked', 'req:body_json()'],
    ['a stream', 'Content-Length: 100000', '(function() local s = req:stream() s:read(5) return s:read(5) end)()'],
    [
      'a scanner',
      'Content-Length: 100000',
      '(function() local s = req:stream():scanner() s:scan() return nil, s:err() end)()',
    ],
    ['a form', 'Content-Length: 100000\r\nContent-Type: multipart/form-data; boundary=b', 'req:parse_multipart()'],
  ])('timeout bounds how long %s waits', async (_, head, read) => {
    const f = `function() local req = http.request{timeout = 100} local v, e = ${read} return {e:kind(), e:message()} end`;
    await using served = await serve([lua('f', f), endpoint('POST', '/f', 'f')]);
    const isChunked = head.startsWith('Transfer');
    const begun = `POST /f HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n${isChunked ? '5\r\nbegun\r\n' : 'begun'}`;
    const text = await raw(served.port, begun, (got) => got.includes(']'));
    expect(text).toMatch(/\["Internal","the request's body did not come within 100 ms"\]/);
  });

  test.each([
    ['http.request():body()', 10],
    ['http.request():stream():read(100)', 4],
    ['http.request():body_json()', 1234567890],
  ])('a small body that comes slowly is whole: %s', async (read, expected) => {
    const f = lua('f', `function() local v = ${read} return type(v) == "string" and #v or v end`);
    await using served = await serve([f, endpoint('POST', '/f', 'f')]);
    const socket = connect(served.port, '127.0.0.1');
    socket.write('POST /f HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n\r\n1234');
    await new Promise((resolve) => setTimeout(resolve, 200));
    socket.write('567890');
    let text = '';
    for await (const piece of socket) text += String(piece);
    expect(text).toMatch(new RegExp(`\\r\\n\\r\\n${expected}$`));
  });

  test('what came before the time was over is there for who asks again', async () => {
    const f = `function()
      local first, err = http.request{timeout = "50ms"}:body()
      http.response():write(tostring(first) .. " " .. err:kind() .. ";")
      http.response():flush()
      return http.response():write(#http.request{timeout = "5m"}:body() .. " bytes")
    end`;
    await using served = await serve([lua('f', f), endpoint('POST', '/f', 'f')]);
    const control = new AbortController();
    const body = new ReadableStream({
      async start(stream) {
        stream.enqueue(Buffer.alloc(50_000));
        control.signal.addEventListener('abort', () => {
          stream.enqueue(Buffer.alloc(50_000));
          stream.close();
        });
      },
    });
    const response = await fetch(`${served.url}/f`, { method: 'POST', body, duplex: 'half' } as RequestInit);
    control.abort();
    expect(await response.text()).toBe('nil Internal;100000 bytes');
  });

  test.each([
    ['{timeot = 1}', "http.request: unknown option 'timeot': did you mean 'timeout'?"],
    ['{timeout = 0}', 'http.request: timeout: expected milliseconds above 0, or a duration such as "30s"'],
    ['{timeout = "soon"}', 'http.request: timeout: expected milliseconds above 0, or a duration such as "30s"'],
    ['{max_body = -1}', 'http.request: max_body: expected a number of bytes'],
    ['5', 'http.request: expected a table such as {timeout = 5000, max_body = 1048576}'],
    ['"x"', 'http.request: expected a table such as {timeout = 5000, max_body = 1048576}'],
    ['{1}', 'http.request: expected a table whose keys are names'],
  ])('http.request(%s) is Invalid', async (options, message) => {
    const f = `function() local r, e = http.request(${options}) return {r == nil, e:kind(), e:message()} end`;
    expect(await (await ask(f)).json()).toEqual([true, 'Invalid', message]);
  });

  test('headers are the bytes that came, and go out as the bytes that were given', async () => {
    const f = `function()
      local value = http.request():header("x-own")
      http.response():set_header("X-Own", value)
      http.response():set_header("X-Bytes", "\\xff")
      http.response():write(#value .. " " .. value)
    end`;
    await using served = await serve([lua('f', f), endpoint('GET', '/f', 'f')]);
    const sent = Buffer.from(
      'GET /f HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Own: gr\u00fc\u00df\r\n\r\n',
      'utf8',
    );
    const text = Buffer.from(await raw(served.port, sent), 'latin1');
    expect(text.toString('utf8')).toMatch(/X-Own: gr\u00fc\u00df\r\n[\s\S]*6 gr\u00fc\u00df$/);
    expect(text.toString('latin1')).toContain('X-Bytes: \u00ff\r\n');
  });

  test('a stream of the body has the methods that streams of responses have', async () => {
    const f = `function()
      local s = http.request():stream()
      local words, lines = {s:stat().size}, s:scanner("words")
      while lines:scan() do words[#words + 1] = lines:text() end
      local _, cannot = s:write("x")
      words[#words + 1] = cannot:message()
      s:close()
      local _, closed = s:read()
      words[#words + 1] = closed:message()
      return words
    end`;
    const told = ['stream:write: a body that came can only be read', 'the stream is closed'];
    expect(await (await ask(f, '/f', post('one two\nthree'))).json()).toEqual([13, 'one', 'two', 'three', ...told]);
    const long = 'word '.repeat(20_000);
    const words = (await (await ask(f, '/f', post(long))).json()) as unknown[];
    expect([words[0], words.length]).toEqual([100_000, 20_003]);
  });

  test('a form has 10000 fields at most, also of one name, and says so', async () => {
    const f = 'function() local form, e = http.request():form() if e then return nil, e end return #form.a end';
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const asked = async (count: number) => (await ask(f, '/f', post(Array(count).fill('a=1').join('&'), type))).json();
    expect(await asked(10_000)).toBe(10_000);
    expect(await asked(10_001)).toEqual({ error: 'more than 10000 parameters', kind: 'Invalid' });
  });

  test('a form whose bytes are gone is an error at once', async () => {
    const form = new FormData();
    form.set('f', new Blob(['x'.repeat(100_000)]), 'x');
    const f = `function()
      http.request():body()
      local _, err = http.request{max_body = 200000}:parse_multipart()
      return err:message()
    end`;
    expect(await (await ask(f, '/f', post(form))).json()).toBe('the body has been read: parse_multipart comes first');
  });

  test('a form of too many parts, and one without any byte, are told so', async () => {
    const f = 'function() local form, e = http.request():parse_multipart() if e then return nil, e end return 1 end';
    const type = { 'Content-Type': 'multipart/form-data; boundary=b' };
    const part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n';
    const asked = async (body: string) => (await (await ask(f, '/f', post(body, type))).json()) as { error: string };
    expect(await asked(`${part.repeat(1000)}--b--\r\n`)).toBe(1);
    expect((await asked(`${part.repeat(1001)}--b--\r\n`)).error).toBe(
      'not a multipart form: it has more than 1000 parts',
    );
    expect((await asked('')).error).toBe('not a multipart form: the request has no body');
  });

  describe('parse_multipart', () => {
    const FORM = `function()
      local form, e = http.request():parse_multipart()
      if e then return nil, e end
      for _, files in pairs(form.files) do
        for i, file in ipairs(files) do
          files[i] = {file:name() or false, (file:stream():read()) or "", file:header("content-type") or "none", file:header("X-Own") or "none"}
        end
      end
      return form
    end`;
    const send = (body: string, boundary = 'b') =>
      ask(
        FORM,
        '/f',
        post(Buffer.from(body, 'latin1') as unknown as string, {
          'Content-Type': `multipart/form-data; boundary=${boundary}`,
        }),
      );
    const part = (names: string, content = '1', more = '') =>
      `--b\r\nContent-Disposition: form-data; ${names}\r\n${more}\r\n${content}\r\n`;

    test.each<[what: string, body: string, form: object]>([
      [
        'names of any kind',
        `${part('name="u[n][]"')}${part('name="u[n][]"', '2')}${part('name="__proto__"')}--b--`,
        { values: { 'u[n][]': ['1', '2'], ['__proto__']: '1' } },
      ],
      [
        'a file with its headers',
        `${part('name="f"; filename="a.txt"', 'abc', 'Content-Type: text/plain; charset=x\r\nX-Own: \u00c3\u00a4\r\n')}--b--\r\n`,
        { files: { f: [['a.txt', 'abc', 'text/plain; charset=x', '\u00e4']] } },
      ],
      [
        'no folders of files',
        `${part('name="f"; filename="../../a"')}${part('name="f"; filename="C:\\x\\b.txt"')}${part('name="f"; filename=".."')}--b--`,
        {
          files: {
            f: [
              ['a', '1', 'none', 'none'],
              ['b.txt', '1', 'none', 'none'],
              ['', '1', 'none', 'none'],
            ],
          },
        },
      ],
      [
        'files without bytes and without names',
        `${part('name="f"; filename=""', '')}--b--`,
        { files: { f: [['', '', 'none', 'none']] } },
      ],
      [
        'names in UTF-8',
        `${part('name="\u00c3\u00a4"; filename="\u00c3\u00bc"')}${part("name=g; filename=x; filename*=UTF-8''%e2%82%ac")}--b--`,
        { files: { ä: [['ü', '1', 'none', 'none']], g: [['€', '1', 'none', 'none']] } },
      ],
      [
        'backslashes in names that are escaped, and those that are not',
        `${part('name="a\\\\b\\c\\\\"')}${part('name="\\d"', '2')}--b--`,
        { values: { 'a\\b\\c\\': '1', '\\d': '2' } },
      ],
      ['quotes in names', `${part('name="a\\"b;c=\\\\"')}--b--`, { values: { 'a"b;c=\\': '1' } }],
      [
        'what stands before and behind it',
        `before\r\n--\r\n${part('name="a"')}--b-- \r\nafter`,
        { values: { a: '1' } },
      ],
      [
        'line ends and boundaries in contents',
        `${part('name="a"', 'x\r\n--a\r\n\r\n--\r')}--b--`,
        { values: { a: 'x\r\n--a\r\n\r\n--\r' } },
      ],
      ['space behind a boundary', `${part('name="a"').replace('--b', '--b \t')}--b--`, { values: { a: '1' } }],
      ['nothing', '--b--', {}],
    ])('reads %s', async (_, body, form) => {
      expect(await (await send(body)).json()).toEqual({ values: [], files: [], ...form });
    });

    test.each<[what: string, body: string, problem: string]>([
      ['ends in a file', part('name="f"; filename="x"', 'abc'), 'it ends before its last boundary'],
      ['ends in the head of a part', '--b\r\nContent-Disposition: form-data', 'it ends before its last boundary'],
      ['ends behind a boundary', '--b', 'it ends before its last boundary'],
      ['is another one', '--c\r\n\r\n--c--', 'its boundary is not in it'],
      ['has a part without a name', '--b\r\nX: y\r\n\r\n1\r\n--b--', 'a part has no name'],
      [
        'has a part of another kind',
        `${part('name="a"').replace('form-data', 'attachment')}--b--`,
        'a part has no name',
      ],
      ['has a part without headers', '--b\r\n\r\n1\r\n--b--', 'a part has no name'],
      ['has a part without an end of headers', '--b\r\nX: y\r\n--b--', 'the headers of a part have no end'],
      [
        'has a header that is none',
        '--b\r\nno header\r\n\r\n1\r\n--b--',
        'a part has a header that is none: "no header"',
      ],
      [
        'has a long head',
        `${part('name="a"', '1', `X: ${'y'.repeat(17_000)}\r\n`)}--b--`,
        'the headers of a part have more than 16384 bytes',
      ],
      ['has a long name', `${part(`name="${'n'.repeat(1001)}"`)}--b--`, 'the name of a part has more than 1000 bytes'],
      ['has a name that is no UTF-8', `${part('name="\u00ff"')}--b--`, 'the name of a part is not valid UTF-8'],
      [
        'has the name of a file that is no UTF-8',
        `${part("name=f; filename*=UTF-8''%ff")}--b--`,
        'the name of a file is not valid UTF-8',
      ],
      [
        'has the name of a file in bytes that are not escaped',
        `${part("name=f; filename=x; filename*=UTF-8''\u00c3\u00a4")}--b--`,
        'the name of a file is not valid UTF-8',
      ],
      [
        'has the name of a file in another charset',
        `${part("name=f; filename*=ISO-8859-1''a")}--b--`,
        'the name of a file is not valid UTF-8',
      ],
      ...[
        'name="a"; filename="x',
        'name="a"; filename="x\\"',
        'name="a"b',
        'name="a"; filename="x"y"',
        'name=a\\b',
      ].map((names): [string, string, string] => [
        `has names that are not quoted well: ${names}`,
        `${part(names)}--b--`,
        'the names of a part are not quoted as they should be',
      ]),
      ['has a field that is no UTF-8', `${part('name="a"', '\u00ff')}--b--`, 'the field a is not valid UTF-8'],
      ['goes on behind a boundary', `--bx\r\n${part('name="a"')}--b--`, 'something else stands behind a boundary'],
    ])('refuses a form that %s', async (_, body, problem) => {
      const response = await send(body);
      expect([response.status, await response.json()]).toEqual([
        400,
        { error: `not a multipart form: ${problem}`, kind: 'Invalid' },
      ]);
    });

    test('a head of many backslashes is read in time', async () => {
      const response = await send(`${part(`name="${'\\\\'.repeat(4000)}`)}--b--`);
      expect(response.status).toBe(400);
    });

    test.each(['Multipart/Form-Data;boundary="b"', 'multipart/form-data; x="; boundary=c"; Boundary=b'])(
      'reads a form by the boundary of %s',
      async (type) => {
        const response = await ask(FORM, '/f', post(`${part('name="a"')}--b--`, { 'Content-Type': type }));
        expect(await response.json()).toEqual({ values: { a: '1' }, files: [] });
      },
    );

    test.each([
      ['multipart/form-data', 'its content type names no boundary'],
      ['multipart/form-data; boundary="b', 'its content type names no boundary'],
      ['multipart/form-data boundary=b', 'the content type is multipart/form-data boundary=b'],
      [`multipart/form-data; boundary=${'b'.repeat(71)}`, 'its boundary has more than 70 characters'],
      ['multipart/mixed; boundary=b', 'the content type is multipart/mixed; boundary=b'],
      ['text/plain', 'the content type is text/plain'],
    ])('refuses %s', async (type, problem) => {
      const response = await ask(FORM, '/f', post('--b--', { 'Content-Type': type }));
      expect([response.status, await response.json()]).toEqual([
        400,
        { error: `not a multipart form: ${problem}`, kind: 'Invalid' },
      ]);
    });
  });

  test.each(['{"a":1} x', '{"a":1}{}', '', '[1,]', '\\u00ff'])('body_json refuses %j', async (body) => {
    const f = 'function() local v, e = http.request():body_json() return {v == nil, e:kind()} end';
    expect(await (await ask(f, '/f', post(body))).json()).toEqual([true, 'Invalid']);
  });

  test('parse_multipart gives fields and files', async () => {
    const form = new FormData();
    form.set('a', '1');
    form.append('many', 'x');
    form.append('many', 'y');
    form.set('f', new Blob(['hello'], { type: 'text/x' }), 'x.txt');
    const f = `function()
      local form, e = http.request():parse_multipart()
      if e then return nil, e end
      local file = form.files.f[1]
      return {form.values.a, form.values.many, file:name(), file:size(), file:header("Content-Type"), file:stream():read(3)}
    end`;
    expect(await (await ask(f, '/f', post(form))).json()).toEqual(['1', ['x', 'y'], 'x.txt', 5, 'text/x', 'hel']);
    const none = await ask(f, '/f', post('a=1'));
    expect([none.status, await none.json()]).toMatchObject([400, { kind: 'Invalid' }]);
  });

  test('a multipart form beyond its bound is refused', async () => {
    const form = new FormData();
    form.set('f', new Blob(['x'.repeat(5000)]), 'x');
    const f =
      'function() local form, e = http.request():parse_multipart(4000) if e then return nil, e end return 1 end';
    expect((await ask(f, '/f', post(form))).status).toBe(413);
  });
});

describe('http.response()', () => {
  test('status and headers may come in any order before the first write', async () => {
    const response = await ask(`function()
      local res = http.response()
      res:set_status(http.STATUS.CREATED)
      res:set_header("X-A", "1")
      res:set_header("x-a", "2")
      res:write_json({ok = true})
    end`);
    expect([response.status, response.headers.get('x-a'), response.headers.get('content-type')]).toEqual([
      201,
      '2',
      'application/json',
    ]);
    expect(await response.json()).toEqual({ ok: true });
  });

  test('after the first write they are errors, and the answer stays', async () => {
    const response = await ask(`function()
      local res = http.response()
      res:write("a")
      local e = res:set_status(500)
      res:write(e:kind())
    end`);
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
      200,
      'aInvalid',
      'text/plain; charset=utf-8',
    ]);
  });

  test.each([
    ['function() return {a = 1} end', 200, 'application/json', '{"a":1}'],
    ['function() return 7.0 end', 200, 'application/json', '7'],
    ['function() http.response():set_status(202) return "x" end', 202, 'application/json', '"x"'],
    ['function() http.response():set_status(204) end', 204, null, ''],
    ['function() end', 500, 'application/json', '{"error":"no response sent","kind":"Internal"}'],
    [
      'function() return nil, errors.new("NotFound", "no such user") end',
      404,
      'application/json',
      '{"error":"no such user","kind":"NotFound"}',
    ],
    [
      'function() error(errors.new("RateLimited", "slowly")) end',
      429,
      'application/json',
      '{"error":"slowly","kind":"RateLimited"}',
    ],
    [
      'function() local t = {} t.t = t return t end',
      500,
      'application/json',
      '{"error":"internal error","kind":"Internal"}',
    ],
    [
      'function() local res = http.response() res:write("done") return res end',
      200,
      'text/plain; charset=utf-8',
      'done',
    ],
    [
      'function() return nil, (select(2, env.get("SECRET"))) end',
      404,
      'application/json',
      '{"error":"not found","kind":"NotFound"}',
    ],
    ['function() error("secret") end', 500, 'application/json', '{"error":"internal error","kind":"Internal"}'],
    [
      'function() http.response():write("half") error("x") end',
      500,
      'application/json',
      '{"error":"internal error","kind":"Internal"}',
    ],
  ])('%s', async (body, status, type, text) => {
    const response = await ask(body);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      status,
      type,
      text,
    ]);
  });

  test.each([
    [204, '', 'Content-Length'],
    [205, 'Content-Length: 0', 'Content-Length: 4'],
    [304, '', 'Content-Length'],
  ])('a %i has no content, whatever a handler writes, and the connection goes on', async (status, head, not) => {
    const body = (more: string) =>
      `function() local res = http.response() res:set_status(${status}) res:write("body") ${more} end`;
    await using served = await serve([
      lua('whole', body('')),
      lua('begun', body('res:flush() res:write("more")')),
      lua('next', 'function() return 1 end'),
      ...['whole', 'begun', 'next'].map((name) => endpoint('GET', `/${name}`, name)),
    ]);
    for (const name of ['whole', 'begun']) {
      const first = `GET /${name} HTTP/1.1\r\nHost: x\r\n\r\n`;
      const text = await raw(served.port, `${first}GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      const [answer, next] = text.split('\r\n\r\nHTTP/1.1 200 OK');
      expect(answer).toContain(`HTTP/1.1 ${status}`);
      expect(answer).toContain(head);
      expect(answer).not.toContain(not);
      expect(next?.endsWith('\r\n\r\n1')).toBe(true);
    }
  });

  test('HEAD of an answer in pieces says nothing about its length', async () => {
    await using served = await serve([
      lua('f', 'function() local res = http.response() res:write("a") res:flush() res:write("b") end'),
      endpoint('GET', '/f', 'f'),
    ]);
    const text = await raw(served.port, 'HEAD /f HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 200/);
    expect(text).not.toMatch(/content-length/i);
    expect(text.endsWith('\r\n\r\n')).toBe(true);
  });

  test.each<[value: string, problem: string]>([
    ['{1, 2, a = 3}', 'the table mixes names and indexes'],
    ['{list = {{a = 1, 2}}}', 'list[1]: the table mixes names and indexes'],
    ['{a = {[10] = 1}}', 'a: the table mixes names and indexes'],
    ['{a = "\\xff"}', 'a: the string is not valid UTF-8'],
    ['{f = print}', 'f: expected a plain value'],
  ])('a value that JSON has no form for is an error that says where: %s', async (value, problem) => {
    await using served = await serve([lua('f', `function() return ${value} end`), endpoint('GET', '/f', 'f')]);
    const response = await fetch(`${served.url}/f`);
    expect([response.status, await response.json()]).toEqual([500, { error: 'internal error', kind: 'Internal' }]);
    expect(served.log.map(({ message }) => message)).toEqual([expect.stringContaining(`t:f: result: ${problem}`)]);
  });

  test.each([
    ['chunked', 'text/plain; charset=utf-8'],
    ['sse', 'text/event-stream'],
  ])('set_transfer("%s") sends each write at once', async (mode, type) => {
    const f = lua(
      'f',
      `function() local res = http.response() res:set_transfer("${mode}") res:write("first") time.sleep("1h") end`,
    );
    await using served = await serve([f, endpoint('GET', '/f', 'f')]);
    const control = new AbortController();
    const response = await fetch(`${served.url}/f`, { signal: control.signal });
    expect([response.headers.get('content-type'), response.headers.get('content-length')]).toEqual([type, null]);
    const { value } = await response.body!.getReader().read();
    expect(Buffer.from(value!).toString()).toBe('first');
    control.abort();
  });

  test('errors in a value are their messages', async () => {
    const f = 'function() return {list = {errors.new("first"), 2}, other = errors.new("second")} end';
    expect(await (await ask(f)).json()).toEqual({ list: ['first', 2], other: 'second' });
  });

  test('a handler that says nothing is in the log', async () => {
    await using served = await serve([lua('f', 'function() end'), endpoint('GET', '/f', 'f')]);
    await fetch(`${served.url}/f`);
    expect(served.log).toMatchObject([{ level: 'error', message: 't:f ended without a response' }]);
  });

  test.each(['"bad name"', '"X-A", "a\\r\\nX-B: 1"', '"X\\r\\nY", "1"'])(
    'set_header(%s) cannot break out of its line',
    async (args) => {
      const response = await ask(
        `function() local ok, e = pcall(function() return http.response():set_header(${args.includes(',') ? args : `${args}, "x"`}) end) return {tostring(e)} end`,
      );
      expect(response.headers.get('x-b')).toBeNull();
      expect(await response.text()).toContain('header');
    },
  );

  test('an error after bytes went out cuts the connection', async () => {
    await using served = await serve([
      lua('f', 'function() local res = http.response() res:write("begun") res:flush() error("x") end'),
      endpoint('GET', '/f', 'f'),
    ]);
    const text = await raw(served.port, 'GET /f HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(text).toContain('begun');
    expect(text).not.toContain('\r\n0\r\n\r\n');
  });

  test('write_event streams server-sent events as they are written', async () => {
    let goOn = () => {};
    const seen = () =>
      new Promise<null>((resolve) => {
        goOn = () => resolve(null);
      });
    // The next event is written when the one before has arrived.
    await using served = await serve(
      [
        lua(
          'f',
          'function() local res = http.response() for i = 1, 3 do res:write_event{name = "tick", data = {i = i}} if i < 3 then funcs.call("app:seen") end end end',
        ),
        endpoint('GET', '/f', 'f'),
      ],
      {},
      { functions: { 'app:seen': seen } },
    );
    const response = await fetch(`${served.url}/f`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const pieces: string[] = [];
    for await (const piece of response.body!) {
      pieces.push(Buffer.from(piece).toString());
      goOn();
    }
    expect(pieces).toEqual([1, 2, 3].map((i) => `event: tick\ndata: {"i":${i}}\n\n`));
  });

  test.each([
    ['{name = "e", data = "a\\nb"}', 'event: e\ndata: "a\\nb"\n\n'],
    ['{name = "e", data = {}, id = "7", retry = 100}', 'id: 7\nretry: 100\nevent: e\ndata: []\n\n'],
    ['{name = "e", data = false, id = 8}', 'id: 8\nevent: e\ndata: false\n\n'],
  ])('write_event(%s)', async (event, text) => {
    const f = `function() return nil, http.response():write_event(${event}) end`;
    expect(await (await ask(f)).text()).toBe(text);
  });

  test.each([
    ['{data = 1}', 'name: expected a text of one line'],
    ['{name = "a\\nb", data = 1}', 'name: expected a text of one line'],
    ['{name = "a"}', 'data is required'],
    ['{name = "a", data = {1, b = 2}}', 'mixes names and indexes'],
    ['{name = "a", data = 1, id = "1\\r2"}', 'id: expected a text of one line'],
    ['{name = "a", data = 1, id = {}}', 'id: expected a text of one line'],
    ['{name = "a", data = 1, retry = 1.5}', 'retry: expected a whole number of milliseconds'],
    ['{name = "a", data = 1, retry = "1"}', 'retry: expected a whole number of milliseconds'],
    ['{name = "a", date = 1}', "unknown field 'date': did you mean 'data'?"],
    ['"a"', 'expected a table {name = text, data = value}'],
  ])('write_event(%s) is an error, and nothing is sent', async (event, message) => {
    const f = `function() local err = http.response():write_event(${event}) return err:message() end`;
    expect(await (await ask(f)).json()).toContain(message);
  });

  test('a client that goes away ends a handler that writes events without end', async () => {
    const f = lua(
      'f',
      'function() while true do http.response():write_event{name = "tick", data = 1} time.sleep("1ms") end end',
    );
    await using served = await serve([f, endpoint('GET', '/f', 'f')]);
    const control = new AbortController();
    const response = await fetch(`${served.url}/f`, { signal: control.signal });
    await response.body!.getReader().read();
    control.abort();
    const calls = () => served.host.stats().functions['t:f']?.errors;
    while (calls() === undefined || Object.keys(calls()!).length === 0) await new Promise(setImmediate);
    expect(calls()).toEqual({ Canceled: 1 });
  });

  test('a client that reads slowly holds its handler back instead of filling memory', async () => {
    const f = lua(
      'f',
      'function() local res = http.response() local piece = string.rep("x", 1000000) for i = 1, 30 do res:write(piece) print(i) end end',
    );
    const printed: number[] = [];
    await using served = await serve(
      [f, endpoint('GET', '/f', 'f')],
      {},
      { print: (line) => printed.push(Number(line.toString())) },
    );
    const response = await fetch(`${served.url}/f`);
    const reader = response.body!.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const early = printed.length;
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
    }
    expect(early).toBeLessThan(30);
    expect(printed).toHaveLength(30);
    expect(length).toBeGreaterThan(29_000_000);
  });
});

test('http.request: a cookie that came in several lines is one, however it is asked for', async () => {
  const body = `function() local request = http.request()
    http.response():write(request:header("Cookie") .. " | " .. request:headers().cookie .. " | " .. request:headers()["x-a"]) end`;
  await using served = await serve([lua('cookies', body), endpoint('GET', '/cookies', 'cookies')]);
  const head =
    'GET /cookies HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: a=1\r\nX-A: 1\r\nCookie: b=2\r\nX-A: 2\r\n\r\n';
  expect(await raw(served.port, head)).toMatch(/\r\n\r\na=1; b=2 \| a=1; b=2 \| 1, 2$/);
});

test("an answer that has begun outlives its endpoint's timeout, one that has not is ended by it", async () => {
  const entries = [
    lua(
      'begins',
      `function()
        local res, slow = http.response(), http.request():query("slow")
        res:set_transfer("chunked")
        res:write("begun ")
        if slow then time.sleep("2500ms") end
        res:write("ended")
      end`,
    ),
    lua('never', 'function() http.response():write("kept") time.sleep("1h") end'),
    lua('loops', 'function() while true do end end'),
    endpoint('GET', '/begins', 'begins', { timeout: '2s' }),
    endpoint('GET', '/never', 'never', { timeout: '100ms' }),
    endpoint('GET', '/loops', 'loops', { timeout: '100ms' }),
  ];
  await using served = await serve(entries, {}, { threads: 2 }, await BUILT());
  const text = async (path: string) => (await fetch(served.url + path)).text();
  expect(await text('/begins')).toBe('begun ended');
  expect(await text('/begins?slow=1')).toBe('begun ended');
  for (const path of ['/never', '/loops']) {
    const response = await fetch(served.url + path);
    expect([response.status, await response.json()]).toEqual([
      504,
      { error: 'the request took too long', kind: 'Timeout' },
    ]);
  }
  expect(served.log.map(({ fields }) => [fields.path, fields.kind])).toEqual([
    ['/never', 'Timeout'],
    ['/loops', 'Timeout'],
  ]);
});

test.each([
  ['a returned value', 'return {a = "ü"}', '{"a":"ü"}'],
  ['write_json', 'res:write_json({a = "ü"})', '{"a":"ü"}'],
  ['write', 'res:write("ü")', 'ü'],
])('bytes of a header go out as they are beside %s', async (_, answer, body) => {
  const f = `function() local res = http.response() res:set_header("X-Own", "ü 世") ${answer} end`;
  await using served = await serve([lua('f', f), endpoint('GET', '/f', 'f')]);
  const text = await raw(served.port, 'GET /f HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const sent = Buffer.from(text, 'latin1').toString();
  expect(sent).toContain('\r\nX-Own: ü 世\r\n');
  expect(sent.endsWith(`\r\n\r\n${body}`)).toBe(true);
});

test('body_json() passes over a byte order mark', async () => {
  const response = await ask('function() return (http.request():body_json()) end', '/f', {
    method: 'POST',
    body: '\ufeff{"a":1}',
  });
  expect(await response.json()).toEqual({ a: 1 });
});
