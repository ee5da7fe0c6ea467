/** A guest that asks other servers by `wasi:http/outgoing-handler`, against real ones on loopback. */
import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { jspi } from '../../src/component/thunks.js';
import { httpServer } from '../net/support.js';
import { type GuestUse, withGuest } from './wasi.js';

/** On the host's own thread nothing may stand still. */
const CAN_WAIT = jspi() !== null || process.env.MOONWIT_SPEC === 'threads';

type Result<T> = { ok: T } | { err: string };

interface Answer {
  readonly status: number;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: Uint8Array;
  readonly trailers: readonly { readonly name: string; readonly value: string }[];
}

const REQUEST = {
  method: 'GET',
  headers: [] as { name: string; value: string }[],
  body: new Uint8Array(0),
  trailers: [] as { name: string; value: string }[],
  piece: 0,
  'connect-timeout-ms': 0,
  'first-byte-timeout-ms': 0,
  'between-bytes-timeout-ms': 0,
};

const METHODS = ['fetch', 'send', 'fetch-many', 'pump', 'read-some', 'abandon', 'try-header', 'rules'];

/** The guest, allowed to reach `hosts`. */
function withFetcher<T>(
  hosts: readonly string[],
  run: (call: <A>(method: string, ...args: readonly unknown[]) => Promise<A>, use: Use) => Promise<T>,
  more: object = {},
): Promise<T> {
  const fields = { imports: ['wasi:io', 'wasi:http'], wasi: { allowed_hosts: hosts }, pool: { type: 'lazy' }, ...more };
  return withGuest('http-out', METHODS, { fields } satisfies GuestUse, (use) => run(use.call, use));
}

type Use = Parameters<Parameters<typeof withGuest>[3]>[0];

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function echoed(): Promise<string> {
  const listener: RequestListener = (request, response) => {
    response.writeHead(200, { 'x-method': request.method, 'x-path': request.url, 'content-type': 'text/plain' });
    request.pipe(response);
  };
  return `http://127.0.0.1:${await httpServer(listener)}`;
}

