/** One version of a service: its routes with their middleware, made from the registry's entries. Immutable; a reload makes a new one. */
import { HostError, toHostError } from '../errors.js';
import type { TableFunction } from '../functions/table.js';
import type { CallContext } from '../functions/types.js';
import type { Middleware as MiddlewareConfig } from '../registry/http/middleware.js';
import type {
  HttpEndpointConfig,
  HttpRouterConfig,
  HttpServiceConfig,
  HttpStaticConfig,
} from '../registry/http/services.js';
import type { MetaMap } from '../registry/types.js';
import type { Value, ValueMap } from '../values.js';
import type { FuncType } from '../wit/types.js';
import { type EndpointMeans, typedHandler } from './endpoint.js';
import { mountDepth, ownedPaths } from './owned-paths.js';
import { refuse, reply } from './reply.js';
import { createRouter, type Route, type RouteResult } from './router.js';
import type { ServiceApp } from './server-state.js';
import type { Exchange, Handler, Middleware } from './types.js';

/** What endpoints need of the host. */
export interface AppMeans {
  readonly functionOf: (id: string) => TableFunction | undefined;
  /** The WIT type of a guest's function; null for what has none. */
  readonly typeOf: (id: string) => FuncType | null;
  /** Calls of it end at once. */
  readonly isShort: (id: string) => boolean;
  readonly callAs: (id: string, args: readonly Value[], context: CallContext, target: 'js') => Value | Promise<Value>;
  /** A handler for a function that the HTTP context goes to whole: Lua, standard wasi:http components. */
  readonly contextHandler: (means: EndpointMeans) => Handler;
  /** @param place the entry, and which of its middleware */
  readonly middleware: (config: MiddlewareConfig, place: string) => Middleware;
  readonly staticFiles: (config: HttpStaticConfig) => Handler;
  /** Told of every request; null: nobody looks. */
  readonly onAnswered: ((exchange: Exchange, service: HttpServiceConfig) => void) | null;
  /** Counts every request, once its answer has ended; null: nobody looks at figures. */
  readonly count: ((exchange: Exchange) => void) | null;
  readonly onError: (exchange: Exchange, error: HostError, func: string | null) => void;
  /** A stop ended so many requests of the service. */
  readonly onCut: (service: string, requests: number, graceMs: number) => void;
}

interface Served {
  readonly id: string;
  readonly handler: Handler;
}

export function makeApp(config: HttpServiceConfig, means: AppMeans): ServiceApp {
  const context = callerOf(config);
  const routes: Route<Served>[] = [];
  const asked: Handler = (exchange) => reply(exchange, 204, ['Allow', allowedAt(router, exchange).join(', ')], null);
  for (const each of config.routers) addRouter(routes, each, asked, means, context);
  const router = createRouter(routes);
  const statics = config.statics
    .map((each) => ({
      ...each,
      depth: mountDepth(each.path),
      handler: wrapped(means.staticFiles(each), each.middleware, each.id, means),
    }))
    .sort((a, b) => b.path.length - a.path.length);
  // Through the router's middleware: a page of another origin could not read a 404 otherwise, nor limits count it.
  const refusal: Handler = (exchange) => refuseUnserved(exchange, router.find(exchange.method, exchange.target));
  const ownerOf = ownedPaths(
    config.routers.map(({ prefix, middleware, id }) => ({ prefix, value: wrapped(refusal, middleware, id, means) })),
    refusal,
  );
  const crowdOf = crowdedPaths(config, means);
  const { onAnswered, count } = means;

  return {
    maxBodyBytes: config.maxBodyBytes,
    maxBodiesBytes: config.maxBodiesBytes,
    methods: methodsOf(config),
    concurrency: config.concurrency ?? DEFAULT_CONCURRENCY,
    queueLength: config.queueLength,
    timeouts: config.timeouts,
    handle(exchange) {
      const found = router.find(exchange.method, exchange.target);
      if (found.value !== null) {
        exchange.params = found.params;
        exchange.entryId = found.value.id;
        return found.value.handler(exchange);
      }
      const { path } = exchange.target;
      const owner = ownerOf(exchange.target);
      for (const each of statics) {
        if (each.path !== '' && path !== each.path && !path.startsWith(`${each.path}/`)) continue;
        if (each.depth < owner.depth) break;
        if (found.allow.length > 0 && exchange.method !== 'GET' && exchange.method !== 'HEAD') break;
        exchange.entryId = each.id;
        return each.handler(exchange);
      }
      return owner.value(exchange);
    },
    refuse: (exchange) => crowdOf(exchange.target).value(exchange),
    begun() {},
    ended(exchange) {
      onAnswered?.(exchange, config);
      count?.(exchange);
    },
    cut: (requests, graceMs) => means.onCut(config.id, requests, graceMs),
    failed: (exchange, thrown) => means.onError(exchange, toHostError(thrown), null),
  };
}

