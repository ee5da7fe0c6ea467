/**
 * Text codecs, passed in where they are needed: rooms that run in a browser import nothing from Node, and Node's Buffer
 * transcodes some sizes faster. Byte order marks are text like any other and are kept.
 */

export interface TextCodec {
  /** The text, or undefined when `bytes` is not valid UTF-8. */
  decodeUtf8(bytes: Uint8Array): string | undefined;
  encodeUtf8(text: string): Uint8Array;
  /** Bytes that `text` takes in UTF-8. */
  utf8Length(text: string): number;
  /** Writes `text` at the start of `target`, which is large enough. @returns bytes written */
  encodeUtf8Into(text: string, target: Uint8Array): number;
  isUtf8(bytes: Uint8Array): boolean;
  /** The text of UTF-16LE code units, or undefined when a surrogate stands alone. `bytes` has an even length. */
  decodeUtf16(bytes: Uint8Array): string | undefined;
}

/** Runs anywhere. */
export function portableText(): TextCodec {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const utf16 = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  const decode = (decoder: typeof utf8, bytes: Uint8Array): string | undefined => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };
  return {
    decodeUtf8: (bytes) => decode(utf8, bytes),
    encodeUtf8: (text) => encoder.encode(text),
    utf8Length,
    encodeUtf8Into: (text, target) => encoder.encodeInto(text, target).written,
    isUtf8: (bytes) => decode(utf8, bytes) !== undefined,
    decodeUtf16: (bytes) => decode(utf16, bytes),
  };
}

/** A lone surrogate counts as U+FFFD (three bytes), as encoders write it. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      length += 2;
      i += 1;
    } else length += 2;
  }
  return length;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
