/**
 * How code on any thread asks for what only the event loop of the host's thread can do: sockets, HTTP, the environment. Types
 * only: `threads/` carries it, `net/`, `env/` and `http/` answer it, `wasi/` and `lua/` ask.
 */
import type { Value } from './values.js';

/** What opens things at the host on behalf of one call. Arguments and answers are plain values (`Uint8Array`, numbers, lists, objects). */
export interface IoClient {
  /**
   * Stands still until the answer is there; its thread does not count as running meanwhile.
   * @throws HostError what the operation threw; Timeout or Canceled when the call is over; Unavailable where nothing may stand
   *   still (the host's own thread) and the answer is not there at once
   */
  callNow(op: string, ...args: readonly Value[]): Value;
  /** @throws HostError as {@link callNow}, by the promise */
  call(op: string, args: readonly Value[], signal?: AbortSignal | null): Promise<Value>;
  /**
   * Asks for what answers nothing, and waits for nobody: it happens before whatever is asked later, and what it fails with is
   * told by that.
   */
  tell(op: string, ...args: readonly Value[]): void;
  /** Closes everything that was opened by this client. The second time does nothing. */
  end(): void;
}

export interface IoPort {
  /** A client for one call, one script or one instance; costs nothing until it is used. */
  open(asker: IoAsker): IoClient;
}

/** When a wait ends before its time. Looked at anew in each wait, so that one object can serve call after call. */
export interface WaitTerms {
  /** On the host's monotonic clock in ms; `Infinity`: never. */
  readonly deadlineMs: number;
  readonly isCancelled: () => boolean;
}

export interface IoAsker extends WaitTerms {
  /** The function or script that asks, for messages. */
  readonly id: string;
}

/** What the thread that code runs on does for it: call threads and the host's own thread alike. */
export interface ThreadServices {
  readonly io: IoPort;
  /** The host's monotonic clock, the same on every thread. */
  monotonicMs(): number;
  /**
   * Stands still until `untilMs` on that clock; the thread does not count as running meanwhile. At the host's own thread
   * nothing but the deadline can end it before.
   * @throws WaitEnded when the terms say that the call is over
   */
  standUntil(untilMs: number, terms: WaitTerms): void;
}

/** Who asks, at the host: what is opened for it is closed with it, also when its thread dies. */
export interface IoSession {
  /** The function or script that asks, for messages. */
  readonly id: string;
  /** Where an operation keeps what it opened: one value for each key, with how to close it. */
  keep<T>(key: string, make: () => { readonly value: T; readonly close: () => void }): T;
}

/** One operation. `signal` aborts when nobody waits for the answer any more. */
export type IoOperation = (session: IoSession, args: readonly Value[], signal: AbortSignal) => Value | Promise<Value>;

/** `env.get`, `net.connect`: a room's name, a dot, what it does. */
export interface IoOperations {
  readonly [op: string]: IoOperation;
}

/** An HTTP request, as the function sees it that stands behind its endpoint. Plain data: it crosses threads. */
export interface HttpCall {
  /** What operations `http.*` are asked with. */
  readonly exchange: number;
  readonly method: string;
  /** As sent, without its query; dot segments resolved. */
  readonly path: string;
  /** Without `?`; empty where there is none. */
  readonly query: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly remoteAddress: string;
  /** Decoded parameters of the endpoint's path. */
  readonly params: { readonly [name: string]: string };
  /** Names and values in turn, as sent. */
  readonly headers: readonly string[];
  /** -1 where the client does not say. */
  readonly contentLength: number;
  /** The whole body where it is small; null: it is read by operations. */
  readonly body: Uint8Array | null;
  /** Bytes that a body may have. */
  readonly maxBody: number;
}
