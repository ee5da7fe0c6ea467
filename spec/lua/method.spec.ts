/** What a source surely gives is told without running it, and what is not sure is never called wrong. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import { specVm } from './support.js';

/** The message of the check, or null. */
function checked(source: string, method = 'main'): string | null {
  const { vm, printed } = specVm();
  try {
    vm.check({ name: 't:f', source, method });
    return null;
  } catch (error) {
    if (error instanceof HostError && error.kind === 'NotFound') return error.message;
    throw error;
  } finally {
    expect(printed).toEqual([]);
    vm.close();
  }
}

describe('a source that cannot give its method', () => {
  test.each<[string, string, string | null]>([
    ['a table without it', 'return { mian = function() end }', 'it has mian: did you mean mian?'],
    [
      'a table of other functions',
      'local M = {}\nfunction M.add() end\nfunction M.sub() end\nreturn M',
      'it has add, sub',
    ],
    ['a table with functions of locals', 'local function add() end\nreturn { add = add }', 'it has add'],
    ['an empty table', 'return {}', null],
    ['a table with the method as a number', 'return { main = 5 }', null],
    ['a list', 'return { function() end }', null],
    ['nothing', 'local function main() end', null],
    ['nothing at all', '', null],
    ['a number', 'return 5', null],
    ['a text', 'return "main"', null],
    ['nil', 'return nil', null],
    ['a local that has no value', 'local M\nreturn M', null],
    ['either of two tables without it', 'if print then return { a = print } end\nreturn { b = print }', 'it has a, b'],
    [
      'a table whose functions use it',
      'local M = {}\nfunction M.one() return M.two() end\nfunction M.two() M.three = 3 end\nreturn M',
      'it has one, two',
    ],
    ['a table behind a loop', 'local M = {}\nfor i = 1, 3 do print(i) end\nM.a = print\nreturn M', 'it has a'],
    ['a table with one field on a condition', 'local M = {}\nif print then M.a = print end\nreturn M', 'it has a'],
  ])('%s is found', (_, source, hint) => {
    const message = checked(source);
    expect(message).toContain('method "main" not found in module: t:f must return a function or a table that has it');
    if (hint === null) expect(message).not.toContain('it has');
    else expect(message).toContain(hint);
  });
});

describe('a source that may give its method', () => {
  test.each<[string, string]>([
    ['a function', 'return function() end'],
    ['a local function', 'local function f() return f() end\nreturn f'],
    ['a table with it', 'return { main = function() end }'],
    ['a local table with it', 'local M = {}\nfunction M.main() end\nreturn M'],
    ['a table that gets it on a condition', 'local M = {}\nif false then M.main = print end\nreturn M'],
    ['a table that gets it by a computed key', 'local M = {}\nM["ma" .. "in"] = print\nreturn M'],
    ['a table that gets it in a loop', 'local M = {}\nfor _, k in ipairs{"main"} do M[k] = print end\nreturn M'],
    ['a table that another function fills', 'local M = {}\nrawset(M, "main", print)\nreturn M'],
    ['a table with a metatable', 'return setmetatable({}, { __index = { main = print } })'],
    [
      'a table that its own function fills',
      'local M = {}\nlocal function add(k) M[k] = print end\nadd("main")\nreturn M',
    ],
    ['a table that a method fills', 'local M = {}\nfunction M:add() self.main = print end\nM:add()\nreturn M'],
    [
      'a table that a nested function fills',
      'local M = {}\n(function() (function() M.main = print end)() end)()\nreturn M',
    ],
    ['a table that is known by another name', 'local M = {}\nlocal N = M\nN.main = print\nreturn M'],
    ['a table in a table', 'local M = {}\nlocal t = { m = M }\nt.m.main = print\nreturn M'],
    ['a table in a list', 'local M = {}\nlocal t = { M }\nt[1].main = print\nreturn M'],
    ['a table that holds itself', 'local M = {}\nM.self = M\nM.self.main = print\nreturn M'],
    ['a table that is global for a while', 'local M = {}\nG = M\nG.main = print\nreturn M'],
    [
      'a local that a function replaces',
      'local M = {}\nlocal function set() M = { main = print } end\nset()\nreturn M',
    ],
    ['a value that a function replaces', 'local M\nlocal function set() M = print end\nM = 5\nset()\nreturn M'],
    ['one of two tables', 'local M\nif print then M = { main = print } else M = {} end\nreturn M'],
    ['one of two tables, the other first', 'local M = {}\nif print then M = { main = print } end\nreturn M'],
    ['one of two returns', 'if print then return { main = print } end\nreturn {}'],
    ['one of two values', 'return print and { main = print } or {}'],
    ['what a call gives', 'return (function() return { main = print } end)()'],
    ['what a module gives', 'return require("math")'],
    ['a global', 'M = { main = print }\nreturn M'],
    ['a table that a goto skips', 'local M = { main = print }\ndo goto done end\nM = {}\n::done::\nreturn M'],
    [
      'a table that a loop comes back to',
      'local M, n = nil, 0\n::again::\nif n == 1 then return M end\nM = { main = print }\nn = 1\ngoto again',
    ],
  ])('%s is left to the first call', (_, source) => {
    expect(checked(source)).toBe(null);
  });
});

