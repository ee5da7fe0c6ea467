/** What specs of checks share: modules from text, instances with guards, and one way to compare two instances of one module. */
import { parse } from '@bytecodealliance/jco';
import type { CoreValType } from '../../src/binary/types.js';
import { type CoreItemType, describeCoreModule } from '../../src/component/core-module.js';
import { type Guard, type GuardTerms, makeGuards } from '../../src/instrument/guard.js';
import { type InstrumentOptions, type InstrumentResult, instrument } from '../../src/instrument/instrument.js';

export async function assemble(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await parse(text));
}

export const compile = (bytes: Uint8Array): WebAssembly.Module => new WebAssembly.Module(bytes as BufferSource);
export const isValid = (bytes: Uint8Array): boolean => WebAssembly.validate(bytes as BufferSource);

export const NO_LIMIT: GuardTerms = { deadlineMs: Number.POSITIVE_INFINITY, now: () => 0, isCancelled: () => false };

/** A clock that moves by one at each look, and the number of looks. */
export function countingClock(): { now: () => number; looks: () => number } {
  let looks = 0;
  return { now: () => ++looks, looks: () => looks };
}

/** Terms that end at the `looks`-th look at the clock: no machine is too slow or too fast for them. */
export function stopAtLook(looks: number): GuardTerms {
  return { deadlineMs: looks, now: countingClock().now, isCancelled: () => false };
}

export type Func = (...args: unknown[]) => unknown;

interface Guarded {
  readonly exports: Record<string, Func>;
  readonly guard: Guard;
  readonly result: InstrumentResult;
}

/** An instance with checks; its start function has not run. */
export function guarded(
  bytes: Uint8Array,
  terms: GuardTerms = NO_LIMIT,
  imports: WebAssembly.Imports = {},
  options: InstrumentOptions = {},
): Guarded {
  const result = instrument(bytes, options);
  if (result.added === null) throw new Error('the module needs no checks');
  const { exports } = new WebAssembly.Instance(compile(result.bytes), imports);
  return { exports: exports as Record<string, Func>, guard: makeGuards().attach(exports, result.added, terms), result };
}

export async function guardedText(text: string, terms?: GuardTerms, imports?: WebAssembly.Imports): Promise<Guarded> {
  return guarded(await assemble(text), terms, imports);
}

const ZERO: Partial<Record<CoreValType, unknown>> = { i32: 0, i64: 0n, f32: 0, f64: 0 };
const ARGUMENTS: Partial<Record<CoreValType, readonly unknown[]>> = {
  i32: [0, 1, 7, 20, -1],
  i64: [0n, 1n, 7n, -1n, 1n << 40n],
  f32: [0, 1.5, -3],
  f64: [0, 1.5, 1e300],
};

/** Something of the type, the same each time. */
function importOf(type: CoreItemType): unknown {
  switch (type.kind) {
    case 'func': {
      const results = type.type.results.map((each) => ZERO[each] ?? null);
      return () => (results.length < 2 ? results[0] : results);
    }
    case 'memory':
      return new WebAssembly.Memory(limitsOf(type.limits));
    case 'table': {
      const element = type.element === 'funcref' ? 'anyfunc' : 'externref';
      return new WebAssembly.Table({ element, ...limitsOf(type.limits) });
    }
    case 'global':
      return new WebAssembly.Global(
        { value: type.type === 'funcref' ? 'anyfunc' : type.type, mutable: type.mutable },
        ZERO[type.type] ?? null,
      );
    case 'tag':
      throw new Error('no tags are imported here');
  }
}

function limitsOf({ min, max }: { min: number | bigint; max: number | bigint | null }): {
  initial: number;
  maximum?: number;
} {
  return { initial: Number(min), ...(max === null ? {} : { maximum: Number(max) }) };
}

/** Imports for a module, made from their types. */
function importsFor(original: Uint8Array): WebAssembly.Imports {
  const imports: WebAssembly.Imports = {};
  for (const { module, name, type } of describeCoreModule(original).imports) {
    const group = imports[module] ?? {};
    imports[module] = group;
    group[name] = importOf(type);
  }
  return imports;
}

/** Calls to make, and what stops a sequence of them. */
interface Sequence {
  readonly calls: number;
  readonly isStopped: () => boolean;
}

