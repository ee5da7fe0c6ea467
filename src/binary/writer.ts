/** A growing buffer with the primitive productions of the core format. */

export interface Writer {
  bytes: Uint8Array<ArrayBuffer>;
  length: number;
}

/** An empty writer with room for `capacity` bytes before it must grow. */
export function makeWriter(capacity: number): Writer {
  return { bytes: new Uint8Array(Math.max(capacity, 64)), length: 0 };
}

function reserve(writer: Writer, count: number): void {
  const needed = writer.length + count;
  if (needed <= writer.bytes.length) return;
  const grown = new Uint8Array(Math.max(needed, Math.ceil(writer.bytes.length * 1.5)));
  grown.set(writer.bytes.subarray(0, writer.length));
  writer.bytes = grown;
}

/** Appends one byte. */
export function writeByte(writer: Writer, byte: number): void {
  reserve(writer, 1);
  writer.bytes[writer.length++] = byte;
}

/** Appends bytes. */
export function writeBytes(writer: Writer, bytes: Uint8Array | readonly number[]): void {
  reserve(writer, bytes.length);
  writer.bytes.set(bytes, writer.length);
  writer.length += bytes.length;
}

/** Appends a range of other bytes. */
export function writeRange(writer: Writer, bytes: Uint8Array, start: number, end: number): void {
  reserve(writer, end - start);
  if (end - start < 16) {
    const target = writer.bytes;
    let at = writer.length;
    for (let i = start; i < end; i++) target[at++] = bytes[i]!;
  } else {
    writer.bytes.set(bytes.subarray(start, end), writer.length);
  }
  writer.length += end - start;
}

/** Appends an unsigned LEB128. */
export function writeU32(writer: Writer, value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    writeByte(writer, (rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  writeByte(writer, rest);
}

/** Appends an unsigned LEB128 of up to 64 bits. */
export function writeU64(writer: Writer, value: bigint): void {
  let rest = value;
  while (rest >= 0x80n) {
    writeByte(writer, Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  writeByte(writer, Number(rest));
}

/** Appends the signed LEB128 of a number that is not negative, as `i32.const` takes it. */
export function writeS32(writer: Writer, value: number): void {
  let rest = value;
  while (rest >= 0x40) {
    writeByte(writer, (rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  writeByte(writer, rest);
}

const utf8 = new TextEncoder();

/** Appends a name. */
export function writeName(writer: Writer, name: string): void {
  const bytes = utf8.encode(name);
  writeU32(writer, bytes.length);
  writeBytes(writer, bytes);
}

/** Appends the bytes that `write` makes, with their length before them. */
export function writeSized(writer: Writer, write: (inner: Writer) => void): void {
  const inner = makeWriter(256);
  write(inner);
  writeU32(writer, inner.length);
  writeRange(writer, inner.bytes, 0, inner.length);
}

/** What was written; shares the writer's buffer. */
export function written(writer: Writer): Uint8Array<ArrayBuffer> {
  return writer.bytes.subarray(0, writer.length);
}
