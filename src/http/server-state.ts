/** What the parts of one listening service share, and what answers its requests. */
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpTimeouts } from '../registry/http/services.js';
import type { BodyBudget, Exchange } from './types.js';

/** What answers the requests of a service: one version of its registry. */
export interface ServiceApp {
  readonly maxBodyBytes: number;
  /** Bytes of all large bodies that are held at once. */
  readonly maxBodiesBytes: number;
  /** What `OPTIONS *` is answered with. */
  readonly methods: string;
  readonly concurrency: number;
  readonly queueLength: number;
  readonly timeouts: HttpTimeouts;
  /** Answers; finds out by itself who. */
  handle(exchange: Exchange): void | Promise<void>;
  /** Answers by 503, as there are too many requests. */
  refuse(exchange: Exchange): void | Promise<void>;
  /** A request has come; {@link ended} follows. */
  begun(): void;
  /** The answer is sent, or its client went away. */
  ended(exchange: Exchange): void;
  /** A stop ended so many requests before their answers had. */
  cut(requests: number, graceMs: number): void;
  /** Something failed that no handler told the client about. */
  failed(exchange: Exchange, thrown: unknown): void;
}

export interface Waiting {
  readonly exchange: Exchange;
  readonly app: ServiceApp;
  isOver: boolean;
}

export interface State {
  readonly server: Server;
  readonly now: () => number;
  app: ServiceApp;
  active: number;
  refused: number;
  /** Connections. */
  accepted: number;
  stopping: boolean;
  readonly queue: Set<Waiting>;
  /** Connections with the last of their requests that are under way; those before it hang on it. */
  readonly sockets: Map<Socket, Exchange | null>;
  /** Answers behind others of their connection: they have no socket yet that would tell them when it closes. */
  readonly behind: Map<Socket, Set<ServerResponse>>;
  readonly bodies: BodyBudget;
}
