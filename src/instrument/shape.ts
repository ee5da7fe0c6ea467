/**
 * The outline of a core module: where its sections are, how long its index spaces are, what its memories may hold. Everything
 * that is added goes to the end of an index space, so nothing else of the module has to be understood.
 */

import { readConstExpr } from '../binary/const-expr.js';
import { readCoreExternType, readMemoryType, readTableType } from '../binary/core-types.js';
import { LIMITS } from '../binary/limits.js';
import { makeReader, malformed, type Reader, readByte, readCount, readName, readU32 } from '../binary/reader.js';
import { SECTION } from '../binary/sections.js';
import { readTypeSection } from '../binary/type-section.js';
import type { Limits } from '../binary/types.js';
import { CannotInstrument } from './errors.js';

/** The order in which sections stand in a module; custom sections stand anywhere. */
export const SECTION_ORDER: readonly number[] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

export interface Section {
  readonly id: number;
  /** Of its content. */
  readonly start: number;
  readonly end: number;
  /** Of a custom section; empty for the others. */
  readonly name: string;
}

/** A memory, and where its type stands. */
export interface MemoryShape {
  readonly imported: boolean;
  readonly start: number;
  readonly end: number;
  readonly limits: Limits;
  readonly pageSizeLog2: number;
}

export interface ModuleShape {
  readonly sections: readonly Section[];
  readonly memories: readonly MemoryShape[];
  readonly exportNames: ReadonlySet<string>;
  /** Lengths of index spaces. */
  readonly types: number;
  readonly functions: number;
  readonly importedFunctions: number;
  readonly tables: number;
  readonly globals: number;
  readonly start: number | null;
  /** Start and end of each body in turn: [start, end, start, end, …]. */
  readonly bodies: readonly number[];
  /** A table that is indexed by i64, which the checks cannot count. */
  readonly table64: number | null;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface Reading extends Mutable<Omit<ModuleShape, 'sections' | 'memories' | 'exportNames' | 'bodies'>> {
  readonly sections: Section[];
  readonly memories: MemoryShape[];
  readonly exportNames: Set<string>;
  readonly bodies: number[];
}

/** "\0asm" and version 1. */
const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/**
 * Reads the outline of a core module.
 *
 * @throws BinaryError when it is malformed, CannotInstrument for sections and types of proposals that are not known here
 */
export function readShape(bytes: Uint8Array): ModuleShape {
  const reader = makeReader(bytes);
  if (PREAMBLE.some((byte, index) => bytes[index] !== byte)) malformed(reader, 'no preamble of a core module');
  const counts = { types: 0, functions: 0, importedFunctions: 0, tables: 0, globals: 0, start: null, table64: null };
  const shape: Reading = { sections: [], memories: [], exportNames: new Set(), bodies: [], ...counts };
  reader.pos = PREAMBLE.length;
  while (reader.pos < bytes.length) readSection(reader, shape);
  if (shape.bodies.length / 2 !== shape.functions - shape.importedFunctions) {
    malformed(reader, 'function and code section have different lengths');
  }
  return shape;
}

function readSection(reader: Reader, shape: Reading): void {
  const at = reader.pos;
  const id = readByte(reader);
  const size = readU32(reader);
  const end = reader.pos + size;
  if (end > reader.bytes.length) malformed(reader, `unexpected end: section ${id} announces ${size} bytes`, at);
  reader.end = end;
  if (id !== SECTION.custom && !SECTION_ORDER.includes(id)) {
    throw new CannotInstrument(`section ${id}, which is not known here`, at);
  }
  const start = reader.pos;
  const name = id === SECTION.custom ? readName(reader) : '';
  shape.sections.push({ id, start, end, name });
  readContent(reader, shape, id);
  reader.pos = end;
  reader.end = reader.bytes.length;
}

function eachItem(reader: Reader, read: () => void): void {
  const count = readCount(reader, LIMITS.definitions, 'items');
  for (let i = 0; i < count; i++) read();
}

function readContent(reader: Reader, shape: Reading, id: number): void {
  switch (id) {
    case SECTION.type:
      shape.types += readTypeSection(reader).length;
      return;
    case SECTION.import:
      eachItem(reader, () => readImport(reader, shape));
      shape.importedFunctions = shape.functions;
      return;
    case SECTION.function:
      shape.functions += readCount(reader, LIMITS.definitions, 'functions');
      return;
    case SECTION.table:
      eachItem(reader, () => readTable(reader, shape));
      return;
    case SECTION.memory:
      eachItem(reader, () => readMemory(reader, shape, false));
      return;
    case SECTION.global:
      shape.globals += readCount(reader, LIMITS.definitions, 'globals');
      return;
    case SECTION.export:
      eachItem(reader, () => {
        shape.exportNames.add(readName(reader));
        readByte(reader);
        readU32(reader);
      });
      return;
    case SECTION.start:
      shape.start = readU32(reader);
      return;
    case SECTION.code:
      eachItem(reader, () => readBody(reader, shape));
  }
}

function readImport(reader: Reader, shape: Reading): void {
  readName(reader);
  readName(reader);
  const start = reader.pos;
  switch (reader.bytes[start]) {
    case 0x00:
      shape.functions++;
      break;
    case 0x01:
      reader.pos++;
      addTable(shape, readTableType(reader).limits, start);
      return;
    case 0x02:
      reader.pos++;
      readMemory(reader, shape, true);
      return;
    case 0x03:
      shape.globals++;
  }
  readCoreExternType(reader);
}

function readMemory(reader: Reader, shape: Reading, imported: boolean): void {
  const start = reader.pos;
  const { limits, pageSizeLog2 } = readMemoryType(reader);
  if (pageSizeLog2 > 16) malformed(reader, `a page size of 2^${pageSizeLog2} bytes`, start);
  shape.memories.push({ imported, start, end: reader.pos, limits, pageSizeLog2 });
}

/** A table, or one with an initial value (0x40 0x00, the type, an expression). */
function readTable(reader: Reader, shape: Reading): void {
  const start = reader.pos;
  const initialised = reader.bytes[start] === 0x40;
  if (initialised) reader.pos += 2;
  addTable(shape, readTableType(reader).limits, start);
  if (initialised) readConstExpr(reader);
}

function addTable(shape: Reading, limits: Limits, offset: number): void {
  shape.tables++;
  if (limits.index64) shape.table64 ??= offset;
}

function readBody(reader: Reader, shape: Reading): void {
  const size = readU32(reader);
  const start = reader.pos;
  if (size > reader.end - start) malformed(reader, `unexpected end: a function of ${size} bytes announced`);
  reader.pos = start + size;
  shape.bodies.push(start, reader.pos);
}
