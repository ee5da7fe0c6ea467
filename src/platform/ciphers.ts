/** Hashes, random bytes, ciphers and key derivation of `node:crypto` in the shape that the VM asks for. */

import { type CipherInput, type CipherName, type LuaPlatform, TAG_BYTES } from '../lua/platform.js';
import { nodeCrypto } from './packages.js';

type Ciphers = Pick<
  LuaPlatform,
  | 'hash'
  | 'hmac'
  | 'randomBytes'
  | 'equalBytes'
  | 'encrypt'
  | 'decrypt'
  | 'pbkdf2'
  | 'pbkdf2Later'
  | 'encodeBase64'
  | 'decodeBase64'
>;

export function nodeCiphers(): Ciphers {
  return {
    hash: (algorithm, bytes) => bare(nodeCrypto().createHash(algorithm).update(bytes).digest()),
    hmac: (algorithm, key, bytes) => bare(nodeCrypto().createHmac(algorithm, key).update(bytes).digest()),
    randomBytes: (count) => bare(nodeCrypto().randomBytes(count)),
    equalBytes: (a, b) => a.length === b.length && nodeCrypto().timingSafeEqual(a, b),
    encrypt(cipher, input, plaintext) {
      const { name, options } = cipherOf(cipher, input);
      const sealing = nodeCrypto().createCipheriv(name, input.key, input.nonce, options).setAAD(input.additional);
      return joined(sealing.update(plaintext), sealing.final(), sealing.getAuthTag());
    },
    decrypt(cipher, input, sealed) {
      if (sealed.length < TAG_BYTES) return null;
      const { name, options } = cipherOf(cipher, input);
      const end = sealed.length - TAG_BYTES;
      const opening = nodeCrypto()
        .createDecipheriv(name, input.key, input.nonce, options)
        .setAAD(input.additional)
        .setAuthTag(sealed.subarray(end));
      const plaintext = opening.update(sealed.subarray(0, end));
      try {
        return joined(plaintext, opening.final());
      } catch {
        return null;
      }
    },
    pbkdf2: ({ algorithm, password, salt, iterations, byteLength }) =>
      bare(nodeCrypto().pbkdf2Sync(password, salt, iterations, byteLength, algorithm)),
    pbkdf2Later: ({ algorithm, password, salt, iterations, byteLength }) =>
      new Promise((resolve, reject) => {
        nodeCrypto().pbkdf2(password, salt, iterations, byteLength, algorithm, (error, key) => {
          if (error === null) resolve(bare(key));
          else reject(error);
        });
      }),
    encodeBase64: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'),
    decodeBase64: (text) => bare(Buffer.from(text, 'base64')),
  };
}

/** Node's types know `aes-128-gcm` and the like by name; the three key sizes are checked before. */
function cipherOf(cipher: CipherName, input: CipherInput) {
  const name = cipher === 'aes-gcm' ? (`aes-${(input.key.length * 8) as 256}-gcm` as const) : 'chacha20-poly1305';
  return { name: name as 'aes-256-gcm', options: { authTagLength: TAG_BYTES } };
}

/** A copy without Node's Buffer around it, and out of its shared pool: the bytes become a Lua string. */
function bare(buffer: Uint8Array): Uint8Array {
  return Uint8Array.from(buffer);
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return bare(Buffer.concat(parts));
}
