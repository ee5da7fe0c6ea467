/** Values at the border of Lua: what cannot cross becomes an error that names the place. */

import { HostError } from '../errors.js';
import type { FunctionShape } from '../functions/types.js';
import { TranscodeError } from '../transcoder/error.js';
import { formatPath } from '../values.js';

/**
 * Does `cross`; a TranscodeError becomes a HostError (Invalid, details `{argument?, path, expected, got}`).
 * @param place `myns:f: argument`, followed by the position of the value where there are several
 */
export function crossing<T>(place: string, cross: () => T): T {
  try {
    return cross();
  } catch (thrown) {
    throw crossingError(thrown, place, null);
  }
}

/**
 * What to throw instead of `thrown`: itself, unless it is a TranscodeError.
 *
 * @param position overrides the error's own
 * @param shape of the function that was called, where it has types: the message shows them
 */
export function crossingError(
  thrown: unknown,
  place: string,
  position: number | null,
  shape: FunctionShape | null = null,
): unknown {
  if (!(thrown instanceof TranscodeError)) return thrown;
  const at = position ?? thrown.position;
  const name = at === null ? undefined : shape?.parameters[at - 1];
  const where = `${place}${at === null ? '' : ` ${at}`}${name === undefined ? '' : ` (${name})`}`;
  const types = shape === null ? '' : `\n  ${shape.signature}`;
  return new HostError('Invalid', `${where}: ${thrown.message}${types}`, {
    details: {
      ...(at === null ? {} : { argument: at }),
      ...(name === undefined ? {} : { name }),
      path: formatPath(thrown.path),
      expected: thrown.expected,
      got: thrown.got,
    },
    cause: thrown,
  });
}
