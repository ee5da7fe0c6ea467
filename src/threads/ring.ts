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

interface WriterState {
  readonly indices: Int32Array;
  readonly bytes: Uint8Array;
  /** The length of the message that is being sent. */
  readonly length: Uint8Array;
  readonly lengthView: DataView;
  /** What waits for room. */
  readonly waiting: Uint8Array[];
  waitingBytes: number;
  written: number;
}

export function ringWriter(ring: SharedArrayBuffer): RingWriter {
  const indices = new Int32Array(ring, 0, 2);
  const length = new Uint8Array(LENGTH_BYTES);
  const state: WriterState = {
    indices,
    bytes: new Uint8Array(ring, HEADER_BYTES),
    length,
    lengthView: new DataView(length.buffer),
    waiting: [],
    waitingBytes: 0,
    written: Atomics.load(indices, WRITTEN) >>> 0,
  };
  return {
    post: (message) => post(state, message),
    flush: () => flush(state),
    waiting: () => state.waitingBytes,
  };
}

function post(state: WriterState, message: Uint8Array): void {
  const { length } = state;
  state.lengthView.setUint32(0, message.length, true);
  if (state.waiting.length > 0) {
    keep(state, length.slice());
    keep(state, copyOf(message));
    return;
  }
  const head = write(state, length);
  if (head < LENGTH_BYTES) {
    keep(state, length.slice(head));
    keep(state, copyOf(message));
  } else {
    const count = write(state, message);
    if (count < message.length) keep(state, copyOf(message.subarray(count)));
  }
  publish(state);
}

function flush(state: WriterState): boolean {
  const { waiting } = state;
  let done = 0;
  while (done < waiting.length) {
    const part = waiting[done] as Uint8Array;
    const count = write(state, part);
    state.waitingBytes -= count;
    if (count < part.length) {
      waiting[done] = part.subarray(count);
      break;
    }
    done++;
  }
  if (waiting.length > 0) publish(state);
  // All at once: taking them from the front one by one costs as many moves as there are parts behind each.
  waiting.splice(0, done);
  return waiting.length === 0;
}

/** @returns how many bytes fitted; the reader sees them once they are published */
function write(state: WriterState, part: Uint8Array): number {
  const { indices, bytes, written } = state;
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
  state.written = (written + count) >>> 0;
  return count;
}

function publish({ indices, written }: WriterState): void {
  Atomics.store(indices, WRITTEN, written | 0);
}

function keep(state: WriterState, part: Uint8Array): void {
  state.waiting.push(part);
  state.waitingBytes += part.length;
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

interface ReaderState {
  readonly indices: Int32Array;
  readonly bytes: Uint8Array;
  /** The length of the message that comes, as far as it is here. */
  readonly length: Uint8Array;
  readonly lengthView: DataView;
  lengthRead: number;
  /** null: its length is not here. */
  message: Uint8Array | null;
  filled: number;
  read: number;
}

export function ringReader(ring: SharedArrayBuffer): RingReader {
  const indices = new Int32Array(ring, 0, 2);
  const length = new Uint8Array(LENGTH_BYTES);
  const state: ReaderState = {
    indices,
    bytes: new Uint8Array(ring, HEADER_BYTES),
    length,
    lengthView: new DataView(length.buffer),
    lengthRead: 0,
    message: null,
    filled: 0,
    read: Atomics.load(indices, READ) >>> 0,
  };
  return { next: () => next(state), ready: () => isReady(state) };
}

function isReady({ indices, read }: ReaderState): boolean {
  return Atomics.load(indices, WRITTEN) >>> 0 !== read;
}

function next(state: ReaderState): Uint8Array | null {
  if (state.message === null) {
    if (!isReady(state)) return null;
    state.lengthRead += take(state, state.length, state.lengthRead);
    if (state.lengthRead < LENGTH_BYTES) return null;
    state.lengthRead = 0;
    state.message = new Uint8Array(state.lengthView.getUint32(0, true));
    state.filled = 0;
  }
  const { message } = state;
  state.filled += take(state, message, state.filled);
  Atomics.store(state.indices, READ, state.read | 0);
  if (state.filled < message.length) return null;
  state.message = null;
  return message;
}

/** Fills `target` from `offset`; @returns how many bytes there were */
function take(state: ReaderState, target: Uint8Array, offset: number): number {
  const { indices, bytes, read } = state;
  const available = ((Atomics.load(indices, WRITTEN) >>> 0) - read) >>> 0;
  const count = Math.min(target.length - offset, available);
  const start = read % RING_BYTES;
  const first = Math.min(count, RING_BYTES - start);
  target.set(bytes.subarray(start, start + first), offset);
  if (first < count) target.set(bytes.subarray(0, count - first), offset + first);
  state.read = (read + count) >>> 0;
  return count;
}
