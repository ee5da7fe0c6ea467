/** Component-level types: the "Type Definitions" of Binary.md. */

import { readCoreValType } from '../../binary/core-types.js';
import { LIMITS } from '../../binary/limits.js';
import {
  badOpcode,
  malformed,
  peekByte,
  readByte,
  readName,
  readTypeIndex,
  readU32,
  readVec,
} from '../../binary/reader.js';
import type { DefType, ExternName, ExternType, PrimitiveName, TypeDecl, ValTypeRef } from '../ast.js';
import { readAlias } from './alias.js';
import { type ComponentReader, unsupported } from './component-reader.js';
import { readCoreDefType, StopReading } from './core-types.js';

const PRIMITIVES: ReadonlyMap<number, PrimitiveName> = new Map([
  [0x7f, 'bool'],
  [0x7e, 's8'],
  [0x7d, 'u8'],
  [0x7c, 's16'],
  [0x7b, 'u16'],
  [0x7a, 's32'],
  [0x79, 'u32'],
  [0x78, 's64'],
  [0x77, 'u64'],
  [0x76, 'f32'],
  [0x75, 'f64'],
  [0x74, 'char'],
  [0x73, 'string'],
]);
const ERROR_CONTEXT = 0x64;

/** `valtype`: a primitive's name or a type index. */
function readValType(reader: ComponentReader): ValTypeRef {
  const opcode = peekByte(reader);
  const primitive = PRIMITIVES.get(opcode);
  if (primitive !== undefined) {
    reader.pos++;
    return primitive;
  }
  if (opcode === ERROR_CONTEXT) {
    unsupported(reader, 'error-context', 'the type `error-context`', reader.pos++);
    return 'u32';
  }
  return readTypeIndex(reader, 'value type');
}

/** `<T>?` of a `valtype`. */
function readOptionalValType(reader: ComponentReader): ValTypeRef | null {
  return readPresence(reader, 'optional value type') ? readValType(reader) : null;
}

/** The leading byte of `<T>?`. */
export function readPresence(reader: ComponentReader, what: string): boolean {
  const byte = readByte(reader);
  if (byte > 1) badOpcode(reader, byte, `${what} (0x00 or 0x01)`);
  return byte === 1;
}

function readLabelled(reader: ComponentReader): { name: string; type: ValTypeRef } {
  const name = readName(reader);
  return { name, type: readValType(reader) };
}

function readCase(reader: ComponentReader): { name: string; type: ValTypeRef | null } {
  const name = readName(reader);
  const type = readOptionalValType(reader);
  const refines = readByte(reader);
  if (refines !== 0x00) badOpcode(reader, refines, 'end of a variant case (0x00)');
  return { name, type };
}

/** `deftype`. */
export function readDefType(reader: ComponentReader): DefType {
  const start = reader.pos;
  const opcode = readByte(reader);
  const primitive = PRIMITIVES.get(opcode);
  if (primitive !== undefined) return { kind: 'primitive', primitive };
  switch (opcode) {
    case 0x72:
      return { kind: 'record', fields: readVec(reader, LIMITS.recordFields, 'record fields', readLabelled) };
    case 0x71:
      return { kind: 'variant', cases: readVec(reader, LIMITS.variantCases, 'variant cases', readCase) };
    case 0x70:
      return { kind: 'list', element: readValType(reader) };
    case 0x6f:
      return { kind: 'tuple', types: readVec(reader, LIMITS.tupleTypes, 'tuple types', readValType) };
    case 0x6e:
      return { kind: 'flags', names: readVec(reader, LIMITS.flagNames, 'flags', readName) };
    case 0x6d:
      return { kind: 'enum', names: readVec(reader, LIMITS.enumNames, 'enum names', readName) };
    case 0x6b:
      return { kind: 'option', type: readValType(reader) };
    case 0x6a: {
      const ok = readOptionalValType(reader);
      return { kind: 'result', ok, err: readOptionalValType(reader) };
    }
    case 0x69:
      return { kind: 'own', resource: readU32(reader) };
    case 0x68:
      return { kind: 'borrow', resource: readU32(reader) };
    case 0x40:
      return readFuncType(reader);
    case 0x41:
      return { kind: 'component', decls: readDecls(reader, true) };
    case 0x42:
      return { kind: 'instance', decls: readDecls(reader, false) };
    case 0x3f:
      return readResourceType(reader, start);
    default:
      return readNewerDefType(reader, opcode, start);
  }
}

/** Types of gated features: read over, noted, and stood in for by a type that is never seen outside. */
function readNewerDefType(reader: ComponentReader, opcode: number, start: number): DefType {
  switch (opcode) {
    case 0x43:
      unsupported(reader, 'async', 'an `async` function type', start);
      return readFuncType(reader);
    case ERROR_CONTEXT:
      unsupported(reader, 'error-context', 'the type `error-context`', start);
      return { kind: 'primitive', primitive: 'u32' };
    case 0x66:
      unsupported(reader, 'stream', 'the type `stream`', start);
      return { kind: 'option', type: readOptionalValType(reader) ?? 'u32' };
    case 0x65:
      unsupported(reader, 'future', 'the type `future`', start);
      return { kind: 'option', type: readOptionalValType(reader) ?? 'u32' };
    case 0x67: {
      unsupported(reader, 'fixed-length list', 'the type `list<T, N>`', start);
      const element = readValType(reader);
      readU32(reader);
      return { kind: 'list', element };
    }
    case 0x63: {
      unsupported(reader, 'map', 'the type `map<K, V>`', start);
      const key = readValType(reader);
      return { kind: 'tuple', types: [key, readValType(reader)] };
    }
    default:
      return badOpcode(reader, opcode, 'type definition');
  }
}

