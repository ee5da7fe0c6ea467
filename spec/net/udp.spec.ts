/** Datagrams go to what may be reached, and come from there alone. */
import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { bytes, failureOf, grant, type Session, session, text } from './support.js';

interface Bound {
  readonly socket: number;
  readonly receive: number;
  readonly send: number;
}

interface Received {
  readonly data: Uint8Array;
  readonly remote: { readonly address: string; readonly port: number };
}

const HAS_V6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

async function peer(address = '127.0.0.1'): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  onTestFinished(() => void socket.close());
  return socket;
}

/** Sends everything back. */
async function echo(address?: string): Promise<number> {
  const socket = await peer(address);
  socket.on('message', (data, from) => socket.send(data, from.port, from.address));
  return socket.address().port;
}

async function bound(net: Session, hosts: readonly string[], address: string): Promise<Bound & { port: number }> {
  const made = await net.ask<Bound>('net.udp-bind', grant(hosts), { address, port: 0 }, true);
  await net.ask('net.poll', [made.socket], null);
  const { port } = await net.ask<{ port: number }>('net.udp-bound', made.socket);
  return { ...made, port };
}

async function received(net: Session, { receive }: Bound): Promise<readonly Received[]> {
  await net.ask('net.poll', [receive], null);
  return net.ask<readonly Received[]>('net.udp-receive', receive, 10);
}

const send = (
  net: Session,
  { send: id }: Bound,
  hosts: readonly string[],
  address: string,
  port: number,
  data: Uint8Array,
) => net.ask<number>('net.udp-send', grant(hosts), id, [{ data, remote: { address, port } }]);

test.each([
  { any: '0.0.0.0', at: '127.0.0.1', written: '127.0.0.1', runs: true },
  { any: '::', at: '::1', written: '0:0:0:0:0:0:0:1', runs: HAS_V6 },
])(
  'a socket bound to $any exchanges datagrams with $at, also when it takes them from there alone',
  async ({ any, at, written, runs }) => {
    if (!runs) return;
    const net = session();
    const port = await echo(at);
    const socket = await bound(net, [at], any);
    expect(await send(net, socket, [at], written, port, bytes('one'))).toBe(1);
    const [first] = await received(net, socket);
    expect([text(first!.data), first!.remote.port]).toEqual(['one', port]);
    await net.ask('net.udp-connect', grant([at]), socket.socket, { address: written, port });
    await send(net, socket, [at], written, port, bytes('two'));
    expect((await received(net, socket)).map(({ data }) => text(data))).toEqual(['two']);
  },
);

test('a datagram to what is not allowed is refused; those before it are sent', async () => {
  const net = session();
  const port = await echo();
  const socket = await bound(net, [], '0.0.0.0');
  const hosts = [`127.0.0.1:${port}`];
  const denied = await failureOf(send(net, socket, hosts, '127.0.0.1', port + 1, bytes('x')));
  expect(denied.kind).toBe('PermissionDenied');
  const both = [port, port + 1].map((to) => ({ data: bytes('x'), remote: { address: '127.0.0.1', port: to } }));
  expect(await net.ask('net.udp-send', grant(hosts), socket.send, both)).toBe(1);
});

test('a stranger is heard by a socket that its entry names, and by no other', async () => {
  const net = session();
  const stranger = await peer();
  const friend = await peer();
  const client = await bound(net, [`127.0.0.1:${friend.address().port}`], '0.0.0.0');
  stranger.send('spam', client.port, '127.0.0.1');
  friend.send('news', client.port, '127.0.0.1');
  expect((await received(net, client)).map(({ data }) => text(data))).toEqual(['news']);
  const server = await bound(net, ['127.0.0.1'], '127.0.0.1');
  stranger.send('hello', server.port, '127.0.0.1');
  expect((await received(net, server)).map(({ data }) => text(data))).toEqual(['hello']);
});

test('binding to a named address takes a grant', async () => {
  const at = { address: '127.0.0.1', port: 0 };
  expect((await failureOf(session().ask('net.udp-bind', grant([]), at, true))).kind).toBe('PermissionDenied');
});

test('a datagram of 65507 bytes is sent, a longer one refused', async () => {
  const net = session();
  const port = await echo();
  const socket = await bound(net, [], '0.0.0.0');
  expect(await send(net, socket, ['127.0.0.1'], '127.0.0.1', port, new Uint8Array(65_507))).toBe(1);
  const failure = await failureOf(send(net, socket, ['127.0.0.1'], '127.0.0.1', port, new Uint8Array(65_508)));
  expect(failure.details).toMatchObject({ code: 'EMSGSIZE' });
});

test('datagrams that nobody receives are dropped beyond a bound', async () => {
  const net = session();
  const friend = await peer();
  const socket = await bound(net, ['127.0.0.1'], '127.0.0.1');
  for (let n = 0; n < 2000; n++) {
    await new Promise((resolve) => friend.send(`${n}`, socket.port, '127.0.0.1', resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await net.ask('net.poll', [socket.receive], null);
  const all = await net.ask<readonly Received[]>('net.udp-receive', socket.receive, 10_000);
  expect(all.length).toBeGreaterThan(0);
  expect(all.length).toBeLessThanOrEqual(256);
  expect(text(all[0]!.data)).toBe('0');
});