/** Statements over two locals and the names a and main: enough ways to move a table about. */
const statement = fc.oneof(
  fc.constantFrom(
    'M.main = f',
    'M.a = f',
    'N.main = f',
    'N.a = N',
    'M.a = N',
    'N = M',
    'M = N',
    'M = {}',
    'N = {}',
    'M = { main = f }',
    'M = f',
    'rawset(M, "main", f)',
    'local M = {}',
    'local N = M',
    'G = M',
    'M = G or M',
    'pcall(function() M.main = f end)',
    'pcall(function() M = { a = f } end)',
    'pcall(function() N = M end)',
    'pcall(function() local x = M x.main = f end)',
    'pcall(function() M.a.main = f end)',
    'pcall(function(x) x.main = f end, M)',
    'N = { M, a = M }',
    'pcall(function() N[1].main = f end)',
    'for _, k in ipairs{"main"} do pcall(rawset, M, k, f) end',
    'if c() then return M end',
    'if c() then return N end',
    'M, N = N, M',
    'M = c() and M or N',
  ),
);
const block: fc.Arbitrary<string> = fc.letrec<{ block: string; one: string }>((tie) => ({
  block: fc.array(tie('one'), { maxLength: 6 }).map((lines) => lines.join('\n')),
  one: fc.oneof(
    { weight: 6, arbitrary: statement },
    { weight: 1, arbitrary: tie('block').map((text) => `if c() then\n${text}\nend`) },
    { weight: 1, arbitrary: tie('block').map((text) => `if c() then\n${text}\nelse\n${text}\nend`) },
    { weight: 1, arbitrary: tie('block').map((text) => `while c() do\n${text}\nend`) },
    { weight: 1, arbitrary: tie('block').map((text) => `pcall(function()\n${text}\nend)`) },
    { weight: 1, arbitrary: tie('block').map((text) => `do\n${text}\nend`) },
    { weight: 1, arbitrary: tie('block').map((text) => `repeat\n${text}\nuntil c()`) },
  ),
})).block;

test('what the check calls wrong is wrong whenever it runs', async () => {
  await fc.assert(
    fc.asyncProperty(block, fc.constantFrom('M', 'N', '{ a = M }', 'f'), fc.nat(0xffff), async (text, last, seed) => {
      const head = `local seed, left = ${seed}, 40
local function c() left = left - 1 seed = (seed * 5 + 3) % 65536 return left > 0 and seed % 3 == 0 end
local function f() return "ran" end
local M, N = {}, {}
`;
      const source = `${head}${text}\ndo return ${last} end`;
      if (checked(source) === null) return;
      const { vm } = specVm();
      const failed = await Promise.resolve()
        .then(() =>
          vm
            .loadFunction({ id: 't:f', method: 'main', source, limits: { instructions: 100_000 } })
            .call([], ROOT_CONTEXT),
        )
        .then(
          () => false,
          () => true,
        );
      vm.close();
      expect(failed, source).toBe(true);
    }),
    { numRuns: 3000 },
  );
}, 120_000);
