/** `env.storage.file`: a dotenv file, read again when it has changed, replaced as a whole when a value is set. */
import { randomBytes } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HostError } from '../errors.js';
import { type ParseDotenv, setInText } from './dotenv-text.js';
import type { Storage } from './storage.js';

interface FileStorageOptions {
  readonly id: string;
  readonly path: string;
  readonly autoCreate: boolean;
  /** Of a file and of folders that are made. */
  readonly fileMode: number;
  readonly dirMode: number;
  readonly parse: ParseDotenv;
}

const MAX_BYTES = 1024 * 1024;

interface Content {
  /** What of the file's facts changes with its content. */
  readonly stamp: string;
  readonly text: string;
  readonly values: ReadonlyMap<string, string>;
}

export function fileStorage(options: FileStorageOptions): Storage {
  let last: Content | null = null;

  const current = (): Content => {
    const stamp = stampOf(options);
    if (last !== null && stamp === last.stamp) return last;
    last = stamp === null ? nothing() : readContent(options);
    return last;
  };

  return {
    id: options.id,
    read: (key) => current().values.get(key) ?? null,
    write: (key, value) => {
      const text = setInText(current().text, key, value, options.parse);
      if (text === null || Buffer.byteLength(text) > MAX_BYTES) throw cannotHold(options, key, text !== null);
      replaceFile(options, text);
      last = null;
    },
  };
}

const MISSING = 'missing';

function nothing(): Content {
  return { stamp: MISSING, text: '', values: new Map() };
}

/** Null where the file is missing and may be. */
function stampOf(options: FileStorageOptions): string | null {
  try {
    return stampText(statSync(options.path, { bigint: true }));
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' && options.autoCreate) return null;
    throw unavailable(options, codeOf(thrown));
  }
}

function stampText({ mtimeNs, ctimeNs, size, ino }: BigIntStats): string {
  return `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
}

/** Through one handle, opened without waiting: a pipe in the file's place must not hold the host. */
function readContent(options: FileStorageOptions): Content {
  let handle: number | null = null;
  try {
    handle = openSync(options.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const facts = fstatSync(handle, { bigint: true });
    if (!facts.isFile()) throw unavailable(options, 'it is not a file');
    if (facts.size > MAX_BYTES) throw unavailable(options, `it is larger than ${MAX_BYTES} bytes`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(handle));
    return { stamp: stampText(facts), text, values: new Map(Object.entries(options.parse(text))) };
  } catch (thrown) {
    if (thrown instanceof HostError) throw thrown;
    throw unavailable(options, thrown instanceof TypeError ? 'it is not valid UTF-8' : codeOf(thrown));
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

/** A new file beside the old one, put in its place at once: no reader ever sees half of it. */
function replaceFile(options: FileStorageOptions, text: string): void {
  const target = targetOf(options);
  const fresh = join(dirname(target.path), `.${basename(target.path)}.${randomBytes(6).toString('hex')}.tmp`);
  let isMade = false;
  try {
    if (target.mode === null) mkdirSync(dirname(target.path), { recursive: true, mode: options.dirMode });
    const handle = openSync(fresh, 'wx', target.mode ?? options.fileMode);
    isMade = true;
    try {
      fchmodSync(handle, target.mode ?? options.fileMode);
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(fresh, target.path);
  } catch (thrown) {
    if (isMade) removeQuietly(fresh);
    throw unavailable(options, codeOf(thrown));
  }
}

/** Where the file really lies (a link to it stays a link) and its mode; null for one that is missing. */
function targetOf(options: FileStorageOptions): { readonly path: string; readonly mode: number | null } {
  try {
    const path = realpathSync(options.path);
    return { path, mode: statSync(path).mode & 0o777 };
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' && options.autoCreate) return { path: options.path, mode: null };
    throw unavailable(options, codeOf(thrown));
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // What led here is the error to tell.
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'it cannot be read';
}

function unavailable({ id, path }: FileStorageOptions, reason: string): HostError {
  return new HostError('Unavailable', `${id}: the file ${path} cannot be used: ${reason}`, {
    details: { storage: id, path, reason },
  });
}

function cannotHold({ id }: FileStorageOptions, key: string, isTooLarge: boolean): HostError {
  const reason = isTooLarge
    ? `the file would be larger than ${MAX_BYTES} bytes`
    : 'the dotenv format has no notation for that key or value';
  const message = `${id} cannot hold ${key}: ${reason}`;
  return new HostError('Invalid', message, { retryable: false, details: { storage: id, key } });
}
