/** The type section of a core module, with the rec groups, structs and arrays of WebAssembly 3.0. */

import { readCoreFuncBody, readCoreValType } from './core-types.js';
import { LIMITS } from './limits.js';
import { badOpcode, peekByte, type Reader, readByte, readCount, readTypeIndex, readU32, readVec } from './reader.js';
import type { CoreFuncType } from './types.js';

/** Every type of the section by index; null for those that are not function types. */
export function readTypeSection(reader: Reader): (CoreFuncType | null)[] {
  const types: (CoreFuncType | null)[] = [];
  const count = readCount(reader, LIMITS.definitions, 'types');
  for (let i = 0; i < count; i++) readRecType(reader, types);
  return types;
}

function readRecType(reader: Reader, types: (CoreFuncType | null)[]): void {
  if (peekByte(reader) !== 0x4e) {
    types.push(readSubType(reader));
    return;
  }
  reader.pos++;
  const count = readCount(reader, LIMITS.definitions, 'types of a rec group');
  for (let i = 0; i < count; i++) types.push(readSubType(reader));
}

function readSubType(reader: Reader): CoreFuncType | null {
  const opcode = readByte(reader);
  if (opcode !== 0x50 && opcode !== 0x4f) return readCompType(reader, opcode);
  readVec(reader, LIMITS.definitions, 'supertypes', readU32);
  return readCompType(reader, readByte(reader));
}

function readCompType(reader: Reader, opcode: number): CoreFuncType | null {
  switch (opcode) {
    case 0x60:
      return readCoreFuncBody(reader);
    case 0x5f:
      readVec(reader, LIMITS.recordFields, 'fields', readField);
      return null;
    case 0x5e:
      readField(reader);
      return null;
    case 0x5d:
      readTypeIndex(reader, 'continuation type');
      return null;
    case 0x65:
      return readCompType(reader, readByte(reader));
    default:
      return badOpcode(reader, opcode, 'core type');
  }
}

function readField(reader: Reader): null {
  const packed = peekByte(reader);
  if (packed === 0x78 || packed === 0x77) reader.pos++;
  else readCoreValType(reader);
  readByte(reader);
  return null;
}
