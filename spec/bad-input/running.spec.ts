/** Scripts and calls that would take all time or memory: each ends, and the host serves on. */

import { describe, expect, test } from 'vitest';
import { guestEntry, registryOf } from '../host/guests.js';
import { clearError, runLua, withHost } from './helpers.js';

const ECHO = registryOf(
  guestEntry('string', 'echo', 'types#echo-string', { pool: { type: 'inline' } }),
  guestEntry('bytes', 'echo', 'types#echo-bytes', { pool: { type: 'inline' } }),
  guestEntry('list', 'echo', 'types#echo-list-string', { pool: { type: 'inline' } }),
  guestEntry('tree', 'echo', 'types#echo-tree', { pool: { type: 'inline' } }),
);
const MIB = 1024 * 1024;

describe('a script that never ends is stopped', () => {
  test.each<[string, string]>([
    ['in a loop', 'while true do end'],
    ['in a loop inside pcall', 'while true do pcall(function() while true do end end) end'],
    ['after an error that a coroutine caught', 'coroutine.wrap(function() pcall(error, "x") while true do end end)()'],
    [
      'in coroutines that hand over to each other',
      'local f = coroutine.wrap(function() while true do coroutine.yield() end end)\nwhile true do f() end',
    ],
    [
      'in a metamethod',
      'local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end})\nwhile true do pcall(function() return t[1] end) end',
    ],
    ['in a comparator', 'while true do table.sort({3, 1, 2}, function(a, b) return a < b end) end'],
    ['in a replacement', 'while true do ("aaaa"):gsub("a", function() end) end'],
    ['in one pattern', 'return (("a"):rep(30)):find(("a*"):rep(12) .. "b")'],
    ['in calls of a guest', 'while true do funcs.call("t:string", "x") end'],
    ['in calls that fail', 'while true do funcs.call("t:nope") end'],
    ['in loads', 'while true do load("return 1")() end'],
    ['in a numeric loop with a step of zero almost', 'for i = 1, 2, 1e-300 do end'],
  ])('%s', { timeout: 120_000 }, async (_, text) => {
    const { kind } = await clearError(runLua(text, { registry: ECHO }, 300));
    expect(['Timeout', 'Invalid', 'Internal', 'Unavailable']).toContain(kind);
  });
});

describe('a script that allocates without end is stopped', () => {
  test.each<[string, string]>([
    ['by doubling', 'local s = "x"\nwhile true do s = s .. s end'],
    ['by doubling inside pcall', 'local s = "x"\nwhile true do pcall(function() s = s .. s end) end'],
    ['by rep', 'return ("x"):rep(1e9)'],
    ['by rep with a separator', 'return ("x"):rep(1e5, ("y"):rep(1e5))'],
    ['by concat', 'local t = {}\nfor i = 1, 1000 do t[i] = ("x"):rep(1e6) end\nreturn #table.concat(t)'],
    ['by gsub', 'local s = ("x"):rep(1e6)\nwhile true do s = s:gsub("x", "xxxx") end'],
    ['by format', 'local s = "x"\nwhile true do s = ("%s%s"):format(s, s) end'],
    ['by unpack', 'return table.unpack({}, 1, 1e8)'],
    ['by recursion', 'local function f() return 1 + f() end\nreturn f()'],
    ['by coroutines in coroutines', 'local function f() return coroutine.wrap(f)() end\nreturn f()'],
    ['by keeping strings', 'local t = {}\nwhile true do t[#t + 1] = ("x"):rep(1e6) .. #t end'],
    [
      'by json',
      'local t = ("x"):rep(1e6)\nlocal all = {}\nfor i = 1, 1000 do all[i] = t end\nlocal text, err = require("json").encode(all)\nif err then error(err) end\nreturn #text',
    ],
  ])('%s', { timeout: 120_000 }, async (_, text) => {
    await clearError(runLua(text, {}, 2000));
  });
});

