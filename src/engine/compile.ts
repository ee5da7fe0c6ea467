/**
 * An entry to a compiled function: its bytes, their plan, the export that `method` means, and the gate in front of its
 * imports. One plan per binary (and WIT text), however many entries use it. What is wrong is told as problems of fields.
 */
import { CoreModuleRefused, compileComponent } from '../component/compile.js';
import { CoreTypeMismatch, compileCoreModule } from '../component/core-plan.js';
import { UnsupportedFeature } from '../component/decode/errors.js';
import type { ComponentPlan } from '../component/types.js';
import { HostBug, HostError } from '../errors.js';
import { MemoryOverLimit } from '../instrument/errors.js';
import { type Guards, type GuardTerms, makeGuards } from '../instrument/guard.js';
import type { FieldProblem } from '../registry/types.js';
import type { TextCodec } from '../text.js';
import { WitError } from '../wit/error.js';
import { parseWit } from '../wit/parse.js';
import type { WitDocument } from '../wit/types.js';
import { type CompiledFunction, compiledFunction, type WasmEntry } from './compiled.js';
import { type HostImports, providedBy } from './gate.js';
import { resolveMethod } from './methods.js';
import { type ImportMismatch, preview1Mismatch } from './preview1.js';
import { explainRefusal, notWasm } from './refusals.js';
import { rewriteFor } from './rewrite.js';
import { compileWat, missingFeature } from './wat.js';
import type { WatCache } from './wat-cache.js';

type CompileResult =
  | { readonly ok: true; readonly compiled: CompiledFunction }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

export interface Engine {
  /**
   * Compiles an entry, once: the second call gives the first one's answer.
   * @param bytes the verified binary of a function.wasm, null for a function.wat
   */
  compile(entry: WasmEntry, bytes: Uint8Array | null): Promise<CompileResult>;
  /** What {@link compile} made of the entry with this ID. */
  compiled(id: string): CompiledFunction | undefined;
}

type PlanResult =
  | { readonly ok: true; readonly plan: ComponentPlan }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Plans by what they are made from, shared by all entries; compiled functions by ID. */
interface EngineState extends EngineOptions {
  readonly guards: Guards;
  readonly terms: GuardTerms;
  readonly plans: Map<string, Promise<PlanResult>>;
  /** Who had a plan's code first, by the plan's key. */
  readonly firstEntries: Map<string, string>;
  readonly entries: Map<string, Promise<CompileResult>>;
  readonly compiled: Map<string, CompiledFunction>;
}

interface EngineOptions {
  /** What TypeScript gives to guests. */
  readonly hostImports: HostImports;
  readonly text: TextCodec;
  readonly watCache: WatCache | null;
}

/** Calls on the host's thread end when they end, unless their own terms say otherwise. */
const UNLIMITED: GuardTerms = { deadlineMs: Number.POSITIVE_INFINITY, now: () => 0, isCancelled: () => false };

export function createEngine(options: EngineOptions): Engine {
  const state: EngineState = {
    ...options,
    guards: makeGuards(),
    terms: UNLIMITED,
    plans: new Map(),
    firstEntries: new Map(),
    entries: new Map(),
    compiled: new Map(),
  };
  return {
    compile(entry, bytes) {
      const known = state.entries.get(entry.id);
      if (known !== undefined) return known;
      const result = compileEntry(state, entry, bytes);
      state.entries.set(entry.id, result);
      return result;
    },
    compiled: (id) => state.compiled.get(id),
  };
}

async function compileEntry(state: EngineState, entry: WasmEntry, bytes: Uint8Array | null): Promise<CompileResult> {
  const planned = await planOf(state, entry, bytes);
  if (!planned.ok) return planned;
  const method = resolveMethod(planned.plan, entry.fields.method);
  if (!method.ok) return failed({ path: ['method'], ...method.problem });
  const mismatch =
    providedBy('wasi_snapshot_preview1', state.hostImports) === undefined && preview1Mismatch(planned.plan);
  if (mismatch) return failed(mismatchProblem(entry, mismatch));
  const compiled = compiledFunction(entry, planned.plan, method.export.index, state);
  state.compiled.set(entry.id, compiled);
  return { ok: true, compiled };
}

function mismatchProblem({ kind }: WasmEntry, { name, expected, got }: ImportMismatch): FieldProblem {
  return {
    path: [kind === 'function.wasm' ? 'path' : 'source'],
    code: 'import-type',
    message: `the module imports wasi_snapshot_preview1.${name} by another type than it has`,
    expected,
    got,
  };
}

/** The plan of an entry's code. Entries with the same code and WIT text share one. */
async function planOf(state: EngineState, entry: WasmEntry, bytes: Uint8Array | null): Promise<PlanResult> {
  const wit = entry.fields.wit?.text ?? null;
  const code = entry.kind === 'function.wasm' ? entry.fields.hash : `wat:${entry.fields.source.text}`;
  const maxMemoryMb = entry.fields.limits.maxMemoryMb;
  const key = `${code}\n${maxMemoryMb ?? ''}\n${wit ?? ''}`;
  let plan = state.plans.get(key);
  const first = state.firstEntries.get(key);
  if (plan === undefined) {
    plan = makePlan(state, entry, bytes, wit);
    state.plans.set(key, plan);
    state.firstEntries.set(key, entry.id);
  }
  const result = await plan;
  return result.ok || first === undefined ? result : sameProblem(result.problems, first);
}

