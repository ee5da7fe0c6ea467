/** Files on their way to a client: read by other threads, and no further than the client takes. */
import { HostError } from '../errors.js';
import type { FileHandle } from '../files/types.js';
import type { ByteRange } from './conditional.js';
import type { BodyWriter } from './types.js';

/** What a client that takes nothing costs. */
const PIECE_BYTES = 256 * 1024;

/** What is sent: texts as they are, and ranges of the file. */
export type Segment = string | ByteRange;

/** Sends all of it, then closes the file. A file that becomes shorter meanwhile cuts the answer: its length was promised. */
export async function sendSegments(writer: BodyWriter, file: FileHandle, segments: readonly Segment[]): Promise<void> {
  try {
    for (const segment of segments) {
      if (typeof segment === 'string') await writer.write(segment);
      else await sendRange(writer, file, segment);
    }
    writer.end();
  } catch {
    writer.cut();
  } finally {
    file.close();
  }
}

async function sendRange(writer: BodyWriter, file: FileHandle, { first, last }: ByteRange): Promise<void> {
  for (let at = first; at <= last; ) {
    const bytes = await readPiece(file, at, last);
    at += bytes.length;
    await writer.write(bytes);
  }
}

async function readPiece(file: FileHandle, at: number, last: number): Promise<Uint8Array> {
  const target = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, last - at + 1));
  const byteLength = await file.readLater(target, at);
  if (byteLength === 0) throw new HostError('Conflict', 'the file became shorter while it was sent');
  return target.subarray(0, byteLength);
}
