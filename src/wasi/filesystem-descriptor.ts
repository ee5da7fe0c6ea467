/** The resource `descriptor` of `wasi:filesystem/types`: an open file or folder of a volume, as a guest sees it. */
import { VolumeError } from '../files/errors.js';
import type { FileHandle, FileType } from '../files/types.js';
import { fileSink, fileSource, type SharedHandle, syncWritten } from './filesystem-streams.js';
import {
  attemptDone,
  attemptFile,
  type DescriptorFlags,
  type DescriptorStat,
  descriptorStat,
  type FileResult,
  type MetadataHash,
  metadataHash,
  type NewTimestamp,
  newTime,
  type OpenFlags,
  type PathFlags,
} from './filesystem-values.js';
import { type DirEntry, type Listing, listFolder } from './listings.js';
import { InputStream, OutputStream } from './streams.js';
import type { World } from './types.js';

const MAX_OFFSET = BigInt(Number.MAX_SAFE_INTEGER);
/** One read answers no more; guests ask again. */
const MAX_READ_BYTES = 2n ** 20n;

/** The resource `directory-entry-stream`: what was in the folder when it was asked for. */
export class DirectoryEntryStream {
  private readonly listing: Listing;
  private next = 0;

  constructor(listing: Listing) {
    this.listing = listing;
  }

  readDirectoryEntry(): FileResult<DirEntry | undefined> {
    const { entries } = this.listing;
    return entries === null ? { err: 'bad-descriptor' } : { ok: entries[this.next++] };
  }

  [Symbol.dispose](): void {
    this.listing.release();
  }
}

/** What was read last by each instance; lowering copies it before anything else is read. */
const scratches = new WeakMap<World, Buffer>();

function scratchOf(world: World, byteLength: number): Uint8Array {
  let scratch = scratches.get(world);
  if (scratch === undefined || scratch.length < byteLength) {
    scratch = Buffer.allocUnsafeSlow(byteLength);
    scratches.set(world, scratch);
  }
  return scratch.subarray(0, byteLength);
}

export class Descriptor {
  private readonly world: World;
  private readonly shared: SharedHandle;

  constructor(world: World, shared: SharedHandle) {
    this.world = world;
    this.shared = shared;
  }

  private get handle(): FileHandle {
    return this.shared.handle;
  }

  [Symbol.dispose](): void {
    this.shared.release();
  }

  readViaStream(offset: bigint): FileResult<InputStream> {
    return attemptFile(() => {
      const at = offsetOf(offset);
      requireFile(this.handle, 'readable');
      return new InputStream(this.world, fileSource(this.shared, at));
    });
  }

  writeViaStream(offset: bigint): FileResult<OutputStream> {
    return attemptFile(() => {
      const at = offsetOf(offset);
      requireFile(this.handle, 'writable');
      return new OutputStream(this.world, fileSink(this.shared, at));
    });
  }

  appendViaStream(): FileResult<OutputStream> {
    return attemptFile(() => {
      requireFile(this.handle, 'writable');
      return new OutputStream(this.world, fileSink(this.shared, null));
    });
  }

  /** Advice changes nothing here. */
  advise(): FileResult<true> {
    return attemptDone(() => void requireFile(this.handle, null));
  }

  syncData(): FileResult<true> {
    return attemptDone(() => this.handle.sync(true));
  }

  sync(): FileResult<true> {
    return attemptDone(() => this.handle.sync(false));
  }

  getFlags(): FileResult<DescriptorFlags> {
    return attemptFile(() => {
      const { kind, readable, writable } = this.handle;
      if (kind === 'directory') return { read: readable, 'mutate-directory': writable };
      const { sync } = this.shared;
      return {
        read: readable,
        write: writable,
        'file-integrity-sync': sync === 'file',
        'data-integrity-sync': sync === 'data',
      };
    });
  }

  getType(): FileResult<FileType> {
    return attemptFile(() => this.handle.stat().type);
  }

  setSize(size: bigint): FileResult<true> {
    return attemptDone(() => this.handle.setSize(size));
  }

  setTimes(accessed: NewTimestamp, modified: NewTimestamp): FileResult<true> {
    return attemptDone(() => this.handle.setTimes(newTime(accessed), newTime(modified)));
  }

  read(length: bigint, offset: bigint): FileResult<readonly [Uint8Array, boolean]> {
    return attemptFile(() => {
      const asked = Number(length < MAX_READ_BYTES ? length : MAX_READ_BYTES);
      const target = scratchOf(this.world, asked);
      const count = this.handle.readInto(target, offsetOf(offset));
      return [target.subarray(0, count), count === 0 && asked > 0];
    });
  }

