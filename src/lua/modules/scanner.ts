/** Scanners: lines, words, bytes or characters, one at a time, of a file or of a response. They differ in where bytes come from. */

import { joinBytes } from '../../bytes.js';
import type { HostError } from '../../errors.js';
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
import type { LibraryFields } from '../tables.js';

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
const MAX_TOKEN_BYTES = 1024 * 1024;
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

const NO_BYTES = new Uint8Array(0);

export abstract class Scanner {
  private readonly split: Split;
  private rest: Uint8Array = NO_BYTES;
  private atEnd = false;
  text: Uint8Array = NO_BYTES;
  error: HostError | null = null;

  constructor(split: Split) {
    this.split = split;
  }

  /** Goes to the next piece of what was taken. @returns false at the end; null where more must be taken first */
  protected next(): boolean | null {
    this.text = NO_BYTES;
    if (this.error !== null) return false;
    const { take, advance } = this.split(this.rest, this.atEnd);
    this.rest = this.rest.subarray(advance);
    if (take === null) return this.atEnd ? false : null;
    this.text = take;
    return true;
  }

  /** How many bytes to fetch. Pieces that do not fit grow them, so that long ones are not copied again and again. */
  protected wanted(): number {
    if (this.rest.length <= MAX_TOKEN_BYTES) return Math.max(CHUNK_BYTES, this.rest.length);
    throw moduleError('Invalid', `scanner: a piece is longer than ${MAX_TOKEN_BYTES} bytes`);
  }

  /** @param bytes what follows; null: nothing does */
  protected take(bytes: Uint8Array | null): void {
    if (bytes === null) this.atEnd = true;
    else this.rest = joinBytes([this.rest, bytes]);
  }
}

/** The answer of `scan`. */
export function pushFound(core: Core, L: LuaState, { text }: Scanner, found: boolean): number {
  chargeSteps(core, Math.ceil(text.length / BYTES_PER_STEP));
  lua_pushboolean(L, found);
  return 1;
}

/** `text` and `err`. */
export function pieceMethods(core: Core, self: (L: LuaState) => Scanner): LibraryFields {
  return {
    text: (L) => pushValue(core, L, bytesValue(self(L).text.slice())),
    err: (L) => {
      const { error } = self(L);
      if (error === null) lua_pushnil(L);
      else pushError(core, L, error);
      return 1;
    },
  };
}
