/** `http.request()`: the request of the call, with its body as bytes, JSON, form, parts or a stream. */

import { HostError } from '../../errors.js';
import type { HttpCall } from '../../io.js';
import { MAX_FIELDS, readQuery } from '../../query.js';
import { EMPTY, newMap, type Value, type ValueMap } from '../../values.js';
import type { Core, Run } from '../core.js';
import { type LuaFunction, type LuaState, lua_isnoneornil, lua_pushnil, luaL_checkstring } from '../fengari.js';
import { TAG, TValue } from '../internals.js';
import { pushError } from '../raise.js';
import { answer, bytesValue, moduleError, pushNilAnd } from '../results.js';
import { defineClass } from '../userdata.js';
import { betweenLines, definePart, headerOf, headerValue, type PartHeaders, pushParts } from './http-parts.js';
import type { RequestOptions } from './http-request-options.js';
import { askHost, pushAnswer } from './http-run.js';
import { BodyStream, defineStream, streamOf } from './http-stream.js';
import { decodeWholeJson } from './json-decode.js';
import { wholeAt } from './time-arguments.js';

const MAX_FORM_BYTES = 32 * 1024 * 1024;

/** What was read of the body: however often the request is asked for, it is one. */
interface ReadState {
  /** The whole body once it was read. */
  bytes: Uint8Array | null;
  /** Somebody reads it in pieces. */
  streamed: boolean;
}

/** One per run and options. */
export class LuaRequest {
  readonly opaqueKind = 'http request';
  readonly http: HttpCall;
  readonly run: Run;
  readonly maxBody: number;
  /** Of each wait for the body. */
  readonly timeoutMs: number;
  readonly read: ReadState;
  constructor(http: HttpCall, run: Run, { maxBody, timeoutMs }: RequestOptions, before: LuaRequest | undefined) {
    this.http = http;
    this.run = run;
    this.maxBody = Math.min(maxBody, http.maxBody);
    this.timeoutMs = timeoutMs;
    this.read = before?.read ?? { bytes: http.body, streamed: false };
  }

  /** Joined as one line; null where there is none. @param name in lower case */
  header(name: string): string | null {
    return headerOf(this.http.headers, name);
  }

  get contentType(): string {
    return (this.header('content-type') ?? '').trim();
  }
}

/** Makes requests known to the VM. */
export function defineRequest(core: Core): void {
  defineStream(core);
  definePart(core);
  const value =
    (read: (request: LuaRequest, L: LuaState) => Value): LuaFunction =>
    (L) => {
      const request = self(L);
      return answer(core, L, () => read(request, L));
    };
  const name = (L: LuaState) => textOf(core, luaL_checkstring(L, 2));
  const self: (L: LuaState) => LuaRequest = defineClass(core, 'http request', LuaRequest, {
    method: value(({ http }) => http.method),
    path: value(({ http }) => http.path),
    host: value(({ http }) => http.host),
    remote_addr: value(({ http }) => http.remoteAddress),
    query: value(({ http }, L) => {
      const wanted = name(L);
      return readQuery(http.query).find(([each]) => each === wanted)?.[1] ?? null;
    }),
    query_values: value(({ http }, L) => {
      const wanted = name(L);
      const texts = readQuery(http.query).flatMap(([each, text]) => (each === wanted ? [text] : []));
      return texts.length === 0 ? EMPTY : texts;
    }),
    query_params: value(({ http }) => joined(readQuery(http.query))),
    header: value((request, L) => headerValue(request.header(name(L).toLowerCase()))),
    headers: value(({ http }) => joinedHeaders(http)),
    content_type: value((request) => headerValue(request.header('content-type'))),
    content_length: value(({ http }) => http.contentLength),
    param: value(({ http }, L) => {
      const wanted = name(L);
      return Object.hasOwn(http.params, wanted) ? http.params[wanted]! : null;
    }),
    params: value(({ http }) => mapOf(Object.entries(http.params))),
    has_body: value(({ http }) => http.contentLength > 0 || http.body === null),
    is_content_type: value((request, L) => request.contentType.toLowerCase().startsWith(name(L).toLowerCase())),
    accepts: value((request, L) => accepts(request.header('accept'), name(L).toLowerCase())),
    body: (L) => withBody(core, L, self(L), (bytes, state) => pushAnswer(core, state, bytesValue(bytes))),
    body_json: (L) => withBody(core, L, self(L), (bytes, state) => pushJson(core, state, bytes)),
    form: (L) => withBody(core, L, self(L), (bytes, state) => pushAnswer(core, state, formOf(core, bytes))),
    stream: (L) => {
      const request = self(L);
      return answerStream(core, L, request);
    },
    parse_multipart: (L) => parseMultipart(core, L, self(L)),
  });
}

function textOf(core: Core, bytes: Uint8Array): string {
  return core.options.text.decodeUtf8(bytes) ?? '';
}

/** Calls `use` with the whole body; waits for it where it is still on its way. */
function withBody(
  core: Core,
  L: LuaState,
  request: LuaRequest,
  use: (bytes: Uint8Array, L: LuaState) => number,
): number {
  const { read, maxBody } = request;
  if (read.streamed) return pushNilAnd(core, L, moduleError('Invalid', 'the body is read as a stream'));
  if (read.bytes !== null) {
    if (read.bytes.length > maxBody) return pushNilAnd(core, L, tooLarge(maxBody));
    return guarded(core, L, read.bytes, use);
  }
  return askHost(core, L, 'http.body', [request.http.exchange, maxBody, request.timeoutMs], (state, given) => {
    read.bytes = given as Uint8Array;
    return guarded(core, state, read.bytes, use);
  });
}

