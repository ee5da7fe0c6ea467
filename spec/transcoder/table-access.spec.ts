/** Holds direct access to tables against the C-style API, on tables made and changed at random. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type LuaState,
  lua_gettop,
  lua_newtable,
  lua_next,
  lua_pop,
  lua_pushboolean,
  lua_pushinteger,
  lua_pushnil,
  lua_pushnumber,
  lua_pushstring,
  lua_pushvalue,
  lua_rawget,
  lua_rawlen,
  lua_rawset,
  lua_remove,
  lua_setmetatable,
  lua_settop,
  lua_tojsstring,
  lua_topointer,
  lua_type,
  luaL_tolstring,
} from '../../src/lua/fengari.js';
import { TAG, type Table, type TString, TValue } from '../../src/lua/internals.js';
import {
  appendEntry,
  integerSlot,
  isString,
  newKey,
  newString,
  newTable,
  popSlot,
  pushSlot,
  slotAt,
  stringSlot,
} from '../../src/lua/table-access.js';
import { newLua } from './vm.js';

type Key = number | string | boolean;

const key: fc.Arbitrary<Key> = fc.oneof(
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom(0.5, 2 ** 31, -1e300, 2147483647),
  fc.constantFrom('', 'a', 'b', '1', '\n1', '\u00a1', 'a long name of more than five bytes'),
  fc.boolean(),
);
/** `null` deletes. */
const step = fc.record({ key, value: fc.option(fc.integer({ min: 0, max: 9 }), { freq: 3 }) });

function pushKey(L: LuaState, of: Key): void {
  if (typeof of === 'string') lua_pushstring(L, of);
  else if (typeof of === 'boolean') lua_pushboolean(L, of);
  else if (Number.isInteger(of) && (of | 0) === of && of % 2 === 0) lua_pushinteger(L, of);
  else lua_pushnumber(L, of); // odd integers as floats: Lua keeps them as integers
}

function rawset(L: LuaState, of: Key, value: number | null): void {
  pushKey(L, of);
  if (value === null) lua_pushnil(L);
  else lua_pushinteger(L, value);
  lua_rawset(L, 1);
}

/** Type, text and value of every entry of the table at 1, in order. */
function byApi(L: LuaState): string[] {
  const entries: string[] = [];
  lua_pushnil(L);
  while (lua_next(L, 1) !== 0) {
    lua_pushvalue(L, -2);
    luaL_tolstring(L, -1);
    entries.push(`${lua_type(L, -2)} ${lua_tojsstring(L, -1)} = ${lua_tojsstring(L, -3)}`);
    lua_pop(L, 3);
  }
  return entries;
}

function byObjects(L: LuaState): string[] {
  const table = lua_topointer(L, 1) as Table;
  const entries: string[] = [];
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    pushSlot(L, new TValue(entry.key.type, entry.key.value));
    luaL_tolstring(L, -1);
    entries.push(`${lua_type(L, -2)} ${lua_tojsstring(L, -1)} = ${String(entry.value.value)}`);
    lua_pop(L, 2);
    expect(table.strong.get(isString(entry.key) ? (entry.key.value as TString).hash : entry.key.value)).toBe(entry);
  }
  expect(table.strong.size).toBe(entries.length);
  return entries;
}

/** A copy of the table at 1, built with this file's functions, in its place. */
function rebuild(L: LuaState): void {
  const from = lua_topointer(L, 1) as Table;
  const to = newTable(L);
  for (let entry = from.f; entry !== undefined; entry = entry.n) {
    const { type, value } = entry.key;
    if (isString(entry.key)) {
      const text = newString(L, (value as TString).realstring);
      appendEntry(to, text.hash, stringSlot(text), integerSlot(entry.value.value as number));
    } else appendEntry(to, value, new TValue(type, value), integerSlot(entry.value.value as number));
  }
  pushSlot(L, new TValue(TAG.TABLE, to));
  lua_remove(L, 1);
}

describe('tables read by their objects', () => {
  test('have the entries that lua_next gives, in its order, after random writes and deletions', () => {
    const L = newLua();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, withMetatable) => {
        lua_settop(L, 0);
        lua_newtable(L);
        if (withMetatable) {
          lua_newtable(L);
          lua_setmetatable(L, 1);
        }
        for (const { key: k, value } of steps) rawset(L, k, value);
        expect(byObjects(L)).toEqual(byApi(L));
      }),
      { numRuns: 300 },
    );
  });
});

describe('tables built by appendEntry()', () => {
  test('cannot be told from tables that Lua built, also when both are changed further', () => {
    const L = newLua();
    const steps = fc.array(step, { maxLength: 20 });
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const seen: unknown[] = [];
        for (const build of [false, true]) {
          lua_settop(L, 0);
          lua_newtable(L);
          for (const { key: k, value } of before) rawset(L, k, value);
          if (build) rebuild(L);
          const lengths = [lua_rawlen(L, 1)];
          for (const { key: k, value } of after) rawset(L, k, value);
          lengths.push(lua_rawlen(L, 1));
          const found = [...before, ...after].map(({ key: k }) => {
            pushKey(L, k);
            lua_rawget(L, 1);
            return popSlot(L).value;
          });
          seen.push([byApi(L), byObjects(L), lengths, found]);
        }
        expect(seen[1]).toEqual(seen[0]);
      }),
      { numRuns: 300 },
    );
  });

  test('can lose entries while lua_next walks them', () => {
    const L = newLua();
    const table = newTable(L);
    for (const text of ['a', 'b', 'c']) {
      const name = newKey(L, text, new TextEncoder().encode(text));
      appendEntry(table, name.hash, stringSlot(name), integerSlot(1));
    }
    pushSlot(L, new TValue(TAG.TABLE, table));
    const walked: (string | null)[] = [];
    lua_pushnil(L);
    while (lua_next(L, 1) !== 0) {
      lua_pop(L, 1);
      walked.push(lua_tojsstring(L, -1));
      lua_pushvalue(L, -1);
      lua_pushnil(L);
      lua_rawset(L, 1);
    }
    expect(walked).toEqual(['a', 'b', 'c']);
    expect(byApi(L)).toEqual([]);
  });
});

describe('stack slots', () => {
  test('are found from both ends, and not beyond the top', () => {
    const L = newLua();
    pushSlot(L, integerSlot(5));
    pushSlot(L, integerSlot(6));
    expect([slotAt(L, 1)?.value, slotAt(L, 2)?.value, slotAt(L, -1)?.value, slotAt(L, 3)]).toEqual([
      5,
      6,
      6,
      undefined,
    ]);
    expect(popSlot(L).value).toBe(6);
    expect(lua_gettop(L)).toBe(1);
  });
});
