/** `crypto`: random bytes, HMACs, authenticated encryption, tokens, key derivation. The nonce stands before the ciphertext. */

import { ByteString, type Value } from '../../values.js';
import type { Core } from '../core.js';
import { type LuaFunction, type LuaState, lua_isnoneornil, luaL_checkinteger } from '../fengari.js';
import { chargeSteps } from '../limits.js';
import { type CipherName, type KeyDerivation, NONCE_BYTES, TAG_BYTES } from '../platform.js';
import { answer, bytesValue, checkedBytes, checkedText, hexOf, moduleError, platformOf } from '../results.js';
import { type LibraryFields, lockedTable } from '../tables.js';
import { canWait, waitForPromise } from '../waits.js';
import { jwtFields } from './crypto-jwt.js';

const MAX_RANDOM_BYTES = 1024 * 1024;
const MAX_CHARSET_BYTES = 256;
const MAX_KEY_BYTES = 1024 * 1024;
/** Iterations times blocks of the result: a few seconds. */
const MAX_DERIVATION_ROUNDS = 5_000_000;
/** A few milliseconds. */
const LONG_DERIVATION_ROUNDS = 10_000;
const ALPHANUMERIC = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
const KEY_SIZES: { readonly [C in CipherName]: readonly number[] } = {
  'aes-gcm': [16, 24, 32],
  'chacha20-poly1305': [32],
};

export function cryptoModule(core: Core): LibraryFields {
  const both = (make: (name: string, cipher: CipherName) => LuaFunction) => ({
    aes: make('aes', 'aes-gcm'),
    chacha20: make('chacha20', 'chacha20-poly1305'),
  });
  return {
    random: lockedTable(core, 'crypto.random', {
      bytes: (L) => answer(core, L, () => bytesValue(platformOf(core).randomBytes(randomCount(L, 'bytes')))),
      string: (L) => answer(core, L, () => randomString(core, L)),
      uuid: (L) => answer(core, L, () => platformOf(core).uuid.v4()),
    }),
    hmac: lockedTable(core, 'crypto.hmac', { sha256: hmac(core, 'sha256'), sha512: hmac(core, 'sha512') }),
    encrypt: lockedTable(
      core,
      'crypto.encrypt',
      both((name, cipher) => encryption(core, name, cipher)),
    ),
    decrypt: lockedTable(
      core,
      'crypto.decrypt',
      both((name, cipher) => decryption(core, name, cipher)),
    ),
    jwt: lockedTable(core, 'crypto.jwt', jwtFields(core)),
    pbkdf2: (L) => derive(core, L),
    constant_time_compare: (L) =>
      answer(core, L, () => {
        const [a, b] = [1, 2].map((index) => checkedBytes(L, index, 'crypto.constant_time_compare'));
        return platformOf(core).equalBytes(a!, b!);
      }),
  };
}

function randomCount(L: LuaState, name: string): number {
  const count = luaL_checkinteger(L, 1);
  if (count >= 1 && count <= MAX_RANDOM_BYTES) return count;
  throw moduleError('Invalid', `crypto.random.${name}: expected a length from 1 to ${MAX_RANDOM_BYTES}, got ${count}`);
}

function randomString(core: Core, L: LuaState): Value {
  const count = randomCount(L, 'string');
  const charset = lua_isnoneornil(L, 2) ? ALPHANUMERIC : checkedBytes(L, 2, 'crypto.random.string');
  if (charset.length === 0 || charset.length > MAX_CHARSET_BYTES) {
    throw moduleError('Invalid', `crypto.random.string: expected a charset of 1 to ${MAX_CHARSET_BYTES} bytes`);
  }
  chargeSteps(core, count >> 2);
  return new ByteString(pick(core, count, charset));
}

/** Bytes beyond the last multiple of the charset's length are thrown away, so that every character is equally likely. */
function pick(core: Core, count: number, charset: Uint8Array): Uint8Array {
  const fair = 256 - (256 % charset.length);
  const picked = new Uint8Array(count);
  let at = 0;
  while (at < count) {
    for (const byte of platformOf(core).randomBytes(count - at)) {
      if (byte < fair) picked[at++] = charset[byte % charset.length]!;
    }
  }
  return picked;
}

function hmac(core: Core, algorithm: 'sha256' | 'sha512'): LuaFunction {
  return (L) =>
    answer(core, L, () => {
      const key = checkedBytes(L, 1, `crypto.hmac.${algorithm}`);
      return hexOf(platformOf(core).hmac(algorithm, key, dataAt(core, L, 2, `crypto.hmac.${algorithm}`)));
    });
}

