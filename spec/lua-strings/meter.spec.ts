import { describe, expect, test } from 'vitest';
import {
  LUA_ERRRUN,
  type LuaState,
  lua_call,
  lua_error,
  lua_newthread,
  lua_pcall,
  lua_pushstring,
  luaL_loadbufferx,
} from '../../src/lua/fengari.js';
import { adoptLiterals, meterStrings } from '../../src/lua/strings/meter.js';
import { newString, stringSlot } from '../../src/lua/table-access.js';
import { countingBudget, newOurs, newStock, run, type Spent } from './lua.js';

/** Raises a Lua error where an instruction is being carried out: its frame has no room for the C-style API. */
function raise(L: LuaState, message: string): never {
  L.stack[L.top++] = stringSlot(newString(L, new TextEncoder().encode(message)));
  return lua_error(L);
}

interface Metered {
  readonly L: LuaState;
  readonly spent: Spent;
  /** Sizes that there was asked room for. */
  readonly asked: number[];
}

/** A state whose own strings draw on the budget, too. The main thread is the one that runs. */
function metered(maxBytes: number): Metered {
  const { budget, spent } = countingBudget(1e9, maxBytes);
  const asked: number[] = [];
  const raising = (draw: (byteLength: number) => void) => (byteLength: number) => {
    try {
      draw(byteLength);
    } catch {
      raise(L, 'out of bytes');
    }
  };
  const L: LuaState = newOurs(budget);
  const room = raising(budget.room);
  meterStrings(
    L,
    {
      steps: budget.steps,
      bytes: raising(budget.bytes),
      room: (byteLength) => {
        asked.push(byteLength);
        room(byteLength);
      },
    },
    () => L,
  );
  return { L, spent, asked };
}

const KB = 1024;
const MB = 1024 * KB;

describe('strings that Fengari makes', () => {
  test('draw on the budget when `..` makes them, whole', () => {
    const { L, spent } = metered(10 * MB);
    run(L, `local s = ('x'):rep(${MB}) s = s .. s .. 'y' return #s`);
    expect(spent.bytes).toBeGreaterThanOrEqual(3 * MB + 1);
    expect(spent.bytes).toBeLessThan(3 * MB + 64 * KB);
  });

  test('draw in portions when they are small', () => {
    const { L, spent } = metered(10 * MB);
    run(L, `local s = 'x' for i = 1, 10000 do local t = s .. 'abcdefghi' end`);
    expect(spent.bytes).toBeGreaterThan(100_000 - 16 * KB);
    expect(spent.bytes).toBeLessThan(100_000 + 16 * KB);
  });

  test.each([
    ['doubling', `local s = 'x' while true do s = s .. s end`],
    [
      "a metamethod's doubling",
      `local t = setmetatable({}, {__concat = function(a, b) return b .. b end}) local s = 'x' while true do s = t .. s end`,
    ],
    ['tostring', 'while true do tostring({}) end'],
    ['small pieces', `local s = ('x'):rep(1000) while true do local t = s .. 'x' end`],
  ])('end a script that goes on with %s', (_what, source) => {
    const { L, spent } = metered(MB);
    expect(run(L, source)[0]).toMatch(/out of bytes$/);
    expect(spent.bytes).toBeLessThanOrEqual(MB);
  });

  // The parser takes no more than 190 or so operands.
  const operands = new Array(150).fill('s').join(' .. ');

  test('are refused before `..` of many large operands allocates the result', () => {
    const { L, asked } = metered(4 * MB);
    expect(run(L, `local s = ('x'):rep(${256 * KB}) return #(${operands})`)).toEqual(['error: out of bytes']);
    expect(asked).toEqual([150 * 256 * KB]);
  });

  test('are refused once they are made where no operand is large', () => {
    const { L, asked } = metered(4 * MB);
    expect(run(L, `local s = ('x'):rep(${256 * KB - 1}) return #(${operands})`)).toEqual(['error: out of bytes']);
    expect(asked).toEqual([]);
  });

  test('are refused before, also for literals of a large source', () => {
    const { L, asked } = metered(4 * MB);
    const source = new TextEncoder().encode(
      `return function() local s = '${'x'.repeat(256 * KB)}' return #(${operands}) end`,
    );
    luaL_loadbufferx(L, source, source.length, '=spec', null);
    adoptLiterals(L, source.length);
    lua_call(L, 0, 1);
    expect(lua_pcall(L, 0, 1, 0)).toBe(LUA_ERRRUN);
    expect(asked).toEqual([150 * 256 * KB]);
  });

  test('are refused in time also where `..` goes on after a metamethod', () => {
    const { L, asked } = metered(4 * MB);
    const script = `
      local s = ('x'):rep(${MB})
      local t = setmetatable({}, {__concat = function(a, b) return b end})
      return #(s .. s .. s .. s .. s .. t .. 'x')`;
    expect(run(L, script)).toEqual(['error: out of bytes']);
    expect(asked.at(-1)).toBe(5 * MB + 1);
  });

  test('cost nothing when only their length is asked for, however often', () => {
    const { L, spent, asked } = metered(4 * MB);
    const script = `local a, b = ('x'):rep(${MB}), ('y'):rep(${MB}) local n = 0 for i = 1, 100 do n = n + #a + #b end return n`;
    expect(run(L, script)).toEqual([String(200 * MB)]);
    expect(spent.bytes).toBeLessThan(3 * MB);
    expect(asked).toEqual([]);
  });

  test('are counted for their own state only', () => {
    const first = metered(10 * MB);
    const second = metered(10 * MB);
    run(second.L, `local s = ('x'):rep(${MB}) s = s .. s`);
    run(newStock(), `local s = ('x'):rep(${MB}) s = s .. s`);
    expect(first.spent.bytes).toBe(0);
    expect(second.spent.bytes).toBeGreaterThanOrEqual(3 * MB);
    lua_pushstring(first.L, 'x'.repeat(100 * KB));
    expect(first.spent.bytes).toBe(100 * KB);
  });

  test('are looked at on the thread that runs, and are only counted where none does', () => {
    const { L, asked } = metered(64 * MB);
    const thread = lua_newthread(L);
    let current: LuaState | null = thread;
    const budget = { steps() {}, bytes() {}, room: (byteLength: number) => void asked.push(byteLength) };
    meterStrings(L, budget, () => current);
    const script = `local s = ('x'):rep(${MB}) return #(s .. s .. s)`;
    expect(run(thread, script)).toEqual([String(3 * MB)]);
    expect(asked.at(-1)).toBe(3 * MB);
    asked.length = 0;
    current = null;
    expect(run(thread, script)).toEqual([String(3 * MB)]);
    expect(asked).toEqual([]);
  });
});
