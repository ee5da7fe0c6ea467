/** An open file. Reads and writes name their place: a handle has no position of its own. */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  readSync,
  writeSync,
} from 'node:fs';
import { checkRead, checkWrite, take, type Volume } from './bounds.js';
import { guarded, VolumeError } from './errors.js';
import { fileStat, type NewTime, secondsOf } from './stat.js';
import type { FileHandle } from './types.js';

/** A file on this thread: what else the rooms beside may do with it. */
export interface OpenFile extends FileHandle {
  readonly kind: 'file';
  /** The descriptor, as long as it is open. @throws VolumeError `bad-descriptor` */
  readonly descriptor: number;
}

/** A single read returns no more; callers ask again. */
const MAX_READ_BYTES = 16 * 1024 * 1024;
const MAX_SIZE = BigInt(Number.MAX_SAFE_INTEGER);

/** @param fd its owner is this handle from now on; counted already */
export function fileHandle(volume: Volume, fd: number, path: string, readable: boolean, writable: boolean): OpenFile {
  const open = { fd: fd as number | null, appending: null as number | null };
  const descriptor = (): number => {
    if (open.fd === null) throw new VolumeError('bad-descriptor', path, 'it is closed');
    return open.fd;
  };
  const forReading = (): number => {
    checkRead(volume, path);
    if (!readable) throw new VolumeError('bad-descriptor', path, 'it was not opened for reading');
    return descriptor();
  };
  const forWriting = (): number => {
    checkWrite(volume, path);
    if (!writable) throw new VolumeError('bad-descriptor', path, 'it was not opened for writing');
    return descriptor();
  };
  const readInto = (target: Uint8Array, offset: number): number => {
    const from = forReading();
    return guarded(path, () => readSync(from, target, 0, target.byteLength, offset));
  };
  return {
    ...notAFolder(path),
    kind: 'file',
    readable,
    writable,
    get descriptor() {
      return descriptor();
    },
    stat: () => guarded(path, () => fileStat(fstatSync(descriptor(), { bigint: true }))),
    readInto,
    read(length, offset) {
      const target = Buffer.allocUnsafeSlow(Math.min(length, MAX_READ_BYTES));
      return target.subarray(0, readInto(target, offset));
    },
    write(bytes, offset) {
      const to = forWriting();
      return guarded(path, () => writeSync(to, bytes, 0, bytes.byteLength, offset));
    },
    append: (bytes) => append(volume, open, forWriting(), bytes, path),
    setSize(size) {
      const of = forWriting();
      if (size > MAX_SIZE) throw new VolumeError('file-too-large', path);
      guarded(path, () => ftruncateSync(of, Number(size)));
    },
    setTimes(accessedNs, modifiedNs) {
      checkWrite(volume, path);
      setTimes(descriptor(), accessedNs, modifiedNs, path);
    },
    sync(dataOnly) {
      const of = descriptor();
      guarded(path, () => (dataOnly ? fdatasyncSync(of) : fsyncSync(of)));
    },
    close() {
      if (open.fd === null) return;
      closeSync(open.fd);
      volume.budget.open--;
      open.fd = null;
      if (open.appending === null) return;
      closeSync(open.appending);
      volume.budget.open--;
      open.appending = null;
    },
  };
}

/** Through a descriptor that appends, where there can be one: other writers' bytes are not written over. */
function append(
  volume: Volume,
  open: { appending: number | null },
  fd: number,
  bytes: Uint8Array,
  path: string,
): number {
  return guarded(path, () => {
    if (open.appending === null) {
      const appending = volume.ground.reopen(fd, constants.O_WRONLY | constants.O_APPEND);
      if (appending === null) return writeSync(fd, bytes, 0, bytes.byteLength, fstatSync(fd).size);
      try {
        take(volume, path);
      } catch (thrown) {
        closeSync(appending);
        throw thrown;
      }
      open.appending = appending;
    }
    return writeSync(open.appending, bytes);
  });
}

function setTimes(fd: number, accessedNs: NewTime, modifiedNs: NewTime, path: string): void {
  guarded(path, () => {
    const { atimeNs, mtimeNs } = fstatSync(fd, { bigint: true });
    futimesSync(fd, secondsOf(accessedNs, atimeNs, path), secondsOf(modifiedNs, mtimeNs, path));
  });
}

type FolderOnly =
  | 'list'
  | 'open'
  | 'statAt'
  | 'setTimesAt'
  | 'createDirectory'
  | 'removeDirectory'
  | 'unlinkFile'
  | 'rename'
  | 'link'
  | 'symlink'
  | 'readLink';

function notAFolder(path: string): Pick<FileHandle, FolderOnly> {
  const refuse = (): never => {
    throw new VolumeError('not-directory', path);
  };
  return {
    list: refuse,
    open: refuse,
    statAt: refuse,
    setTimesAt: refuse,
    createDirectory: refuse,
    removeDirectory: refuse,
    unlinkFile: refuse,
    rename: refuse,
    link: refuse,
    symlink: refuse,
    readLink: refuse,
  };
}
