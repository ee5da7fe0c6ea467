/** Puts a rewritten module together: its sections in order, with what is added at the ends of those that grow. */

import { makeReader, readU32 } from '../binary/reader.js';
import { SECTION } from '../binary/sections.js';
import { makeWriter, type Writer, writeByte, writeName, writeRange, writeU32, written } from '../binary/writer.js';
import { ADDED, type AddedIndices, writeGlobals, writeTable, writeTypes } from './checks.js';
import type { CheckedCode } from './code.js';
import type { Replacement } from './memory.js';
import { customSection } from './metadata.js';
import { type ModuleShape, SECTION_ORDER, type Section } from './shape.js';

/** Names under which the host finds what was added. */
export interface AddedExports {
  /** A mutable i32: units that are left. */
  readonly counter: string;
  /** A mutable externref, handed to the host's function. */
  readonly guard: string;
  /** A table whose only element is the host's function. */
  readonly table: string;
  /** The module's start function, which the host has to call once; null when there is none. */
  readonly start: string | null;
  /** Mutable globals of the module's own. */
  readonly globals: readonly { readonly name: string; readonly index: number }[];
}

/** What changes; `code`, `indices` and `exports` are null together. */
export interface Plan {
  readonly shape: ModuleShape;
  readonly memories: readonly Replacement[];
  readonly code: CheckedCode | null;
  readonly indices: AddedIndices | null;
  readonly exports: AddedExports | null;
}

/** A section that grows: how many items come to it, and what writes them. */
interface Addition {
  readonly items: number;
  readonly write: (writer: Writer) => void;
}

/** Returns the module, and where the content of its code section begins. */
export function writeModule(
  bytes: Uint8Array,
  plan: Plan,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly codeStart: number } {
  const writer = makeWriter(bytes.length + (plan.code?.content.length ?? 0) / 4 + 1024);
  const additions = new Map(plan.indices === null ? [] : makeAdditions(plan, plan.indices));
  let codeStart = 0;
  writeRange(writer, bytes, 0, 8);
  for (const section of plan.shape.sections) {
    if (section.id !== SECTION.custom) writeMissing(writer, additions, section.id);
    const contentStart = writeSection(writer, bytes, plan, section, additions);
    if (section.id === SECTION.code) codeStart = contentStart;
    additions.delete(section.id);
  }
  writeMissing(writer, additions, null);
  return { bytes: written(writer).slice(), codeStart };
}

function makeAdditions({ exports, shape }: Plan, indices: AddedIndices): [number, Addition][] {
  const functions = (writer: Writer): void => {
    writeU32(writer, indices.checkType);
    writeU32(writer, indices.chargeType);
  };
  const exported = exportList(exports as AddedExports, indices, shape.start);
  const names = (writer: Writer): void => {
    for (const { name, kind, index } of exported) {
      writeName(writer, name);
      writeByte(writer, kind);
      writeU32(writer, index);
    }
  };
  return [
    [SECTION.type, { items: ADDED.types, write: writeTypes }],
    [SECTION.function, { items: ADDED.functions, write: functions }],
    [SECTION.table, { items: ADDED.tables, write: writeTable }],
    [SECTION.global, { items: ADDED.globals, write: writeGlobals }],
    [SECTION.export, { items: exported.length, write: names }],
  ];
}

const EXPORT_KIND = { func: 0x00, table: 0x01, global: 0x03 } as const;

function exportList(
  names: AddedExports,
  indices: AddedIndices,
  start: number | null,
): { readonly name: string; readonly kind: number; readonly index: number }[] {
  const list = [
    { name: names.counter, kind: EXPORT_KIND.global, index: indices.counter },
    { name: names.guard, kind: EXPORT_KIND.global, index: indices.guard },
    { name: names.table, kind: EXPORT_KIND.table, index: indices.table },
    ...names.globals.map(({ name, index }) => ({ name, kind: EXPORT_KIND.global, index })),
  ];
  if (names.start === null || start === null) return list;
  return [...list, { name: names.start, kind: EXPORT_KIND.func, index: start }];
}

/** Writes sections that the module does not have and that stand before `id`; null: all that are left. */
function writeMissing(writer: Writer, additions: Map<number, Addition>, id: number | null): void {
  const before = id === null ? SECTION_ORDER.length : SECTION_ORDER.indexOf(id);
  for (const missing of SECTION_ORDER.slice(0, before)) {
    const addition = additions.get(missing);
    if (addition === undefined) continue;
    const content = makeWriter(64);
    writeU32(content, addition.items);
    addition.write(content);
    writeContent(writer, missing, content);
    additions.delete(missing);
  }
}

function writeContent(writer: Writer, id: number, content: Writer): number {
  writeByte(writer, id);
  writeU32(writer, content.length);
  const start = writer.length;
  writeRange(writer, content.bytes, 0, content.length);
  return start;
}

/** Returns where the section's content begins. */
function writeSection(
  writer: Writer,
  bytes: Uint8Array,
  { shape, memories, code }: Plan,
  section: Section,
  additions: ReadonlyMap<number, Addition>,
): number {
  const { id, start, end } = section;
  if (id === SECTION.code && code !== null) return writeContent(writer, id, code.content);
  if (id === SECTION.start && code !== null) return writer.length; // an export now
  if (id === SECTION.custom && code !== null) {
    const custom = customSection(bytes, section, shape.importedFunctions, code);
    if (custom === 'drop') return writer.length;
    if (custom !== 'keep') return writeContent(writer, id, custom);
  }
  const content = makeWriter(end - start + 64);
  const from = writeCount(content, bytes, section, additions.get(id));
  copyReplacing(content, bytes, from, end, memories);
  additions.get(id)?.write(content);
  return writeContent(writer, id, content);
}

/** Writes the raised count of a section that grows; returns where its items begin. */
function writeCount(
  writer: Writer,
  bytes: Uint8Array,
  { start, end }: Section,
  addition: Addition | undefined,
): number {
  if (addition === undefined) return start;
  const reader = makeReader(bytes);
  reader.pos = start;
  reader.end = end;
  writeU32(writer, readU32(reader) + addition.items);
  return reader.pos;
}

function copyReplacing(
  writer: Writer,
  bytes: Uint8Array,
  start: number,
  end: number,
  all: readonly Replacement[],
): void {
  let done = start;
  for (const replacement of all) {
    if (replacement.start < start || replacement.end > end) continue;
    writeRange(writer, bytes, done, replacement.start);
    writeRange(writer, replacement.bytes, 0, replacement.bytes.length);
    done = replacement.end;
  }
  writeRange(writer, bytes, done, end);
}
