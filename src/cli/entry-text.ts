/** Entries that are no functions, as people read them. What a variable holds is never among it. */
import { HostBug } from '../errors.js';
import { formatListenAddress } from '../registry/http/address.js';
import type { HttpRouterConfig, HttpServiceConfig } from '../registry/http/services.js';
import type { Entry, EntryOf, Registry } from '../registry/types.js';

/** All of the registry's. */
type Services = readonly HttpServiceConfig[];

/** A label and what belongs to it. */
type EntryLine = readonly [label: string, text: string];

/** What `moonwit list --all` says of an entry in one line. */
export function entrySummary(entry: Entry, services: Services): string {
  switch (entry.kind) {
    case 'env.variable':
      return `${entry.fields.variable ?? 'by its ID'} in ${entry.fields.storage}`;
    case 'env.storage.static':
      return Object.keys(entry.fields.values).join(', ');
    case 'env.storage.file':
      return entry.fields.file;
    case 'env.storage.router':
      return entry.fields.storages.join(', ');
    case 'fs.directory':
      return entry.fields.path;
    case 'http.service':
      return formatListenAddress(entry.fields.addr);
    case 'http.router':
      return entry.fields.prefix === '' ? '/' : entry.fields.prefix;
    case 'http.endpoint':
      return routeOf(entry, services);
    case 'http.static':
      return `${entry.fields.path}/ from ${entry.fields.fs}`;
    default:
      return '';
  }
}

/** What `moonwit show` says of an entry. */
export function entryLines(entry: Entry, services: Services, registry: Registry): readonly EntryLine[] {
  switch (entry.kind) {
    case 'env.variable':
      return variableLines(entry, registry);
    case 'env.storage.static':
      return [['names', Object.keys(entry.fields.values).join(', ') || 'none']];
    case 'env.storage.file':
      return [
        ['file', entry.fields.file],
        ['missing', entry.fields.autoCreate ? 'is made when a value is first set' : 'is a problem'],
      ];
    case 'env.storage.router':
      return [['storages', `${entry.fields.storages.join(', ')}; written to the first`]];
    case 'fs.directory':
      return [
        ['folder', entry.fields.path],
        ['mode', entry.fields.mode.toString(8).padStart(4, '0')],
        ['missing', entry.fields.autoInit ? 'is made when it is first used' : 'is a problem'],
      ];
    case 'http.service':
      return serviceLines(serviceOf(services, (each) => each.id === entry.id));
    case 'http.router': {
      const service = serviceOf(services, ({ routers }) => routers.some((each) => each.id === entry.id));
      return [['service', placeOf(service)], ...routerLines(service.routers.find((each) => each.id === entry.id)!)];
    }
    case 'http.endpoint':
      return endpointLines(entry, services);
    case 'http.static': {
      const service = serviceOf(services, ({ statics }) => statics.some((each) => each.id === entry.id));
      const { path, fs, staticOptions, chain } = entry.fields;
      return [
        ['service', placeOf(service)],
        ['path', `${path}/`],
        ['files', fs],
        ['index', `${staticOptions.index ?? 'none'}${staticOptions.spa ? ', also for what is not there' : ''}`],
        ['middleware', namesOf(chain)],
      ];
    }
    default:
      return [];
  }
}

/** Why nothing can be set in a storage; null where something may be. A router writes to its first. */
function refusal(id: string, registry: Registry): string | null {
  const storage = registry.get(id);
  if (storage?.kind === 'env.storage.router') return refusal(storage.fields.storages[0] ?? '', registry);
  const readOnly = storage?.kind === 'env.storage.os' || storage?.kind === 'env.storage.static';
  return readOnly ? `refused: ${id} is an ${storage.kind}, which is read-only` : null;
}

function variableLines({ fields }: EntryOf<'env.variable'>, registry: Registry): EntryLine[] {
  return [
    ['name', fields.variable ?? 'none: by its ID only'],
    ['storage', fields.storage],
    ['default', fields.default === null ? 'none' : 'given (values are not shown)'],
    ['set', fields.readonly ? 'refused: readonly' : (refusal(fields.storage, registry) ?? 'allowed')],
  ];
}

function serviceLines({ address, timeouts, maxBodyBytes, tls, routers, statics }: HttpServiceConfig): EntryLine[] {
  const times = Object.entries(timeouts).map(([name, ms]) => `${name} ${ms === null ? 'none' : `${ms} ms`}`);
  return [
    ['address', formatListenAddress(address)],
    ['timeouts', times.join(', ')],
    ['max_body', `${maxBodyBytes} bytes`],
    ['tls', tls === null ? 'none' : `client certificates: ${tls.clientAuth}`],
    ...routers.flatMap(routerLines),
    ...statics.map(({ path, fs }): EntryLine => ['static', `${path}/ from ${fs}`]),
  ];
}

function routerLines({ id, prefix, middleware, postMiddleware, endpoints }: HttpRouterConfig): EntryLine[] {
  return [
    ['router', `${id}, prefix ${prefix || 'none'}`],
    ['middleware', namesOf(middleware)],
    ['post', namesOf(postMiddleware)],
    ...endpoints.map(({ method, pattern, func }): EntryLine => ['endpoint', `${method} ${pattern.text} → ${func}`]),
  ];
}

function endpointLines(entry: EntryOf<'http.endpoint'>, services: Services): EntryLine[] {
  const { service, router, endpoint } = locate(entry, services);
  return [
    ['route', routeOf(entry, services)],
    ['service', placeOf(service)],
    ['router', router.id],
    ['timeout', endpoint.timeoutMs === null ? 'none' : `${endpoint.timeoutMs} ms`],
  ];
}

function routeOf(entry: EntryOf<'http.endpoint'>, services: Services): string {
  const { method, pattern, func } = locate(entry, services).endpoint;
  return `${method} ${pattern.text} → ${func}`;
}

function locate(entry: EntryOf<'http.endpoint'>, services: Services) {
  for (const service of services) {
    for (const router of service.routers) {
      const endpoint = router.endpoints.find((each) => each.id === entry.id);
      if (endpoint !== undefined) return { service, router, endpoint };
    }
  }
  throw new HostBug(`${entry.id} is behind no service`);
}

function serviceOf(services: Services, fits: (service: HttpServiceConfig) => boolean): HttpServiceConfig {
  const service = services.find(fits);
  if (service === undefined) throw new HostBug('an HTTP entry without a service');
  return service;
}

function placeOf({ id, address }: HttpServiceConfig): string {
  return `${id} at ${formatListenAddress(address)}`;
}

function namesOf(chain: readonly { readonly type: string }[]): string {
  return chain.map((each) => each.type).join(', ') || 'none';
}
