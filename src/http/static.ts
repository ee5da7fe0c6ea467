/** `http.static`: the files of a folder under a path. */

import { HostError } from '../errors.js';
import type { FileHandle } from '../files/types.js';
import type { HttpStaticConfig } from '../registry/http/services.js';
import { sendFile } from './files.js';
import { refuse, reply } from './reply.js';
import type { Exchange, Handler } from './types.js';

/** @param open opens the volume at its first use; its owner closes it */
export function staticHandler(config: HttpStaticConfig, open: () => FileHandle): Handler {
  const { path: mount, index, spa, cacheControl, precompressed } = config;
  const send = (exchange: Exchange, path: string) =>
    sendFile(exchange, { root: open(), path, status: 200, precompressed, cacheControl, headers: [] });

  return (exchange) => {
    const { method, target } = exchange;
    if (method !== 'GET' && method !== 'HEAD') {
      const headers = ['Allow', 'GET, HEAD, OPTIONS'];
      if (method === 'OPTIONS') return reply(exchange, 204, headers, null);
      return refuse(exchange, 405, 'Invalid', `${method} is not allowed here: GET, HEAD`, headers);
    }
    const parts = partsBelow(target.parts ?? target.path.slice(1).split('/'), mount);
    const path = parts === null ? null : pathOf(parts);
    if (path === null) return notFound(exchange);
    const folder = path === '' || parts!.at(-1) === '';
    const candidates = folder ? (index === null ? [] : [joined(path, index)]) : [path];
    for (const each of candidates) {
      const sent = send(exchange, each);
      if (sent !== null) return sent ?? undefined;
    }
    if (!folder && index !== null && isFolder(open(), path)) {
      const query = target.query === '' ? '' : `?${target.query}`;
      return reply(exchange, 308, ['Location', `${target.path.replace(/^\/+/, '/')}/${query}`], null);
    }
    if (spa && index !== null && acceptsPage(exchange)) return send(exchange, index) ?? notFound(exchange);
    return notFound(exchange);
  };
}

function notFound(exchange: Exchange): void | Promise<void> {
  return refuse(exchange, 404, 'NotFound', 'no such file');
}

/** The decoded parts below the mount path; null where it is another one. */
function partsBelow(parts: readonly string[], mount: string): readonly string[] | null {
  const own = mount === '' ? [] : mount.slice(1).split('/').map(decodeURIComponent);
  return own.every((each, index) => parts[index] === each) ? parts.slice(own.length) : null;
}

/** A path relative to the volume; null for what is never served: hidden files, parts that hold a separator. */
function pathOf(parts: readonly string[]): string | null {
  const kept = parts.at(-1) === '' ? parts.slice(0, -1) : parts;
  for (const part of kept) {
    const wellKnown = part === '.well-known';
    if (part === '' || (part.startsWith('.') && !wellKnown) || /[/\\\0]/.test(part)) return null;
  }
  return kept.join('/');
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function isFolder(root: FileHandle, path: string): boolean {
  try {
    return root.statAt(path, true).type === 'directory';
  } catch {
    return false;
  }
}

/** Only pages fall back to the index: a missing script that is answered by HTML is hard to find. Browsers name HTML for a page. */
function acceptsPage({ request, target }: Exchange): boolean {
  const accept = request.headers.accept ?? '*/*';
  if (accept.includes('text/html')) return true;
  const last = target.path.slice(target.path.lastIndexOf('/') + 1);
  return accept.includes('*/*') && !/\.[a-z0-9]{1,8}$/i.test(last);
}

/** Volumes of one version of a registry, opened when first needed and closed together. */
export function volumeKeeper(open: (fs: string) => FileHandle): { get(fs: string): FileHandle; close(): void } {
  const kept = new Map<string, FileHandle>();
  let closed = false;
  return {
    get(fs) {
      if (closed) throw new HostError('Unavailable', `${fs}: its registry is closed`);
      const known = kept.get(fs);
      if (known !== undefined) return known;
      const made = open(fs);
      kept.set(fs, made);
      return made;
    },
    close() {
      closed = true;
      for (const each of kept.values()) each.close();
      kept.clear();
    },
  };
}
