/** JSON with integers of any size: those beyond ±2^53 are bigint instead of losing digits. */

/** A key that no text given by a person holds. */
const BIG = '\u0000moonwit:bigint';

/** A JSON string, or a number. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Integers with more digits fit no type, and take long to read: they stay floats. */
const EXACT = /^-?\d{1,40}$/;

/**
 * Parses JSON; integers beyond ±2^53 become bigint.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  if (!/\d{16}/.test(text)) return plain;
  const marked = text.replace(TOKENS, (token) => {
    const isUnsafe = EXACT.test(token) && !Number.isSafeInteger(Number(token));
    return isUnsafe ? `{${JSON.stringify(BIG)}:"${token}"}` : token;
  });
  return JSON.parse(marked, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !(BIG in value)) return value;
    return BigInt(value[BIG] as string);
  });
}
