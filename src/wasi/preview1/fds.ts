/** Functions of preview 1 on open descriptors, other than reading and writing. */
import type { FileHandle } from '../../files/types.js';
import { checkCallGoesOn } from '../ending.js';
import { type DirEntry, listFolder } from '../listings.js';
import type { World } from '../types.js';
import { ALL_FD_FLAGS, type FileDescriptor, type FolderDescriptor } from './descriptors.js';
import { refuse } from './errno.js';
import type { Guest } from './guest.js';
import { offsetOf } from './io.js';
import { newTimes, typeNumber, writeFdstat, writeFilestat, writeStreamStat } from './structs.js';

const PRESTAT_BYTES = 8;
const DIRENT_BYTES = 24;
const LAST_ADVICE = 5;
const WHENCE = { set: 0, current: 1, end: 2 } as const;

function seek(file: FileDescriptor, delta: bigint, whence: number): number {
  let base: bigint;
  if (whence === WHENCE.set) base = 0n;
  else if (whence === WHENCE.current) base = BigInt(file.offset);
  else if (whence === WHENCE.end) base = file.handle.stat().size;
  else refuse('inval');
  const target = base + BigInt.asIntN(64, delta);
  if (target < 0n) refuse('inval');
  file.offset = offsetOf(target);
  return file.offset;
}

/** The file holds so many bytes afterwards. */
function allocate({ handle }: FileDescriptor, offset: bigint, length: bigint): void {
  const end = BigInt.asUintN(64, offset) + BigInt.asUintN(64, length);
  if (BigInt.asUintN(64, length) === 0n) refuse('inval');
  if (end > handle.stat().size) handle.setSize(end);
}

const ITSELF: readonly DirEntry[] = ['.', '..'].map((name) => ({ name, type: 'directory' }));

/** The entry at a place, `.` and `..` before all others. */
function entryAt(entries: readonly DirEntry[], index: number): DirEntry | undefined {
  return ITSELF[index] ?? entries[index - ITSELF.length];
}

/** The first read of a folder fixes what the following ones go on with. */
function entriesOf(world: World, folder: FolderDescriptor, cookie: bigint): readonly DirEntry[] {
  if (cookie === 0n) folder.listing?.release();
  if (folder.listing?.entries == null) folder.listing = listFolder(world, folder.handle);
  return folder.listing.entries ?? [];
}

function inodeOf(folder: FileHandle, name: string): bigint {
  if (name === '..') return 0n; // what is above is none of the guest's
  try {
    return name === '.' ? folder.stat().inode : folder.statAt(name, false).inode;
  } catch {
    return 0n; // it has gone meanwhile
  }
}

/** `dirent`: the next cookie u64 at 0, inode u64 at 8, length of the name u32 at 16, type u8 at 20; then the name. */
function dirent(entry: DirEntry, next: number, inode: bigint): Uint8Array {
  const name = new TextEncoder().encode(entry.name);
  const bytes = new Uint8Array(DIRENT_BYTES + name.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(next), true);
  view.setBigUint64(8, inode, true);
  view.setUint32(16, name.length, true);
  view.setUint8(20, typeNumber(entry.type));
  bytes.set(name, DIRENT_BYTES);
  return bytes;
}

/** Asking for an inode takes the system a while. */
const ENTRIES_AT_ONCE = 256;

/** @returns bytes used: all of `target` where there is more, the last entry cut if need be */
function readDirectory(world: World, folder: FolderDescriptor, cookie: bigint, target: Uint8Array): number {
  const entries = entriesOf(world, folder, cookie);
  const first = Number(cookie);
  let used = 0;
  for (let index = first; used < target.length; index++) {
    const entry = entryAt(entries, index);
    if (entry === undefined) break;
    if ((index - first) % ENTRIES_AT_ONCE === ENTRIES_AT_ONCE - 1) checkCallGoesOn(world);
    const bytes = dirent(entry, index + 1, inodeOf(folder.handle, entry.name));
    target.set(bytes.subarray(0, target.length - used), used);
    used += Math.min(bytes.length, target.length - used);
  }
  return used;
}

/** @throws Refusal `badf` for what is no mount */
function mountOf({ fds }: Guest, fd: number): string {
  const found = fds.get(fd);
  return (found.kind === 'folder' ? found.mountedAt : null) ?? refuse('badf');
}