function readFuncType(reader: ComponentReader): DefType {
  const params = readVec(reader, LIMITS.funcParams, 'parameters', readLabelled);
  return { kind: 'func', params, result: readResultList(reader) };
}

/** `resultlist`. */
export function readResultList(reader: ComponentReader): ValTypeRef | null {
  const opcode = readByte(reader);
  if (opcode === 0x00) return readValType(reader);
  if (opcode !== 0x01) return badOpcode(reader, opcode, 'result list');
  const count = readByte(reader);
  return count === 0 ? null : badOpcode(reader, count, 'number of named results (only 0x00)');
}

function readResourceType(reader: ComponentReader, start: number): DefType {
  const rep = readCoreValType(reader);
  if (rep === 'i64') unsupported(reader, 'memory64', 'a resource type with `(rep i64)`', start);
  else if (rep !== 'i32') malformed(reader, `a resource's representation must be i32, not ${rep}`, start);
  const dtor = readPresence(reader, 'optional destructor') ? readU32(reader) : null;
  return { kind: 'resource', rep, dtor };
}

function readDecls(reader: ComponentReader, imports: boolean): TypeDecl[] {
  if (++reader.around.typeDepth > LIMITS.nesting) {
    malformed(reader, `type declarations nest deeper than ${LIMITS.nesting}`);
  }
  const decls = readVec(reader, LIMITS.declarations, 'type declarations', (r) => readTypeDecl(r, imports));
  reader.around.typeDepth--;
  return decls;
}

/** `componentdecl`, or `instancedecl` where imports are not allowed. */
function readTypeDecl(reader: ComponentReader, imports: boolean): TypeDecl {
  if (++reader.around.declarations > LIMITS.declarations) malformed(reader, 'too many type declarations');
  const opcode = readByte(reader);
  switch (opcode) {
    case 0x00:
      return { kind: 'core type', type: readCoreDefType(reader) };
    case 0x01:
      return { kind: 'type', type: readDefType(reader) };
    case 0x02:
      return { kind: 'alias', alias: readAlias(reader) };
    case 0x03: {
      if (!imports) break;
      const name = readExternName(reader);
      return { kind: 'import', name, type: readExternType(reader) };
    }
    case 0x04: {
      const name = readExternName(reader);
      return { kind: 'export', name, type: readExternType(reader) };
    }
  }
  return badOpcode(reader, opcode, imports ? 'component type declaration' : 'instance type declaration');
}

/** `nameattributes`. */
export function readExternName(reader: ComponentReader): ExternName {
  const opcode = readByte(reader);
  if (opcode > 0x02) badOpcode(reader, opcode, 'start of an import or export name');
  const name = readName(reader);
  if (opcode !== 0x02) return { name };
  return { name, attributes: readVec(reader, LIMITS.attributes, 'attributes', readAttribute) };
}

const ATTRIBUTES = ['implements', 'versionsuffix', 'external-id'] as const;

function readAttribute(reader: ComponentReader): NonNullable<ExternName['attributes']>[number] {
  const opcode = readByte(reader);
  const kind = ATTRIBUTES[opcode];
  return kind === undefined ? badOpcode(reader, opcode, 'attribute') : { kind, value: readName(reader) };
}

/** `externtype`. */
export function readExternType(reader: ComponentReader): ExternType {
  const start = reader.pos;
  const opcode = readByte(reader);
  switch (opcode) {
    case 0x00: {
      const sort = readByte(reader);
      if (sort !== 0x11) badOpcode(reader, sort, 'core sort of an import or export (only 0x11, module)');
      return { kind: 'core module', type: readU32(reader) };
    }
    case 0x01:
      return { kind: 'func', type: readU32(reader) };
    case 0x02:
      return readValueBound(reader, start);
    case 0x03: {
      const bound = readByte(reader);
      if (bound === 0x00) return { kind: 'type', bound: { kind: 'eq', type: readU32(reader) } };
      if (bound === 0x01) return { kind: 'type', bound: { kind: 'sub resource' } };
      return badOpcode(reader, bound, 'type bound');
    }
    case 0x04:
      return { kind: 'component', type: readU32(reader) };
    case 0x05:
      return { kind: 'instance', type: readU32(reader) };
    default:
      return badOpcode(reader, opcode, 'extern type');
  }
}

/** Tools disagree about how a value's bound is spelt, so that nothing after it can be read. */
function readValueBound(reader: ComponentReader, start: number): never {
  unsupported(reader, 'values', 'an imported or exported value', start);
  throw new StopReading();
}
