/**
 * Component binary to data: the preamble and the sections of Binary.md, outermost component first, nested ones in place. Every
 * production has a function of its own beside this file.
 */

import { LIMITS } from '../../binary/limits.js';
import { badOpcode, malformed, readByte, readCount, readName, readU32 } from '../../binary/reader.js';
import type { Component, Definition } from '../ast.js';
import { readAlias } from './alias.js';
import { readCanon } from './canon.js';
import { type ComponentReader, makeComponentReader, unsupported } from './component-reader.js';
import { readCoreDefType, StopReading } from './core-types.js';
import { UnsupportedFeature } from './errors.js';
import { placeOf } from './features.js';
import { readCoreInstance, readExport, readImport, readInstance } from './instances.js';
import { type ComponentNames, readNameSection } from './names.js';
import { readDefType } from './types.js';

const PREAMBLE_BYTES = 8;

/** True when `bytes` start as a component does; says nothing about the rest. */
export function isComponent(bytes: Uint8Array): boolean {
  return preambleIs(bytes, [0x0d, 0x00, 0x01, 0x00]);
}

/** True when `bytes` start as a core module does; says nothing about the rest. */
export function isCoreModule(bytes: Uint8Array): boolean {
  return preambleIs(bytes, [0x01, 0x00, 0x00, 0x00]);
}

function preambleIs(bytes: Uint8Array, versionAndLayer: readonly number[]): boolean {
  return bytes.length >= PREAMBLE_BYTES && [0x00, 0x61, 0x73, 0x6d, ...versionAndLayer].every((b, i) => bytes[i] === b);
}

/**
 * Decodes a component. Nothing is validated beyond the grammar; core modules are subarrays of `bytes`, not copies.
 *
 * @throws {BinaryError} the grammar is broken, or a limit of the implementation is exceeded
 * @throws {UnsupportedFeature} a feature of a newer era is used
 */
export function decodeComponent(bytes: Uint8Array): Component {
  const reader = makeComponentReader(bytes);
  const definitions: Definition[] = [];
  let component: Component = { kind: 'component', definitions };
  try {
    component = readComponent(reader, definitions);
  } catch (thrown) {
    if (!(thrown instanceof StopReading)) throw thrown;
  }
  const finding = reader.around.findings[0];
  if (finding === undefined) return component;
  throw new UnsupportedFeature(finding.feature, finding.construct, finding.offset, placeOf(component, finding));
}

function readPreamble(reader: ComponentReader): void {
  const { bytes, pos } = reader;
  if (reader.end - pos < PREAMBLE_BYTES) malformed(reader, 'unexpected end in the preamble');
  if (![0x00, 0x61, 0x73, 0x6d].every((byte, i) => bytes[pos + i] === byte)) malformed(reader, 'no `\\0asm` magic');
  const version = bytes[pos + 4]! | (bytes[pos + 5]! << 8);
  const layer = bytes[pos + 6]! | (bytes[pos + 7]! << 8);
  if (layer === 0) malformed(reader, 'this is a core module, not a component', pos + 6);
  if (layer !== 1) malformed(reader, `unknown layer ${layer}, expected 1 (component)`, pos + 6);
  if (version !== 0x0d) malformed(reader, `unknown component version ${version}, expected 13`, pos + 4);
  reader.pos += PREAMBLE_BYTES;
}

/** `component`, up to `reader.end`. */
function readComponent(reader: ComponentReader, definitions: Definition[]): Component {
  if (reader.around.scopes.length >= LIMITS.nesting) malformed(reader, `components nest deeper than ${LIMITS.nesting}`);
  readPreamble(reader);
  reader.around.scopes.push(definitions);
  const names: ComponentNames = { name: null, names: new Map() };
  while (reader.pos < reader.end) readSection(reader, definitions, names);
  reader.around.scopes.pop();
  return {
    kind: 'component',
    definitions,
    ...(names.name === null ? {} : { name: names.name }),
    ...(names.names.size === 0 ? {} : { names: names.names }),
  };
}

function readSection(reader: ComponentReader, definitions: Definition[], names: ComponentNames): void {
  const start = reader.pos;
  const id = readByte(reader);
  const size = readU32(reader);
  const outerEnd = reader.end;
  if (size > outerEnd - reader.pos) malformed(reader, `unexpected end: section ${id} announces ${size} bytes`, start);
  reader.end = reader.pos + size;
  readSectionBody(reader, id, start, definitions, names);
  if (reader.pos !== reader.end) {
    malformed(reader, `section ${id} has ${reader.end - reader.pos} bytes after its last item`);
  }
  reader.end = outerEnd;
}

function readSectionBody(
  reader: ComponentReader,
  id: number,
  start: number,
  definitions: Definition[],
  names: ComponentNames,
) {
  switch (id) {
    case 0:
      return readCustom(reader, names);
    case 1:
      return readCoreModule(reader, definitions);
    case 2:
      return readItems(reader, definitions, (offset) => ({
        kind: 'core instance',
        offset,
        expr: readCoreInstance(reader),
      }));
    case 3:
      return readItems(reader, definitions, (offset) => ({ kind: 'core type', offset, type: readCoreDefType(reader) }));
    case 4: {
      const offset = reader.pos;
      const component = readComponent(reader, []);
      return push(reader, definitions, { kind: 'component', offset, component });
    }
    case 5:
      return readItems(reader, definitions, (offset) => ({ kind: 'instance', offset, expr: readInstance(reader) }));
    case 6:
      return readItems(reader, definitions, (offset) => ({ kind: 'alias', offset, alias: readAlias(reader) }));
    case 7:
      return readItems(reader, definitions, (offset) => ({ kind: 'type', offset, type: readDefType(reader) }));
    case 8:
      return readItems(reader, definitions, (offset) => ({ kind: 'canon', offset, canon: readCanon(reader) }));
    case 10:
      return readItems(reader, definitions, () => readImport(reader));
    case 11:
      return readItems(reader, definitions, () => readExport(reader));
    case 9:
    case 12:
      unsupported(reader, 'values', id === 9 ? 'a `start` definition' : 'a `value` definition', start);
      reader.pos = reader.end;
      return;
    default:
      reader.pos = start + 1;
      return badOpcode(reader, id, 'section id');
  }
}

function push(reader: ComponentReader, definitions: Definition[], definition: Definition): void {
  if (++reader.around.definitions > LIMITS.definitions)
    malformed(reader, `more than ${LIMITS.definitions} definitions`);
  definitions.push(definition);
}

function readItems(reader: ComponentReader, definitions: Definition[], read: (offset: number) => Definition): void {
  const count = readCount(reader, LIMITS.definitions, 'definitions');
  for (let i = 0; i < count; i++) push(reader, definitions, read(reader.pos));
}

function readCustom(reader: ComponentReader, names: ComponentNames): void {
  const name = readName(reader);
  if (name === 'component-name') readNameSection(reader.bytes, reader.pos, reader.end, names);
  reader.pos = reader.end;
}

function readCoreModule(reader: ComponentReader, definitions: Definition[]): void {
  const offset = reader.pos;
  const bytes = reader.bytes.subarray(offset, reader.end);
  if (!isCoreModule(bytes)) malformed(reader, 'a core module section without the preamble of a core module', offset);
  reader.pos = reader.end;
  push(reader, definitions, { kind: 'core module', offset, bytes });
}
