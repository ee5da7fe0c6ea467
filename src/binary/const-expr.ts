/** Skips constant expressions of the core format: they stand between the types of globals. */
import { badOpcode, malformed, type Reader, readByte, readTypeIndex, readU32 } from './reader.js';

const END = 0x0b;

/** Moves the cursor behind a `core:constexpr` and its `end`. */
export function readConstExpr(reader: Reader): void {
  for (;;) {
    const opcode = readByte(reader);
    if (opcode === END) return;
    skipImmediates(reader, opcode);
  }
}

function skipImmediates(reader: Reader, opcode: number): void {
  switch (opcode) {
    case 0x41: // i32.const
    case 0x42: // i64.const
      skipLeb(reader);
      return;
    case 0x43: // f32.const
      skipBytes(reader, 4);
      return;
    case 0x44: // f64.const
      skipBytes(reader, 8);
      return;
    case 0x23: // global.get
    case 0xd2: // ref.func
      readU32(reader);
      return;
    case 0xd0: // ref.null
      skipLeb(reader);
      return;
    case 0x6a: // i32.add, sub, mul and i64.add, sub, mul: no immediates
    case 0x6b:
    case 0x6c:
    case 0x7c:
    case 0x7d:
    case 0x7e:
      return;
    case 0xfb:
      skipGc(reader);
      return;
    case 0xfd: {
      const vector = readU32(reader);
      if (vector !== 0x0c) malformed(reader, `0xfd ${vector} is not a constant instruction`);
      skipBytes(reader, 16);
      return;
    }
    default:
      badOpcode(reader, opcode, 'constant instruction');
  }
}

function skipGc(reader: Reader): void {
  const opcode = readU32(reader);
  switch (opcode) {
    case 0x00: // struct.new
    case 0x01: // struct.new_default
    case 0x06: // array.new
    case 0x07: // array.new_default
      readU32(reader);
      return;
    case 0x08: // array.new_fixed
      readU32(reader);
      readU32(reader);
      return;
    case 0x1a: // any.convert_extern
    case 0x1b: // extern.convert_any
    case 0x1c: // ref.i31
      return;
    default:
      malformed(reader, `0xfb ${opcode} is not a constant instruction`);
  }
}

function skipBytes(reader: Reader, count: number): void {
  if (reader.end - reader.pos < count) malformed(reader, 'unexpected end of a constant');
  reader.pos += count;
}

function skipLeb(reader: Reader): void {
  for (let i = 0; i < 10; i++) if (readByte(reader) < 0x80) return;
  readTypeIndex(reader, 'integer');
}
