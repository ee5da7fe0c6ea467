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

/** Of the three forms of RFC 9110, 5.6.7, the one that is sent; others, such as `2030-01-01`, are no dates there. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const OLD_DATES = /^[A-Z][a-z]{2,8},? [\w:-]+(?: +[\w:]+){1,3}$/;

function dateOf(header: string | undefined): number | null {
  if (header === undefined || !(HTTP_DATE.test(header) || OLD_DATES.test(header))) return null;
  // The oldest form names no zone: it is GMT.
  const ms = Date.parse(header.endsWith('GMT') ? header : `${header} GMT`);
  return Number.isNaN(ms) ? null : ms;
}

/** Both inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** More are not asked for by anybody who means well. */
const MAX_RANGES = 16;

/**
 * The ranges that a request asks for, at least one; null: all of it. Ranges of another unit, malformed ones, and more than a
 * client can mean are ignored, as a server may; where all begin behind the end, they cannot be satisfied.
 */
export function rangesOf(
  headers: IncomingHttpHeaders,
  size: number,
  validators: Validators,
): readonly ByteRange[] | 'unsatisfiable' | null {
  const { range } = headers;
  if (range === undefined || !stillCurrent(headers['if-range'], validators)) return null;
  const list = /^bytes=(.*)$/i.exec(range.trim())?.[1];
  if (list === undefined) return null;
  const specs = list
    .split(',', MAX_RANGES + 1)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const ranges = specs.map((each) => rangeOf(each, size));
  if (ranges.length === 0 || ranges.length > MAX_RANGES || ranges.includes(null)) return null;
  const there = ranges.filter((each) => each !== null && each !== 'unsatisfiable');
  if (there.length === 0) return 'unsatisfiable';
  const total = there.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return total > size ? null : there;
}

function rangeOf(spec: string, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^(\d{0,15})-(\d{0,15})$/.exec(spec);
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
