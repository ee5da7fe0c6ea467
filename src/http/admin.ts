/** The admin address: whether the process lives, whether it serves, and its figures. Clients do not see it. */
import { createServer, type Server } from 'node:http';
import { HostError } from '../errors.js';
import { formatListenAddress, type ListenAddress, parseListenAddress } from '../registry/http/address.js';
import type { ServerMetrics } from './metrics.js';

interface Admin {
  readonly url: string;
  close(): Promise<void>;
}

/** @throws HostError Invalid (no address), Unavailable (taken) */
export async function startAdmin(text: string, isReady: () => boolean, metrics: ServerMetrics | null): Promise<Admin> {
  const address = parseListenAddress(text);
  if (address === null) {
    throw new HostError(
      'Invalid',
      `admin: ${JSON.stringify(text)} is no address: expected host:port, such as 127.0.0.1:9090`,
    );
  }
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    const send = (status: number, type: string, body: string) => {
      response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const path = (request.url ?? '').split('?', 1)[0];
    if (path === '/healthz') send(200, 'text/plain', 'ok\n');
    else if (path === '/readyz') send(isReady() ? 200 : 503, 'text/plain', isReady() ? 'ready\n' : 'not ready\n');
    else if (path === '/metrics' && metrics !== null) {
      metrics.text().then(
        (body) => send(200, metrics.contentType, body),
        () => send(500, 'text/plain', 'no figures\n'),
      );
    } else send(404, 'text/plain', 'see /healthz, /readyz and /metrics\n');
  });
  await listening(server, address);
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
  const host = address.host === '' ? '127.0.0.1' : address.host;
  return {
    url: `http://${formatListenAddress({ host, port })}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new HostError(
          'Unavailable',
          `cannot listen on ${formatListenAddress({ host, port })} (admin): ${error.message}`,
        ),
      ),
    );
    server.listen({ port, ...(host === '' ? {} : { host }) }, () => resolve());
  });
}
