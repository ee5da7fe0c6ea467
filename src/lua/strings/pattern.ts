/**
 * Lua patterns (the Lua 5.3 manual, section 6.4.1) as data. A pattern is a line of items without alternatives, so all of
 * it is known before matching: where captures open and close, which back references are legal. Malformed patterns are
 * therefore refused whatever the subject is.
 */

export const MAX_CAPTURES = 32;

/** How often an item may match: in the pattern's own signs. */
export const ONCE = 0;
const GREEDY = 1; // * and +
export const LAZY = 2; // -
export const OPTIONAL = 3; // ?

export interface Single {
  readonly kind: 'single';
  /** The one byte that matches; -1 when `set` tells. */
  readonly byte: number;
  /** 1 for each byte that matches. */
  readonly set: Uint8Array;
  readonly repeat: number;
  /** For `GREEDY`: the fewest repetitions. */
  readonly least: number;
}

export type Item =
  | Single
  | { readonly kind: 'open' | 'close' | 'position' | 'back'; readonly capture: number }
  | { readonly kind: 'balance'; readonly open: number; readonly close: number }
  | { readonly kind: 'frontier'; readonly set: Uint8Array }
  | { readonly kind: 'end' };

export interface Pattern {
  readonly items: readonly Item[];
  readonly captures: number;
  /** For each capture: is it a position? */
  readonly positions: readonly boolean[];
  readonly anchored: boolean;
}

/** A pattern that is no pattern. The message is Lua's. */
export class PatternError extends Error {}

const NO_SET = new Uint8Array(0);
const END = 36; // $
const ESCAPE = 37; // %
const OPEN = 40;
const CLOSE = 41;

/**
 * @param anchors whether a `^` at the start is an anchor (not in gmatch)
 * @throws {PatternError}
 */
export function parsePattern(source: Uint8Array, anchors: boolean): Pattern {
  const anchored = anchors && source[0] === 94;
  const parser: Parser = { source, at: anchored ? 1 : 0, items: [], positions: [], open: [] };
  while (parser.at < source.length) parseItem(parser);
  if (parser.open.length > 0) throw new PatternError('unfinished capture');
  return { items: parser.items, captures: parser.positions.length, positions: parser.positions, anchored };
}

interface Parser {
  readonly source: Uint8Array;
  at: number;
  readonly items: Item[];
  readonly positions: boolean[];
  /** Captures that are open, innermost last. */
  readonly open: number[];
}

function parseItem(parser: Parser): void {
  const { source, at, items } = parser;
  const sign = source[at];
  if (sign === OPEN) parseOpen(parser);
  else if (sign === ESCAPE) parseEscape(parser);
  else if (sign === CLOSE) {
    const capture = parser.open.pop();
    if (capture === undefined) throw new PatternError('invalid pattern capture');
    items.push({ kind: 'close', capture });
    parser.at++;
  } else if (sign === END && at + 1 === source.length) {
    items.push({ kind: 'end' });
    parser.at++;
  } else parseSingle(parser);
}

function parseOpen(parser: Parser): void {
  const capture = parser.positions.length;
  if (capture >= MAX_CAPTURES) throw new PatternError('too many captures');
  const isPosition = parser.source[parser.at + 1] === CLOSE;
  parser.positions.push(isPosition);
  parser.items.push({ kind: isPosition ? 'position' : 'open', capture });
  if (!isPosition) parser.open.push(capture);
  parser.at += isPosition ? 2 : 1;
}

function parseEscape(parser: Parser): void {
  const { source, at, items } = parser;
  const letter = source[at + 1];
  if (letter === 98) {
    // %b
    if (at + 3 >= source.length) throw new PatternError("malformed pattern (missing arguments to '%b')");
    items.push({ kind: 'balance', open: source[at + 2]!, close: source[at + 3]! });
    parser.at += 4;
  } else if (letter === 102) {
    // %f
    if (source[at + 2] !== 91) throw new PatternError("missing '[' after '%f' in pattern");
    parser.at += 2;
    items.push({ kind: 'frontier', set: parseSet(parser) });
  } else if (letter !== undefined && letter >= 48 && letter <= 57) {
    const capture = letter - 49;
    if (capture < 0 || capture >= parser.positions.length || parser.open.includes(capture)) {
      throw new PatternError(`invalid capture index %${capture + 1}`);
    }
    items.push({ kind: 'back', capture });
    parser.at += 2;
  } else parseSingle(parser);
}

