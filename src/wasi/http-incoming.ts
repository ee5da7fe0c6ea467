/** Requests to this host and what a guest answers: the other half of `wasi:http/types`. */
import { type BodyTarget, IncomingBody, OutgoingBody } from './http-bodies.js';
import { Fields } from './http-fields.js';
import {
  contentLength,
  DONE,
  type Done,
  type ErrorCode,
  type HeaderList,
  type HttpResult,
  methodVariant,
  REFUSED,
  schemeVariant,
  type Taken,
  type Variant,
} from './http-values.js';
import { after, type Later } from './later.js';
import type { Remote } from './remote.js';
import type { World } from './types.js';

/** A request that somebody sent to this host. */
interface RequestHead {
  /** `GET` */
  readonly method: string;
  readonly pathWithQuery: string | null;
  /** `http` or `https` */
  readonly scheme: string | null;
  readonly authority: string | null;
  readonly headers: HeaderList;
}

/** The resource `incoming-request`. */
export class IncomingRequest {
  private readonly world: World;
  private readonly head: RequestHead;
  private readonly fields: Fields;
  private readonly open: () => Later<Remote | Uint8Array>;
  private taken = false;

  /** @param open asked for the body when the guest wants it */
  constructor(world: World, head: RequestHead, open: () => Later<Remote | Uint8Array>) {
    this.world = world;
    this.head = head;
    this.fields = Fields.received(head.headers);
    this.open = open;
  }

  method(): Variant {
    return methodVariant(this.head.method);
  }

  pathWithQuery(): string | undefined {
    return this.head.pathWithQuery ?? undefined;
  }

  scheme(): Variant | undefined {
    return this.head.scheme === null ? undefined : schemeVariant(this.head.scheme);
  }

  authority(): string | undefined {
    return this.head.authority ?? undefined;
  }

  headers(): Fields {
    return this.fields;
  }

  consume(): Later<Taken<IncomingBody>> {
    if (this.taken) return REFUSED;
    this.taken = true;
    return after(this.open(), (content): Taken<IncomingBody> => ({ ok: new IncomingBody(this.world, content) }));
  }
}

/** The resource `outgoing-response`. Interfaces make a class of it that knows their world. */
export class OutgoingResponse {
  private readonly world: World;
  private readonly fields: Fields;
  private status = 200;
  content: OutgoingBody | null = null;

  constructor(world: World, headers: Fields) {
    this.world = world;
    this.fields = headers.freeze();
  }

  statusCode(): number {
    return this.status;
  }

  setStatusCode(status: number): Done {
    if (status < 100 || status > 999) return REFUSED;
    this.status = status;
    return DONE;
  }

  headers(): Fields {
    return this.fields;
  }

  body(): Taken<OutgoingBody> {
    const length = contentLength(this.fields);
    if (this.content !== null || length === undefined) return REFUSED;
    this.content = new OutgoingBody(this.world, 'response', length);
    return { ok: this.content };
  }
}

/** Where the answer to an incoming request goes. What they throw traps the guest, or ends its call. */
interface ResponseSink {
  /** Begins the answer. @returns where its body goes; without a body, the answer is complete */
  respond(status: number, headers: HeaderList, hasBody: boolean): BodyTarget | null;
  /** 100 to 199, before the answer. */
  inform(status: number, headers: HeaderList): Later<void>;
  /** The guest has no answer. */
  fail(code: ErrorCode): Later<void>;
}

/** The resource `response-outparam`. */
export class ResponseOutparam {
  private readonly sink: ResponseSink;

  constructor(sink: ResponseSink) {
    this.sink = sink;
  }

  static set(
    param: ResponseOutparam,
    response: { readonly ok: OutgoingResponse } | { readonly err: ErrorCode },
  ): Later<void> {
    if ('err' in response) return param.sink.fail(response.err);
    const { content } = response.ok;
    const target = param.sink.respond(response.ok.statusCode(), response.ok.headers().toHeaders(), content !== null);
    return target === null ? undefined : content?.attach(target);
  }

  sendInformational(status: number, headers: Fields): Later<HttpResult<true>> {
    if (status < 100 || status > 199)
      return { err: { 'internal-error': `${status} is not informational: 100 to 199` } };
    return after(this.sink.inform(status, headers.toHeaders()), () => ({ ok: true }));
  }
}
