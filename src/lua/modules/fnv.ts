/** FNV-1 in 32 and 64 bits (not FNV-1a): multiply, then xor. */

const OFFSET_32 = 0x811c9dc5;
const PRIME_32 = 0x01000193;

export function fnv32(bytes: Uint8Array): number {
  let hash = OFFSET_32;
  for (const byte of bytes) hash = Math.imul(hash, PRIME_32) ^ byte;
  return hash >>> 0;
}

/** In halves: the prime is 2^40 + 0x1b3, so no product exceeds 2^53. */
export function fnv64(bytes: Uint8Array): bigint {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of bytes) {
    const product = low * 0x1b3;
    const carry = Math.floor(product / 2 ** 32);
    high = (high * 0x1b3 + carry + ((low << 8) >>> 0)) % 2 ** 32;
    low = ((product >>> 0) ^ byte) >>> 0;
  }
  return (BigInt(high) << 32n) | BigInt(low);
}
