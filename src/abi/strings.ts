/**
 * Strings between the host and guests, in the three encodings, and from guest to guest.
 * Rules: `load_string_from_range`, `store_string_into_range` and what they call (canonical-abi/definitions.py).
 * A string that the host lowers counts as UTF-8 for utf8 guests and as UTF-16 for others, so its size is known and one
 * realloc serves.
 */
import { ByteString } from '../values.js';
import { type LiftLowerContext, SCRATCH_LENGTH } from './context.js';
import { Trap } from './errors.js';
import { MAX_STRING_BYTE_LENGTH } from './layout.js';
import { MISMATCH } from './numbers.js';

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
const UTF16_TAG = 0x80000000;

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

// --- lifting --------------------------------------------------------------------------------------------------------

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
const COPY_BY_HAND = 24;

function copyBytes(u8: Uint8Array, ptr: number, byteLength: number): Uint8Array {
  if (byteLength > COPY_BY_HAND) return u8.slice(ptr, ptr + byteLength);
  const bytes = new Uint8Array(byteLength);
  for (let i = 0; i < byteLength; i++) bytes[i] = u8[ptr + i] as number;
  return bytes;
}

function isAscii(bytes: Uint8Array): boolean {
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

// --- lowering -------------------------------------------------------------------------------------------------------
// Each stores a string, leaves its length (as the ABI stores it) in `cx.length` and returns its pointer.

export function lowerUtf8(cx: LiftLowerContext, value: unknown): number {
  if (typeof value === 'string') return lowerTextUtf8(cx, value);
  if (value instanceof ByteString) return lowerBytesUtf8(cx, value.bytes);
  if (value instanceof GuestString) return lowerGuestUtf8(cx, value);
  throw MISMATCH;
}

function lowerTextUtf8(cx: LiftLowerContext, text: string): number {
  const units = text.length;
  if (units <= SCRATCH_LENGTH) {
    const scratch = cx.scratch;
    let seen = 0;
    for (let i = 0; i < units; i++) {
      const unit = text.charCodeAt(i);
      seen |= unit;
      scratch[i] = unit;
    }
    if (seen < 0x80) {
      const ptr = cx.allocate(1, units);
      const u8 = cx.u8;
      for (let i = 0; i < units; i++) u8[ptr + i] = scratch[i] as number;
      cx.length = units;
      return ptr;
    }
  }
  if (!text.isWellFormed()) throw MISMATCH;
  const byteLength = cx.text.utf8Length(text);
  const ptr = cx.allocate(1, byteLength);
  cx.text.encodeUtf8Into(text, cx.u8.subarray(ptr, ptr + byteLength));
  cx.length = byteLength;
  return ptr;
}

function lowerBytesUtf8(cx: LiftLowerContext, bytes: Uint8Array): number {
  if (!isAscii(bytes) && !cx.text.isUtf8(bytes)) throw MISMATCH;
  const byteLength = bytes.length;
  const ptr = cx.allocate(1, byteLength);
  const u8 = cx.u8;
  if (byteLength > COPY_BY_HAND) u8.set(bytes, ptr);
  else for (let i = 0; i < byteLength; i++) u8[ptr + i] = bytes[i] as number;
  cx.length = byteLength;
  return ptr;
}

/** The host's text for guests that are not utf8. */
function hostText(cx: LiftLowerContext, value: unknown): string {
  const text = value instanceof ByteString ? cx.text.decodeUtf8(value.bytes) : value;
  if (typeof text !== 'string' || !text.isWellFormed()) throw MISMATCH;
  return text;
}

export function lowerUtf16(cx: LiftLowerContext, value: unknown): number {
  if (value instanceof GuestString) {
    if (value.encoding === 'utf8') return lowerGuestUtf8ToUtf16(cx, value);
    return storeUtf16(cx, value.text);
  }
  return storeUtf16(cx, hostText(cx, value));
}

export function lowerLatin1OrUtf16(cx: LiftLowerContext, value: unknown): number {
  if (value instanceof GuestString) {
    if (!value.fromLatin1OrUtf16) return storeLatin1OrUtf16(cx, value.text, value.codeUnits);
    if (value.encoding === 'latin1') return storeLatin1(cx, value.text);
    return storeProbablyUtf16(cx, value.text);
  }
  const text = hostText(cx, value);
  return storeLatin1OrUtf16(cx, text, text.length);
}

/** Rule: `store_string_copy` to UTF-16. */
function storeUtf16(cx: LiftLowerContext, text: string): number {
  const ptr = cx.allocate(2, text.length * 2);
  writeUtf16(cx, text, 0, ptr);
  cx.length = text.length;
  return ptr;
}

/** Writes the code units of `text` from index `from` on to where they belong when `text` starts at `ptr`. */
function writeUtf16(cx: LiftLowerContext, text: string, from: number, ptr: number): void {
  const view = cx.view;
  for (let i = from; i < text.length; i++) view.setUint16(ptr + i * 2, text.charCodeAt(i), true);
}

/** Rule: `store_string_copy` to Latin-1 (alignment 2). */
function storeLatin1(cx: LiftLowerContext, text: string): number {
  const ptr = cx.allocate(2, text.length);
  const u8 = cx.u8;
  for (let i = 0; i < text.length; i++) u8[ptr + i] = text.charCodeAt(i);
  cx.length = text.length;
  return ptr;
}

/** Rules: `store_string_copy`, `store_utf16_to_utf8`, `store_latin1_to_utf8`. */
function lowerGuestUtf8(cx: LiftLowerContext, value: GuestString): number {
  const { text, codeUnits } = value;
  if (value.encoding === 'utf8') {
    const ptr = cx.allocate(1, codeUnits);
    cx.text.encodeUtf8Into(text, cx.u8.subarray(ptr, ptr + codeUnits));
    cx.length = codeUnits;
    return ptr;
  }
  return storeStringToUtf8(cx, text, codeUnits, codeUnits * (value.encoding === 'utf16' ? 3 : 2));
}

/** Rule: `store_string_to_utf8`. */
function storeStringToUtf8(cx: LiftLowerContext, text: string, codeUnits: number, worstCase: number): number {
  let ptr = cx.allocate(1, codeUnits);
  for (let i = 0; i < codeUnits; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      cx.u8[ptr + i] = unit;
      continue;
    }
    ptr = cx.reallocate(ptr, codeUnits, 1, worstCase);
    const byteLength = cx.text.encodeUtf8Into(text, cx.u8.subarray(ptr, ptr + worstCase));
    if (worstCase > byteLength) ptr = cx.reallocate(ptr, worstCase, 1, byteLength);
    cx.length = byteLength;
    return ptr;
  }
  cx.length = codeUnits;
  return ptr;
}

