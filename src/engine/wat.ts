/**
 * WAT text to bytes. wabt reads module text and loads when the first such text is met; component text goes to wasm-tools,
 * an optional peer. V8 has the last word on what is valid: wabt is asked again only to say where a refused module is wrong.
 */
import type { FieldProblem } from '../registry/types.js';
import { explainRefusal } from './refusals.js';
import type { WatCache } from './wat-cache.js';

type WatResult =
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Everything that wabt can read: what this Node lacks is told by V8's refusal. */
const FEATURES = {
  exceptions: true,
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  simd: true,
  threads: true,
  function_references: true,
  multi_value: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  annotations: true,
  code_metadata: true,
  gc: true,
  memory64: true,
  extended_const: true,
  relaxed_simd: true,
};

/** wabt's name for the text, so that its messages can be told from the text they quote. */
const FILE = 'moonwit.wat';
const SOURCE = ['source'];

/** Whether the text is a component's: its first word after blanks and comments. */
function isComponentText(text: string): boolean {
  const component = /\(\s*component\b/y;
  component.lastIndex = skipBlanks(text);
  return component.test(text);
}

/** Where the first token is: after blanks, line comments and block comments, which nest. */
function skipBlanks(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.startsWith('(;', at)) {
      depth++;
      at++;
    } else if (depth > 0 && text.startsWith(';)', at)) {
      depth--;
      at++;
    } else if (depth === 0 && text.startsWith(';;', at)) {
      const end = text.indexOf('\n', at);
      if (end < 0) return text.length;
      at = end;
    } else if (depth === 0 && !/\s/.test(text[at]!)) {
      return at;
    }
  }
  return text.length;
}

/** Compiles WAT text of a module or a component; problems point into the text. Only what V8 has taken is kept in `cache`. */
export async function compileWat(text: string, cache: WatCache | null): Promise<WatResult> {
  const kept = await cache?.get(text);
  if (kept !== undefined && kept !== null) return { ok: true, bytes: kept };
  const result = isComponentText(text) ? await compileComponentText(text) : await compileModuleText(text);
  if (result.ok) await cache?.put(text, result.bytes);
  return result;
}

async function compileModuleText(text: string): Promise<WatResult> {
  const { default: loadWabt } = await import('wabt');
  const wabt = await loadWabt();
  let module: ReturnType<typeof wabt.parseWat>;
  try {
    // As bytes: of a string wabt takes the low byte of each character.
    module = wabt.parseWat(FILE, new TextEncoder().encode(text), FEATURES);
  } catch (error) {
    // wabt reads what is nested by recursion, and traps where its stack ends: at some hundred levels.
    if (error instanceof WebAssembly.RuntimeError) return compileNestedText(text);
    return { ok: false, problems: wabtProblems(error, text) };
  }
  try {
    const bytes = new Uint8Array(module.toBinary({ write_debug_names: true }).buffer);
    const refused = refusalOf(bytes);
    if (refused === null) return { ok: true, bytes };
    const { feature, reason } = explainRefusal(refused);
    if (feature !== null) return { ok: false, problems: [missingFeature(feature, SOURCE, reason)] };
    return { ok: false, problems: validationProblems(module, reason, text) };
  } finally {
    module.destroy();
  }
}

/** By wasm-tools, which has no such end. */
async function compileNestedText(text: string): Promise<WatResult> {
  const result = await withTools(text, 'WAT', {
    code: 'wat-nested',
    message: 'WAT: its blocks are nested too deeply to be read without wasm-tools',
    expected: `run: ${INSTALL}; or compile it to a .wasm`,
  });
  const refused = result.ok ? refusalOf(result.bytes) : null;
  if (refused === null) return result;
  const { feature, reason } = explainRefusal(refused);
  if (feature !== null) return { ok: false, problems: [missingFeature(feature, SOURCE, reason)] };
  return { ok: false, problems: [{ path: SOURCE, code: 'wat-invalid', message: `WAT is not valid: ${reason}` }] };
}

