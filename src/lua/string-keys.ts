/**
 * Gives every Lua string its own table key.
 *
 * Fengari finds a table entry by `TString.hash`, which joins the bytes as hexadecimal without padding: "\x01\x23" and
 * "\x12\x03" are one key there, and "\n" sorts after "1". Here `hash` becomes an accessor of the prototype that pads.
 * The form stays Fengari's (`|`, then two digits a byte) because its lexer knows the reserved words by it, because
 * `<` on strings compares keys, and so that a VM that existed before goes on working.
 */

import { TString } from './internals.js';

interface KeyedString {
  key: string | null;
  text: string | null | undefined;
  readonly realstring: Uint8Array;
}

const PREFIX = '|'.charCodeAt(0);
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const HIGH = Uint8Array.from(HEX, (digits) => digits.charCodeAt(0));
const LOW = Uint8Array.from(HEX, (digits) => digits.charCodeAt(1));

const LONGEST_JOINED_BYTES = 5;
const LONGEST_SPREAD_BYTES = 32;
const decoder = new TextDecoder();

/**
 * The table key of a Lua string.
 *
 * @returns a string that is equal for equal bytes only, and sorts as the bytes do
 */
export function keyOfBytes(bytes: Uint8Array): string {
  const length = bytes.length;
  if (length <= LONGEST_JOINED_BYTES) {
    let key = '|';
    for (let i = 0; i < length; i++) key += HEX[bytes[i]!]!;
    return key;
  }
  if (length <= LONGEST_SPREAD_BYTES) {
    const units = new Array<number>(2 * length + 1);
    return String.fromCharCode.apply(null, writeKey(units, bytes));
  }
  return decoder.decode(writeKey(new Uint8Array(2 * length + 1), bytes));
}

function writeKey<T extends { [index: number]: number }>(units: T, bytes: Uint8Array): T {
  units[0] = PREFIX;
  for (let from = 0, to = 1; from < bytes.length; from++) {
    const byte = bytes[from]!;
    units[to++] = HIGH[byte]!;
    units[to++] = LOW[byte]!;
  }
  return units;
}

/**
 * Makes `hash` of all Lua strings unambiguous. Idempotent, also across several copies of this module: the first one
 * that comes defines the accessor, the others find it.
 */
export function useUnambiguousStringKeys(): void {
  const prototype: object = TString.prototype;
  if (Object.getOwnPropertyDescriptor(prototype, 'hash') !== undefined) return;
  Object.defineProperty(prototype, 'hash', {
    get(this: KeyedString): string {
      const key = this.key;
      if (key !== null) return key;
      const made = keyOfBytes(this.realstring);
      this.key = made;
      return made;
    },
    // The constructor assigns null before anything else: the moment to give all strings one shape.
    set(this: KeyedString): void {
      this.key = null;
      this.text = null;
    },
  });
}
