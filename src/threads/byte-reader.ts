/** Reads what {@link ByteWriter} wrote. Bytes that nobody wrote end in an error, whatever they are. */
import { HostBug } from '../errors.js';

const MAX_SHORT_TEXT = 24;
/** Longer byte strings are views of the message; shorter ones are copies, so that they do not keep it alive. */
const MAX_COPIED = 64 * 1024;

export class ByteReader {
  private readonly buffer: Buffer;
  private readonly view: DataView;
  private at = 0;

  /** @param message owned by the reader from now on: long byte strings refer to it */
  constructor(message: Uint8Array) {
    this.buffer = Buffer.from(message.buffer, message.byteOffset, message.length);
    this.view = new DataView(message.buffer, message.byteOffset, message.length);
  }

  byte(): number {
    if (this.at >= this.buffer.length) throw cutShort();
    return this.buffer[this.at++] as number;
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 56; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new HostBug('a message between threads has a number that never ends');
  }

  /** The start of the next `length` bytes, which are passed. */
  private take(length: number): number {
    const start = this.at;
    if (length > this.buffer.length - start) throw cutShort();
    this.at = start + length;
    return start;
  }

  /** All that has not been read: a view of the message. */
  rest(): Uint8Array {
    return this.buffer.subarray(this.at);
  }

  float64(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  bytes(length = this.unsigned()): Uint8Array {
    const start = this.take(length);
    if (length > MAX_COPIED) return new Uint8Array(this.buffer.buffer, this.buffer.byteOffset + start, length);
    const copy = new Uint8Array(length);
    if (length <= MAX_SHORT_TEXT) {
      for (let i = 0; i < length; i++) copy[i] = this.buffer[start + i] as number;
    } else {
      copy.set(this.buffer.subarray(start, start + length));
    }
    return copy;
  }

  utf8(): string {
    const length = this.unsigned();
    const start = this.take(length);
    return length <= MAX_SHORT_TEXT ? this.shortText(start) : this.buffer.toString('utf8', start, this.at);
  }

  utf16(): string {
    const start = this.take(this.unsigned());
    return this.buffer.toString('utf16le', start, this.at);
  }

  private shortText(start: number): string {
    let text = '';
    for (let i = start; i < this.at; i++) {
      const byte = this.buffer[i] as number;
      if (byte >= 0x80) return this.buffer.toString('utf8', start, this.at);
      text += String.fromCharCode(byte);
    }
    return text;
  }
}

function cutShort(): HostBug {
  return new HostBug('a message between threads ends before its values do');
}
