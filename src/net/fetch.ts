/** A request as scripts make it: redirects are followed, each one checked as the first; the body comes whole or as a stream. */
import { onAbort } from '../abort.js';
import { HostError } from '../errors.js';
import { MAX_TIMER_MS } from '../timers.js';
import type { Value } from '../values.js';
import { netError } from './denied.js';
import { timeoutError } from './http-errors.js';
import { HttpRequest, type RequestHead, type ResponseHead, type TlsOptions } from './http-request.js';
import { checkHost, type Reach } from './resolve.js';
import { ByteSource, type HeaderList } from './streams.js';
import { type Things, untilReady } from './things.js';

export interface FetchRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array | null;
  /** From the start to the last byte; of a stream, to its head and then between bytes. */
  readonly timeoutMs: number;
  /** Of a body that is read whole. */
  readonly maxBytes: number;
  readonly maxRedirects: number;
  /** The body is left to be read by `net.read`. */
  readonly stream: boolean;
  readonly tls: TlsOptions | null;
}

interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: HeaderList;
  readonly body: Uint8Array | null;
  readonly tls: TlsOptions | null;
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** What is meant for one server is not told to another. */
const PRIVATE_HEADERS: readonly string[] = ['authorization', 'cookie', 'proxy-authorization', 'www-authenticate'];
const BODY_HEADERS: readonly string[] = ['content-type', 'content-length', 'content-encoding', 'transfer-encoding'];
const READ_BYTES = 256 * 1024;

export async function fetchWhole(
  reach: Reach,
  request: FetchRequest,
  things: Things,
  signal: AbortSignal,
): Promise<Value> {
  const ending = new AbortController();
  const label = `${request.method} ${withoutSecrets(request.url)}`;
  let hasHead = false;
  const expire = () =>
    ending.abort(hasHead ? notWhole(label, request.timeoutMs) : lateAnswer(label, request.timeoutMs));
  const timer = setTimeout(expire, Math.min(request.timeoutMs, MAX_TIMER_MS));
  const stop = () => ending.abort(signal.reason);
  const unlisten = onAbort(signal, stop);
  if (signal.aborted) stop();
  const { method, headers, body, tls } = request;
  try {
    let hop: Hop = { method, url: parseUrl(request.url), headers, body, tls };
    for (let redirects = 0; ; redirects++) {
      const answered = await exchange(reach, request, hop, things, ending.signal);
      const next = redirectOf(hop, answered.head);
      hasHead = next === null;
      if (next === null) return await finish(answered, request, hop.url, things, ending.signal);
      things.close(answered.stream);
      if (redirects >= request.maxRedirects) throw tooManyRedirects(label, request.maxRedirects);
      hop = next;
    }
  } finally {
    clearTimeout(timer);
    unlisten();
  }
}

/** Users, passwords and queries stay out of messages. */
function withoutSecrets(url: string): string {
  return url
    .replace(/[?#].*/s, '')
    .replace(/\/\/[^/]*@/, '//')
    .slice(0, 300);
}

function parseUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '') return url;
  const shown = JSON.stringify(withoutSecrets(text).slice(0, 200));
  throw new HostError('Invalid', `not a URL of http or https: ${shown}`, {
    retryable: false,
    details: { code: 'ERR_INVALID_URL' },
  });
}

function lateAnswer(label: string, ms: number): HostError {
  return timeoutError('HTTP-response-timeout', label, ms);
}

function notWhole(label: string, ms: number): HostError {
  const details = { http: 'HTTP-response-timeout', timeout_ms: ms };
  return netError('ETIMEDOUT', `${label}: the response was not whole within ${ms} ms`, details);
}

function tooManyRedirects(label: string, max: number): HostError {
  return new HostError('Unavailable', `${label}: stopped after ${max} redirects`, {
    retryable: false,
    details: { code: 'ERR_TOO_MANY_REDIRECTS' },
  });
}

interface Answered {
  readonly head: ResponseHead;
  /** The id of the body. */
  readonly stream: number;
}

async function exchange(
  reach: Reach,
  options: FetchRequest,
  hop: Hop,
  things: Things,
  signal: AbortSignal,
): Promise<Answered> {
  checkAuthority(reach, hop);
  const request = new HttpRequest(reach, headOf(hop, options));
  const id = things.add(request);
  try {
    const sent = request.output.writeAll(hop.body ?? new Uint8Array(0), signal).then(() => request.output.end());
    sent.catch(() => {}); // told by the response
    while (!request.ready()) await readyWithoutFlush(request, signal);
    const head = request.answer()!;
    return { head, stream: things.add(request.input!) };
  } finally {
    things.close(id);
  }
}

