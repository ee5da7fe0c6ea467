/** The code section with its checks: bodies are copied, with edits between the copied ranges. */
import { makeReader } from '../binary/reader.js';
import { makeWriter, type Writer, writeByte, writeRange, writeU32 } from '../binary/writer.js';
import { ADDED, type AddedIndices, writeBodies, writeBulk, writeCheck, writeTightLoop } from './checks.js';
import { CannotInstrument } from './errors.js';
import { NOT_FROM_HERE } from './offsets.js';
import { EDIT, type Edits, type ScannedBody, scanBody } from './scan.js';
import type { ModuleShape } from './shape.js';

/** V8's limit (kV8MaxWasmFunctionSize). */
const FUNCTION_BYTES = 7_654_321;

/** The content of a code section, and where its bytes come from; `moved` counts from the content's start. */
export interface CheckedCode {
  readonly content: Writer;
  readonly moved: number[];
  readonly from: number[];
  /** Per function the start of its body before and after. */
  readonly bodyFrom: number[];
  readonly bodyMoved: number[];
  readonly checks: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Whether no function of the module needs a check: it has nothing but short functions that call one other at most. */
export function isInert(bytes: Uint8Array, shape: ModuleShape): boolean {
  const reader = makeReader(bytes);
  for (let i = 0; i < shape.bodies.length; i += 2) {
    const [start, end] = [shape.bodies[i]!, shape.bodies[i + 1]!];
    if (end - start > INERT_BYTES) return false;
    if (!scanBody(reader, start, end, shape.importedFunctions).inert) return false;
  }
  return true;
}
/** No body of more bytes is short. */
const INERT_BYTES = 4096;

/**
 * Writes every body with its checks, and the bodies that are added.
 *
 * @throws CannotInstrument for unknown opcodes and for functions that would be too long for V8
 */
export function writeCode(bytes: Uint8Array, shape: ModuleShape, added: AddedIndices): CheckedCode {
  const reader = makeReader(bytes);
  const { bodies } = shape;
  const total = (bodies.at(-1) ?? 0) - (bodies[0] ?? 0);
  const content = makeWriter(Math.ceil(total * 1.2) + 256);
  const code: Mutable<CheckedCode> = { content, moved: [], from: [], bodyFrom: [], bodyMoved: [], checks: 0 };
  writeU32(content, bodies.length / 2 + ADDED.functions);
  const scratch = makeWriter(4096);
  for (let i = 0; i < bodies.length; i += 2) {
    const [start, end] = [bodies[i]!, bodies[i + 1]!];
    const scanned = scanBody(reader, start, end, shape.importedFunctions);
    code.checks += writeBody(code, scratch, bytes, [start, end], scanned, added);
  }
  code.moved.push(content.length);
  code.from.push(NOT_FROM_HERE);
  writeBodies(content, added);
  return code;
}

/** Returns the number of checks. */
function writeBody(
  code: CheckedCode,
  scratch: Writer,
  bytes: Uint8Array,
  [start, end]: readonly [number, number],
  { edits }: ScannedBody,
  added: AddedIndices,
): number {
  const firstRun = code.moved.length;
  scratch.length = 0;
  code.moved.push(0);
  code.from.push(start);
  let done = start;
  let checks = 0;
  for (let i = 0; i < edits.at.length; i++) {
    writeRange(scratch, bytes, done, editStart(edits, i));
    const before = scratch.length;
    refuseLong(scratch, start);
    done = writeEdit(scratch, bytes, edits, i, added);
    if (scratch.length === before) continue;
    if (edits.kind[i] === EDIT.check || edits.kind[i] === EDIT.tightLoop || edits.kind[i] === EDIT.bulk) checks++;
    code.moved.push(scratch.length);
    code.from.push(done);
  }
  writeRange(scratch, bytes, done, end);
  refuseLong(scratch, start);
  writeU32(code.content, scratch.length);
  const base = code.content.length;
  for (let run = firstRun; run < code.moved.length; run++) code.moved[run]! += base;
  code.bodyFrom.push(start);
  code.bodyMoved.push(base);
  writeRange(code.content, scratch.bytes, 0, scratch.length);
  return checks;
}

function refuseLong({ length }: Writer, start: number): void {
  if (length <= FUNCTION_BYTES) return;
  throw new CannotInstrument(`a function that has more than ${FUNCTION_BYTES} bytes with its checks`, start);
}

/** Where copying stops for an edit: a tight loop replaces its header. */
function editStart({ at, kind, arg2 }: Edits, i: number): number {
  return kind[i] === EDIT.tightLoop ? arg2[i]! : at[i]!;
}

/** Writes one edit; returns where copying goes on. */
function writeEdit(writer: Writer, bytes: Uint8Array, edits: Edits, i: number, added: AddedIndices): number {
  const at = edits.at[i]!;
  const arg = edits.arg[i]!;
  const arg2 = edits.arg2[i]!;
  switch (edits.kind[i]) {
    case EDIT.tightLoop:
      writeTightLoop(writer, added, arg, bytes.subarray(arg2 + 1, at));
      return at;
    case EDIT.label:
      writeU32(writer, arg);
      return arg2;
    case EDIT.end:
      writeByte(writer, END);
      return at;
    case EDIT.bulk:
      writeBulk(writer, added, arg);
      return at;
    default:
      if (arg > 0) writeCheck(writer, added, arg);
      return at;
  }
}
const END = 0x0b;
