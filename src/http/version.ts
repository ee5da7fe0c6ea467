/** What is served, one version after another, and how. */
import type { HttpServiceConfig } from '../registry/http/services.js';
import type { AppMeans } from './app.js';
import type { HostFigures, ServerMetrics } from './metrics.js';

/** Where servers listen, and how they stop. */
export interface ServeOptions {
  /** `127.0.0.1:9090`: answers `/healthz`, `/readyz` and `/metrics` there. */
  readonly admin?: string;
  /** Where all services listen, instead of what they say. */
  readonly host?: string;
  /** Where the first service listens, 0: at any port that is free; the others keep theirs. */
  readonly port?: number;
  /** How long requests may take to end when servers stop, in ms; default: what services say. */
  readonly stopGrace?: number;
}

/** One version of what is served. */
export interface Version {
  readonly services: readonly HttpServiceConfig[];
  readonly envOf: (id: string) => string | null;
  readonly now: () => number;
  readonly appMeans: (metrics: ServerMetrics | null) => AppMeans;
  readonly figures: () => HostFigures;
  /** It serves from now on. */
  begun(): void;
  /** No request of it is under way any more. */
  close(): void;
}