function encryption(core: Core, name: string, cipher: CipherName): LuaFunction {
  const what = `crypto.encrypt.${name}`;
  return (L) =>
    answer(core, L, () => {
      const platform = platformOf(core);
      const plaintext = dataAt(core, L, 1, what);
      const nonce = platform.randomBytes(NONCE_BYTES);
      const sealed = platform.encrypt(cipher, { ...keyAndAdditional(L, what, cipher), nonce }, plaintext);
      const message = new Uint8Array(NONCE_BYTES + sealed.length);
      message.set(nonce);
      message.set(sealed, NONCE_BYTES);
      return bytesValue(message);
    });
}

function decryption(core: Core, name: string, cipher: CipherName): LuaFunction {
  const what = `crypto.decrypt.${name}`;
  return (L) =>
    answer(core, L, () => {
      const message = dataAt(core, L, 1, what);
      const input = { ...keyAndAdditional(L, what, cipher), nonce: message.subarray(0, NONCE_BYTES) };
      const isWhole = message.length >= NONCE_BYTES + TAG_BYTES;
      const plaintext = isWhole ? platformOf(core).decrypt(cipher, input, message.subarray(NONCE_BYTES)) : null;
      if (plaintext === null) {
        throw moduleError(
          'Internal',
          `${what}: the data, the key or the additional data is not that of the encryption`,
        );
      }
      return bytesValue(plaintext);
    });
}

function keyAndAdditional(L: LuaState, what: string, cipher: CipherName): { key: Uint8Array; additional: Uint8Array } {
  const key = checkedBytes(L, 2, what);
  const sizes = KEY_SIZES[cipher];
  if (!sizes.includes(key.length)) {
    throw moduleError('Invalid', `${what}: expected a key of ${sizes.join(', ')} bytes, got ${key.length}`);
  }
  return { key, additional: lua_isnoneornil(L, 3) ? new Uint8Array(0) : checkedBytes(L, 3, what) };
}

function dataAt(core: Core, L: LuaState, index: number, what: string): Uint8Array {
  const data = checkedBytes(L, index, what);
  chargeSteps(core, data.length >> 4);
  return data;
}

/** Raw bytes, as they serve as a key. What takes long is waited for, where Lua can wait. */
function derive(core: Core, L: LuaState): number {
  let derivation: KeyDerivation;
  try {
    derivation = derivationAt(core, L);
  } catch (thrown) {
    return answer(core, L, () => {
      throw thrown;
    });
  }
  const isShort = derivation.iterations * blocksOf(derivation) < LONG_DERIVATION_ROUNDS;
  if (isShort || !canWait(core, L)) return answer(core, L, () => bytesValue(platformOf(core).pbkdf2(derivation)));
  const key = platformOf(core).pbkdf2Later(derivation);
  return waitForPromise(core, L, 'crypto.pbkdf2', key, (thread, { value, failure }) =>
    answer(core, thread, () => {
      if (failure !== undefined) throw failure;
      return bytesValue(value as Uint8Array);
    }),
  );
}

function blocksOf({ algorithm, byteLength }: KeyDerivation): number {
  return Math.ceil(byteLength / (algorithm === 'sha256' ? 32 : 64));
}

/** @throws HostError Invalid */
function derivationAt(core: Core, L: LuaState): KeyDerivation {
  const what = 'crypto.pbkdf2';
  const password = checkedBytes(L, 1, what);
  const salt = checkedBytes(L, 2, what);
  const iterations = luaL_checkinteger(L, 3);
  const byteLength = luaL_checkinteger(L, 4);
  const algorithm = lua_isnoneornil(L, 5) ? 'sha256' : checkedText(core, L, 5, what);
  if (algorithm !== 'sha256' && algorithm !== 'sha512') {
    throw moduleError('Invalid', `${what}: expected sha256 or sha512, got "${algorithm.slice(0, 40)}"`);
  }
  if (iterations < 1) throw moduleError('Invalid', `${what}: expected iterations from 1, got ${iterations}`);
  if (byteLength < 1 || byteLength > MAX_KEY_BYTES) {
    throw moduleError('Invalid', `${what}: expected a length from 1 to ${MAX_KEY_BYTES}, got ${byteLength}`);
  }
  const derivation = { algorithm, password, salt, iterations, byteLength } as const;
  const rounds = iterations * blocksOf(derivation);
  if (rounds > MAX_DERIVATION_ROUNDS) {
    throw moduleError('Invalid', `${what}: ${rounds} rounds (iterations × blocks) exceed ${MAX_DERIVATION_ROUNDS}`);
  }
  chargeSteps(core, rounds);
  return derivation;
}
