/** What entries say about folders and binaries, held against the disk: folders exist, binaries are there and have their hash. */
import { HostError } from '../errors.js';
import type { ProblemFacts } from './facts.js';
import { MAX_BINARY_BYTES } from './limits.js';
import { clip, type FieldPath } from './nodes.js';
import { insidePath } from './paths.js';
import { nearestFile } from './texts.js';
import type { FileSource } from './types.js';

type Found<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly path: FieldPath; readonly facts: ProblemFacts };

/** Checks that a `directory` is a folder; the value is its path with every link resolved. */
export async function findFolder(files: FileSource, path: string, autoInit: boolean): Promise<Found<string>> {
  const found = await files.resolve(path);
  if (found === null && autoInit) return { ok: true, value: await realPathOf(files, path) };
  if (found !== null && found.type === 'folder') return { ok: true, value: found.path };
  const expected = 'a folder; auto_init: true would make it when it is first used';
  const facts =
    found === null
      ? {
          code: 'missing-folder',
          message: `no such folder: ${clip(path, 300)}`,
          expected,
          ...(await nearestFile(files, path)),
        }
      : { code: 'missing-folder', message: `not a folder: ${clip(path, 300)}`, expected: 'a folder' };
  return { ok: false, path: ['directory'], facts };
}

/** What is not there yet, below the nearest folder that is. */
async function realPathOf(files: FileSource, path: string): Promise<string> {
  const missing: string[] = [];
  for (let at = path; ; ) {
    const found = await files.resolve(at);
    if (found !== null) return files.join(found.path, missing.join('/'));
    const end = Math.max(at.lastIndexOf('/'), at.lastIndexOf('\\'));
    if (end < 0) return files.join((await files.resolve('.'))?.path ?? '', [at, ...missing].join('/'));
    missing.unshift(at.slice(end + 1));
    at = at.slice(0, end);
  }
}

/** A binary on the disk, read once however many entries name it. */
interface Binary {
  /** 64 hex digits. */
  readonly hash: string;
  readonly bytes: Uint8Array;
}

export interface BinaryStore {
  /** Reads and hashes `path` in `folder`. */
  find(folder: string, path: string): Promise<Found<Binary>>;
  forget(): void;
}

const HASH = /^sha256:[0-9a-f]{64}$/;
/** Beyond this, bytes are read again when they are asked for. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;

export function binaryStore(files: FileSource): BinaryStore {
  const byPath = new Map<string, Promise<Found<Binary>>>();
  let kept = 0;

  const read = (full: string, folder: string): Promise<Found<Binary>> => {
    const known = byPath.get(full);
    if (known !== undefined) return known;
    const reading = readBinary(files, full, folder).then((found) => {
      kept += found.ok ? found.value.bytes.length : 0;
      if (kept > MAX_KEPT_BYTES && found.ok) {
        kept -= found.value.bytes.length;
        byPath.delete(full);
      }
      return found;
    });
    byPath.set(full, reading);
    return reading;
  };

  return {
    find: async (folder, path) => {
      const below = insidePath(path.replace(/^[\\/]+/, ''));
      if (below === null) {
        const facts = {
          code: 'path-escape',
          message: `path traversal detected in file path: ${clip(path, 300)}`,
          expected: 'a path inside the filesystem',
        };
        return { ok: false, path: ['path'], facts };
      }
      return read(files.join(folder, below), folder);
    },
    forget: () => {
      byPath.clear();
      kept = 0;
    },
  };
}

async function readBinary(files: FileSource, full: string, folder: string): Promise<Found<Binary>> {
  const fail = (facts: ProblemFacts): Found<Binary> => ({ ok: false, path: ['path'], facts });
  const message = `failed to open file: ${clip(full, 300)}`;
  const [target, realFolder] = [await files.resolve(full), await files.resolve(folder)];
  if (target === null || realFolder === null) {
    return fail({ code: 'missing-file', message, got: 'no such file', ...(await nearestFile(files, full)) });
  }
  if (!files.isInside(target.path, realFolder.path)) {
    return fail({ code: 'path-escape', message: `${message}: the link leads out of its filesystem`, got: target.path });
  }
  const read = await files.read(target.path, MAX_BINARY_BYTES);
  if (read.ok) return { ok: true, value: { hash: await files.sha256(read.bytes), bytes: read.bytes } };
  if (read.reason === 'too-large')
    return fail({ code: 'too-large', message, expected: `at most ${MAX_BINARY_BYTES} bytes`, got: read.detail });
  return fail({ code: read.reason === 'missing' ? 'missing-file' : 'unreadable-file', message, got: read.detail });
}

/** What is wrong with a `hash`; `actual` is null when the file is not at hand, and then only its form is judged. */
export function hashFault(written: string, actual: string | null): ProblemFacts | null {
  const format = formatFault(written);
  if (actual === null) return format;
  if (format !== null) return { ...format, suggestion: `sha256:${actual}` };
  if (written === `sha256:${actual}`) return null;
  const message = 'hash verification failed: hash mismatch';
  return { code: 'hash-mismatch', message, expected: written, got: `sha256:${actual}` };
}

function formatFault(written: string): ProblemFacts | null {
  if (HASH.test(written)) return null;
  const colon = written.indexOf(':');
  const algorithm = written.slice(0, Math.min(colon, 40));
  const cause =
    colon > 0 && algorithm !== 'sha256' ? `unsupported hash algorithm: ${algorithm}` : 'invalid hash format';
  const expected = 'sha256: and 64 lowercase hex digits';
  const got = JSON.stringify(written.slice(0, 120));
  return { code: 'hash-format', message: `hash verification failed: ${cause}`, expected, got };
}

/** The store's failure as the error that a later read of the binary throws. */
export function binaryError(id: string, facts: ProblemFacts): HostError {
  const { message, expected, got, code } = facts;
  const detail = expected !== undefined && got !== undefined ? `: expected ${expected}, got ${got}` : '';
  const kind = code === 'missing-file' ? 'NotFound' : 'Invalid';
  return new HostError(kind, `${id}: ${message}${detail}`, { details: { code, expected, got } });
}
