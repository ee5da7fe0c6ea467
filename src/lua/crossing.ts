/** Values at the border of Lua: what cannot cross becomes an error that names the place. */

import { HostError } from '../errors.js';
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

/** What to throw instead of `thrown`: itself, unless it is a TranscodeError. `position` overrides the error's own. */
export function crossingError(thrown: unknown, place: string, position: number | null): unknown {
  if (!(thrown instanceof TranscodeError)) return thrown;
  const at = position ?? thrown.position;
  return new HostError('Invalid', `${place}${at === null ? '' : ` ${at}`}: ${thrown.message}`, {
    details: {
      ...(at === null ? {} : { argument: at }),
      path: formatPath(thrown.path),
      expected: thrown.expected,
      got: thrown.got,
    },
    cause: thrown,
  });
}
