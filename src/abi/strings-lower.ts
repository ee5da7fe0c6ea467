/**
 * Strings into guests' memory, in the three encodings. A string that the host lowers counts as UTF-8 for utf8 guests and as
 * UTF-16 for others, so its size is known and one realloc serves; from guest to guest the specification's steps are kept.
 * Rules: `store_string_into_range` and what it calls (canonical-abi/definitions.py).
 */
import { ByteString } from '../values.js';
import { type LiftLowerContext, SCRATCH_LENGTH } from './context.js';
import { MISMATCH } from './numbers.js';
import { COPY_BY_HAND, GuestString, isAscii, UTF16_TAG } from './strings.js';

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
