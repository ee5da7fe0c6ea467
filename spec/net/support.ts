/** Real servers on loopback, and a session of the host's desk that asks the real operations. */
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { HostError } from '../../src/errors.js';
import { type NetOptions, netOperations } from '../../src/net/operations.js';
import { openDesk } from '../../src/threads/io-desk.js';
import type { Value } from '../../src/values.js';

export interface Session {
  ask<T = unknown>(op: string, ...args: readonly unknown[]): Promise<T>;
  /** Nobody waits for the answer any more. */
  abandoned(op: string, ...args: readonly unknown[]): Promise<unknown>;
  end(): void;
}

export function session(options: NetOptions = {}): Session {
  const desk = openDesk(netOperations(options), 'spec:guest');
  onTestFinished(() => desk.end());
  return {
    ask: async <T>(op: string, ...args: readonly unknown[]) => (await desk.ask(op, args as Value[]).answer) as T,
    abandoned(op, ...args) {
      const { answer, abandon } = desk.ask(op, args as Value[]);
      abandon();
      return Promise.resolve(answer);
    },
    end: () => desk.end(),
  };
}

/** @returns its port */
export async function tcpServer(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** @returns its port */
export async function httpServer(listener: RequestListener): Promise<number> {
  const server = createHttpServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** What a promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<HostError> {
  const thrown = await promise.then(
    (value) => new Error(`it answered ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (thrown instanceof HostError) return thrown;
  throw thrown;
}

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);

/** What a guest's entry with these `allowed_hosts` may reach. */
export const grant = (hosts: readonly string[]) => ({ hosts, by: 'wasi' });
