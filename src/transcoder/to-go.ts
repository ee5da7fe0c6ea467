/**
 * Lua → a sink: the middle form, or bytes for another thread. Reads table objects directly, in one pass over the keys (what is it:
 * array, map or mixed?) and one over the values, so that no value is read twice however tables nest.
 */

import { type LuaState, TAG, type Table, type TString, type TValue } from '../lua/internals.js';
import { isString, makeRoom, popSlot, pushSlot } from '../lua/table-access.js';
import type { TextCodec } from '../text.js';
import { GO_SINK, type ValueSink } from '../value-sink.js';
import { ByteString, type PathStep, type Value } from '../values.js';
import { enter, failAt, type Walk } from './error.js';
import { USERDATA_SLOTS, type Userdata } from './userdata.js';

/** Holes may at most double an array's length; a sparser table is a mixed map. */
const MAX_LENGTH_PER_ELEMENT = 2;
const LONGEST_UNROLLED_KEY_BYTES = 24;

const PLAIN = 'a plain value (nil, boolean, number, string or table)';

/** Names of fields that were met together, by the first of them: tables of one shape share one list. */
export type KnownShapes = Map<string, readonly string[]>;

/** Shapes beyond this many start a new set, and long ones are not kept: data used as keys must not stay for ever. */
const MAX_KNOWN_SHAPES = 1024;
const LONGEST_KNOWN_SHAPE = 64;
const LONGEST_KNOWN_NAME = 128;

interface TableReader<T, S> {
  readonly L: LuaState;
  readonly text: TextCodec;
  readonly userdata: Userdata;
  readonly shapes: KnownShapes;
  readonly walk: Walk;
  readonly sink: ValueSink<T, S>;
}

/**
 * Reads one value that lies below `depth` tables.
 *
 * @returns what the sink makes of it; strings share the bytes of the Lua string
 * @throws {TranscodeError} for functions, coroutines, foreign userdata, cycles, and what is too deep or too large
 */
export function readSlot<T, S>(reader: TableReader<T, S>, slot: TValue, depth: number): T {
  const { sink } = reader;
  switch (slot.type) {
    case TAG.NIL:
      return sink.nil();
    case TAG.BOOLEAN:
      return sink.boolean(slot.value as boolean);
    case TAG.INTEGER:
      return sink.integer((slot.value as number) | 0);
    case TAG.FLOAT: {
      const value = slot.value as number;
      return Number.isInteger(value) && !Object.is(value, -0) ? sink.float64(value) : sink.number(value);
    }
    case TAG.SHORT_STRING:
    case TAG.LONG_STRING:
      return sink.byteString((slot.value as TString).realstring);
    case TAG.TABLE:
      return readTable(reader, slot.value as Table, depth + 1);
    case TAG.USERDATA:
    case TAG.LIGHT_USERDATA:
      return sink.value(readUserdata(reader, slot, depth));
    default:
      throw failAt(reader.walk, depth, PLAIN, slot.type === TAG.THREAD ? 'coroutine' : 'function');
  }
}

function readUserdata({ L, userdata, walk }: TableReader<unknown, unknown>, slot: TValue, depth: number): Value {
  if (!makeRoom(L, USERDATA_SLOTS)) throw failAt(walk, depth, 'room on the Lua stack', 'a full stack');
  pushSlot(L, slot);
  const value = userdata.toGo(L, -1);
  popSlot(L);
  if (value === undefined) throw failAt(walk, depth, `${PLAIN}, an int64, an error or a resource`, 'userdata');
  return value;
}

function readTable<T, S>(reader: TableReader<T, S>, table: Table, depth: number): T {
  const first = table.f;
  enter(reader.walk, table, depth, table.strong.size);
  if (first === undefined) return reader.sink.empty();
  if (isString(first.key)) {
    const names = namesOf(reader, table, first.key.value as TString);
    return names === null ? readMixed(reader, table, depth) : readMap(reader, table, depth, names);
  }
  const length = arrayLength(table);
  if (length === IN_ORDER) return readSequence(reader, table, depth);
  return length > 0 ? readSparse(reader, table, depth, length) : readMixed(reader, table, depth);
}

