/** Options of `http_client`: what is given becomes one request, checked where it is written. */

import { ByteString, Empty, Float64, type Value, type ValueMap } from '../../values.js';
import type { Core } from '../core.js';
import { durationHint, parseDurationMs } from '../duration.js';
import { hexOf, moduleError, platformOf } from '../results.js';
import { entriesOf, unknownOption } from './funcs-options.js';
import { type FormPart, multipartBody } from './http-client-multipart.js';
import { encodeQuery } from './http-client-uri.js';

export const OPTION_NAMES = [
  'headers',
  'query',
  'cookies',
  'form',
  'body',
  'files',
  'auth',
  'timeout',
  'stream',
  'max_response_body',
  'tls',
  'unix_socket',
  'overlay_network',
] as const;

/** What is written in a table of options. */
export interface GivenOptions {
  readonly values: { readonly [name: string]: Value };
  /** `files`, with their content. */
  readonly files: readonly FormPart[];
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BODY = 120 * 1024 * 1024;
const MAX_REDIRECTS = 10;
const BOUNDARY_BYTES = 16;

type Pair = readonly [name: string, value: Uint8Array];

/** A request as the operation `net.fetch` takes it. @throws HostError Invalid, Unavailable */
export function fetchRequest(core: Core, method: string, url: string, { values, files }: GivenOptions): ValueMap {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(method)) throw wrong('method', 'a name such as "GET"');
  for (const name of ['unix_socket', 'overlay_network']) {
    if (isGiven(values[name])) throw moduleError('Unavailable', `http_client: option '${name}' is not built yet`);
  }
  if (method === 'CONNECT') throw wrong('method', 'any but CONNECT, which makes a tunnel and no request');
  const content = contentOf(core, values, files);
  const given = pairs(values.headers, 'headers').map(headerPair);
  const headers = [...withoutLength(given, content.bytes?.length ?? 0), ...cookies(values.cookies)];
  const has = (name: string) => headers.some(([each]) => each.toLowerCase() === name);
  if (isGiven(values.auth) && has('authorization')) throw wrong('auth', 'no header Authorization beside it');
  if (isGiven(values.cookies) && given.some(([name]) => name.toLowerCase() === 'cookie')) {
    throw wrong('cookies', 'no header Cookie beside them');
  }
  if (files.length > 0 && has('content-type')) throw wrong('files', 'no header Content-Type beside them');
  if (isGiven(values.auth)) headers.push(['Authorization', basicAuth(core, values.auth)]);
  if (content.type !== null && !has('content-type')) headers.push(['Content-Type', content.type]);
  const query = encodeQuery(pairs(values.query, 'query'));
  return {
    method,
    url: query === '' ? url : withQuery(url, query),
    headers: headers as unknown as Value,
    body: content.bytes,
    timeoutMs: timeoutOf(values.timeout),
    maxBytes: Math.min(maxBodyOf(values.max_response_body), core.task!.run.limits.stringLength),
    maxRedirects: MAX_REDIRECTS,
    stream: isGiven(values.stream) && values.stream !== false,
    tls: tlsOf(core, values.tls),
  };
}

/** @throws HostError Invalid */
export function checkOptionName(name: string): void {
  if ((OPTION_NAMES as readonly string[]).includes(name)) return;
  throw unknownOption(name, OPTION_NAMES, 'http_client');
}

function isGiven(value: Value): boolean {
  return value !== null && value !== undefined;
}

export function wrong(name: string, expected: string): Error {
  return moduleError('Invalid', `http_client: ${name}: expected ${expected}`);
}

/** Bytes of a text, a number or a boolean; null for anything else. */
export function bytesOf(value: Value): Uint8Array | null {
  if (value instanceof ByteString) return value.bytes;
  if (value instanceof Uint8Array) return value;
  if (value instanceof Float64) return bytesOf(value.value);
  if (typeof value === 'string') return new TextEncoder().encode(value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return bytesOf(`${value}`);
  return null;
}

/** Fields sorted by name, as tables have no order; a list gives its field several times. */
function pairs(value: Value, what: string): Pair[] {
  if (!isGiven(value)) return [];
  const sorted = entriesOf(value, `http_client: ${what}`).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([name, field]) => {
    const each = Array.isArray(field) ? field : field instanceof Empty ? [] : [field];
    return each.map((one): Pair => {
      const bytes = bytesOf(one);
      if (bytes === null) throw wrong(`${what}.${name.slice(0, 80)}`, 'a string');
      return [name, bytes];
    });
  });
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function headerPair([name, bytes]: Pair): [string, string] {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name))
    throw wrong(`headers: ${JSON.stringify(name.slice(0, 80))}`, 'a header name');
  if (bytes.some((byte) => (byte < 0x20 && byte !== 9) || byte === 0x7f)) {
    throw wrong(`headers.${name}`, 'a value without control characters');
  }
  return [name, latin1(bytes)];
}

