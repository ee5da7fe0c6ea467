/** Outgoing requests: names are resolved once, and only what was checked is connected to; what servers do wrong is bounded. */
import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { ResolvedAddress, Resolver } from '../../src/net/resolve.js';
import { bytes, failureOf, grant, httpServer, type Session, session, tcpServer, text } from './support.js';

const HEAD = {
  method: 'GET',
  tls: false,
  path: '/',
  headers: [],
  connectMs: 5000,
  firstByteMs: 5000,
  betweenBytesMs: 5000,
};

interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: number;
}

async function requested(
  net: Session,
  hosts: readonly string[],
  host: string,
  port: number,
  more: object = {},
): Promise<Answer> {
  const head = { ...HEAD, host, port, authority: `${host}:${port}`, ...more };
  const { id } = await net.ask<{ id: number }>('net.request', grant(hosts), head, false);
  await net.ask('net.poll', [id], null);
  return net.ask<Answer>('net.response', id);
}

async function wholeBody(net: Session, body: number): Promise<string> {
  let all = '';
  for (;;) {
    const chunk = await net.ask<Uint8Array | null>('net.read-wait', body, 100_000);
    if (chunk === null) return all;
    all += text(chunk);
  }
}

const v4 = (address: string): ResolvedAddress => ({ address, family: 4 });

/** Answers each question with the next of these. */
function rebinding(...answers: readonly (readonly string[])[]): {
  readonly resolver: Resolver;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const resolver: Resolver = async (name) => {
    asked.push(name);
    return (answers[asked.length - 1] ?? answers.at(-1)!).map(v4);
  };
  return { resolver, asked };
}

describe('a name', () => {
  test('that is rebound to loopback after it was granted reaches nothing there', async () => {
    let requests = 0;
    const port = await httpServer((_request, response) => {
      requests += 1;
      response.end();
    });
    const { resolver } = rebinding(['127.0.0.1']);
    for (const hosts of [['app.example'], [`app.example:${port}`], ['*.example'], ['app.example', '0.0.0.0/0']]) {
      const denied = await failureOf(requested(session({ resolver }), hosts, 'app.example', port));
      expect(denied.kind).toBe('PermissionDenied');
      expect(denied.message).toContain(`app.example:${port} (127.0.0.1)`);
      expect(denied.message).toContain(`add wasi: {allowed_hosts: ["127.0.0.1:${port}"]}`);
      expect(denied.details).toMatchObject({ http: 'HTTP-request-denied' });
    }
    expect(requests).toBe(0);
  });

  test('is resolved once: the connection goes to the address that was checked, whatever the name says by then', async () => {
    const port = await httpServer((request, response) => response.end(request.headers.host));
    const { resolver, asked } = rebinding(['127.0.0.1'], ['127.0.0.2']);
    const net = session({ resolver });
    const { body } = await requested(net, ['app.example', '127.0.0.1'], 'app.example', port);
    expect(await wholeBody(net, body)).toBe(`app.example:${port}`);
    expect(asked).toEqual(['app.example']);
  });

  test('of several addresses is connected to at those that may be reached', async () => {
    const port = await httpServer((_request, response) => response.end('reached'));
    const { resolver } = rebinding(['10.0.0.1', '169.254.169.254', '127.0.0.1']);
    const net = session({ resolver });
    const { body } = await requested(net, ['app.example', '127.0.0.1'], 'app.example', port);
    expect(await wholeBody(net, body)).toBe('reached');
  });

  test('that no pattern has is not resolved, though ranges are granted', async () => {
    const { resolver, asked } = rebinding(['127.0.0.1']);
    const denied = await failureOf(requested(session({ resolver }), ['127.0.0.0/8'], 'leak.example', 80));
    expect(denied.kind).toBe('PermissionDenied');
    expect(asked).toEqual([]);
  });

  test.each<[code: string, http: string]>([
    ['ENOTFOUND', 'DNS-error'],
    ['EAI_AGAIN', 'DNS-timeout'],
  ])('that cannot be resolved (%s) says so: %s', async (code, http) => {
    const resolver: Resolver = async () => {
      throw Object.assign(new Error('no'), { code });
    };
    const failure = await failureOf(requested(session({ resolver }), ['app.example'], 'app.example', 80));
    expect(failure.details).toMatchObject({ code, http });
  });

  test('whose resolver never answers runs into the connect timeout', async () => {
    const resolver: Resolver = () => new Promise(() => {});
    const failure = await failureOf(
      requested(session({ resolver }), ['app.example'], 'app.example', 80, { connectMs: 30 }),
    );
    expect(failure.details).toMatchObject({ http: 'connection-timeout' });
  });
});