describe('large values', () => {
  test('a string of 100 MB from TypeScript comes back whole, or is refused', { timeout: 120_000 }, async () => {
    await withHost({ registry: ECHO }, async (host) => {
      const large = 'ab12'.repeat(25 * MIB);
      const called = host.call<string>('t:string', [large]);
      const length = await called.then(
        (value) => value.length,
        () => null,
      );
      if (length === null) await clearError(called);
      else expect(length).toBe(large.length);
      expect(await host.call('t:string', ['still here'])).toBe('still here');
    });
  });

  test('100 MB of bytes come back whole, or are refused', { timeout: 120_000 }, async () => {
    await withHost({ registry: ECHO }, async (host) => {
      const called = host.call<Uint8Array>('t:bytes', [new Uint8Array(100 * MIB).fill(7)]);
      const length = await called.then(
        (value) => value.length,
        () => null,
      );
      if (length === null) await clearError(called);
      else expect(length).toBe(100 * MIB);
    });
  });

  test('a string of 100 MB cannot be made in Lua: its length is limited', { timeout: 120_000 }, async () => {
    const { message } = await clearError(
      runLua('return funcs.call("t:string", ("x"):rep(100 * 1024 * 1024))', { registry: ECHO }),
    );
    expect(message).toMatch(/string|memory|length/);
  });

  test('a string of 60 MB from Lua comes back whole, or is refused', { timeout: 120_000 }, async () => {
    const text =
      'local s = ("x"):rep(60 * 1024 * 1024)\nlocal value, err = funcs.call("t:string", s)\nif err then error(err) end\nreturn #value';
    const ran = runLua(text, { registry: ECHO });
    const length = await ran.then(
      ([value]) => value,
      () => null,
    );
    if (length === null) await clearError(ran);
    else expect(length).toBe(60 * MIB);
  });

  test('two million strings in a list come back whole, or are refused', { timeout: 120_000 }, async () => {
    await withHost({ registry: ECHO }, async (host) => {
      const called = host.call<string[]>('t:list', [new Array(2_000_000).fill('x')]);
      const length = await called.then(
        (value) => value.length,
        () => null,
      );
      if (length === null) await clearError(called);
      else expect(length).toBe(2_000_000);
    });
  });

  test('a table that stands for 2^40 tables is refused', { timeout: 120_000 }, async () => {
    const text =
      'local t = {"x"}\nfor _ = 1, 40 do t = {t, t} end\nlocal value, err = funcs.call("t:list", t)\nerror(err)';
    expect((await clearError(runLua(text, { registry: ECHO }))).kind).toBe('Invalid');
  });

  test('an object that stands for 2^40 objects is refused by guests, Lua and as an answer', {
    timeout: 120_000,
  }, async () => {
    let value: unknown = 'x';
    for (let level = 0; level < 40; level++) value = [value, value];
    const lua = { name: 'lua', kind: 'function.lua', source: 'return function(v) return v end', method: 'f' };
    const calls = { name: 'calls', kind: 'function.lua', modules: ['funcs'], method: 'f' };
    const source = 'return function() return require("funcs").call("app:large") end';
    const registry = [ECHO, { namespace: 'lua', entries: [lua, { ...calls, source }] }];
    await withHost({ registry, functions: { 'app:large': () => value } }, async (host) => {
      for (const [id, args] of [
        ['t:list', [value]],
        ['lua:lua', [value]],
        ['lua:calls', []],
      ] as const) {
        expect((await clearError(host.call(id, args))).kind, id).toBe('Invalid');
      }
    });
  });

  test('2^53 + 1 is never rounded in silence', async () => {
    const registry = registryOf(
      guestEntry('u64', 'echo', 'types#echo-u64'),
      guestEntry('s64', 'echo', 'types#echo-s64'),
    );
    await withHost({ registry }, async (host) => {
      expect(await host.call('t:u64', [2n ** 53n + 1n])).toBe(2n ** 53n + 1n);
      for (const id of ['t:u64', 't:s64']) {
        expect((await clearError(host.call(id, [2 ** 53 + 2]))).kind).toBe('Invalid');
      }
    });
  });
});