function parseSingle(parser: Parser): void {
  const { source, at } = parser;
  let byte = source[at]!;
  let set: Uint8Array = NO_SET;
  if (byte === ESCAPE) {
    const letter = source[at + 1];
    if (letter === undefined) throw new PatternError("malformed pattern (ends with '%')");
    const known = classOf(letter);
    if (known === undefined) byte = letter;
    else {
      byte = -1;
      set = known;
    }
    parser.at += 2;
  } else if (byte === 91) {
    byte = -1;
    set = parseSet(parser);
  } else {
    parser.at++;
    if (byte === 46) {
      byte = -1;
      set = ANY;
    }
  }
  parser.items.push({ kind: 'single', byte, set, ...parseRepeat(parser) });
}

function parseRepeat(parser: Parser): { repeat: number; least: number } {
  parser.at++;
  switch (parser.source[parser.at - 1]) {
    case 42: // *
      return { repeat: GREEDY, least: 0 };
    case 43: // +
      return { repeat: GREEDY, least: 1 };
    case 45: // -
      return { repeat: LAZY, least: 0 };
    case 63: // ?
      return { repeat: OPTIONAL, least: 0 };
    default:
      parser.at--;
      return { repeat: ONCE, least: 1 };
  }
}

/** Parses `[…]` at the parser's place. The first character after `[` or `[^` is always a member, also a `]`. */
function parseSet(parser: Parser): Uint8Array {
  const { source } = parser;
  const complement = source[parser.at + 1] === 94;
  const from = parser.at + (complement ? 2 : 1);
  const end = endOfSet(source, from);
  const set = new Uint8Array(256);
  for (let at = from; at < end; at++) {
    const byte = source[at]!;
    if (byte === ESCAPE) addEscaped(set, source[++at]!);
    else if (source[at + 1] === 45 && at + 2 < end) {
      for (let member = byte; member <= source[at + 2]!; member++) set[member] = 1;
      at += 2;
    } else set[byte] = 1;
  }
  if (complement) for (let byte = 0; byte < 256; byte++) set[byte] = set[byte] === 0 ? 1 : 0;
  parser.at = end + 1;
  return set;
}

function endOfSet(source: Uint8Array, from: number): number {
  for (let at = from; at < source.length; at++) {
    if (source[at] === ESCAPE) at++;
    else if (source[at] === 93 && at > from) return at;
  }
  throw new PatternError("malformed pattern (missing ']')");
}

function addEscaped(set: Uint8Array, letter: number): void {
  const known = classOf(letter);
  if (known === undefined) set[letter] = 1;
  else for (let byte = 0; byte < 256; byte++) if (known[byte] === 1) set[byte] = 1;
}

const ANY = new Uint8Array(256).fill(1);

/** Character classes, ASCII only: pairs of a first and a last member. */
const CLASSES: { readonly [letter: string]: string } = {
  a: 'AZaz',
  c: '\0\x1f\x7f\x7f',
  d: '09',
  g: '!~',
  l: 'az',
  p: '!/:@[`{~',
  s: '\t\r  ',
  u: 'AZ',
  w: '09AZaz',
  x: '09AFaf',
};

const CLASS_SETS = classSets();

/** By letter; a capital letter has the complement. */
function classSets(): ReadonlyMap<number, Uint8Array> {
  const sets = new Map<number, Uint8Array>();
  for (const [letter, ranges] of Object.entries(CLASSES)) {
    const set = new Uint8Array(256);
    for (let i = 0; i < ranges.length; i += 2) set.fill(1, ranges.charCodeAt(i), ranges.charCodeAt(i + 1) + 1);
    sets.set(letter.charCodeAt(0), set);
    const complement = set.map((member) => 1 - member);
    sets.set(letter.toUpperCase().charCodeAt(0), complement);
  }
  return sets;
}

function classOf(letter: number): Uint8Array | undefined {
  return CLASS_SETS.get(letter);
}
