/**
 * Strings out of guests' memory, in the three encodings, for the host or for another guest. The way in: `strings-lower.ts`.
 * Rule: `load_string_from_range` (canonical-abi/definitions.py).
 */
import { ByteString } from '../values.js';
import { type LiftLowerContext, SCRATCH_LENGTH } from './context.js';
import { Trap } from './errors.js';
import { MAX_STRING_BYTE_LENGTH } from './layout.js';

/** A string on its way from one guest to another: its text and how the source had encoded it. */
export class GuestString {
  readonly text: string;
  readonly encoding: 'utf8' | 'utf16' | 'latin1';
  readonly codeUnits: number;
  /** The source's option was latin1+utf16, whatever this string used of it. */
  readonly fromLatin1OrUtf16: boolean;
  constructor(text: string, encoding: 'utf8' | 'utf16' | 'latin1', codeUnits: number, fromLatin1OrUtf16: boolean) {
    this.text = text;
    this.encoding = encoding;
    this.codeUnits = codeUnits;
    this.fromLatin1OrUtf16 = fromLatin1OrUtf16;
  }
}

/** Bit 31 of a latin1+utf16 length says UTF-16. Rule: `utf16_tag`. */
export const UTF16_TAG = 0x80000000;

function checkRange(cx: LiftLowerContext, ptr: number, byteLength: number, alignment: number): void {
  if (byteLength > MAX_STRING_BYTE_LENGTH) {
    throw new Trap('string-too-long', { byteLength, limit: MAX_STRING_BYTE_LENGTH });
  }
  if ((ptr & (alignment - 1)) !== 0) throw new Trap('string-unaligned', { ptr, alignment });
  const memorySize = cx.u8.length;
  if (ptr + byteLength > memorySize) throw new Trap('string-out-of-bounds', { ptr, byteLength, memorySize });
  cx.budget -= byteLength * 2 + 16; // one wide character makes all of them wide
  if (cx.budget < 0) cx.spend(0);
}

function invalid(encoding: string, ptr: number): never {
  throw new Trap('string-invalid', { encoding, ptr });
}

/** Text of a utf8 guest. `ptr` and `byteLength` unsigned. */
export function liftUtf8(cx: LiftLowerContext, ptr: number, byteLength: number): string {
  checkRange(cx, ptr, byteLength, 1);
  return decodeUtf8(cx, ptr, byteLength);
}

/** Short ASCII by hand, eight at a time; the rest by the codec. */
function decodeUtf8(cx: LiftLowerContext, ptr: number, byteLength: number): string {
  const u8 = cx.u8;
  const end = ptr + byteLength;
  if (byteLength <= SCRATCH_LENGTH) {
    let text = '';
    let at = ptr;
    let seen = 0;
    for (; at + 8 <= end; at += 8) {
      const a = u8[at] as number;
      const b = u8[at + 1] as number;
      const c = u8[at + 2] as number;
      const d = u8[at + 3] as number;
      const e = u8[at + 4] as number;
      const f = u8[at + 5] as number;
      const g = u8[at + 6] as number;
      const h = u8[at + 7] as number;
      seen |= a | b | c | d | e | f | g | h;
      text += String.fromCharCode(a, b, c, d, e, f, g, h);
    }
    for (; at + 2 <= end; at += 2) {
      const a = u8[at] as number;
      const b = u8[at + 1] as number;
      seen |= a | b;
      text += String.fromCharCode(a, b);
    }
    if (at < end) {
      const a = u8[at] as number;
      seen |= a;
      text += String.fromCharCode(a);
    }
    if (seen < 0x80) return text;
  }
  return cx.text.decodeUtf8(u8.subarray(ptr, end)) ?? invalid('UTF-8', ptr);
}

/** Bytes of a utf8 guest's string, checked, as a copy. */
export function liftUtf8Bytes(cx: LiftLowerContext, ptr: number, byteLength: number): ByteString {
  checkRange(cx, ptr, byteLength, 1);
  const bytes = copyBytes(cx.u8, ptr, byteLength);
  if (!isAscii(bytes) && !cx.text.isUtf8(bytes)) invalid('UTF-8', ptr);
  return new ByteString(bytes);
}

/** Up to this many bytes a loop beats the call into the engine that `slice` is. */
export const COPY_BY_HAND = 24;

function copyBytes(u8: Uint8Array, ptr: number, byteLength: number): Uint8Array {
  if (byteLength > COPY_BY_HAND) return u8.slice(ptr, ptr + byteLength);
  const bytes = new Uint8Array(byteLength);
  for (let i = 0; i < byteLength; i++) bytes[i] = u8[ptr + i] as number;
  return bytes;
}

export function isAscii(bytes: Uint8Array): boolean {
  if (bytes.length > 256) return false; // the codec is faster there
  let seen = 0;
  for (let i = 0; i < bytes.length; i++) seen |= bytes[i] as number;
  return seen < 0x80;
}

/** Text of a utf16 guest; `codeUnits` counts two bytes each. */
export function liftUtf16(cx: LiftLowerContext, ptr: number, codeUnits: number): string {
  checkRange(cx, ptr, codeUnits * 2, 2);
  return cx.text.decodeUtf16(cx.u8.subarray(ptr, ptr + codeUnits * 2)) ?? invalid('UTF-16', ptr);
}

function liftLatin1(cx: LiftLowerContext, ptr: number, byteLength: number): string {
  checkRange(cx, ptr, byteLength, 2);
  let text = '';
  for (let at = ptr; at < ptr + byteLength; at += LATIN1_CHUNK) {
    text += String.fromCharCode(...cx.u8.subarray(at, Math.min(at + LATIN1_CHUNK, ptr + byteLength)));
  }
  return text;
}
const LATIN1_CHUNK = 4096;

/** Text of a latin1+utf16 guest; `tagged` is a length whose top bit says UTF-16. */
export function liftLatin1OrUtf16(cx: LiftLowerContext, ptr: number, tagged: number): string {
  return (tagged & UTF16_TAG) !== 0 ? liftUtf16(cx, ptr, (tagged ^ UTF16_TAG) >>> 0) : liftLatin1(cx, ptr, tagged);
}

export function liftUtf16Bytes(cx: LiftLowerContext, ptr: number, codeUnits: number): ByteString {
  return new ByteString(cx.text.encodeUtf8(liftUtf16(cx, ptr, codeUnits)));
}

export function liftLatin1OrUtf16Bytes(cx: LiftLowerContext, ptr: number, tagged: number): ByteString {
  return new ByteString(cx.text.encodeUtf8(liftLatin1OrUtf16(cx, ptr, tagged)));
}

export function liftUtf8Guest(cx: LiftLowerContext, ptr: number, byteLength: number): GuestString {
  return new GuestString(liftUtf8(cx, ptr, byteLength), 'utf8', byteLength, false);
}

export function liftUtf16Guest(cx: LiftLowerContext, ptr: number, codeUnits: number): GuestString {
  return new GuestString(liftUtf16(cx, ptr, codeUnits), 'utf16', codeUnits, false);
}

export function liftLatin1OrUtf16Guest(cx: LiftLowerContext, ptr: number, tagged: number): GuestString {
  const text = liftLatin1OrUtf16(cx, ptr, tagged);
  if ((tagged & UTF16_TAG) !== 0) return new GuestString(text, 'utf16', (tagged ^ UTF16_TAG) >>> 0, true);
  return new GuestString(text, 'latin1', tagged, true);
}
