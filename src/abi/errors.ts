/**
 * What goes wrong inside a component call: a trap (the guest's fault) or an argument that does not fit (the caller's).
 * Every trap has a code of the catalogue; prose is made here and nowhere else.
 */

import { formatPath } from '../values.js';

/** A value does not fit its WIT type. `argument` counts from 0; `path` is inside that argument. */
export interface MismatchFacts {
  readonly argument: number;
  readonly argumentName: string;
  readonly path: readonly (number | string)[];
  /** `list<string>`, `u32`, `one of the cases a, b`. */
  readonly expected: string;
  /** `number 5`, `string "x"`, `table`, `nil`. */
  readonly got: string;
  /** "did you mean `tags`?", without the question's words: the nearest name. */
  readonly suggestion: string | null;
}

/** Trap codes and their texts. `{x}` is filled from the trap's facts. */
export const TRAPS = {
  // Raised by the core engine; the texts are the core specification's.
  unreachable: 'unreachable',
  'memory-out-of-bounds': 'out of bounds memory access',
  'table-out-of-bounds': 'undefined element: out of bounds table access',
  'indirect-call-mismatch': 'indirect call to null or of a different type',
  'divide-by-zero': 'integer divide by zero',
  'integer-overflow': 'integer overflow',
  'invalid-conversion': 'invalid conversion to integer',
  'stack-exhausted': 'call stack exhausted',
  'null-reference': 'null reference',
  'cast-failure': 'cast failure',
  'array-out-of-bounds': 'out of bounds array access',
  'unaligned-atomic': 'unaligned atomic',
  'uncaught-exception': 'uncaught exception from the guest',
  'out-of-memory': 'out of memory: {detail}',
  'unknown-core-trap': '{detail}',
  // Raised by the Canonical ABI.
  'cannot-enter': 'cannot enter component instance {instance}: {detail}',
  'cannot-leave': 'cannot leave component instance {instance}: imports may not be called during realloc or post-return',
  'string-out-of-bounds':
    'string pointer/length out of bounds of memory: {byteLength} bytes at {ptr}, memory has {memorySize}',
  'string-unaligned': 'unaligned string pointer {ptr}: expected a multiple of {alignment}',
  'string-too-long': 'string of {byteLength} bytes is too long: at most {limit}',
  'string-invalid': 'invalid {encoding} in string at {ptr}',
  'list-out-of-bounds':
    'list pointer/length out of bounds of memory: {byteLength} bytes at {ptr}, memory has {memorySize}',
  'list-unaligned': 'unaligned list pointer {ptr}: expected a multiple of {alignment}',
  'list-too-long': 'list of {byteLength} bytes is too long: at most {limit}',
  'char-invalid': 'invalid char {value}: not a Unicode scalar value',
  'variant-invalid': 'invalid variant discriminant {value}: there are {count} cases',
  'pointer-out-of-bounds':
    '{what} pointer out of bounds of memory: {byteLength} bytes at {ptr}, memory has {memorySize}',
  'pointer-unaligned': 'unaligned {what} pointer {ptr}: expected a multiple of {alignment}',
  'realloc-out-of-bounds':
    'realloc returned a pointer out of bounds of memory: {byteLength} bytes at {ptr}, memory has {memorySize}',
  'realloc-unaligned': 'realloc returned an unaligned pointer {ptr}: expected a multiple of {alignment}',
  'too-much-lifted': 'the guest handed over more than {limit} bytes of values in one call',
  'handle-unknown': 'unknown handle index {index}',
  'handle-wrong-type':
    'handle index {index} used with the wrong type: expected resource {expected}, found resource {found}',
  'handle-not-owned': 'handle index {index} is a borrow of resource {resource}: expected own',
  'handle-lent': 'cannot remove owned resource {resource} (handle index {index}) while it is borrowed',
  'handles-exhausted': 'the table of handles is full: {limit}',
  'borrows-remain': 'borrow handles still remain at the end of the call: {count}',
  'import-failed': 'import {name} failed: {detail}',
  'import-result': 'import {name} returned a value that does not fit its WIT type: {detail}',
  'import-core-result': 'import {name} returned a value that does not fit its core type: {detail}',
} as const;

export type TrapCode = keyof typeof TRAPS;
export type TrapFacts = Readonly<Record<string, string | number>>;

/** One frame of the guest's stack, innermost first. */
export interface TrapFrame {
  /** From the name section, or as it is exported, or `func[12]`. */
  readonly function: string;
  /** Byte offset in the core module, or null. */
  readonly offset: number | null;
}

