/**
 * Custom sections after the code has moved.
 * - Names are kept as they are: no index changes.
 * - Code metadata (`metadata.code.*`, branch hints among them) names instructions by their offsets, which are changed.
 * - Debug sections (DWARF) and source map addresses are kept as they are: they describe the original code, and `originalOffset`
 *   leads there from a trace.
 * - Relocations are for linkers and describe bytes that are no longer there: they are dropped.
 */
import { BinaryError } from '../binary/errors.js';
import { LIMITS } from '../binary/limits.js';
import { makeReader, malformed, type Reader, readCount, readName, readU32 } from '../binary/reader.js';
import { makeWriter, type Writer, writeName, writeRange, writeU32 } from '../binary/writer.js';
import type { CheckedCode } from './code.js';
import { movedOffset } from './offsets.js';
import type { Section } from './shape.js';

type CustomSection = 'keep' | 'drop' | Writer;

/** What becomes of a custom section. */
export function customSection(
  bytes: Uint8Array,
  section: Section,
  importedFunctions: number,
  code: CheckedCode,
): CustomSection {
  if (section.name.startsWith('reloc.') || section.name === 'linking') return 'drop';
  if (!section.name.startsWith('metadata.code.')) return 'keep';
  try {
    return moveMetadata(bytes, section, importedFunctions, code);
  } catch (thrown) {
    if (thrown instanceof BinaryError) return 'drop'; // V8 ignores a custom section that is broken
    throw thrown;
  }
}

function moveMetadata(bytes: Uint8Array, section: Section, importedFunctions: number, code: CheckedCode): Writer {
  const reader = makeReader(bytes);
  reader.pos = section.start;
  reader.end = section.end;
  const writer = makeWriter(section.end - section.start + 64);
  writeName(writer, readName(reader));
  const functions = readCount(reader, LIMITS.definitions, 'functions');
  writeU32(writer, functions);
  for (let i = 0; i < functions; i++) {
    const index = readU32(reader);
    writeU32(writer, index);
    const bodyFrom = code.bodyFrom[index - importedFunctions];
    const bodyMoved = code.bodyMoved[index - importedFunctions];
    if (bodyFrom === undefined || bodyMoved === undefined) malformed(reader, `function ${index} has no body`);
    moveHints(reader, writer, (offset) => movedOffset(code, bodyFrom + offset) - bodyMoved);
  }
  return writer;
}

function moveHints(reader: Reader, writer: Writer, move: (offset: number) => number): void {
  const hints = readCount(reader, LIMITS.definitions, 'hints');
  writeU32(writer, hints);
  for (let i = 0; i < hints; i++) {
    writeU32(writer, move(readU32(reader)));
    const size = readU32(reader);
    if (size > reader.end - reader.pos) malformed(reader, `unexpected end: ${size} bytes announced`);
    writeU32(writer, size);
    writeRange(writer, reader.bytes, reader.pos, reader.pos + size);
    reader.pos += size;
  }
}
