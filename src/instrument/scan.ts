/**
 * Finds where the checks of a function go. An edit is a place and what happens there; edits are kept as columns of numbers, since
 * a hostile module can have millions.
 *
 * Where there is a check:
 * - at every loop header, so that each turn is counted;
 * - at the entry of a function that calls others or is long: recursion passes there, and so does a tree of calls. Short leaves
 *   are exempt: their callers are checked;
 * - after STRAIGHT units without one;
 * - before an instruction whose time depends on a length (memory.fill, table.copy, …), by that length.
 *
 * A check takes units in advance: those of the longest way from it through the blocks it stands in, about one for each
 * instruction. The longest, not the sum: an interpreter's loop holds hundreds of cases of which a turn takes one. Loops inside pay
 * for themselves. The stack may hold anything at a check; a check leaves it as it is.
 */
import { malformed, type Reader, readU32 } from '../binary/reader.js';
import { readOpcode, skipImmediate, skipImmediates } from './instructions.js';
import { IMPORT_CALL_COST, type OpcodeRow } from './opcodes.js';

export const EDIT = {
  /** A check that takes `arg` units; none when `arg` is 0. */
  check: 0,
  /** A loop without calls; its header begins at `arg2`. */
  tightLoop: 1,
  /** A label that leaves such a loop: `arg` is its new value, `arg2` where the old one ends. */
  label: 2,
  /** One more `end`, for such a loop. */
  end: 3,
  /** An account of the length on the stack, shifted right by `arg`. */
  bulk: 4,
} as const;

/** What `scanBody` found; the columns have equal lengths and `at` never falls. */
export interface Edits {
  readonly at: number[];
  readonly kind: number[];
  readonly arg: number[];
  readonly arg2: number[];
}

export interface ScannedBody {
  readonly edits: Edits;
  /** Whether it can do without checks in a module whose functions all can: it has no loop, tail call or bulk instruction, at most one call, and is short. */
  readonly inert: boolean;
}

/** Units that a leaf may have without a check at its entry. */
const SHORT = 128;
/** Units of straight code between two checks. */
const STRAIGHT = 4096;
/** A loop that is left from more places is not treated as tight. */
const TIGHT_EXITS = 1000;
/** 32 bytes, or 4 items, take about as long as a simple instruction. */
const BULK_SHIFT = { 'bulk bytes': 5, 'bulk items': 2 } as const;

interface Scan {
  readonly reader: Reader;
  readonly importedFunctions: number;
  readonly edits: Edits;
  /** For each open block the check that paid where it was opened, times two, plus one for a loop. */
  readonly open: number[];
  /** For each open block the units since that check where it was opened. */
  readonly openUnits: number[];
  /** For each open block the most units with which its end is branched to. */
  readonly endUnits: number[];
  /** The check that pays for what is read: an index into the edits. */
  region: number;
  /** Units since that check, on the longest way. */
  units: number;
  /** The innermost loop while it may be tight, an index into the edits, or -1; and the number of blocks open in it and around it. */
  tight: number;
  tightDepth: number;
  loopDepth: number;
  calls: number;
  callsOutsideLoops: number;
  tailCalls: number;
  bulks: number;
}

/** Scans the body that stands at [start, end). */
export function scanBody(reader: Reader, start: number, end: number, importedFunctions: number): ScannedBody {
  reader.pos = start;
  reader.end = end;
  skipLocals(reader);
  const code = reader.pos;
  const counts = { units: 0, loopDepth: 0, calls: 0, callsOutsideLoops: 0, tailCalls: 0, bulks: 0 };
  const edits: Edits = { at: [], kind: [], arg: [], arg2: [] };
  const open = { open: [], openUnits: [], endUnits: [], region: 0, tight: -1, tightDepth: 0 };
  const scan: Scan = { reader, importedFunctions, edits, ...open, ...counts };
  addEdit(edits, code, EDIT.check, 0, 0);
  while (scanInstruction(scan));
  if (reader.pos !== end) malformed(reader, 'a function goes on behind its end');
  const short = edits.arg[0]! <= SHORT && edits.at.length === 1 + scan.bulks;
  const inert = short && scan.calls <= 1 && scan.tailCalls === 0 && scan.bulks === 0;
  const entered = scan.callsOutsideLoops > 0 || scan.tailCalls > 0 || edits.arg[0]! > SHORT;
  if (!entered) edits.arg[0] = 0;
  return { edits, inert };
}

function skipLocals(reader: Reader): void {
  for (let groups = readU32(reader); groups > 0; groups--) {
    readU32(reader);
    skipImmediates(reader, LOCAL_TYPE);
  }
}
const LOCAL_TYPE: OpcodeRow = { immediates: ['blocktype'], role: 'plain', cost: 0 };

function addEdit({ at, kind, arg, arg2 }: Edits, where: number, what: number, value: number, value2: number): number {
  kind.push(what);
  arg.push(value);
  arg2.push(value2);
  return at.push(where) - 1;
}

/** Reads one instruction; false behind the function's last `end`. */
function scanInstruction(scan: Scan): boolean {
  const { reader } = scan;
  const start = reader.pos;
  if (scan.units >= STRAIGHT) addCheckpoint(scan, start);
  const row = readOpcode(reader);
  spend(scan, row.cost);
  switch (row.role) {
    case 'plain':
      skipImmediates(reader, row);
      return true;
    case 'jump':
      skipImmediates(reader, row);
      scan.units = 0;
      return true;
    case 'branch':
      scanLabels(scan, row);
      if (reader.bytes[start] !== BR_IF) scan.units = 0;
      return true;
    case 'block':
      skipImmediates(reader, row);
      openBlock(scan, 0);
      return true;
    case 'end':
      return closeBlock(scan, start);
    case 'loop':
      openLoop(scan, start, row);
      return true;
    case 'arm':
      skipImmediates(reader, row);
      openArm(scan);
      return true;
    default:
      scanRare(scan, start, row);
      return true;
  }
}

