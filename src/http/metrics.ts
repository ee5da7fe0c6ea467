/** Figures of a server for Prometheus: requests by endpoint and status, their times, and what the host's functions did. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Exchange } from './types.js';

export interface ServerMetrics {
  /** Counts a request whose answer has ended. */
  count(exchange: Exchange): void;
  /** The answer to `/metrics`. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** What is read when somebody asks. */
interface MetricsSources {
  readonly now: () => number;
  readonly services: () => readonly {
    readonly id: string;
    readonly active: number;
    readonly queued: number;
    readonly connections: number;
    readonly refused: number;
    readonly bodyBytes: number;
  }[];
  readonly functions: () => readonly {
    readonly id: string;
    readonly calls: number;
    readonly errors: Readonly<Record<string, number>>;
  }[];
}

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function serverMetrics(sources: MetricsSources): ServerMetrics {
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
  gauges(sources, registers);
  return {
    count(exchange) {
      const { response, entryId } = exchange;
      const status = response.headersSent ? String(response.statusCode) : 'none';
      requests.inc({ endpoint: entryId ?? '', method: known(exchange), status });
      seconds.observe({ endpoint: entryId ?? '' }, (sources.now() - exchange.startedAt) / 1000);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']);

/** Clients may invent methods: each would be a series of its own. */
function known({ method }: Exchange): string {
  return METHODS.has(method) ? method : 'other';
}

function gauges(sources: MetricsSources, registers: Registry[]): void {
  const each = (name: string, help: string, field: 'active' | 'queued' | 'connections' | 'bodyBytes') =>
    new Gauge({
      name,
      help,
      labelNames: ['service'],
      registers,
      collect() {
        for (const service of sources.services()) this.set({ service: service.id }, service[field]);
      },
    });
  each('moonwit_http_active_requests', 'Requests that are being answered', 'active');
  each('moonwit_http_queued_requests', 'Requests that wait for their turn', 'queued');
  each('moonwit_http_connections', 'Open connections', 'connections');
  each('moonwit_http_body_bytes', 'Bytes of large request bodies that are held, of max_bodies', 'bodyBytes');
  new Gauge({
    name: 'moonwit_http_refused_requests_total',
    help: 'Requests that were refused because too many waited',
    labelNames: ['service'],
    registers,
    collect() {
      for (const { id, refused } of sources.services()) this.set({ service: id }, refused);
    },
  });
  new Gauge({
    name: 'moonwit_function_calls_total',
    help: 'Calls of functions',
    labelNames: ['function'],
    registers,
    collect() {
      for (const { id, calls } of sources.functions()) this.set({ function: id }, calls);
    },
  });
  new Gauge({
    name: 'moonwit_function_errors_total',
    help: 'Calls of functions that failed, by kind',
    labelNames: ['function', 'kind'],
    registers,
    collect() {
      for (const { id, errors } of sources.functions()) {
        for (const [kind, count] of Object.entries(errors)) this.set({ function: id, kind }, count);
      }
    },
  });
}
