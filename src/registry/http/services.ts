/** What a registry's HTTP entries come to: services with their routers, endpoints and static files, ready to build servers from. */
import type { MetaMap } from '../facts.js';
import { DEFAULT_HOST, DEFAULT_TIMEOUTS, MAX_BODIES_BYTES, MAX_BODY_BYTES } from '../kinds/http.js';
import type { Lifecycle } from '../kinds/lifecycle.js';
import type { EntryOf, Registry } from '../types.js';
import type { ListenAddress } from './address.js';
import type { Method } from './methods.js';
import type { Middleware } from './middleware.js';
import { parsePattern, type RoutePattern } from './pattern.js';
import type { HttpTls } from './tls.js';

/** The ID of the service and the router that are meant where no entry is. */
const DEFAULT_ID = 'default';
/** Where the default service listens. */
const DEFAULT_ADDRESS: ListenAddress = { host: '127.0.0.1', port: 8080 };

/** In ms; null is none. */
export interface HttpTimeouts {
  /** Until the head of a request is there. */
  readonly header: number | null;
  /** Until the whole request is there. */
  readonly read: number | null;
  /** How long a client may take nothing of its response. */
  readonly write: number | null;
  /** Between two requests of one connection. */
  readonly idle: number | null;
  /** From the request's head until its response begins; endpoints may say otherwise. */
  readonly request: number | null;
}

export interface HttpServiceConfig {
  /** The entry's ID, or {@link DEFAULT_ID}. */
  readonly id: string;
  /** Null for the default service. */
  readonly entry: EntryOf<'http.service'> | null;
  readonly address: ListenAddress;
  readonly timeouts: HttpTimeouts;
  /** Of a request. */
  readonly maxBodyBytes: number;
  /** Of all requests that are under way. */
  readonly maxBodiesBytes: number;
  readonly accessLog: boolean;
  /** Requests that may wait while as many as `concurrency` are answered. */
  readonly queueLength: number;
  /** Null: as the host sees fit. */
  readonly concurrency: number | null;
  readonly tls: HttpTls | null;
  readonly lifecycle: Lifecycle | null;
  /** Who requests come from, from the lifecycle's security. */
  readonly actor: { readonly id: string; readonly meta: MetaMap } | null;
  readonly routers: readonly HttpRouterConfig[];
  readonly statics: readonly HttpStaticConfig[];
}

export interface HttpRouterConfig {
  /** The entry's ID, or {@link DEFAULT_ID}. */
  readonly id: string;
  readonly entry: EntryOf<'http.router'> | null;
  /** Without a `/` at its end; '' for none. May hold parameters. */
  readonly prefix: string;
  /** The first is the outermost. */
  readonly middleware: readonly Middleware[];
  /** Runs once the endpoint is known. */
  readonly postMiddleware: readonly Middleware[];
  readonly endpoints: readonly HttpEndpointConfig[];
}

export interface HttpEndpointConfig {
  readonly id: string;
  readonly entry: EntryOf<'http.endpoint'>;
  readonly method: Method;
  /**
   * The router's prefix and the endpoint's path. Of several patterns that match, the most specific is meant; no two of one
   * method are without that order (the registry sees to it). GET also answers HEAD where no endpoint of HEAD matches.
   */
  readonly pattern: RoutePattern;
  /** The function's ID. */
  readonly func: string;
  /** Ms; null is none. The service's `timeouts.request` unless the endpoint says otherwise. */
  readonly timeoutMs: number | null;
}

export interface HttpStaticConfig {
  readonly id: string;
  readonly entry: EntryOf<'http.static'>;
  /** Without a `/` at its end; '' for the root. Endpoints below it win. */
  readonly path: string;
  /** ID of an fs.directory. */
  readonly fs: string;
  /** What is not there is answered with `index`. */
  readonly spa: boolean;
  readonly index: string | null;
  /** The header `Cache-Control`. */
  readonly cacheControl: string | null;
  /** `x.js.br` and `x.js.gz` are sent for `x.js` to who takes them. */
  readonly precompressed: boolean;
  readonly middleware: readonly Middleware[];
}

/**
 * What the HTTP entries of a registry come to, by service. Routers and static files without a service belong to the default
 * one, endpoints without a router to the default router of the default service, which exist where they are needed.
 * @returns nothing where the registry has no `http.*` entry
 */
