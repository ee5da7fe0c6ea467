/**
 * Middle form → Lua. Builds table objects directly. Names of fields are made into Lua strings once per VM, so that
 * their bytes and table keys are computed once, too.
 */

import { type LuaState, TAG, type Table, type TString, TValue } from '../lua/internals.js';
import {
  appendEntry,
  integerSlot,
  makeRoom,
  newKey,
  newString,
  newTable,
  popSlot,
  stringSlot,
} from '../lua/table-access.js';
import type { TextCodec } from '../text.js';
import type { Packed, ValueSink } from '../value-sink.js';
import { ByteString, Empty, Float64, MAX_DEPTH, newMap, type Opaque, type Value, type ValueMap } from '../values.js';
import { countEntries, enter, failAt, MAX_ENTRIES, TranscodeError, type Walk } from './error.js';
import { USERDATA_SLOTS, type Userdata } from './userdata.js';

const MAX_EXACT = 2 ** 53;
const LONGEST_UNROLLED_CHARS = 24;
/** Names beyond this many start a new set: data used as keys must not stay for ever. */
const MAX_KNOWN_NAMES = 4096;
const LONGEST_KNOWN_NAME = 128;

const MAP_PROTOTYPE: unknown = Object.getPrototypeOf(newMap());
const VALUE = 'a value of the middle form';

interface LuaWriter {
  readonly L: LuaState;
  readonly text: TextCodec;
  readonly userdata: Userdata;
  /** Lua strings of field names. */
  readonly names: Map<string, TString>;
  readonly walk: Walk;
}

/**
 * Makes the Lua value of one value that lies below `depth` containers, in a slot of its own.
 *
 * @throws {TranscodeError} for what the middle form does not have, cycles, and what is too deep or too large
 */
export function writeSlot(writer: LuaWriter, value: Value, depth: number): TValue {
  switch (typeof value) {
    case 'number':
      return (value | 0) === value && !Object.is(value, -0) ? integerSlot(value) : new TValue(TAG.FLOAT, value);
    case 'string':
      return stringSlot(newString(writer.L, encode(writer.text, value)));
    case 'boolean':
      return new TValue(TAG.BOOLEAN, value);
    case 'undefined':
      return new TValue(TAG.NIL, null);
    case 'bigint':
      return writeBigint(writer, value);
    case 'object':
      return value === null ? new TValue(TAG.NIL, null) : writeObject(writer, value, depth);
    default:
      throw failAt(writer.walk, depth, VALUE, typeof value);
  }
}

/**
 * Makes the Lua value of one that is still bytes. Most fit; what does not is walked again as the middle form, which finds the place.
 *
 * @throws {TranscodeError} as {@link writeSlot}
 */
export function writePacked(writer: LuaWriter, packed: Packed): TValue {
  try {
    return packed.readInto(new LuaSink(writer), MAX_DEPTH, MAX_ENTRIES);
  } catch {
    return writeSlot(writer, packed.open(), 0);
  }
}

/** Lua values of the parts of one value. A shape is the keys of its fields. */
class LuaSink implements ValueSink<TValue, readonly TString[]> {
  private readonly writer: LuaWriter;

  constructor(writer: LuaWriter) {
    this.writer = writer;
  }
  nil(): TValue {
    return new TValue(TAG.NIL, null);
  }
  boolean(value: boolean): TValue {
    return new TValue(TAG.BOOLEAN, value);
  }
  integer(value: number): TValue {
    return integerSlot(value);
  }
  number(value: number): TValue {
    return new TValue(TAG.FLOAT, value);
  }
  float64(value: number): TValue {
    return new TValue(TAG.FLOAT, value);
  }
  byteString(bytes: Uint8Array): TValue {
    return stringSlot(newString(this.writer.L, bytes));
  }
  empty(): TValue {
    return this.array();
  }
  value(value: Value): TValue {
    if (value instanceof Map) throw new TranscodeError([], VALUE, 'a map whose depth is not known here');
    return writeSlot(this.writer, value, 0);
  }
  array(): TValue {
    return new TValue(TAG.TABLE, newTable(this.writer.L));
  }
  element(into: TValue, index: number, value: TValue): void {
    if (value.type !== TAG.NIL) appendEntry(into.value as Table, index + 1, integerSlot(index + 1), value);
  }
  shape(names: readonly string[]): readonly TString[] {
    return names.map((name) => nameOf(this.writer, name));
  }
  map(): TValue {
    return this.array();
  }
  field(into: TValue, keys: readonly TString[], index: number, value: TValue): void {
    if (value.type === TAG.NIL) return;
    const key = keys[index] as TString;
    appendEntry(into.value as Table, key.hash, stringSlot(key), value);
  }
}

