/** What callers get of a function whose `result` is unwrapped for them: E is an error then, not an answer. */
import type { FuncType } from './types.js';

/** The same function with what `ok` holds as its result; as it is, where it has no `result` at the top. */
export function unwrapped(type: FuncType): FuncType {
  return type.result?.kind === 'result' ? { ...type, result: type.result.ok } : type;
}
