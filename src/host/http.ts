/** HTTP servers over a host: the wiring between its registry, its functions and the room `http`. */

import type { Program } from '../component/program.js';
import { HostError } from '../errors.js';
import type { FileHandle } from '../files/types.js';
import { openVolume } from '../files/volume.js';
import type { WasmFunction } from '../functions/wasm.js';
import type { AppMeans } from '../http/app.js';
import { failed } from '../http/endpoint.js';
import { type Exchanges, makeExchanges } from '../http/exchanges.js';
import { servedExchange } from '../http/guest-exchange.js';
import { contextHandler } from '../http/handler.js';
import { type HttpLogs, makeLogs } from '../http/logs.js';
import { bindMiddleware, type MiddlewareMemory, middlewareMemories } from '../http/middleware/table.js';
import { type Serving, startServing } from '../http/serve.js';
import { staticHandler, volumeKeeper } from '../http/static.js';
import type { ServeOptions, Version } from '../http/version.js';
import { servedOperations } from '../net/served.js';
import { httpServices } from '../registry/http/services.js';
import { volumeOf } from '../runner/volumes.js';
import { answeringType } from './facts.js';
import { standsStill, startWarnings, ungrantedError } from './http-warnings.js';
import { takenLog } from './log.js';
import { type HostParts, partsOf } from './parts.js';
import type { Host } from './types.js';

/** What `serveHttp` takes. */
export interface ServeHostOptions extends ServeOptions {
  /** Lines for requests of services with `access_log`; default: none. */
  readonly accessLog?: boolean;
}

/** Servers that run. */
export interface HttpServing extends AsyncDisposable {
  /** Where each service listens. */
  readonly services: Serving['services'];
  /** What can be asked for: one for each endpoint and folder. */
  readonly routes: Serving['routes'];
  /** `http://127.0.0.1:9090`, where there is an admin address. */
  readonly admin: string | null;
  /**
   * Goes on with another host: requests from now on are its. Those under way end at the one before, which may be closed once
   * `drained` resolves.
   * @throws HostError when the new host's services cannot start; the old one goes on serving
   */
  use(host: Host): Promise<{ readonly drained: Promise<void> }>;
  /** Takes no more requests, lets those that came end, and leaves no connection behind. The host stays open. */
  close(): Promise<void>;
}

/** Starts servers: see `serveHttp`. */
export async function serveServices(host: Host, options: ServeHostOptions = {}): Promise<HttpServing> {
  const own = partsOf(host).options;
  const logs = makeLogs(takenLog(own), options.accessLog ?? false, own.logLevel);
  const memories = middlewareMemories();
  const serving = await startServing(await versionOf(host, logs, memories()), options);
  const close = async () => {
    await serving.close();
    logs.close();
  };
  return {
    get services() {
      return serving.services;
    },
    get routes() {
      return serving.routes;
    },
    admin: serving.admin,
    use: async (next) => serving.use(await versionOf(next, logs, memories())),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What one host's registry says is to be served. */
async function versionOf(host: Host, logs: HttpLogs, memory: MiddlewareMemory): Promise<Version> {
  const parts = partsOf(host);
  const { registry, table, services, http } = parts;
  const exchanges = exchangesOf(http);
  const envOf = envReader(parts);
  const volumes = volumeKeeper((fs) => openFolder(parts, fs));
  const now = () => services.monotonicMs();
  const configs = httpServices(registry);
  for (const warning of startWarnings(parts, configs, envOf)) logs.onStart(warning);
  return {
    services: configs,
    envOf,
    now,
    begun: () => memory.keep(),
    close: () => volumes.close(),
    figures: () => host.stats(),
    appMeans: (metrics): AppMeans => ({
      functionOf: (id) => table.get(id),
      typeOf: (id) => typeOf(parts, id),
      isShort: (id) => isShort(parts, id),
      callAs: (id, args, context, target) => table.callAs(id, args, context, target),
      contextHandler: (means) => {
        const ungranted = ungrantedError(parts, means.func);
        if (ungranted !== null) return (exchange) => failed(exchange, ungranted, means.func, means.onError);
        const { callAs } = table;
        const elsewhere = parts.functions.runsElsewhere(means.func);
        return contextHandler({ ...means, exchanges, callAs, elsewhere, wholeBody: standsStill(parts, means.func) });
      },
      middleware: bindMiddleware({ envOf, now, volume: (fs) => volumes.get(fs), memory }),
      staticFiles: (config) => staticHandler(config, () => volumes.get(config.fs)),
      onAnswered: logs.onAnswered(now),
      count: metrics?.count ?? null,
      onError: logs.onError,
      onCut: logs.onCut,
    }),
  };
}

const made = new WeakMap<HostParts['http'], Exchanges>();

function exchangesOf(slot: HostParts['http']): Exchanges {
  const known = made.get(slot) ?? makeExchanges();
  made.set(slot, known);
  slot.operations ??= {
    ...known.operations,
    ...servedOperations((_session, number) => servedExchange(known.find(number))),
  };
  return known;
}

function envReader({ services }: HostParts): (id: string) => string | null {
  const client = services.io.open({ id: 'http', deadlineMs: Number.POSITIVE_INFINITY, isCancelled: () => false });
  return (id) => client.callNow('env.get', id, '') as string | null;
}

function openFolder({ registry }: HostParts, fs: string): FileHandle {
  const entry = registry.getOf('fs.directory', fs);
  if (entry === undefined) throw new HostError('NotFound', `filesystem not found: ${fs}`);
  return openVolume(volumeOf(entry, true));
}

/** The type of a guest's function that takes arguments; null where the request itself goes to the function. */
function typeOf({ table }: HostParts, id: string) {
  const { compiled } = (table.get(id) ?? {}) as Partial<WasmFunction>;
  return compiled === undefined || compiled.servesHttp ? null : answeringType(id, table);
}

/** A guest without loops on this thread ends at once. */
function isShort({ table, functions }: HostParts, id: string): boolean {
  const fn = table.get(id) as Partial<WasmFunction> | undefined;
  if (fn?.compiled === undefined || functions.runsElsewhere(id)) return false;
  const { plan, waits } = fn.compiled;
  const { checked, stoppable } = plan.program as Program;
  return stoppable && !waits && checked.every((each) => each === null);
}
