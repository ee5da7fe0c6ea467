/** Preconditions and ranges of requests for files (RFC 9110, sections 13 and 14). */
import type { IncomingHttpHeaders } from 'node:http';

/** What a representation is compared by. */
interface Validators {
  /** With its quotes; weak ones begin with `W/`. */
  readonly etag: string;
  /** ms since 1970, whole seconds. */
  readonly modifiedMs: number;
}

/** 200: go on. 304: what the client has is right. 412: what it wants changed is another. */
export function precondition(
  headers: IncomingHttpHeaders,
  { etag, modifiedMs }: Validators,
  method: string,
): 200 | 304 | 412 {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) {
    if (!anyTag(ifMatch, (tag) => tag === '*' || (tag === etag && !tag.startsWith('W/')))) return 412;
  } else {
    const since = dateOf(headers['if-unmodified-since']);
    if (since !== null && modifiedMs > since) return 412;
  }
  const reads = method === 'GET' || method === 'HEAD';
  const ifNone = headers['if-none-match'];
  if (ifNone !== undefined) {
    if (anyTag(ifNone, (tag) => tag === '*' || weak(tag) === weak(etag))) return reads ? 304 : 412;
    return 200;
  }
  const since = dateOf(headers['if-modified-since']);
  return reads && since !== null && modifiedMs <= since ? 304 : 200;
}

function anyTag(header: string, matches: (tag: string) => boolean): boolean {
  return header.split(',', 100).some((each) => matches(each.trim()));
}

function weak(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}

function dateOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  const ms = Date.parse(header);
  return Number.isNaN(ms) ? null : ms;
}

/** Both inclusive. */
interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The range that a request asks for; null: all of it. A range of another unit, several ranges and malformed ones are ignored, as
 * a server may; one that begins behind the end cannot be satisfied.
 */
export function rangeOf(
  headers: IncomingHttpHeaders,
  size: number,
  validators: Validators,
): ByteRange | 'unsatisfiable' | null {
  const { range } = headers;
  if (range === undefined || !stillCurrent(headers['if-range'], validators)) return null;
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range.trim());
  if (match === null) return null;
  const [, from = '', to = ''] = match;
  if (from === '') {
    if (to === '') return null;
    const count = Number(to);
    if (count === 0 || size === 0) return 'unsatisfiable';
    return { first: Math.max(0, size - count), last: size - 1 };
  }
  const first = Number(from);
  if (to !== '' && Number(to) < first) return null;
  if (first >= size) return 'unsatisfiable';
  return { first, last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}

function stillCurrent(header: string | string[] | undefined, { etag, modifiedMs }: Validators): boolean {
  if (header === undefined) return true;
  const text = String(header).trim();
  if (text.startsWith('"')) return text === etag;
  return dateOf(text) === modifiedMs;
}
