/**
 * The instructions of a check, and the two functions that are added to a module.
 *
 * A check takes units from a counter and, below zero, calls `check`; that asks the host how many units there are to be and traps
 * when there are none. The host answers through a table, so no import is added and no index of the module changes. It answers
 * with a number: an exception thrown into a guest could be caught there, a trap cannot.
 */
import { type Writer, writeByte, writeBytes, writeS32, writeSized, writeU32 } from '../binary/writer.js';

/** Indices of what is added: all at the ends of their index spaces. */
export interface AddedIndices {
  /** Types: of the host's answer, of `check`, of `charge`. */
  readonly askType: number;
  readonly checkType: number;
  readonly chargeType: number;
  readonly check: number;
  readonly charge: number;
  readonly table: number;
  readonly counter: number;
  readonly guard: number;
  readonly attempts: number;
}

/** After so many checks in a row whose question did not come back (no stack was left to ask) the guest traps. */
const ATTEMPTS = 256;
/** More than this is not taken at once, so that the counter cannot wrap around in ATTEMPTS checks. */
const CHARGE_LIMIT = 2 ** 22;

const OP = {
  unreachable: 0x00,
  loop: 0x03,
  if: 0x04,
  end: 0x0b,
  brIf: 0x0d,
  call: 0x10,
  callIndirect: 0x11,
  select: 0x1b,
  localGet: 0x20,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Const: 0x41,
  i32LtS: 0x48,
  i32GtS: 0x4a,
  i32LeS: 0x4c,
  i32LtU: 0x49,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32ShrU: 0x76,
} as const;
const EMPTY_BLOCK = 0x40;
const I32 = 0x7f;
const EXTERNREF = 0x6f;
const FUNCREF = 0x70;
const MUTABLE = 0x01;

function withIndex(writer: Writer, opcode: number, index: number): void {
  writeByte(writer, opcode);
  writeU32(writer, index);
}

function constant(writer: Writer, value: number): void {
  writeByte(writer, OP.i32Const);
  writeS32(writer, value);
}

/** counter -= units */
function take(writer: Writer, { counter }: AddedIndices, units: number): void {
  withIndex(writer, OP.globalGet, counter);
  constant(writer, units);
  writeByte(writer, OP.i32Sub);
  withIndex(writer, OP.globalSet, counter);
}

/** counter += what `amount` pushes */
function give(writer: Writer, { counter }: AddedIndices, amount: () => void): void {
  withIndex(writer, OP.globalGet, counter);
  amount();
  writeByte(writer, OP.i32Add);
  withIndex(writer, OP.globalSet, counter);
}

/** counter < 0, on the stack */
function isBelowZero(writer: Writer, { counter }: AddedIndices): void {
  withIndex(writer, OP.globalGet, counter);
  constant(writer, 0);
  writeByte(writer, OP.i32LtS);
}

/** Takes `units`, and asks when there are no more. */
export function writeCheck(writer: Writer, added: AddedIndices, units: number): void {
  take(writer, added, units);
  isBelowZero(writer, added);
  writeBytes(writer, [OP.if, EMPTY_BLOCK]);
  withIndex(writer, OP.call, added.check);
  writeByte(writer, OP.end);
}

/**
 * The header of a loop without calls, as two loops: V8 unrolls and peels the inner one, which it does not do with a call in it. The
 * inner one leaves to the outer one's header to ask, which then gives back what the turn took, since the turn begins anew.
 *
 *     loop (outer)  if (counter < 0) { check(); counter += units }
 *       loop (inner)  counter -= units; br_if outer (counter < 0)
 *
 * @param blockType the bytes of the original loop's type
 */
export function writeTightLoop(writer: Writer, added: AddedIndices, units: number, blockType: Uint8Array): void {
  writeByte(writer, OP.loop);
  writeBytes(writer, blockType);
  isBelowZero(writer, added);
  writeBytes(writer, [OP.if, EMPTY_BLOCK]);
  withIndex(writer, OP.call, added.check);
  give(writer, added, () => constant(writer, units));
  writeByte(writer, OP.end);
  writeByte(writer, OP.loop);
  writeBytes(writer, blockType);
  take(writer, added, units);
  isBelowZero(writer, added);
  withIndex(writer, OP.brIf, 1);
}

