/**
 * Matching without recursion: items are tried in order, and each repeated item that could have matched otherwise leaves
 * one choice behind. An item has at most one open choice, so the memory is bounded by the pattern; the time is bounded
 * by the budget, which is told of every byte that is looked at.
 */

import { type Budget, STEPS_PER_REPORT } from './budget.js';
import { type Item, LAZY, ONCE, OPTIONAL, type Pattern, type Single } from './pattern.js';

export interface Matcher {
  readonly pattern: Pattern;
  readonly subject: Uint8Array;
  readonly budget: Budget;
  /** Where each capture begins and ends, as offsets. */
  readonly starts: number[];
  readonly ends: number[];
  /** Open choices, three numbers each: the item, and what {@link resume} says. */
  readonly choices: number[];
  /** The item that is tried next. */
  index: number;
  /** Steps that the budget does not know yet. */
  steps: number;
}

const FAIL = -1;
/** Marks the choice of a lazy item; its place is never negative. */
const LAZY_CHOICE = -1;

export function newMatcher(pattern: Pattern, subject: Uint8Array, budget: Budget): Matcher {
  return { pattern, subject, budget, starts: [], ends: [], choices: [], index: 0, steps: 0 };
}

/** Tells the budget of the steps taken since the last report. */
export function reportSteps(matcher: Matcher): void {
  const { steps } = matcher;
  matcher.steps = 0;
  if (steps > 0) matcher.budget.steps(steps);
}

/**
 * Looks for a match from `start` on; an anchored pattern is tried at `start` only.
 *
 * @returns the offsets where the match starts and ends, or null; the captures are in the matcher
 */
export function searchFrom(matcher: Matcher, start: number): { start: number; end: number } | null {
  const { pattern, subject } = matcher;
  const last = pattern.anchored ? start : subject.length;
  const first = pattern.items[0];
  // Where the first item needs a byte, places that do not have it are passed over.
  const needed = first?.kind === 'single' && first.least > 0 && !pattern.anchored ? first : null;
  for (let at = start; at <= last; at++) {
    if (needed !== null) {
      const from = at;
      while (at < last && !matches(needed, subject[at]!)) at++;
      matcher.steps += at - from;
    }
    const end = matchAt(matcher, at);
    if (end !== FAIL) return { start: at, end };
  }
  return null;
}

/**
 * Tries to match at exactly `start` (an offset).
 *
 * @returns the offset where the match ends, or -1; the captures are in the matcher
 * @throws what the budget throws
 */
export function matchAt(matcher: Matcher, start: number): number {
  const { items } = matcher.pattern;
  matcher.choices.length = 0;
  matcher.index = 0;
  let at = start;
  for (;;) {
    if (++matcher.steps >= STEPS_PER_REPORT) reportSteps(matcher);
    if (matcher.index === items.length) return at;
    const item = items[matcher.index]!;
    at = item.kind === 'single' ? matchSingle(matcher, item, at) : matchOther(matcher, item, at);
    if (at !== FAIL) matcher.index++;
    else at = resume(matcher);
    if (at === FAIL) return FAIL;
  }
}

function matches(item: Single, byte: number): boolean {
  return item.byte >= 0 ? item.byte === byte : item.set[byte] === 1;
}

function matchSingle(matcher: Matcher, item: Single, at: number): number {
  const { subject, choices, index } = matcher;
  const hasOne = at < subject.length && matches(item, subject[at]!);
  switch (item.repeat) {
    case ONCE:
      return hasOne ? at + 1 : FAIL;
    case OPTIONAL:
      if (hasOne) choices.push(index, at, at + 1);
      return hasOne ? at + 1 : at;
    case LAZY:
      choices.push(index, LAZY_CHOICE, at);
      return at;
    default:
      return hasOne ? matchGreedy(matcher, item, at) : item.least === 0 ? at : FAIL;
  }
}

/** The first byte is known to match. */
function matchGreedy(matcher: Matcher, item: Single, at: number): number {
  const { subject } = matcher;
  let end = at + 1;
  while (end < subject.length && matches(item, subject[end]!)) end++;
  matcher.steps += end - at;
  const least = at + item.least;
  if (end > least) matcher.choices.push(matcher.index, least, end);
  return end;
}

/**
 * Takes back the latest choice and goes on differently. A choice is (item, `LAZY_CHOICE`, where the next byte would be
 * taken) or (item, the earliest end, the end that was tried last).
 *
 * @returns the new place, with `matcher.index` after the item, or -1 when no choice is left
 */
function resume(matcher: Matcher): number {
  const { subject, choices } = matcher;
  const { items } = matcher.pattern;
  while (choices.length > 0) {
    const place = choices.pop()!;
    const least = choices.pop()!;
    const index = choices.pop()!;
    matcher.steps++;
    matcher.index = index + 1;
    if (least !== LAZY_CHOICE) {
      if (place - 1 > least) choices.push(index, least, place - 1);
      return place - 1;
    }
    if (place < subject.length && matches(items[index] as Single, subject[place]!)) {
      choices.push(index, LAZY_CHOICE, place + 1);
      return place + 1;
    }
  }
  return FAIL;
}

function matchOther(matcher: Matcher, item: Exclude<Item, Single>, at: number): number {
  const { subject } = matcher;
  switch (item.kind) {
    case 'open':
      matcher.starts[item.capture] = at;
      return at;
    case 'close':
      matcher.ends[item.capture] = at;
      return at;
    case 'position':
      matcher.starts[item.capture] = at;
      return at;
    case 'back':
      return matchAgain(matcher, item.capture, at);
    case 'balance':
      return matchBalance(matcher, item.open, item.close, at);
    case 'frontier': {
      const before = at === 0 ? 0 : subject[at - 1]!;
      const after = at === subject.length ? 0 : subject[at]!;
      return item.set[before] === 0 && item.set[after] === 1 ? at : FAIL;
    }
    case 'end':
      return at === subject.length ? at : FAIL;
  }
}

/** A back reference: the bytes of a capture once more. */
function matchAgain(matcher: Matcher, capture: number, at: number): number {
  const { subject, pattern } = matcher;
  const from = matcher.starts[capture]!;
  if (pattern.positions[capture] === true) return FAIL; // a position has no bytes to find again
  const length = matcher.ends[capture]! - from;
  if (length > subject.length - at) return FAIL;
  matcher.steps += length;
  for (let i = 0; i < length; i++) if (subject[from + i] !== subject[at + i]) return FAIL;
  return at + length;
}

function matchBalance(matcher: Matcher, open: number, close: number, start: number): number {
  const { subject } = matcher;
  if (subject[start] !== open || start >= subject.length) return FAIL;
  let depth = 1;
  for (let at = start + 1; at < subject.length; at++) {
    matcher.steps++;
    // The closing byte goes first: it may be the opening one, too.
    if (subject[at] === close) {
      if (--depth === 0) return at + 1;
    } else if (subject[at] === open) depth++;
  }
  return FAIL;
}
