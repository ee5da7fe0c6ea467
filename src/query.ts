/** Query strings, and forms that are written like them. */
import { HostError } from './errors.js';

const MAX_PARAMETERS = 1000;
/** Of a form. */
export const MAX_FIELDS = 10_000;

/**
 * A query's parameters, in order: `+` is a space, malformed escapes stay as they are.
 * @throws HostError Invalid: more than `max`; with the parameter's name as `path`, what is no UTF-8
 */
export function readQuery(query: string, max = MAX_PARAMETERS): readonly (readonly [name: string, value: string])[] {
  if (query === '') return [];
  const pairs: [string, string][] = [];
  const pieces = query.split('&', max + 1);
  if (pieces.length > max) {
    throw new HostError('Invalid', `more than ${max} parameters`, { retryable: false, details: { limit: max } });
  }
  for (const piece of pieces) {
    if (piece === '') continue;
    pairs.push(readPair(piece));
  }
  return pairs;
}

function readPair(piece: string): [name: string, value: string] {
  const equals = piece.indexOf('=');
  const name = equals < 0 ? piece : piece.slice(0, equals);
  try {
    return [decodeQueryText(name), equals < 0 ? '' : decodeQueryText(piece.slice(equals + 1))];
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    const shown = name.slice(0, 60);
    throw new HostError('Invalid', `the parameter ${shown} is not valid UTF-8`, {
      retryable: false,
      details: { path: shown, expected: 'UTF-8' },
    });
  }
}

function decodeQueryText(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return decodeLoosely(spaced);
  }
}

/** What is no escape stays as it is; the others must come to UTF-8. */
function decodeLoosely(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      throw new NotUtf8();
    }
  });
}

class NotUtf8 extends Error {}
