/** An endpoint made ready: its function, where its arguments come from, and how its result is told. */
import { HostBug, HostError, toHostError } from '../errors.js';
import { type CallContext, ROOT_CONTEXT } from '../functions/types.js';
import { pairsOf } from '../pairs.js';
import type { Value } from '../values.js';
import type { FuncType } from '../wit/types.js';
import { type ArgumentSource, planArguments, type RequestFacts } from './arguments.js';
import { announcesBody, isRefusedBody, useBody } from './body.js';
import { refuse, replyError } from './reply.js';
import { resultWriter } from './results.js';
import type { Exchange, Handler } from './types.js';

/** How a handler reaches what it calls, and whom it tells about failures. */
export interface EndpointMeans {
  readonly id: string;
  readonly func: string;
  readonly timeoutMs: number | null;
  readonly pathNames: readonly string[];
  /** What requests carry: actor and scope of the service. */
  readonly context: Pick<CallContext, 'actor' | 'scope'>;
  readonly callAs: (id: string, args: readonly Value[], context: CallContext, target: 'js') => Value | Promise<Value>;
  readonly onError: (exchange: Exchange, error: HostError, func: string) => void;
}

/**
 * A handler for a function with WIT types.
 * @param short its calls end at once: nobody cancels them
 */
export function typedHandler(means: EndpointMeans, type: FuncType, short: boolean): Handler {
  const { func, callAs, onError } = means;
  const plan = planArguments(type.params, means.pathNames);
  const plain: CallContext = { ...contextOf(means, null), here: true };
  const write = resultWriter(type.result);
  const noArguments: readonly Value[] = [];
  const fails = (exchange: Exchange, thrown: unknown) =>
    failed(exchange, withoutBody(exchange, thrown, func, plan.sources), func, onError);

  const finish = (exchange: Exchange, result: Value): void | Promise<void> => {
    try {
      return write(exchange, result);
    } catch (error) {
      return fails(exchange, error);
    }
  };
  // What answers at once leaves its signal and its context to the next call.
  let spare: Caller | null = null;
  const call = (exchange: Exchange, args: readonly Value[]): void | Promise<void> => {
    let answer: Value | Promise<Value>;
    spare ??= newCaller(plain, short);
    const { gone, context } = spare;
    try {
      answer = callAs(func, args, context, 'js');
    } catch (error) {
      return fails(exchange, error);
    }
    if (!(answer instanceof Promise)) return finish(exchange, answer);
    exchange.gone = gone;
    spare = null;
    if (exchange.response.destroyed) gone.abort();
    return answer.then(
      (result) => finish(exchange, result),
      (error: unknown) => fails(exchange, error),
    );
  };
  if (type.params.length === 0) return (exchange) => call(exchange, noArguments);
  const bind = (exchange: Exchange, body: Uint8Array): void | Promise<void> => {
    let args: Value[];
    try {
      args = plan.argumentsOf(new ExchangeFacts(exchange, body));
    } catch (error) {
      return fails(exchange, error);
    }
    return call(exchange, args);
  };
  if (!plan.readsBody) return (exchange) => bind(exchange, NO_BODY);
  return withBody(bind, fails);
}

/** What lacks an argument because its request lacks a body is told so: the client knows of no arguments. */
function withoutBody(
  { method, request }: Exchange,
  thrown: unknown,
  func: string,
  sources: readonly ArgumentSource[],
): unknown {
  const hasNone = (method === 'POST' || method === 'PUT' || method === 'PATCH') && !announcesBody(request);
  if (!hasNone || !(thrown instanceof HostError) || thrown.kind !== 'Invalid' || thrown.details === null) return thrown;
  const { kind, message, details, retryable, luaStack } = thrown;
  const source = typeof details.argument === 'number' ? sources[details.argument - 1] : undefined;
  const isOurs = details.got === 'nil' && message.startsWith(`${func}: `);
  if (!isOurs || source === undefined || source === 'path' || source === 'query') return thrown;
  const told = message.replace(/(?=\n|$)/, ': the request has no body');
  return new HostError(kind, told, { details, retryable, cause: thrown, ...(luaStack === null ? {} : { luaStack }) });
}

