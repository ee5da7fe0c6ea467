/** A request to this host as a guest sees it that exports `wasi:http/incoming-handler`: what its export is called with. */
import { HostError } from '../errors.js';
import type { HttpCall } from '../io.js';
import { pairsOf } from '../pairs.js';
import type { Value } from '../values.js';
import { IncomingRequest, ResponseOutparam } from './http-incoming.js';
import { ServedReply } from './http-reply.js';
import { caseOf, type ErrorCode, type HeaderList } from './http-values.js';
import { after } from './later.js';
import { Remote } from './remote.js';
import type { World } from './types.js';

/** An own `incoming-request` for the guest of `world`. */
export function incomingRequest(world: World, http: HttpCall): IncomingRequest {
  const { exchange, method, path, query, scheme, host, body } = http;
  const head = {
    method,
    pathWithQuery: query === '' ? path : `${path}?${query}`,
    scheme,
    authority: host === '' ? null : host,
    headers: pairsOf(http.headers),
  };
  return new IncomingRequest(world, head, () => {
    if (body !== null) return body;
    return after(world.wait.ask('http.guest-body', exchange), (id) => new Remote(world, Number(id)));
  });
}

/** What became of a request. */
interface ServedOutcome {
  /** The guest's answer; null: it gave none. */
  reply: ServedReply | null;
  /** The guest has none. */
  failure: HostError | null;
}

/** An own `response-outparam`, and what became of it. @param holds see {@link ServedReply} */
export function responseOutparam(
  world: World,
  http: Pick<HttpCall, 'exchange' | 'method'>,
  holds = false,
): { readonly outparam: ResponseOutparam; readonly outcome: ServedOutcome } {
  const { exchange } = http;
  const outcome: ServedOutcome = { reply: null, failure: null };
  const outparam = new ResponseOutparam({
    respond(status, headers, hasBody) {
      checkAnswer(world.id, http.method, status, headers, hasBody);
      const reply = new ServedReply(world, exchange, { status, headers }, holds);
      outcome.reply = reply;
      if (hasBody) return reply;
      reply.finish([]);
      return null;
    },
    inform: (status, headers) =>
      after(world.wait.ask('http.guest-inform', exchange, status, headers as unknown as Value), () => {}),
    fail(code) {
      outcome.failure = failureOf(world.id, code);
    },
  });
  return { outparam, outcome };
}

/** Where bytes are promised that never come, the client takes those of the next answer for them. */
function checkAnswer(id: string, method: string, status: number, headers: HeaderList, hasBody: boolean): void {
  const wrong = (problem: string) => new HostError('Internal', `${id} ${problem}`, { retryable: false });
  if (status < 200) throw wrong(`answered by the status ${status}, which is informational: expected 200 to 999`);
  if (hasBody || method === 'HEAD' || status === 304) return;
  const said = headers.filter(([name]) => name.toLowerCase() === 'content-length').map(([, value]) => value);
  if (said.some((value) => value !== '0')) throw wrong(`answered without a body, and with the content-length ${said}`);
}

function failureOf(id: string, code: ErrorCode): HostError {
  const [name, payload] = caseOf(code);
  const detail = typeof payload === 'string' ? `: ${payload}` : '';
  const text = `${id} answered the request with the error ${name}${detail}`;
  return new HostError(name === 'HTTP-request-denied' ? 'PermissionDenied' : 'Internal', text, {
    retryable: false,
    details: { http: name },
  });
}
