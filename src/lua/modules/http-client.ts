/**
 * `http_client`: requests to other servers, as far as `network.allowed_hosts` of the running function names them. The task that
 * asks waits; others go on. What goes wrong comes back as `nil, error`.
 */

import { HostError } from '../../errors.js';
import { newMap, type Value, type ValueMap } from '../../values.js';
import type { Core } from '../core.js';
import {
  LUA_TTABLE,
  type LuaFunction,
  type LuaState,
  lua_absindex,
  lua_createtable,
  lua_gettop,
  lua_isnoneornil,
  lua_pop,
  lua_pushnil,
  lua_rawgeti,
  lua_rawlen,
  lua_rawseti,
  lua_setfield,
  lua_type,
  luaL_checkstring,
} from '../fengari.js';
import { chargeSteps } from '../limits.js';
import { pushError } from '../raise.js';
import { answer, bytesValue, pushNilAnd, pushValue } from '../results.js';
import { ioOf } from '../run-io.js';
import type { LibraryFields } from '../tables.js';
import type { HostReach } from '../types.js';
import { wrongArgument } from '../userdata.js';
import { type ClientRequest, readRequest, textAt } from './http-client-arguments.js';
import { wrong } from './http-client-options.js';
import { type Ask, askWhileWaiting, clientError } from './http-client-run.js';
import { decodeUri, encodeUri } from './http-client-uri.js';
import { BodyStream, defineStream } from './http-stream.js';

const MAX_BATCH = 1000;
/** Requests of one batch that run at once. */
const BATCH_WIDTH = 16;

export function httpClientModule(core: Core): LibraryFields {
  defineStream(core);
  const method = (name: string): LuaFunction => {
    return (L) => {
      checkArguments(L, 1);
      return guarded(core, L, () => send(core, L, readRequest(core, L, name, 1, 2)));
    };
  };
  return {
    get: method('GET'),
    post: method('POST'),
    put: method('PUT'),
    patch: method('PATCH'),
    delete: method('DELETE'),
    head: method('HEAD'),
    request: (L) => {
      luaL_checkstring(L, 1);
      checkArguments(L, 2);
      return guarded(core, L, () =>
        send(core, L, readRequest(core, L, textAt(core, L, 1, 'the method').toUpperCase(), 2, 3)),
      );
    },
    request_batch: (L) => {
      if (lua_type(L, 1) !== LUA_TTABLE) wrongArgument(L, 1, 'table');
      return guarded(core, L, () => sendAll(core, L, readBatch(core, L)));
    },
    encode_uri: (L) => {
      const bytes = luaL_checkstring(L, 1);
      chargeSteps(core, bytes.length >> 2);
      return pushValue(core, L, encodeUri(bytes));
    },
    decode_uri: (L) => {
      const bytes = luaL_checkstring(L, 1);
      chargeSteps(core, bytes.length >> 2);
      return answer(core, L, () => bytesValue(decodeUri(bytes)));
    },
  };
}

/** A URL, and behind it options or nothing. Other types raise. */
function checkArguments(L: LuaState, urlAt: number): void {
  luaL_checkstring(L, urlAt);
  if (!lua_isnoneornil(L, urlAt + 1) && lua_type(L, urlAt + 1) !== LUA_TTABLE) wrongArgument(L, urlAt + 1, 'table');
}

/** What is wrong in a URL or in options is the answer, too. */
function guarded(core: Core, L: LuaState, run: () => number): number {
  const top = lua_gettop(L);
  try {
    return run();
  } catch (thrown) {
    if (!(thrown instanceof HostError)) throw thrown;
    lua_pop(L, Math.max(0, lua_gettop(L) - top));
    return pushNilAnd(core, L, thrown);
  }
}

interface FetchAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly url: string;
  readonly body: Uint8Array | null;
  readonly stream: number | null;
}

function fetchOne({ hosts, by }: HostReach, ask: Ask, request: ClientRequest): FetchAnswer | Promise<FetchAnswer> {
  return ask('net.fetch', { hosts: [...hosts], by }, request.fetch) as unknown as FetchAnswer | Promise<FetchAnswer>;
}

function send(core: Core, L: LuaState, request: ClientRequest): number {
  const { reach } = core.task!.run;
  return askWhileWaiting<FetchAnswer>(
    core,
    L,
    'http request',
    (ask) => fetchOne(reach, ask, request),
    (state, given) => {
      pushResponse(core, state, given);
      lua_pushnil(state);
      return 2;
    },
    (state, thrown) => pushNilAnd(core, state, clientError(request.url)(thrown)),
  );
}

function pushResponse(core: Core, L: LuaState, given: FetchAnswer): void {
  const { status, body, url, stream } = given;
  const headers = newMap();
  for (const [name, value] of given.headers) headers[canonicalName(name)] ??= bytesValue(bytesOf(value));
  const length = given.headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  const response: ValueMap = { status_code: status, url, headers, cookies: cookiesOf(given) };
  response.body_size = stream === null ? (body?.length ?? 0) : -1;
  if (body !== null && body.length > 0) {
    chargeSteps(core, body.length >> 6);
    response.body = bytesValue(body);
  }
  pushValue(core, L, response);
  if (stream === null) return;
  const size = length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : -1;
  core.userdata.push(L, responseStream(core, stream, url, size));
  lua_setfield(L, -2, 'stream');
}

