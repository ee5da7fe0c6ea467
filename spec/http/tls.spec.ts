import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterAll, describe, expect, test } from 'vitest';
import { createHost } from '../../src/index.js';
import { certificate, type Identity } from './certificates.js';
import { endpoint, lua, serve } from './serving.js';

const folder = mkdtempSync(join(tmpdir(), 'moonwit-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));
const authority = certificate('spec authority', null);
const server = certificate('localhost', authority);
const client = certificate('a client', authority);
const stranger = certificate('a stranger', certificate('another authority', null));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const FILES = { cert: file('cert.pem', server.cert), key: file('key.pem', server.key) };

const ENTRIES = [
  lua('scheme', 'function() http.response():write(http.request():host() .. " secure") end'),
  lua('echo', 'function() http.response():write(http.request():body()) end'),
  lua('slow', 'function() local r = http.response() r:flush() time.sleep("150ms") r:write("slow") end'),
  endpoint('GET', '/secure', 'scheme'),
  endpoint('POST', '/echo', 'echo'),
  endpoint('GET', '/slow', 'slow'),
];
const service = (tls: object, more: object = {}) => ({
  name: 'web',
  kind: 'http.service',
  addr: '127.0.0.1:0',
  tls,
  ...more,
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly cert: string;
}

function ask(port: number, options: ConnectionOptions & { path?: string; body?: Buffer } = {}): Promise<Answer> {
  const { path = '/secure', body, ...tls } = options;
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false });
    const call = request(
      { host: '127.0.0.1', port, path, method: body === undefined ? 'GET' : 'POST', ca: authority.cert, agent, ...tls },
      (response) => {
        const cert = (response.socket as TLSSocket).getPeerCertificate().subject.CN;
        let text = '';
        response.on('data', (piece) => {
          text += piece;
        });
        response.on('end', () => resolve({ status: response.statusCode!, text, cert: String(cert) }));
        response.on('error', reject);
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

describe('a service with tls', () => {
  test.each([
    ['files', FILES, []],
    ['PEM text', { cert: server.cert, key: server.key, mode: 'manual' }, []],
    [
      'variables',
      { cert_env: 'tls_cert', key_env: 'tls_key' },
      [
        { name: 'fixed', kind: 'env.storage.static', values: { CERT: server.cert, KEY: server.key } },
        { name: 'tls_cert', kind: 'env.variable', storage: 'fixed', variable: 'CERT' },
        { name: 'tls_key', kind: 'env.variable', storage: 'fixed', variable: 'KEY' },
      ],
    ],
  ])('speaks it with what %s say, and its URL does', async (_what, tls, more) => {
    await using served = await serve([service(tls), ...more, ...ENTRIES]);
    expect(served.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(await ask(served.port)).toEqual({ status: 200, text: `127.0.0.1:${served.port} secure`, cert: 'localhost' });
    const body = Buffer.alloc(1_000_000, 'x');
    expect((await ask(served.port, { path: '/echo', body })).text).toBe(body.toString());
  });

  test('is refused by clients that do not know its authority', async () => {
    await using served = await serve([service(FILES), ...ENTRIES]);
    await expect(ask(served.port, { ca: stranger.cert })).rejects.toThrow(/unable to (?:verify|get)|self.signed/);
  });

  test.each([
    ['TLSv1.1', 'TLSv1.1', null],
    ['TLSv1.2', 'TLSv1.2', 'TLSv1.2'],
    ['TLSv1.3', 'TLSv1.3', 'TLSv1.3'],
    ['TLSv1.2', 'TLSv1.3', 'TLSv1.3'],
  ] as const)('to a client of %s to %s speaks %s', async (minVersion, maxVersion, expected) => {
    await using served = await serve([service(FILES), ...ENTRIES]);
    const ciphers = 'ALL:@SECLEVEL=0';
    const spoken = await new Promise<string | null>((resolve) => {
      const socket = connect({ port: served.port, ca: authority.cert, minVersion, maxVersion, ciphers }, () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.on('error', () => resolve(null));
    });
    expect(spoken).toBe(expected);
  });

  test('outlives clients that speak something else, or nothing', async () => {
    await using served = await serve([service(FILES, { timeouts: { header: '1500ms' } }), ...ENTRIES]);
    const closed = (sent: string | null) =>
      new Promise<string>((resolve) => {
        const socket = connectPlain(served.port, '127.0.0.1');
        let text = '';
        socket.on('data', (piece) => {
          text += piece.toString('latin1');
        });
        socket.on('error', () => {});
        socket.on('close', () => resolve(text));
        if (sent !== null) socket.write(sent);
      });
    expect(await closed('GET /secure HTTP/1.1\r\nHost: x\r\n\r\n')).not.toContain('200');
    expect(await closed(null)).toBe('');
    expect((await ask(served.port)).status).toBe(200);
  });

  test('lets requests that came end when it stops', async () => {
    await using served = await serve([service(FILES), ...ENTRIES]);
    const call = request({ host: '127.0.0.1', port: served.port, path: '/slow', ca: authority.cert });
    const [response] = (await once(call.end(), 'response')) as [IncomingMessage];
    const closed = served.serving.close();
    expect(await text(response)).toBe('slow');
    await closed;
  });

  test('changes its certificate when it goes on with another registry; connections stay', async () => {
    await using served = await serve([service(FILES), ...ENTRIES]);
    const renewed = certificate('renewed', authority);
    const registry = { namespace: 't', entries: [service({ cert: renewed.cert, key: renewed.key }), ...ENTRIES] };
    await using next = await createHost({ registry, threads: 0 });
    await served.serving.use(next);
    expect((await ask(served.port)).cert).toBe('renewed');
  });
});

describe('certificates of clients', () => {
  const ca = file('ca.pem', authority.cert);
  const CLIENTS: Readonly<Record<string, Identity | null>> = { none: null, known: client, unknown: stranger };

  test.each([
    ['none', { none: 200, known: 200, unknown: 200 }],
    ['request', { none: 200, known: 200, unknown: 200 }],
    ['require', { none: 'refused', known: 200, unknown: 200 }],
    ['verify_if_given', { none: 200, known: 200, unknown: 'refused' }],
    ['require_and_verify', { none: 'refused', known: 200, unknown: 'refused' }],
  ])('client_auth %s: %j', async (mode, expected) => {
    await using served = await serve([service({ ...FILES, client_ca: ca, client_auth: mode }), ...ENTRIES]);
    const outcomes: Record<string, number | string> = {};
    for (const [name, identity] of Object.entries(CLIENTS)) {
      const own = identity === null ? {} : { cert: identity.cert, key: identity.key };
      outcomes[name] = await ask(served.port, own).then(
        ({ status }) => status,
        () => 'refused',
      );
    }
    expect(outcomes).toEqual(expected);
  });

  test('client_ca without client_auth asks for them and verifies', async () => {
    await using served = await serve([service({ ...FILES, client_ca: ca }), ...ENTRIES]);
    await expect(ask(served.port)).rejects.toThrow();
    expect((await ask(served.port, { cert: client.cert, key: client.key })).status).toBe(200);
  });
});

describe('what cannot be used', () => {
  test.each([
    [
      'a key of another certificate',
      { cert: server.cert, key: client.key },
      /t:web: the key of tls does not fit its certificate: key in the text of the entry, certificate in the text/,
    ],
    [
      'no PEM',
      { cert: '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----', key: server.key },
      /t:web: tls.cert: the text of the entry holds no certificate in PEM: expected a certificate, beginning with/,
    ],
    [
      'a certificate for a key',
      { cert: FILES.cert, key: FILES.cert },
      /t:web: tls.key: \S+cert\.pem holds no private key without a passphrase in PEM/,
    ],
    [
      'a key of another type',
      { cert: FILES.cert, key: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) },
      /key in the text of the entry \(of type ed25519, the certificate has one of type ec\), certificate in \S+cert\.pem/,
    ],
    [
      'text for authorities',
      { ...FILES, client_ca: '-----BEGIN CERTIFICATE-----' },
      /t:web: tls.client_ca: the text of the entry holds no certificate in PEM/,
    ],
    ['a file that is not there', { cert: join(folder, 'nope.pem'), key: FILES.key }, /nope\.pem/],
  ])('%s is told at the start, without its text', async (_what, tls, message) => {
    const failed = await serve([service(tls), ...ENTRIES]).then(
      () => null,
      (error: Error) => error,
    );
    expect(failed?.message).toMatch(message);
    expect(failed?.message).not.toContain(server.key.split('\n')[1]);
  });
});
