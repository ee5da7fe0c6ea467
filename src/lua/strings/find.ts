/** find, match and gmatch: what matching gives to Lua. */

import {
  type LuaFunction,
  type LuaState,
  lua_pushcclosure,
  lua_pushinteger,
  lua_pushnil,
  lua_toboolean,
  luaL_checkstack,
  luaL_error,
} from '../fengari.js';
import { type Library, positionArgument, pushString, stringArgument } from './library.js';
import { type Matcher, matchAt, newMatcher, reportSteps, searchFrom } from './match.js';
import { MAX_CAPTURES, type Pattern, PatternError, parsePattern } from './pattern.js';

/** Patterns by their bytes: those of a script's constants are parsed once. */
export interface PatternCache {
  readonly anchored: WeakMap<Uint8Array, Pattern>;
  readonly unanchored: WeakMap<Uint8Array, Pattern>;
}

export function newPatternCache(): PatternCache {
  return { anchored: new WeakMap(), unanchored: new WeakMap() };
}

/** @param anchors whether `^` is an anchor. @throws a Lua error when the bytes are no pattern */
export function patternArgument(L: LuaState, cache: PatternCache, source: Uint8Array, anchors: boolean): Pattern {
  const known = anchors ? cache.anchored : cache.unanchored;
  const cached = known.get(source);
  if (cached !== undefined) return cached;
  try {
    const pattern = parsePattern(source, anchors);
    known.set(source, pattern);
    return pattern;
  } catch (error) {
    if (error instanceof PatternError) return luaL_error(L, '%s', new TextEncoder().encode(error.message));
    throw error;
  }
}

export function findFunction(library: Library, cache: PatternCache): LuaFunction {
  return (L) => {
    const subject = stringArgument(library, L, 1);
    const source = stringArgument(library, L, 2);
    const init = Math.max(1, positionArgument(L, 3, 1, subject.length));
    if (init > subject.length + 1) return pushNothing(L);
    if (lua_toboolean(L, 4) || !hasSpecials(source)) {
      const at = indexOfBytes(library, subject, source, init - 1);
      return at < 0 ? pushNothing(L) : pushSpan(L, at, at + source.length);
    }
    const matcher = newMatcher(patternArgument(L, cache, source, true), subject, library.budget);
    const found = searchFrom(matcher, init - 1);
    reportSteps(matcher);
    if (found === null) return pushNothing(L);
    pushSpan(L, found.start, found.end);
    return 2 + pushCaptures(library, L, matcher);
  };
}

export function matchFunction(library: Library, cache: PatternCache): LuaFunction {
  return (L) => {
    const subject = stringArgument(library, L, 1);
    const pattern = patternArgument(L, cache, stringArgument(library, L, 2), true);
    const init = Math.max(1, positionArgument(L, 3, 1, subject.length));
    if (init > subject.length + 1) return pushNothing(L);
    const matcher = newMatcher(pattern, subject, library.budget);
    const found = searchFrom(matcher, init - 1);
    reportSteps(matcher);
    return found === null ? pushNothing(L) : pushMatch(library, L, matcher, found.start, found.end);
  };
}

export function gmatchFunction(library: Library, cache: PatternCache): LuaFunction {
  return (L) => {
    const subject = stringArgument(library, L, 1);
    const pattern = patternArgument(L, cache, stringArgument(library, L, 2), false);
    const matcher = newMatcher(pattern, subject, library.budget);
    let from = 0;
    let lastEnd = -1;
    lua_pushcclosure(
      L,
      (caller) => {
        for (; from <= subject.length; from++) {
          const end = matchAt(matcher, from);
          // An empty match right after a match is the end of that match again.
          if (end < 0 || end === lastEnd) continue;
          const start = from;
          from = end;
          lastEnd = end;
          reportSteps(matcher);
          return pushMatch(library, caller, matcher, start, end);
        }
        reportSteps(matcher);
        return 0;
      },
      0,
    );
    return 1;
  };
}

function pushNothing(L: LuaState): number {
  lua_pushnil(L);
  return 1;
}

function pushSpan(L: LuaState, start: number, end: number): number {
  lua_pushinteger(L, start + 1);
  lua_pushinteger(L, end);
  return 2;
}

/** Pushes the captures; the whole match where the pattern has none. @returns how many values */
export function pushMatch(library: Library, L: LuaState, matcher: Matcher, start: number, end: number): number {
  if (matcher.pattern.captures > 0) return pushCaptures(library, L, matcher);
  pushString(library, L, matcher.subject.slice(start, end));
  return 1;
}

function pushCaptures(library: Library, L: LuaState, matcher: Matcher): number {
  const { captures } = matcher.pattern;
  luaL_checkstack(L, MAX_CAPTURES, 'too many captures');
  for (let capture = 0; capture < captures; capture++) pushCapture(library, L, matcher, capture);
  return captures;
}

export function pushCapture(library: Library, L: LuaState, matcher: Matcher, capture: number): void {
  const start = matcher.starts[capture]!;
  if (matcher.pattern.positions[capture] === true) lua_pushinteger(L, start + 1);
  else pushString(library, L, matcher.subject.slice(start, matcher.ends[capture]!));
}

const SPECIALS = new Set([...'^$*+?.([%-'].map((sign) => sign.charCodeAt(0)));

function hasSpecials(source: Uint8Array): boolean {
  for (let i = 0; i < source.length; i++) if (SPECIALS.has(source[i]!)) return true;
  return false;
}

/** The first offset of `wanted` from `from` on, or -1. */
function indexOfBytes(library: Library, subject: Uint8Array, wanted: Uint8Array, from: number): number {
  const first = wanted[0];
  if (first === undefined) return from;
  const last = subject.length - wanted.length;
  let steps = 0;
  for (let at = from; at <= last; at++) {
    at = subject.indexOf(first, at);
    if (at < 0 || at > last) return -1;
    let same = 1;
    while (same < wanted.length && subject[at + same] === wanted[same]) same++;
    if (same === wanted.length) return at;
    steps += same;
    if (steps >= 1024) {
      library.budget.steps(steps);
      steps = 0;
    }
  }
  return -1;
}