/** Takes units for the length on top of the stack, and leaves it there. */
export function writeBulk(writer: Writer, added: AddedIndices, shift: number): void {
  constant(writer, shift);
  withIndex(writer, OP.call, added.charge);
}

/** How many of each are added; `writeTypes` and the others write them. */
export const ADDED = { types: 3, functions: 2, tables: 1, globals: 3 } as const;

/** (externref) -> i32, () -> (), (i32, i32) -> i32 */
export function writeTypes(writer: Writer): void {
  writeBytes(writer, [0x60, 1, EXTERNREF, 1, I32]);
  writeBytes(writer, [0x60, 0, 0]);
  writeBytes(writer, [0x60, 2, I32, I32, 1, I32]);
}

/** The table of one function, the host's: 1 at least, 1 at most. */
export function writeTable(writer: Writer): void {
  writeBytes(writer, [FUNCREF, 0x01, 1, 1]);
}

/** The counter, at 0: a guest that nobody answers for traps at its first check. The guard. The attempts. */
export function writeGlobals(writer: Writer): void {
  writeBytes(writer, [I32, MUTABLE, OP.i32Const, 0, OP.end]);
  writeBytes(writer, [EXTERNREF, MUTABLE, 0xd0, EXTERNREF, OP.end]);
  writeBytes(writer, [I32, MUTABLE, OP.i32Const, 0, OP.end]);
}

/** The bodies of `check` and `charge`. */
export function writeBodies(writer: Writer, added: AddedIndices): void {
  writeSized(writer, (inner) => writeCheckBody(inner, added));
  writeSized(writer, (inner) => writeChargeBody(inner, added));
}

/**
 *     attempts += 1; if (attempts > ATTEMPTS) trap
 *     units = ask(guard); if (units <= 0) trap
 *     counter += units; attempts = 0
 */
function writeCheckBody(writer: Writer, added: AddedIndices): void {
  const units = 0;
  writeBytes(writer, [1, 1, I32]);
  withIndex(writer, OP.globalGet, added.attempts);
  constant(writer, 1);
  writeByte(writer, OP.i32Add);
  withIndex(writer, OP.globalSet, added.attempts);
  withIndex(writer, OP.globalGet, added.attempts);
  constant(writer, ATTEMPTS);
  writeBytes(writer, [OP.i32GtS, OP.if, EMPTY_BLOCK, OP.unreachable, OP.end]);
  withIndex(writer, OP.globalGet, added.guard);
  constant(writer, 0);
  withIndex(writer, OP.callIndirect, added.askType);
  writeU32(writer, added.table);
  withIndex(writer, OP.localTee, units);
  constant(writer, 0);
  writeBytes(writer, [OP.i32LeS, OP.if, EMPTY_BLOCK, OP.unreachable, OP.end]);
  give(writer, added, () => withIndex(writer, OP.localGet, units));
  constant(writer, 0);
  withIndex(writer, OP.globalSet, added.attempts);
  writeByte(writer, OP.end);
}

/**
 *     units = min(length >>> shift, CHARGE_LIMIT)
 *     counter -= units; if (counter < 0) check()
 *     return length
 */
function writeChargeBody(writer: Writer, added: AddedIndices): void {
  const [length, shift] = [0, 1];
  writeByte(writer, 0);
  withIndex(writer, OP.globalGet, added.counter);
  withIndex(writer, OP.localGet, length);
  withIndex(writer, OP.localGet, shift);
  writeByte(writer, OP.i32ShrU);
  withIndex(writer, OP.localTee, shift);
  constant(writer, CHARGE_LIMIT);
  withIndex(writer, OP.localGet, shift);
  constant(writer, CHARGE_LIMIT);
  writeBytes(writer, [OP.i32LtU, OP.select, OP.i32Sub]);
  withIndex(writer, OP.globalSet, added.counter);
  isBelowZero(writer, added);
  writeBytes(writer, [OP.if, EMPTY_BLOCK]);
  withIndex(writer, OP.call, added.check);
  writeByte(writer, OP.end);
  withIndex(writer, OP.localGet, length);
  writeByte(writer, OP.end);
}
