/** `sendfile`: a handler names a file in `X-Sendfile`, and the server sends it. */
import type { FileHandle } from '../../files/types.js';
import { sendFile } from '../files.js';
import { headerOf, refuse } from '../reply.js';
import type { HeaderLines, Middleware } from '../types.js';

/** @param volume opens the filesystem that names are looked up in */
export function sendfile(volume: () => FileHandle): Middleware {
  return (next) => (exchange) => {
    exchange.takeOver = (head) => {
      const named = headerOf(head.headers, 'x-sendfile');
      if (named === undefined) return null;
      const headers = head.headers.filter((_, index) => !OWN.has(head.headers[index - (index % 2)]!.toLowerCase()));
      const saved = headerOf(head.headers, 'x-file-name');
      if (saved !== undefined) headers.push('Content-Disposition', disposition(saved));
      const path = named.replace(/^\/+/, '');
      const reply = { root: volume(), path, status: head.status, precompressed: false, cacheControl: null, headers };
      exchange.takeOver = null;
      return () => sendFile(exchange, reply) ?? refuse(exchange, 404, 'NotFound', 'no such file');
    };
    return next(exchange);
  };
}

const OWN = new Set(['x-sendfile', 'x-file-name', 'content-length', 'content-type']);

function disposition(name: string): HeaderLines[number] {
  const plain = name.replace(/[^\x20-\x7e]|["\\]/g, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, escaped)}`;
}

function escaped(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
