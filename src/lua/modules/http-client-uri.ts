/** Parts of URLs: bytes as letters that may stand in a query, and back. A space is `+`. */

import { moduleError } from '../results.js';

const PLAIN = /^[A-Za-z0-9\-_.~]$/;
const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;

const ENCODED = Array.from({ length: 256 }, (_, byte) => {
  const letter = String.fromCharCode(byte);
  if (byte === SPACE) return '+';
  return PLAIN.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

export function encodeUri(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += ENCODED[byte];
  return text;
}

/** @throws HostError Invalid, for a `%` without two hexadecimal digits */
export function decodeUri(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte !== PERCENT) {
      out[length++] = byte === PLUS ? SPACE : byte;
      continue;
    }
    const digits = String.fromCharCode(bytes[i + 1] ?? 0, bytes[i + 2] ?? 0);
    if (!/^[0-9a-fA-F]{2}$/.test(digits)) {
      throw moduleError('Invalid', `http_client.decode_uri: at byte ${i + 1}: expected two hexadecimal digits after %`);
    }
    out[length++] = Number.parseInt(digits, 16);
    i += 2;
  }
  return out.slice(0, length);
}

/** `a=1&b=x+y` */
export function encodeQuery(pairs: readonly (readonly [name: string, value: Uint8Array])[]): string {
  const utf8 = new TextEncoder();
  return pairs.map(([name, value]) => `${encodeUri(utf8.encode(name))}=${encodeUri(value)}`).join('&');
}
