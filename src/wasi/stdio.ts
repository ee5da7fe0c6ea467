/**
 * Where guests' standard streams go: lines for the log, or bytes for a terminal. Lines are cut out of what comes in any pieces,
 * are bounded, and are valid text whatever the guest wrote.
 */

type OutputStreamName = 'stdout' | 'stderr';

/** What a guest writes, from the host's side. */
export interface GuestOutput {
  write(stream: OutputStreamName, bytes: Uint8Array): void;
  /** The call is over: what is there of a line is one. */
  endCall(): void;
}

/** A longer line is told in pieces. */
export const MAX_LINE_BYTES = 64 * 1024;

const NEW_LINE = 10;
const CARRIAGE_RETURN = 13;

/** @param tell takes each line without its end; bytes that are no UTF-8 are replacement characters in it */
export function lineOutput(tell: (stream: OutputStreamName, line: string) => void): GuestOutput {
  const cutters = {
    stdout: new LineCutter((line) => tell('stdout', line)),
    stderr: new LineCutter((line) => tell('stderr', line)),
  };
  return {
    write: (stream, bytes) => cutters[stream].add(bytes),
    endCall() {
      cutters.stdout.end();
      cutters.stderr.end();
    },
  };
}

const FIRST_BUFFER_BYTES = 256;

/** A class, because a write of a few bytes must cost no more than copying them. */
class LineCutter {
  private buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  private length = 0;
  private readonly tell: (line: string) => void;
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(tell: (line: string) => void) {
    this.tell = tell;
  }

  add(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, start)) {
      this.append(bytes.subarray(start, end));
      this.endLine();
      start = end + 1;
    }
    this.append(bytes.subarray(start));
  }

  /** What is left is a line, if there is anything. */
  end(): void {
    if (this.length > 0) this.endLine();
  }

  private append(bytes: Uint8Array): void {
    let rest = bytes;
    while (this.length + rest.length > MAX_LINE_BYTES) {
      const room = MAX_LINE_BYTES - this.length;
      this.copy(rest.subarray(0, room));
      rest = rest.subarray(room);
      this.endPiece();
    }
    this.copy(rest);
  }

  private copy(bytes: Uint8Array): void {
    const length = this.length + bytes.length;
    if (length > this.buffer.length) {
      const larger = new Uint8Array(Math.min(MAX_LINE_BYTES, 2 ** Math.ceil(Math.log2(length))));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    this.buffer.set(bytes, this.length);
    this.length = length;
  }

  private endLine(): void {
    const { buffer } = this;
    if (this.length > 0 && buffer[this.length - 1] === CARRIAGE_RETURN) this.length--;
    this.tell(this.decoder.decode(buffer.subarray(0, this.length)));
    this.length = 0;
  }

  /** A full buffer, without the character that its end may have cut. */
  private endPiece(): void {
    const { buffer } = this;
    const cut = cutAt(buffer);
    this.tell(this.decoder.decode(buffer.subarray(0, cut)));
    buffer.copyWithin(0, cut);
    this.length -= cut;
  }
}

/** The start of the last character, where that needs more bytes than there are; else the length. */
function cutAt(bytes: Uint8Array): number {
  for (let back = 1; back <= 3; back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needed = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