describe.runIf(CAN_WAIT)('a guest', () => {
  test('gets what a server answers, and sends what it should get', async () => {
    const url = await echoed();
    await withFetcher(['127.0.0.1'], async (call) => {
      expect(await call('fetch', `${url}/a?b=c`, 'POST', 'hello')).toEqual({ ok: 'hello' });
      const answer = await call<Result<Answer>>('send', { ...REQUEST, url: `${url}/a?b=c`, method: 'PURGE' });
      if ('err' in answer) throw new Error(answer.err);
      expect(answer.ok.status).toBe(200);
      expect(answer.ok.headers).toContainEqual({ name: 'x-method', value: 'PURGE' });
      expect(answer.ok.headers).toContainEqual({ name: 'x-path', value: '/a?b=c' });
    });
  });

  test('reaches nothing that its entry does not name', async () => {
    let requests = 0;
    const port = await httpServer((_request, response) => {
      requests += 1;
      response.end();
    });
    for (const hosts of [[], ['example.com'], ['0.0.0.0/0'], ['*.0.0.1'], [`127.0.0.1:${port + 1}`], ['127.0.0.2']]) {
      await withFetcher(hosts, async (call, use) => {
        expect(await call('fetch', `http://127.0.0.1:${port}/`, 'GET', '')).toEqual({ err: 'HTTP-request-denied' });
        // Who reads the log is told what would grant it.
        expect(use.lines()).toEqual([
          `stderr:t:fetch may not reach 127.0.0.1:${port}, which its entry does not allow: add wasi: {allowed_hosts: ["127.0.0.1:${port}"]}`,
        ]);
      });
    }
    expect(requests).toBe(0);
  });

  test('sends a body in pieces with trailers, and reads trailers', async () => {
    const seen: unknown[] = [];
    const port = await httpServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        seen.push(body, request.trailers, request.headers['transfer-encoding']);
        response.writeHead(200, { trailer: 'x-after' });
        response.write('got it');
        response.addTrailers({ 'x-after': 'yes' });
        response.end();
      });
    });
    const body = new TextEncoder().encode('0123456789'.repeat(1000));
    const request = {
      ...REQUEST,
      url: `http://127.0.0.1:${port}/`,
      method: 'POST',
      body,
      piece: 7,
      trailers: [{ name: 'x-sum', value: '42' }],
    };
    const answer = await withFetcher(['127.0.0.1'], (call) => call<Result<Answer>>('send', request));
    if ('err' in answer) throw new Error(answer.err);
    expect(seen).toEqual([text(body), { 'x-sum': '42' }, 'chunked']);
    expect(text(answer.ok.body)).toBe('got it');
    expect(answer.ok.trailers).toEqual([{ name: 'x-after', value: 'yes' }]);
  });

  test('pumps megabytes both ways at once', async () => {
    const url = await echoed();
    const total = 8_000_000n;
    await withFetcher(['127.0.0.1'], async (call) => {
      const answer = await call<Result<[bigint, bigint]>>('pump', url, total, 10_000);
      expect(answer).toMatchObject({ ok: [total, expect.any(BigInt)] });
    });
  });

  test('asks many at once, and one that fails leaves the others alone', async () => {
    const url = await echoed();
    const refused = 'http://127.0.0.1:1/';
    await withFetcher(['127.0.0.1'], async (call) => {
      const urls = [...Array.from({ length: 20 }, (_, n) => `${url}/${n}`), refused, 'http://192.0.2.1/'];
      const answers = await call<Result<number>[]>('fetch-many', urls);
      expect(answers.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => ({ ok: 200 })));
      expect(answers.slice(20)).toEqual([{ err: 'connection-refused' }, { err: 'HTTP-request-denied' }]);
    });
  });

  test.each<[what: string, listener: RequestListener, options: object, expected: RegExp]>([
    ['an answer that is late', () => {}, { 'first-byte-timeout-ms': 50 }, /^HTTP-response-timeout/],
    [
      'a body that stops',
      (_request, response) => void response.write('x'),
      { 'between-bytes-timeout-ms': 50 },
      /connection-read-timeout/,
    ],
    ['a connection that is reset', (request) => void request.socket.resetAndDestroy(), {}, /^connection-terminated/],
    [
      'a head that is too large',
      (_request, response) => void response.setHeader('x', 'y'.repeat(70_000)).end(),
      {},
      /^HTTP-response-header-section-size/,
    ],
    ['what is no HTTP', (request) => void request.socket.end('nonsense\r\n\r\n'), {}, /^HTTP-protocol-error/],
  ])('is told %s by its code', async (_, listener, options, expected) => {
    const url = `http://127.0.0.1:${await httpServer(listener)}/`;
    const answer = await withFetcher(['127.0.0.1'], (call) =>
      call<Result<Answer>>('send', { ...REQUEST, url, ...options }),
    );
    expect('err' in answer ? answer.err : 'ok').toMatch(expected);
  });

  test.each([
    ['5', 'hello', 200],
    ['4', 'hello', 'HTTP-request-body-size'],
    ['6', 'hello', 'HTTP-request-body-size'],
  ])('that promises %s bytes and sends %j gets %s', async (length, body, expected) => {
    const port = await httpServer((request, response) => {
      request.on('end', () => response.end());
      request.on('error', () => {});
      request.resume();
    });
    const headers = [{ name: 'content-length', value: length }];
    const request = {
      ...REQUEST,
      url: `http://127.0.0.1:${port}/`,
      method: 'POST',
      headers,
      body: new TextEncoder().encode(body),
    };
    const answer = await withFetcher(['127.0.0.1'], (call) => call<Result<Answer>>('send', request));
    expect('ok' in answer ? answer.ok.status : answer.err).toEqual(
      typeof expected === 'string' ? expect.stringContaining(expected) : expected,
    );
  });

  test('reads a part of an endless body and lets go of the rest', async () => {
    let gone: () => void;
    const closed = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const port = await httpServer((_request, response) => {
      response.on('close', () => gone());
      const more = () => {
        while (!response.destroyed && response.write('z'.repeat(10_000)));
      };
      response.on('drain', more);
      more();
    });
    await withFetcher(['127.0.0.1'], async (call) => {
      expect(await call('read-some', `http://127.0.0.1:${port}/`, 100_000n)).toEqual({ ok: 100_000n });
      await closed;
    });
  });

  test('that runs into its limit while it waits is ended, and its request with it', async () => {
    let gone: () => void;
    const closed = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const port = await httpServer((request) => request.on('close', () => gone()));
    await withFetcher(
      ['127.0.0.1'],
      async (_call, { fails }) => {
        expect((await fails('fetch', `http://127.0.0.1:${port}/`, 'GET', '')).kind).toBe('Timeout');
        await closed;
      },
      { limits: { max_execution_ms: 1000 } },
    );
  });

  test('whose caller goes away while it waits is ended, and its request with it', async () => {
    const controller = new AbortController();
    let gone: () => void;
    const closed = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const port = await httpServer((request) => {
      request.on('close', () => gone());
      controller.abort();
    });
    await withFetcher(['127.0.0.1'], async (_call, { host }) => {
      const answer = host.call('t:fetch', [`http://127.0.0.1:${port}/`, 'GET', ''], { signal: controller.signal });
      await expect(answer).rejects.toMatchObject({ kind: 'Canceled' });
      await closed;
    });
  });

  test('that drops a request before its answer has cancelled it', async () => {
    const port = await httpServer(() => {});
    await withFetcher(['127.0.0.1'], async (call) => {
      expect(await call('abandon', `http://127.0.0.1:${port}/`)).toEqual({ ok: true });
    });
  });

  test.each<[name: string, value: string, expected: string]>([
    ['x-own', 'value', 'ok'],
    ['x-own', '', 'ok'],
    ['', 'value', 'invalid-syntax'],
    ['x own', 'value', 'invalid-syntax'],
    ['x-own', 'a\r\nb: c', 'invalid-syntax'],
    ['x-own', 'a\0b', 'invalid-syntax'],
    ['Host', 'example.com', 'forbidden'],
    ['Transfer-Encoding', 'chunked', 'forbidden'],
    ['connection', 'close', 'forbidden'],
    ['upgrade', 'h2c', 'forbidden'],
    ['te', 'trailers', 'ok'],
  ])('is told of the header %j: %j that it is %s', async (name, value, expected) => {
    await withFetcher([], async (call) => expect(await call('try-header', name, value)).toBe(expected));
  });
});

