/** Servers for specs: real ones, on ports that are free. */
import { connect, type Socket } from 'node:net';
import type { HostOptions, ServeHostOptions } from '../../src/index.js';
import { createHost, type Host, type HttpServing, serveHttp } from '../../src/index.js';

const SOURCE = { createHost, serveHttp };

export interface Served extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly host: Host;
  readonly serving: HttpServing;
  readonly log: { level: string; message: string; fields: Record<string, unknown> }[];
}

/** The package as it is built: call threads exist only there. */
export const BUILT = (): Promise<Pick<typeof import('../../src/index.js'), 'createHost' | 'serveHttp'>> =>
  import(new URL('../../dist/index.js', import.meta.url).href);

/** Serves entries of the namespace `t`; the first service listens on a free port. */
export async function serve(
  entries: readonly object[],
  options: ServeHostOptions = {},
  hostOptions: HostOptions = {},
  { createHost, serveHttp } = SOURCE,
): Promise<Served> {
  const log: Served['log'] = [];
  const host = await createHost({
    registry: { namespace: 't', entries },
    threads: 0,
    log: ({ level, message, fields }) => log.push({ level, message, fields }),
    ...hostOptions,
  });
  const serving = await serveHttp(host, { port: 0, ...options }).catch(async (error: unknown) => {
    await host.close();
    throw error;
  });
  const { url } = serving.services[0]!;
  return {
    url,
    port: Number(new URL(url).port),
    host,
    serving,
    log,
    async [Symbol.asyncDispose]() {
      await serving.close();
      await host.close();
    },
  };
}

export function endpoint(method: string, path: string, func: string, more: object = {}): object {
  const name = `${method.toLowerCase()}_${path.replace(/\W+/g, '_')}`;
  return { name, kind: 'http.endpoint', method, path, func, ...more };
}

export function lua(name: string, body: string, more: object = {}): object {
  const source = `return { ${name} = ${body} }`;
  return {
    name,
    kind: 'function.lua',
    source,
    method: name,
    modules: ['http', 'time', 'json', 'funcs', 'env'],
    ...more,
  };
}

export function wat(name: string, wit: string, source: string, more: object = {}): object {
  return { name, kind: 'function.wat', source, wit, method: name, transport: 'wasi-http', ...more };
}

/** Everything that a server sends on one connection until it closes it, or until `enough` says so. */
export function raw(port: number, sent: string | Uint8Array, enough = (_text: string) => false): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1');
    let text = '';
    const done = () => {
      resolve(text);
      socket.destroy();
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (enough(text)) done();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)));
    socket.write(sent);
  });
}
