/** Instance, import and export definitions of Binary.md. */

import { LIMITS } from '../../binary/limits.js';
import { badOpcode, readByte, readName, readU32, readVec } from '../../binary/reader.js';
import type { CoreInstanceExpr, Definition, InstanceExpr } from '../ast.js';
import { readCoreSortIndex, readSortIndex } from './alias.js';
import type { ComponentReader } from './component-reader.js';
import { readExternName, readExternType, readPresence } from './types.js';

/** `core:instanceexpr`. */
export function readCoreInstance(reader: ComponentReader): CoreInstanceExpr {
  const opcode = readByte(reader);
  if (opcode === 0x00) {
    const module = readU32(reader);
    return { kind: 'instantiate', module, args: readVec(reader, LIMITS.arguments, 'arguments', readCoreArgument) };
  }
  if (opcode !== 0x01) return badOpcode(reader, opcode, 'core instance expression');
  return { kind: 'exports', exports: readVec(reader, LIMITS.arguments, 'exports', readCoreInlineExport) };
}

function readCoreArgument(reader: ComponentReader): { name: string; instance: number } {
  const name = readName(reader);
  const sort = readByte(reader);
  if (sort !== 0x12) badOpcode(reader, sort, 'sort of a core instantiation argument (only 0x12, instance)');
  return { name, instance: readU32(reader) };
}

function readCoreInlineExport(reader: ComponentReader) {
  const name = readName(reader);
  return { name, item: readCoreSortIndex(reader) };
}

/** `instanceexpr`. */
export function readInstance(reader: ComponentReader): InstanceExpr {
  const opcode = readByte(reader);
  if (opcode === 0x00) {
    const component = readU32(reader);
    return { kind: 'instantiate', component, args: readVec(reader, LIMITS.arguments, 'arguments', readArgument) };
  }
  if (opcode !== 0x01) return badOpcode(reader, opcode, 'instance expression');
  return { kind: 'exports', exports: readVec(reader, LIMITS.arguments, 'exports', readInlineExport) };
}

function readArgument(reader: ComponentReader) {
  const name = readName(reader);
  return { name, item: readSortIndex(reader) };
}

function readInlineExport(reader: ComponentReader) {
  const name = readExternName(reader);
  return { name, item: readSortIndex(reader) };
}

/** `import`. */
export function readImport(reader: ComponentReader): Definition {
  const offset = reader.pos;
  const name = readExternName(reader);
  return { kind: 'import', offset, name, type: readExternType(reader) };
}

/** `export`. */
export function readExport(reader: ComponentReader): Definition {
  const offset = reader.pos;
  const name = readExternName(reader);
  const item = readSortIndex(reader);
  const type = readPresence(reader, 'optional type of an export') ? readExternType(reader) : null;
  return { kind: 'export', offset, name, item, type };
}
