/** What the system says of a file, in this room's words; times as the system takes them. */
import type { BigIntStats, Dirent } from 'node:fs';
import { VolumeError } from './errors.js';
import type { FileStat, FileType } from './types.js';

const PERMISSION_BITS = 0o7777n;

export function fileStat(stat: BigIntStats): FileStat {
  return {
    type: typeOf(stat),
    linkCount: stat.nlink,
    size: stat.size,
    accessedNs: stat.atimeNs,
    modifiedNs: stat.mtimeNs,
    changedNs: stat.ctimeNs,
    device: stat.dev,
    inode: stat.ino,
    mode: Number(stat.mode & PERMISSION_BITS),
  };
}

type Typed = Pick<
  Dirent,
  'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket' | 'isBlockDevice' | 'isCharacterDevice'
>;

export function typeOf(entry: Typed): FileType {
  if (entry.isFile()) return 'regular-file';
  if (entry.isDirectory()) return 'directory';
  if (entry.isSymbolicLink()) return 'symbolic-link';
  if (entry.isFIFO()) return 'fifo';
  if (entry.isSocket()) return 'socket';
  if (entry.isBlockDevice()) return 'block-device';
  return entry.isCharacterDevice() ? 'character-device' : 'unknown';
}

/** A new time, or null to leave the present one. */
export type NewTime = bigint | 'now' | null;

const NS_PER_SECOND = 1_000_000_000;
/** The end of the year 9999: beyond, systems disagree. */
const MAX_TIME_NS = 253_402_300_799_999_999_999n;

/**
 * Seconds for `node:fs`, which takes floats: a time of our days is kept to a quarter of a microsecond.
 * @throws VolumeError `invalid` for times before 1970, which `node:fs` takes for the present, `overflow`
 */
export function secondsOf(time: NewTime, present: bigint, path: string): number {
  if (time === 'now') return Date.now() / 1000;
  const ns = time ?? present;
  if (ns < 0n) throw new VolumeError('invalid', path, 'times before 1970 cannot be set');
  if (ns > MAX_TIME_NS) throw new VolumeError('overflow', path, 'times after the year 9999 cannot be set');
  return Number(ns / 1_000_000_000n) + Number(ns % 1_000_000_000n) / NS_PER_SECOND;
}
