/** TCP by the operations that guests' sockets stand on, against real servers on loopback. */
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { bytes, failureOf, grant, type Session, session, tcpServer, text } from './support.js';

interface Connected {
  readonly input: number;
  readonly output: number;
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number };
}

const OPTIONS = { keepAlive: false, keepAliveIdleMs: 0 };

async function connected(net: Session, allowed: readonly string[], port: number): Promise<Connected & { id: number }> {
  const id = await net.ask<number>('net.tcp-connect', grant(allowed), { address: '127.0.0.1', port }, null, OPTIONS);
  await net.ask('net.poll', [id], null);
  return { id, ...(await net.ask<Connected>('net.tcp-connected', id)) };
}

async function readAll(net: Session, input: number): Promise<string> {
  let all = '';
  for (;;) {
    const chunk = await net.ask<Uint8Array | null>('net.read-wait', input, 100_000);
    if (chunk === null) return all;
    all += text(chunk);
  }
}

test('bytes go out and come back through a connection that allowed_hosts names', async () => {
  const port = await tcpServer((socket) => socket.pipe(socket));
  const net = session();
  const { id, input, output, remote } = await connected(net, [`127.0.0.1:${port}`], port);
  expect(remote).toEqual({ address: '127.0.0.1', port });
  expect(await net.ask('net.read', input, 10)).toHaveLength(0);
  await net.ask('net.write-wait', output, bytes('hello'));
  await net.ask('net.tcp-shutdown', id, 'send');
  expect(await readAll(net, input)).toBe('hello');
});

test('a connection that no pattern names is refused before anything connects, with the line that grants it', async () => {
  let connections = 0;
  const port = await tcpServer(() => {
    connections += 1;
  });
  const net = session();
  const denied = await failureOf(connected(net, ['example.com', '0.0.0.0/0'], port));
  expect(denied.kind).toBe('PermissionDenied');
  expect(denied.message).toBe(
    `spec:guest may not reach 127.0.0.1:${port}, which its entry does not allow: add wasi: {allowed_hosts: ["127.0.0.1:${port}"]}`,
  );
  expect(connections).toBe(0);
});

test('an address that a granted name resolved to may be connected to at the port that the pattern has', async () => {
  const port = await tcpServer((socket) => socket.end('hi'));
  const net = session();
  const allowed = [`localhost:${port}`];
  const lookup = await net.ask<number>('net.lookup', grant(allowed), 'localhost');
  await net.ask('net.poll', [lookup], null);
  expect(await net.ask('net.addresses', lookup)).toContain('127.0.0.1');
  const { input } = await connected(net, allowed, port);
  expect(await readAll(net, input)).toBe('hi');
  expect((await failureOf(connected(net, allowed, port + 1))).kind).toBe('PermissionDenied');
  expect((await failureOf(connected(session(), allowed, port))).kind).toBe('PermissionDenied');
});

test('a name that no pattern has is not looked up', async () => {
  const asked: string[] = [];
  const net = session({
    resolver: async (name) => {
      asked.push(name);
      return [{ address: '93.184.215.14', family: 4 }];
    },
  });
  expect((await failureOf(net.ask('net.lookup', grant(['example.com']), 'example.org'))).kind).toBe('PermissionDenied');
  expect(asked).toEqual([]);
});

test('a granted name that resolves to loopback alone is refused; of mixed answers only the public ones are given', async () => {
  const answers: Record<string, readonly string[]> = {
    'inside.example': ['127.0.0.1'],
    'mixed.example': ['10.0.0.1', '93.184.215.14', '::1'],
  };
  const net = session({
    resolver: async (name) =>
      answers[name]!.map((address) => ({ address, family: address.includes(':') ? (6 as const) : (4 as const) })),
  });
  const looked = async (name: string) => {
    const id = await net.ask<number>('net.lookup', grant(['*.example']), name);
    await net.ask('net.poll', [id], null);
    return net.ask('net.addresses', id);
  };
  expect((await failureOf(looked('inside.example'))).message).toContain('add wasi: {allowed_hosts: ["127.0.0.1:443"]}');
  expect(await looked('mixed.example')).toEqual(['93.184.215.14']);
});

test('a refused connection and a reset one say so by their codes', async () => {
  const port = await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  const net = session();
  const { input, output } = await connected(net, ['127.0.0.1'], port);
  await net.ask('net.write-wait', output, bytes('x'));
  expect((await failureOf(net.ask('net.read-wait', input, 10))).details).toMatchObject({ code: 'ECONNRESET' });
  expect((await failureOf(connected(net, ['127.0.0.1'], 1))).details).toMatchObject({ code: 'ECONNREFUSED' });
});

