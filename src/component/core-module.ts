/**
 * What a core module imports, exports and calls its functions: read from its binary, because `WebAssembly.Module.imports` tells
 * no types. Code and data are skipped; whether the module is valid is V8's business.
 */

import { readConstExpr } from '../binary/const-expr.js';
import { readCoreExternType, readCoreValType, readMemoryType, readTableType } from '../binary/core-types.js';
import { BinaryError } from '../binary/errors.js';
import { LIMITS } from '../binary/limits.js';
import {
  badOpcode,
  makeReader,
  malformed,
  type Reader,
  readByte,
  readCount,
  readName,
  readU32,
} from '../binary/reader.js';
import { SECTION } from '../binary/sections.js';
import { readTypeSection } from '../binary/type-section.js';
import type { CoreExternType, CoreFuncType, CoreValType } from '../binary/types.js';

/** The type of an imported or exported item, with function types in place of indices. */
export type CoreItemType =
  | { readonly kind: 'func'; readonly type: CoreFuncType }
  | { readonly kind: 'tag'; readonly type: CoreFuncType }
  | Extract<CoreExternType, { kind: 'table' | 'memory' | 'global' }>;

export interface CoreModuleDescriptor {
  readonly imports: readonly { readonly module: string; readonly name: string; readonly type: CoreItemType }[];
  readonly exports: readonly { readonly name: string; readonly type: CoreItemType; readonly index: number }[];
  /** How many functions come before the module's own in its function index space. */
  readonly importedFunctions: number;
}

/** Index spaces of a module, as far as exports need them. */
interface Spaces {
  readonly reader: Reader;
  types: (CoreFuncType | null)[];
  /** Bare types: a module has thousands of functions and exports few. */
  readonly func: CoreFuncType[];
  readonly table: CoreItemType[];
  readonly memory: CoreItemType[];
  readonly global: CoreItemType[];
  readonly tag: CoreItemType[];
}

/**
 * Reads the imports and exports of a core module with their types.
 *
 * @throws {BinaryError} when those sections are malformed; offsets count from the module's first byte
 */
export function describeCoreModule(bytes: Uint8Array): CoreModuleDescriptor {
  const reader = makeReader(bytes);
  const spaces: Spaces = { reader, types: [], func: [], table: [], memory: [], global: [], tag: [] };
  const imports: CoreModuleDescriptor['imports'][number][] = [];
  const exports: CoreModuleDescriptor['exports'][number][] = [];
  let importedFunctions = 0;
  eachSection(reader, (id) => {
    if (id === SECTION.type) spaces.types = readTypeSection(reader);
    else if (id === SECTION.import) {
      eachItem(reader, () => imports.push(readImport(spaces)));
      importedFunctions = spaces.func.length;
    } else if (id === SECTION.export) eachItem(reader, () => exports.push(readExport(spaces)));
    else readDefinitions(spaces, id);
  });
  return { imports, exports, importedFunctions };
}

function eachSection(reader: Reader, read: (id: number) => void): void {
  reader.pos = 8;
  while (reader.pos < reader.bytes.length) {
    const id = readByte(reader);
    const size = readU32(reader);
    const end = reader.pos + size;
    if (end > reader.bytes.length) malformed(reader, `unexpected end: section ${id} announces ${size} bytes`);
    reader.end = end;
    read(id);
    reader.pos = end;
    reader.end = reader.bytes.length;
  }
}

function eachItem(reader: Reader, read: () => void): void {
  const count = readCount(reader, LIMITS.definitions, 'items');
  for (let i = 0; i < count; i++) read();
}

/** Sections that define functions, tables, memories, globals or tags. */
function readDefinitions(spaces: Spaces, id: number): void {
  const { reader } = spaces;
  switch (id) {
    case SECTION.function:
      eachItem(reader, () => spaces.func.push(funcType(spaces, readU32(reader))));
      return;
    case SECTION.table:
      eachItem(reader, () => spaces.table.push(readTable(reader)));
      return;
    case SECTION.memory:
      eachItem(reader, () => spaces.memory.push(readMemoryType(reader)));
      return;
    case SECTION.tag:
      eachItem(reader, () => {
        if (readByte(reader) !== 0x00) malformed(reader, 'unknown attribute of a tag', reader.pos - 1);
        spaces.tag.push({ kind: 'tag', type: funcType(spaces, readU32(reader)) });
      });
      return;
    case SECTION.global:
      eachItem(reader, () => {
        const type = readCoreValType(reader);
        const mutability = readByte(reader);
        readConstExpr(reader);
        spaces.global.push({ kind: 'global', type: closeRef(type), mutable: (mutability & 1) === 1 });
      });
  }
}

