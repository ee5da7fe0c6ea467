/**
 * JSON text → Lua value, built directly as tables. Integers stay integers: 32 bits as Lua integers, then exact floats,
 * then int64 values. `null` is nil. What follows the first value is ignored.
 */

import { HostError } from '../../errors.js';
import { MAX_DEPTH } from '../../values.js';
import type { Core } from '../core.js';
import type { LuaState } from '../fengari.js';
import { TAG, type Table, type TString, TValue } from '../internals.js';
import { chargeSteps, lookAtClock } from '../limits.js';
import { moduleError } from '../results.js';
import { appendEntry, integerSlot, newString, newTable, removeEntry, stringSlot } from '../table-access.js';

const TABLES_BETWEEN_LOOKS = 1024;
const MAX_EXACT = 2n ** 53n;
const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;

/** Keys that are remembered: those of records; what has more is a map. */
const MAX_KEYS = 256;

interface Decoder {
  readonly core: Core;
  readonly L: LuaState;
  readonly text: string;
  /** By what stands between the quotes: records have the same ones again and again. */
  readonly keys: Map<string, TString>;
  at: number;
  tables: number;
}

/** @throws HostError (Internal, details `{line, column}`) */
export function decodeJson(core: Core, L: LuaState, bytes: Uint8Array): TValue {
  return decodeValue(decoderOf(core, L, bytes), 0);
}

/** As {@link decodeJson}, and nothing but space may stand behind the value. @throws HostError Internal */
export function decodeWholeJson(core: Core, L: LuaState, bytes: Uint8Array): TValue {
  const decoder = decoderOf(core, L, bytes);
  const slot = decodeValue(decoder, 0);
  skipSpace(decoder);
  if (decoder.at < decoder.text.length) throw unexpected(decoder, 'the end');
  return slot;
}

function decoderOf(core: Core, L: LuaState, bytes: Uint8Array): Decoder {
  const text = core.options.text.decodeUtf8(bytes);
  if (text === undefined) throw moduleError('Internal', 'json.decode: the text is not valid UTF-8');
  chargeSteps(core, text.length);
  return { core, L, text, keys: new Map(), at: 0, tables: 0 };
}

function decodeValue(decoder: Decoder, depth: number): TValue {
  skipSpace(decoder);
  const { text, at } = decoder;
  switch (text[at]) {
    case '{':
      return decodeObject(decoder, depth + 1);
    case '[':
      return decodeArray(decoder, depth + 1);
    case '"':
      return stringSlot(newText(decoder));
    case 't':
      return word(decoder, 'true', new TValue(TAG.BOOLEAN, true));
    case 'f':
      return word(decoder, 'false', new TValue(TAG.BOOLEAN, false));
    case 'n':
      return word(decoder, 'null', new TValue(TAG.NIL, null));
    default:
      return decodeNumber(decoder);
  }
}

function skipSpace(decoder: Decoder): void {
  SPACE.lastIndex = decoder.at;
  SPACE.test(decoder.text);
  decoder.at = SPACE.lastIndex;
}

function word(decoder: Decoder, expected: string, slot: TValue): TValue {
  if (!decoder.text.startsWith(expected, decoder.at)) throw unexpected(decoder, 'a value');
  decoder.at += expected.length;
  return slot;
}

function decodeString(decoder: Decoder): string {
  const { text, at } = decoder;
  const end = endOfString(text, at + 1);
  if (end === -1) throw unexpected(decoder, 'a string that ends');
  decoder.at = end + 1;
  try {
    return JSON.parse(text.slice(at, end + 1)) as string;
  } catch {
    decoder.at = at;
    throw unexpected(decoder, 'a string without control characters, with valid escapes');
  }
}

