/** One outgoing HTTP/1.1 request: resolved, checked and pinned before it connects; bodies stream by demand both ways. */
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { HostError } from '../errors.js';
import { pairsOf } from '../pairs.js';
import { MAX_TIMER_MS } from '../timers.js';
import { netError } from './denied.js';
import { HttpBody } from './http-body.js';
import { type HttpErrorCode, httpError, timeoutError } from './http-errors.js';
import { checkHost, type Reach, type ResolvedAddress, reachable } from './resolve.js';
import { BUFFER_BYTES, ByteSink, type HeaderList } from './streams.js';
import { notify, type Thing } from './things.js';

export interface RequestHead {
  /** In upper case, as it is sent. */
  readonly method: string;
  readonly tls: boolean;
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** What goes into the header `host`. */
  readonly authority: string;
  /** With its query. */
  readonly path: string;
  readonly headers: HeaderList;
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly betweenBytesMs: number;
  /** Certificates and keys beside the machine's own, PEM. */
  readonly tlsOptions?: TlsOptions;
}

export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
}

export interface ResponseHead {
  readonly status: number;
  readonly headers: HeaderList;
}

/** Of all response headers together. */
const MAX_HEADER_BYTES = 64 * 1024;

export class HttpRequest implements Thing {
  readonly watchers = new Set<() => void>();
  /** The request's body. */
  readonly output: ByteSink;
  /** The response's, once there is one. */
  input: HttpBody | null = null;
  private readonly body = new PassThrough({ highWaterMark: BUFFER_BYTES });
  private readonly head: RequestHead;
  private readonly what: string;
  private request: ClientRequest | null = null;
  private response: ResponseHead | null = null;
  private message: IncomingMessage | null = null;
  private failure: Error | null = null;
  private closed = false;
  private isAwaited = false;
  private trailers: HeaderList = [];
  private timer: NodeJS.Timeout | undefined;

  /** @throws HostError PermissionDenied, at once, for what no pattern names */
  constructor(reach: Reach, head: RequestHead) {
    this.head = head;
    this.what = `${head.method} ${head.tls ? 'https' : 'http'}://${head.authority}${head.path.replace(/\?.*/, '')}`;
    checkHost(reach, head.host, head.port);
    this.output = new ByteSink(this.body, `request body of ${this.what}`);
    this.output.beforeEnd = (trailers) => {
      this.trailers = trailers;
    };
    this.output.onClose = (ended) => {
      if (!ended) this.fail(failure('HTTP-request-body-size', `${this.what}: the body was given up before its end`));
    };
    this.limit('connection-timeout', head.connectMs);
    reachable(reach, head.host, head.port)
      .then((addresses) => this.send(addresses))
      .catch((thrown: unknown) => this.fail(thrown));
  }

