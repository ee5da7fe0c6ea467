/** Values → MessagePack. Bounded in depth and in bytes. */

import { HostError } from '../../errors.js';
import type { TextCodec } from '../../text.js';
import { ByteString, Empty, Float64, MAX_DEPTH, type Value, type ValueMap } from '../../values.js';
import {
  ARRAY,
  BIN,
  FALSE,
  FIX_ARRAY,
  FIX_MAP,
  FIX_STRING,
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

const MAX_UINT32 = 0xffff_ffff;
const MIN_INT32 = -0x8000_0000;
const FIRST_BYTES = 256;

interface Writer {
  readonly text: TextCodec;
  readonly maxBytes: number;
  bytes: Uint8Array;
  view: DataView;
  length: number;
}

/** @throws HostError Internal, for resources and functions, for what nests deeper than 128, and beyond `maxBytes` */
export function encodeMsgpack(value: Value, text: TextCodec, maxBytes: number): Uint8Array {
  const bytes = new Uint8Array(FIRST_BYTES);
  const writer: Writer = { text, maxBytes, bytes, view: new DataView(bytes.buffer), length: 0 };
  write(writer, value, 0);
  return writer.bytes.slice(0, writer.length);
}

function write(writer: Writer, value: Value, depth: number): void {
  if (depth > MAX_DEPTH) throw failed(`values nest deeper than ${MAX_DEPTH}`);
  if (value === null || value === undefined) {
    writeByte(writer, NIL);
    return;
  }
  switch (typeof value) {
    case 'boolean':
      writeByte(writer, value ? TRUE : FALSE);
      return;
    case 'number':
      if (!Number.isInteger(value) || Object.is(value, -0)) {
        writeFloat(writer, value);
        return;
      }
      writeInteger(writer, value);
      return;
    case 'bigint':
      writeBig(writer, value);
      return;
    case 'string':
      writeText(writer, writer.text.encodeUtf8(value));
      return;
    default:
      writeObject(writer, value, depth);
  }
}

function writeObject(writer: Writer, value: Exclude<Value, string | number>, depth: number): void {
  if (value instanceof Float64) {
    writeFloat(writer, value.value);
    return;
  }
  if (value instanceof ByteString) {
    // Bytes that are no text are told apart from those that are.
    if (writer.text.decodeUtf8(value.bytes) === undefined) {
      writeBytes(writer, value.bytes);
      return;
    }
    writeText(writer, value.bytes);
    return;
  }
  if (value instanceof Uint8Array) {
    writeBytes(writer, value);
    return;
  }
  if (value instanceof Empty) {
    writeByte(writer, FIX_ARRAY);
    return;
  }
  if (value instanceof HostError) {
    writeText(writer, writer.text.encodeUtf8(value.message));
    return;
  }
  if (Array.isArray(value)) {
    writeHead(writer, FIX_ARRAY, 16, ARRAY, value.length);
    for (const each of value) write(writer, each, depth + 1);
    return;
  }
  if (value instanceof Map) {
    writeHead(writer, FIX_MAP, 16, MAP, value.size);
    for (const [key, each] of value) {
      write(writer, key, depth + 1);
      write(writer, each, depth + 1);
    }
    return;
  }
  const map = value as ValueMap;
  if (typeof map.opaqueKind === 'string' && 'drop' in map) throw failed(`a ${map.opaqueKind} has no bytes`);
  const names = Object.keys(map);
  writeHead(writer, FIX_MAP, 16, MAP, names.length);
  for (const name of names) {
    writeText(writer, writer.text.encodeUtf8(name));
    write(writer, map[name], depth + 1);
  }
}

function writeText(writer: Writer, bytes: Uint8Array): void {
  writeHead(writer, FIX_STRING, 32, STRING, bytes.length);
  writeAll(writer, bytes);
}

function writeBytes(writer: Writer, bytes: Uint8Array): void {
  writeHead(writer, 0, 0, BIN, bytes.length);
  writeAll(writer, bytes);
}

/** The kind and length of what follows: in one byte below `fixEnd`, else behind the code for 8, 16 or 32 bits. */
function writeHead(
  writer: Writer,
  fix: number,
  fixEnd: number,
  codes: readonly [number | null, number, number],
  length: number,
): void {
  if (length < fixEnd) {
    writeByte(writer, fix | length);
    return;
  }
  if (length <= 0xff && codes[0] !== null) {
    writeByte(writer, codes[0]);
    writeByte(writer, length);
    return;
  }
  if (length <= 0xffff) {
    writeByte(writer, codes[1]);
    room(writer, 2).setUint16(writer.length, length);
    writer.length += 2;
    return;
  }
  writeByte(writer, codes[2]);
  room(writer, 4).setUint32(writer.length, length);
  writer.length += 4;
}

function writeInteger(writer: Writer, value: number): void {
  if (value >= 0 && value <= 0x7f) {
    writeByte(writer, value);
    return;
  }
  if (value < 0 && value >= -32) {
    writeByte(writer, value & 0xff);
    return;
  }
  if (value > MAX_UINT32 || value < MIN_INT32) {
    writeBig(writer, BigInt(value));
    return;
  }
  const unsigned = value >= 0;
  const codes = unsigned ? UINT : INT;
  const size = unsigned ? sizeOf(value, 0xff, 0xffff) : sizeOf(-value - 1, 0x7f, 0x7fff);
  writeByte(writer, codes[size]);
  const view = room(writer, 4);
  if (size === 0) view.setUint8(writer.length, value & 0xff);
  else if (size === 1) view.setUint16(writer.length, value & 0xffff);
  else view.setUint32(writer.length, value >>> 0);
  writer.length += 1 << size;
}

function sizeOf(magnitude: number, one: number, two: number): 0 | 1 | 2 {
  if (magnitude <= one) return 0;
  return magnitude <= two ? 1 : 2;
}

function writeBig(writer: Writer, value: bigint): void {
  writeByte(writer, value >= 0n ? UINT64 : INT64);
  room(writer, 8).setBigUint64(writer.length, BigInt.asUintN(64, value));
  writer.length += 8;
}

function writeFloat(writer: Writer, value: number): void {
  writeByte(writer, FLOAT64);
  room(writer, 8).setFloat64(writer.length, value);
  writer.length += 8;
}

function writeByte(writer: Writer, byte: number): void {
  room(writer, 1);
  writer.bytes[writer.length++] = byte;
}

function writeAll(writer: Writer, bytes: Uint8Array): void {
  room(writer, bytes.length);
  writer.bytes.set(bytes, writer.length);
  writer.length += bytes.length;
}

/** Makes room for as many bytes more. */
function room(writer: Writer, count: number): DataView {
  const needed = writer.length + count;
  if (needed <= writer.bytes.length) return writer.view;
  if (needed > writer.maxBytes) throw failed(`the bytes exceed ${writer.maxBytes}`);
  const grown = new Uint8Array(Math.max(needed, 2 * writer.bytes.length));
  grown.set(writer.bytes.subarray(0, writer.length));
  writer.bytes = grown;
  writer.view = new DataView(grown.buffer);
  return writer.view;
}
