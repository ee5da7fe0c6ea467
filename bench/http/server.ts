/** One server for each opponent, in a process of its own: `node server.mjs NAME` prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadJco } from '../guests.js';

const servers: Record<string, () => Promise<number>> = { bare, fastify };

const port = await servers[process.argv[2] ?? '']!();
process.stdout.write(`${port}\n`);

/** What Node itself can do with the same answer. */
async function bare(): Promise<number> {
  const server = createServer((_request, response) => {
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', '2']);
    response.end('42');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** jco's functions in the same process, one instance for all requests (/greet) or one for each (/greet-inline). */
async function fastify(): Promise<number> {
  const { default: makeServer } = await import('fastify');
  const guest = await loadJco('greet');
  const shared = await guest.instantiate();
  const app = makeServer();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.post('/greet', async (request, reply) =>
    reply.type('text/plain; charset=utf-8').send(shared.greet!(request.body)),
  );
  app.post('/greet-inline', async (request, reply) => {
    const exports = await guest.instantiate();
    return reply.type('text/plain; charset=utf-8').send(exports.greet!(request.body));
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
}