function guarded(core: Core, L: LuaState, bytes: Uint8Array, use: (bytes: Uint8Array, L: LuaState) => number): number {
  try {
    return use(bytes, L);
  } catch (thrown) {
    return pushNilAnd(core, L, thrown);
  }
}

function tooLarge(limit: number): HostError {
  const text = `request body too large: at most ${limit} bytes`;
  return new HostError('Invalid', text, { retryable: false, details: { limit, status: 413 } });
}

function pushJson(core: Core, L: LuaState, bytes: Uint8Array): number {
  let slot: TValue;
  try {
    if (bytes.length === 0) throw moduleError('Invalid', 'the request has no body');
    slot = decodeWholeJson(core, L, hasMark(bytes) ? bytes.subarray(3) : bytes);
  } catch (thrown) {
    if (!(thrown instanceof HostError)) throw thrown;
    lua_pushnil(L);
    const details = { path: 'body', ...thrown.details };
    pushError(core, L, new HostError('Invalid', thrown.message, { retryable: false, details }));
    return 2;
  }
  L.stack[L.top++] = slot;
  L.stack[L.top++] = new TValue(TAG.NIL, null);
  return 2;
}

/** Some programs begin every text in UTF-8 by this (RFC 8259, 8.1: who reads JSON may pass over it). */
function hasMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function formOf(core: Core, bytes: Uint8Array): Value {
  const text = core.options.text.decodeUtf8(bytes);
  if (text === undefined) throw moduleError('Invalid', 'the form is not valid UTF-8');
  return grouped(readQuery(text, MAX_FIELDS));
}

function answerStream(core: Core, L: LuaState, request: LuaRequest): number {
  const { read } = request;
  if (read.streamed) return pushNilAnd(core, L, moduleError('Invalid', 'the body is read as a stream already'));
  read.streamed = true;
  core.userdata.push(L, read.bytes === null ? requestStream(request) : streamOf(read.bytes));
  lua_pushnil(L);
  return 2;
}

function requestStream({ http, timeoutMs }: LuaRequest): BodyStream {
  return new BodyStream({
    size: http.contentLength,
    fetch: (ask, most) => ask('http.read', http.exchange, most, timeoutMs),
    close: () => {},
    failed: (thrown) => thrown,
  });
}

function parseMultipart(core: Core, L: LuaState, request: LuaRequest): number {
  if (!request.contentType.toLowerCase().startsWith('multipart/')) {
    const got = request.contentType === '' ? 'none' : request.contentType;
    return pushNilAnd(core, L, moduleError('Invalid', `not a multipart form: the content type is ${got}`));
  }
  if (request.http.body?.length === 0) {
    return pushNilAnd(core, L, moduleError('Invalid', 'not a multipart form: the request has no body'));
  }
  const { read } = request;
  if (read.streamed || read.bytes !== null) {
    return pushNilAnd(core, L, moduleError('Invalid', 'the body has been read: parse_multipart comes first'));
  }
  const limit = lua_isnoneornil(L, 2) ? MAX_FORM_BYTES : wholeAt(L, 2);
  if (limit < 0) return pushNilAnd(core, L, moduleError('Invalid', 'parse_multipart: expected 0 bytes or more'));
  read.streamed = true;
  const args = [request.http.exchange, Math.min(limit, request.maxBody), request.timeoutMs];
  return askHost(core, L, 'http.multipart', args, (state, form) => {
    const { values, files } = form as unknown as { values: [string, string][]; files: PartHeaders[] };
    return pushParts(core, state, grouped(values), files);
  });
}

/** Repeated names joined by a comma. */
function joined(pairs: readonly (readonly [string, string])[]): Value {
  const map = new Map<string, string>();
  for (const [name, value] of pairs) map.set(name, map.has(name) ? `${map.get(name)},${value}` : value);
  return mapOf([...map]);
}

/** A text, or a list of those that share a name. */
function grouped(pairs: readonly (readonly [string, string])[]): Value {
  const map = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const group = map.get(name);
    if (group === undefined) map.set(name, [value]);
    else group.push(value);
  }
  return mapOf([...map].map(([name, values]) => [name, values.length === 1 ? values[0]! : values] as const));
}

function joinedHeaders({ headers }: HttpCall): Value {
  const map = new Map<string, string>();
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index]!.toLowerCase();
    const before = map.get(name);
    const line = headers[index + 1]!;
    map.set(name, before === undefined ? line : before + betweenLines(name) + line);
  }
  return mapOf([...map].map(([name, text]) => [name, headerValue(text)!] as const));
}

function mapOf(pairs: readonly (readonly [string, Value])[]): Value {
  if (pairs.length === 0) return EMPTY;
  const map: ValueMap = newMap();
  for (const [name, value] of pairs) map[name] = value;
  return map;
}

function accepts(header: string | null, type: string): boolean {
  if (header === null) return false;
  return header.split(',').some((each) => {
    const [name = '', ...parameters] = each.split(';');
    const offered = name.trim().toLowerCase();
    return (offered === type || offered === '*/*') && !parameters.some((part) => /^\s*q=0(?:\.0*)?\s*$/.test(part));
  });
}
