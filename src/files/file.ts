/** An open file. Reads and writes name their place: a handle has no position of its own. */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  read,
  readSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { checkRead, checkWrite, take, type Volume } from './bounds.js';
import { guarded, VolumeError } from './errors.js';
import { NotAFolder } from './not-a-folder.js';
import { fileStat, type NewTime, secondsOf } from './stat.js';
import type { FileHandle, FileStat } from './types.js';

const readAsync = promisify(read);

/** A single read returns no more; callers ask again. */
const MAX_READ_BYTES = 16 * 1024 * 1024;
const MAX_SIZE = BigInt(Number.MAX_SAFE_INTEGER);

/** A class, because files are opened by the thousand: methods are shared. */
export class OpenFile extends NotAFolder implements FileHandle {
  readonly kind = 'file';
  readonly readable: boolean;
  readonly writable: boolean;
  private readonly volume: Volume;
  private fd: number | null;
  /** A second descriptor, which appends. */
  private appending: number | null = null;

  /** @param fd its owner is this handle from now on; counted already */
  constructor(volume: Volume, fd: number, path: string, readable: boolean, writable: boolean) {
    super(path);
    this.volume = volume;
    this.fd = fd;
    this.readable = readable;
    this.writable = writable;
  }

  /** As long as it is open. @throws VolumeError `bad-descriptor` */
  private get descriptor(): number {
    if (this.fd === null) throw new VolumeError('bad-descriptor', this.path, 'it is closed');
    return this.fd;
  }

  private get forReading(): number {
    checkRead(this.volume, this.path);
    if (!this.readable) throw new VolumeError('bad-descriptor', this.path, 'it was not opened for reading');
    return this.descriptor;
  }

  private get forWriting(): number {
    checkWrite(this.volume, this.path);
    if (!this.writable) throw new VolumeError('bad-descriptor', this.path, 'it was not opened for writing');
    return this.descriptor;
  }

  stat(): FileStat {
    const fd = this.descriptor;
    return guarded(this.path, () => fileStat(fstatSync(fd, { bigint: true })));
  }

  readInto(target: Uint8Array, offset: number): number {
    const fd = this.forReading;
    return guarded(this.path, () => readSync(fd, target, 0, target.byteLength, offset));
  }

  async readLater(target: Uint8Array, offset: number): Promise<number> {
    const fd = this.forReading;
    try {
      const { bytesRead } = await readAsync(fd, target, 0, target.byteLength, offset);
      return bytesRead;
    } catch (error) {
      return guarded(this.path, () => {
        throw error;
      });
    }
  }

  read(length: number, offset: number): Uint8Array {
    const target = Buffer.allocUnsafeSlow(Math.min(length, MAX_READ_BYTES));
    return target.subarray(0, this.readInto(target, offset));
  }

  write(bytes: Uint8Array, offset: number): number {
    const fd = this.forWriting;
    return guarded(this.path, () => writeSync(fd, bytes, 0, bytes.byteLength, offset));
  }

  /** Through a descriptor that appends, where there can be one: other writers' bytes are not written over. */
  append(bytes: Uint8Array): number {
    const fd = this.forWriting;
    return guarded(this.path, () => {
      const appending = this.appendingTo(fd);
      if (appending === null) return writeSync(fd, bytes, 0, bytes.byteLength, fstatSync(fd).size);
      return writeSync(appending, bytes);
    });
  }

  private appendingTo(fd: number): number | null {
    if (this.appending !== null) return this.appending;
    take(this.volume, this.path);
    try {
      this.appending = this.volume.ground.reopen(fd, constants.O_WRONLY | constants.O_APPEND);
    } finally {
      if (this.appending === null) this.volume.budget.open--;
    }
    return this.appending;
  }

  setSize(size: bigint): void {
    const fd = this.forWriting;
    if (size > MAX_SIZE) throw new VolumeError('file-too-large', this.path);
    guarded(this.path, () => ftruncateSync(fd, Number(size)));
  }

  setTimes(accessedNs: NewTime, modifiedNs: NewTime): void {
    checkWrite(this.volume, this.path);
    const { path, descriptor: fd } = this;
    guarded(path, () => {
      const { atimeNs, mtimeNs } = fstatSync(fd, { bigint: true });
      futimesSync(fd, secondsOf(accessedNs, atimeNs, path), secondsOf(modifiedNs, mtimeNs, path));
    });
  }

  sync(dataOnly: boolean): void {
    const fd = this.descriptor;
    guarded(this.path, () => (dataOnly ? fdatasyncSync(fd) : fsyncSync(fd)));
  }

  close(): void {
    for (const fd of [this.fd, this.appending]) {
      if (fd === null) continue;
      closeSync(fd);
      this.volume.budget.open--;
    }
    this.fd = null;
    this.appending = null;
  }
}
