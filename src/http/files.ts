/** Files of a volume as answers: validators, ranges, types, in pieces that wait for the client. */

import { lookup } from 'mrmime';
import { HostError } from '../errors.js';
import { type FileHandle, type FileStat, OPEN_TO_READ } from '../files/types.js';
import { precondition, rangeOf } from './conditional.js';
import { weightsOf } from './negotiate.js';
import { addVary, beginReply, refuse, reply } from './reply.js';
import type { BodyWriter, Exchange, HeaderLines } from './types.js';

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
const PIECE_BYTES = 128 * 1024;

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
  let open = true;
  const close = () => {
    if (open) file.close();
    open = false;
  };
  try {
    const size = Number(stat.size);
    const modifiedMs = Math.floor(Number(stat.modifiedNs / 1_000_000n) / 1000) * 1000;
    const etag = `"${stat.size.toString(36)}-${stat.modifiedNs.toString(36)}-${stat.inode.toString(36)}"`;
    const validators = { etag, modifiedMs };
    lines.push('ETag', etag, 'Last-Modified', new Date(modifiedMs).toUTCString());
    const { headers } = exchange.request;
    const verdict = status === 200 ? precondition(headers, validators, exchange.method) : 200;
    if (verdict !== 200) {
      close();
      if (verdict === 412) return refuse(exchange, 412, 'Conflict', 'precondition failed');
      return reply(exchange, 304, withoutContent(lines), null);
    }
    const range = status === 200 ? rangeOf(headers, size, validators) : null;
    if (range === 'unsatisfiable') {
      close();
      return refuse(exchange, 416, 'Invalid', 'range not satisfiable', ['Content-Range', `bytes */${size}`]);
    }
    lines.push('Accept-Ranges', 'bytes');
    const { first, last } = range ?? { first: 0, last: size - 1 };
    const length = last - first + 1;
    lines.push('Content-Length', String(length));
    if (range !== null) lines.push('Content-Range', `bytes ${first}-${last}/${size}`);
    const sent = range === null ? status : 206;
    if (exchange.method === 'HEAD' || length === 0) {
      close();
      return reply(exchange, sent, lines, null);
    }
    if (length <= WHOLE_BYTES) {
      const bytes = readAll(file, first, length);
      close();
      return reply(exchange, sent, lines, bytes);
    }
    return sendPieces(beginReply(exchange, sent, lines), file, first, length, close);
  } catch (error) {
    close();
    throw error;
  }
}

/** What a 304 says of itself: nothing about a body that it has not. */
function withoutContent(lines: HeaderLines): HeaderLines {
  const kept: HeaderLines = [];
  for (let index = 0; index < lines.length; index += 2) {
    if (!/^content-(?:type|encoding)$/i.test(lines[index]!)) kept.push(lines[index]!, lines[index + 1]!);
  }
  return kept;
}

function readAll(file: FileHandle, first: number, length: number): Uint8Array {
  const bytes = file.read(length, first);
  if (bytes.length === length) return bytes;
  const all = new Uint8Array(length);
  all.set(bytes);
  let at = bytes.length;
  while (at < length) {
    const more = file.read(length - at, first + at);
    if (more.length === 0) throw shrank();
    all.set(more, at);
    at += more.length;
  }
  return all;
}

async function sendPieces(
  writer: BodyWriter,
  file: FileHandle,
  first: number,
  length: number,
  close: () => void,
): Promise<void> {
  try {
    let sent = 0;
    while (sent < length) {
      const bytes = file.read(Math.min(PIECE_BYTES, length - sent), first + sent);
      if (bytes.length === 0) throw shrank();
      sent += bytes.length;
      const held = writer.write(bytes);
      // Others have their turn between two pieces of a long file.
      await (held ?? new Promise((resolve) => setImmediate(resolve)));
    }
    writer.end();
  } catch {
    // The client went away, or the file shrank: the length that was promised cannot come any more.
    writer.cut();
  } finally {
    close();
  }
}

function shrank(): HostError {
  return new HostError('Conflict', 'the file became shorter while it was sent');
}