export function httpServices(registry: Registry): readonly HttpServiceConfig[] {
  const all = registry.ofKind('http.endpoint');
  const endpoints = groupBy(all, (entry) => entry.fields.router);
  const loose = groupBy(
    all.filter((entry) => entry.fields.router === null),
    (entry) => entry.fields.server,
  );
  const routers = groupBy(registry.ofKind('http.router'), (entry) => entry.fields.server);
  const statics = groupBy(registry.ofKind('http.static'), (entry) => entry.fields.server);
  const build = (entry: EntryOf<'http.service'> | null): HttpServiceConfig => {
    const facts = serviceFacts(entry);
    const id = entry?.id ?? null;
    const requestMs = facts.timeouts.request;
    const own = (routers.get(id) ?? []).map((each) => routerConfig(each, endpoints.get(each.id) ?? [], requestMs));
    const unrouted = loose.get(id) ?? [];
    return {
      ...facts,
      routers: unrouted.length === 0 ? own : [...own, routerConfig(null, unrouted, requestMs)],
      statics: (statics.get(id) ?? []).map(staticConfig),
    };
  };
  const services = registry.ofKind('http.service').map(build);
  const needsDefault = [loose, routers, statics].some((group) => group.has(null));
  return needsDefault ? [...services, build(null)] : services;
}

type ServiceFacts = Omit<HttpServiceConfig, 'routers' | 'statics'>;

function serviceFacts(entry: EntryOf<'http.service'> | null): ServiceFacts {
  if (entry === null) return { id: DEFAULT_ID, entry, address: DEFAULT_ADDRESS, ...DEFAULTS };
  const { addr, timeouts, maxBody, maxBodies, accessLog, host, certificates, lifecycle } = entry.fields;
  const actor = lifecycle?.security?.actor ?? null;
  return {
    id: entry.id,
    entry,
    address: addr,
    timeouts,
    maxBodyBytes: maxBody,
    maxBodiesBytes: maxBodies ?? Math.max(MAX_BODIES_BYTES, maxBody),
    accessLog,
    queueLength: host.bufferSize,
    concurrency: host.workerCount || null,
    tls: certificates,
    lifecycle,
    actor: actor === null ? null : { id: actor.id, meta: actor.meta ?? {} },
  };
}

const DEFAULTS = {
  timeouts: DEFAULT_TIMEOUTS,
  maxBodyBytes: MAX_BODY_BYTES,
  maxBodiesBytes: MAX_BODIES_BYTES,
  accessLog: true,
  queueLength: DEFAULT_HOST.bufferSize,
  concurrency: DEFAULT_HOST.workerCount,
  tls: null,
  lifecycle: null,
  actor: null,
};

function routerConfig(
  entry: EntryOf<'http.router'> | null,
  endpoints: readonly EntryOf<'http.endpoint'>[],
  requestMs: number | null,
): HttpRouterConfig {
  const prefix = entry?.fields.prefix ?? '';
  return {
    id: entry?.id ?? DEFAULT_ID,
    entry,
    prefix,
    middleware: entry?.fields.chain ?? [],
    postMiddleware: entry?.fields.postChain ?? [],
    endpoints: endpoints.map((each) => endpointConfig(each, prefix, requestMs)),
  };
}

function endpointConfig(entry: EntryOf<'http.endpoint'>, prefix: string, requestMs: number | null): HttpEndpointConfig {
  const { method, path, func, timeout } = entry.fields;
  const timeoutMs = timeout === null ? requestMs : timeout === 0 ? null : timeout;
  return { id: entry.id, entry, method, pattern: parsePattern(prefix, path), func, timeoutMs };
}

function staticConfig(entry: EntryOf<'http.static'>): HttpStaticConfig {
  const { path, fs, staticOptions, chain } = entry.fields;
  const { spa, index, cache, precompressed } = staticOptions;
  return { id: entry.id, entry, path, fs, spa, index, cacheControl: cache, precompressed, middleware: chain };
}

function groupBy<T>(entries: readonly T[], keyOf: (entry: T) => string | null): Map<string | null, T[]> {
  const groups = new Map<string | null, T[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return groups;
}
