/** Figures of a server for Prometheus: requests by endpoint and status, their times, and what the host's functions and threads do. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CallStats } from '../functions/meter.js';
import type { PoolStats } from '../pool/types.js';
import type { Exchange } from './types.js';

export interface ServerMetrics {
  /** Counts a request whose answer has ended. */
  count(exchange: Exchange): void;
  /** The answer to `/metrics`. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Of the host that serves: what its `stats()` say. */
export interface HostFigures {
  readonly functions: { readonly [id: string]: CallStats & { readonly pool: PoolStats | null } };
  readonly threads: { readonly [K in ThreadFigure]: number } | null;
}

type ThreadFigure = 'threads' | 'running' | 'blocked' | 'queued' | 'started' | 'lost' | 'direct';

/** What is read when somebody asks. */
interface ReadSources {
  readonly services: () => readonly ServiceFigures[];
  readonly host: () => HostFigures;
}

interface MetricsSources extends ReadSources {
  readonly now: () => number;
}

interface ServiceFigures {
  readonly id: string;
  readonly active: number;
  readonly queued: number;
  readonly connections: number;
  readonly refused: number;
  readonly bodyBytes: number;
}

/** A value with its labels. */
type Sample = readonly [labels: Record<string, string>, value: number];

/** Figures that are kept elsewhere and read when somebody asks. */
interface Reading {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: (sources: ReadSources) => Iterable<Sample>;
}

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const ofServices = (name: string, help: string, value: (service: ServiceFigures) => number): Reading => ({
  name: `moonwit_http_${name}`,
  help,
  labels: ['service'],
  read: ({ services }) => services().map((service): Sample => [{ service: service.id }, value(service)]),
});

const ofFunctions = (
  name: string,
  help: string,
  values: (stats: HostFigures['functions'][string]) => readonly Sample[],
  more: readonly string[] = [],
): Reading => ({
  name: `moonwit_function_${name}`,
  help,
  labels: ['function', ...more],
  read: ({ host }) =>
    Object.entries(host().functions).flatMap(([id, stats]) =>
      values(stats).map(([labels, value]): Sample => [{ function: id, ...labels }, value]),
    ),
});

const ofThreads = (name: string, help: string, figure: ThreadFigure): Reading => ({
  name: `moonwit_threads${name}`,
  help,
  read: ({ host }) => {
    const { threads } = host();
    return threads === null ? [] : [[{}, threads[figure]]];
  },
});

const ofPool = (name: string, help: string, figure: (pool: PoolStats) => number) =>
  ofFunctions(name, help, ({ pool }) => (pool === null ? [] : [[{}, figure(pool)]]));

/** Estimates over all calls since the host was made, in seconds, as a Prometheus summary names them. */
const quantiles = (times: CallStats['durationMs']): Sample[] =>
  times === null
    ? []
    : (
        [
          ['0.5', times.p50],
          ['0.95', times.p95],
          ['0.99', times.p99],
        ] as const
      ).map(([quantile, ms]): Sample => [{ quantile }, ms / 1000]);

/** Calls beyond the queue's buffer wait as well. */
const waiting = ({ queued, heldBack }: PoolStats): number => queued + heldBack;

const COUNTERS: readonly Reading[] = [
  ofServices('refused_requests_total', 'Requests that were refused because too many waited', ({ refused }) => refused),
  ofFunctions('calls_total', 'Calls of functions that have ended', ({ calls }) => [[{}, calls]]),
  ofFunctions(
    'errors_total',
    'Calls of functions that failed, by kind',
    ({ errors }) => Object.entries(errors).map(([kind, count]) => [{ kind }, count]),
    ['kind'],
  ),
  ofFunctions('work_total', 'Work of guests: about one unit for each instruction', ({ work }) => [[{}, work]]),
  ofPool('instances_created_total', 'Instances that were made', ({ created }) => created),
  ofThreads('_started_total', 'Call threads that were started', 'started'),
  ofThreads('_lost_total', 'Call threads that ended before their time', 'lost'),
  {
    name: 'process_cpu_seconds_total',
    help: 'CPU time of the process, user and system',
    read: () => {
      const { user, system } = process.cpuUsage();
      return [[{}, (user + system) / 1e6]];
    },
  },
];

const GAUGES: readonly Reading[] = [
  ofServices('active_requests', 'Requests that are being answered', ({ active }) => active),
  ofServices('queued_requests', 'Requests that wait for their turn', ({ queued }) => queued),
  ofServices('connections', 'Open connections', ({ connections }) => connections),
  ofServices('body_bytes', 'Bytes of large request bodies that are held, of max_bodies', ({ bodyBytes }) => bodyBytes),
  ofFunctions('seconds', 'Times of calls', ({ durationMs }) => quantiles(durationMs), ['quantile']),
  ofFunctions('wait_seconds', 'What calls waited for their pool and a thread', ({ waitMs }) => quantiles(waitMs), [
    'quantile',
  ]),
  ofPool('instances_running', 'Instances that serve a call', ({ running }) => running),
  ofPool('instances_idle', 'Instances that wait for a call', ({ idle }) => idle),
  ofPool('queued_calls', 'Calls that wait for an instance, those held back included', waiting),
  ofThreads('', 'Call threads', 'threads'),
  ofThreads('_running', 'Call threads that run a call', 'running'),
  ofThreads('_blocked', 'Call threads whose guest waits', 'blocked'),
  ofThreads('_queued_calls', 'Calls that wait for a thread', 'queued'),
  {
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process',
    read: () => [[{}, process.memoryUsage.rss()]],
  },
];

export function serverMetrics({ now, services, host }: MetricsSources): ServerMetrics {
  let seen: HostFigures = { functions: {}, threads: null };
  const sources: ReadSources = { services, host: () => seen };
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'moonwit_http_requests_total',
    help: 'Requests that were answered',
    labelNames: ['endpoint', 'method', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'moonwit_http_request_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['endpoint'],
    buckets: BUCKETS,
    registers,
  });
  registerReadings(registry, sources);
  return {
    count(exchange) {
      const { response, entryId } = exchange;
      const status = response.headersSent ? String(response.statusCode) : 'none';
      requests.inc({ endpoint: entryId ?? '', method: known(exchange), status });
      seconds.observe({ endpoint: entryId ?? '' }, (now() - exchange.startedAt) / 1000);
    },
    text() {
      seen = host();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

/** What is read when somebody asks. */
function registerReadings(registry: Registry, sources: ReadSources): void {
  for (const [Metric, readings] of [[Counter, COUNTERS] as const, [Gauge, GAUGES] as const]) {
    for (const { name, help, labels = [], read } of readings) {
      new Metric({
        name,
        help,
        labelNames: labels,
        registers: [registry],
        collect() {
          this.reset();
          for (const [names, value] of read(sources)) this.inc(names, value);
        },
      });
    }
  }
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']);

/** Clients may invent methods: each would be a series of its own. */
function known({ method }: Exchange): string {
  return METHODS.has(method) ? method : 'other';
}
