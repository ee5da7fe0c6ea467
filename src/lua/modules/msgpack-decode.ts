/** MessagePack → values. What it makes is bounded by its bytes. */

import type { HostError } from '../../errors.js';
import type { TextCodec } from '../../text.js';
import { ByteString, EMPTY, Float64, MAX_DEPTH, newMap, type Value } from '../../values.js';
import {
  ARRAY,
  BIN,
  FALSE,
  FIX_ARRAY,
  FIX_MAP,
  FIX_STRING,
  FLOAT32,
  FLOAT64,
  failed,
  INT,
  INT64,
  MAP,
  NIL,
  STRING,
  TRUE,
  UINT,
  UINT64,
} from './msgpack-codes.js';

interface Reader {
  readonly text: TextCodec;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
}

/** Integers are exact, strings and binaries both strings. @throws HostError Internal: bytes that are no MessagePack */
export function decodeMsgpack(bytes: Uint8Array, text: TextCodec): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader: Reader = { text, bytes, view, at: 0 };
  const value = read(reader, 0);
  if (reader.at < bytes.length) throw failed(`byte ${reader.at}: ${bytes.length - reader.at} bytes follow the value`);
  return value;
}

function read(reader: Reader, depth: number): Value {
  if (depth > MAX_DEPTH) throw failed(`byte ${reader.at}: values nest deeper than ${MAX_DEPTH}`);
  const code = reader.view.getUint8(take(reader, 1));
  if (code < FIX_MAP) return code;
  if (code < FIX_ARRAY) return readMap(reader, code & 0x0f, depth);
  if (code < FIX_STRING) return readArray(reader, code & 0x0f, depth);
  if (code < NIL) return readBytes(reader, code & 0x1f);
  if (code >= 0xe0) return code - 0x100;
  const { view } = reader;
  switch (code) {
    case NIL:
      return null;
    case FALSE:
    case TRUE:
      return code === TRUE;
    case FLOAT32:
      return floatOf(view.getFloat32(take(reader, 4)));
    case FLOAT64:
      return floatOf(view.getFloat64(take(reader, 8)));
    case UINT64:
      return integerOf(view.getBigUint64(take(reader, 8)));
    case INT[0]:
      return view.getInt8(take(reader, 1));
    case INT[1]:
      return view.getInt16(take(reader, 2));
    case INT[2]:
      return view.getInt32(take(reader, 4));
    case INT64:
      return integerOf(view.getBigInt64(take(reader, 8)));
    default:
      return readSized(reader, code, depth);
  }
}

/** What has a code for each size of its length. */
function readSized(reader: Reader, code: number, depth: number): Value {
  for (const [size, codes] of [UINT, BIN, STRING, ARRAY, MAP].entries()) {
    const index = (codes as readonly (number | null)[]).indexOf(code);
    if (index < 0) continue;
    const number = readLength(reader, index);
    if (size === 0) return number;
    if (size <= 2) return readBytes(reader, number);
    return size === 3 ? readArray(reader, number, depth) : readMap(reader, number, depth);
  }
  throw failed(`byte ${reader.at - 1}: 0x${code.toString(16)} begins no value that Lua has`);
}

function readLength(reader: Reader, size: number): number {
  const { view } = reader;
  if (size === 0) return view.getUint8(take(reader, 1));
  return size === 1 ? view.getUint16(take(reader, 2)) : view.getUint32(take(reader, 4));
}

function readBytes(reader: Reader, length: number): Value {
  const at = take(reader, length);
  return new ByteString(reader.bytes.slice(at, at + length));
}

function readArray(reader: Reader, length: number, depth: number): Value {
  // Each takes a byte at least: a length that lies costs nothing.
  if (length > reader.bytes.length - reader.at) throw ends(reader);
  if (length === 0) return EMPTY;
  const values: Value[] = [];
  for (let index = 0; index < length; index++) values.push(read(reader, depth + 1));
  return values;
}

function readMap(reader: Reader, length: number, depth: number): Value {
  if (2 * length > reader.bytes.length - reader.at) throw ends(reader);
  if (length === 0) return EMPTY;
  const named = newMap();
  const mixed = new Map<Value, Value>();
  for (let index = 0; index < length; index++) {
    const at = reader.at;
    const key = read(reader, depth + 1);
    const name = key instanceof ByteString ? reader.text.decodeUtf8(key.bytes) : undefined;
    if (name !== undefined) named[name] = read(reader, depth + 1);
    else if (typeof key === 'number' || typeof key === 'boolean' || key instanceof ByteString)
      mixed.set(key, read(reader, depth + 1));
    else throw failed(`byte ${at}: a key must be text, a number or a boolean`);
  }
  if (mixed.size === 0) return named;
  for (const [name, value] of Object.entries(named)) mixed.set(name, value);
  return mixed;
}

function floatOf(value: number): Value {
  return Number.isInteger(value) && !Object.is(value, -0) ? new Float64(value) : value;
}

function integerOf(value: bigint): Value {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** @returns where the next bytes begin */
function take(reader: Reader, count: number): number {
  const { at } = reader;
  if (count > reader.bytes.length - at) throw ends(reader);
  reader.at += count;
  return at;
}

function ends({ bytes }: Reader): HostError {
  return failed(`the bytes end within a value, after ${bytes.length}`);
}