/** @param size of the header, or -1 */
function responseStream(core: Core, id: number, url: string, size: number): BodyStream {
  const { run } = core.task!;
  return new BodyStream({
    size,
    fetch: (ask, most) => ask('net.read-wait', id, most),
    close() {
      ioOf(core, run)
        .call('net.close', [id])
        .catch(() => {}); // it ended with its run
    },
    failed: clientError(url),
  });
}

/** `content-type` → `Content-Type` */
function canonicalName(name: string): string {
  return name
    .toLowerCase()
    .replace(/(^|-)([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase());
}

/** Values as they came, byte by byte. */
function bytesOf(latin1: string): Uint8Array {
  return Uint8Array.from(latin1, (letter) => letter.charCodeAt(0));
}

function cookiesOf({ headers }: FetchAnswer): Value {
  const cookies = newMap();
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== 'set-cookie') continue;
    const [, key = '', content = ''] = /^\s*([^=;]+)=([^;]*)/.exec(value) ?? [];
    if (key !== '') cookies[key.trim()] = bytesValue(bytesOf(content.trim().replace(/^"(.*)"$/, '$1')));
  }
  return cookies;
}

function readBatch(core: Core, L: LuaState): ClientRequest[] {
  const count = Number(lua_rawlen(L, 1));
  if (count > MAX_BATCH) throw wrong('request_batch', `at most ${MAX_BATCH} requests`);
  const requests: ClientRequest[] = [];
  for (let i = 1; i <= count; i++) {
    lua_rawgeti(L, 1, i);
    if (lua_type(L, -1) !== LUA_TTABLE) throw wrong(`request_batch[${i}]`, '{method, url, options}');
    const entry = lua_absindex(L, -1);
    lua_rawgeti(L, entry, 1);
    lua_rawgeti(L, entry, 2);
    lua_rawgeti(L, entry, 3);
    const method = textAt(core, L, entry + 1, `request_batch[${i}]: the method`).toUpperCase();
    requests.push(atPlace(i, () => readRequest(core, L, method, entry + 2, entry + 3)));
    lua_pop(L, 4);
  }
  return requests;
}

/** What is wrong with one request says which it is. */
function atPlace(index: number, read: () => ClientRequest): ClientRequest {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof HostError)) throw thrown;
    const { kind, message, retryable, details } = thrown;
    const text = message.replace(/^http_client: /, '');
    throw new HostError(kind, `http_client: request_batch[${index}]: ${text}`, { retryable, details });
  }
}

type Outcome = { readonly response: FetchAnswer } | { readonly error: HostError };

/** `responses, errors`: both by the requests' places; no errors are nil. */
function sendAll(core: Core, L: LuaState, requests: readonly ClientRequest[]): number {
  const { reach } = core.task!.run;
  return askWhileWaiting<readonly Outcome[]>(
    core,
    L,
    'http requests',
    (ask) => fetchAll(requests, (request) => fetchOne(reach, ask, request)),
    (state, outcomes) => pushOutcomes(core, state, outcomes),
  );
}

function fetchAll(
  requests: readonly ClientRequest[],
  fetch: (request: ClientRequest) => FetchAnswer | Promise<FetchAnswer>,
): readonly Outcome[] | Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [place, request] of requests.entries()) {
    try {
      const first = fetch(request);
      if (first instanceof Promise) return fetchRest(requests, outcomes, place, first, fetch);
      outcomes[place] = { response: first };
    } catch (thrown) {
      outcomes[place] = { error: outcomeError(request, thrown) };
    }
  }
  return outcomes;
}

/** From `place` on, several at once. */
async function fetchRest(
  requests: readonly ClientRequest[],
  outcomes: Outcome[],
  place: number,
  first: Promise<FetchAnswer>,
  fetch: (request: ClientRequest) => FetchAnswer | Promise<FetchAnswer>,
): Promise<readonly Outcome[]> {
  let next = place;
  const work = async (begun: Promise<FetchAnswer> | null): Promise<void> => {
    for (let running = begun; next < requests.length; running = null) {
      const mine = next++;
      const request = requests[mine]!;
      try {
        outcomes[mine] = { response: await (running ?? fetch(request)) };
      } catch (thrown) {
        outcomes[mine] = { error: outcomeError(request, thrown) };
      }
    }
  };
  await Promise.all([work(first), ...Array.from({ length: BATCH_WIDTH - 1 }, () => work(null))]);
  return outcomes;
}

function outcomeError(request: ClientRequest, thrown: unknown): HostError {
  const error = clientError(request.url)(thrown);
  if (error instanceof HostError) return error;
  throw thrown;
}

function pushOutcomes(core: Core, L: LuaState, outcomes: readonly Outcome[]): number {
  lua_createtable(L, outcomes.length, 0);
  const failed = outcomes.some((outcome) => 'error' in outcome);
  if (failed) lua_createtable(L, 0, 1);
  else lua_pushnil(L);
  const errors = lua_gettop(L);
  for (const [index, outcome] of outcomes.entries()) {
    if ('response' in outcome) pushResponse(core, L, outcome.response);
    else pushError(core, L, outcome.error);
    lua_rawseti(L, 'response' in outcome ? errors - 1 : errors, index + 1);
  }
  return 2;
}
