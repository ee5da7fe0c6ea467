/** Transports by name: how a call's values become a function's arguments, and its result an answer. */
import type { Value } from '../values.js';

export interface Transport {
  readonly name: string;
  toArguments(args: readonly Value[]): readonly Value[];
  toAnswer(result: Value): Value;
}

/** The default: arguments are parameters, the result is the result. */
export const payload: Transport = {
  name: 'payload',
  toArguments: (args) => args,
  toAnswer: (result) => result,
};

/** The transports that work. */
const TRANSPORTS: Readonly<Record<string, Transport>> = { payload };

/** The transport of that name, or null where it is documented but not built yet. */
export function transportNamed(name: string): Transport | null {
  return Object.hasOwn(TRANSPORTS, name) ? TRANSPORTS[name]! : null;
}

/** What a registry says about an entry whose transport does not work yet. */
export function laterTransport(name: string): { code: string; message: string; expected: string } {
  return {
    code: 'not-built-yet',
    message: `transport ${name} is documented but not built yet: it comes with HTTP`,
    expected: `one of ${Object.keys(TRANSPORTS).join(', ')}`,
  };
}
