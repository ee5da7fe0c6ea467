/** Streams over files: they read and write where they are, and nobody ever waits for them. */
import type { FileHandle } from '../files/types.js';
import { ALWAYS_READY } from './poll.js';
import type { ByteSink, ByteSource } from './streams.js';

/** An open file that a descriptor and its streams share: the last one closes it, or the end of the call. */
export interface SharedHandle {
  readonly handle: FileHandle;
  /** Reads and writes wait until the disk has what they depend on. */
  readonly sync: 'none' | 'data' | 'file';
  retain(): void;
  release(): void;
}

/** A write through a stream has no more than this at once. */
const WRITE_BYTES = 2 ** 20;

export function fileSource(shared: SharedHandle, offset: number): ByteSource {
  let at = offset;
  shared.retain();
  const read = (length: number): Uint8Array | null => {
    const bytes = shared.handle.read(length, at);
    at += bytes.length;
    return bytes.length === 0 ? null : bytes;
  };
  return { readiness: ALWAYS_READY, read, close: () => shared.release() };
}

/** @param offset where it begins to write; null: at the end, wherever that is then */
export function fileSink(shared: SharedHandle, offset: number | null): ByteSink {
  let at = offset;
  shared.retain();
  return {
    readiness: ALWAYS_READY,
    capacity: () => WRITE_BYTES,
    write(bytes) {
      for (let rest = bytes; rest.length > 0; ) {
        const count = at === null ? shared.handle.append(rest) : shared.handle.write(rest, at);
        if (at !== null) at += count;
        rest = rest.subarray(count);
      }
      syncWritten(shared);
    },
    flush() {},
    close: () => shared.release(),
  };
}

/** What the descriptor was opened for: what is written is on the disk. */
export function syncWritten({ handle, sync }: SharedHandle): void {
  if (sync !== 'none') handle.sync(sync === 'data');
}
