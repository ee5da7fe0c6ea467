/** `wasi:http/types` and `wasi:http/outgoing-handler`. The exchange itself is made by the host's thread (`net.request`). */
import type { HostImportInterface } from '../component/types.js';
import type { Value, ValueMap } from '../values.js';
import type { IoError } from './errors.js';
import { codeOf, FutureTrailers, IncomingBody, OutgoingBody, RequestBody } from './http-bodies.js';
import { Fields } from './http-fields.js';
import { IncomingRequest, OutgoingResponse, ResponseOutparam } from './http-incoming.js';
import { IncomingResponse, OutgoingRequest, RequestOptions } from './http-messages.js';
import {
  contentLength,
  type ErrorCode,
  errorCodeOf,
  type HeaderList,
  type HttpResult,
  REFUSED,
} from './http-values.js';
import { after, attempt, type Later } from './later.js';
import { ALWAYS_READY, Pollable } from './poll.js';
import { askToOpen, Remote } from './remote.js';
import type { World } from './types.js';

export function httpTypes(world: World): HostImportInterface {
  return {
    Fields,
    IncomingRequest,
    OutgoingRequest: class extends OutgoingRequest {
      constructor(headers: Fields) {
        super(world, headers);
      }
    },
    RequestOptions,
    ResponseOutparam,
    IncomingResponse,
    IncomingBody,
    FutureTrailers,
    OutgoingResponse: class extends OutgoingResponse {
      constructor(headers: Fields) {
        super(world, headers);
      }
    },
    OutgoingBody,
    FutureIncomingResponse,
    httpErrorCode: (error: IoError): ErrorCode | undefined => errorCodeOf(error.reason) ?? undefined,
  };
}

export function outgoingHandler(world: World): HostImportInterface {
  return {
    handle: (request: OutgoingRequest, options: RequestOptions | undefined) => send(world, request, options),
  };
}

/** What a guest does not say: a connection within this, then an answer, then each part of its body. */
const CONNECT_MS = 30_000;
const ANSWER_MS = 600_000;

function send(
  world: World,
  request: OutgoingRequest,
  options: RequestOptions | undefined,
): Later<HttpResult<FutureIncomingResponse>> {
  const head = headOf(request, options);
  if ('wrong' in head) return { err: head.wrong };
  const { content } = request;
  return attempt(
    () => askToOpen(world, 'net.request', head.sent, content !== null),
    (answer) => {
      const { id, body } = answer as { id: number; body: number };
      const future = new FutureIncomingResponse(world, new Remote(world, id));
      const sent = content?.attach(new RequestBody(new Remote(world, body)));
      return after(sent, (): HttpResult<FutureIncomingResponse> => ({ ok: future }));
    },
    (thrown): HttpResult<FutureIncomingResponse> => ({ err: codeOf(thrown) }),
  );
}

/** @returns the request as the operation takes it, or what is wrong with it */
function headOf(
  request: OutgoingRequest,
  options: RequestOptions | undefined,
): { readonly sent: ValueMap } | { readonly wrong: ErrorCode } {
  const scheme = (request.schemeText ?? 'HTTPS').toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') return { wrong: 'HTTP-protocol-error' };
  if (request.methodText === 'CONNECT') return { wrong: 'HTTP-request-method-invalid' };
  const { host } = request;
  if (host === undefined || !URL.canParse(`${scheme}://${host}/`)) return { wrong: 'HTTP-request-URI-invalid' };
  const url = new URL(`${scheme}://${host}/`);
  const length = contentLength(request.headers());
  if (length === undefined || (request.content === null && (length ?? 0) > 0)) {
    return { wrong: { 'HTTP-request-body-size': request.content === null ? 0n : undefined } };
  }
  const path = request.path ?? '/';
  const sent: ValueMap = {
    method: request.methodText,
    tls: scheme === 'https',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port),
    authority: host,
    path: path.startsWith('/') || path === '*' ? path : `/${path}`,
    headers: request.headers().toHeaders() as unknown as Value,
    connectMs: milliseconds(options?.connectTimeout(), CONNECT_MS),
    firstByteMs: milliseconds(options?.firstByteTimeout(), ANSWER_MS),
    betweenBytesMs: milliseconds(options?.betweenBytesTimeout(), ANSWER_MS),
  };
  return { sent };
}

function milliseconds(ns: bigint | undefined, otherwise: number): number {
  return ns === undefined ? otherwise : Number(ns) / 1e6;
}

type Answer = { readonly ok: HttpResult<IncomingResponse> } | typeof REFUSED;

/** The resource `future-incoming-response`. */
class FutureIncomingResponse {
  private readonly world: World;
  private readonly remote: Remote;
  private taken = false;

  constructor(world: World, remote: Remote) {
    this.world = world;
    this.remote = remote;
  }

  subscribe(): Pollable {
    return new Pollable(this.world, this.taken ? ALWAYS_READY : this.remote.readiness);
  }

  get(): Later<Answer | undefined> {
    if (this.taken) return REFUSED;
    return attempt(
      () => this.remote.ask('net.response'),
      (answer): Answer | undefined => {
        if (answer === null) return undefined;
        const { status, headers, body } = answer as { status: number; headers: unknown; body: number };
        const remote = new Remote(this.world, body);
        return this.take({ ok: new IncomingResponse(this.world, status, headers as HeaderList, remote) });
      },
      (thrown) => this.take({ err: codeOf(thrown) }),
    );
  }

  private take(result: HttpResult<IncomingResponse>): Answer {
    this.taken = true;
    this.remote.close();
    return { ok: result };
  }

  [Symbol.dispose](): void {
    this.remote.close();
  }
}
