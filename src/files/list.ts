/** What is in a folder. */
import { isUtf8 } from 'node:buffer';
import { opendirSync } from 'node:fs';
import { VolumeError } from './errors.js';
import { typeOf } from './stat.js';
import type { FileType } from './types.js';

interface FolderEntry {
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
  // Names as bytes; the types of Node know texts only.
  const folder = opendirSync(`${prefix}/.`, { bufferSize: BATCH, encoding: 'buffer' as BufferEncoding });
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      const bytes = entry.name as unknown as Buffer;
      if (!isUtf8(bytes)) continue;
      if (entries.length === MAX_ENTRIES) throw new VolumeError('overflow', '.', `more than ${MAX_ENTRIES} entries`);
      entries.push({ name: bytes.toString('utf8'), type: typeOf(entry) });
    }
  } finally {
    folder.closeSync();
  }
  return entries;
}
