/** The table of opcodes against two other decoders: that of wasm-tools, and V8's. */
import { print } from '@bytecodealliance/jco';
import { describe, expect, test } from 'vitest';
import { makeReader } from '../../src/binary/reader.js';
import { type Immediate, OPCODES, type OpcodeRow, PREFIXED } from '../../src/instrument/opcodes.js';
import { scanBody } from '../../src/instrument/scan.js';
import { leb, section, vec } from '../component/binary.js';
import { compile } from './support.js';

interface Case {
  readonly label: string;
  readonly opcode: readonly number[];
  readonly row: OpcodeRow | undefined;
}

const hex = (bytes: readonly number[]): string =>
  bytes.map((each) => `0x${each.toString(16).padStart(2, '0')}`).join(' ');

/** Every opcode of one byte, and behind each prefix every number below `most`. */
function allOpcodes(most: number): Case[] {
  const cases: Case[] = [];
  for (let opcode = 0; opcode < 256; opcode++) {
    const rows = PREFIXED.get(opcode);
    if (rows === undefined) cases.push({ label: hex([opcode]), opcode: [opcode], row: OPCODES[opcode] });
    else
      for (let i = 0; i < most; i++) cases.push({ label: hex([opcode, i]), opcode: [opcode, ...leb(i)], row: rows[i] });
  }
  return cases;
}

const cases = allOpcodes(0x140);
const known = cases.filter((each) => each.row !== undefined);

/** Immediates with numbers of more bytes than they need, so that none is taken for a single byte. */
const LONG_ZERO = [0x80, 0x00];
const BYTES: Readonly<Record<Immediate, readonly number[]>> = {
  index: LONG_ZERO,
  leb: [0xff, 0x80, 0x00],
  byte: [0],
  bytes4: [1, 2, 3, 4],
  bytes8: [1, 2, 3, 4, 5, 6, 7, 8],
  bytes16: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  blocktype: [0x7f],
  heaptype: [0x70],
  valtypes: [0x01, 0x63, 0x70],
  memarg: [0x40, ...LONG_ZERO, 0xff, 0x00],
  labels: [0x02, ...LONG_ZERO, 0x00, ...LONG_ZERO],
  catches: [0x04, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x02, 0x00, 0x03, 0x00],
};

/** `i32.const 20061983`, to see where a decoder is when it has read an instruction. */
const MARK = [0x41, ...[0x9f, 0xbe, 0xc8, 0x09]];
const MARK_TEXT = /i32\.const 20061983/g;

/** A body in which the instruction stands where the grammar has it. */
function bodyWith({ opcode, row }: Case): number[] {
  const immediates = (row?.immediates ?? []).flatMap((each) => BYTES[each]);
  const instruction = [...opcode, ...immediates];
  const [first] = opcode;
  const open = row?.role === 'block' || row?.role === 'loop' || row?.role === 'try';
  if (open) return [0, ...instruction, 0x00, 0x0b, ...MARK, 0x1a, 0x0b];
  if (first === 0x05) return [0, 0x41, 0, 0x04, 0x40, ...instruction, 0x0b, ...MARK, 0x1a, 0x0b];
  if (first === 0x07 || first === 0x19) return [0, 0x06, 0x40, ...instruction, 0x0b, ...MARK, 0x1a, 0x0b];
  if (first === 0x18) return [0, 0x06, 0x40, ...instruction, ...MARK, 0x1a, 0x0b];
  if (first === 0x09) return [0, 0x06, 0x40, 0x19, ...instruction, 0x0b, ...MARK, 0x1a, 0x0b];
  if (first === 0x0b) return [0, 0x02, 0x40, ...instruction, ...MARK, 0x1a, 0x0b];
  return [0, 0x00, ...instruction, ...MARK, 0x1a, 0x0b];
}

function moduleOf(bodies: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vec([0x60, 0, 0])),
    ...section(3, [...leb(bodies.length), ...bodies.map(() => 0)]),
    ...section(5, vec([0, 1])),
    ...section(10, vec(...bodies.map((body) => [...leb(body.length), ...body]))),
  ]);
}

describe('the table of opcodes', () => {
  test('has rows for instructions of all proposals that are finished', () => {
    expect(known.length).toBeGreaterThan(560);
  });

  test('ends every instruction where wasm-tools does', async () => {
    const wrong: string[] = [];
    for (const each of known) {
      const body = bodyWith(each);
      scanBody(makeReader(Uint8Array.from(body)), 0, body.length, 0);
      const text = await print(moduleOf([body])).catch((error: unknown) => String(error));
      if (text.match(MARK_TEXT)?.length !== 1) wrong.push(`${each.label}: ${text}`);
    }
    expect(wrong).toEqual([]);
  });

  test('finds every instruction malformed that is cut short', () => {
    for (const each of known) {
      if (each.row?.immediates.length === 0) continue;
      const cut = [0, ...each.opcode, ...(each.row?.immediates ?? []).flatMap((one) => BYTES[one])].slice(0, -1);
      const reader = makeReader(Uint8Array.from(cut));
      expect(() => scanBody(reader, 0, cut.length, 0), each.label).toThrow(/malformed/);
    }
  });

  test('has a row for every opcode that this V8 knows', () => {
    const unknown = cases.filter(({ row }) => row === undefined);
    const known = unknown.filter(({ opcode }) => {
      try {
        compile(moduleOf([[0, 0x00, ...opcode, 0, 0, 0, 0, 0, 0x0b]]));
        return true;
      } catch (thrown) {
        return !/invalid .*opcode|enable with --experimental|not enabled/i.test((thrown as Error).message);
      }
    });
    expect(unknown.length).toBeGreaterThan(0);
    expect(known.map(({ label }) => label)).toEqual([]);
  });
});
