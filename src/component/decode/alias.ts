/** Sorts and alias definitions of Binary.md. */

import { badOpcode, readByte, readName, readU32 } from '../../binary/reader.js';
import type { Alias, AnySort, AnySortIndex, CoreSort, CoreSortIndex } from '../ast.js';
import { type ComponentReader, unsupported } from './component-reader.js';

const CORE_SORTS: ReadonlyMap<number, CoreSort> = new Map([
  [0x00, 'func'],
  [0x01, 'table'],
  [0x02, 'memory'],
  [0x03, 'global'],
  [0x04, 'tag'],
  [0x10, 'type'],
  [0x11, 'module'],
  [0x12, 'instance'],
]);
const SORTS: ReadonlyMap<number, AnySort> = new Map([
  [0x01, 'func'],
  [0x02, 'value'],
  [0x03, 'type'],
  [0x04, 'component'],
  [0x05, 'instance'],
]);
/** `outeraliassort` of Explainer.md. */
const OUTER_SORTS: ReadonlySet<AnySort> = new Set<AnySort>(['core module', 'core type', 'component', 'type']);

/** `core:sort`. */
function readCoreSort(reader: ComponentReader): CoreSort {
  const opcode = readByte(reader);
  return CORE_SORTS.get(opcode) ?? badOpcode(reader, opcode, 'core sort');
}

/** `sort`. */
export function readSort(reader: ComponentReader): AnySort {
  const start = reader.pos;
  const opcode = readByte(reader);
  if (opcode === 0x00) return `core ${readCoreSort(reader)}`;
  if (opcode === 0x02) unsupported(reader, 'values', 'the sort `value`', start);
  return SORTS.get(opcode) ?? badOpcode(reader, opcode, 'sort');
}

/** `core:sortidx`. */
export function readCoreSortIndex(reader: ComponentReader): CoreSortIndex {
  const sort = readCoreSort(reader);
  return { sort, index: readU32(reader) };
}

/** `sortidx`. */
export function readSortIndex(reader: ComponentReader): AnySortIndex {
  const sort = readSort(reader);
  return { sort, index: readU32(reader) };
}

/** `alias`. */
export function readAlias(reader: ComponentReader): Alias {
  const start = reader.pos;
  const sort = readSort(reader);
  const target = readByte(reader);
  switch (target) {
    case 0x00: {
      const instance = readU32(reader);
      return { kind: 'export', sort, instance, name: readName(reader) };
    }
    case 0x01: {
      if (!sort.startsWith('core ')) {
        return badOpcode({ ...reader, pos: start + 1 }, reader.bytes[start]!, 'sort of a core export alias');
      }
      const instance = readU32(reader);
      return { kind: 'core export', sort: sort.slice(5) as CoreSort, instance, name: readName(reader) };
    }
    case 0x02: {
      if (!OUTER_SORTS.has(sort)) {
        return badOpcode({ ...reader, pos: start + 1 }, reader.bytes[start]!, `sort of an outer alias (${sort})`);
      }
      const count = readU32(reader);
      return { kind: 'outer', sort, count, index: readU32(reader) };
    }
    default:
      return badOpcode(reader, target, 'alias target');
  }
}