/** Rule: `store_utf8_to_utf16`. */
function lowerGuestUtf8ToUtf16(cx: LiftLowerContext, value: GuestString): number {
  const worstCase = value.codeUnits * 2;
  let ptr = cx.allocate(2, worstCase);
  writeUtf16(cx, value.text, 0, ptr);
  const byteLength = value.text.length * 2;
  if (byteLength < worstCase) ptr = cx.reallocate(ptr, worstCase, 2, byteLength);
  cx.length = value.text.length;
  return ptr;
}

/** Rule: `store_string_to_latin1_or_utf16`. `codeUnits` is the source's count (bytes for utf8). */
function storeLatin1OrUtf16(cx: LiftLowerContext, text: string, codeUnits: number): number {
  let ptr = cx.allocate(2, codeUnits);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x100) {
      cx.u8[ptr + i] = unit;
      continue;
    }
    const worstCase = codeUnits * 2;
    ptr = cx.reallocate(ptr, codeUnits, 2, worstCase);
    for (let j = i - 1; j >= 0; j--) cx.view.setUint16(ptr + j * 2, cx.u8[ptr + j] as number, true);
    writeUtf16(cx, text, i, ptr);
    const byteLength = text.length * 2;
    if (worstCase > byteLength) ptr = cx.reallocate(ptr, worstCase, 2, byteLength);
    cx.length = (text.length | UTF16_TAG) >>> 0;
    return ptr;
  }
  if (text.length < codeUnits) ptr = cx.reallocate(ptr, codeUnits, 2, text.length);
  cx.length = text.length;
  return ptr;
}

/** Rule: `store_probably_utf16_to_latin1_or_utf16`. */
function storeProbablyUtf16(cx: LiftLowerContext, text: string): number {
  const byteLength = text.length * 2;
  let ptr = cx.allocate(2, byteLength);
  let seen = 0;
  for (let i = 0; i < text.length; i++) seen |= text.charCodeAt(i);
  writeUtf16(cx, text, 0, ptr);
  if (seen >= 0x100) {
    cx.length = (text.length | UTF16_TAG) >>> 0;
    return ptr;
  }
  for (let i = 0; i < text.length; i++) cx.u8[ptr + i] = text.charCodeAt(i);
  ptr = cx.reallocate(ptr, byteLength, 1, text.length);
  cx.length = text.length;
  return ptr;
}
