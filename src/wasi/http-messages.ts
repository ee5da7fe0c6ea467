/** Requests and responses of `wasi:http/types`. */
import { IncomingBody, OutgoingBody } from './http-bodies.js';
import { Fields } from './http-fields.js';
import {
  caseOf,
  DONE,
  type ErrorCode,
  type HeaderList,
  type HttpResult,
  methodName,
  methodVariant,
  REFUSED,
  schemeVariant,
  type Variant,
} from './http-values.js';
import { after, type Later } from './later.js';
import type { Remote } from './remote.js';
import type { World } from './types.js';

type Done = typeof DONE | typeof REFUSED;
type Taken<T> = { readonly ok: T } | typeof REFUSED;

/** Visible ASCII. What is no path at all is found by who sends it. */
const PATH = /^[\x21-\x22\x24-\x7e]*$/;
const SCHEME = /^[a-z][a-z0-9+.-]*$/i;

/** `host`, `host:port`, `[v6]:port`; no user and no password. */
export function isAuthority(text: string): boolean {
  if (!/^(?:\[[0-9a-f:.]+\]|[^\s:@/?#[\]\\]+)(?::\d{1,5})?$/i.test(text)) return false;
  return URL.canParse(`http://${text}/`);
}

/** The resource `outgoing-request`. Interfaces make a class of it that knows their world. */
export class OutgoingRequest {
  private readonly world: World;
  private readonly fields: Fields;
  /** As it is sent. */
  methodText = 'GET';
  path: string | undefined = undefined;
  /** In upper case, `HTTP`. */
  schemeText: string | undefined = undefined;
  host: string | undefined = undefined;
  content: OutgoingBody | null = null;

  constructor(world: World, headers: Fields) {
    this.world = world;
    this.fields = headers.freeze();
  }

  body(): Taken<OutgoingBody> {
    if (this.content !== null) return REFUSED;
    this.content = new OutgoingBody(this.world, 'request', contentLength(this.fields));
    return { ok: this.content };
  }

  method(): Variant {
    return methodVariant(this.methodText);
  }

  setMethod(method: Variant): Done {
    const name = methodName(method);
    if (name === null) return REFUSED;
    this.methodText = name;
    return DONE;
  }

  pathWithQuery(): string | undefined {
    return this.path;
  }

  setPathWithQuery(path: string | undefined): Done {
    if (path !== undefined && !PATH.test(path)) return REFUSED;
    this.path = path;
    return DONE;
  }

  scheme(): Variant | undefined {
    return this.schemeText === undefined ? undefined : schemeVariant(this.schemeText);
  }

  setScheme(scheme: Variant | undefined): Done {
    if (scheme === undefined) {
      this.schemeText = undefined;
      return DONE;
    }
    const [name, payload] = caseOf(scheme);
    const text = name === 'other' ? String(payload) : name;
    if (!SCHEME.test(text)) return REFUSED;
    this.schemeText = text;
    return DONE;
  }

  authority(): string | undefined {
    return this.host;
  }

  setAuthority(authority: string | undefined): Done {
    if (authority !== undefined && !isAuthority(authority)) return REFUSED;
    this.host = authority;
    return DONE;
  }

  headers(): Fields {
    return this.fields;
  }
}

/** Of a header that says one number; else null. */
function contentLength(fields: Fields): number | null {
  const values = fields.get('content-length').map((value) => Buffer.from(value).toString('latin1'));
  const [first] = values;
  return first !== undefined && /^\d{1,15}$/.test(first) && values.every((each) => each === first)
    ? Number(first)
    : null;
}

/** The resource `request-options`: durations in nanoseconds. */
export class RequestOptions {
  private connect: bigint | undefined = undefined;
  private firstByte: bigint | undefined = undefined;
  private betweenBytes: bigint | undefined = undefined;

  connectTimeout(): bigint | undefined {
    return this.connect;
  }

  setConnectTimeout(duration: bigint | undefined): Done {
    this.connect = duration;
    return DONE;
  }

  firstByteTimeout(): bigint | undefined {
    return this.firstByte;
  }

  setFirstByteTimeout(duration: bigint | undefined): Done {
    this.firstByte = duration;
    return DONE;
  }

  betweenBytesTimeout(): bigint | undefined {
    return this.betweenBytes;
  }

  setBetweenBytesTimeout(duration: bigint | undefined): Done {
    this.betweenBytes = duration;
    return DONE;
  }
}

/** The resource `incoming-response`. */
export class IncomingResponse {
  private readonly world: World;
  private readonly statusCode: number;
  private readonly fields: Fields;
  private readonly remote: Remote;
  private taken = false;

  constructor(world: World, status: number, headers: HeaderList, body: Remote) {
    this.world = world;
    this.statusCode = status;
    this.fields = Fields.received(headers);
    this.remote = body;
  }

  status(): number {
    return this.statusCode;
  }

  headers(): Fields {
    return this.fields;
  }

  consume(): Taken<IncomingBody> {
    if (this.taken) return REFUSED;
    this.taken = true;
    return { ok: new IncomingBody(this.world, this.remote) };
  }

  [Symbol.dispose](): void {
    if (!this.taken) this.remote.close();
  }
}

/** A request that somebody sent to this host. */
export interface RequestHead {
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
    if (this.content !== null) return REFUSED;
    this.content = new OutgoingBody(this.world, 'response', contentLength(this.fields));
    return { ok: this.content };
  }
}

/** Where the answer to an incoming request goes. What they throw traps the guest, or ends its call. */
export interface ResponseSink {
  /** Begins the answer. @returns the number of its body, an operation's sink; without a body, the answer is complete */
  respond(status: number, headers: HeaderList, hasBody: boolean): Later<Remote | null>;
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
    const answer = param.sink.respond(response.ok.statusCode(), response.ok.headers().toHeaders(), content !== null);
    return after(answer, (remote) => (remote === null || content === null ? undefined : content.attach(remote)));
  }

  sendInformational(status: number, headers: Fields): Later<HttpResult<true>> {
    if (status < 100 || status > 199)
      return { err: { 'internal-error': `${status} is not informational: 100 to 199` } };
    return after(this.sink.inform(status, headers.toHeaders()), () => ({ ok: true }));
  }
}