const DEFAULT_CONCURRENCY = 1024;

/** Where too many ask, the router's `cors` alone is gone through: a page of another origin can read that it is to try again. */
function crowdedPaths({ routers }: HttpServiceConfig, means: AppMeans) {
  const crowded: Handler = (exchange) =>
    refuse(exchange, 503, 'Unavailable', 'too many requests at once, try again later', ['Retry-After', '1']);
  const owners = routers.map(({ prefix, middleware, id }) => {
    const readable = middleware.filter(({ type }) => type === 'cors');
    return { prefix, value: wrapped(crowded, readable, id, means) };
  });
  return ownedPaths(owners, crowded);
}

/** 404, or 405 where other methods are served. */
function refuseUnserved(exchange: Exchange, found: RouteResult<unknown>): ReturnType<Handler> {
  const allow = 'allow' in found ? found.allow.join(', ') : '';
  if (allow === '') return refuse(exchange, 404, 'NotFound', 'no such path');
  return refuse(exchange, 405, 'Invalid', `${exchange.method} is not allowed here: ${allow}`, ['Allow', allow]);
}

/** What the path of a request answers, by whichever patterns. */
function allowedAt(router: ReturnType<typeof createRouter<Served>>, { target }: Exchange): readonly string[] {
  const found = router.find('', target);
  return 'allow' in found ? found.allow : [];
}

/** All that some path of the service answers. */
function methodsOf({ routers, statics }: HttpServiceConfig): string {
  const methods = new Set<string>(routers.flatMap(({ endpoints }) => endpoints.map((each) => each.method)));
  if (statics.length > 0) methods.add('GET');
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods.add('OPTIONS')].sort().join(', ');
}

/** Who requests act for. */
function callerOf({ actor }: HttpServiceConfig): EndpointMeans['context'] {
  return actor === null ? {} : { actor: { id: actor.id, meta: asValues(actor.meta) } };
}

function asValues(meta: MetaMap): ValueMap {
  return structuredClone(meta) as ValueMap;
}

function addRouter(
  routes: Route<Served>[],
  router: HttpRouterConfig,
  asked: Handler,
  means: AppMeans,
  context: EndpointMeans['context'],
): void {
  const all = [...router.middleware, ...router.postMiddleware];
  const paths = new Map<string, HttpEndpointConfig[]>();
  for (const endpoint of router.endpoints) {
    const handler = wrapped(endpointHandler(endpoint, means, context), all, router.id, means);
    routes.push({ method: endpoint.method, pattern: endpoint.pattern, value: { id: endpoint.id, handler } });
    paths.set(endpoint.pattern.text, [...(paths.get(endpoint.pattern.text) ?? []), endpoint]);
  }
  // OPTIONS of every path, through the router's middleware: that is where preflights are answered.
  for (const endpoints of paths.values()) {
    if (endpoints.some(({ method }) => method === 'OPTIONS')) continue;
    const handler = wrapped(asked, router.middleware, router.id, means);
    routes.push({ method: 'OPTIONS', pattern: endpoints[0]!.pattern, value: { id: router.id, handler } });
  }
}

function endpointHandler(endpoint: HttpEndpointConfig, means: AppMeans, context: EndpointMeans['context']): Handler {
  const { func, id, timeoutMs } = endpoint;
  const pathNames = endpoint.pattern.segments.flatMap((each) =>
    each.type === 'literal' || each.name === null ? [] : [each.name],
  );
  const { callAs, onError } = means;
  const own: EndpointMeans = { id, func, timeoutMs, pathNames, context, callAs, onError };
  if (means.functionOf(func) === undefined) {
    throw new HostError('NotFound', `${id}: there is no function ${func}`, { details: { id, func } });
  }
  const type = means.typeOf(func);
  if (type === null) return means.contextHandler(own);
  const short = means.isShort(func);
  return typedHandler(short ? { ...own, timeoutMs: null } : own, type, short);
}

function wrapped(handler: Handler, middleware: readonly MiddlewareConfig[], entry: string, means: AppMeans): Handler {
  return middleware.reduceRight((next, config, index) => means.middleware(config, `${entry}#${index}`)(next), handler);
}