/** The head goes out with the body, whose length is known. */
function readyWithoutFlush(request: HttpRequest, signal: AbortSignal): Promise<void> {
  return untilReady({ watchers: request.watchers, ready: () => request.ready(), close: () => {} }, signal);
}

/** The host that a header names is reached as well as that of the URL: by its virtual servers. @throws HostError */
function checkAuthority(reach: Reach, { url, headers }: Hop): void {
  const named = headers.filter(([name]) => name.toLowerCase() === 'host').map(([, value]) => value);
  for (const authority of named) {
    const given = `${url.protocol}//${authority}/`;
    if (named.length > 1 || !URL.canParse(given) || !/^[^\s/?#@\\]+$/.test(authority)) {
      const shown = JSON.stringify(authority.slice(0, 200));
      throw new HostError(
        'Invalid',
        `the header Host: expected one host, with a port where it needs one, got ${shown}`,
      );
    }
    const target = new URL(given);
    if (target.host !== url.host) checkHost(reach, hostOf(target), portOf(target));
  }
}

/** Without brackets. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

function headOf({ method, url, headers, body, tls }: Hop, { timeoutMs }: FetchRequest): RequestHead {
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const more: [string, string][] = [];
  if (body !== null && !given.has('content-length')) more.push(['Content-Length', String(body.length)]);
  const user = given.has('authorization') ? null : basicUser(url);
  if (user !== null) more.push(['Authorization', user]);
  if (!given.has('user-agent')) more.push(['User-Agent', 'moonwit']);
  return {
    method,
    tls: url.protocol === 'https:',
    host: hostOf(url),
    port: portOf(url),
    authority: headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? url.host,
    path: url.pathname + url.search,
    headers: [...headers.filter(([name]) => name.toLowerCase() !== 'host'), ...more],
    connectMs: timeoutMs,
    firstByteMs: timeoutMs,
    betweenBytesMs: timeoutMs,
    ...(tls === null ? {} : { tlsOptions: tls }),
  };
}

/** `http://user:password@host/` is meant for the server. */
function basicUser({ username, password }: URL): string | null {
  if (username === '' && password === '') return null;
  const bytes = Buffer.concat([percentDecoded(username), Buffer.from(':'), percentDecoded(password)]);
  return `Basic ${bytes.toString('base64')}`;
}

/** Bytes, as a URL may hold any. */
function percentDecoded(text: string): Buffer {
  const latin1 = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(latin1, 'latin1');
}

/** The request that a redirect asks for, or null where there is none. */
function redirectOf(hop: Hop, { status, headers }: ResponseHead): Hop | null {
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
  if (!REDIRECTS.includes(status) || location === undefined) return null;
  const url = parseUrl(asUtf8(location), hop.url);
  const isSame = url.host === hop.url.host && url.protocol === hop.url.protocol;
  const keepsBody = status === 307 || status === 308;
  const becomesGet = !keepsBody && hop.method !== 'GET' && hop.method !== 'HEAD';
  const dropped = ['host', ...(isSame ? [] : PRIVATE_HEADERS), ...(keepsBody ? [] : BODY_HEADERS)];
  return {
    method: becomesGet ? 'GET' : hop.method,
    url,
    headers: hop.headers.filter(([name]) => !dropped.includes(name.toLowerCase())),
    body: keepsBody ? hop.body : null,
    tls: isSame ? hop.tls : authoritiesOf(hop.tls),
  };
}

/** Another server is told no certificate and is not asked by the first one's name. */
function authoritiesOf(tls: TlsOptions | null): TlsOptions | null {
  return tls?.ca === undefined ? null : { ca: tls.ca };
}

/** Headers come byte by byte; servers that write names of their own write them in UTF-8. */
function asUtf8(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? latin1 : text;
}

async function finish(
  { head, stream }: Answered,
  { stream: streams, maxBytes }: FetchRequest,
  url: URL,
  things: Things,
  signal: AbortSignal,
): Promise<Value> {
  const answer = { status: head.status, headers: head.headers as unknown as Value, url: url.href };
  if (streams) return { ...answer, body: null, stream };
  try {
    return { ...answer, body: await readWhole(things, stream, maxBytes, signal), stream: null };
  } finally {
    things.close(stream);
  }
}

async function readWhole(things: Things, id: number, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const source = things.get(ByteSource, id);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const chunk = await source.readWhenReady(READ_BYTES, signal);
    if (chunk === null) return Buffer.concat(chunks, length);
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
}

function tooLarge(maxBytes: number): HostError {
  return netError('EMSGSIZE', `the response body is larger than ${maxBytes} bytes`, { limit: maxBytes });
}
