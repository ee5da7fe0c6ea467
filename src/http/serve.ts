/** The services of a registry as running servers, which live on when the registry is loaded anew. */
import { formatListenAddress } from '../registry/http/address.js';
import { startAdmin } from './admin.js';
import { applyVersion, type Running, stopRunning } from './apply-version.js';
import type { ServerMetrics } from './metrics.js';
import type { ServeOptions, Version } from './version.js';

interface ServedRoute {
  readonly method: string;
  readonly url: string;
  /** The function, or the filesystem. */
  readonly target: string;
  readonly entry: string;
}

export interface Serving {
  readonly services: readonly { readonly id: string; readonly url: string }[];
  readonly routes: readonly ServedRoute[];
  readonly admin: string | null;
  /** Resolves once the version serves; `drained` once nothing is left of the one before. */
  use(version: Version): Promise<{ readonly drained: Promise<void> }>;
  close(): Promise<void>;
}

export async function startServing(first: Version, options: ServeOptions): Promise<Serving> {
  const running = new Map<string, Running>();
  let current = first;
  let ready = false;
  const metrics = await metricsFor(() => current, running, options);
  const admin = options.admin === undefined ? null : await startAdmin(options.admin, () => ready, metrics);
  const apply = (version: Version) => applyVersion(version, running, metrics, options);
  try {
    await apply(first);
  } catch (error) {
    await stopAll(running, { stopGrace: 0 });
    await admin?.close();
    throw error;
  }
  ready = true;
  first.begun();
  return {
    get services() {
      return [...running].map(([id, each]) => ({ id, url: urlOf(each) }));
    },
    get routes() {
      return [...running.values()].flatMap(routesOf);
    },
    admin: admin?.url ?? null,
    async use(version) {
      const old = [...running.values()].map((each) => each.app);
      const stopped = await apply(version);
      const before = current;
      current = version;
      version.begun();
      const drained = Promise.all([stopped(), ...old.map((app) => app.idle())]).then(() => before.close());
      return { drained };
    },
    async close() {
      ready = false;
      await stopAll(running, options);
      current.close();
      await admin?.close();
    },
  };
}

async function stopAll(running: Map<string, Running>, options: ServeOptions): Promise<void> {
  await Promise.all([...running.values()].map((each) => stopRunning(each, options)));
}

async function metricsFor(
  current: () => Version,
  running: ReadonlyMap<string, Running>,
  { admin }: ServeOptions,
): Promise<ServerMetrics | null> {
  if (admin === undefined) return null;
  const { serverMetrics } = await import('./metrics.js');
  return serverMetrics({
    now: () => current().now(),
    services: () => [...running].map(([id, { server }]) => ({ id, ...server.stats() })),
    host: () => current().figures(),
  });
}

function urlOf({ config, server }: Pick<Running, 'config' | 'server'>): string {
  const { host, port } = server.address;
  const shown = host === '' || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${config.tls === null ? 'http' : 'https'}://${formatListenAddress({ host: shown, port })}`;
}

function routesOf(each: Running): ServedRoute[] {
  const base = urlOf(each);
  const endpoints = each.config.routers.flatMap((router) =>
    router.endpoints.map(({ id, method, pattern, func }) => ({
      method,
      url: base + pattern.text,
      target: func,
      entry: id,
    })),
  );
  const statics = each.config.statics.map(({ id, path, fs }) => ({
    method: 'GET',
    url: `${base}${path}/`,
    target: fs,
    entry: id,
  }));
  return [...endpoints, ...statics];
}
