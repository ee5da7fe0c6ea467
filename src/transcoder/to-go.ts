/**
 * Lua → middle form. Reads table objects directly, in one pass over the keys (what is it: array, map or mixed?) and one
 * over the values, so that no value is read twice however tables nest.
 */

import { type LuaState, TAG, type Table, type TString, type TValue } from '../lua/internals.js';
import { isString, makeRoom, popSlot, pushSlot } from '../lua/table-access.js';
import type { TextCodec } from '../text.js';
import { ByteString, EMPTY, Float64, newMap, type PathStep, type Value } from '../values.js';
import { enter, failAt, type Walk } from './error.js';
import { USERDATA_SLOTS, type Userdata } from './userdata.js';

/** Holes may at most double an array's length; a sparser table is a mixed map. */
const MAX_LENGTH_PER_ELEMENT = 2;
const LONGEST_UNROLLED_KEY_BYTES = 24;

const PLAIN = 'a plain value (nil, boolean, number, string or table)';

interface GoReader {
  readonly L: LuaState;
  readonly text: TextCodec;
  readonly userdata: Userdata;
  readonly walk: Walk;
}

/**
 * Reads one value that lies below `depth` tables.
 *
 * @returns the value; strings share the bytes of the Lua string
 * @throws {TranscodeError} for functions, coroutines, foreign userdata, cycles, and what is too deep or too large
 */
export function readSlot(reader: GoReader, slot: TValue, depth: number): Value {
  switch (slot.type) {
    case TAG.NIL:
      return null;
    case TAG.BOOLEAN:
      return slot.value as boolean;
    case TAG.INTEGER:
      return (slot.value as number) | 0;
    case TAG.FLOAT:
      return floatValue(slot.value as number);
    case TAG.SHORT_STRING:
    case TAG.LONG_STRING:
      return new ByteString((slot.value as TString).realstring);
    case TAG.TABLE:
      return readTable(reader, slot.value as Table, depth + 1);
    case TAG.USERDATA:
    case TAG.LIGHT_USERDATA:
      return readUserdata(reader, slot, depth);
    default:
      throw failAt(reader.walk, depth, PLAIN, slot.type === TAG.THREAD ? 'coroutine' : 'function');
  }
}

function floatValue(value: number): Value {
  if (!Number.isInteger(value) || Object.is(value, -0)) return value;
  return new Float64(value);
}

function readUserdata(reader: GoReader, slot: TValue, depth: number): Value {
  const { L, userdata } = reader;
  if (!makeRoom(L, USERDATA_SLOTS)) throw failAt(reader.walk, depth, 'room on the Lua stack', 'a full stack');
  pushSlot(L, slot);
  const value = userdata.toGo(L, -1);
  popSlot(L);
  if (value === undefined) throw failAt(reader.walk, depth, `${PLAIN}, an int64, an error or a resource`, 'userdata');
  return value;
}

function readTable(reader: GoReader, table: Table, depth: number): Value {
  const first = table.f;
  enter(reader.walk, table, depth, table.strong.size);
  if (first === undefined) return EMPTY;
  if (isString(first.key)) {
    return hasTextKeys(reader.text, table) ? readMap(reader, table, depth) : readMixed(reader, table, depth);
  }
  const length = arrayLength(table);
  if (length === IN_ORDER) return readSequence(reader, table, depth);
  return length > 0 ? readSparse(reader, table, depth, length) : readMixed(reader, table, depth);
}

function hasTextKeys(codec: TextCodec, table: Table): boolean {
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    if (!isString(entry.key)) return false;
    const key = entry.key.value as TString;
    if (key.text === null) key.text = decodeKey(codec, key.realstring);
    if (key.text === undefined) return false;
  }
  return true;
}

/** The text of a key's bytes, undefined when they are not UTF-8. */
function decodeKey(codec: TextCodec, bytes: Uint8Array): string | undefined {
  if (bytes.length > LONGEST_UNROLLED_KEY_BYTES) return codec.decodeUtf8(bytes);
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return codec.decodeUtf8(bytes);
    text += String.fromCharCode(byte);
  }
  return text;
}

const IN_ORDER = -1;
const NO_ARRAY = 0;

/** The length of the array that a table is; IN_ORDER when its entries stand in the order 1..n, NO_ARRAY when it is none. */
function arrayLength(table: Table): number {
  let max = 0;
  let expected = 1;
  let inOrder = true;
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    const key = entry.key;
    if (key.type !== TAG.INTEGER) return NO_ARRAY;
    const index = key.value as number;
    if (index < 1) return NO_ARRAY;
    if (index !== expected++) inOrder = false;
    if (index > max) max = index;
  }
  if (inOrder) return IN_ORDER;
  return max <= table.strong.size * MAX_LENGTH_PER_ELEMENT ? max : NO_ARRAY;
}

function readSequence(reader: GoReader, table: Table, depth: number): Value[] {
  const { steps } = reader.walk;
  const array: Value[] = [];
  let index = 1;
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    steps[depth] = index++;
    array.push(readSlot(reader, entry.value, depth));
  }
  return array;
}

function readSparse(reader: GoReader, table: Table, depth: number, length: number): Value[] {
  const { steps } = reader.walk;
  const array = new Array<Value>(length).fill(null);
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    const index = entry.key.value as number;
    steps[depth] = index;
    array[index - 1] = readSlot(reader, entry.value, depth);
  }
  return array;
}

function readMap(reader: GoReader, table: Table, depth: number): Value {
  const { steps } = reader.walk;
  const map = newMap();
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    const name = (entry.key.value as TString).text!;
    steps[depth] = name;
    map[name] = readSlot(reader, entry.value, depth);
  }
  return map;
}

/** Keys that are text become strings, other bytes stay a ByteString; so nothing is lost. */
function readMixed(reader: GoReader, table: Table, depth: number): Value {
  const { steps } = reader.walk;
  const map = new Map<Value, Value>();
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    steps[depth] = stepOf(reader, entry.key);
    const key = isString(entry.key)
      ? stringKey(reader, entry.key.value as TString)
      : readSlot(reader, entry.key, depth);
    map.set(key, readSlot(reader, entry.value, depth));
  }
  return map;
}

function stringKey(reader: GoReader, key: TString): Value {
  if (key.text === null) key.text = decodeKey(reader.text, key.realstring);
  return key.text ?? new ByteString(key.realstring);
}

function stepOf(reader: GoReader, key: TValue): PathStep {
  if (key.type === TAG.INTEGER || key.type === TAG.FLOAT) return key.value as number;
  if (key.type === TAG.BOOLEAN) return String(key.value);
  if (!isString(key)) return '(a key that is no string or number)';
  const text = stringKey(reader, key.value as TString);
  return typeof text === 'string' ? text : '(a key that is not UTF-8)';
}
