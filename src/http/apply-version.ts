/**
 * From one version of what is served to the next. Servers whose address stays go on listening, whatever their service is called now;
 * nothing changes before everything that can fail has been done.
 */
import type { TlsOptions } from 'node:tls';
import { HostError } from '../errors.js';
import type { ListenAddress } from '../registry/http/address.js';
import type { HttpServiceConfig } from '../registry/http/services.js';
import { makeApp } from './app.js';
import type { ServerMetrics } from './metrics.js';
import { acceptsClient, tlsOptions } from './pem.js';
import { type HttpServer, startServer } from './server.js';
import type { ServiceApp } from './server-state.js';
import type { ServeOptions, Version } from './version.js';

export interface Running {
  readonly config: HttpServiceConfig;
  readonly server: HttpServer;
  readonly app: TrackedApp;
}

/** An app that knows when its last request is done. */
interface TrackedApp extends ServiceApp {
  idle(): Promise<void>;
}

/** A service of the next version. */
interface Wanted {
  readonly config: HttpServiceConfig;
  readonly app: TrackedApp;
  readonly tls: TlsOptions | null;
  /** The server that goes on; null: one is to be started. */
  readonly keeps: HttpServer | null;
}

/**
 * @param running changed to what runs then
 * @returns stops what is gone
 * @throws HostError Invalid (nothing to serve), Unavailable (an address, a key): `running` goes on as it was
 */
export async function applyVersion(
  version: Version,
  running: Map<string, Running>,
  metrics: ServerMetrics | null,
  options: ServeOptions,
): Promise<() => Promise<unknown>> {
  const wanted = wantedServices(version, [...running.values()], metrics, options);
  const kept = new Set(wanted.map(({ keeps }) => keeps));
  const gone = [...running.values()].filter(({ server }) => !kept.has(server));
  const started = await startAll(
    wanted.filter(({ keeps }) => keeps === null),
    gone,
    version,
  );
  running.clear();
  for (const { config, app, tls, keeps } of wanted) {
    running.set(config.id, { config, app, server: keeps ?? started.get(config.id)! });
    keeps?.setApp(app);
    if (tls !== null) keeps?.setTls(tls);
  }
  return () => Promise.all(gone.map((each) => stopRunning(each, options)));
}

const STOP_GRACE_MS = 10_000;

/** Within what was asked for at the start, or what the service says. */
export function stopRunning({ server, config }: Running, { stopGrace }: ServeOptions): Promise<void> {
  return server.stop(stopGrace ?? config.lifecycle?.stopTimeout ?? STOP_GRACE_MS);
}

function wantedServices(
  version: Version,
  before: readonly Running[],
  metrics: ServerMetrics | null,
  options: ServeOptions,
): Wanted[] {
  const { services, envOf } = version;
  if (services.length === 0) {
    throw new HostError('Invalid', 'nothing to serve: the registry has no http.endpoint and no http.static');
  }
  const means = version.appMeans(metrics);
  return services.map((service, index) => {
    const config =
      index === 0 ? overridden(service, options) : { ...service, address: withHost(service.address, options) };
    const keeps = before.find((each) => staysOpen(each.config, config))?.server ?? null;
    const tls = config.tls === null ? null : tlsOptions(config, config.tls, envOf);
    return { config, app: tracked(makeApp(config, means)), tls, keeps };
  });
}

function overridden(service: HttpServiceConfig, options: ServeOptions): HttpServiceConfig {
  const address = withHost(service.address, options);
  return { ...service, address: options.port === undefined ? address : { ...address, port: options.port } };
}

function withHost(address: ListenAddress, { host }: ServeOptions): ListenAddress {
  return host === undefined ? address : { ...address, host };
}

/** A server cannot change its address, nor begin or end to speak TLS or to ask for certificates. */
function staysOpen(before: HttpServiceConfig, next: HttpServiceConfig): boolean {
  const { host, port } = next.address;
  if (before.address.host !== host || before.address.port !== port) return false;
  // Any port that is free is not the same for two services.
  if (port === 0 && before.id !== next.id) return false;
  return (before.tls === null) === (next.tls === null) && before.tls?.clientAuth === next.tls?.clientAuth;
}

/** Starts all or none. Those that are gone give up their ports first, and take them back where that was for nothing. */
async function startAll(
  wanted: readonly Wanted[],
  gone: readonly Running[],
  version: Version,
): Promise<ReadonlyMap<string, HttpServer>> {
  const ports = new Set(wanted.map(({ config }) => config.address.port));
  const inTheWay = gone.filter(({ server }) => ports.has(server.address.port));
  const started = new Map<string, HttpServer>();
  const released: Running[] = [];
  try {
    for (const each of inTheWay) {
      released.push(each);
      await each.server.release();
    }
    for (const each of wanted) started.set(each.config.id, await start(each, version));
  } catch (error) {
    await Promise.all([...started.values()].map((server) => server.stop(0)));
    for (const { server } of released) await server.takeBack();
    throw error;
  }
  return started;
}

function start({ config: { address, tls }, app, tls: options }: Wanted, { now }: Version): Promise<HttpServer> {
  const accepts = (socket: Parameters<typeof acceptsClient>[1]) => tls === null || acceptsClient(tls, socket);
  return startServer({ address, app, now, tls: options, acceptsClient: accepts });
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
