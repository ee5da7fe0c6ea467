import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../host/guests.js';
import { folderWith, temporary } from './folders.js';
import { cli } from './run-cli.js';

const EXIT_CODES = 'expected nothing, true/false or an exit code from 0 to 255 (Invalid)\n';

describe('run', () => {
  test.each<[string, string, number]>([
    ['nothing', '', 0],
    ['true', 'return true', 0],
    ['false', 'return false', 1],
    ['a whole number', 'return 7', 7],
    ['nil', 'return nil', 0],
    ['0', 'return 0', 0],
    ['255', 'return 255', 255],
  ])('a script that returns %s', async (_, text, code) => {
    const folder = folderWith({ 's.lua': text });
    expect(await cli(['run', 's.lua'], { cwd: folder })).toEqual({ code, out: '', err: '' });
  });

  test.each<[string, string, string]>([
    ['nil and an error object', 'return nil, errors.new("no paper")', 'error: no paper'],
    ['an error object', 'return errors.new("no paper")', 'error: no paper'],
    ['nil and a string', 'return nil, "no paper"', 'error: no paper (Internal)\n'],
    ['a value and a string', 'return 0, "no paper"', 'error: no paper (Internal)\n'],
    [
      'a failed call',
      'return funcs.call("myns:compute", 1)',
      'error: myns:compute: expected 2 arguments, got 1 (Invalid)',
    ],
    ['a string', 'return "done"', `error: the script returned a string: ${EXIT_CODES}`],
    ['a table', 'return {1}', `error: the script returned a table: ${EXIT_CODES}`],
    ['an empty table', 'return {}', `error: the script returned a table: ${EXIT_CODES}`],
    ['256', 'return 256', `error: the script returned 256: ${EXIT_CODES}`],
    ['-1', 'return -1', `error: the script returned -1: ${EXIT_CODES}`],
    ['1.5', 'return 1.5', `error: the script returned 1.5: ${EXIT_CODES}`],
  ])('a script that returns %s fails and says so', async (_, text, message) => {
    const folder = folderWith({ 's.lua': text });
    const { code, err } = await cli(['run', '-r', join(ROOT, 'registry'), 's.lua'], { cwd: folder });
    expect(code).toBe(1);
    expect(err).toContain(message);
  });

  test.each<[string, string[], string, string]>([
    [
      'a timeout',
      ['--timeout', '600ms'],
      'while true do end',
      'error: s.lua exceeded its timeout of 600 ms (Timeout)\n  --timeout sets another limit\nLua stack:\n  s.lua:1: in main chunk\n',
    ],
    [
      'a number of instructions',
      ['--instructions', '50000'],
      'while true do end',
      'error: s.lua exceeded its limit of 50000 instructions (Timeout)\n  --instructions sets another limit\nLua stack:\n  s.lua:1: in main chunk\n',
    ],
    [
      'megabytes of strings',
      ['--memory', '1'],
      'local t = {}\nfor i = 1, 1e6 do t[i] = ("x"):rep(1000) .. i end',
      'error: s.lua exceeded its limit of 1048576 bytes of strings (Unavailable)\n  --memory sets another limit\nLua stack:\n  s.lua:2: in main chunk\n',
    ],
  ])('%s ends a script, and the error says where it was', async (_, options, text, err) => {
    const folder = folderWith({ 's.lua': text });
    expect(await cli(['run', ...options, 's.lua'], { cwd: folder })).toEqual({ code: 1, out: '', err });
  });

  test.each([
    ['--timeout', 'soon', 'expected milliseconds or a duration, such as 500 or 5s'],
    ['--memory', '0', 'expected a whole number from 1 to '],
    ['--memory', '64MB', 'expected a whole number from 1 to '],
    ['--instructions', '-5', 'expected a whole number from 1 to '],
    ['--threads', '1000', 'expected a whole number from 0 to 999'],
  ])('%s %s is wrong usage', async (flag, value, message) => {
    const folder = folderWith({ 's.lua': '' });
    const { code, err } = await cli(['run', flag, value, 's.lua'], { cwd: folder });
    expect(code).toBe(2);
    expect(err).toContain(`${flag} ${value}: ${message}`);
  });

  test('gives the script its arguments, options among them', async () => {
    const folder = folderWith({ 's.lua': 'print(...); print(#arg, arg[1])' });
    expect((await cli(['run', 's.lua', 'a', '--json', '-r', 'x'], { cwd: folder })).out).toBe(
      'a\t--json\t-r\tx\n4\ta\n',
    );
  });

  test('takes the registry beside the script before the one here', async () => {
    const entry = {
      name: 'where',
      kind: 'function.lua',
      source: 'return { where = function() return "beside" end }',
      method: 'where',
    };
    const folder = folderWith({
      'registry/r.json': JSON.stringify({
        namespace: 'a',
        entries: [{ ...entry, source: entry.source.replace('beside', 'here') }],
      }),
      'sub/registry/r.json': JSON.stringify({ namespace: 'a', entries: [entry] }),
      'sub/s.lua': 'print((funcs.call("a:where")))',
    });
    expect((await cli(['run', 'sub/s.lua'], { cwd: folder })).out).toBe('beside\n');
    expect((await cli(['run', '-r', 'registry', 'sub/s.lua'], { cwd: folder })).out).toBe('here\n');
  });

  test('an error of the script is exit code 1, with its place and stack', async () => {
    const folder = folderWith({ 's.lua': 'local function f() error("boom") end\nf()' });
    const { code, err } = await cli(['run', 's.lua'], { cwd: folder });
    expect(code).toBe(1);
    expect(err).toMatch(/^error: s\.lua:1: boom/);
    expect(err).toContain('Lua stack:');
  });

  test('without a registry an unknown function says how to name one', async () => {
    const folder = folderWith({ 's.lua': 'local _, err = funcs.call("a:f"); error(err)' });
    const { err } = await cli(['run', 's.lua'], { cwd: folder });
    expect(err).toContain('no handler registered for target a:f');
    expect(err).toContain('name one with --registry DIR');
  });

  test('a script that is not there is exit code 1', async () => {
    const { code, err } = await cli(['run', 'none.lua'], { cwd: temporary() });
    expect(code).toBe(1);
    expect(err).toMatch(/^error: no such script: /);
  });
});