function writeObject(writer: LuaWriter, value: Value & object, depth: number): TValue {
  if (value instanceof ByteString) return stringSlot(newString(writer.L, value.bytes));
  if (Array.isArray(value)) return writeArray(writer, value, depth + 1);
  if (value instanceof Float64) return new TValue(TAG.FLOAT, value.value);
  // A list of bytes may still change in the caller's hands; a Lua string must not.
  if (value instanceof Uint8Array) return stringSlot(newString(writer.L, Uint8Array.from(value)));
  if (value instanceof Empty) return new TValue(TAG.TABLE, newTable(writer.L));
  if (value instanceof Map) return writeMixed(writer, value, depth + 1);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === MAP_PROTOTYPE) return writeMap(writer, value as ValueMap, depth + 1);
  if (isOpaque(value)) return pushed(writer, value);
  // Plain objects of any realm; an instance of a class would lose what it is in silence.
  if (prototype === null || Object.getPrototypeOf(prototype) === null)
    return writeMap(writer, value as ValueMap, depth + 1);
  throw failAt(writer.walk, depth, VALUE, className(value));
}

function isOpaque(value: object): value is Opaque {
  return typeof (value as Partial<Opaque>).opaqueKind === 'string';
}

function className(value: object): string {
  const made = value.constructor;
  return typeof made === 'function' && made.name !== '' ? made.name : 'an object of a class';
}

function writeBigint(writer: LuaWriter, value: bigint): TValue {
  if (value >= -MAX_EXACT && value <= MAX_EXACT) {
    const exact = Number(value);
    return (exact | 0) === exact ? integerSlot(exact) : new TValue(TAG.FLOAT, exact);
  }
  return pushed(writer, value);
}

function pushed(writer: LuaWriter, value: bigint | Opaque): TValue {
  if (!makeRoom(writer.L, USERDATA_SLOTS)) throw new TranscodeError([], 'room on the Lua stack', 'a full stack');
  writer.userdata.push(writer.L, value);
  return popSlot(writer.L);
}

function writeArray(writer: LuaWriter, array: readonly Value[], depth: number): TValue {
  const { walk, L } = writer;
  enter(walk, array, depth, array.length);
  const table = newTable(L);
  for (let i = 0; i < array.length; i++) {
    walk.steps[depth] = i + 1;
    const value = writeSlot(writer, array[i], depth);
    if (value.type !== TAG.NIL) appendEntry(table, i + 1, integerSlot(i + 1), value);
  }
  return new TValue(TAG.TABLE, table);
}

function writeMap(writer: LuaWriter, map: ValueMap, depth: number): TValue {
  const { walk, L } = writer;
  enter(walk, map, depth, 0);
  const table = newTable(L);
  for (const name in map) {
    walk.steps[depth] = name;
    countEntries(walk, depth, 1);
    const value = writeSlot(writer, map[name], depth);
    if (value.type === TAG.NIL) continue;
    const key = nameOf(writer, name);
    appendEntry(table, key.hash, stringSlot(key), value);
  }
  return new TValue(TAG.TABLE, table);
}

function nameOf(writer: LuaWriter, name: string): TString {
  const { names } = writer;
  const known = names.get(name);
  if (known !== undefined) return known;
  const made = newKey(writer.L, name, encode(writer.text, name));
  if (name.length <= LONGEST_KNOWN_NAME) {
    if (names.size >= MAX_KNOWN_NAMES) names.clear();
    names.set(name, made);
  }
  return made;
}

function writeMixed(writer: LuaWriter, map: ReadonlyMap<Value, Value>, depth: number): TValue {
  const { walk, L } = writer;
  enter(walk, map, depth, map.size);
  const table = newTable(L);
  for (const [key, value] of map) {
    walk.steps[depth] = typeof key === 'number' || typeof key === 'string' ? key : '(a key)';
    const keySlot = typeof key === 'string' ? stringSlot(nameOf(writer, key)) : keyOf(writeSlot(writer, key, depth));
    const valueSlot = writeSlot(writer, value, depth);
    if (keySlot.type === TAG.NIL || Number.isNaN(keySlot.value)) throw failAt(walk, depth, 'a key', 'nil or NaN');
    if (valueSlot.type !== TAG.NIL) putEntry(table, keySlot, valueSlot);
  }
  return new TValue(TAG.TABLE, table);
}

/** Lua keeps integral float keys as integers. */
function keyOf(slot: TValue): TValue {
  const { type, value } = slot;
  return type === TAG.FLOAT && ((value as number) | 0) === value ? integerSlot((value as number) | 0) : slot;
}

/** Two keys of the map may be one key in Lua (equal bytes): the later one wins. */
function putEntry(table: Table, key: TValue, value: TValue): void {
  const isText = key.type === TAG.LONG_STRING;
  const hash: unknown = isText ? (key.value as TString).hash : key.value;
  const known = table.strong.get(hash);
  if (known === undefined) appendEntry(table, hash, key, value);
  else known.value = value;
}

function encode(codec: TextCodec, text: string): Uint8Array {
  if (text.length > LONGEST_UNROLLED_CHARS) return codec.encodeUtf8(text);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return codec.encodeUtf8(text);
    bytes[i] = unit;
  }
  return bytes;
}
