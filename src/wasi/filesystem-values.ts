/** Values of `wasi:filesystem/types` as the engine lowers and lifts them, and how failures become their `error-code`. */
import { VolumeError } from '../files/errors.js';
import type { FileErrorCode, FileStat, FileType } from '../files/types.js';

export type FileResult<T> = { readonly ok: T } | { readonly err: FileErrorCode };

/** Flags that are set, by their WIT names. */
type Flags<Name extends string> = { readonly [name in Name]?: boolean };

export type PathFlags = Flags<'symlink-follow'>;
export type OpenFlags = Flags<'create' | 'directory' | 'exclusive' | 'truncate'>;
export type DescriptorFlags = Flags<
  'read' | 'write' | 'file-integrity-sync' | 'data-integrity-sync' | 'requested-write-sync' | 'mutate-directory'
>;

interface Datetime {
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

export type NewTimestamp = { readonly 'no-change': true } | { readonly now: true } | { readonly timestamp: Datetime };

export interface DescriptorStat {
  readonly type: FileType;
  readonly 'link-count': bigint;
  readonly size: bigint;
  readonly 'data-access-timestamp': Datetime | undefined;
  readonly 'data-modification-timestamp': Datetime | undefined;
  readonly 'status-change-timestamp': Datetime | undefined;
}

export interface MetadataHash {
  readonly lower: bigint;
  readonly upper: bigint;
}

/** Runs one operation; its failure is a value for the guest. Anything but a VolumeError is not its business. */
export function attemptFile<T>(run: () => T): FileResult<T> {
  try {
    return { ok: run() };
  } catch (thrown) {
    if (thrown instanceof VolumeError) return { err: thrown.code };
    throw thrown;
  }
}

/** As {@link attemptFile}, for `result<_, error-code>`. */
export function attemptDone(run: () => void): FileResult<true> {
  return attemptFile(() => {
    run();
    return true;
  });
}

const NS_PER_SECOND = 1_000_000_000n;

/** None for times before 1970, which a datetime cannot say. */
function datetimeOf(ns: bigint): Datetime | undefined {
  if (ns < 0n) return undefined;
  return { seconds: ns / NS_PER_SECOND, nanoseconds: Number(ns % NS_PER_SECOND) };
}

export function descriptorStat(stat: FileStat): DescriptorStat {
  return {
    type: stat.type,
    'link-count': stat.linkCount,
    size: stat.size,
    'data-access-timestamp': datetimeOf(stat.accessedNs),
    'data-modification-timestamp': datetimeOf(stat.modifiedNs),
    'status-change-timestamp': datetimeOf(stat.changedNs),
  };
}

/** @throws VolumeError `invalid` for a second or more of nanoseconds */
export function newTime(timestamp: NewTimestamp): bigint | 'now' | null {
  if ('now' in timestamp) return 'now';
  if ('no-change' in timestamp) return null;
  const { seconds, nanoseconds } = timestamp.timestamp;
  if (nanoseconds >= Number(NS_PER_SECOND)) {
    throw new VolumeError('invalid', '', `${nanoseconds} nanoseconds are a second or more`);
  }
  return seconds * NS_PER_SECOND + BigInt(nanoseconds);
}

/** Which object it is, and which state of it. */
export function metadataHash({ device, inode, size, modifiedNs, changedNs }: FileStat): MetadataHash {
  const parts = [device, inode, size, modifiedNs, changedNs];
  return { lower: mixed(parts, 0x243f6a8885a308d3n), upper: mixed(parts, 0x13198a2e03707344n) };
}

/** A multiply-and-fold over 64-bit parts; it only has to differ where they do. */
function mixed(parts: readonly bigint[], seed: bigint): bigint {
  let hash = seed;
  for (const part of parts) {
    hash = BigInt.asUintN(64, (hash ^ BigInt.asUintN(64, part)) * 0x9e3779b97f4a7c15n);
    hash ^= hash >> 29n;
  }
  return hash;
}
