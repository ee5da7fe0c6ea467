/**
 * The `component-name` custom section. Engines do not refuse a component for a broken name section, so whatever cannot be read is
 * left out.
 */

import { BinaryError } from '../../binary/errors.js';
import { LIMITS } from '../../binary/limits.js';
import { malformed, readByte, readCount, readName, readU32 } from '../../binary/reader.js';
import type { AnySort } from '../ast.js';
import { readSort } from './alias.js';
import { type ComponentReader, makeComponentReader } from './component-reader.js';

export interface ComponentNames {
  name: string | null;
  readonly names: Map<AnySort, Map<number, string>>;
}

/** Reads the name section in `bytes[start, end)` into `into`; keeps what was read when the rest is broken. */
export function readNameSection(bytes: Uint8Array, start: number, end: number, into: ComponentNames): void {
  const reader = makeComponentReader(bytes);
  reader.pos = start;
  reader.end = end;
  try {
    while (reader.pos < end) readSubsection(reader, into);
  } catch (thrown) {
    if (!(thrown instanceof BinaryError)) throw thrown;
  }
}

function readSubsection(reader: ComponentReader, into: ComponentNames): void {
  const id = readByte(reader);
  const size = readU32(reader);
  const next = reader.pos + size;
  if (next > reader.end) malformed(reader, 'unexpected end of a name subsection');
  if (id === 0) into.name = readName(reader);
  else if (id === 1) readSortNames(reader, into);
  reader.pos = next;
}

function readSortNames(reader: ComponentReader, into: ComponentNames): void {
  const sort = readSort(reader);
  const map = into.names.get(sort) ?? new Map<number, string>();
  into.names.set(sort, map);
  const count = readCount(reader, LIMITS.definitions, 'names');
  for (let i = 0; i < count; i++) {
    const index = readU32(reader);
    map.set(index, readName(reader));
  }
}
