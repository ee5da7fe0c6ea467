import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHost, HostError, serveHttp } from '../../src/index.js';
import { ROOT } from '../host/guests.js';
import { endpoint, lua, raw, serve, wat } from './serving.js';

const ANSWER = wat('answer', 'answer: func() -> s32;', '(module (func (export "answer") (result i32) i32.const 42))');
const ECHO = lua(
  'echo',
  'function() local b, e = http.request():body() if e then return nil, e end http.response():write(b) end',
);
const NEVER = lua('never', 'function() time.sleep("1h") end');
const service = (more: object) => ({
  name: 'web',
  kind: 'http.service',
  addr: '127.0.0.1:0',
  access_log: false,
  ...more,
});
const ROUTES = [
  endpoint('GET', '/answer', 'answer'),
  endpoint('POST', '/echo', 'echo'),
  endpoint('GET', '/never', 'never'),
];
const ENTRIES = [ANSWER, ECHO, NEVER, ...ROUTES];

const status = (text: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);

describe('requests that are wrong', () => {
  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['no Host', 'GET /answer HTTP/1.1\r\n\r\n', 400],
    ['two hosts', 'GET /answer HTTP/1.1\r\nHost: x\r\nhost: y\r\nConnection: close\r\n\r\n', 400],
    ['a malformed header', 'GET /answer HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n', 400],
    ['two lengths', 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    [
      'a length and chunks',
      'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a target that cannot be decoded', 'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['a head of 17 KiB', `GET /answer HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(17 * 1024)}\r\n\r\n`, 431],
    ['a chunk that is none', 'POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
  ])('%s', async (_, sent, wanted) => {
    await using served = await serve(ENTRIES);
    expect(status(await raw(served.port, sent))).toBe(wanted);
    expect(await (await fetch(`${served.url}/answer`)).text()).toBe('42');
  });

  test('a head of 15 KiB is taken', async () => {
    await using served = await serve(ENTRIES);
    const sent = `GET /answer HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: ${'a'.repeat(15 * 1024)}\r\n\r\n`;
    expect(status(await raw(served.port, sent))).toBe(200);
  });

  test('a header behind thousands of others is seen: a proxy adds its own at the end', async () => {
    await using served = await serve([
      lua('last', 'function() return http.request():header("x-last") end'),
      endpoint('GET', '/last', 'last'),
    ]);
    const many = 'a:\r\n'.repeat(2500);
    const text = await raw(
      served.port,
      `GET /last HTTP/1.1\r\nHost: x\r\n${many}X-Last: 1\r\nConnection: close\r\n\r\n`,
    );
    expect(text.endsWith('\r\n\r\n"1"')).toBe(true);
  });

  test.each([
    ['whose length is announced', 'Content-Length: 1001\r\n\r\n', 413],
    ['that comes in chunks', `Transfer-Encoding: chunked\r\n\r\n3e9\r\n${'a'.repeat(1001)}\r\n0\r\n\r\n`, 413],
    ['of exactly the limit', `Content-Length: 1000\r\n\r\n${'a'.repeat(1000)}`, 200],
  ])('a body %s, with max_body 1000, is answered by its status', async (_, rest, wanted) => {
    await using served = await serve([service({ max_body: 1000 }), ...ENTRIES]);
    const text = await raw(served.port, `POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${rest}`);
    expect(status(text)).toBe(wanted);
    if (wanted === 413) expect(text).toContain('"request body too large: at most 1000 bytes"');
  });

  test('a client that sends megabytes beyond the limit still reads why it was refused', async () => {
    await using served = await serve([service({ max_body: 1000 }), ...ENTRIES]);
    const response = await fetch(`${served.url}/echo`, { method: 'POST', body: 'a'.repeat(5_000_000) });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ kind: 'Invalid' });
  });
});

