/** Files of a volume as answers: validators, ranges, types, in pieces that wait for the client. */

import { randomUUID } from 'node:crypto';
import { lookup } from 'mrmime';
import { HostError } from '../errors.js';
import { type FileHandle, type FileStat, OPEN_TO_READ } from '../files/types.js';
import { type ByteRange, precondition, rangesOf } from './conditional.js';
import { type Segment, sendSegments } from './file-pieces.js';
import { weightsOf } from './negotiate.js';
import { addVary, beginReply, headerOf, refuse, reply, setHeader } from './reply.js';
import type { Exchange, HeaderLines } from './types.js';

interface FileReply {
  /** The open volume. */
  readonly root: FileHandle;
  /** Relative to it. */
  readonly path: string;
  readonly status: number;
  readonly precompressed: boolean;
  readonly cacheControl: string | null;
  /** More headers; a `Content-Type` among them wins. */
  readonly headers: HeaderLines;
}

/** Files up to this are sent whole, by one read. */
const WHOLE_BYTES = 64 * 1024;

/** Opens a regular file; null where there is none. @throws FileError for what is there and cannot be read */
function openFile(root: FileHandle, path: string): { readonly file: FileHandle; readonly stat: FileStat } | null {
  try {
    // Asked before it is opened: a pipe would keep whoever opens it.
    if (root.statAt(path, true).type !== 'regular-file') return null;
    const file = root.open(path, OPEN_TO_READ);
    try {
      const stat = file.stat();
      if (stat.type === 'regular-file') return { file, stat };
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
    return null;
  } catch (error) {
    if (MISSING.has((error as { code?: string }).code ?? '')) return null;
    throw error;
  }
}

const MISSING = new Set([
  'no-entry',
  'not-directory',
  'is-directory',
  'name-too-long',
  'invalid',
  'loop',
  'not-permitted',
  'access',
  'illegal-byte-sequence',
]);

const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** Answers with a file. @returns null where there is none: nothing has been sent */
export function sendFile(exchange: Exchange, wanted: FileReply): void | Promise<void> | null {
  const { root, path, precompressed } = wanted;
  const { headers } = exchange.request;
  const type = lookup(path);
  const packed = precompressed && headers.range === undefined ? openPacked(root, path, exchange) : null;
  const opened = packed ?? openFile(root, path);
  if (opened === null) return null;
  const lines: HeaderLines = [...wanted.headers];
  if (!lines.some((each, index) => index % 2 === 0 && each.toLowerCase() === 'content-type')) {
    lines.push('Content-Type', withCharset(type));
  }
  if (precompressed) addVary(lines, 'Accept-Encoding');
  if (packed !== null) lines.push('Content-Encoding', packed.encoding);
  if (wanted.cacheControl !== null) lines.push('Cache-Control', wanted.cacheControl);
  return sendOpened(exchange, opened.file, opened.stat, wanted.status, lines);
}

/** The sibling that the client likes best among those that are there. */
function openPacked(root: FileHandle, path: string, exchange: Exchange) {
  const header = exchange.request.headers['accept-encoding'];
  if (header === undefined) return null;
  const weights = weightsOf(String(header));
  const weight = (encoding: string) => weights.get(encoding) ?? weights.get('*') ?? 0;
  const wanted = ENCODINGS.filter(
    ([encoding]) => weight(encoding) > 0 && weight(encoding) >= (weights.get('identity') ?? 0),
  );
  for (const [encoding, suffix] of wanted.sort(([a], [b]) => weight(b) - weight(a))) {
    const opened = openFile(root, path + suffix);
    if (opened !== null) return { ...opened, encoding };
  }
  return null;
}

function withCharset(type: string | undefined): string {
  if (type === undefined) return 'application/octet-stream';
  return /^text\/|^application\/(?:javascript|json|xml)$|\+xml$|\+json$/.test(type) ? `${type}; charset=utf-8` : type;
}

function sendOpened(
  exchange: Exchange,
  file: FileHandle,
  stat: FileStat,
  status: number,
  lines: HeaderLines,
): void | Promise<void> {
  let ours = true;
  try {
    const chosen = choose(exchange, stat, status, lines);
    if (typeof chosen === 'number') return sendNone(exchange, chosen, stat, lines);
    const { segments, byteLength } = chosen;
    if (exchange.method === 'HEAD' || byteLength === 0) return reply(exchange, chosen.status, lines, null);
    if (byteLength <= WHOLE_BYTES) return reply(exchange, chosen.status, lines, joined(file, segments));
    const writer = beginReply(exchange, chosen.status, lines);
    ours = false; // closed behind the last segment
    return sendSegments(writer, file, segments);
  } finally {
    if (ours) file.close();
  }
}

/** What goes out of a file. */
interface Choice {
  readonly status: number;
  readonly segments: readonly Segment[];
  readonly byteLength: number;
}

/** By what the client has and wants; a number: nothing goes out, with this status. The answer's head gets what tells of it. */
function choose(exchange: Exchange, stat: FileStat, status: number, lines: HeaderLines): Choice | 304 | 412 | 416 {
  const size = Number(stat.size);
  const modifiedMs = Math.floor(Number(stat.modifiedNs / 1_000_000n) / 1000) * 1000;
  const etag = `"${stat.size.toString(36)}-${stat.modifiedNs.toString(36)}-${stat.inode.toString(36)}"`;
  const validators = { etag, modifiedMs };
  lines.push('ETag', etag, 'Last-Modified', new Date(modifiedMs).toUTCString());
  const { headers } = exchange.request;
  const verdict = status === 200 ? precondition(headers, validators, exchange.method) : 200;
  if (verdict !== 200) return verdict;
  // A range is of the method GET only (RFC 9110, 14.2).
  const ranges = status === 200 && exchange.method === 'GET' ? rangesOf(headers, size, validators) : null;
  if (ranges === 'unsatisfiable') return 416;
  lines.push('Accept-Ranges', 'bytes');
  const segments = segmentsOf(ranges, size, lines);
  const byteLength = segments.reduce((sum, each) => sum + byteLengthOf(each), 0);
  lines.push('Content-Length', String(byteLength));
  return { status: ranges === null ? status : 206, segments, byteLength };
}

function sendNone(exchange: Exchange, status: 304 | 412 | 416, { size }: FileStat, lines: HeaderLines) {
  if (status === 304) return reply(exchange, 304, withoutContent(lines), null);
  if (status === 412) return refuse(exchange, 412, 'Conflict', 'precondition failed');
  return refuse(exchange, 416, 'Invalid', 'range not satisfiable', ['Content-Range', `bytes */${size}`]);
}

function joined(file: FileHandle, segments: readonly Segment[]): Buffer {
  return Buffer.concat(segments.map((each) => (typeof each === 'string' ? Buffer.from(each) : read(file, each))));
}

/** The body of an answer; its head gets what tells how to read it. */
function segmentsOf(ranges: readonly ByteRange[] | null, size: number, lines: HeaderLines): readonly Segment[] {
  if (ranges === null) return [{ first: 0, last: size - 1 }];
  const place = ({ first, last }: ByteRange) => `bytes ${first}-${last}/${size}`;
  if (ranges.length === 1) {
    lines.push('Content-Range', place(ranges[0]!));
    return ranges;
  }
  const boundary = randomUUID();
  const type = headerOf(lines, 'content-type')!;
  setHeader(lines, 'Content-Type', `multipart/byteranges; boundary=${boundary}`);
  const parts = ranges.flatMap((range, index): Segment[] => [
    `${index === 0 ? '' : '\r\n'}--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: ${place(range)}\r\n\r\n`,
    range,
  ]);
  return [...parts, `\r\n--${boundary}--\r\n`];
}

function byteLengthOf(segment: Segment): number {
  return typeof segment === 'string' ? Buffer.byteLength(segment) : segment.last - segment.first + 1;
}

/** What a 304 says of itself: nothing about a body that it has not. */
function withoutContent(lines: HeaderLines): HeaderLines {
  const kept: HeaderLines = [];
  for (let index = 0; index < lines.length; index += 2) {
    if (!/^content-(?:type|encoding)$/i.test(lines[index]!)) kept.push(lines[index]!, lines[index + 1]!);
  }
  return kept;
}

function read(file: FileHandle, { first, last }: ByteRange): Uint8Array {
  const all = new Uint8Array(last - first + 1);
  for (let at = 0; at < all.length; ) {
    const byteLength = file.readInto(all.subarray(at), first + at);
    if (byteLength === 0) throw new HostError('Conflict', 'the file became shorter while it was sent');
    at += byteLength;
  }
  return all;
}
