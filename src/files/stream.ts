/** Files as streams, for who has an event loop: reading goes on beside everything else. */
import { read } from 'node:fs';
import { Readable } from 'node:stream';
import { VolumeError, volumeError } from './errors.js';
import { OpenFile } from './file.js';
import type { FileHandle } from './types.js';

const CHUNK_BYTES = 64 * 1024;

/**
 * The bytes of an open file from `start` up to `end`, which is not among them.
 *
 * @param file belongs to the stream from now on, and is closed with it
 * @returns a stream that ends after exactly `end - start` bytes, or fails with a VolumeError: `io` when the file has become shorter
 * @throws VolumeError `is-directory`, `bad-descriptor`
 */
export function fileRange(file: FileHandle, start: number, end: number): Readable {
  if (!(file instanceof OpenFile)) throw new VolumeError('is-directory', '');
  if (!file.readable) throw new VolumeError('bad-descriptor', file.path, 'it was not opened for reading');
  const fd = file.descriptor;
  let at = start;
  let reading = false;
  let close: (() => void) | null = null;
  return new Readable({
    highWaterMark: CHUNK_BYTES,
    read() {
      if (at >= end) {
        this.push(null);
        return;
      }
      const target = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - at));
      reading = true;
      read(fd, target, 0, target.length, at, (error, count) => {
        reading = false;
        if (close !== null) return close();
        if (error !== null) return void this.destroy(volumeError(error, file.path));
        if (count === 0) {
          return void this.destroy(new VolumeError('io', file.path, 'it has become shorter while it was read'));
        }
        at += count;
        this.push(target.subarray(0, count));
      });
    },
    destroy(error, done) {
      // A descriptor that is being read must not be closed: its number could be another file's by then.
      close = () => {
        file.close();
        done(error);
      };
      if (!reading) close();
    },
  });
}