  private limit(http: 'connection-timeout' | 'HTTP-response-timeout', ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fail(timeoutError(http, this.what, ms)), Math.min(ms, MAX_TIMER_MS));
  }

  private send(addresses: readonly ResolvedAddress[]): void {
    if (this.closed || this.failure !== null) return;
    const { head } = this;
    const request = (head.tls ? tlsRequest : plainRequest)({
      method: head.method,
      path: head.path,
      host: head.host,
      port: head.port,
      setHost: false,
      agent: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      lookup: pinned(addresses),
      ...(head.tls ? tlsSettings(head) : {}),
    });
    this.request = request;
    request.maxHeadersCount = 0;
    request.on('error', (error) => this.fail(error));
    // Whoever still writes learns that nobody reads it.
    request.on('close', () =>
      this.output.refuse(failure('connection-terminated', `${this.what}: the connection is closed`)),
    );
    request.on('socket', (socket) => {
      socket.once(head.tls ? 'secureConnect' : 'connect', () => this.connected());
    });
    request.on('response', (response) => this.answered(response));
    for (const event of ['upgrade', 'connect']) {
      request.on(event, (_response, socket: Socket) => {
        socket.destroy();
        this.fail(failure('HTTP-upgrade-failed', `${this.what}: the server changed the protocol`));
      });
    }
    setHeaders(request, head);
    this.pump(request);
    if (this.isAwaited) this.flushHead(request);
  }

  private connected(): void {
    this.limit('HTTP-response-timeout', this.head.firstByteMs);
  }

  /** The body as it comes; its length is not known, unless a header says it. */
  private pump(request: ClientRequest): void {
    const { body } = this;
    const hasLength = request.hasHeader('content-length');
    const chunked = () => {
      if (!request.headersSent && !hasLength) request.setHeader('transfer-encoding', 'chunked');
    };
    body.on('data', (chunk: Uint8Array) => {
      this.guarded(() => {
        chunked();
        if (!request.write(chunk)) body.pause();
      });
    });
    request.on('drain', () => body.resume());
    body.on('end', () => {
      this.guarded(() => {
        if (this.trailers.length > 0) chunked();
        for (const [name, value] of this.trailers) request.addTrailers([[name, value]]);
        request.end();
      });
    });
  }

  /** Node throws where a head or a trailer cannot be sent; in an event, nobody else would catch it. */
  private guarded(run: () => void): void {
    try {
      run();
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  /** Somebody waits for the response: the head goes out, even though the body has not begun. */
  awaited(): void {
    const { request } = this;
    if (this.isAwaited || request === null) {
      this.isAwaited = true;
      return;
    }
    this.flushHead(request);
  }

  private flushHead(request: ClientRequest): void {
    this.isAwaited = true;
    if (this.body.readableEnded || this.body.writableEnded || request.headersSent) return;
    this.guarded(() => {
      if (!request.hasHeader('content-length')) request.setHeader('transfer-encoding', 'chunked');
      request.flushHeaders();
    });
  }

  private answered(response: IncomingMessage): void {
    const { statusCode = 0 } = response;
    if (statusCode < 200) {
      this.fail(failure('HTTP-protocol-error', `${this.what}: ${statusCode} is not the status of an answer`));
      return;
    }
    clearTimeout(this.timer);
    this.message = response;
    this.response = { status: statusCode, headers: pairsOf(response.rawHeaders) };
    this.input = new HttpBody(response, `response body of ${this.what}`, this.head.betweenBytesMs);
    notify(this);
  }

  private fail(thrown: unknown): void {
    clearTimeout(this.timer);
    if (this.failure !== null) return;
    const failure = httpError(thrown, this.what);
    // What comes behind a whole answer, or becomes of its connection, is nothing to who reads it.
    if (this.message?.complete === true) {
      this.output.refuse(failure);
      return;
    }
    this.failure = failure;
    this.input?.fail(failure);
    this.output.fail(failure);
    this.request?.destroy();
    this.body.destroy();
    notify(this);
  }

  ready(): boolean {
    return this.closed || this.response !== null || this.failure !== null;
  }

  /** @returns null while there is none @throws HostError */
  answer(): ResponseHead | null {
    if (this.response !== null) return this.response;
    if (this.failure !== null) throw this.failure;
    return null;
  }

  /** The exchange goes on for the body that somebody reads. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.timer);
    if (this.response === null) {
      this.body.destroy();
      this.request?.destroy();
    }
  }
}

/** Nothing but the checked addresses is ever connected to. */
function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_name, options, callback) => {
    const first = addresses[0]!;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

function tlsSettings({ host, tlsOptions = {} }: RequestHead): object {
  const { serverName, ...certificates } = tlsOptions;
  const name = serverName ?? host;
  return {
    ...certificates,
    rejectUnauthorized: true,
    ...(/[a-z]/i.test(name) && !name.includes(':') ? { servername: name } : {}),
  };
}

function setHeaders(request: ClientRequest, head: RequestHead): void {
  request.setHeader('host', head.authority);
  const groups = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [name, value] of head.headers) {
    const group = groups.get(name.toLowerCase());
    if (group === undefined) groups.set(name.toLowerCase(), { name, values: [value] });
    else group.values.push(value);
  }
  for (const { name, values } of groups.values()) request.setHeader(name, values.length === 1 ? values[0]! : values);
}

function failure(http: HttpErrorCode, message: string): HostError {
  return netError('EPROTO', message, { http });
}
