/** Walks over instructions: reads an opcode and moves behind its immediates. */
import { badOpcode, malformed, peekByte, type Reader, readByte, readU32 } from '../binary/reader.js';
import { CannotInstrument } from './errors.js';
import { type Immediate, OPCODES, type OpcodeRow, PREFIXED } from './opcodes.js';

/**
 * Reads an opcode with its prefix.
 *
 * @returns its row; the cursor stands at its first immediate
 * @throws CannotInstrument for an opcode that the table does not have
 */
export function readOpcode(reader: Reader): OpcodeRow {
  const start = reader.pos;
  const opcode = readByte(reader);
  const row = OPCODES[opcode];
  if (row !== undefined) return row;
  const prefixed = PREFIXED.get(opcode);
  const second = prefixed === undefined ? null : readU32(reader);
  const found = second === null ? undefined : prefixed?.[second];
  if (found !== undefined) return found;
  const hex = [opcode, ...(second === null ? [] : [second])].map((each) => `0x${each.toString(16).padStart(2, '0')}`);
  throw new CannotInstrument(`opcode ${hex.join(' ')}, which is not known here`, start);
}

/** Moves the cursor behind an instruction's immediates. */
export function skipImmediates(reader: Reader, row: OpcodeRow): void {
  const { immediates } = row;
  for (let i = 0; i < immediates.length; i++) skipImmediate(reader, immediates[i] as Immediate);
}

/** Moves the cursor behind one immediate. */
export function skipImmediate(reader: Reader, immediate: Immediate): void {
  switch (immediate) {
    case 'index':
      readU32(reader);
      return;
    case 'leb':
      skipLeb(reader);
      return;
    case 'byte':
      readByte(reader);
      return;
    case 'bytes4':
      skipBytes(reader, 4);
      return;
    case 'bytes8':
      skipBytes(reader, 8);
      return;
    case 'bytes16':
      skipBytes(reader, 16);
      return;
    case 'blocktype':
      skipBlockType(reader);
      return;
    case 'heaptype':
      skipHeapType(reader);
      return;
    case 'memarg':
      skipMemarg(reader);
      return;
    case 'valtypes':
      for (let count = readU32(reader); count > 0; count--) skipValType(reader);
      return;
    case 'labels':
      for (let count = readU32(reader); count >= 0; count--) readU32(reader);
      return;
    case 'catches':
      for (let count = readU32(reader); count > 0; count--) skipCatch(reader);
  }
}

/** A number of up to 64 bits. */
function skipLeb(reader: Reader): void {
  for (let i = 0; i < 10; i++) if (readByte(reader) < 0x80) return;
  malformed(reader, 'integer representation too long');
}

function skipBytes(reader: Reader, count: number): void {
  if (reader.end - reader.pos < count) malformed(reader, 'unexpected end of an instruction');
  reader.pos += count;
}

/** Nothing (0x40), a value type (a negative number of one byte, or 0x63 and 0x64 with a heap type) or a type index. */
function skipBlockType(reader: Reader): void {
  const first = peekByte(reader);
  if (first === 0x63 || first === 0x64) skipValType(reader);
  else skipLeb(reader);
}

function skipValType(reader: Reader): void {
  const opcode = readByte(reader);
  if (opcode === 0x63 || opcode === 0x64) skipHeapType(reader);
  else if (opcode < 0x40 || opcode >= 0x80) badOpcode(reader, opcode, 'core value type');
}

/** A negative number for an abstract type, or an index; 0x62 and 0x65 (exact, shared) stand before one. */
function skipHeapType(reader: Reader): void {
  const first = peekByte(reader);
  if (first === 0x62 || first === 0x65) reader.pos++;
  skipLeb(reader);
}

/** Bit 6 of the alignment says that a memory index follows. */
function skipMemarg(reader: Reader): void {
  if ((readU32(reader) & 0x40) !== 0) readU32(reader);
  skipLeb(reader);
}

/** catch and catch_ref name a tag and a label, catch_all and catch_all_ref a label. */
function skipCatch(reader: Reader): void {
  const kind = readByte(reader);
  if (kind > 3) badOpcode(reader, kind, 'catch clause');
  if (kind < 2) readU32(reader);
  readU32(reader);
}
