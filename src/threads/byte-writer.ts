/** A buffer that grows: where messages between threads are written. One writer serves many messages. */

const FIRST_BYTES = 4096;
/** A buffer that grew beyond this is let go after its message. */
const KEPT_BYTES = 1024 * 1024;
const MAX_SHORT_TEXT = 40;

/** A class, because every write advances the same state. */
export class ByteWriter {
  private buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private view = new DataView(this.buffer.buffer);
  private at = 0;

  /** Starts a new message; what {@link written} gave before is gone. */
  reset(): void {
    this.at = 0;
    if (this.buffer.length > KEPT_BYTES) this.replace(FIRST_BYTES);
  }

  /** What was written since {@link reset}: a view, valid until the next one. */
  written(): Uint8Array {
    return this.buffer.subarray(0, this.at);
  }

  byte(value: number): void {
    if (this.at === this.buffer.length) this.grow(1);
    this.buffer[this.at++] = value;
  }

  /** An unsigned integer below 2^53, seven bits a byte. */
  unsigned(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = rest < 0x80000000 ? rest >>> 7 : Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  float64(value: number): void {
    this.grow(8);
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** A byte, and bytes without their length behind it. */
  short(first: number, value: Uint8Array): void {
    this.grow(value.length + 1);
    this.buffer[this.at++] = first;
    this.copy(value);
  }

  bytes(value: Uint8Array): void {
    this.unsigned(value.length);
    this.raw(value);
  }

  /** Bytes as they are, without their length. */
  raw(value: Uint8Array): void {
    this.grow(value.length);
    this.copy(value);
  }

  /** Into room that is there. */
  private copy(value: Uint8Array): void {
    if (value.length <= MAX_SHORT_TEXT) {
      for (let i = 0; i < value.length; i++) this.buffer[this.at + i] = value[i] as number;
    } else {
      this.buffer.set(value, this.at);
    }
    this.at += value.length;
  }

  /** A well-formed string as its length and its UTF-8. */
  utf8(text: string): void {
    if (text.length <= MAX_SHORT_TEXT && this.shortAscii(text)) return;
    const byteLength = Buffer.byteLength(text);
    this.unsigned(byteLength);
    this.grow(byteLength);
    this.at += this.buffer.write(text, this.at, byteLength, 'utf8');
  }

  /** Any string, lone surrogates included, as its length in bytes and its UTF-16. */
  utf16(text: string): void {
    this.unsigned(text.length * 2);
    this.grow(text.length * 2);
    this.at += this.buffer.write(text, this.at, text.length * 2, 'utf16le');
  }

  private shortAscii(text: string): boolean {
    const start = this.at;
    this.grow(text.length + 1);
    this.buffer[this.at++] = text.length;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) {
        this.at = start;
        return false;
      }
      this.buffer[this.at++] = unit;
    }
    return true;
  }

  private grow(byteLength: number): void {
    const needed = this.at + byteLength;
    if (needed > this.buffer.length) this.replace(Math.max(needed, this.buffer.length * 2));
  }

  private replace(byteLength: number): void {
    const next = Buffer.allocUnsafeSlow(byteLength);
    this.buffer.copy(next, 0, 0, this.at);
    this.buffer = next;
    this.view = new DataView(next.buffer);
  }
}
