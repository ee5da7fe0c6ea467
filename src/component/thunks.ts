/**
 * Suspending guests (JSPI). V8 refuses a call to a suspending import wherever it could not suspend: in start functions, in
 * destructors, below calls between components. So what a guest imports is a small module's function, which asks whether it may
 * and calls the suspending side or the plain one; both are the same function of ours, which then answers with a promise or at once.
 */

import { SECTION } from '../binary/sections.js';
import type { CoreValType } from '../binary/types.js';
import {
  makeWriter,
  type Writer,
  writeByte,
  writeBytes,
  writeName,
  writeSized,
  writeU32,
  written,
} from '../binary/writer.js';
import type { CoreSignature } from './program.js';

type AnyFunction = (...args: never[]) => unknown;

/** The part of the JavaScript API that suspends; Node has it from 24.20 and 25.9 on. */
interface Jspi {
  readonly Suspending: new (fn: AnyFunction) => object;
  readonly promising: (fn: AnyFunction) => (...args: never[]) => Promise<unknown>;
}

/** null where this Node cannot suspend guests. */
export function jspi(): Jspi | null {
  const api = WebAssembly as unknown as Partial<Jspi>;
  return typeof api.Suspending === 'function' && typeof api.promising === 'function' ? (api as Jspi) : null;
}

const CODES: Readonly<Record<string, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };

/** Only numbers pass a thunk, and one result at most: what all of WASI and every lowered function has. */
export function canPass({ params, results }: CoreSignature): boolean {
  return results.length <= 1 && [...params, ...results].every((type) => Object.hasOwn(CODES, type));
}

/** The names of a thunk module's imports, and those of its exports. */
const MAY = 'may';
const suspendingName = (index: number): string => `s${index}`;
const plainName = (index: number): string => `p${index}`;
const thunkName = (index: number): string => `t${index}`;

export function thunkModule(signatures: readonly CoreSignature[]): WebAssembly.Module {
  return new WebAssembly.Module(thunkBytes(signatures));
}

/** The thunk of each index. */
export type Thunks = (index: number) => unknown;

/**
 * The thunks of one instance.
 *
 * @param sides what stands behind each
 * @param may whether calls go to the suspending side: only while nothing but the guest's own frames lie on its stack. A function,
 *   for a global would cost 20 µs an instance
 */
export function makeThunks(
  module: WebAssembly.Module,
  { Suspending }: Jspi,
  sides: readonly AnyFunction[],
  may: () => boolean,
): Thunks {
  const imports: Record<string, unknown> = { [MAY]: may };
  for (const [index, side] of sides.entries()) {
    imports[suspendingName(index)] = new Suspending(side);
    imports[plainName(index)] = side;
  }
  const { exports } = new WebAssembly.Instance(module, { '': imports });
  return (index) => exports[thunkName(index)];
}

// --- the module -------------------------------------------------------------------------------------------------------

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FUNC_TYPE = 0x60;
const FUNC = 0x00;
const ASKS: CoreSignature = { params: [], results: ['i32'] };
const OP = { if: 0x04, else: 0x05, end: 0x0b, call: 0x10, localGet: 0x20 };
const NO_RESULT = 0x40;

/**
 * One function type for each thunk and one for the question, which is the last import; imports of thunk `i` are the functions `2i`
 * (suspending) and `2i + 1` (plain).
 */
function thunkBytes(signatures: readonly CoreSignature[]): Uint8Array<ArrayBuffer> {
  const writer = makeWriter(64 * (signatures.length + 1));
  const section = (id: number, write: (inner: Writer) => void) => {
    writeByte(writer, id);
    writeSized(writer, write);
  };
  const count = signatures.length;
  writeBytes(writer, HEADER);
  section(SECTION.type, (out) => writeTypes(out, [...signatures, ASKS]));
  section(SECTION.import, (out) => writeImports(out, count));
  section(SECTION.function, (out) => {
    writeU32(out, count);
    for (let index = 0; index < count; index++) writeU32(out, index);
  });
  section(SECTION.export, (out) => writeExports(out, count));
  section(SECTION.code, (out) => {
    writeU32(out, count);
    for (const [index, signature] of signatures.entries())
      writeSized(out, (body) => writeBody(body, index, 2 * count, signature));
  });
  return written(writer).slice();
}

function writeTypes(out: Writer, types: readonly CoreSignature[]): void {
  writeU32(out, types.length);
  for (const { params, results } of types) {
    writeByte(out, FUNC_TYPE);
    for (const list of [params, results]) {
      writeU32(out, list.length);
      writeBytes(out, list.map(codeOf));
    }
  }
}

function writeImports(out: Writer, count: number): void {
  writeU32(out, 2 * count + 1);
  for (let index = 0; index < count; index++) {
    writeImport(out, suspendingName(index), index);
    writeImport(out, plainName(index), index);
  }
  writeImport(out, MAY, count);
}

function writeExports(out: Writer, count: number): void {
  writeU32(out, count);
  for (let index = 0; index < count; index++) {
    writeName(out, thunkName(index));
    writeByte(out, FUNC);
    writeU32(out, 2 * count + 1 + index);
  }
}

function writeImport(out: Writer, name: string, type: number): void {
  writeName(out, '');
  writeName(out, name);
  writeByte(out, FUNC);
  writeU32(out, type);
}

function writeBody(out: Writer, index: number, asks: number, { params, results }: CoreSignature): void {
  writeU32(out, 0); // locals
  writeCall(out, asks, 0);
  writeBytes(out, [OP.if, results.length === 0 ? NO_RESULT : codeOf(results[0] as CoreValType)]);
  writeCall(out, 2 * index, params.length);
  writeByte(out, OP.else);
  writeCall(out, 2 * index + 1, params.length);
  writeBytes(out, [OP.end, OP.end]);
}

function writeCall(out: Writer, fn: number, params: number): void {
  for (let param = 0; param < params; param++) {
    writeByte(out, OP.localGet);
    writeU32(out, param);
  }
  writeByte(out, OP.call);
  writeU32(out, fn);
}

function codeOf(type: CoreValType): number {
  return CODES[type] as number;
}
