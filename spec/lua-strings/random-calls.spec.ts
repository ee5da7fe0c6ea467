/** Whatever a script passes, a library function gives results or a Lua error: never a JavaScript error, never a hang. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  lua_atnativeerror,
  lua_pushstring,
  lua_setglobal,
  lua_touserdata,
  luaL_requiref,
  luaopen_utf8,
} from '../../src/lua/fengari.js';
import { countingBudget, newOurs, run } from './lua.js';

const STRINGS = 'byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper'.split(
  ' ',
);
const TABLES = 'concat insert move pack remove sort unpack'.split(' ');
const UTF8 = 'char codepoint codes len offset'.split(' ');
const FUNCTIONS = [
  ...STRINGS.map((name) => `string.${name}`),
  ...TABLES.map((name) => `table.${name}`),
  ...UTF8.map((name) => `utf8.${name}`),
];

const argument = fc.oneof(
  fc.constantFrom(
    'nil',
    'true',
    '0',
    '1',
    '-1',
    '2',
    '3.0',
    '1.5',
    '2^31',
    '-2^31',
    '2147483647',
    '-2147483647 - 1',
    '0/0',
    '1/0',
  ),
  fc.constantFrom(
    `''`,
    `'abc'`,
    `'a.b%'`,
    `'%d'`,
    `'%s%5.1f%q'`,
    `'%-+ #0d'`,
    `'[a'`,
    `'(a)(.-)'`,
    `'%f[%w]'`,
    `'i4s1z'`,
    `'!8Xi8'`,
    `'c99'`,
    `'\\xff\\x80'`,
    `'é€'`,
  ),
  fc.constantFrom(
    '{}',
    '{1, 2, 3}',
    `{'b', 'a'}`,
    '{1, {}}',
    'print',
    'function(...) return ... end',
    'function() error({}) end',
    'coroutine.create(type)',
  ),
  fc.constantFrom(
    'setmetatable({}, {__len = function() return 2^31 end})',
    'setmetatable({}, {__index = function() return 1 end, __len = function() return 1e9 // 1 | 0 end})',
    'setmetatable({}, {__tostring = function() return 1 end})',
  ),
);

describe('library functions', () => {
  test.each(FUNCTIONS)('%s answers random arguments with results or a Lua error', (name) => {
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 5 }), (args) => {
        const L = newOurs(countingBudget(20_000, 1e6).budget);
        luaL_requiref(L, 'utf8', luaopen_utf8, true);
        lua_setglobal(L, 'utf8');
        lua_atnativeerror(L, (state) => {
          const thrown = lua_touserdata(state, 1) as Error;
          lua_pushstring(state, /^out of/.test(thrown.message) ? thrown.message : `JavaScript: ${thrown.stack}`);
          return 1;
        });
        const script = `
          local results = table.pack(pcall(${name}${args.map((text) => `, ${text}`).join('')}))
          if not results[1] then error(results[2], 0) end
          if type(results[2]) == 'function' then for i = 1, 3 do results[2](results[3], results[4]) end end
          return 'fine'`;
        const [text = ''] = run(L, script);
        expect(text, script).not.toContain('JavaScript');
      }),
      { numRuns: 150 },
    );
  });
});