/** The guest did something it may not do. Its instance is never entered again. */
export class Trap extends Error {
  readonly code: TrapCode;
  readonly facts: TrapFacts;
  /** `unreachable`: the text without "wasm trap: ". */
  readonly text: string;
  frames: readonly TrapFrame[] = [];
  /** The component instances from the root to the one that trapped: `$a / $b`. */
  componentPath = '';
  /** The WIT function that the host had called. */
  witFunction = '';

  constructor(code: TrapCode, facts: TrapFacts = {}, cause?: unknown) {
    const text = TRAPS[code].replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? '?'));
    super(`wasm trap: ${text}`, cause === undefined ? undefined : { cause });
    this.name = 'Trap';
    this.code = code;
    this.facts = facts;
    this.text = text;
  }
}

/** A caller's value does not fit the function's WIT type. */
export class ArgumentMismatch extends Error {
  readonly facts: MismatchFacts;
  constructor(facts: MismatchFacts) {
    super(describeMismatch(facts));
    this.name = 'ArgumentMismatch';
    this.facts = facts;
  }
}

function describeMismatch(facts: MismatchFacts): string {
  const argument = facts.argument < 0 ? '' : `argument ${facts.argument + 1} (${facts.argumentName}): `;
  const place = facts.path.length === 0 ? argument : `${argument}${formatPath(facts.path)}: `;
  return `${place}expected ${facts.expected}, got ${facts.got}`;
}

/** V8's words for core traps. Matched in order; the first that fits names the trap. */
const CORE_TRAPS: readonly (readonly [RegExp, TrapCode])[] = [
  [/^unreachable/, 'unreachable'],
  [/memory access out of bounds|data segment.*out of bounds|memory.*out of bounds/, 'memory-out-of-bounds'],
  [/table index is out of bounds|table.*out of bounds|element segment.*out of bounds/, 'table-out-of-bounds'],
  [/signature mismatch/, 'indirect-call-mismatch'],
  [/divide by zero|remainder by zero/, 'divide-by-zero'],
  [/divide result unrepresentable|integer overflow/, 'integer-overflow'],
  [/float unrepresentable/, 'invalid-conversion'],
  [/null pointer|null reference/, 'null-reference'],
  [/illegal cast|cast/, 'cast-failure'],
  [/array element access out of bounds|array.*out of bounds/, 'array-out-of-bounds'],
  [/unaligned/, 'unaligned-atomic'],
];

/**
 * What the core engine threw, as a trap; null when it is no core trap (a host import's own error).
 *
 * @param thrown anything caught around a core call
 */
export function trapFromCore(thrown: unknown): Trap | null {
  if (thrown instanceof Trap) return thrown.frames.length === 0 ? withFrames(thrown, thrown) : thrown;
  if (thrown instanceof WebAssembly.RuntimeError) {
    const code = CORE_TRAPS.find(([pattern]) => pattern.test(thrown.message))?.[1] ?? 'unknown-core-trap';
    return withFrames(new Trap(code, { detail: thrown.message }, thrown), thrown);
  }
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) {
    return withFrames(new Trap('stack-exhausted', {}, thrown), thrown);
  }
  if (thrown instanceof RangeError && /wasm memory|webassembly\.memory|allocate memory/i.test(thrown.message)) {
    return withFrames(new Trap('out-of-memory', { detail: thrown.message }, thrown), thrown);
  }
  const Exception = (WebAssembly as { Exception?: new (...args: never[]) => object }).Exception;
  if (Exception !== undefined && thrown instanceof Exception) return new Trap('uncaught-exception', {}, thrown);
  return null;
}

const FRAME = /^\s*at (?:(.*?) \()?wasm:\/\/wasm\/[^:]*:wasm-function\[(\d+)\]:0x([0-9a-f]+)\)?$/;
const MAX_FRAMES = 50;

function withFrames(trap: Trap, thrown: Error): Trap {
  trap.frames = framesOf(thrown);
  return trap;
}

/** The wasm frames of a JavaScript stack. V8 has function names from the name section. */
export function framesOf(thrown: Error): TrapFrame[] {
  const frames: TrapFrame[] = [];
  for (const line of (thrown.stack ?? '').split('\n')) {
    const match = FRAME.exec(line);
    if (match === null) continue;
    const [, name, index, offset] = match;
    const named = name?.replace(/^(?:wasm-function\[\d+\]|[\w-]+\.wasm\.)/, '') ?? '';
    frames.push({ function: named === '' ? `func[${index}]` : named, offset: Number.parseInt(offset ?? '0', 16) });
    if (frames.length === MAX_FRAMES) break;
  }
  return frames;
}