/** The place of the closing quote, -1 when there is none. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\' && at - 1 - backslashes >= from) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return -1;
}

function decodeNumber(decoder: Decoder): TValue {
  NUMBER.lastIndex = decoder.at;
  const match = NUMBER.exec(decoder.text);
  if (match === null) throw unexpected(decoder, 'a value');
  decoder.at = NUMBER.lastIndex;
  const [digits, fraction, exponent] = match;
  if (fraction !== undefined || exponent !== undefined || digits === '-0') return new TValue(TAG.FLOAT, Number(digits));
  const number = Number(digits);
  if ((number | 0) === number) return integerSlot(number);
  if (Number.isSafeInteger(number)) return new TValue(TAG.FLOAT, number);
  const exact = BigInt(digits);
  if (exact >= -MAX_EXACT && exact <= MAX_EXACT) return new TValue(TAG.FLOAT, Number(exact));
  if (exact < MIN_INT64 || exact > MAX_UINT64) return new TValue(TAG.FLOAT, number);
  return new TValue(TAG.USERDATA, decoder.core.userdata.of(decoder.L, exact));
}

function decodeArray(decoder: Decoder, depth: number): TValue {
  const table = open(decoder, depth);
  if (closes(decoder, ']')) return new TValue(TAG.TABLE, table);
  for (let index = 1; ; index++) {
    const value = decodeValue(decoder, depth);
    if (value.type !== TAG.NIL) appendEntry(table, index, integerSlot(index), value);
    if (closes(decoder, ']')) return new TValue(TAG.TABLE, table);
    comma(decoder, ']');
  }
}

function decodeObject(decoder: Decoder, depth: number): TValue {
  const table = open(decoder, depth);
  if (closes(decoder, '}')) return new TValue(TAG.TABLE, table);
  for (;;) {
    skipSpace(decoder);
    if (decoder.text[decoder.at] !== '"') throw unexpected(decoder, 'a key in quotes');
    const key = decodeKey(decoder);
    if (!closes(decoder, ':')) throw unexpected(decoder, "':'");
    put(table, key.hash, stringSlot(key), decodeValue(decoder, depth));
    if (closes(decoder, '}')) return new TValue(TAG.TABLE, table);
    comma(decoder, '}');
  }
}

function decodeKey(decoder: Decoder): TString {
  const { keys, text, at } = decoder;
  // A table alone has every key once.
  const end = decoder.tables === 1 ? -1 : endOfString(text, at + 1);
  if (end === -1) return newText(decoder);
  const written = text.slice(at + 1, end);
  const known = keys.get(written);
  if (known !== undefined) {
    decoder.at = end + 1;
    return known;
  }
  const key = newText(decoder);
  if (keys.size < MAX_KEYS) keys.set(written, key);
  return key;
}

function newText(decoder: Decoder): TString {
  return newString(decoder.L, decoder.core.options.text.encodeUtf8(decodeString(decoder)));
}

/** The last of equal keys wins. */
function put(table: Table, hash: string, key: TValue, value: TValue): void {
  const known = table.strong.get(hash);
  if (value.type === TAG.NIL) {
    if (known !== undefined) removeEntry(table, hash, known);
  } else if (known !== undefined) known.value = value;
  else appendEntry(table, hash, key, value);
}

function open(decoder: Decoder, depth: number): Table {
  if (++decoder.tables % TABLES_BETWEEN_LOOKS === 0) lookAtClock(decoder.core);
  if (depth > MAX_DEPTH) throw unexpected(decoder, `at most ${MAX_DEPTH} levels`);
  decoder.at++;
  return newTable(decoder.L);
}

function closes(decoder: Decoder, end: string): boolean {
  skipSpace(decoder);
  if (decoder.text[decoder.at] !== end) return false;
  decoder.at++;
  return true;
}

function comma(decoder: Decoder, end: string): void {
  if (decoder.text[decoder.at] !== ',') throw unexpected(decoder, `',' or '${end}'`);
  decoder.at++;
}

function unexpected(decoder: Decoder, expected: string): HostError {
  const before = decoder.text.slice(0, decoder.at).split('\n');
  const line = before.length;
  const column = before[line - 1]!.length + 1;
  const got = decoder.at >= decoder.text.length ? 'the end' : JSON.stringify(decoder.text[decoder.at]);
  return new HostError('Internal', `json.decode: line ${line}, column ${column}: expected ${expected}, got ${got}`, {
    retryable: false,
    details: { line, column },
  });
}