/** A table, or one with an initial value (0x40 0x00, the type, an expression). */
function readTable(reader: Reader): CoreItemType {
  if (reader.bytes[reader.pos] !== 0x40) return readTableType(reader);
  reader.pos += 2;
  const type = readTableType(reader);
  readConstExpr(reader);
  return type;
}

function readImport(spaces: Spaces): CoreModuleDescriptor['imports'][number] {
  const { reader } = spaces;
  const module = readName(reader);
  const name = readName(reader);
  const type = resolve(spaces, readCoreExternType(reader));
  if (type.kind === 'func') spaces.func.push(type.type);
  else spaces[type.kind].push(type);
  return { module, name, type };
}

const EXPORT_KINDS = ['func', 'table', 'memory', 'global', 'tag'] as const;

function readExport(spaces: Spaces): CoreModuleDescriptor['exports'][number] {
  const { reader } = spaces;
  const name = readName(reader);
  const opcode = readByte(reader);
  const kind = EXPORT_KINDS[opcode] ?? badOpcode(reader, opcode, 'kind of an export');
  const index = readU32(reader);
  const type = itemAt(spaces, kind, index);
  if (type === null) malformed(reader, `export \`${name}\` names ${kind} ${index}, which does not exist`);
  return { name, type, index };
}

function itemAt(spaces: Spaces, kind: CoreItemType['kind'], index: number): CoreItemType | null {
  if (kind !== 'func') return spaces[kind][index] ?? null;
  const type = spaces.func[index];
  return type === undefined ? null : { kind, type };
}

function funcType(spaces: Spaces, index: number): CoreFuncType {
  const type = spaces.types[index];
  if (type === undefined || type === null) return malformed(spaces.reader, `type ${index} is not a function type`);
  return type;
}

function resolve(spaces: Spaces, type: CoreExternType): CoreItemType {
  if (type.kind === 'func' || type.kind === 'tag') return { kind: type.kind, type: funcType(spaces, type.type) };
  if (type.kind === 'global') return { ...type, type: closeRef(type.type) };
  return type;
}

/** Indices mean nothing outside their module: a reference to a concrete type is printed without its index. */
function closeRef(type: CoreValType): CoreValType {
  return type.replace(/ \d+\)$/, ' concrete)');
}

/**
 * Names of functions by index, from the `name` custom section; empty when there is none or it is broken.
 * For traces: a function without one is known by an export's name or its index.
 */
export function functionNames(bytes: Uint8Array): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const reader = makeReader(bytes);
  try {
    eachSection(reader, (id) => {
      if (id === SECTION.custom && readName(reader) === 'name') readFunctionNames(reader, names);
    });
  } catch (thrown) {
    if (!(thrown instanceof BinaryError)) throw thrown;
  }
  return names;
}

/** Whether the module is half of a component: its types lie in a custom section `component-type…`, and no component is made of it yet. */
export function awaitsComponent(bytes: Uint8Array): boolean {
  const reader = makeReader(bytes);
  let found = false;
  try {
    eachSection(reader, (id) => {
      if (id === SECTION.custom && readName(reader).startsWith('component-type')) found = true;
    });
  } catch (thrown) {
    if (!(thrown instanceof BinaryError)) throw thrown;
  }
  return found;
}

const FUNCTION_NAMES = 1;

function readFunctionNames(reader: Reader, names: Map<number, string>): void {
  while (reader.pos < reader.end) {
    const id = readByte(reader);
    const size = readU32(reader);
    const next = reader.pos + size;
    if (id === FUNCTION_NAMES) {
      eachItem(reader, () => {
        const index = readU32(reader);
        names.set(index, readName(reader));
      });
    }
    reader.pos = next;
  }
}
