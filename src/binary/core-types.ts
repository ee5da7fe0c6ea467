/** Core value types, function types, limits and extern types: the same in components' module types and in core modules. */
import { LIMITS } from './limits.js';
import {
  badOpcode,
  malformed,
  peekByte,
  type Reader,
  readByte,
  readTypeIndex,
  readU32,
  readU64,
  readVec,
} from './reader.js';
import type { CoreExternType, CoreFuncType, CoreValType, Limits } from './types.js';

const VALUE_TYPES: ReadonlyMap<number, CoreValType> = new Map([
  [0x7f, 'i32'],
  [0x7e, 'i64'],
  [0x7d, 'f32'],
  [0x7c, 'f64'],
  [0x7b, 'v128'],
]);

const HEAP_TYPES: ReadonlyMap<number, string> = new Map([
  [0x74, 'noexn'],
  [0x73, 'nofunc'],
  [0x72, 'noextern'],
  [0x71, 'none'],
  [0x70, 'func'],
  [0x6f, 'extern'],
  [0x6e, 'any'],
  [0x6d, 'eq'],
  [0x6c, 'i31'],
  [0x6b, 'struct'],
  [0x6a, 'array'],
  [0x69, 'exn'],
  [0x68, 'cont'],
  [0x75, 'nocont'],
]);

/** `core:valtype`, printed as in the text format. */
export function readCoreValType(reader: Reader): CoreValType {
  const opcode = readByte(reader);
  const plain = VALUE_TYPES.get(opcode);
  if (plain !== undefined) return plain;
  if (opcode === 0x63 || opcode === 0x64) {
    return `(ref ${opcode === 0x63 ? 'null ' : ''}${readHeapType(reader)})`;
  }
  const heap = HEAP_TYPES.get(opcode);
  if (heap === undefined) return badOpcode(reader, opcode, 'core value type');
  return heap.startsWith('no') ? `(ref null ${heap})` : `${heap}ref`;
}

function readHeapType(reader: Reader): string {
  const heap = HEAP_TYPES.get(peekByte(reader));
  if (heap === undefined) return String(readTypeIndex(reader, 'heap type'));
  reader.pos++;
  return heap;
}

/** `core:functype` after its opcode 0x60. */
export function readCoreFuncBody(reader: Reader): CoreFuncType {
  const params = readVec(reader, LIMITS.coreFuncParams, 'parameters', readCoreValType);
  const results = readVec(reader, LIMITS.coreFuncResults, 'results', readCoreValType);
  return { kind: 'func', params, results };
}

/** `core:externtype` (the import description of the core format); a function's type stays an index. */
export function readCoreExternType(reader: Reader): CoreExternType {
  const opcode = readByte(reader);
  switch (opcode) {
    case 0x00:
      return { kind: 'func', type: readU32(reader) };
    case 0x01:
      return readTableType(reader);
    case 0x02:
      return readMemoryType(reader);
    case 0x03: {
      const type = readCoreValType(reader);
      const mutability = readByte(reader);
      if (mutability > 0x03) badOpcode(reader, mutability, 'mutability of a global');
      return { kind: 'global', type, mutable: (mutability & 1) === 1 };
    }
    case 0x04: {
      const attribute = readByte(reader);
      if (attribute !== 0x00) badOpcode(reader, attribute, 'attribute of a tag');
      return { kind: 'tag', type: readU32(reader) };
    }
    default:
      return badOpcode(reader, opcode, 'core extern type');
  }
}

/** `core:tabletype`. */
export function readTableType(reader: Reader): Extract<CoreExternType, { kind: 'table' }> {
  const element = readCoreValType(reader);
  if (VALUE_TYPES.has(reader.bytes[reader.pos - 1]!) && !element.startsWith('(')) {
    if (!element.endsWith('ref')) malformed(reader, `${element} is not a reference type`, reader.pos - 1);
  }
  return { kind: 'table', element, limits: readLimits(reader, readByte(reader), 0x07) };
}

/** `core:memtype`, with the custom-page-sizes flag. */
export function readMemoryType(reader: Reader): Extract<CoreExternType, { kind: 'memory' }> {
  const flags = readByte(reader);
  const limits = readLimits(reader, flags, 0x0f);
  const pageSizeLog2 = (flags & 0x08) === 0 ? 16 : readU32(reader);
  return { kind: 'memory', limits, pageSizeLog2 };
}

function readLimits(reader: Reader, flags: number, allowed: number): Limits {
  if ((flags & ~allowed) !== 0) badOpcode(reader, flags, 'limits flag');
  const index64 = (flags & 0x04) !== 0;
  const min = index64 ? readU64(reader) : readU32(reader);
  const max = (flags & 0x01) === 0 ? null : index64 ? readU64(reader) : readU32(reader);
  return { min, max, shared: (flags & 0x02) !== 0, index64 };
}
