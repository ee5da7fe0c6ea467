/** Requests over TLS: who the server is has to be proven. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { failureOf, grant, session, tcpServer, text } from './support.js';
import { CERT, KEY } from './tls.js';

async function tlsServer(): Promise<number> {
  const server = createServer({ cert: CERT, key: KEY }, (request, response) =>
    response.end(`hello ${request.headers.host}`),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const FETCH = {
  method: 'GET',
  headers: [],
  body: null,
  timeoutMs: 5000,
  maxBytes: 1000,
  maxRedirects: 0,
  stream: false,
};

function fetched(url: string, tls: object | null): Promise<{ body: Uint8Array }> {
  return session().ask('net.fetch', grant(['127.0.0.1', 'localhost']), { ...FETCH, url, tls });
}

test('a server whose certificate nobody vouches for is not talked to', async () => {
  const failure = await failureOf(fetched(`https://localhost:${await tlsServer()}/`, null));
  expect(failure.details).toMatchObject({ http: 'TLS-certificate-error' });
});

test('a server whose certificate the caller knows answers', async () => {
  const port = await tlsServer();
  expect(text((await fetched(`https://localhost:${port}/`, { ca: CERT })).body)).toBe(`hello localhost:${port}`);
});

test('a certificate of another name is refused, unless that name is asked for', async () => {
  const port = await tlsServer();
  const failure = await failureOf(fetched(`https://127.0.0.1:${port}/`, { ca: CERT }));
  expect(failure.details).toMatchObject({ http: 'TLS-certificate-error' });
  expect(text((await fetched(`https://127.0.0.1:${port}/`, { ca: CERT, serverName: 'localhost' })).body)).toContain(
    'hello',
  );
});

test('a server that speaks no TLS is told as that', async () => {
  const port = await tcpServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
  expect((await failureOf(fetched(`https://127.0.0.1:${port}/`, null))).details).toMatchObject({
    http: 'TLS-protocol-error',
  });
});

test("a redirect to another server tells it no certificate of the caller's, and does not ask for the first one's name", async () => {
  const seen: unknown[] = [];
  const strict = createServer({ cert: CERT, key: KEY, ca: CERT, requestCert: true, rejectUnauthorized: false });
  strict.on('request', (request, response) => {
    const { socket } = request as unknown as { socket: TLSSocket };
    const target = request.url === '/' ? '/here' : request.url === '/here' ? `https://localhost:${other}/there` : null;
    seen.push([request.url, Object.keys(socket.getPeerCertificate()).length > 0]);
    if (target === null) response.end('done');
    else response.writeHead(302, { location: target }).end();
  });
  const listen = async () => {
    await new Promise<void>((resolve) => strict.listen(0, '127.0.0.1', resolve));
    return (strict.address() as AddressInfo).port;
  };
  const second = createServer({ cert: CERT, key: KEY, ca: CERT, requestCert: true, rejectUnauthorized: false });
  second.on('request', (request, response) => strict.emit('request', request, response));
  await new Promise<void>((resolve) => second.listen(0, '127.0.0.1', resolve));
  const other = (second.address() as AddressInfo).port;
  const port = await listen();
  onTestFinished(() => {
    for (const server of [strict, second]) {
      server.closeAllConnections();
      server.close();
    }
  });
  const tls = { ca: CERT, cert: CERT, key: KEY, serverName: 'localhost' };
  const url = `https://127.0.0.1:${port}/`;
  const { body } = await session().ask<{ body: Uint8Array }>('net.fetch', grant(['127.0.0.1', 'localhost']), {
    ...FETCH,
    maxRedirects: 5,
    url,
    tls,
  });
  expect(text(body)).toBe('done');
  expect(seen).toEqual([
    ['/', true],
    ['/here', true],
    ['/there', false],
  ]);
});
