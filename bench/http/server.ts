/** One server for each contestant, in a process of its own: `node server.mjs NAME` prints its port. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { guestPath, loadJco } from '../guests.js';

const servers: Record<string, () => Promise<number>> = { bare, moonwit, fastify };

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

/** The package as it is built, with call threads. */
async function moonwit(): Promise<number> {
  const built = pathToFileURL(join(process.cwd(), 'dist', 'index.js')).href;
  const { createHost, serveHttp } = (await import(built)) as typeof import('../../src/index.js');
  const guest = (name: string, file: string, method: string, pool: object, more: object = {}) => ({
    name,
    kind: 'function.wasm',
    fs: 'b:guests',
    path: `/${file}.wasm`,
    hash: `sha256:${createHash('sha256')
      .update(readFileSync(guestPath(file)))
      .digest('hex')}`,
    method,
    transport: 'wasi-http',
    pool,
    ...more,
  });
  const wat = (name: string, source: string, more: object = {}) => ({
    name,
    kind: 'function.wat',
    source,
    wit: `${name}: func() -> s32;`,
    method: name,
    transport: 'wasi-http',
    pool: { type: 'lazy', max_size: 8 },
    ...more,
  });
  const route = (method: string, path: string, func: string) => ({
    name: `e_${func}`,
    kind: 'http.endpoint',
    method,
    path,
    func,
  });
  const imports = ['wasi:io', 'wasi:clocks', 'wasi:cli', 'wasi:http', 'wasi:random'];
  const pooled = { type: 'lazy', max_size: 8 };
  const entries = [
    { name: 'web', kind: 'http.service', addr: '127.0.0.1:0', access_log: false },
    { name: 'guests', kind: 'fs.directory', directory: join(process.cwd(), 'guests', 'dist') },
    wat('answer', '(module (func (export "answer") (result i32) i32.const 42))'),
    wat('trap', '(module (func (export "trap") (result i32) unreachable))'),
    wat('loop', '(module (func (export "loop") (result i32) (loop $l (br $l)) unreachable))', {
      limits: { max_execution_ms: 20 },
    }),
    guest('greet', 'greet', 'greet', pooled),
    guest('greet_inline', 'greet', 'greet', { type: 'inline' }),
    guest('hello', 'http-echo', 'wasi:http/incoming-handler#handle', { type: 'inline' }, { imports }),
    route('GET', '/answer', 'answer'),
    route('GET', '/trap', 'trap'),
    route('GET', '/loop', 'loop'),
    route('POST', '/greet', 'greet'),
    route('POST', '/greet-inline', 'greet_inline'),
    route('GET', '/hello', 'hello'),
  ];
  const host = await createHost({ registry: { namespace: 'b', entries } });
  const { services } = await serveHttp(host);
  process.on('SIGUSR2', () => {
    const { rss, heapUsed, external } = process.memoryUsage();
    process.stderr.write(`${JSON.stringify({ rss, heapUsed, external })}\n`);
  });
  return Number(new URL(services[0]!.url).port);
}
