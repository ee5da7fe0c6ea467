/**
 * What the host's function answers to a core module that imports it by its bare names: V8 would convert it in silence (`'x'` to 0,
 * 1.5 to 1), so it is checked against the core signature here.
 */
import { describeValue } from '../abi/describe.js';
import { Trap } from '../abi/errors.js';
import type { CoreValType } from '../binary/types.js';
import { isPromise } from '../promise.js';
import { cannotWait } from './host-imports.js';

/** What each type takes, in words, and what the engine is given for a value; undefined where it does not fit. */
const TYPES: Readonly<Record<string, readonly [words: string, take: (value: unknown) => unknown]>> = {
  i32: ['i32 (an integer in -2147483648..4294967295)', takeI32],
  i64: ['i64 (a bigint in -2^63..2^64-1, or a safe integer)', takeI64],
  f32: ['f32 (a number)', takeNumber],
  f64: ['f64 (a number)', takeNumber],
};

function takeI32(value: unknown): unknown {
  return Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 32 ? value : undefined;
}

function takeI64(value: unknown): unknown {
  if (typeof value === 'bigint') return value >= -(2n ** 63n) && value < 2n ** 64n ? value : undefined;
  return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
}

function takeNumber(value: unknown): unknown {
  return typeof value === 'number' ? value : undefined;
}

/**
 * Checks what an import answered: by now no promise. Without results anything else is ignored; references are the engine's to check.
 *
 * @param label how messages name the import
 * @returns a function from the answer to what the engine is given; it throws Trap `import-core-result` or `import-failed`
 */
export function coreResults(results: readonly CoreValType[], label: string): (answer: unknown) => unknown {
  const [only] = results;
  if (only !== undefined && results.length === 1) return (answer) => take(only, answer, label, '');
  return (answer) => {
    if (isPromise(answer)) throw cannotWait(answer, label);
    if (results.length === 0) return undefined;
    if (!Array.isArray(answer) || answer.length !== results.length) {
      throw misfit(label, `expected an array of ${results.length}, one for each result`, answer);
    }
    return results.map((type, index) => take(type, answer[index], label, `[${index + 1}]: `));
  };
}

function take(type: CoreValType, answer: unknown, label: string, place: string): unknown {
  const known = TYPES[type];
  if (known === undefined) return answer;
  const [words, taking] = known;
  const taken = taking(answer);
  if (taken === undefined && isPromise(answer)) throw cannotWait(answer, label);
  if (taken === undefined) throw misfit(label, `${place}expected ${words}`, answer);
  return taken;
}

function misfit(label: string, expected: string, answer: unknown): Trap {
  return new Trap('import-core-result', { name: label, detail: `${expected}, got ${describeValue(answer)}` });
}
