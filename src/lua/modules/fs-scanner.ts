/** `file:scanner()`: a file's lines, words, bytes or characters, one at a time. */

import { HostError } from '../../errors.js';
import type { Core } from '../core.js';
import {
  type LuaState,
  lua_isnoneornil,
  lua_pushboolean,
  lua_pushnil,
  luaL_argerror,
  luaL_checkstring,
} from '../fengari.js';
import { chargeSteps } from '../limits.js';
import { pushError } from '../raise.js';
import { bytesValue, moduleError, pushValue } from '../results.js';
import { defineClass } from '../userdata.js';

/** What is cut off the beginning of the bytes at hand. `take` is null where more bytes must be seen first. */
interface Cut {
  readonly take: Uint8Array | null;
  /** Bytes that are done with. */
  readonly advance: number;
}

/** @param atEnd no more bytes will come */
export type Split = (bytes: Uint8Array, atEnd: boolean) => Cut;

const MORE: Cut = { take: null, advance: 0 };
const CHUNK_BYTES = 64 * 1024;
/** Of one line or word. */
export const MAX_TOKEN_BYTES = 1024 * 1024;
const BYTES_PER_STEP = 16;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

const lines: Split = (bytes, atEnd) => {
  const end = bytes.indexOf(LINE_FEED);
  if (end < 0 && !atEnd) return MORE;
  if (bytes.length === 0) return MORE;
  const stop = end < 0 ? bytes.length : end;
  const length = stop > 0 && bytes[stop - 1] === CARRIAGE_RETURN ? stop - 1 : stop;
  return { take: bytes.subarray(0, length), advance: end < 0 ? stop : stop + 1 };
};

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13);
}

const words: Split = (bytes, atEnd) => {
  let start = 0;
  while (isSpace(bytes[start])) start++;
  let end = start;
  while (end < bytes.length && !isSpace(bytes[end])) end++;
  if (start === bytes.length) return { take: null, advance: start };
  if (end === bytes.length && !atEnd) return { take: null, advance: start };
  return { take: bytes.subarray(start, end), advance: end };
};

const singleBytes: Split = (bytes) => (bytes.length === 0 ? MORE : { take: bytes.subarray(0, 1), advance: 1 });

const REPLACEMENT = Uint8Array.of(0xef, 0xbf, 0xbd);

/** What is no UTF-8 is U+FFFD, byte by byte. */
const runes: Split = (bytes, atEnd) => {
  const length = runeLength(bytes[0]);
  if (bytes.length === 0 || (bytes.length < length && !atEnd)) return MORE;
  const take = bytes.subarray(0, length);
  return isUtf8(take, length) ? { take, advance: length } : { take: REPLACEMENT, advance: 1 };
};

function runeLength(first: number | undefined): number {
  if (first === undefined || first < 0xc2) return 1;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 1;
}

function isUtf8(bytes: Uint8Array, length: number): boolean {
  if (bytes.length !== length) return false;
  if (length === 1) return bytes[0]! < 0x80;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const SPLITS: { readonly [name: string]: Split } = { lines, words, bytes: singleBytes, runes };

/** The way to split, by its name; lines where there is no argument. */
export function splitAt(L: LuaState, index: number): Split {
  const name = lua_isnoneornil(L, index) ? 'lines' : new TextDecoder().decode(luaL_checkstring(L, index));
  const split = Object.hasOwn(SPLITS, name) ? SPLITS[name] : undefined;
  return split ?? luaL_argerror(L, index, `expected "lines", "words", "bytes" or "runes", got ${JSON.stringify(name)}`);
}

export class Scanner {
  private readonly split: Split;
  private readonly read: (length: number) => Uint8Array;
  private rest: Uint8Array = new Uint8Array(0);
  private atEnd = false;
  text: Uint8Array = new Uint8Array(0);
  error: HostError | null = null;

  /** @param read the next bytes, none at the end; throws HostError */
  constructor(split: Split, read: (length: number) => Uint8Array) {
    this.split = split;
    this.read = read;
  }

  /** Goes to the next piece. @returns false at the end, and when something went wrong */
  scan(): boolean {
    this.text = new Uint8Array(0);
    try {
      while (this.error === null) {
        const { take, advance } = this.split(this.rest, this.atEnd);
        this.rest = this.rest.subarray(advance);
        if (take !== null) {
          this.text = take;
          return true;
        }
        if (this.atEnd) return false;
        this.more();
      }
    } catch (thrown) {
      if (!(thrown instanceof HostError)) throw thrown;
      this.error = thrown;
    }
    return false;
  }

  private more(): void {
    if (this.rest.length > MAX_TOKEN_BYTES) {
      throw moduleError('Invalid', `scanner: a piece is longer than ${MAX_TOKEN_BYTES} bytes`);
    }
    // Pieces that do not fit grow the chunk, so that long ones are not copied again and again.
    const bytes = this.read(Math.max(CHUNK_BYTES, this.rest.length));
    this.atEnd = bytes.length === 0;
    const all = new Uint8Array(this.rest.length + bytes.length);
    all.set(this.rest);
    all.set(bytes, this.rest.length);
    this.rest = all;
  }
}

export function defineScanner(core: Core): void {
  const self: (L: LuaState) => Scanner = defineClass(core, 'scanner', Scanner, {
    scan: (L) => {
      const scanner = self(L);
      const found = scanner.scan();
      chargeSteps(core, Math.ceil(scanner.text.length / BYTES_PER_STEP));
      lua_pushboolean(L, found);
      return 1;
    },
    text: (L) => pushValue(core, L, bytesValue(self(L).text.slice())),
    err: (L) => {
      const { error } = self(L);
      if (error === null) lua_pushnil(L);
      else pushError(core, L, error);
      return 1;
    },
  });
}
