/** Lua's own instructions, as far as something is told from them: what a chunk returns, and what was missing where one failed. */

import { TAG, type TString, type TValue } from './internals.js';

export interface Instruction {
  readonly opcode: number;
  readonly A: number;
  /** A register, or from {@link CONSTANT} on a constant. */
  readonly B: number;
  readonly C: number;
  readonly Bx: number;
  readonly sBx: number;
}

/** A compiled function. */
export interface Proto {
  readonly code: readonly Instruction[];
  readonly k: readonly TValue[];
  readonly p: readonly Proto[];
  readonly upvalues: readonly { readonly name: TString | null; readonly instack: boolean; readonly idx: number }[];
  readonly lineinfo: readonly number[];
  readonly locvars: readonly { readonly varname: TString; readonly startpc: number; readonly endpc: number }[];
}

/** Operands from here on name constants. */
export const CONSTANT = 256;

/** Those of Lua 5.3, by their numbers. */
export const OP = {
  MOVE: 0,
  LOADK: 1,
  LOADKX: 2,
  LOADBOOL: 3,
  LOADNIL: 4,
  GETUPVAL: 5,
  GETTABUP: 6,
  GETTABLE: 7,
  SETTABUP: 8,
  SETUPVAL: 9,
  SETTABLE: 10,
  NEWTABLE: 11,
  SELF: 12,
  NOT: 27,
  LEN: 28,
  CONCAT: 29,
  JMP: 30,
  EQ: 31,
  LT: 32,
  LE: 33,
  TEST: 34,
  TESTSET: 35,
  CALL: 36,
  TAILCALL: 37,
  RETURN: 38,
  FORLOOP: 39,
  FORPREP: 40,
  TFORCALL: 41,
  TFORLOOP: 42,
  SETLIST: 43,
  CLOSURE: 44,
  VARARG: 45,
  EXTRAARG: 46,
} as const;

/** Registers, by the operands that name them. */
type Registers = 'none' | 'A' | 'B' | 'C' | 'B or C' | 'A to A+B' | 'B to C' | 'from A' | 'above A';

interface Effect {
  /** What it may change. */
  readonly writes: Registers;
  /** Whose values it may give to somebody else: another register, a table, a function. */
  readonly gives: Registers;
}

/** Of instructions that are not listed: the arithmetic. */
const ARITHMETIC: Effect = { writes: 'A', gives: 'B or C' };

const EFFECTS: { readonly [opcode: number]: Effect } = {
  [OP.MOVE]: { writes: 'A', gives: 'B' },
  [OP.LOADK]: { writes: 'A', gives: 'none' },
  [OP.LOADKX]: { writes: 'A', gives: 'none' },
  [OP.LOADBOOL]: { writes: 'A', gives: 'none' },
  [OP.LOADNIL]: { writes: 'A to A+B', gives: 'none' },
  [OP.GETUPVAL]: { writes: 'A', gives: 'none' },
  [OP.GETTABUP]: { writes: 'A', gives: 'none' },
  [OP.GETTABLE]: { writes: 'A', gives: 'C' },
  [OP.SETTABUP]: { writes: 'none', gives: 'B or C' },
  [OP.SETUPVAL]: { writes: 'none', gives: 'A' },
  [OP.SETTABLE]: { writes: 'none', gives: 'B or C' },
  [OP.NEWTABLE]: { writes: 'A', gives: 'none' },
  [OP.SELF]: { writes: 'from A', gives: 'B' },
  [OP.NOT]: { writes: 'A', gives: 'none' },
  [OP.LEN]: { writes: 'A', gives: 'none' },
  [OP.CONCAT]: { writes: 'A', gives: 'B to C' },
  [OP.JMP]: { writes: 'none', gives: 'none' },
  [OP.EQ]: { writes: 'none', gives: 'none' },
  [OP.LT]: { writes: 'none', gives: 'none' },
  [OP.LE]: { writes: 'none', gives: 'none' },
  [OP.TEST]: { writes: 'none', gives: 'none' },
  [OP.TESTSET]: { writes: 'A', gives: 'B' },
  // What calls and loops work on lies above the locals that live beside them.
  [OP.CALL]: { writes: 'from A', gives: 'from A' },
  [OP.TAILCALL]: { writes: 'from A', gives: 'from A' },
  [OP.FORLOOP]: { writes: 'from A', gives: 'from A' },
  [OP.FORPREP]: { writes: 'from A', gives: 'from A' },
  [OP.TFORCALL]: { writes: 'from A', gives: 'from A' },
  [OP.TFORLOOP]: { writes: 'from A', gives: 'from A' },
  [OP.VARARG]: { writes: 'from A', gives: 'from A' },
  [OP.RETURN]: { writes: 'none', gives: 'none' },
  [OP.SETLIST]: { writes: 'none', gives: 'above A' },
  [OP.CLOSURE]: { writes: 'A', gives: 'none' },
  [OP.EXTRAARG]: { writes: 'none', gives: 'none' },
};

/** Whether it changes register `register`; yes where that is not sure. */
export function mayWrite(each: Instruction, register: number): boolean {
  return isAmong((EFFECTS[each.opcode] ?? ARITHMETIC).writes, each, register);
}

/** Whether the value of register `register` goes on to where it may be changed; yes where that is not sure. */
export function mayGive(each: Instruction, register: number): boolean {
  return isAmong((EFFECTS[each.opcode] ?? ARITHMETIC).gives, each, register);
}

function isAmong(registers: Registers, { A, B, C }: Instruction, register: number): boolean {
  switch (registers) {
    case 'none':
      return false;
    case 'A':
      return register === A;
    case 'B':
      return register === B;
    case 'C':
      return register === C;
    case 'B or C':
      return register === B || register === C;
    case 'A to A+B':
      return A <= register && register <= A + B;
    case 'B to C':
      return B <= register && register <= C;
    case 'from A':
      return A <= register;
    case 'above A':
      return A < register;
  }
}

/** Where it may go on besides the next instruction; null: nowhere. */
export function jumpTarget({ opcode, C, sBx }: Instruction, at: number): number | null {
  switch (opcode) {
    case OP.JMP:
    case OP.FORLOOP:
    case OP.FORPREP:
    case OP.TFORLOOP:
      return at + 1 + sBx;
    case OP.EQ:
    case OP.LT:
    case OP.LE:
    case OP.TEST:
    case OP.TESTSET:
      return at + 2;
    case OP.LOADBOOL:
      return C === 0 ? null : at + 2;
    default:
      return null;
  }
}

/** A constant operand that is a text; null for all others. */
export function textOperand({ k }: Proto, operand: number): string | null {
  return operand < CONSTANT ? null : constantText(k[operand - CONSTANT]);
}

function constantText(constant: TValue | undefined): string | null {
  if (constant?.type !== TAG.LONG_STRING && constant?.type !== TAG.SHORT_STRING) return null;
  return textOf(constant.value as TString);
}

export function textOf({ realstring }: TString): string {
  return bytesText(realstring);
}

export function bytesText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 200));
}