test('a peer that does not read stops the writer, and a reader that does not read stops the peer', async () => {
  let written = 0;
  const port = await tcpServer((socket) => {
    socket.pause();
    const chunk = Buffer.alloc(64 * 1024);
    const send = () => {
      written += chunk.length;
      if (written < 512 * 1024 * 1024) socket.write(chunk, (error) => error == null && send());
    };
    send();
  });
  const net = session();
  const { input, output } = await connected(net, ['127.0.0.1'], port);
  const block = new Uint8Array(64 * 1024);
  let taken = 0;
  // The system's buffers are bounded: there comes a point where nothing more is taken within a second.
  while ((await net.ask<number[]>('net.poll', [output], 1000)).length > 0) {
    taken += await net.ask<number>('net.write', output, block);
    expect(taken).toBeLessThan(64 * 1024 * 1024);
  }
  expect(await net.ask('net.room', output)).toBe(0);
  expect(written).toBeLessThan(64 * 1024 * 1024);
  expect(await net.ask('net.read', input, 10)).toHaveLength(10);
});

test('what was written before the session ended still arrives, and then the connection is closed', async () => {
  let arrived: (all: string) => void;
  const got = new Promise<string>((resolve) => {
    arrived = resolve;
  });
  const port = await tcpServer((socket) => {
    let all = '';
    socket.on('data', (chunk) => {
      all += String(chunk);
    });
    socket.on('end', () => arrived(all));
  });
  const net = session();
  const { output } = await connected(net, ['127.0.0.1'], port);
  await net.ask('net.write', output, bytes('last words'));
  net.end();
  expect(await got).toBe('last words');
});

test('a wait that nobody waits for any more ends, and leaves no watcher behind', async () => {
  const port = await tcpServer(() => {});
  const net = session();
  const { input } = await connected(net, ['127.0.0.1'], port);
  expect((await failureOf(net.abandoned('net.read-wait', input, 1))).kind).toBe('Canceled');
  expect((await failureOf(net.abandoned('net.poll', [input], null))).kind).toBe('Canceled');
  expect(await net.ask('net.poll', [input], 1)).toEqual([]);
});

test('one question waits for many things, and answers those that are ready', async () => {
  const port = await tcpServer((socket) => socket.once('data', (data) => socket.write(data)));
  const net = session();
  const quiet = await connected(net, ['127.0.0.1'], port);
  const busy = await connected(net, ['127.0.0.1'], port);
  const waiting = net.ask('net.poll', [quiet.input, busy.input], null);
  await net.ask('net.write-wait', busy.output, bytes('x'));
  expect(await waiting).toEqual([busy.input]);
  await net.ask('net.close', quiet.input);
  expect(await net.ask('net.poll', [quiet.input, busy.input], null)).toEqual([quiet.input, busy.input]);
  expect((await failureOf(net.ask('net.read', quiet.input, 1))).kind).toBe('Invalid');
});

test('listening needs the own address in allowed_hosts; connections wait until they are accepted', async () => {
  const net = session();
  const at = { address: '127.0.0.1', port: 0 };
  expect((await failureOf(net.ask('net.tcp-bind', grant(['127.0.0.1:80']), at, false))).kind).toBe('PermissionDenied');
  const listener = await net.ask<number>('net.tcp-bind', grant(['127.0.0.1']), at, false);
  await net.ask('net.poll', [listener], null);
  const { port } = await net.ask<{ port: number }>('net.tcp-bound', listener);
  await net.ask('net.tcp-listen', listener, 1);
  expect(await net.ask('net.tcp-accept', listener, OPTIONS)).toBeNull();
  const client = connect({ port, host: '127.0.0.1' }, () => client.end('knock'));
  expect(await net.ask('net.poll', [listener], null)).toEqual([listener]);
  const { input } = await net.ask<Connected>('net.tcp-accept', listener, OPTIONS);
  expect(await readAll(net, input)).toBe('knock');
  client.destroy();
  const busy = await net.ask<number>('net.tcp-bind', grant(['127.0.0.1']), { address: '127.0.0.1', port }, false);
  await net.ask('net.poll', [busy], null);
  expect((await failureOf(net.ask('net.tcp-bound', busy))).details).toMatchObject({ code: 'EADDRINUSE' });
});
