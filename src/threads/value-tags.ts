/** How values are told apart as bytes: what writer and reader agree on. */

export const TAG = {
  null: 0,
  undefined: 1,
  false: 2,
  true: 3,
  /** Integers of 32 bits. */
  natural: 4,
  negative: 5,
  number: 6,
  float64: 7,
  bigint: 8,
  text: 9,
  /** Text with a surrogate that stands alone. */
  brokenText: 10,
  byteString: 11,
  bytes: 12,
  array: 13,
  newShape: 14,
  map: 15,
  mixed: 16,
  empty: 17,
  error: 18,
  function: 19,
  symbol: 20,
  handle: 21,
} as const;

/** From here on a tag is a byte string's length, up to 63, with what it is; the rest are small natural numbers. */
export const SHORT_STRING = 0x40;
export const SMALL_NATURAL = 0x80;

/** Shapes that one message names; maps beyond them say their keys each time. */
export const MAX_SHAPES = 1000;