/** The keys of a table in order, or null where one of them is no text. Nothing is allocated for a shape that is known. */
function namesOf(
  { text, shapes }: Pick<TableReader<unknown, unknown>, 'text' | 'shapes'>,
  table: Table,
  first: TString,
): readonly string[] | null {
  const start = textOf(text, first);
  if (start === undefined) return null;
  const known = shapes.get(start);
  if (known !== undefined && hasNames(text, table, known)) return known;
  const names: string[] = [];
  let longest = 0;
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    const name = isString(entry.key) ? textOf(text, entry.key.value as TString) : undefined;
    if (name === undefined) return null;
    if (name.length > longest) longest = name.length;
    names.push(name);
  }
  if (names.length <= LONGEST_KNOWN_SHAPE && longest <= LONGEST_KNOWN_NAME) {
    if (shapes.size >= MAX_KNOWN_SHAPES) shapes.clear();
    shapes.set(start, names);
  }
  return names;
}

function hasNames(codec: TextCodec, table: Table, names: readonly string[]): boolean {
  if (table.strong.size !== names.length) return false;
  let i = 0;
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    if (!isString(entry.key) || textOf(codec, entry.key.value as TString) !== names[i++]) return false;
  }
  return true;
}

/** The text of a key, undefined where its bytes are not UTF-8. */
function textOf(codec: TextCodec, key: TString): string | undefined {
  if (key.text === null) key.text = decodeKey(codec, key.realstring);
  return key.text;
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

function readSequence<T, S>(reader: TableReader<T, S>, table: Table, depth: number): T {
  const { sink, walk } = reader;
  const array = sink.array(table.strong.size);
  let index = 0;
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    walk.steps[depth] = index + 1;
    sink.element(array, index++, readSlot(reader, entry.value, depth));
  }
  return array;
}

function readMap<T, S>(reader: TableReader<T, S>, table: Table, depth: number, names: readonly string[]): T {
  const { sink, walk } = reader;
  const shape = sink.shape(names);
  const map = sink.map(shape);
  let index = 0;
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    walk.steps[depth] = names[index] as string;
    sink.field(map, shape, index++, readSlot(reader, entry.value, depth));
  }
  return map;
}

/** What does not stand in its order is put in order first. */
function readSparse<T, S>(reader: TableReader<T, S>, table: Table, depth: number, length: number): T {
  const { steps } = reader.walk;
  const inner = { ...reader, sink: GO_SINK };
  const array = new Array<Value>(length).fill(null);
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    const index = entry.key.value as number;
    steps[depth] = index;
    array[index - 1] = readSlot(inner, entry.value, depth);
  }
  return reader.sink.value(array);
}

/** Keys that are text become strings, other bytes stay a ByteString; so nothing is lost. */
function readMixed<T, S>(reader: TableReader<T, S>, table: Table, depth: number): T {
  const { steps } = reader.walk;
  const inner = { ...reader, sink: GO_SINK };
  const map = new Map<Value, Value>();
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    steps[depth] = stepOf(inner, entry.key);
    const key = isString(entry.key) ? stringKey(inner, entry.key.value as TString) : readSlot(inner, entry.key, depth);
    map.set(key, readSlot(inner, entry.value, depth));
  }
  return reader.sink.value(map);
}

function stringKey({ text }: Pick<TableReader<unknown, unknown>, 'text'>, key: TString): Value {
  return textOf(text, key) ?? new ByteString(key.realstring);
}

function stepOf(reader: Pick<TableReader<unknown, unknown>, 'text'>, key: TValue): PathStep {
  if (key.type === TAG.INTEGER || key.type === TAG.FLOAT) return key.value as number;
  if (key.type === TAG.BOOLEAN) return String(key.value);
  if (!isString(key)) return '(a key that is no string or number)';
  const text = stringKey(reader, key.value as TString);
  return typeof text === 'string' ? text : '(a key that is not UTF-8)';
}