/** V8's message about a core module, or null where it takes it. */
function refusalOf(bytes: Uint8Array<ArrayBuffer>): string | null {
  if (WebAssembly.validate(bytes)) return null;
  try {
    new WebAssembly.Module(bytes);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

export function missingFeature(feature: string, path: FieldProblem['path'], reason: string): FieldProblem {
  return {
    path,
    code: 'wasm-feature',
    message: `this Node (${process.version}) has no ${feature}: ${reason}`,
    expected: 'a module without it, or a newer Node',
  };
}

function validationProblems(module: { validate(): void }, reason: string, text: string): FieldProblem[] {
  try {
    module.validate();
  } catch (error) {
    return wabtProblems(error, text);
  }
  return [{ path: SOURCE, code: 'wat-invalid', message: `WAT is not valid: ${reason}` }];
}

const MAX_PROBLEMS = 20;

/** `moonwit.wat:2:46: error: …`, the source line, and a line of carets as long as the place. */
function wabtProblems(error: unknown, text: string): FieldProblem[] {
  const lines = (error as Error).message.split('\n');
  const problems: FieldProblem[] = [];
  for (const [index, line] of lines.entries()) {
    const match = /^moonwit\.wat:(\d+):(\d+): error: (.*)$/.exec(line);
    if (match === null || problems.length === MAX_PROBLEMS) continue;
    const carets = /\^+/.exec(lines[index + 2] ?? '')?.[0].length ?? 1;
    const at = Number(match[1]);
    const within = { line: at, column: columnIn(text, at, Number(match[2])), length: carets };
    problems.push({ path: SOURCE, code: 'wat-invalid', message: `WAT: ${match[3]!.replace(/\.$/, '')}`, within });
  }
  if (problems.length > 0) return problems;
  return [{ path: SOURCE, code: 'wat-invalid', message: `WAT: ${lines[0] ?? 'cannot be read'}` }];
}

/** wabt counts bytes. */
function columnIn(text: string, line: number, byteColumn: number): number {
  const bytes = new TextEncoder().encode(text.split('\n')[line - 1] ?? '');
  return new TextDecoder().decode(bytes.subarray(0, byteColumn - 1)).length + 1;
}

const WASM_TOOLS = '@bytecodealliance/jco-transpile/wasm-tools';
const INSTALL = 'npm install @bytecodealliance/jco-transpile';

interface WasmTools {
  parse(text: string): Promise<Uint8Array> | Uint8Array;
}

function compileComponentText(text: string): Promise<WatResult> {
  const message = 'component text needs wasm-tools, which is not installed';
  return withTools(text, 'component text', { code: 'no-wasm-tools', message, expected: `run: ${INSTALL}` });
}

/**
 * @param label what its problems begin with
 * @param missing the problem where it is not installed
 */
async function withTools(text: string, label: string, missing: Omit<FieldProblem, 'path'>): Promise<WatResult> {
  let tools: WasmTools;
  try {
    tools = await loadTools();
  } catch {
    return { ok: false, problems: [{ path: SOURCE, ...missing }] };
  }
  try {
    return { ok: true, bytes: new Uint8Array(await tools.parse(text)) };
  } catch (error) {
    return { ok: false, problems: [wasmToolsProblem(label, error)] };
  }
}

/** Texts as most tutorials have them, `(memory $i "memory")`, are read only where the environment says so while it loads. */
const STRICT = 'WAST_STRICT_COMPONENT_INDICES';

async function loadTools(): Promise<WasmTools> {
  const isSet = process.env[STRICT] !== undefined;
  if (!isSet) process.env[STRICT] = '0';
  try {
    return (await import(WASM_TOOLS)) as WasmTools;
  } finally {
    if (!isSet) delete process.env[STRICT];
  }
}

/** wasm-tools hands out Rust's debug form: places count from 0, columns in bytes. */
function wasmToolsProblem(label: string, error: unknown): FieldProblem {
  const dump = String((error as { payload?: unknown }).payload ?? error);
  const place = /line: (\d+), col: (\d+)/.exec(dump);
  const reason = /kind: (?:Custom|Lex)\((?:"((?:[^"\\]|\\.)*)"|(\w+))/.exec(dump);
  const message = `${label}: ${reason?.[1]?.replace(/\\(["'\\])/g, '$1') ?? reason?.[2] ?? dump.slice(0, 200)}`;
  const facts = { path: SOURCE, code: 'wat-invalid', message };
  if (place === null) return facts;
  return { ...facts, within: { line: Number(place[1]) + 1, column: Number(place[2]) + 1 } };
}
