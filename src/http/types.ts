/** What handlers and middleware see of one request, and how they answer it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Target } from './request-path.js';

/** Header lines as Node takes them: name, value, name, value. */
export type HeaderLines = string[];

/** The beginning of an answer, before its first byte is sent: middleware may still change it. */
export interface ReplyHead {
  status: number;
  readonly headers: HeaderLines;
}

export type Body = string | Uint8Array | null;

/** A body that is sent as it comes. */
export interface BodyWriter {
  /** Resolves when more may come: at once, or when the client has taken enough. @throws HostError Canceled: the client went away */
  write(bytes: Uint8Array | string): void | Promise<void>;
  /** Sends what is held back by a compressor. */
  flush(): void;
  end(trailers?: HeaderLines): void;
  /** Cuts the connection: the answer cannot be completed. */
  cut(): void;
}

/** Memory that large bodies of one service share. */
export interface BodyBudget {
  held: number;
  limit: number;
}

/** One request and its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly target: Target;
  params: { readonly [name: string]: string };
  /** Bytes that a body may have. */
  readonly maxBody: number;
  readonly bodies: BodyBudget;
  /** Bytes of `bodies` that are this request's, until it is over. */
  heldBytes: number;
  /** The one before it on its connection, where that was not over when this came; null once this is over. */
  before: Exchange | null;
  /** The client's address where `real_ip` found it; null: the connection's. */
  remoteAddress: string | null;
  /** Set by `request_id`. */
  requestId: string | null;
  /** The entry that answers, for the log. */
  entryId: string | null;
  /** On the host's monotonic clock in ms. */
  readonly startedAt: number;
  /** Its connection was ended by a stop, whose time was over. */
  wasCut: boolean;
  /** Aborts when the client goes away; made by who wants to know. */
  gone: AbortController | null;
  /** Its body is not read to its end: what still comes is thrown away for a moment, so that the answer arrives. */
  lingers: boolean;
  /** Changes the head of the answer; the last one that was added is asked first. null while there are none. */
  onHead: ((head: ReplyHead, exchange: Exchange) => void)[] | null;
  /** May answer instead, once the head is settled; asked before anything is sent. null while nothing may. */
  takeOver: ((head: ReplyHead) => (() => void | Promise<void>) | null) | null;
  /** May take over how a body is sent, once the head is settled. null: as it is. */
  encodeBody: ((exchange: Exchange, head: ReplyHead) => BodyEncoder | null) | null;
}

/** A body on its way through a compressor. */
export interface BodyEncoder {
  /** Puts into the head that the body is encoded; a stream's head goes out before its first byte. */
  begins(): void;
  whole(body: Uint8Array): Promise<Uint8Array>;
  stream(sink: BodyWriter): BodyWriter;
}

/** Where the request comes from. */
export function clientAddress({ remoteAddress, request }: Exchange): string {
  return remoteAddress ?? request.socket.remoteAddress ?? '';
}

export type Handler = (exchange: Exchange) => void | Promise<void>;
export type Middleware = (next: Handler) => Handler;
