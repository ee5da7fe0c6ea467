/** What is in a folder. */
import { opendirSync } from 'node:fs';
import { VolumeError } from './errors.js';
import { typeOf } from './stat.js';
import type { FileType } from './types.js';

export interface FolderEntry {
  readonly name: string;
  readonly type: FileType;
}

export const MAX_ENTRIES = 1_000_000;
/** Entries that one call to the system brings. */
const BATCH = 512;

/**
 * Every entry but `.` and `..`, in the system's order. Names that are not UTF-8 are left out: no guest could name them.
 * @throws VolumeError `overflow` beyond {@link MAX_ENTRIES}
 */
export function listFolder(prefix: string): FolderEntry[] {
  const entries: FolderEntry[] = [];
  const folder = opendirSync(`${prefix}/.`, { bufferSize: BATCH, encoding: 'latin1' as BufferEncoding });
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      const name = utf8Of(entry.name);
      if (name === null) continue;
      if (entries.length === MAX_ENTRIES) throw new VolumeError('overflow', '.', `more than ${MAX_ENTRIES} entries`);
      entries.push({ name, type: typeOf(entry) });
    }
  } finally {
    folder.closeSync();
  }
  return entries;
}

const NOT_ASCII = /[\x80-\xff]/;

/** A name read as latin1, that is byte by byte. */
function utf8Of(bytes: string): string | null {
  if (!NOT_ASCII.test(bytes)) return bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return null;
  }
}