const BR_IF = 0x0d;

function spend(scan: Scan, units: number): void {
  scan.units += units;
  const { arg } = scan.edits;
  if (scan.units > arg[scan.region]!) arg[scan.region] = scan.units;
}

function openBlock(scan: Scan, isLoop: 0 | 1): void {
  scan.open.push(scan.region * 2 + isLoop);
  scan.openUnits.push(scan.units);
  scan.endUnits.push(scan.units); // an `if` without else goes there
}

/** An arm begins where its block began; the arm before it goes to the block's end. */
function openArm(scan: Scan): void {
  const last = scan.open.length - 1;
  if (last < 0) return;
  scan.endUnits[last] = Math.max(scan.endUnits[last]!, scan.units);
  scan.region = scan.open[last]! >> 1;
  scan.units = scan.openUnits[last]!;
}

/** Instructions that no tight loop has. */
function scanRare(scan: Scan, start: number, row: OpcodeRow): void {
  giveUpTight(scan);
  switch (row.role) {
    case 'try':
      skipImmediates(scan.reader, row);
      openBlock(scan, 0);
      return;
    case 'label':
      scanLabels(scan, row);
      return;
    case 'delegate':
      skipImmediates(scan.reader, row);
      closeBlock(scan, start);
      return;
    case 'call':
    case 'tail call':
      scanCall(scan, start, row);
      return;
    case 'bulk bytes':
    case 'bulk items':
      skipImmediates(scan.reader, row);
      addEdit(scan.edits, start, EDIT.bulk, BULK_SHIFT[row.role], 0);
      scan.bulks++;
      return;
    default:
      skipImmediates(scan.reader, row);
  }
}

const CALL = 0x10;
const RETURN_CALL = 0x12;

function scanCall(scan: Scan, start: number, row: OpcodeRow): void {
  const { reader } = scan;
  const opcode = reader.bytes[start];
  if (opcode === CALL || opcode === RETURN_CALL) {
    if (readU32(reader) < scan.importedFunctions) spend(scan, IMPORT_CALL_COST);
  } else {
    skipImmediates(reader, row);
  }
  if (row.role === 'call') scan.calls++;
  else scan.tailCalls++;
  if (scan.loopDepth === 0) scan.callsOutsideLoops++;
}

/** A check in the middle of straight code pays for what follows, up to the end of the block that it stands in. */
function addCheckpoint(scan: Scan, at: number): void {
  giveUpTight(scan);
  scan.region = addEdit(scan.edits, at, EDIT.check, 0, 0);
  scan.units = 0;
}

function openLoop(scan: Scan, start: number, row: OpcodeRow): void {
  giveUpTight(scan);
  skipImmediates(scan.reader, row);
  openBlock(scan, 1);
  scan.region = addEdit(scan.edits, scan.reader.pos, EDIT.check, 0, start);
  scan.units = 0;
  scan.tight = scan.region;
  scan.tightDepth = scan.open.length;
  scan.loopDepth++;
}

function closeBlock(scan: Scan, start: number): boolean {
  const around = scan.open.pop();
  const openUnits = scan.openUnits.pop();
  const endUnits = scan.endUnits.pop();
  if (around === undefined || openUnits === undefined || endUnits === undefined) return false;
  const isLoop = around % 2 === 1;
  if (isLoop) {
    scan.loopDepth--;
    if (scan.tight >= 0) closeTightLoop(scan, start);
  }
  scan.region = Math.floor(around / 2);
  scan.units = isLoop ? openUnits : Math.max(endUnits, scan.units);
  return true;
}

function closeTightLoop(scan: Scan, start: number): void {
  scan.edits.kind[scan.tight] = EDIT.tightLoop;
  addEdit(scan.edits, start, EDIT.end, 0, 0);
  scan.tight = -1;
}

/** The innermost loop is not tight: its labels stay as they are. */
function giveUpTight(scan: Scan): void {
  const { tight, edits } = scan;
  if (tight < 0) return;
  const kept = tight + 1;
  edits.at.length = edits.kind.length = edits.arg.length = edits.arg2.length = kept;
  scan.tight = -1;
}

/** Reads an instruction's labels. Those that lead out of a tight loop count one block more: the loop around it. */
function scanLabels(scan: Scan, row: OpcodeRow): void {
  for (const immediate of row.immediates) {
    if (immediate === 'labels') for (let rest = readU32(scan.reader); rest >= 0; rest--) scanLabel(scan);
    else if (immediate === 'index') scanLabel(scan);
    else skipImmediate(scan.reader, immediate);
  }
}

function scanLabel(scan: Scan): void {
  const { reader, edits, open, endUnits } = scan;
  const at = reader.pos;
  const label = readU32(reader);
  const target = open.length - 1 - label;
  if (target >= 0 && endUnits[target]! < scan.units) endUnits[target] = scan.units;
  if (scan.tight < 0 || label <= open.length - scan.tightDepth) return;
  if (edits.at.length - scan.tight > TIGHT_EXITS) giveUpTight(scan);
  else addEdit(edits, at, EDIT.label, label + 1, reader.pos);
}
