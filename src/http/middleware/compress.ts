/** `compress`: brotli or gzip, as the client takes it, for what is text and large enough. */
import { promisify } from 'node:util';
import {
  type BrotliOptions,
  brotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  gzip,
  type ZlibOptions,
} from 'node:zlib';
import type { Middleware as Config } from '../../registry/http/middleware.js';
import { acceptedEncoding } from '../negotiate.js';
import { addVary, clientGone, headerOf, removeHeader, setHeader } from '../reply.js';
import type { BodyEncoder, BodyWriter, Exchange, Middleware, ReplyHead } from '../types.js';

type CompressConfig = Extract<Config, { type: 'compress' }>;
type Encoding = 'br' | 'gzip';

const GZIP_LEVEL = { fastest: 1, default: 6, best: 9 };
const BROTLI_QUALITY = { fastest: 1, default: 4, best: 9 };

const COMPRESSIBLE =
  /^(?:text\/(?!event-stream)|application\/(?:[\w.+-]*\+)?(?:json|xml|javascript|x-ndjson|wasm|manifest)|image\/(?:svg\+xml|bmp|x-icon)|font\/(?:ttf|otf))/i;

export function compress(config: CompressConfig): Middleware {
  return (next) => (exchange) => {
    exchange.encodeBody = (given, head) => encoderFor(given, head, config);
    return next(exchange);
  };
}

function encoderFor({ request }: Exchange, head: ReplyHead, config: CompressConfig): BodyEncoder | null {
  const { headers, status } = head;
  if (status < 200 || status === 204 || status === 206 || status === 304) return null;
  if (headerOf(headers, 'content-encoding') !== undefined) return null;
  if (!COMPRESSIBLE.test(headerOf(headers, 'content-type') ?? '')) return null;
  if (/no-transform/i.test(headerOf(headers, 'cache-control') ?? '')) return null;
  addVary(headers, 'Accept-Encoding');
  const encoding = acceptedEncoding(request.headers['accept-encoding'], ['br', 'gzip']) as Encoding | null;
  if (encoding === null) return null;
  const length = headerOf(headers, 'content-length');
  if (length !== undefined && Number(length) < config.minLength) return null;
  return makeEncoder(encoding, head, config);
}

function makeEncoder(encoding: Encoding, { headers }: ReplyHead, { level, minLength }: CompressConfig): BodyEncoder {
  const mark = () => {
    setHeader(headers, 'Content-Encoding', encoding);
    removeHeader(headers, 'content-length');
    const etag = headerOf(headers, 'etag');
    // The bytes are others: a strong tag would lie.
    if (etag !== undefined && !etag.startsWith('W/')) setHeader(headers, 'ETag', `W/${etag}`);
  };
  const gzipOptions: ZlibOptions = { level: GZIP_LEVEL[level] };
  const brotliOptions: BrotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY[level] } };
  return {
    begins: mark,
    async whole(body) {
      if (body.length < minLength) return body;
      const packed = encoding === 'br' ? await brotli(body, brotliOptions) : await gzipped(body, gzipOptions);
      if (packed.length >= body.length) return body;
      mark();
      return packed;
    },
    stream(sink) {
      const packer = encoding === 'br' ? createBrotliCompress(brotliOptions) : createGzip(gzipOptions);
      return packedWriter(packer, sink);
    },
  };
}

const brotli = promisify(brotliCompress) as (body: Uint8Array, options: BrotliOptions) => Promise<Buffer>;
const gzipped = promisify(gzip) as (body: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

type Packer = ReturnType<typeof createGzip> | ReturnType<typeof createBrotliCompress>;

interface Packing {
  readonly packer: Packer;
  readonly sink: BodyWriter;
  /** Who waits for the packer to take more: listeners of their own would pile up. */
  waiting: ((error?: unknown) => void)[];
  failed: unknown;
  trailers: string[] | undefined;
}

/** What goes through a compressor comes out behind it; both sides hold each other back. */
function packedWriter(packer: Packer, sink: BodyWriter): BodyWriter {
  const packing: Packing = { packer, sink, waiting: [], failed: null, trailers: undefined };
  packer.on('drain', () => release(packing));
  packer.on('close', () => release(packing, packing.failed ?? clientGone()));
  packer.on('data', (chunk: Uint8Array) => passOn(packing, chunk));
  packer.on('end', () => sink.end(packing.trailers));
  packer.on('error', () => sink.cut());
  return {
    write(bytes) {
      if (packing.failed !== null || packer.destroyed) throw packing.failed ?? clientGone();
      if (packer.write(bytes)) return;
      return new Promise<void>((resolve, reject) => {
        packing.waiting.push((error) => (error === undefined ? resolve() : reject(error)));
      });
    },
    flush: () => packer.flush(),
    end(trailers) {
      packing.trailers = trailers;
      packer.end();
    },
    cut() {
      packer.destroy();
      sink.cut();
    },
  };
}

function passOn(packing: Packing, chunk: Uint8Array): void {
  const { packer, sink } = packing;
  try {
    const held = sink.write(chunk);
    if (!(held instanceof Promise)) return;
    packer.pause();
    held.then(
      () => packer.resume(),
      (error: unknown) => fail(packing, error),
    );
  } catch (error) {
    fail(packing, error);
  }
}

function fail(packing: Packing, error: unknown): void {
  packing.failed = error;
  packing.packer.destroy();
}

function release(packing: Packing, error?: unknown): void {
  const released = packing.waiting;
  packing.waiting = [];
  for (const each of released) each(error);
}
