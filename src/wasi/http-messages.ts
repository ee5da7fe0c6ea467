/** Requests and responses of `wasi:http/types`. */
import { IncomingBody, OutgoingBody } from './http-bodies.js';
import { Fields } from './http-fields.js';
import {
  caseOf,
  contentLength,
  DONE,
  type Done,
  type HeaderList,
  methodName,
  methodVariant,
  REFUSED,
  schemeVariant,
  type Taken,
  type Variant,
} from './http-values.js';
import type { Remote } from './remote.js';
import type { World } from './types.js';

/** Visible ASCII. What is no path at all is found by who sends it. */
const PATH = /^[\x21-\x22\x24-\x7e]*$/;
const SCHEME = /^[a-z][a-z0-9+.-]*$/i;

/** `host`, `host:port`, `[v6]:port`; no user and no password. */
function isAuthority(text: string): boolean {
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
    const length = contentLength(this.fields);
    if (this.content !== null || length === undefined) return REFUSED;
    this.content = new OutgoingBody(this.world, 'request', length);
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
