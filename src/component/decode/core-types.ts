/** Core types as the component binary spells them: `core:type` and `core:moduletype` of Binary.md. */
import { readCoreExternType, readCoreFuncBody } from '../../binary/core-types.js';
import { LIMITS } from '../../binary/limits.js';
import { badOpcode, malformed, readByte, readName, readU32, readVec } from '../../binary/reader.js';
import type { CoreDefType, CoreModuleDecl } from '../ast.js';
import { type ComponentReader, unsupported } from './component-reader.js';

/** `core:deftype`: a function type or a module type. */
export function readCoreDefType(reader: ComponentReader): CoreDefType {
  const start = reader.pos;
  const opcode = readByte(reader);
  if (opcode === 0x60) return readCoreFuncBody(reader);
  if (opcode === 0x50) {
    return { kind: 'module', decls: readVec(reader, LIMITS.declarations, 'module declarations', readModuleDecl) };
  }
  if (opcode === 0x00) {
    const prefixed = readByte(reader);
    if (prefixed !== 0x50) badOpcode(reader, prefixed, 'core type');
  }
  return readGcType(reader, start);
}

/** Struct, array, rec and sub types: refused, but their opcodes are known. Nothing after them can be read. */
function readGcType(reader: ComponentReader, start: number): never {
  const opcode = reader.bytes[start]!;
  if (![0x00, 0x4e, 0x4f, 0x50, 0x5e, 0x5f, 0x65].includes(opcode)) badOpcode(reader, opcode, 'core type');
  unsupported(reader, 'gc', `a core type with opcode 0x${opcode.toString(16)}`, start);
  throw new StopReading();
}

/** Thrown when a finding makes the rest unreadable; `decodeComponent` turns it into the finding's error. */
export class StopReading extends Error {
  constructor() {
    super('the rest of the binary cannot be read');
    this.name = 'StopReading';
  }
}

function readModuleDecl(reader: ComponentReader): CoreModuleDecl {
  if (++reader.around.declarations > LIMITS.declarations) malformed(reader, 'too many type declarations');
  const opcode = readByte(reader);
  switch (opcode) {
    case 0x00: {
      const module = readName(reader);
      const name = readName(reader);
      return { kind: 'import', module, name, type: readCoreExternType(reader) };
    }
    case 0x01:
      return readModuleTypeDecl(reader);
    case 0x02: {
      const sort = readByte(reader);
      if (sort !== 0x10) badOpcode(reader, sort, 'sort of an outer alias in a module type');
      const target = readByte(reader);
      if (target !== 0x01) badOpcode(reader, target, 'alias target in a module type');
      const count = readU32(reader);
      return { kind: 'alias', count, index: readU32(reader) };
    }
    case 0x03: {
      const name = readName(reader);
      return { kind: 'export', name, type: readCoreExternType(reader) };
    }
    default:
      return badOpcode(reader, opcode, 'module type declaration');
  }
}

/** Inside a module type 0x50 is the core format's own `sub`: module types do not nest. */
function readModuleTypeDecl(reader: ComponentReader): CoreModuleDecl {
  const start = reader.pos;
  if (readByte(reader) !== 0x60) return readGcType(reader, start);
  return { kind: 'type', type: readCoreFuncBody(reader) };
}