/** What every call answers that is no whole exchange: rule by rule, as `guests/http-out` asks. */
const RULES = `
from-list: ok
from-list of a bad name: invalid-syntax
from-list of a bad value: invalid-syntax
from-list of host: forbidden
get: 2
has: ok
get of what is missing: 0
get of what is no name: 0
set: ok
get after set: 1
set of a bad name: invalid-syntax
set of transfer-encoding: forbidden
delete: ok
delete of what is missing: ok
delete of a bad name: invalid-syntax
get after delete: 0
method: 0
set-method PURGE: ok
set-method A B: refused
set-method : refused
method: 9
path-with-query: refused
set-path-with-query 0: ok
set-path-with-query 1: ok
set-path-with-query 2: refused
set-path-with-query 3: refused
set-path-with-query 4: refused
set-path-with-query 5: ok
set-path-with-query none: ok
set-scheme 1x: refused
scheme: refused
set-scheme none: ok
set-authority a.example:80: ok
set-authority [::1]:80: ok
set-authority a.example:99999: refused
set-authority a/b: refused
set-authority me@a.example: refused
set-authority : refused
set-authority a b: refused
set-authority none: ok
authority: refused
headers of: outgoing-request
  append: immutable
  append of host: immutable
  set: immutable
  delete: immutable
  append to a clone: ok
body: ok
body again: refused
write: ok
write again: refused
connect-timeout: refused
set-connect-timeout: ok
set-first-byte-timeout: ok
set-between-bytes-timeout: ok
set-connect-timeout none: ok
handle, no authority: HTTP-request-URI-invalid
handle, scheme x: HTTP-protocol-error
handle, connect: HTTP-request-method-invalid
length 3 of 3: ok
length 3 of 2: HTTP-request-body-size
length 3 of 4: write: HTTP-request-body-size
length abc: no body
length 3 and 4: no body
length 3 without a body: HTTP-request-body-size
length abc without a body: HTTP-request-body-size
length 0 without a body: sent
future-incoming-response.get again: refused
subscribe again: ready
headers of: incoming-response
  append: immutable
  append of host: immutable
  set: immutable
  delete: immutable
  append to a clone: ok
consume again: refused
stream again: refused
read: ok
future-trailers.get: none
future-trailers.get again: refused
`;

test.runIf(CAN_WAIT)('a guest is answered by the rules of wasi:http, method by method', async () => {
  const port = await httpServer((request, response) => {
    request.on('error', () => {});
    request.on('end', () => response.end('body'));
    request.resume();
  });
  await withFetcher(['127.0.0.1'], async (call) => {
    const answered = await call<string>('rules', `http://127.0.0.1:${port}/`);
    expect(answered.trim().split('\n')).toEqual(RULES.trim().split('\n'));
  });
});