describe('clients that are slow', () => {
  test.each([
    ['a head that never ends', 'GET /answer HTTP/1.1\r\nHost: x\r\n', { header: '300ms' }],
    ['a body that never comes', 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab', { read: '300ms' }],
  ])('%s is answered by 408', async (_, sent, timeouts) => {
    await using served = await serve([service({ timeouts }), ...ENTRIES]);
    const text = await raw(served.port, sent);
    expect(status(text)).toBe(408);
    expect(text).toContain('"kind":"Timeout"');
  });

  test('a connection that says nothing is closed', async () => {
    await using silent = await serve([service({ timeouts: { header: '300ms' } }), ...ENTRIES]);
    expect(status(await raw(silent.port, ''))).toBe(408);
    await using idle = await serve([service({ timeouts: { idle: '300ms' } }), ...ENTRIES]);
    expect(status(await raw(idle.port, 'GET /answer HTTP/1.1\r\nHost: x\r\n\r\n'))).toBe(200);
  });

  /** 16 MiB of NUL, answered at once: more than the system takes for a client. */
  const WHOLE = wat(
    'whole',
    'whole: func() -> string;',
    `(module (memory (export "memory") 257) (data (i32.const 8) "\\10\\00\\00\\00\\00\\00\\00\\01")
      (func (export "whole") (result i32) i32.const 8))`,
  );
  const BIG = lua(
    'big',
    'function() local r = http.response() for i = 1, 200 do r:write(string.rep("x", 100000)) end end',
  );

  test.each([
    ['its answer', [], '/big'],
    ['a later answer', ['/answer'], '/big'],
    ['what was answered at once', ['/answer'], '/whole'],
  ])('a client that takes nothing of %s is cut off', async (_what, before, path) => {
    const entries = [
      BIG,
      WHOLE,
      ANSWER,
      ...['big', 'whole', 'answer'].map((each) => endpoint('GET', `/${each}`, each)),
    ];
    await using served = await serve([service({ timeouts: { write: '300ms' } }), ...entries], { admin: '127.0.0.1:0' });
    const connections = async () => {
      const text = await (await fetch(`${served.serving.admin}/metrics`)).text();
      return Number(/^moonwit_http_connections\{.*\} (\d+)$/m.exec(text)![1]);
    };
    const socket = connect(served.port, '127.0.0.1');
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.on('close', resolve));
    for (const each of before) {
      socket.write(`GET ${each} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await new Promise((resolve) => socket.once('data', resolve));
    }
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    while ((await connections()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    if (path === '/big') await until(() => served.host.stats().functions['t:big']!.errors.Canceled === 1);
    // What a paused socket does not read it does not notice either.
    socket.resume();
    await closed;
  });
});

test('above concurrency and queue, requests are refused by 503 with Retry-After, and the others answered', async () => {
  const limits = { host: { worker_count: 2, buffer_size: 3 } };
  const { entries, hostOptions, open } = doorway();
  await using served = await serve([service(limits), ...entries, ...ENTRIES], {}, hostOptions);
  let ended = 0;
  const asked = Array.from({ length: 8 }, () => fetch(`${served.url}/held`).finally(() => ended++));
  // Those that have no place are answered first, and then the door opens for the others.
  await until(() => ended >= 3);
  open();
  const answers = await Promise.all(asked);
  const codes = answers.map((each) => each.status).sort();
  expect(codes).toEqual([200, 200, 200, 200, 200, 503, 503, 503]);
  const refused = answers.find((each) => each.status === 503)!;
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({ kind: 'Unavailable' });
  expect(await (await fetch(`${served.url}/answer`)).text()).toBe('42');
});

test('a timeout of an endpoint ends its function by 504', async () => {
  await using served = await serve([NEVER, endpoint('GET', '/never', 'never', { timeout: '50ms' })]);
  const response = await fetch(`${served.url}/never`);
  expect([response.status, await response.json()]).toEqual([
    504,
    { error: 'the request took too long', kind: 'Timeout' },
  ]);
});

test('a client that goes away cancels its function', async () => {
  const control = new AbortController();
  const { entries, hostOptions, entered } = doorway();
  await using served = await serve(entries, {}, hostOptions);
  const gone = fetch(`${served.url}/held`, { signal: control.signal }).catch(() => 'gone');
  await entered(1);
  control.abort();
  expect(await gone).toBe('gone');
  await until(() => served.host.stats().functions['t:held']!.errors.Canceled === 1);
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('requests behind others of a connection that closes give their places back', async () => {
  await using served = await serve([service({ host: { worker_count: 4, buffer_size: 4 } }), ...ENTRIES], {
    admin: '127.0.0.1:0',
  });
  const socket = connect(served.port, '127.0.0.1');
  socket.write('GET /never HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(8));
  const figure = async (name: string) => {
    const text = await (await fetch(`${served.serving.admin}/metrics`)).text();
    return Number(new RegExp(`^moonwit_http_${name}_requests\\{.*\\} (\\d+)$`, 'm').exec(text)?.[1]);
  };
  await expect.poll(() => figure('queued'), { timeout: 60_000 }).toBe(4);
  socket.destroy();
  await expect.poll(() => figure('active'), { timeout: 60_000 }).toBe(0);
  expect(await figure('queued')).toBe(0);
  expect((await fetch(`${served.url}/answer`)).status).toBe(200);
});

test('pages of other origins may read that there were too many requests', async () => {
  const { entries, hostOptions, entered, open } = doorway();
  const router = { name: 'api', kind: 'http.router', prefix: '/api', middleware: ['cors', 'ratelimit'], options: {} };
  router.options = { 'cors.allow.origins': 'https://page.example', 'ratelimit.requests': 1, 'ratelimit.burst': 0 };
  const limits = service({ host: { worker_count: 1, buffer_size: 0 } });
  const none = { name: 'none', kind: 'http.router', meta: { default: true } };
  const api = endpoint('GET', '/answer', 'answer', { meta: { router: 'api' } });
  await using served = await serve([limits, router, none, ...entries, ANSWER, api], {}, hostOptions);
  const held = fetch(`${served.url}/held`);
  await entered(1);
  const ask = async (path: string, origin: string, method = 'GET') => {
    const headers = { Origin: origin, 'Access-Control-Request-Method': 'GET' };
    const response = await fetch(served.url + path, { method, headers });
    return [response.status, response.headers.get('access-control-allow-origin'), response.headers.get('retry-after')];
  };
  const page = 'https://page.example';
  // Limits do not count what nobody answers.
  for (let time = 0; time < 3; time++) expect(await ask('/api/answer', page)).toEqual([503, page, '1']);
  expect(await ask('/api/answer', page, 'OPTIONS')).toEqual([204, page, null]);
  expect(await ask('/api/answer', 'https://other.example')).toEqual([503, null, '1']);
  expect(await ask('/held', page)).toEqual([503, null, '1']);
  open();
  expect((await held).status).toBe(200);
  expect(await ask('/api/answer', page)).toEqual([200, page, null]);
});

test('an address that is taken is named, with what to do', async () => {
  await using served = await serve(ENTRIES);
  const error = await serve(ENTRIES, { port: served.port }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HostError);
  expect((error as HostError).message).toBe(
    `cannot listen on 127.0.0.1:${served.port}: something else listens there: stop it, or choose another port with --port`,
  );
});

test('a registry without endpoints has nothing to serve', async () => {
  await expect(serve([ANSWER])).rejects.toThrow(
    'nothing to serve: the registry has no http.endpoint and no http.static',
  );
});

/** Requests of `/held` wait until the door is opened. */
function doorway() {
  let entered = 0;
  let open = () => {};
  const door = new Promise<null>((resolve) => {
    open = () => resolve(null);
  });
  const enter = () => {
    entered++;
    return door;
  };
  return {
    entries: [
      lua('held', 'function() funcs.call("app:enter") http.response():write("held") end'),
      endpoint('GET', '/held', 'held'),
    ],
    hostOptions: { functions: { 'app:enter': enter } },
    open: () => open(),
    entered: (count: number) => until(() => entered === count),
  };
}

const HELD = 'GET /held HTTP/1.1\r\nHost: x\r\n\r\n';

describe('close()', () => {
  test('lets requests that came end, tells their clients that the connection closes, and refuses new connections', async () => {
    const { entries, hostOptions, open, entered } = doorway();
    const served = await serve(entries, {}, hostOptions);
    const under = Array.from({ length: 20 }, () => raw(served.port, HELD));
    await entered(20);
    const closed = served.serving.close();
    open();
    const answers = await Promise.all(under);
    expect(answers.map(status)).toEqual(Array(20).fill(200));
    expect(answers.every((each) => /\r\nConnection: close\r\n/i.test(each) && each.endsWith('held'))).toBe(true);
    await closed;
    await expect(raw(served.port, 'GET /answer HTTP/1.1\r\n\r\n')).rejects.toThrow('ECONNREFUSED');
    await served.host.close();
  });

  test('loses no request that a client sends while the server stops', async () => {
    const served = await serve(ENTRIES);
    let stoppedMs = Number.POSITIVE_INFINITY;
    const isLate = () => performance.now() > stoppedMs + LATE_MS;
    const clients = Array.from({ length: 16 }, () => keepAsking(served.port, isLate));
    await until(() => clients.every(({ result }) => result.answered > 1));
    stoppedMs = performance.now();
    await served.serving.close();
    const results = await Promise.all(clients.map(({ closed }) => closed));
    await served.host.close();
    expect(results.map((each) => each.unanswered)).toEqual(Array(16).fill(0));
  });

  test('waits as long as it is told at the start, whatever the service says', async () => {
    const { entries, hostOptions, open, entered } = doorway();
    const quick = service({ lifecycle: { stop_timeout: '1ms' } });
    const served = await serve([quick, ...entries], { stopGrace: 60_000 }, hostOptions);
    const answer = raw(served.port, HELD);
    await entered(1);
    const closed = served.serving.close();
    setTimeout(open, 50);
    await closed;
    expect(await answer).toMatch(/held$/);
    await served.host.close();
  });

  test('ends what takes longer than its service says', async () => {
    const { entries, hostOptions, entered } = doorway();
    const served = await serve([service({ lifecycle: { stop_timeout: '50ms' } }), ...entries], {}, hostOptions);
    const answer = raw(served.port, HELD);
    await entered(1);
    await served.serving.close();
    expect(await answer).toBe('');
    await served.host.close();
  });

  test('cuts what does not end within its grace, and says so in the log', async () => {
    const { entries, hostOptions, entered } = doorway();
    const logged = service({ access_log: true });
    const served = await serve([logged, ...entries], { stopGrace: 100, accessLog: true }, hostOptions);
    const answers = [raw(served.port, HELD), raw(served.port, HELD)];
    await entered(2);
    await served.serving.close();
    expect(await Promise.all(answers)).toEqual(['', '']);
    expect(served.log).toMatchObject([
      {
        level: 'warn',
        message: 'the stop ended 2 requests that took longer than its 0.1 s',
        fields: { service: 't:web', requests: 2, grace_ms: 100 },
      },
      { level: 'warn', message: 'request', fields: { path: '/held', cut: true } },
      { level: 'warn', message: 'request', fields: { path: '/held', cut: true } },
    ]);
    expect(served.log.every(({ fields }) => !('status' in fields) && !('aborted' in fields))).toBe(true);
    await served.host.close();
  });
});

interface Asking {
  readonly result: { answered: number; unanswered: number };
  readonly closed: Promise<Asking['result']>;
}

/** A client that asks so long after the stop (because its machine is busy) finds its connection closed: it was idle. */
const LATE_MS = 100;

/** Sends one request after another on one connection until the server says that it closes it, or it is late. */
function keepAsking(port: number, isLate: () => boolean): Asking {
  const socket: Socket = connect(port, '127.0.0.1');
  const result = { answered: 0, unanswered: 0 };
  let text = '';
  const ask = () => {
    result.unanswered++;
    socket.write('GET /answer HTTP/1.1\r\nHost: x\r\n\r\n');
  };
  socket.on('data', (chunk) => {
    text += chunk.toString();
    if (!text.endsWith('\r\n\r\n42')) return;
    const last = /\r\nConnection: close\r\n/i.test(text);
    text = '';
    result.answered++;
    result.unanswered--;
    if (!last && !isLate()) ask();
    else socket.end();
  });
  socket.on('error', () => {});
  const closed = new Promise<Asking['result']>((resolve) => socket.on('close', () => resolve(result)));
  ask();
  return { result, closed };
}

test('the admin address tells whether the process lives and serves, and its figures', async () => {
  const limited = {
    name: 'api',
    kind: 'http.router',
    prefix: '/api',
    // Counted once, with it or without.
    middleware: ['metrics'],
    meta: { server: 'web' },
  };
  const routed = { ...endpoint('GET', '/answer', 'answer'), meta: { router: 'api' } };
  const bare = { ...endpoint('GET', '/bare', 'answer'), meta: { router: 'open' } };
  const open = { name: 'open', kind: 'http.router', meta: { server: 'web' } };
  const served = await serve([service({}), limited, open, ANSWER, routed, bare], { admin: '127.0.0.1:0' });
  const admin = served.serving.admin!;
  expect(await (await fetch(`${admin}/healthz`)).text()).toBe('ok\n');
  expect((await fetch(`${admin}/readyz`)).status).toBe(200);
  await (await fetch(`${served.url}/api/answer`)).text();
  await (await fetch(`${served.url}/bare`)).text();
  await (await fetch(`${served.url}/nowhere`)).text();
  const figures = await (await fetch(`${admin}/metrics`)).text();
  expect(figures).toContain('moonwit_http_requests_total{endpoint="t:get__answer",method="GET",status="200"} 1');
  expect(figures).toContain('moonwit_http_requests_total{endpoint="t:get__bare",method="GET",status="200"} 1');
  expect(figures).toContain('moonwit_http_requests_total{endpoint="",method="GET",status="404"} 1');
  expect(figures).toContain('moonwit_function_calls_total{function="t:answer"} 2');
  expect(figures).toContain('# TYPE moonwit_function_calls_total counter');
  expect(figures).toMatch(/^moonwit_function_seconds\{function="t:answer",quantile="0\.99"\} [\d.e-]+$/m);
  expect(figures).toMatch(/^process_resident_memory_bytes \d+$/m);
  await served.serving.close();
  await expect(fetch(`${admin}/healthz`)).rejects.toThrow('fetch failed');
  await served.host.close();
});

test('every figure of /metrics is explained in the documents, and none that there is not', async () => {
  await using served = await serve(ENTRIES, { admin: '127.0.0.1:0' });
  const figures = await (await fetch(`${served.serving.admin}/metrics`)).text();
  const document = readFileSync(join(ROOT, 'docs', 'operation.md'), 'utf8');
  const explained = [...document.matchAll(/^\| .*$/gm)].flatMap(([row]) => [
    ...row.matchAll(/`((?:moonwit|process)_\w+)`/g),
  ]);
  expect(new Set(explained.map(([, name]) => name))).toEqual(
    new Set([...figures.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)),
  );
});

test('use() goes on with another registry: requests under way end where they began', async () => {
  const { entries, hostOptions, open, entered } = doorway();
  await using served = await serve([...entries, ...ENTRIES], {}, hostOptions);
  const next = await serve([
    lua('held', 'function() http.response():write("new") end'),
    endpoint('GET', '/held', 'held'),
    endpoint('GET', '/more', 'held'),
  ]);
  await next.serving.close();
  const before = fetch(`${served.url}/held`);
  await entered(1);
  const { drained } = await served.serving.use(next.host);
  expect(await (await fetch(`${served.url}/held`)).text()).toBe('new');
  expect(await (await fetch(`${served.url}/more`)).text()).toBe('new');
  expect((await fetch(`${served.url}/answer`)).status).toBe(404);
  open();
  expect(await (await before).text()).toBe('held');
  await drained;
  await served.serving.close();
  await next.host.close();
});

describe('use() with services that change', () => {
  const at = (name: string, port: number, more: object = {}) => ({
    name,
    kind: 'http.service',
    addr: `127.0.0.1:${port}`,
    ...more,
  });
  const answers = (text: string, server: string) => [
    lua('f', `function() http.response():write("${text}") end`),
    { ...endpoint('GET', '/f', 'f'), meta: { server } },
  ];
  const textOf = async (port: number) => (await fetch(`http://127.0.0.1:${port}/f`)).text();
  const hostOf = (entries: readonly object[]) => createHost({ registry: { namespace: 't', entries }, threads: 0 });

  test('one that is called something else, or listens more widely, goes on at its port', async () => {
    const port = await freePort();
    await using first = await hostOf([at('a', port), ...answers('1', 'a')]);
    await using serving = await serveHttp(first);
    await using renamed = await hostOf([at('b', port), ...answers('2', 'b')]);
    await (await serving.use(renamed)).drained;
    expect(await textOf(port)).toBe('2');
    await using wider = await hostOf([at('b', port, { addr: `:${port}` }), ...answers('3', 'b')]);
    await (await serving.use(wider)).drained;
    expect(await textOf(port)).toBe('3');
    expect(serving.services.map(({ id }) => id)).toEqual(['t:b']);
  });

  test('two that change places change places', async () => {
    const [one, two] = [await freePort(), await freePort()];
    const both = (a: number, b: number) => [
      at('a', a),
      at('b', b),
      ...answers('of a', 'a'),
      lua('g', 'function() http.response():write("of b") end'),
      { ...endpoint('GET', '/f', 'g'), name: 'other', meta: { server: 'b' } },
    ];
    await using first = await hostOf(both(one, two));
    await using serving = await serveHttp(first);
    await using swapped = await hostOf(both(two, one));
    await (await serving.use(swapped)).drained;
    expect([await textOf(one), await textOf(two)]).toEqual(['of b', 'of a']);
  });

  test('where one cannot start, all go on as they were, also one that had given up its address', async () => {
    const [port, other] = [await freePort(), await freePort()];
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(other, '127.0.0.1', resolve));
    const folder = mkdtempSync(join(tmpdir(), 'tls-'));
    writeFileSync(join(folder, 'none.pem'), 'none');
    const none = { cert: join(folder, 'none.pem'), key: join(folder, 'none.pem') };
    await using first = await hostOf([at('a', port), ...answers('1', 'a')]);
    await using serving = await serveHttp(first);
    const broken: [object[], string][] = [
      [[at('a', port), at('b', other)], 'something else listens there'],
      [[at('a', port, { addr: `:${port}` }), at('b', other)], 'something else listens there'],
      [[at('a', port), at('b', 0, { tls: none })], 'holds no certificate in PEM'],
    ];
    for (const [services, reason] of broken) {
      const more = { ...endpoint('GET', '/g', 'f'), meta: { server: 'b' } };
      await using next = await hostOf([...services, ...answers('2', 'a'), more]);
      await expect(serving.use(next)).rejects.toThrow(reason);
      expect(await textOf(port)).toBe('1');
    }
    occupant.close();
    rmSync(folder, { recursive: true });
  });
});

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
