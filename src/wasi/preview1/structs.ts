/** How preview 1 lays out what it answers with, and how files are described in it. */
import type { FileStat, FileType } from '../../files/types.js';
import type { Descriptor } from './descriptors.js';
import { refuse } from './errno.js';
import type { Memory } from './memory.js';

const FILE_TYPES: { readonly [type in FileType]: number } = {
  unknown: 0,
  'block-device': 1,
  'character-device': 2,
  directory: 3,
  'regular-file': 4,
  socket: 6,
  'symbolic-link': 7,
  fifo: 0,
};

export function typeNumber(type: FileType): number {
  return FILE_TYPES[type];
}

function descriptorType(of: Descriptor): FileType {
  if (of.kind === 'file') return 'regular-file';
  if (of.kind === 'folder') return 'directory';
  return of.isTerminal() ? 'character-device' : 'unknown';
}

const FDSTAT_BYTES = 24;

/** `fdstat`: type u8 at 0, flags u16 at 2, rights u64 at 8, inheriting rights u64 at 16. */
export function writeFdstat(memory: Memory, pointer: number, of: Descriptor): void {
  const at = memory.check(pointer, FDSTAT_BYTES);
  memory.bytes(at, FDSTAT_BYTES).fill(0);
  memory.setU8(at, typeNumber(descriptorType(of)));
  memory.setU16(at + 2, of.flags);
  memory.setU64(at + 8, of.rights);
  memory.setU64(at + 16, of.inheriting);
}

const FILESTAT_BYTES = 64;

/** `filestat`: device u64 at 0, inode u64 at 8, type u8 at 16, links, size, times (accessed, modified, changed) u64 from 24. */
export function writeFilestat(memory: Memory, pointer: number, stat: FileStat): void {
  const at = memory.check(pointer, FILESTAT_BYTES);
  memory.setU64(at, stat.device);
  memory.setU64(at + 8, stat.inode);
  memory.setU64(at + 16, BigInt(typeNumber(stat.type)));
  memory.setU64(at + 24, stat.linkCount);
  memory.setU64(at + 32, stat.size);
  memory.setU64(at + 40, notNegative(stat.accessedNs));
  memory.setU64(at + 48, notNegative(stat.modifiedNs));
  memory.setU64(at + 56, notNegative(stat.changedNs));
}

/** Of a standard stream: its type, and nothing else. */
export function writeStreamStat(memory: Memory, pointer: number, of: Descriptor): void {
  const at = memory.check(pointer, FILESTAT_BYTES);
  memory.bytes(at, FILESTAT_BYTES).fill(0);
  memory.setU8(at + 16, typeNumber(descriptorType(of)));
}

/** Times before 1970 cannot be said here. */
function notNegative(ns: bigint): bigint {
  return ns < 0n ? 0n : ns;
}

const FST = { accessed: 1, accessedNow: 2, modified: 4, modifiedNow: 8 } as const;

/** @param flags `fstflags` @throws Refusal `inval` where a time is to be both given and now */
export function newTimes(
  flags: number,
  accessed: bigint,
  modified: bigint,
): [bigint | 'now' | null, bigint | 'now' | null] {
  return [
    newTime(flags, FST.accessed, FST.accessedNow, accessed),
    newTime(flags, FST.modified, FST.modifiedNow, modified),
  ];
}

function newTime(flags: number, given: number, now: number, ns: bigint): bigint | 'now' | null {
  if ((flags & given) !== 0 && (flags & now) !== 0) refuse('inval');
  if ((flags & now) !== 0) return 'now';
  return (flags & given) !== 0 ? BigInt.asUintN(64, ns) : null;
}