/**
 * Everything that can be seen of an instance: what its exports answer to a few arguments, in order, and what its memories and
 * globals hold then. `original` tells types; the instance may be of its rewritten form. When a call is stopped, what was seen
 * before it.
 */
function behaviour(original: Uint8Array, exports: WebAssembly.Instance['exports'], sequence: Sequence): unknown[] {
  const seen: unknown[] = [];
  const described = describeCoreModule(original).exports;
  for (const { name, type } of described) {
    if (type.kind !== 'func') continue;
    const longest = Math.max(1, ...type.type.params.map((each) => ARGUMENTS[each]?.length ?? 1));
    for (let turn = 0; turn < longest; turn++) {
      if (seen.length === sequence.calls) return seen;
      const args = type.type.params.map((each, i) => {
        const choices = ARGUMENTS[each] ?? [null];
        return choices[(turn + i) % choices.length];
      });
      const outcome = outcomeOf(exports[name] as Func, args);
      if (sequence.isStopped()) return seen;
      seen.push([name, turn, outcome]);
    }
  }
  for (const { name, type } of described) {
    if (type.kind === 'memory') seen.push([name, contents(exports[name] as WebAssembly.Memory)]);
    if (type.kind === 'global' && type.type in ZERO) seen.push([name, (exports[name] as WebAssembly.Global).value]);
  }
  return seen;
}

/** What a call gave: a value, or an error's class and text. */
export function outcomeOf(call: Func, args: readonly unknown[] = []): unknown {
  try {
    const value = call(...args);
    return typeof value === 'function' ? 'a function' : value;
  } catch (thrown) {
    const { name, message } = thrown instanceof Error ? thrown : { name: 'thrown', message: typeof thrown };
    return `${name}: ${message}`;
  }
}

/** Length and a sum of all bytes and their places. */
function contents(memory: WebAssembly.Memory): string {
  const bytes = new Uint8Array(memory.buffer);
  let hash = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) hash = (Math.imul(hash, 31) + bytes[i]! * (i + 1)) | 0;
  return `${bytes.length} bytes, ${hash}`;
}

/** Garbage as arguments can make a guest loop for ever: with checks it ends, and the call is not made without them. */
const LOOKS = 100;
/** Or take all the memory there is. */
const MAX_MEMORY_BYTES = 2 ** 23;

/** Behaviour of the module as it is, and with checks; null for modules that need none. */
export function bothWays(bytes: Uint8Array): { readonly bare: unknown[]; readonly checked: unknown[] | null } {
  const { bytes: rewritten, added } = instrument(bytes, { maxMemoryBytes: MAX_MEMORY_BYTES });
  const { bytes: limited } = instrument(bytes, { maxMemoryBytes: MAX_MEMORY_BYTES, checks: false });
  const bare = (calls: number): unknown[] => {
    const make = () => new WebAssembly.Instance(compile(limited), importsFor(limited)).exports;
    return instanceBehaviour(bytes, make, { calls, isStopped: () => false });
  };
  if (added === null) return { bare: bare(Number.POSITIVE_INFINITY), checked: null };
  let guard: Guard | null = null;
  const make = (): WebAssembly.Instance['exports'] => {
    const { exports } = new WebAssembly.Instance(compile(rewritten), importsFor(limited));
    guard = makeGuards().attach(exports, added, stopAtLook(LOOKS));
    guard.start();
    return exports;
  };
  const isStopped = (): boolean => guard !== null && guard.stopped !== null;
  const checked = instanceBehaviour(bytes, make, { calls: Number.POSITIVE_INFINITY, isStopped });
  return { bare: bare(isStopped() ? checked.length : Number.POSITIVE_INFINITY), checked };
}

function instanceBehaviour(
  bytes: Uint8Array,
  make: () => WebAssembly.Instance['exports'],
  sequence: Sequence,
): unknown[] {
  let exports: WebAssembly.Instance['exports'];
  try {
    exports = make();
  } catch (thrown) {
    return [(thrown as Error).name, (thrown as Error).message.replace(/^WebAssembly\.Instance\(\): /, '')];
  }
  return behaviour(bytes, exports, sequence);
}
