/** Endpoints whose function gets the request itself: Lua with module `http`. */
import { HostBug, HostError } from '../errors.js';
import type { CallContext, HttpAnswer } from '../functions/types.js';
import type { HttpCall } from '../io.js';
import { timedOut } from '../timed-out.js';
import type { Value } from '../values.js';
import { announcesBody, checkAnnounced, isReading, leaveBody } from './body.js';
import { contextOf, type EndpointMeans, failed, withBody } from './endpoint.js';
import { type Exchanges, type LiveExchange, soundHeaders } from './exchanges.js';
import { handlerJson } from './handler-json.js';
import { hasHeader, reply, replyJson } from './reply.js';
import { checkStatus, TEXT } from './results.js';
import { type Body, clientAddress, type Exchange, type Handler, type HeaderLines } from './types.js';

/** Bodies up to this go along with the call. */
const SMALL_BYTES = 64 * 1024;
/** What has not come by then is read by the handler. */
const SLOW_MS = 100;
/** Node takes a longer one for none at all. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const NO_ARGUMENTS: readonly Value[] = [];
const NO_BODY = new Uint8Array(0);

interface HandlerMeans extends EndpointMeans {
  readonly callAs: (
    id: string,
    args: readonly Value[],
    context: CallContext,
    target: 'js' | 'go',
  ) => Value | Promise<Value>;
  readonly exchanges: Exchanges;
  /** The function cannot wait for a body: it begins once all of it is there. */
  readonly wholeBody: boolean;
  /** It runs on other threads: a timer of this one sees whether its answer begins in time. */
  readonly elsewhere: boolean;
}

/** What the requests of one endpoint share. */
interface Shared extends Pick<HandlerMeans, 'func' | 'callAs' | 'exchanges' | 'onError'> {
  readonly plain: CallContext;
  /** How long its answer may take to begin; null: for ever, or the call has a timeout of its own. */
  readonly beginMs: number | null;
  /** What answers at once leaves its signal to the next call. */
  spare: AbortController | null;
}

export function contextHandler(means: HandlerMeans): Handler {
  const { func, callAs, exchanges, wholeBody, onError, elsewhere, timeoutMs } = means;
  const plain = contextOf(elsewhere ? { ...means, timeoutMs: null } : means, null);
  const beginMs = elsewhere ? timeoutMs : null;
  const shared: Shared = { func, callAs, exchanges, onError, plain, beginMs, spare: null };
  const withWhole = withBody(
    (exchange, body) => call(shared, exchange, body),
    (exchange, thrown) => failed(exchange, thrown, func, onError),
  );
  return (exchange) => {
    const { request } = exchange;
    if (!announcesBody(request)) return call(shared, exchange, NO_BODY);
    if (wholeBody) return withWhole(exchange);
    try {
      checkAnnounced(request, exchange.maxBody);
    } catch (error) {
      return failed(exchange, error, func, onError);
    }
    const length = request.headers['content-length'];
    const small = length !== undefined && Number(length) <= SMALL_BYTES && !isMultipart(exchange);
    if (!small) return call(shared, exchange, null);
    setImmediate(watchSlow, shared, exchange);
    return withWhole(exchange);
  };
}

/** A client may take its time: its handler says how much. */
function watchSlow(shared: Shared, exchange: Exchange): void {
  if (isReading(exchange.request)) setTimeout(begin, SLOW_MS, shared, exchange);
}

function begin(shared: Shared, exchange: Exchange): void {
  if (!isReading(exchange.request)) return;
  leaveBody(exchange.request);
  call(shared, exchange, null).catch(() => exchange.response.destroy());
}

async function call(shared: Shared, exchange: Exchange, body: Uint8Array | null): Promise<void> {
  const { exchanges, func, onError } = shared;
  const live = exchanges.open(exchange);
  try {
    const answer = await run(shared, exchange, httpCall(live, body));
    const said = typeof answer === 'boolean' ? answer : await finish(live, answer as unknown as HttpAnswer, func);
    if (exchange.response.headersSent) answered(shared, live, answer);
    else if (!said) await nothingSent(shared, exchange, refusedOf(answer));
    else if (live.writer !== null || (typeof answer === 'boolean' && !live.isWhole))
      await failed(exchange, withoutEnd(func), func, onError);
  } catch (error) {
    await failed(exchange, error, func, onError);
  } finally {
    exchanges.close(live);
  }
}

function run(shared: Shared, exchange: Exchange, http: HttpCall): Value | Promise<Value> {
  shared.spare ??= new AbortController();
  const gone = shared.spare;
  const answer = shared.callAs(shared.func, NO_ARGUMENTS, withRequest(shared.plain, gone.signal, http), 'js');
  if (!(answer instanceof Promise)) return answer;
  exchange.gone = gone;
  shared.spare = null;
  if (exchange.response.destroyed) gone.abort();
  return shared.beginMs === null ? answer : begunWithin(shared.beginMs, answer, exchange, gone, shared.func);
}

