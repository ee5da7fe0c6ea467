/** The file system of Node as a {@link FileSource}: the only file of this room that touches the platform. */
import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import type { FileSource, ListedFile, ReadResult } from './types.js';

/** Files as the process sees them, relative to its working directory. */
export function nodeFiles(): FileSource {
  return {
    join: (base, path) => (isAbsolute(path) ? path : join(base, path)),
    list,
    read,
    resolve,
    isInside: (path, folder) => {
      const way = relative(folder, path);
      return way === '' || (!isAbsolute(way) && way !== '..' && !/^\.\.[\\/]/.test(way));
    },
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  };
}

async function list(folder: string): Promise<ListedFile[] | null> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((entry) => {
      if (entry.isSymbolicLink()) return { name: entry.name, type: 'link' };
      if (entry.isDirectory()) return { name: entry.name, type: 'folder' };
      return { name: entry.name, type: entry.isFile() ? 'file' : 'other' };
    });
  } catch {
    return null;
  }
}

/** Reads through one handle, opened without waiting, so that neither a pipe nor a swapped file can hold the reader. */
async function read(path: string, maxBytes: number): Promise<ReadResult> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (thrown) {
    return failure(thrown);
  }
  try {
    const facts: Stats = await handle.stat();
    if (!facts.isFile())
      return { ok: false, reason: 'not-a-file', detail: facts.isDirectory() ? 'a folder' : 'not a file' };
    if (facts.size > maxBytes) return { ok: false, reason: 'too-large', detail: `${facts.size} bytes` };
    const bytes = Buffer.allocUnsafeSlow(facts.size);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return { ok: true, bytes: new Uint8Array(bytes.buffer, 0, length) };
  } catch (thrown) {
    return failure(thrown);
  } finally {
    await handle.close();
  }
}

function failure(thrown: unknown): ReadResult {
  const code = errorCode(thrown);
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
  return { ok: false, reason: isMissing ? 'missing' : 'unreadable', detail: code };
}

function errorCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
}

async function resolve(path: string): Promise<{ path: string; type: 'file' | 'folder' | 'other' } | null> {
  try {
    const real = await realpath(path);
    const facts = await stat(real);
    return { path: real, type: facts.isFile() ? 'file' : facts.isDirectory() ? 'folder' : 'other' };
  } catch {
    return null;
  }
}
