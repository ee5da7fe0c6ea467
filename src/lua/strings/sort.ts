/**
 * table.sort as a merge sort: at most n·log2 n comparisons whatever the comparator answers, and stable. The comparator
 * may wait (it is called with a continuation), so the state of the sort is an object. The table is written once, at the
 * end; a comparator that raises leaves it as it was.
 */

import {
  type Continuation,
  LUA_OPLT,
  LUA_TFUNCTION,
  type LuaFunction,
  type LuaState,
  lua_callk,
  lua_compare,
  lua_geti,
  lua_isnoneornil,
  lua_pop,
  lua_pushvalue,
  lua_seti,
  lua_settop,
  lua_toboolean,
  luaL_argcheck,
  luaL_checktype,
} from '../fengari.js';
import { TAG, type TString, TValue } from '../internals.js';
import { isString, popSlot, pushSlot } from '../table-access.js';
import { type Budget, STEPS_PER_REPORT } from './budget.js';
import type { Library } from './library.js';
import { lengthOf, READ, WRITE } from './sequence.js';

const MAX_ELEMENTS = 2 ** 24;

interface Sorting {
  readonly budget: Budget;
  readonly hasComparator: boolean;
  /** Runs of `width` sorted elements are merged from here … */
  from: TValue[];
  /** … to here. */
  to: TValue[];
  width: number;
  /** The two runs that are being merged: next elements and ends. */
  left: number;
  leftEnd: number;
  right: number;
  rightEnd: number;
  /** Where the next element goes. */
  at: number;
}

export function sortFunction(library: Library): LuaFunction {
  return (L) => {
    const length = lengthOf(L, 1, READ | WRITE);
    if (length < 2) return 0;
    luaL_argcheck(L, length <= MAX_ELEMENTS, 1, 'array too big');
    const hasComparator = !lua_isnoneornil(L, 2);
    if (hasComparator) luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    const slots = readElements(library.budget, L, length);
    if (!hasComparator && sortPlain(library.budget, slots)) return writeElements(library.budget, L, slots);
    const state: Sorting = {
      budget: library.budget,
      hasComparator,
      from: slots,
      to: new Array<TValue>(length),
      width: 1,
      left: 0,
      leftEnd: 0,
      right: 0,
      rightEnd: 0,
      at: 0,
    };
    startRuns(state);
    return merge(L, state);
  };
}

function readElements(budget: Budget, L: LuaState, length: number): TValue[] {
  const slots: TValue[] = [];
  for (let i = 1; i <= length; i++) {
    if (i % STEPS_PER_REPORT === 0) budget.steps(STEPS_PER_REPORT);
    lua_geti(L, 1, i);
    slots.push(popSlot(L));
  }
  return slots;
}

function writeElements(budget: Budget, L: LuaState, slots: readonly TValue[]): number {
  for (let i = 0; i < slots.length; i++) {
    if (i % STEPS_PER_REPORT === 0) budget.steps(STEPS_PER_REPORT);
    pushSlot(L, copyOf(slots[i]!));
    lua_seti(L, 1, i + 1);
  }
  return 0;
}

function copyOf(slot: TValue): TValue {
  return new TValue(slot.type, slot.value);
}

/** Sorts numbers or strings without asking Lua. @returns false when the elements are something else */
function sortPlain(budget: Budget, slots: TValue[]): boolean {
  const isNumbers = slots.every(({ type }) => type === TAG.INTEGER || type === TAG.FLOAT);
  if (!isNumbers && !slots.every(isString)) return false;
  budget.steps(Math.ceil(slots.length * Math.log2(slots.length)));
  if (isNumbers) slots.sort((a, b) => compare(a.value as number, b.value as number));
  // Keys of strings sort as their bytes do.
  else slots.sort((a, b) => compare((a.value as TString).hash, (b.value as TString).hash));
  return true;
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : b < a ? 1 : 0;
}

function startRuns(state: Sorting): void {
  const { length } = state.from;
  state.left = state.at;
  state.leftEnd = state.right = Math.min(length, state.at + state.width);
  state.rightEnd = Math.min(length, state.right + state.width);
}

/** Merges on until all is sorted, or until the comparator suspends. */
function merge(L: LuaState, state: Sorting): number {
  for (;;) {
    if (state.left === state.leftEnd || state.right === state.rightEnd) {
      finishRuns(state);
      if (state.width >= state.from.length) return writeElements(state.budget, L, state.from);
      continue;
    }
    // The right element goes first only where it is less: equal ones keep their order.
    take(state, isLess(L, state, state.from[state.right]!, state.from[state.left]!));
  }
}

function finishRuns(state: Sorting): void {
  while (state.left < state.leftEnd) take(state, false);
  while (state.right < state.rightEnd) take(state, true);
  if (state.at === state.from.length) {
    [state.from, state.to] = [state.to, state.from];
    state.width *= 2;
    state.at = 0;
  }
  startRuns(state);
}

function take(state: Sorting, fromRight: boolean): void {
  state.to[state.at++] = fromRight ? state.from[state.right++]! : state.from[state.left++]!;
}

function isLess(L: LuaState, state: Sorting, a: TValue, b: TValue): boolean {
  if (state.at % STEPS_PER_REPORT === 0) state.budget.steps(STEPS_PER_REPORT);
  if (state.hasComparator) lua_pushvalue(L, 2);
  pushSlot(L, copyOf(a));
  pushSlot(L, copyOf(b));
  if (!state.hasComparator) {
    const less = lua_compare(L, -2, -1, LUA_OPLT);
    lua_pop(L, 2);
    return Boolean(less);
  }
  lua_callk(L, 2, 1, state, afterComparison);
  return takeAnswer(L);
}

const afterComparison: Continuation = (L, _status, context) => {
  const state = context as Sorting;
  take(state, takeAnswer(L));
  return merge(L, state);
};

function takeAnswer(L: LuaState): boolean {
  const answer = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return answer;
}
