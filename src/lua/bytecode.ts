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

/** Whether it changes register `register`; yes where that is not sure. */
export function mayWrite({ opcode, A, B }: Instruction, register: number): boolean {
  switch (opcode) {
    case OP.SETTABUP:
    case OP.SETUPVAL:
    case OP.SETTABLE:
    case OP.JMP:
    case OP.EQ:
    case OP.LT:
    case OP.LE:
    case OP.TEST:
    case OP.RETURN:
    case OP.SETLIST:
    case OP.EXTRAARG:
      return false;
    case OP.LOADNIL:
      return A <= register && register <= A + B;
    case OP.SELF:
    case OP.CALL:
    case OP.TAILCALL:
    case OP.VARARG:
    case OP.FORLOOP:
    case OP.FORPREP:
    case OP.TFORCALL:
    case OP.TFORLOOP:
      return A <= register;
    default:
      return A === register;
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
  return operand < CONSTANT ? null : textOf(k[operand - CONSTANT]);
}

function textOf(constant: TValue | undefined): string | null {
  if (constant?.type !== TAG.LONG_STRING && constant?.type !== TAG.SHORT_STRING) return null;
  return bytesText((constant.value as TString).realstring);
}

export function bytesText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 200));
}
