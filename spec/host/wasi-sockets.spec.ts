/** A guest with sockets, against real peers on loopback. */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { jspi } from '../../src/component/thunks.js';
import { tcpServer } from '../net/support.js';
import { type GuestUse, withGuest } from './wasi.js';

/** On the host's own thread nothing may stand still. */
const CAN_WAIT = jspi() !== null || process.env.MOONWIT_SPEC === 'threads';

const METHODS = [
  'resolve',
  'exchange',
  'addresses',
  'knock',
  'listen',
  'serve-once',
  'udp-exchange',
  'udp-send-to',
  'options',
];

type Use = Parameters<Parameters<typeof withGuest>[3]>[0];

function withSockets<T>(hosts: readonly string[], run: (use: Use) => Promise<T>): Promise<T> {
  const imports = ['wasi:io', 'wasi:clocks', 'wasi:sockets'];
  const fields = { imports, wasi: { allowed_hosts: hosts }, pool: { type: 'lazy' } };
  return withGuest('tcp', METHODS, { fields } satisfies GuestUse, run);
}

const bytes = (content: string) => new TextEncoder().encode(content);

/** A socket that sends back what it gets. @returns its port */
async function udpEcho(): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (data, { port, address }) => socket.send(data, port, address));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  return socket.address().port;
}

describe.runIf(CAN_WAIT)('a guest with sockets', () => {
  test('exchanges bytes with an address, and with a name', async () => {
    const port = await tcpServer((socket) => socket.pipe(socket));
    const data = bytes('abc'.repeat(100_000));
    await withSockets([`127.0.0.1:${port}`, `localhost:${port}`], async ({ call }) => {
      expect(await call('exchange', '127.0.0.1', port, data)).toEqual({ ok: data });
      expect(await call('exchange', 'localhost', port, bytes('x'))).toEqual({ ok: bytes('x') });
      expect(await call('addresses', '127.0.0.1', port)).toMatchObject({
        ok: expect.stringMatching(`^127\\.0\\.0\\.1 \\d+ 127\\.0\\.0\\.1 ${port}$`),
      });
      expect(await call('knock', '127.0.0.1', port)).toEqual({ ok: true });
    });
  });

  test('reaches nothing and resolves nothing that its entry does not name', async () => {
    let connections = 0;
    const port = await tcpServer(() => {
      connections += 1;
    });
    for (const hosts of [[], ['0.0.0.0/0', '::/0'], [`127.0.0.1:${port + 1}`], ['*.localhost']]) {
      await withSockets(hosts, async ({ call }) => {
        expect(await call('exchange', '127.0.0.1', port, bytes('x'))).toMatchObject({
          err: expect.stringContaining('access-denied'),
        });
        expect(await call('resolve', 'localhost')).toMatchObject({ err: expect.stringContaining('access-denied') });
        expect(await call('listen', '127.0.0.1', 0)).toMatchObject({ err: expect.stringContaining('access-denied') });
      });
    }
    expect(connections).toBe(0);
  });

  test('is told by codes what went wrong', async () => {
    const port = await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    await withSockets(['127.0.0.1', '*.invalid'], async ({ call }) => {
      expect(await call('exchange', '127.0.0.1', 1, bytes('x'))).toMatchObject({
        err: expect.stringContaining('connection-refused'),
      });
      expect(await call('exchange', '127.0.0.1', port, bytes('x'))).toHaveProperty('err');
      expect(await call('resolve', 'nothing.invalid')).toMatchObject({
        err: expect.stringMatching(/name-unresolvable|temporary-resolver-failure/),
      });
      expect(await call('resolve', 'no name')).toMatchObject({ err: expect.stringContaining('invalid-argument') });
    });
  });

  test('resolves addresses to themselves', async () => {
    await withSockets([], async ({ call }) => {
      expect(await call('resolve', '127.0.0.1')).toEqual({ ok: ['127.0.0.1'] });
      expect(await call('resolve', '::1')).toEqual({ ok: ['0:0:0:0:0:0:0:1'] });
    });
  });

  test('listens where its entry names the own address', async () => {
    const free = await new Promise<number>((resolve) => {
      void tcpServer(() => {}).then((port) => resolve(port + 1));
    });
    await withSockets(['127.0.0.1'], async ({ call }) => {
      const served = call<{ ok: bigint }>('serve-once', '127.0.0.1', free, 10_000n);
      const said = await new Promise<string>((resolve, reject) => {
        const knock = (tries: number) => {
          const socket = connect({ port: free, host: '127.0.0.1', allowHalfOpen: true }, () =>
            socket.end('knock knock'),
          );
          let all = '';
          socket.on('data', (chunk) => {
            all += String(chunk);
          });
          socket.on('end', () => resolve(all));
          socket.on('error', (error) => (tries === 0 ? reject(error) : setTimeout(() => knock(tries - 1), 20)));
        };
        knock(200);
      });
      expect(said).toBe('knock knock');
      expect(await served).toEqual({ ok: 11n });
    });
  });

  test('exchanges datagrams with what its entry names, and with nobody else', async () => {
    const port = await udpEcho();
    await withSockets([`127.0.0.1:${port}`], async ({ call }) => {
      expect(await call('udp-exchange', '127.0.0.1', port, bytes('ping'), 5000n)).toEqual({ ok: bytes('ping') });
      expect(await call('udp-send-to', '127.0.0.1', port, bytes('ping'))).toHaveProperty('ok');
      expect(await call('udp-send-to', '127.0.0.1', port + 1, bytes('ping'))).toMatchObject({
        err: expect.stringContaining('access-denied'),
      });
    });
  });

  test('reads options as it has set them', async () => {
    await withSockets([], async ({ call }) => {
      const options = await call<{ ok: string[] }>('options');
      expect(options.ok.filter((each) => each.includes('!'))).toEqual([]);
      expect(options.ok.length).toBeGreaterThan(5);
    });
  });
});