/** What is wrong with a code is told in full once, at the first entry that has it. */
function sameProblem(problems: readonly FieldProblem[], first: string): PlanResult {
  const { path, code } = problems[0]!;
  return failed({ path, code, message: `cannot be used, for the same reason as ${first}`, sameAs: first });
}

async function makePlan(
  state: EngineState,
  entry: WasmEntry,
  bytes: Uint8Array | null,
  wit: string | null,
): Promise<PlanResult> {
  const witResult = parseWitField(wit);
  if (!witResult.ok) return witResult;
  let binary: Uint8Array;
  if (entry.kind === 'function.wasm') {
    if (bytes === null) throw new HostBug(`${entry.id} came without its bytes`);
    binary = bytes;
  } else {
    const text = await compileWat(entry.fields.source.text, state.watCache);
    if (!text.ok) return text;
    binary = text.bytes;
  }
  const name = entry.kind === 'function.wasm' ? fileStem(entry.fields.path) : entry.name;
  const field = [entry.kind === 'function.wasm' ? 'path' : 'source'];
  return planBinary(binary, witResult.document, name, field, entry.fields.limits.maxMemoryMb);
}

/** `/wasm/mapper.wasm` as `mapper`. */
function fileStem(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.wasm$/, '');
}

/** The plan of a binary; problems point at `field`. */
export async function planBinary(
  bytes: Uint8Array,
  wit: WitDocument | null,
  name: string,
  field: FieldProblem['path'] = [],
  maxMemoryMb: number | null = null,
): Promise<PlanResult> {
  const rewrite = rewriteFor(maxMemoryMb);
  const foreign = notWasm(bytes);
  if (foreign !== null) return failed({ path: field, ...foreign });
  try {
    const plan = isComponent(bytes)
      ? await compileComponent(bytes, { name, rewrite })
      : await compileCoreModule(bytes, wit, { name, rewrite });
    return { ok: true, plan };
  } catch (error) {
    return failed(compileProblem(error, field, isComponent(bytes)));
  }
}

type WitResult =
  | { readonly ok: true; readonly document: WitDocument | null }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

function parseWitField(text: string | null): WitResult {
  if (text === null) return { ok: true, document: null };
  try {
    return { ok: true, document: parseWit(text) };
  } catch (error) {
    if (error instanceof WitError) return failed(witProblem(error));
    throw error;
  }
}

function witProblem(error: WitError): FieldProblem {
  return {
    path: ['wit'],
    code: 'wit-invalid',
    message: `WIT: ${error.message}`,
    within: { line: error.line, column: error.column, length: error.endColumn - error.column },
    ...(error.expected === null ? {} : { expected: error.expected }),
    ...(error.got === null ? {} : { got: error.got }),
    ...(error.suggestion === null ? {} : { suggestion: error.suggestion }),
  };
}

/** The version field's second half tells a component (layer 1) from a core module (layer 0). */
export function isComponent(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && bytes[6] === 1 && bytes[7] === 0;
}

/** Whatever refused the code, as a problem of the field that named it. Our own bugs stay bugs. */
function compileProblem(error: unknown, path: FieldProblem['path'], inComponent: boolean): FieldProblem {
  if (error instanceof CoreModuleRefused) return refusedProblem(error, path, inComponent);
  if (error instanceof CoreTypeMismatch) {
    const { exportName, expected, got } = error;
    const message = `export ${JSON.stringify(exportName)} contradicts its WIT`;
    return { path: ['wit'], code: 'wit-mismatch', message, expected, got };
  }
  if (error instanceof HostError) {
    const field = error.details?.field;
    return { path: typeof field === 'string' ? [field] : path, code: 'wasm-invalid', message: error.message };
  }
  if (error instanceof MemoryOverLimit) {
    return { path: ['limits', 'max_memory_mb'], code: 'memory-over-limit', message: error.message };
  }
  if (error instanceof UnsupportedFeature) return { path, code: 'wasm-feature', message: error.message };
  if (error instanceof Error && INVALID.has(error.name)) return { path, code: 'wasm-invalid', message: error.message };
  throw error;
}

/** Errors of the component room that say what is wrong with the bytes. */
const INVALID = new Set(['BinaryError', 'ValidationError', 'MissingImport']);

function refusedProblem(error: CoreModuleRefused, path: FieldProblem['path'], inComponent: boolean): FieldProblem {
  const { feature, reason } = explainRefusal((error.cause as Error).message);
  const place = `core module ${error.moduleIndex}`;
  if (feature !== null) return missingFeature(feature, path, inComponent ? `${place}: ${reason}` : reason);
  return { path, code: 'wasm-invalid', message: `${inComponent ? place : 'the module'} is not valid: ${reason}` };
}

function failed(problem: FieldProblem): { readonly ok: false; readonly problems: readonly FieldProblem[] } {
  return { ok: false, problems: [problem] };
}
