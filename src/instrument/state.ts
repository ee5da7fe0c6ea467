/**
 * What a module's code can change: only where all of it can be read and written from outside can an instance be put back to where
 * it began. Memories and globals of integers can; tables, dropped segments and objects cannot, so code that changes those has none.
 */
import { readConstExpr } from '../binary/const-expr.js';
import { readCoreValType } from '../binary/core-types.js';
import { makeReader, type Reader, readByte, readName, readU32 } from '../binary/reader.js';
import { SECTION } from '../binary/sections.js';
import { CannotInstrument } from './errors.js';
import { readOpcode, skipImmediates } from './instructions.js';
import type { ModuleShape } from './shape.js';

/** Everything that code of a module can change in its instances; by names of exports. */
export interface ModuleState {
  /** Mutable globals of integers. */
  readonly globals: readonly string[];
  /** Its own memory; null where it has none. */
  readonly memory: string | null;
}

/** As {@link ModuleState}, by index. */
export interface OwnState {
  readonly globals: readonly number[];
  readonly memory: string | null;
}

/** Larger memories take longer to put back than an instance takes to make. */
const MAX_PAGES = 8;
const MAX_GLOBALS = 64;
/** Code is read once more for this: large modules are not worth it. */
const MAX_CODE_BYTES = 4 * 1024 * 1024;

/** @returns null where there is more than can be put back */
export function readState(bytes: Uint8Array, shape: ModuleShape): OwnState | null {
  const own = shape.memories.filter((memory) => !memory.imported);
  if (
    own.length > 1 ||
    own.some(({ limits, pageSizeLog2 }) => limits.shared || limits.min > MAX_PAGES || pageSizeLog2 !== 16)
  )
    return null;
  const globals = mutableGlobals(bytes, shape);
  if (globals === null || globals.length > MAX_GLOBALS) return null;
  const memory = own.length === 0 ? null : exportOfMemory(bytes, shape, shape.memories.indexOf(own[0]!));
  if (own.length > 0 && memory === null) return null;
  return changesMore(bytes, shape) ? null : { globals, memory };
}

function sectionReader(bytes: Uint8Array, shape: ModuleShape, id: number): Reader | null {
  const section = shape.sections.find((each) => each.id === id);
  if (section === undefined) return null;
  const reader = makeReader(bytes);
  reader.pos = section.start;
  reader.end = section.end;
  return reader;
}

/** @returns null where one is of a type that does not survive being read and written */
function mutableGlobals(bytes: Uint8Array, shape: ModuleShape): number[] | null {
  const reader = sectionReader(bytes, shape, SECTION.global);
  if (reader === null) return [];
  const found: number[] = [];
  const count = readU32(reader);
  for (let index = 0; index < count; index++) {
    const type = readCoreValType(reader);
    const mutable = readByte(reader) !== 0;
    readConstExpr(reader);
    if (!mutable) continue;
    if (type !== 'i32' && type !== 'i64') return null;
    found.push(shape.globals - count + index);
  }
  return found;
}

const MEMORY = 0x02;

function exportOfMemory(bytes: Uint8Array, shape: ModuleShape, memory: number): string | null {
  const reader = sectionReader(bytes, shape, SECTION.export);
  if (reader === null) return null;
  for (let rest = readU32(reader); rest > 0; rest--) {
    const name = readName(reader);
    const kind = readByte(reader);
    const index = readU32(reader);
    if (kind === MEMORY && index === memory) return name;
  }
  return null;
}

const TABLE_SET = 0x26;
const OBJECTS = 0xfb;
const MISC = 0xfc;
/** data.drop, table.init, elem.drop, table.copy, table.grow, table.fill */
const LASTING: ReadonlySet<number> = new Set([9, 12, 13, 14, 15, 17]);

/** Whether its code changes tables, segments or objects. */
function changesMore(bytes: Uint8Array, { bodies }: ModuleShape): boolean {
  if ((bodies.at(-1) ?? 0) - (bodies[0] ?? 0) > MAX_CODE_BYTES) return true;
  const reader = makeReader(bytes);
  try {
    for (let i = 0; i < bodies.length; i += 2) {
      reader.pos = bodies[i]!;
      reader.end = bodies[i + 1]!;
      if (bodyChangesMore(reader)) return true;
    }
  } catch (error) {
    if (error instanceof CannotInstrument) return true;
    throw error;
  }
  return false;
}

function bodyChangesMore(reader: Reader): boolean {
  for (let groups = readU32(reader); groups > 0; groups--) {
    readU32(reader);
    readCoreValType(reader);
  }
  while (reader.pos < reader.end) {
    const start = reader.pos;
    const row = readOpcode(reader);
    const opcode = reader.bytes[start];
    if (opcode === TABLE_SET || opcode === OBJECTS) return true;
    if (opcode === MISC) {
      reader.pos = start + 1;
      if (LASTING.has(readU32(reader))) return true;
    }
    skipImmediates(reader, row);
  }
  return false;
}