  write(buffer: Uint8Array, offset: bigint): FileResult<bigint> {
    return attemptFile(() => {
      const count = this.handle.write(buffer, offsetOf(offset));
      syncWritten(this.shared);
      return BigInt(count);
    });
  }

  readDirectory(): FileResult<DirectoryEntryStream> {
    return attemptFile(() => new DirectoryEntryStream(listFolder(this.world, this.handle)));
  }

  createDirectoryAt(path: string): FileResult<true> {
    return attemptDone(() => this.handle.createDirectory(path));
  }

  stat(): FileResult<DescriptorStat> {
    return attemptFile(() => descriptorStat(this.handle.stat()));
  }

  statAt(flags: PathFlags, path: string): FileResult<DescriptorStat> {
    return attemptFile(() => descriptorStat(this.handle.statAt(path, follows(flags))));
  }

  setTimesAt(flags: PathFlags, path: string, accessed: NewTimestamp, modified: NewTimestamp): FileResult<true> {
    return attemptDone(() => this.handle.setTimesAt(path, follows(flags), newTime(accessed), newTime(modified)));
  }

  linkAt(flags: PathFlags, path: string, newDescriptor: Descriptor, newPath: string): FileResult<true> {
    return attemptDone(() => this.handle.link(path, follows(flags), newDescriptor.handle, newPath));
  }

  openAt(pathFlags: PathFlags, path: string, open: OpenFlags, flags: DescriptorFlags): FileResult<Descriptor> {
    return attemptFile(() => {
      if (flags['mutate-directory'] === true && !this.handle.writable) throw new VolumeError('read-only', path);
      const handle = this.handle.open(path, {
        read: flags.read === true,
        write: flags.write === true,
        follow: follows(pathFlags),
        create: open.create === true,
        exclusive: open.exclusive === true,
        truncate: open.truncate === true,
        directory: open.directory === true,
      });
      return new Descriptor(this.world, trackedHandle(this.world, handle, flags));
    });
  }

  readlinkAt(path: string): FileResult<string> {
    return attemptFile(() => this.handle.readLink(path));
  }

  removeDirectoryAt(path: string): FileResult<true> {
    return attemptDone(() => this.handle.removeDirectory(path));
  }

  renameAt(path: string, newDescriptor: Descriptor, newPath: string): FileResult<true> {
    return attemptDone(() => this.handle.rename(path, newDescriptor.handle, newPath));
  }

  symlinkAt(target: string, path: string): FileResult<true> {
    return attemptDone(() => this.handle.symlink(target, path));
  }

  unlinkFileAt(path: string): FileResult<true> {
    return attemptDone(() => this.handle.unlinkFile(path));
  }

  isSameObject(other: Descriptor): boolean {
    const [mine, its] = [attemptFile(() => this.handle.stat()), attemptFile(() => other.handle.stat())];
    if (!('ok' in mine && 'ok' in its)) return false;
    return mine.ok.device === its.ok.device && mine.ok.inode === its.ok.inode;
  }

  metadataHash(): FileResult<MetadataHash> {
    return attemptFile(() => metadataHash(this.handle.stat()));
  }

  metadataHashAt(flags: PathFlags, path: string): FileResult<MetadataHash> {
    return attemptFile(() => metadataHash(this.handle.statAt(path, follows(flags))));
  }
}

/** A mount: the world closes it. */
export function mountHandle(handle: FileHandle): SharedHandle {
  return { handle, sync: 'none', retain() {}, release() {} };
}

/** What a guest opened: closed when it and its streams are dropped, and at the end of the call at the latest. */
function trackedHandle(world: World, handle: FileHandle, flags: DescriptorFlags): SharedHandle {
  const untrack = world.track(() => handle.close());
  let users = 1;
  return {
    handle,
    sync: flags['file-integrity-sync'] === true ? 'file' : flags['data-integrity-sync'] === true ? 'data' : 'none',
    retain() {
      users++;
    },
    release() {
      if (--users > 0) return;
      untrack();
      handle.close();
    },
  };
}

function follows(flags: PathFlags): boolean {
  return flags['symlink-follow'] === true;
}

/** @throws VolumeError `invalid` beyond what a file can have */
function offsetOf(offset: bigint): number {
  if (offset > MAX_OFFSET) throw new VolumeError('invalid', '', `offset ${offset} is beyond any file`);
  return Number(offset);
}

function requireFile(handle: FileHandle, need: 'readable' | 'writable' | null): void {
  if (handle.kind !== 'file') throw new VolumeError('bad-descriptor', '', 'it is a folder');
  if (need !== null && !handle[need]) throw new VolumeError('bad-descriptor', '', 'it was not opened for that');
}
