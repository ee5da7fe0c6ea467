/**
 * One way between two threads: a ring of bytes in shared memory with one writer and one reader. Each side moves one index, so a
 * thread that dies at any moment leaves at worst a message that never becomes whole. Messages may be larger than the ring: the
 * writer keeps what does not fit and goes on when the reader has made room.
 *
 * ```
 *  0        4        8                8 + RING_BYTES
 *  | read   | written | bytes …        |      read, written: counted in bytes, modulo 2^32
 *  each message: u32 length (little-endian), then its bytes
 * ```
 */

const RING_BYTES = 256 * 1024;
const HEADER_BYTES = 8;
const READ = 0;
const WRITTEN = 1;
const LENGTH_BYTES = 4;

export function newRing(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + RING_BYTES);
}

interface RingWriter {
  /** Sends a copy of `message`, now or as soon as there is room. */
  post(message: Uint8Array): void;
  /** Writes what waited for room. @returns whether all is written */
  flush(): boolean;
  /** Bytes that wait for room. */
  waiting(): number;
}

export function ringWriter(ring: SharedArrayBuffer): RingWriter {
  const indices = new Int32Array(ring, 0, 2);
  const bytes = new Uint8Array(ring, HEADER_BYTES);
  const length = new Uint8Array(LENGTH_BYTES);
  const lengthView = new DataView(length.buffer);
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let written = Atomics.load(indices, WRITTEN) >>> 0;

  /** @returns how many bytes fitted */
  const write = (part: Uint8Array): number => {
    const used = (written - (Atomics.load(indices, READ) >>> 0)) >>> 0;
    const count = Math.min(part.length, RING_BYTES - used);
    const start = written % RING_BYTES;
    const first = Math.min(count, RING_BYTES - start);
    if (count === part.length && first === count) {
      bytes.set(part, start);
    } else {
      bytes.set(part.subarray(0, first), start);
      bytes.set(part.subarray(first, count), 0);
    }
    written = (written + count) >>> 0;
    return count;
  };
  const keep = (...parts: readonly Uint8Array[]) => {
    for (const part of parts) {
      waiting.push(part);
      waitingBytes += part.length;
    }
  };
  const publish = () => Atomics.store(indices, WRITTEN, written | 0);
  return {
    post(message) {
      lengthView.setUint32(0, message.length, true);
      if (waiting.length > 0) {
        keep(length.slice(), copyOf(message));
        return;
      }
      const head = write(length);
      if (head < LENGTH_BYTES) {
        keep(length.slice(head), copyOf(message));
      } else {
        const count = write(message);
        if (count < message.length) keep(copyOf(message.subarray(count)));
      }
      publish();
    },
    flush() {
      let done = 0;
      while (done < waiting.length) {
        const part = waiting[done] as Uint8Array;
        const count = write(part);
        waitingBytes -= count;
        if (count < part.length) {
          waiting[done] = part.subarray(count);
          break;
        }
        done++;
      }
      if (waiting.length > 0) publish();
      // All at once: taking them from the front one by one costs as many moves as there are parts behind each.
      waiting.splice(0, done);
      return waiting.length === 0;
    },
    waiting: () => waitingBytes,
  };
}

/** `slice` of a Buffer would be a view. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

export interface RingReader {
  /** The next whole message, owned by the caller, or null. */
  next(): Uint8Array | null;
  /** Bytes are there to be read. */
  ready(): boolean;
}

export function ringReader(ring: SharedArrayBuffer): RingReader {
  const indices = new Int32Array(ring, 0, 2);
  const bytes = new Uint8Array(ring, HEADER_BYTES);
  const length = new Uint8Array(LENGTH_BYTES);
  const lengthView = new DataView(length.buffer);
  let read = Atomics.load(indices, READ) >>> 0;
  let lengthRead = 0;
  let message: Uint8Array | null = null;
  let filled = 0;

  /** Fills `target` from `offset`; @returns how many bytes there were */
  const take = (target: Uint8Array, offset: number): number => {
    const available = ((Atomics.load(indices, WRITTEN) >>> 0) - read) >>> 0;
    const count = Math.min(target.length - offset, available);
    const start = read % RING_BYTES;
    const first = Math.min(count, RING_BYTES - start);
    target.set(bytes.subarray(start, start + first), offset);
    if (first < count) target.set(bytes.subarray(0, count - first), offset + first);
    read = (read + count) >>> 0;
    return count;
  };
  const free = () => Atomics.store(indices, READ, read | 0);
  return {
    next() {
      if (message === null) {
        if (Atomics.load(indices, WRITTEN) >>> 0 === read) return null;
        lengthRead += take(length, lengthRead);
        if (lengthRead < LENGTH_BYTES) return null;
        lengthRead = 0;
        message = new Uint8Array(lengthView.getUint32(0, true));
        filled = 0;
      }
      filled += take(message, filled);
      free();
      if (filled < message.length) return null;
      const whole = message;
      message = null;
      return whole;
    },
    ready: () => Atomics.load(indices, WRITTEN) >>> 0 !== read,
  };
}