describe('a server', () => {
  test.each<[what: string, listener: RequestListener, http: string]>([
    [
      'whose head is too large',
      (_request, response) => void response.setHeader('a', 'b'.repeat(66_000)).end(),
      'HTTP-response-header-section-size',
    ],
    [
      'with too many headers',
      (_request, response) => {
        for (let n = 0; n < 10_000; n++) response.setHeader(`x-${n}`, 'v');
        response.end();
      },
      'HTTP-response-header-section-size',
    ],
    [
      'that changes the protocol',
      (request) =>
        void request.socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
      'HTTP-upgrade-failed',
    ],
    ['that speaks something else', (request) => void request.socket.end('SSH-2.0-x\r\n'), 'HTTP-protocol-error'],
    ['that says nothing and goes', (request) => void request.socket.destroy(), 'connection-terminated'],
  ])('%s is told by its code', async (_, listener, http) => {
    const port = await httpServer(listener);
    expect((await failureOf(requested(session(), ['127.0.0.1'], '127.0.0.1', port))).details).toMatchObject({ http });
  });

  test('gets its headers as they were given, and its own arrive as they came', async () => {
    const raw: string[] = [];
    const port = await httpServer((request, response) => {
      raw.push(...request.rawHeaders);
      response.writeHead(200, ['X-Twice', 'a', 'X-Twice', 'b', 'X-Bytes', '\u00e4']);
      response.end();
    });
    const headers = [
      ['X-One', '1'],
      ['x-one', '2'],
      ['X-Bytes', '\u00fc'],
    ];
    const answer = await requested(session(), ['127.0.0.1'], '127.0.0.1', port, { headers });
    expect(raw.join('|')).toContain('X-One|1|X-One|2|X-Bytes|\u00fc');
    expect(answer.headers.slice(0, 3)).toEqual([
      ['X-Twice', 'a'],
      ['X-Twice', 'b'],
      ['X-Bytes', '\u00e4'],
    ]);
  });

  test.each<[what: string, head: object, http: string]>([
    ['a path with a space', { path: '/a b' }, 'HTTP-request-URI-invalid'],
    ['a method that is none', { method: 'A B' }, 'HTTP-request-method-invalid'],
    ['a header that would end the line', { headers: [['a', 'b\r\nc: d']] }, 'configuration-error'],
  ])('is not asked with %s', async (_, head, http) => {
    let connections = 0;
    const port = await tcpServer(() => {
      connections += 1;
    });
    expect((await failureOf(requested(session(), ['127.0.0.1'], '127.0.0.1', port, head))).details).toMatchObject({
      http,
    });
    expect(connections).toBe(0);
  });

  test('that sends without end is stopped by who does not read', async () => {
    let sent = 0;
    const port = await httpServer((_request, response) => {
      const more = () => {
        while (!response.destroyed && sent < 512 * 1024 * 1024) {
          sent += 64 * 1024;
          if (!response.write(Buffer.alloc(64 * 1024))) break;
        }
      };
      response.on('drain', more);
      more();
    });
    const net = session();
    const { body } = await requested(net, ['127.0.0.1'], '127.0.0.1', port);
    let before = -1;
    // The system's buffers are bounded: there comes a point where nothing more is sent.
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    expect(await net.ask('net.read', body, 10)).toHaveLength(10);
  });

  test('that does not read stops who writes', async () => {
    const port = await tcpServer((socket) => socket.pause());
    const net = session();
    const head = { ...HEAD, method: 'POST', host: '127.0.0.1', port, authority: 'x' };
    const { body } = await net.ask<{ body: number }>('net.request', grant(['127.0.0.1']), head, true);
    let taken = 0;
    const block = new Uint8Array(64 * 1024);
    while ((await net.ask<number[]>('net.poll', [body], 500)).length > 0) {
      taken += await net.ask<number>('net.write', body, block);
      expect(taken).toBeLessThan(64 * 1024 * 1024);
    }
    expect(await net.ask('net.room', body)).toBe(0);
  });

  test('that answers before it has read the body and goes is heard, and who still writes is told', async () => {
    const port = await tcpServer((socket) => {
      socket.once('data', () => {
        socket.pause();
        socket.end('HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\nconnection: close\r\n\r\nbig');
        setTimeout(() => socket.destroy(), 50);
      });
    });
    const net = session();
    const head = { ...HEAD, method: 'POST', host: '127.0.0.1', port, authority: 'x' };
    const { id, body } = await net.ask<{ id: number; body: number }>('net.request', grant(['127.0.0.1']), head, true);
    await net.ask('net.write', body, new Uint8Array(64 * 1024));
    await net.ask('net.poll', [id], null);
    const answer = await net.ask<Answer>('net.response', id);
    expect([answer.status, await wholeBody(net, answer.body)]).toEqual([413, 'big']);
    const block = new Uint8Array(64 * 1024);
    const writing = async () => {
      for (;;) await net.ask('net.write-wait', body, block);
    };
    expect((await failureOf(writing())).details).toMatchObject({ http: 'connection-terminated' });
  });

  test('gets the head of a request whose body has not begun, once somebody waits for the answer', async () => {
    const port = await httpServer((request, response) => {
      response.write(`head of ${request.method}; `);
      request.pipe(response);
    });
    const net = session();
    const head = { ...HEAD, method: 'POST', host: '127.0.0.1', port, authority: 'x' };
    const { id, body } = await net.ask<{ id: number; body: number }>('net.request', grant(['127.0.0.1']), head, true);
    await net.ask('net.poll', [id], null);
    const answer = await net.ask<Answer>('net.response', id);
    await net.ask('net.write', body, bytes('late body'));
    await net.ask('net.finish', body, []);
    expect(await wholeBody(net, answer.body)).toBe('head of POST; late body');
  });

  test('gets a GET without a body as one', async () => {
    const port = await httpServer((request, response) => response.end(JSON.stringify(request.headers)));
    const net = session();
    const { body } = await requested(net, ['127.0.0.1'], '127.0.0.1', port);
    const headers = await wholeBody(net, body);
    expect(headers).not.toContain('transfer-encoding');
    expect(headers).not.toContain('content-length');
  });

  test('never sees the end of a body that was given up', async () => {
    let outcome: (text: string) => void;
    const seen = new Promise<string>((resolve) => {
      outcome = resolve;
    });
    let arrived: () => void;
    const begun = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const port = await httpServer((request) => {
      arrived();
      request.on('end', () => outcome('complete'));
      request.on('error', () => outcome('cut off'));
      request.resume();
    });
    const net = session();
    const head = { ...HEAD, method: 'POST', host: '127.0.0.1', port, authority: 'x' };
    const { body } = await net.ask<{ body: number }>('net.request', grant(['127.0.0.1']), head, true);
    await net.ask('net.write-wait', body, bytes('half'));
    await begun;
    await net.ask('net.close', body);
    expect(await seen).toBe('cut off');
  });

  test('loses all its connections when the session ends', async () => {
    let gone = 0;
    let outcome: () => void;
    const all = new Promise<void>((resolve) => {
      outcome = resolve;
    });
    const port = await httpServer((request) => {
      request.on('close', () => {
        gone += 1;
        if (gone === 3) outcome();
      });
      if (request.url === '/3') net.end();
    });
    const net = session();
    for (const path of ['/1', '/2', '/3']) {
      const head = { ...HEAD, host: '127.0.0.1', port, authority: 'x', path };
      await net.ask('net.request', grant(['127.0.0.1']), head, false);
    }
    await all;
  });
});
