/** Real folders to try volumes on. */
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { VolumeError } from '../../src/files/errors.js';
import type { FileErrorCode, FileHandle, OpenOptions, VolumeSpec } from '../../src/files/types.js';
import { openVolume } from '../../src/files/volume.js';

const made: string[] = [];
const opened: FileHandle[] = [];

/** An empty folder that is gone after the test. */
export function scratch(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'moonwit-files-')));
  made.push(path);
  return path;
}

/** As {@link scratch}, gone after all tests of the file. */
export function longScratch(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'moonwit-files-')));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

afterEach(() => {
  for (const handle of opened.splice(0)) handle.close();
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

export function specOf(path: string, more: Partial<VolumeSpec> = {}): VolumeSpec {
  return { id: 'test:files', path, autoInit: false, mode: 0o755, readOnly: false, ...more };
}

/** A volume that is closed after the test. */
export function volume(path: string, more: Partial<VolumeSpec> = {}, portable = false): FileHandle {
  return kept(openVolume(specOf(path, more), { portable }));
}

export function kept(handle: FileHandle): FileHandle {
  opened.push(handle);
  return handle;
}

export const NONE: OpenOptions = {
  read: false,
  write: false,
  follow: true,
  create: false,
  exclusive: false,
  truncate: false,
  directory: false,
};
export const READ: OpenOptions = { ...NONE, read: true };
export const WRITE: OpenOptions = { ...NONE, write: true };
export const CREATE: OpenOptions = { ...WRITE, read: true, create: true };

/** The code that `run` fails with, or `ok`. */
export function codeOf(run: () => unknown): FileErrorCode | 'ok' {
  try {
    const result = run();
    if (isHandle(result)) kept(result);
    return 'ok';
  } catch (thrown) {
    if (thrown instanceof VolumeError) return thrown.code;
    throw thrown;
  }
}

function isHandle(value: unknown): value is FileHandle {
  return typeof value === 'object' && value !== null && 'close' in value;
}

export function textOf(folder: FileHandle, path: string): string {
  const file = folder.open(path, READ);
  try {
    return Buffer.from(file.read(1 << 20, 0)).toString();
  } finally {
    file.close();
  }
}

/** Everything below a folder: names, types, contents, links, times. Two equal hashes: nothing was changed. */
export function treeHash(path: string): string {
  const hash = createHash('sha256');
  const visit = (at: string, name: string): void => {
    const stat = lstatSync(at, { bigint: true });
    const times = stat.isDirectory() ? '' : `${stat.mtimeNs} ${stat.nlink}`;
    hash.update(`${name}\0${stat.mode} ${stat.ino} ${times}\0`);
    if (stat.isSymbolicLink()) hash.update(readlinkSync(at));
    else if (stat.isFile()) hash.update(readFileSync(at));
    else if (stat.isDirectory()) for (const child of readdirSync(at).sort()) visit(join(at, child), `${name}/${child}`);
  };
  visit(path, '');
  return hash.digest('hex');
}

/** `outside/secret.txt` beside `inside/`, with a few files in it. */
export function arena(): { readonly inside: string; readonly outside: string } {
  const top = scratch();
  const [inside, outside] = [join(top, 'inside'), join(top, 'outside')];
  mkdirSync(inside);
  mkdirSync(outside);
  return { inside, outside };
}