/** What a call carries, and what ends it. */
interface Caller {
  readonly gone: AbortController;
  readonly context: CallContext;
}

function newCaller(plain: CallContext, short: boolean): Caller {
  const gone = new AbortController();
  return { gone, context: short ? plain : { ...plain, signal: gone.signal } };
}

const NO_BODY = new Uint8Array(0);

export function contextOf({ context, timeoutMs }: EndpointMeans, signal: AbortSignal | null): CallContext {
  return { ...ROOT_CONTEXT, ...context, signal, options: timeoutMs === null ? {} : { timeoutMs } };
}

/** A handler that reads the whole body before `next`; what is too large is answered here. */
export function withBody(
  next: (exchange: Exchange, body: Uint8Array) => void | Promise<void>,
  fails: (exchange: Exchange, thrown: unknown) => void | Promise<void>,
): Handler {
  const settle = (exchange: Exchange, done: void | Promise<void>): void => {
    if (done instanceof Promise) done.catch(() => exchange.response.destroy());
  };
  const ready = (exchange: Exchange, bytes: Uint8Array): void =>
    settle(
      exchange,
      attempt(() => next(exchange, bytes), exchange),
    );
  const failed = (exchange: Exchange, error: HostError): void => settle(exchange, fails(exchange, error));
  const attempt = (run: () => void | Promise<void>, exchange: Exchange): void | Promise<void> => {
    try {
      const done = run();
      return done instanceof Promise ? done.catch((error: unknown) => fails(exchange, error)) : undefined;
    } catch (error) {
      return fails(exchange, error);
    }
  };
  return (exchange) => {
    if (!announcesBody(exchange.request)) return next(exchange, NO_BODY);
    try {
      useBody(exchange.request, { of: exchange, exchange, limit: exchange.maxBody, ready, failed });
    } catch (error) {
      return fails(exchange, error);
    }
  };
}

/** Everything that goes wrong behind an endpoint ends here. */
export function failed(
  exchange: Exchange,
  thrown: unknown,
  func: string,
  onError: EndpointMeans['onError'],
): void | Promise<void> {
  if (isRefusedBody(thrown)) return refuseBody(exchange, thrown);
  if (thrown instanceof HostBug) {
    onError(exchange, new HostError('Internal', thrown.message, { cause: thrown }), func);
    return replyError(exchange, new HostError('Internal', 'internal error'), func);
  }
  const error = toHostError(thrown);
  // Also where the connection is gone: the answer that had begun may have been cut because of this very error.
  if (exchange.response.destroyed && error.kind === 'Canceled') return;
  onError(exchange, error, func);
  return replyError(exchange, error, func);
}

/** The rest of the body is not read: the connection ends with the answer. */
export function refuseBody(exchange: Exchange, error: HostError): void | Promise<void> {
  exchange.lingers = true;
  exchange.response.shouldKeepAlive = false;
  if (error.kind === 'Invalid') return refuse(exchange, 413, 'Invalid', error.message);
  return refuse(exchange, 503, 'Unavailable', error.message, ['Retry-After', '1']);
}

/** Reads of a request what its arguments ask for, when they do: most ask for the body alone. */
class ExchangeFacts implements RequestFacts {
  readonly body: Uint8Array;
  pairs: RequestFacts['pairs'] = null;
  json: RequestFacts['json'] = null;
  private readonly exchange: Exchange;

  constructor(exchange: Exchange, body: Uint8Array) {
    this.exchange = exchange;
    this.body = body;
  }

  get method() {
    return this.exchange.method;
  }

  get path() {
    return this.exchange.target.path;
  }

  get query() {
    return this.exchange.target.query;
  }

  get params() {
    return this.exchange.params;
  }

  headers() {
    const pairs = pairsOf(this.exchange.request.rawHeaders);
    for (const pair of pairs) pair[0] = pair[0].toLowerCase();
    return pairs;
  }

  get contentType() {
    return (this.exchange.request.headers['content-type'] ?? '').toLowerCase();
  }
}
