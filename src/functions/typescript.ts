/** TypeScript functions in the table: plain values in, plain values out. */

import type { LiftTarget } from '../component/types.js';
import { isPromise } from '../promise.js';
import type { Value } from '../values.js';
import { fromPlain, toPlain } from './plain.js';
import { NO_DEFAULTS, type TableFunction } from './table.js';
import type { CallContext } from './types.js';

/** A function that Lua and guests call by its ID. It may be async. */
// biome-ignore lint/suspicious/noExplicitAny: what callers pass is checked by the function itself
export type HostFunction = (...args: any[]) => unknown;

export function typescriptFunction(id: string, fn: HostFunction): TableFunction {
  function callAs(args: readonly Value[], _context: CallContext, target: LiftTarget): Value | Promise<Value> {
    // From TypeScript to TypeScript values go as they are.
    const plain = target === 'js' ? args : args.map(toPlain);
    const convert = (result: unknown): Value =>
      target === 'js' ? (result as Value) : fromPlain(result, `${id}: result`);
    const result = fn(...plain);
    return isPromise(result) ? Promise.resolve(result).then(convert) : convert(result);
  }
  return {
    id,
    signature: null,
    defaults: NO_DEFAULTS,
    handles: 'none',
    call: (args, context) => callAs(args, context, 'go'),
    callAs,
    close: () => {},
  };
}