export const DESCRIPTOR_FUNCTIONS = {
  fd_advise(of: Guest, fd: number, _offset: bigint, _length: bigint, advice: number) {
    if ((advice & 0xff) > LAST_ADVICE) refuse('inval');
    if (of.fds.get(fd, 'fd_advise').kind === 'folder') refuse('badf');
  },
  fd_allocate: (of: Guest, fd: number, offset: bigint, length: bigint) =>
    allocate(of.fds.file(fd, 'fd_allocate'), offset, length),
  fd_close: (of: Guest, fd: number) => of.fds.close(fd),
  fd_datasync(of: Guest, fd: number) {
    const found = of.fds.get(fd, 'fd_datasync');
    if ('handle' in found) found.handle.sync(true);
  },
  fd_sync(of: Guest, fd: number) {
    const found = of.fds.get(fd, 'fd_sync');
    if ('handle' in found) found.handle.sync(false);
  },
  fd_fdstat_get: (of: Guest, fd: number, result: number) => writeFdstat(of.memory, result, of.fds.get(fd)),
  fd_fdstat_set_flags(of: Guest, fd: number, flags: number) {
    if ((flags & 0xffff & ~ALL_FD_FLAGS) !== 0) refuse('inval');
    of.fds.get(fd, 'fd_fdstat_set_flags').flags = flags & ALL_FD_FLAGS;
  },
  fd_fdstat_set_rights(of: Guest, fd: number, rights: bigint, inheriting: bigint) {
    const found = of.fds.get(fd);
    const [wanted, handed] = [BigInt.asUintN(64, rights), BigInt.asUintN(64, inheriting)];
    if ((wanted & ~found.rights) !== 0n || (handed & ~found.inheriting) !== 0n) refuse('notcapable');
    found.rights = wanted;
    found.inheriting = handed;
  },
  fd_filestat_get(of: Guest, fd: number, result: number) {
    const found = of.fds.get(fd, 'fd_filestat_get');
    if ('handle' in found) writeFilestat(of.memory, result, found.handle.stat());
    else writeStreamStat(of.memory, result, found);
  },
  fd_filestat_set_size: (of: Guest, fd: number, size: bigint) =>
    of.fds.file(fd, 'fd_filestat_set_size').handle.setSize(BigInt.asUintN(64, size)),
  fd_filestat_set_times(of: Guest, fd: number, accessed: bigint, modified: bigint, flags: number) {
    const found = of.fds.get(fd, 'fd_filestat_set_times');
    if (!('handle' in found)) refuse('badf');
    found.handle.setTimes(...newTimes(flags, accessed, modified));
  },
  fd_prestat_get(of: Guest, fd: number, result: number) {
    const length = new TextEncoder().encode(mountOf(of, fd)).length;
    const at = of.memory.check(result, PRESTAT_BYTES);
    of.memory.setU32(at, 0); // a folder: there is no other kind
    of.memory.setU32(at + 4, length);
  },
  fd_prestat_dir_name(of: Guest, fd: number, pointer: number, length: number) {
    const name = new TextEncoder().encode(mountOf(of, fd));
    if (name.length > length >>> 0) refuse('nametoolong');
    of.memory.set(pointer, name);
  },
  fd_readdir(of: Guest, fd: number, pointer: number, length: number, cookie: bigint, result: number) {
    const folder = of.fds.folder(fd, 'fd_readdir');
    of.memory.check(result, 4);
    const target = of.memory.bytes(pointer, length);
    of.memory.setU32(result, readDirectory(of.world, folder, BigInt.asUintN(64, cookie), target));
  },
  fd_renumber: (of: Guest, from: number, to: number) => of.fds.renumber(from, to),
  fd_seek(of: Guest, fd: number, delta: bigint, whence: number, result: number) {
    const onlyAsks = whence === WHENCE.current && delta === 0n;
    const file = of.fds.file(fd, onlyAsks ? 'fd_tell' : 'fd_seek');
    of.memory.check(result, 8);
    of.memory.setU64(result, BigInt(seek(file, delta, whence & 0xff)));
  },
  fd_tell: (of: Guest, fd: number, result: number) =>
    of.memory.setU64(result, BigInt(of.fds.file(fd, 'fd_tell').offset)),
};