/** What has not begun to answer by then ends as Timeout. An answer that has begun may take its time: events go on for hours. */
function begunWithin(
  limitMs: number,
  answer: Promise<Value>,
  { response }: Exchange,
  gone: AbortController,
  func: string,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onTime = () => {
      if (response.headersSent) return;
      const late = timedOut(func, 'timeout', limitMs, { queueMs: 0, guestMs: 0, waitMs: limitMs });
      reject(late);
      // The reason is what the call fails with, and is counted as.
      gone.abort(late);
    };
    const timer = setTimeout(onTime, Math.min(limitMs, LONGEST_TIMER_MS));
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Its client has heard of it: what went wrong goes to the log. */
function answered({ func, onError }: Shared, live: LiveExchange, answer: Value): void {
  const { exchange } = live;
  if (live.isCut) {
    onError(exchange, withoutEnd(func), func);
    return;
  }
  const refused = refusedOf(answer);
  if (refused !== null) onError(exchange, unwritten(exchange, func, refused), func);
  live.onCut = () => onError(exchange, withoutEnd(func), func);
}

function nothingSent({ func, onError }: Shared, exchange: Exchange, refused: string | null) {
  const why = refused === null ? '' : `: ${refused}`;
  onError(exchange, new HostError('Internal', `${func} ended without a response${why}`), func);
  return replyJson(exchange, 500, { error: 'no response sent', kind: 'Internal' });
}

function withoutEnd(func: string): HostError {
  return new HostError('Internal', `${func} ended without the end of its response`);
}

function unwritten({ response }: Exchange, func: string, refused: string): HostError {
  const text = `${func} answered ${response.statusCode} without what it was to write: ${refused}`;
  return new HostError('Internal', text);
}

/** Field by field: a spread takes V8 longer than the rest of the way, and leaves a hidden class of its own for each request. */
function withRequest(
  { deadline, chain, values, options, actor = null, scope = null }: CallContext,
  signal: AbortSignal,
  http: HttpCall,
): CallContext {
  return { signal, deadline, chain, values, options, actor, scope, here: true, http };
}

function isMultipart({ request }: Exchange): boolean {
  return /^multipart\//i.test(request.headers['content-type'] ?? '');
}

function httpCall({ number, exchange }: LiveExchange, body: Uint8Array | null): HttpCall {
  const { request, method, target, params, maxBody } = exchange;
  const length = request.headers['content-length'];
  return {
    exchange: number,
    method,
    path: target.path,
    query: target.query,
    scheme: 'encrypted' in request.socket ? 'https' : 'http',
    host: request.headers.host ?? '',
    remoteAddress: clientAddress(exchange),
    params,
    headers: request.rawHeaders,
    contentLength: length === undefined ? (body === null ? -1 : body.length) : Number(length),
    body,
    maxBody,
  };
}

/** @returns false where nothing was said */
async function finish(live: LiveExchange, answer: HttpAnswer, func: string): Promise<boolean> {
  const { exchange } = live;
  if (exchange.response.destroyed) return true;
  if (answer.begun) {
    const { writer } = live;
    if (writer === null) throw new HostBug('an answer that was begun has no writer');
    if (answer.body.length > 0) await writer.write(answer.body);
    writer.end();
    return true;
  }
  const headers = soundHeaders([...answer.headers]);
  const whole = wholeAnswer(exchange, answer, headers, func);
  if (whole === null) return false;
  await reply(exchange, checkStatus(answer.status ?? 200), headers, whole.body);
  return true;
}

/** Why nothing came of the handler's last write; null: it did, or the handler returned a value instead. */
function refusedOf(answer: Value): string | null {
  if (typeof answer === 'boolean') return null;
  const { refused = null, value } = answer as unknown as HttpAnswer;
  return (value ?? null) === null ? refused : null;
}

/** What is sent of an answer that has not begun; null: nothing. */
function wholeAnswer(
  exchange: Exchange,
  { status, written, body, value }: HttpAnswer,
  headers: HeaderLines,
  func: string,
): { readonly body: Body } | null {
  const typed = (type: string) => {
    if (!hasHeader(headers, 'content-type')) headers.push('Content-Type', type);
  };
  if (written) {
    if (body.length > 0) typed(TEXT);
    return { body };
  }
  if (value !== null && value !== undefined) {
    typed('application/json');
    return { body: handlerJson(value, func) };
  }
  // A file that is sent instead is an answer, too.
  const isFile = exchange.takeOver !== null && hasHeader(headers, 'x-sendfile');
  return (status ?? null) !== null || isFile ? { body: null } : null;
}
