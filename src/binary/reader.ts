/**
 * A cursor over the bytes of a core module or a component, with the primitive productions of the core binary format. A plain object
 * and functions: whoever reads a section narrows `end` and widens it again, so that offsets stay those of the file.
 */
import { BinaryError } from './errors.js';
import { LIMITS } from './limits.js';

/** What a reader knows besides its bytes, for messages. */
export interface Surroundings {
  /** The indices of the nested components that are open around the cursor. */
  readonly path: () => readonly number[];
  /** What a message about a fault says besides; empty for nothing. */
  readonly hint: () => string;
}

export interface Reader<S extends Surroundings = Surroundings> {
  /** What is read, for messages. */
  readonly what: 'component' | 'core module';
  readonly bytes: Uint8Array;
  pos: number;
  /** First byte after the section, component or file that is being read. */
  end: number;
  readonly around: S;
}

const NOTHING: Surroundings = { path: () => [], hint: () => '' };

/** A reader at the start of a core module. */
export function makeReader(bytes: Uint8Array): Reader {
  return readerOf('core module', bytes, NOTHING);
}

/** All readers come from here: the engine is quicker where it meets objects of one shape only. */
export function readerOf<S extends Surroundings>(what: Reader['what'], bytes: Uint8Array, around: S): Reader<S> {
  return { what, bytes: plainBytes(bytes), pos: 0, end: bytes.length, around };
}

/** A Node Buffer's `subarray` makes Buffers, by a slower way that costs a cold decode a tenth of its time. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Throws a BinaryError at `offset` (the cursor, unless given). */
export function malformed(reader: Reader, message: string, offset: number = reader.pos): never {
  throw new BinaryError(message + reader.around.hint(), offset, reader.around.path(), reader.what);
}

/** Throws for an opcode that the grammar does not have in this place. */
export function badOpcode(reader: Reader, opcode: number, what: string): never {
  return malformed(reader, `0x${opcode.toString(16).padStart(2, '0')} is not a valid ${what}`, reader.pos - 1);
}

/** Reads one byte. */
export function readByte(reader: Reader): number {
  if (reader.pos >= reader.end) malformed(reader, 'unexpected end');
  return reader.bytes[reader.pos++]!;
}

/** Reads one byte without moving the cursor; -1 at the end. */
export function peekByte(reader: Reader): number {
  return reader.pos < reader.end ? reader.bytes[reader.pos]! : -1;
}

/** Reads `core:u32`, an unsigned LEB128 of at most 5 bytes. */
export function readU32(reader: Reader): number {
  const start = reader.pos;
  const first = readByte(reader);
  if (first < 0x80) return first;
  let value = first & 0x7f;
  for (let shift = 7; shift < 35; shift += 7) {
    const byte = readByte(reader);
    if (shift === 28 && byte > 0x0f) {
      malformed(reader, byte >= 0x80 ? 'integer representation too long' : 'integer too large for u32', start);
    }
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  return malformed(reader, 'integer representation too long', start);
}

/** Reads `core:u64`, an unsigned LEB128 of at most 10 bytes. */
export function readU64(reader: Reader): bigint {
  const start = reader.pos;
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = readByte(reader);
    if (shift === 63n && byte > 1) {
      malformed(reader, byte >= 0x80 ? 'integer representation too long' : 'integer too large for u64', start);
    }
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return malformed(reader, 'integer representation too long', start);
}

/** Reads the nonnegative half of `core:s33`: a type index where negative numbers are opcodes. */
export function readTypeIndex(reader: Reader, what: string): number {
  const start = reader.pos;
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = readByte(reader);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte >= 0x80) continue;
    if (byte & 0x40) {
      const first = reader.bytes[start]!;
      malformed(reader, `0x${first.toString(16).padStart(2, '0')} is not a valid ${what}`, start);
    }
    if (value > 0xffff_ffff) malformed(reader, 'integer too large for a type index', start);
    return value;
  }
  return malformed(reader, 'integer representation too long', start);
}

/** Reads the count of a `vec`; every element takes a byte at least, so a count beyond the section's end is refused here. */
export function readCount(reader: Reader, limit: number, what: string): number {
  const start = reader.pos;
  const count = readU32(reader);
  if (count > limit) malformed(reader, `${count} ${what} exceed the limit of ${limit}`, start);
  if (count > reader.end - reader.pos) malformed(reader, `unexpected end: ${count} ${what} announced`, start);
  return count;
}

/** Reads `vec(T)`. */
export function readVec<T, R extends Reader>(reader: R, limit: number, what: string, read: (reader: R) => T): T[] {
  const count = readCount(reader, limit, what);
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(read(reader));
  return items;
}

/** Up to this many ASCII bytes `fromCharCode` is faster than the decoder. */
const SHORT_NAME = 200;
const NOT_ASCII = /[\u0080-\u00ff]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads `core:name`: a length in bytes and UTF-8. */
export function readName(reader: Reader): string {
  const start = reader.pos;
  const length = readU32(reader);
  if (length > LIMITS.nameBytes) {
    malformed(reader, `a name of ${length} bytes exceeds the limit of ${LIMITS.nameBytes}`, start);
  }
  const { bytes, pos } = reader;
  const end = pos + length;
  if (end > reader.end) malformed(reader, `unexpected end: a name of ${length} bytes announced`, start);
  reader.pos = end;
  if (length > SHORT_NAME) return decodeUtf8(reader, pos, end);
  const text = String.fromCharCode.apply(null, bytes.subarray(pos, end) as unknown as number[]);
  return NOT_ASCII.test(text) ? decodeUtf8(reader, pos, end) : text;
}

function decodeUtf8(reader: Reader, start: number, end: number): string {
  try {
    return utf8.decode(reader.bytes.subarray(start, end));
  } catch {
    return malformed(reader, 'malformed UTF-8 in a name', start);
  }
}
