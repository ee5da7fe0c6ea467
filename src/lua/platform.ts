/**
 * What Lua modules need of the machine they run on: algorithms and a log, as plain functions. The VM imports nothing from
 * Node; whoever makes a VM passes an implementation. All functions answer at once, since Lua may call from where it cannot wait.
 */

import type { FileHandle, VolumeSpec } from '../files/types.js';
import type { Value, ValueMap } from '../values.js';

export const HASH_ALGORITHMS = ['md5', 'sha1', 'sha256', 'sha512'] as const;
type HashAlgorithm = (typeof HASH_ALGORITHMS)[number];

/** Authenticated ciphers. Both take a nonce of {@link NONCE_BYTES} and append a tag of {@link TAG_BYTES}. */
export type CipherName = 'aes-gcm' | 'chacha20-poly1305';
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

export interface CipherInput {
  /** AES: 16, 24 or 32 bytes; ChaCha20: 32. */
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  /** Authenticated, not encrypted; may be empty. */
  readonly additional: Uint8Array;
}

export interface KeyDerivation {
  readonly algorithm: 'sha256' | 'sha512';
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly byteLength: number;
}

export const JWT_ALGORITHMS = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
] as const;
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number];

export interface JwtCodec {
  /** @param claims JSON text of an object @throws HostError Invalid, when the key does not fit the algorithm */
  sign(claims: string, key: Uint8Array, algorithm: JwtAlgorithm): string;
  /**
   * Checks signature, `exp` and `nbf`.
   * @param nowSeconds since 1970
   * @returns the claims as UTF-8 JSON text
   * @throws HostError Internal, when the token is malformed, forged, expired or not valid yet
   */
  verify(token: string, key: Uint8Array, algorithm: JwtAlgorithm, nowSeconds: number): Uint8Array;
}

export interface UuidMaker {
  v1(): string;
  v4(): string;
  v7(): string;
  /** `namespace` in the form with four dashes. */
  v3(name: Uint8Array, namespace: string): string;
  v5(name: Uint8Array, namespace: string): string;
}

export interface YamlOptions {
  /** Names of fields that come first in every map, in this order. */
  readonly fieldOrder: readonly string[];
  /** The other fields by name; otherwise in the order of the table. */
  readonly sortOthers: boolean;
}

export interface YamlCodec {
  /** @throws HostError Internal (details `{line, column}`): no YAML, several documents, over its bounds */
  decode(text: string): Value;
  /** @throws HostError Internal, for what YAML cannot say: handles, bytes that are no text; over its bounds */
  encode(value: Value, options: YamlOptions): string;
}

/** How much a line of the log matters, the least first. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of the log. */
export interface LogRecord {
  /** How much it matters. */
  readonly level: LogLevel;
  /** Text without an end of line. */
  readonly message: string;
  /** `named` of the logger: `worker.db`; empty for the root. */
  readonly logger: string;
  /** The process ID of the run, as `process.pid()` gives it. */
  readonly pid: string;
  /** `script.lua:3` */
  readonly location: string;
  /** Plain data. */
  readonly fields: { readonly [name: string]: unknown };
}

/** Opens the root folder of a volume. @throws FileError */
export type VolumeOpener = (spec: VolumeSpec) => FileHandle;

export interface LuaPlatform {
  hash(algorithm: HashAlgorithm, bytes: Uint8Array): Uint8Array;
  hmac(algorithm: HashAlgorithm, key: Uint8Array, bytes: Uint8Array): Uint8Array;
  /** Of a secure source. */
  randomBytes(count: number): Uint8Array;
  /** In a time that depends on the lengths only. */
  equalBytes(a: Uint8Array, b: Uint8Array): boolean;
  /** @returns ciphertext and tag */
  encrypt(cipher: CipherName, input: CipherInput, plaintext: Uint8Array): Uint8Array;
  /** @returns the plaintext, null when key, nonce, additional data or bytes are not those of the encryption */
  decrypt(cipher: CipherName, input: CipherInput, sealed: Uint8Array): Uint8Array | null;
  pbkdf2(derivation: KeyDerivation): Uint8Array;
  /** The same, while other tasks go on. */
  pbkdf2Later(derivation: KeyDerivation): Promise<Uint8Array>;
  encodeBase64(bytes: Uint8Array): string;
  /** @param text of the standard alphabet, padded: checked by the caller */
  decodeBase64(text: string): Uint8Array;
  /**
   * Which texts a regular expression finds something in. Time is bounded, whatever the pattern.
   * @throws HostError Invalid (not a pattern, or one that took too long)
   */
  matchesOf(pattern: string, texts: readonly string[]): boolean[];
  readonly jwt: JwtCodec;
  readonly uuid: UuidMaker;
  readonly yaml: YamlCodec;
  log(record: LogRecord): void;
  /** A way to open volumes for one run; what is opened through it is counted together. */
  volumeOpener(): VolumeOpener;
}

/** An entry as `registry.get` gives it. */
export interface LuaRegistryEntry {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  readonly meta: ValueMap;
  /** The other fields as they are written, texts behind `file://` in their place. */
  readonly data: ValueMap;
}

/** The registry as scripts may read it. */
export interface LuaRegistry {
  /** Of the state that `entries` is; counted from 1. */
  readonly version: number;
  readonly entries: readonly LuaRegistryEntry[];
  get(id: string): LuaRegistryEntry | undefined;
}
