import { describe, expect, test } from 'vitest';
import { GUESTS, guestEntry } from '../host/guests.js';
import { BUILT, endpoint, lua, raw, serve } from './serving.js';

const built = await BUILT();

const ALL = ['wasi:io', 'wasi:http', 'wasi:cli', 'wasi:clocks'];
const HANDLER = 'wasi:http/incoming-handler#handle';
const FOLDER = { name: 'guests', kind: 'fs.directory', directory: GUESTS };

function component(more: object) {
  const guest = guestEntry('echo', 'http-echo', HANDLER, { pool: { type: 'inline' }, ...more });
  return serve([FOLDER, guest, endpoint('GET', '/{rest...}', 'echo')]);
}

describe('a wasi:http component without its grants', () => {
  test.each([
    [{}, 'imports: [wasi:io, wasi:http]'],
    [{ imports: ['wasi:cli'] }, 'imports: [wasi:io, wasi:http, wasi:cli]'],
    [{ imports: ['wasi:io'] }, 'imports: [wasi:io, wasi:http]'],
  ])('with %o is an error at start, and its requests 403, both with the line that grants it', async (more, line) => {
    await using served = await component(more);
    expect(served.log).toEqual([
      {
        level: 'error',
        message: expect.stringContaining(line),
        fields: { entry: 't:get__rest_', function: 't:echo' },
      },
    ]);
    const response = await fetch(`${served.url}/hello`);
    expect([response.status, await response.json()]).toEqual([
      403,
      { error: 'permission denied', kind: 'PermissionDenied' },
    ]);
    expect(served.log[1]).toMatchObject({ level: 'error', message: expect.stringContaining(line) });
  });

  test('with wasi:http alone is warned about, and answered by 403 as long as nothing is on the wire', async () => {
    await using served = await component({ imports: ['wasi:http'] });
    expect(served.log[0]).toMatchObject({ level: 'warn', message: expect.stringContaining('[wasi:io, wasi:http]') });
    const text = await raw(served.port, 'GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 403 .*"kind":"PermissionDenied"\}$/s);
    expect(served.log[1]).toMatchObject({
      level: 'error',
      message: expect.stringContaining('add "wasi:io" to imports'),
      fields: { function: 't:echo', path: '/hello' },
    });
  });

  test('with all grants says nothing at start', async () => {
    const guest = guestEntry('echo', 'http-echo', HANDLER, { imports: ALL, pool: { type: 'inline' } });
    await using served = await serve([FOLDER, guest, endpoint('GET', '/{rest...}', 'echo')], {}, { threads: 1 }, built);
    expect(served.log).toEqual([]);
  });

  test.skipIf('Suspending' in WebAssembly)(
    "on the host's thread is warned about, and gets bodies however they come",
    async () => {
      const guest = guestEntry('echo', 'http-echo', HANDLER, { imports: ALL });
      await using served = await serve([FOLDER, guest, endpoint('POST', '/{rest...}', 'echo')]);
      expect(served.log).toMatchObject([
        {
          level: 'warn',
          message: expect.stringMatching(/^t:echo serves .*threads: 0/),
          fields: { function: 't:echo' },
        },
      ]);
      const head = 'POST /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
      expect(await raw(served.port, `${head}3\r\nabc\r\n0\r\n\r\n`)).toMatch(/\r\nabc\r\n0\r\n\r\n$/);
    },
  );
});

test('a handler that answers nothing is an error of the log, with its function and the request ID', async () => {
  const router = { name: 'api', kind: 'http.router', middleware: ['request_id'] };
  const quiet = { ...endpoint('GET', '/quiet', 'quiet'), meta: { router: 'api' } };
  await using served = await serve([lua('quiet', 'function() end'), router, quiet]);
  const response = await fetch(`${served.url}/quiet`);
  expect([response.status, await response.json()]).toEqual([500, { error: 'no response sent', kind: 'Internal' }]);
  expect(served.log).toMatchObject([
    {
      level: 'error',
      message: 't:quiet ended without a response',
      fields: { function: 't:quiet', request_id: response.headers.get('x-request-id') },
    },
  ]);
});

const HOLE = '{a = 1, list = {1, 2, nil, 4}}';

test.each([
  ['', 500, 't:quiet ended without a response: write_json: '],
  ['res:set_status(201)', 201, 't:quiet answered 201 without what it was to write: write_json: '],
  ['res:write("[")', 200, 't:quiet answered 200 without what it was to write: write_json: '],
  ['res:write("[") res:flush()', 200, 't:quiet answered 200 without what it was to write: write_json: '],
])('a refused write_json whose error is dropped is told by the log, after %j', async (before, status, message) => {
  const quiet = lua('quiet', `function() local res = http.response() ${before} res:write_json(${HOLE}) end`);
  await using served = await serve([quiet, endpoint('GET', '/quiet', 'quiet')]);
  const response = await fetch(`${served.url}/quiet`);
  await response.text();
  expect(response.status).toBe(status);
  expect(served.log).toMatchObject([{ level: 'error', fields: { function: 't:quiet' } }]);
  expect(served.log[0]!.message.slice(0, message.length)).toBe(message);
  expect(served.log[0]!.message).toContain('list');
});

test.each(['res:write("sorry")', 'return {error = "sorry"}', 'res:write_json({1, 2})'])(
  'a refused write_json is not told where the handler goes on with %j',
  async (after) => {
    const body = `function() local res = http.response() res:write_json(${HOLE}) ${after} end`;
    await using served = await serve([lua('told', body), endpoint('GET', '/told', 'told')]);
    expect((await fetch(`${served.url}/told`)).status).toBe(200);
    expect(served.log).toEqual([]);
  },
);

test('behind an endpoint, the payload transport takes arguments from the request as wasi-http does', async () => {
  const source = '(module (func (export "half") (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 2))))';
  const half = (name: string, more: object) => ({
    ...{ name, kind: 'function.wat', source, wit: 'half: func(whole: u32) -> u32;', method: 'half' },
    ...more,
  });
  const functions = [
    half('plain', {}),
    half('payload', { transport: 'payload' }),
    half('http', { transport: 'wasi-http' }),
  ];
  const names = ['plain', 'payload', 'http'];
  await using served = await serve([...functions, ...names.map((name) => endpoint('GET', `/${name}/{whole}`, name))]);
  const answers = names.map((name) => fetch(`${served.url}/${name}/42`).then((response) => response.text()));
  expect(await Promise.all(answers)).toEqual(['21', '21', '21']);
  await expect(served.host.call('t:payload', [])).rejects.toThrow('expected 1 argument, got 0');
  await expect(served.host.call('t:http', [])).rejects.toThrow('http request context not found');
});

describe('a guard whose variable has no value is warned about at start', () => {
  const ENV = [
    { name: 'values', kind: 'env.storage.static', values: { SET: 's3cret', EMPTY: '' } },
    ...['SET', 'EMPTY', 'UNSET'].map((variable) => ({
      name: variable.toLowerCase(),
      kind: 'env.variable',
      storage: 't:values',
      variable,
    })),
  ];
  test.each([
    ['bearer_auth', { 'bearer_auth.token': 't:set' }, []],
    ['bearer_auth', { 'bearer_auth.token': 't:unset' }, [['bearer_auth.token', 't:unset']]],
    ['bearer_auth', { 'bearer_auth.token': 't:empty' }, [['bearer_auth.token', 't:empty']]],
    ['bearer_auth', { 'bearer_auth.token': 't:set, t:unset' }, [['bearer_auth.token', 't:unset']]],
    ['basic_auth', { 'basic_auth.user': 't:empty', 'basic_auth.password': 't:set' }, []],
    [
      'basic_auth',
      { 'basic_auth.user': 't:unset', 'basic_auth.password': 't:empty' },
      [
        ['basic_auth.user', 't:unset'],
        ['basic_auth.password', 't:empty'],
      ],
    ],
  ])('%s with %o', async (middleware, options, told) => {
    const router = { name: 'api', kind: 'http.router', middleware: [middleware], options };
    const routed = { ...endpoint('GET', '/f', 'f'), meta: { router: 'api' } };
    await using served = await serve([...ENV, router, lua('f', 'function() return 1 end'), routed]);
    expect(served.log).toMatchObject(
      told.map(([option, variable]) => ({ level: 'warn', fields: { entry: 't:api', option, variable } })),
    );
    for (const { message } of served.log)
      expect(message).toMatch(/^t:api: the variable t:\w+ of \w+\.\w+ has no value/);
  });
});
