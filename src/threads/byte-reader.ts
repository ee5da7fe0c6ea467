/** Reads what {@link ByteWriter} wrote. */

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
    return this.buffer[this.at++] as number;
  }

  unsigned(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  /** All that has not been read: a view of the message. */
  rest(): Uint8Array {
    return this.buffer.subarray(this.at);
  }

  float64(): number {
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  bytes(): Uint8Array {
    const length = this.unsigned();
    const { buffer, byteOffset } = this.buffer;
    const start = byteOffset + this.at;
    this.at += length;
    if (length > MAX_COPIED) return new Uint8Array(buffer, start, length);
    const copy = new Uint8Array(length);
    if (length <= MAX_SHORT_TEXT) {
      for (let i = 0; i < length; i++) copy[i] = this.buffer[this.at - length + i] as number;
    } else {
      copy.set(this.buffer.subarray(this.at - length, this.at));
    }
    return copy;
  }

  utf8(): string {
    const length = this.unsigned();
    const start = this.at;
    this.at += length;
    return length <= MAX_SHORT_TEXT ? this.shortText(start) : this.buffer.toString('utf8', start, this.at);
  }

  utf16(): string {
    const length = this.unsigned();
    this.at += length;
    return this.buffer.toString('utf16le', this.at - length, this.at);
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
