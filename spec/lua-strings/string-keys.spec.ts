import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  lua_pcall,
  lua_tojsstring,
  luaL_loadbufferx,
  luaL_newstate,
  luaL_requiref,
  luaopen_base,
  luaopen_string,
  to_luastring,
} from '../../src/lua/fengari.js';
import { keyOfBytes, useUnambiguousStringKeys } from '../../src/lua/string-keys.js';

function run(source: string): string | null {
  const L = luaL_newstate();
  luaL_requiref(L, '_G', luaopen_base, true);
  luaL_requiref(L, 'string', luaopen_string, true);
  const bytes = to_luastring(source);
  if (luaL_loadbufferx(L, bytes, bytes.length, '=spec', null) !== 0) return lua_tojsstring(L, -1);
  lua_pcall(L, 0, 1, 0);
  return lua_tojsstring(L, -1);
}

describe('table keys that are strings', () => {
  test.each([
    ['two bytes whose unpadded hex is the same', String.raw`'\x01\x23'`, String.raw`'\x12\x03'`],
    ['a line feed before a digit', String.raw`'\n1'`, String.raw`'\xa1'`],
    ['a zero byte and nothing', String.raw`'\0'`, `''`],
    ['a byte of latin1 and its UTF-8 form', String.raw`'\xe9'`, String.raw`'\xc3\xa9'`],
    ['the last byte of 40', String.raw`('x'):rep(39)..'\x80'`, String.raw`('x'):rep(39)..'\x81'`],
    ['a digit and a number', `'1'`, '1'],
    ['a word and a boolean', `'true'`, 'true'],
  ])('differ for %s', (_what, one, other) => {
    expect(run(`local t = {} t[${one}] = 'one' t[${other}] = 'other' return t[${one}] .. ' ' .. t[${other}]`)).toBe(
      'one other',
    );
  });

  test('of all strings of two bytes are 65536 different keys', () => {
    const keys = new Set<string>();
    for (let a = 0; a < 256; a++) for (let b = 0; b < 256; b++) keys.add(keyOfBytes(Uint8Array.of(a, b)));
    expect(keys.size).toBe(65536);
  });

  test('are found again by a string made at run time', () => {
    expect(run(`local t = {['\\1\\2\\3'] = 'yes'} return t[string.char(1, 2, 3)]`)).toBe('yes');
  });

  test.each([5, 6, 32, 33, 4096])('of every byte value stay apart in strings of %i bytes', (length) => {
    const keys = new Set<string>();
    for (let byte = 0; byte < 256; byte++) keys.add(keyOfBytes(new Uint8Array(length).fill(byte)));
    expect(keys.size).toBe(256);
  });

  test('are equal exactly when the bytes are', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(keyOfBytes(a) === keyOfBytes(b)).toBe(Buffer.compare(a, b) === 0);
        expect(keyOfBytes(a)).toBe(keyOfBytes(a.slice()));
      }),
    );
  });

  test('sort as the bytes do, which is how Lua compares strings', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(keyOfBytes(a) < keyOfBytes(b)).toBe(Buffer.compare(a, b) < 0);
      }),
    );
    expect(run(`return tostring('\\n' < '1') .. tostring('b' < 'a\\0')`)).toBe('truefalse');
  });

  test('of reserved words are those that the lexer was built with', () => {
    expect(keyOfBytes(to_luastring('function'))).toBe(`|${Buffer.from('function').toString('hex')}`);
  });

  test('stay valid when the repair is applied again, as a second copy of the module does', () => {
    const script = `local t = {a = 1, ['\\1\\35'] = 2} return t.a .. t['\\1\\35']`;
    const before = run(script);
    useUnambiguousStringKeys();
    expect([before, run(script)]).toEqual(['12', '12']);
  });

  test('keep metamethods working, whose names Fengari looks up by key', () => {
    expect(run(`return #setmetatable({}, {__len = function() return 'long' end})`)).toBe('long');
  });
});