/** Where a body ends and what becomes of its connection: two sides that read that differently see two different requests. */
const CONNECTION_HEADERS: readonly string[] = [
  ...['connection', 'http2-settings', 'keep-alive', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
];

/** The length is written by whoever sends the body; a script may only say the same. */
function withoutLength(headers: readonly [string, string][], length: number): [string, string][] {
  return headers.filter(([name, value]) => {
    const lower = name.toLowerCase();
    if (CONNECTION_HEADERS.includes(lower)) {
      throw wrong(`headers.${name}`, 'no such header: how a request is sent is not for scripts to say');
    }
    if (lower !== 'content-length') return true;
    if (value !== String(length)) throw wrong(`headers.${name}`, `none, or ${length}, the length of the body`);
    return false;
  });
}

function cookies(value: Value): [string, string][] {
  const all = pairs(value, 'cookies').map(([name, bytes]) => {
    const text = latin1(bytes);
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) || !/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e ]*$/.test(text)) {
      throw wrong(`cookies.${name.slice(0, 80)}`, 'a name and a value that may stand in a cookie');
    }
    return `${name}=${text}`;
  });
  return all.length === 0 ? [] : [['Cookie', all.join('; ')]];
}

function basicAuth(core: Core, value: Value): string {
  const { user, pass } = Object.fromEntries(pairs(value, 'auth'));
  if (user === undefined) throw wrong('auth', '{user = "…", pass = "…"}');
  const bytes = new Uint8Array([...user, 0x3a, ...(pass ?? [])]);
  return `Basic ${platformOf(core).encodeBase64(bytes)}`;
}

function contentOf(
  core: Core,
  values: GivenOptions['values'],
  files: readonly FormPart[],
): { readonly bytes: Uint8Array | null; readonly type: string | null } {
  const form = pairs(values.form, 'form');
  if (isGiven(values.body)) {
    const bytes = bytesOf(values.body);
    if (bytes === null || typeof values.body === 'boolean') throw wrong('body', 'a string');
    if (isGiven(values.form) || files.length > 0) throw wrong('body', 'no form and no files beside it');
    return { bytes, type: null };
  }
  if (files.length > 0) {
    const boundary = `moonwit-${hexOf(platformOf(core).randomBytes(BOUNDARY_BYTES))}`;
    const fields = form.map(([name, content]) => ({ name, filename: null, contentType: null, content }));
    return { bytes: multipartBody([...fields, ...files], boundary), type: `multipart/form-data; boundary=${boundary}` };
  }
  if (!isGiven(values.form)) return { bytes: null, type: null };
  return { bytes: new TextEncoder().encode(encodeQuery(form)), type: 'application/x-www-form-urlencoded' };
}

function withQuery(url: string, query: string): string {
  const [, before = url, fragment = ''] = /^([^#]*)(.*)$/s.exec(url) ?? [];
  const joint = before.includes('?') ? (/[?&]$/.test(before) ? '' : '&') : '?';
  return `${before}${joint}${query}${fragment}`;
}

function numberOf(value: Value): number | null {
  const number = value instanceof Float64 ? value.value : value;
  return typeof number === 'number' ? number : null;
}

function timeoutOf(value: Value): number {
  if (!isGiven(value)) return DEFAULT_TIMEOUT_MS;
  const seconds = numberOf(value);
  const ms = seconds === null ? parseDurationMs(value) : seconds * 1000;
  if (ms === null || !(ms > 0))
    throw wrong('timeout', `seconds above 0, or a duration such as "30s"${durationHint(value)}`);
  return Math.min(ms, Number.MAX_SAFE_INTEGER);
}

function maxBodyOf(value: Value): number {
  if (!isGiven(value)) return DEFAULT_MAX_BODY;
  const bytes = numberOf(value);
  if (bytes === null || !(bytes >= 0)) throw wrong('max_response_body', 'a number of bytes');
  return bytes === 0 ? DEFAULT_MAX_BODY : bytes;
}

const TLS_NAMES: { readonly [name: string]: string } = {
  ca: 'ca',
  cert: 'cert',
  key: 'key',
  server_name: 'serverName',
};

function tlsOf(core: Core, value: Value): Value {
  if (!isGiven(value)) return null;
  const tls: Record<string, Value> = {};
  for (const [name, bytes] of pairs(value, 'tls')) {
    const known = Object.hasOwn(TLS_NAMES, name) ? TLS_NAMES[name] : undefined;
    if (known === undefined) throw wrong(`tls.${name.slice(0, 80)}`, `one of ${Object.keys(TLS_NAMES).join(', ')}`);
    const text = core.options.text.decodeUtf8(bytes);
    if (text === undefined) throw wrong(`tls.${name}`, 'text');
    tls[known] = text;
  }
  return tls;
}
