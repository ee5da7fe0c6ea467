/**
 * Rewrites core modules so that their guests can be stopped and their memories have a limit.
 *
 * Everything is added at the end of an index space: a counter, a table with the host's function, the functions of a check. An
 * import would be called more directly, but it shifts the index of every function: in code, element segments, exports, constant
 * expressions, names and traces. As it is, only bodies change, and only by what is put in. The price is the start function: it
 * would run before the host can put its function into the table, so it is exported, and the host calls it (`Guard.start`).
 */
import { SECTION } from '../binary/sections.js';
import { ADDED, type AddedIndices } from './checks.js';
import { type CheckedCode, isInert, writeCode } from './code.js';
import { CannotInstrument } from './errors.js';
import { limitMemories, type Replacement } from './memory.js';
import type { CodeOffsets } from './offsets.js';
import { type ModuleShape, readShape } from './shape.js';
import { type ModuleState, type OwnState, readState } from './state.js';
import { type AddedExports, type Plan, writeModule } from './write-module.js';

export interface InstrumentOptions {
  /** What all memories of the module together may have, in bytes; null: what the module says. */
  readonly maxMemoryBytes?: number | null;
  /** Defaults to true; false bounds memories only. */
  readonly checks?: boolean;
}

export interface InstrumentResult {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Names of the exports that a guard needs; null when the module has no checks: none were asked for, or none are needed. */
  readonly added: AddedExports | null;
  /** Everything that its code can change; null where that cannot be put back. */
  readonly state: ModuleState | null;
  /** For traces: leads to offsets of the original module. */
  readonly offsets: CodeOffsets;
  readonly checks: number;
  /** Bytes that the module has grown by. */
  readonly growth: number;
}

/**
 * Rewrites a core module. Plain data comes back, which threads can share.
 *
 * @throws BinaryError for a module that is malformed or of a proposal that is not known here: V8 has the last word on it.
 *   CannotInstrument for one that cannot have checks, MemoryOverLimit for one whose own minimum is above the limit.
 *   A module that is valid stays valid; one that is not may come back, and V8 refuses it as before.
 * @example
 * const { bytes, added } = instrument(module, { maxMemoryBytes: 64 * 2 ** 20 });
 * const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
 * const guard = added === null ? null : guards.attach(instance.exports, added, terms);
 */
export function instrument(bytes: Uint8Array, options: InstrumentOptions = {}): InstrumentResult {
  const shape = readShape(bytes);
  const { maxMemoryBytes = null, checks = true } = options;
  const memories = maxMemoryBytes === null ? [] : limitMemories(shape.memories, maxMemoryBytes);
  if (checks) refuse(shape);
  if (!checks || isInert(bytes, shape)) return withMemories(bytes, shape, memories);
  const indices = addedIndices(shape);
  const code = writeCode(bytes, shape, indices);
  const own = readState(bytes, shape);
  const exports = addedExports(shape, own);
  const plan: Plan = { shape, memories, code, indices, exports };
  const { bytes: rewritten, codeStart } = writeModule(bytes, plan);
  const offsets = moduleOffsets(code, codeStart);
  return {
    bytes: rewritten,
    added: exports,
    state: own === null ? null : { globals: exports.globals.map(({ name }) => name), memory: own.memory },
    offsets,
    checks: code.checks,
    growth: rewritten.length - bytes.length,
  };
}

function withMemories(bytes: Uint8Array, shape: ModuleShape, memories: readonly Replacement[]): InstrumentResult {
  const plan: Plan = { shape, memories, code: null, indices: null, exports: null };
  const { bytes: rewritten, codeStart } = writeModule(bytes, plan);
  const from = Uint32Array.of(sectionStart(shape, SECTION.code));
  const offsets = { moved: Uint32Array.of(codeStart), from };
  const own = readState(bytes, shape);
  // Nothing is exported here that was not before: what has no state needs nothing.
  const state = own?.globals.length === 0 ? { globals: [], memory: own.memory } : null;
  return { bytes: rewritten, added: null, state, offsets, checks: 0, growth: rewritten.length - bytes.length };
}

/** V8's limits of index spaces: nothing can be added to a full one. */
const MOST = { types: 1_000_000, functions: 1_000_000, tables: 100_000, globals: 1_000_000, exports: 100_000 } as const;

function refuse(shape: ModuleShape): void {
  const { memories, table64 } = shape;
  for (const { limits, start } of memories) {
    if (limits.shared) throw new CannotInstrument('a shared memory, on which a guest can wait between checks', start);
    if (limits.index64) throw new CannotInstrument('a memory of 64-bit addresses', start);
  }
  if (table64 !== null) throw new CannotInstrument('a table of 64-bit indices', table64);
  for (const space of ['types', 'functions', 'tables', 'globals'] as const) {
    if (shape[space] + ADDED[space] > MOST[space]) throw new CannotInstrument(`${shape[space]} ${space}`, 0);
  }
  if (shape.exportNames.size + EXPORTS > MOST.exports) {
    throw new CannotInstrument(`${shape.exportNames.size} exports`, sectionStart(shape, SECTION.export));
  }
}
/** The exports of a guard, and of state. */
const EXPORTS = 4 + 64;

function sectionStart(shape: ModuleShape, id: number): number {
  return shape.sections.find((section) => section.id === id)?.start ?? 0;
}

function addedIndices({ types, functions, tables, globals }: ModuleShape): AddedIndices {
  return {
    askType: types,
    checkType: types + 1,
    chargeType: types + 2,
    check: functions,
    charge: functions + 1,
    table: tables,
    counter: globals,
    guard: globals + 1,
    attempts: globals + 2,
  };
}

function addedExports({ exportNames, start }: ModuleShape, own: OwnState | null): AddedExports {
  const unused = (name: string): string => {
    let candidate = name;
    for (let i = 2; exportNames.has(candidate); i++) candidate = `${name}.${i}`;
    return candidate;
  };
  return {
    counter: unused('moonwit.counter'),
    guard: unused('moonwit.guard'),
    table: unused('moonwit.table'),
    start: start === null ? null : unused('moonwit.start'),
    globals: (own?.globals ?? []).map((index) => ({ name: unused(`moonwit.global.${index}`), index })),
  };
}

function moduleOffsets({ moved, from }: CheckedCode, codeStart: number): CodeOffsets {
  return { moved: Uint32Array.from(moved, (offset) => offset + codeStart), from: Uint32Array.from(from) };
}
