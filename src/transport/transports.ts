/** Transports by name: how a call's values become a function's arguments, and its result an answer. */
import { HostError } from '../errors.js';
import type { Value } from '../values.js';
import type { Param } from '../wit/types.js';

export interface Transport {
  readonly name: string;
  /** @throws HostError where the values are not enough to call a function of these parameters */
  toArguments(args: readonly Value[], params: readonly Param[]): readonly Value[];
  toAnswer(result: Value): Value;
}

/** The default: arguments are parameters, the result is the result. */
const payload: Transport = {
  name: 'payload',
  toArguments: (args) => args,
  toAnswer: (result) => result,
};

/**
 * The function stands behind endpoints: what a request becomes is decided there (`http/arguments.ts`), from the function's types,
 * and comes here as arguments. Called from elsewhere it takes explicit arguments, and without any there is no request to ask.
 */
const wasiHttp: Transport = {
  name: 'wasi-http',
  toArguments(args, params) {
    if (args.length > 0 || params.every(({ type }) => type.kind === 'option')) return args;
    const expected = params.length === 1 ? 'an argument' : `${params.length} arguments`;
    throw new HostError(
      'Invalid',
      `http request context not found: give it ${expected}, or call it by an http.endpoint`,
      {
        details: { expected: params.length, got: 0 },
      },
    );
  },
  toAnswer: (result) => result,
};

const TRANSPORTS: Readonly<Record<string, Transport>> = { payload, 'wasi-http': wasiHttp };

/** @param name one that the registry has checked */
export function transportNamed(name: string): Transport {
  return TRANSPORTS[name]!;
}
