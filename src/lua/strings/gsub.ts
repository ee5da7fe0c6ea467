/**
 * gsub. Its callbacks may wait (a call of a function elsewhere): all that a replacement in progress needs is in an
 * object, so that the continuation goes on where the loop was left.
 */

import {
  type Continuation,
  LUA_TFUNCTION,
  LUA_TNUMBER,
  LUA_TSTRING,
  LUA_TTABLE,
  type LuaFunction,
  type LuaState,
  lua_callk,
  lua_pop,
  lua_pushinteger,
  lua_pushvalue,
  lua_toboolean,
  lua_type,
  luaL_argerror,
  luaL_error,
  luaL_optinteger,
  luaL_typename,
} from '../fengari.js';
import { getFieldK } from '../libs/indexing.js';
import { type PatternCache, patternArgument, pushCapture, pushMatch } from './find.js';
import { isStringArgument, type Library, stringArgument } from './library.js';
import { type Matcher, matchAt, newMatcher, reportSteps } from './match.js';
import { append, newOutput, type Output, pushOutput } from './output.js';

const ESCAPE = 37; // %

/** A piece of a replacement text: bytes, or the number of a capture (0: the whole match). */
type Piece = Uint8Array | number;

interface Replacing {
  readonly library: Library;
  readonly matcher: Matcher;
  readonly limit: number;
  /** The replacement text; null when a function or a table at stack index 3 gives it. */
  readonly pieces: readonly Piece[] | null;
  readonly isFunction: boolean;
  readonly output: Output;
  /** Where the next match is looked for. */
  at: number;
  /** Where bytes that are kept as they are begin. */
  keptFrom: number;
  lastEnd: number;
  count: number;
  /** The match whose replacement is being asked for. */
  start: number;
  end: number;
}

export function gsubFunction(library: Library, cache: PatternCache): LuaFunction {
  return (L) => {
    const subject = stringArgument(library, L, 1);
    const pattern = patternArgument(L, cache, stringArgument(library, L, 2), true);
    const type = lua_type(L, 3);
    const isText = type === LUA_TSTRING || type === LUA_TNUMBER || isStringArgument(library, L, 3);
    if (!isText && type !== LUA_TFUNCTION && type !== LUA_TTABLE) {
      luaL_argerror(L, 3, 'string/function/table expected');
    }
    const pieces = isText ? parseReplacement(L, stringArgument(library, L, 3), pattern.captures) : null;
    return replaceOn(L, {
      library,
      matcher: newMatcher(pattern, subject, library.budget),
      limit: luaL_optinteger(L, 4, subject.length + 1),
      pieces,
      isFunction: type === LUA_TFUNCTION,
      output: newOutput(library.budget, subject.length),
      at: 0,
      keptFrom: 0,
      lastEnd: -1,
      count: 0,
      start: 0,
      end: 0,
    });
  };
}

/** @throws a Lua error for a `%` that is followed by neither `%` nor a capture of the pattern */
function parseReplacement(L: LuaState, text: Uint8Array, captures: number): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = text.indexOf(ESCAPE); at >= 0; at = text.indexOf(ESCAPE, from)) {
    if (at > from) pieces.push(text.subarray(from, at));
    const next = text[at + 1];
    if (next === ESCAPE) pieces.push(text.subarray(at, at + 1));
    else if (next !== undefined && next >= 48 && next <= 57) pieces.push(captureNumber(L, next - 48, captures));
    else luaL_error(L, "invalid use of '%%' in replacement string");
    from = at + 2;
  }
  if (from < text.length) pieces.push(text.subarray(from));
  return pieces;
}

function captureNumber(L: LuaState, number: number, captures: number): number {
  if (number <= captures) return number;
  if (number === 1) return 0; // without captures, %1 is the whole match
  return luaL_error(L, 'invalid capture index %%%d in replacement string', number);
}

/** Replaces until the end, or until a callback suspends. */
function replaceOn(L: LuaState, state: Replacing): number {
  const { matcher } = state;
  while (state.count < state.limit) {
    const end = matchAt(matcher, state.at);
    if (end >= 0 && end !== state.lastEnd) {
      state.count++;
      state.start = state.at;
      state.end = end;
      state.at = end;
      state.lastEnd = end;
      keepUntil(state, state.start);
      replaceMatch(L, state);
      state.keptFrom = end;
    } else if (state.at < matcher.subject.length) state.at++;
    else break;
    if (matcher.pattern.anchored) break;
  }
  return finish(L, state);
}

const afterCallback: Continuation = (L, _status, context) => {
  const state = context as Replacing;
  takeValue(L, state);
  state.keptFrom = state.end;
  return state.matcher.pattern.anchored ? finish(L, state) : replaceOn(L, state);
};

/** Keeps what is left, and gives the results. */
function finish(L: LuaState, state: Replacing): number {
  reportSteps(state.matcher);
  keepUntil(state, state.matcher.subject.length);
  pushOutput(L, state.output);
  lua_pushinteger(L, state.count);
  return 2;
}

function replaceMatch(L: LuaState, state: Replacing): void {
  const { library, matcher, start, end } = state;
  if (state.pieces !== null) {
    for (const piece of state.pieces)
      append(state.output, typeof piece === 'number' ? captureBytes(state, piece) : piece);
    return;
  }
  reportSteps(matcher);
  if (state.isFunction) {
    lua_pushvalue(L, 3);
    lua_callk(L, pushMatch(library, L, matcher, start, end), 1, state, afterCallback);
  } else {
    if (matcher.pattern.captures > 0) pushCapture(library, L, matcher, 0);
    else pushMatch(library, L, matcher, start, end);
    getFieldK(L, 3, state, afterCallback);
  }
  takeValue(L, state);
}

/** Takes the replacement value from the top of the stack: nil and false keep the match. */
function takeValue(L: LuaState, state: Replacing): void {
  const { library, matcher, start, end } = state;
  if (!lua_toboolean(L, -1)) append(state.output, matcher.subject.subarray(start, end));
  else if (isStringArgument(library, L, -1)) append(state.output, stringArgument(library, L, -1));
  else luaL_error(L, 'invalid replacement value (a %s)', luaL_typename(L, -1));
  lua_pop(L, 1);
}

function captureBytes(state: Replacing, number: number): Uint8Array {
  const { matcher, start, end } = state;
  if (number === 0) return matcher.subject.subarray(start, end);
  const from = matcher.starts[number - 1]!;
  if (matcher.pattern.positions[number - 1] === true) return new TextEncoder().encode(String(from + 1));
  return matcher.subject.subarray(from, matcher.ends[number - 1]!);
}

function keepUntil(state: Replacing, end: number): void {
  if (end > state.keptFrom) append(state.output, state.matcher.subject.subarray(state.keptFrom, end));
}
