/** The services of a registry as running servers, which live on when the registry is loaded anew. */
import { HostError } from '../errors.js';
import { formatListenAddress, type ListenAddress } from '../registry/http/address.js';
import type { HttpServiceConfig, HttpTls } from '../registry/http/services.js';
import { startAdmin } from './admin.js';
import { type AppMeans, makeApp } from './app.js';
import type { ServerMetrics } from './metrics.js';
import { acceptsClient, tlsOptions } from './pem.js';
import { type HttpServer, startServer } from './server.js';
import type { ServiceApp } from './server-state.js';

export interface ServeOptions {
  /** `127.0.0.1:9090`: answers `/healthz`, `/readyz` and `/metrics` there. */
  readonly admin?: string;
  /** Instead of what services say; the first service gets `port`, the others keep theirs. */
  readonly host?: string;
  readonly port?: number;
  /** How long requests may take to end when servers stop, in ms; default 10 000. */
  readonly stopGrace?: number;
}

/** One version of what is served. */
export interface Version {
  readonly services: readonly HttpServiceConfig[];
  readonly envOf: (id: string) => string | null;
  readonly now: () => number;
  readonly appMeans: (metrics: ServerMetrics | null) => AppMeans;
  readonly functions: () => readonly {
    readonly id: string;
    readonly calls: number;
    readonly errors: Readonly<Record<string, number>>;
  }[];
  /** No request of it is under way any more. */
  close(): void;
}

export interface ServedRoute {
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

interface Running {
  readonly config: HttpServiceConfig;
  readonly server: HttpServer;
  readonly app: TrackedApp;
}

/** An app that knows when its last request is done. */
interface TrackedApp extends ServiceApp {
  idle(): Promise<void>;
}

const STOP_GRACE_MS = 10_000;

export async function startServing(first: Version, options: ServeOptions): Promise<Serving> {
  const running = new Map<string, Running>();
  let current = first;
  let ready = false;
  const graceMs = options.stopGrace ?? STOP_GRACE_MS;
  const metrics = await metricsFor(() => current, running, options);
  const admin = options.admin === undefined ? null : await startAdmin(options.admin, () => ready, metrics);
  const apply = (version: Version) => applyVersion(version, running, metrics, options, graceMs);
  try {
    await apply(first);
  } catch (error) {
    await stopAll(running, 0);
    await admin?.close();
    throw error;
  }
  ready = true;
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
      const drained = Promise.all([stopped(), ...old.map((app) => app.idle())]).then(() => before.close());
      return { drained };
    },
    async close() {
      ready = false;
      await stopAll(running, graceMs);
      current.close();
      await admin?.close();
    },
  };
}

async function stopAll(running: Map<string, Running>, graceMs: number): Promise<void> {
  await Promise.all([...running.values()].map(({ server }) => server.stop(graceMs)));
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
    functions: () => current().functions(),
  });
}

/** Servers whose address stays go on listening; new ones start before those that are gone stop. @returns stops what is gone */
async function applyVersion(
  version: Version,
  running: Map<string, Running>,
  metrics: ServerMetrics | null,
  options: ServeOptions,
  graceMs: number,
): Promise<() => Promise<unknown>> {
  if (version.services.length === 0) {
    throw new HostError('Invalid', 'nothing to serve: the registry has no http.endpoint and no http.static');
  }
  const means = version.appMeans(metrics);
  const wanted = version.services.map((service, index) => {
    const config =
      index === 0 ? overridden(service, options) : { ...service, address: withHost(service.address, options) };
    return { config, app: tracked(makeApp(config, means)) };
  });
  const started: Running[] = [];
  try {
    for (const { config, app } of wanted) {
      const known = running.get(config.id);
      if (known !== undefined && staysOpen(known.config, config)) continue;
      started.push({ config, app, server: await open(config, app, version) });
    }
  } catch (error) {
    await Promise.all(started.map(({ server }) => server.stop(0)));
    throw error;
  }
  const stopping: HttpServer[] = [];
  for (const { config, app } of wanted) {
    const known = running.get(config.id);
    const fresh = started.find((each) => each.config === config);
    if (fresh !== undefined) {
      if (known !== undefined) stopping.push(known.server);
      running.set(config.id, fresh);
    } else {
      known!.server.setApp(app);
      if (config.tls !== null) known!.server.setTls(tlsOptions(config.tls, version.envOf));
      running.set(config.id, { config, app, server: known!.server });
    }
  }
  for (const [id, { server }] of running) {
    if (wanted.some(({ config }) => config.id === id)) continue;
    running.delete(id);
    stopping.push(server);
  }
  return () => Promise.all(stopping.map((server) => server.stop(graceMs)));
}

function overridden(service: HttpServiceConfig, options: ServeOptions): HttpServiceConfig {
  const address = withHost(service.address, options);
  return { ...service, address: options.port === undefined ? address : { ...address, port: options.port } };
}

function withHost(address: ListenAddress, { host }: ServeOptions): ListenAddress {
  return host === undefined ? address : { ...address, host };
}

/** A server cannot change its address, nor begin or end to speak TLS. */
function staysOpen(before: HttpServiceConfig, next: HttpServiceConfig): boolean {
  const same = before.address.host === next.address.host && before.address.port === next.address.port;
  return same && (before.tls === null) === (next.tls === null) && sameClients(before.tls, next.tls);
}

function sameClients(before: HttpTls | null, next: HttpTls | null): boolean {
  return before?.clientAuth === next?.clientAuth;
}

function open(config: HttpServiceConfig, app: ServiceApp, { envOf, now }: Version): Promise<HttpServer> {
  const { tls, address } = config;
  return startServer({
    address,
    app,
    now,
    tls: tls === null ? null : tlsOptions(tls, envOf),
    acceptsClient: (socket) => tls === null || acceptsClient(tls, socket),
  });
}

function tracked(app: ServiceApp): TrackedApp {
  let active = 0;
  let whenIdle: (() => void)[] = [];
  return {
    ...app,
    begun() {
      active++;
    },
    ended(exchange) {
      active--;
      app.ended(exchange);
      if (active > 0) return;
      for (const resolve of whenIdle) resolve();
      whenIdle = [];
    },
    idle: () => (active === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),
  };
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
