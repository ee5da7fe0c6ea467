import { describe, expect, test } from 'vitest';
import { folderWith } from './folders.js';
import { cli } from './run-cli.js';

const REGISTRY = `namespace: app
entries:
  - name: trap
    kind: function.wat
    source: (module (func $inner unreachable) (func $trap (export "trap") (result i32) call $inner i32.const 1))
    method: trap
  - name: loop
    kind: function.wat
    source: (module (func (export "loop") (loop $l br $l)))
    method: loop
    limits: {max_execution_ms: 20}
  - name: deny
    kind: function.wat
    source: |
      (module (import "wasi_snapshot_preview1" "sched_yield" (func $y (result i32)))
        (memory (export "memory") 1)
        (func (export "deny") (result i32) call $y))
    method: deny
  - {name: spin, kind: function.lua, source: "return function() while true do end end", method: spin, limits: {max_execution_ms: 400}}
  - {name: fail, kind: function.lua, source: "file://lua/fail.lua", method: fail}
  - {name: uses, kind: function.lua, source: "file://uses.lua", method: uses, imports: {lib: lib}}
  - {name: lib, kind: library.lua, source: "file://lua/lib.lua"}
`;
const FILES = {
  'registry/r.yaml': REGISTRY,
  'registry/lua/fail.lua': 'return {\n  fail = function(name)\n    error("no " .. tostring(name))\n  end,\n}\n',
  'registry/lua/lib.lua': 'return {\n  broken = function() return nil + 1 end,\n}\n',
  'registry/uses.lua': 'local lib = require("lib")\nreturn function()\n  return (lib.broken())\nend\n',
  's.lua': 'local _, err = funcs.call(arg[1])\nerror(err)\n',
};

const TIMES = / {2}it was queued for [\d.e-]+ ms, ran for [\d.]+ ms and waited for [\d.]+ ms\n/;
const CASES: [string, string, RegExp | string][] = [
  [
    'a trap says whose it is',
    'trap',
    'error: wasm trap: unreachable (Internal)\n  in app:trap: its guest failed by itself; its stack says where\nwasm stack:\n  at inner (0x26)\n  at trap (0x2a)\n',
  ],
  [
    'a limit of a guest says what set it and where the time went',
    'loop',
    new RegExp(
      `^error: app:loop exceeded its limit of 20 ms \\(Timeout\\)\n  its entry sets that by limits.max_execution_ms\n${TIMES.source}`,
    ),
  ],
  [
    'a denial says what would grant it and where to look',
    'deny',
    /^error: app:deny called .*add "wasi:\S+" to imports \(PermissionDenied\)\n {2}moonwit show app:deny lists what it imports and what is granted\n/,
  ],
  [
    'an error in a file says the file, its line and the function',
    'fail',
    /^error: \S*registry\/lua\/fail\.lua:3: no nil \(Internal\)\n {2}in app:fail\nLua stack:\n {2}\S*registry\/lua\/fail\.lua:3: in /,
  ],
  [
    'an error in the file of a library says that file',
    'uses',
    /^error: \S*registry\/lua\/lib\.lua:2: attempt to perform arithmetic on a nil value.* \(Internal\)\n {2}in app:uses\n/,
  ],
  // Behind other Lua: its time is not for what is loaded before the first.
  [
    'a limit of a Lua function says what set it, and the line',
    'spin',
    new RegExp(
      `^error: app:spin exceeded its limit of 400 ms \\(Timeout\\)\n  its entry sets that by limits.max_execution_ms\n${TIMES.source}Lua stack:\n  app:spin:1: in `,
    ),
  ],
];

describe.each(['call', 'run'])('an uncaught error of %s', (command) => {
  test.each(CASES)('%s', async (_, name, expected) => {
    const args = command === 'call' ? ['call', `app:${name}`] : ['run', 's.lua', `app:${name}`];
    const { code, err } = await cli(args, { cwd: folderWith(FILES) });
    expect(code).toBe(1);
    if (typeof expected === 'string') expect(err.startsWith(expected), err).toBe(true);
    else expect(err).toMatch(expected);
  });
});

test('the ID stands in the details of an error in a file', async () => {
  const { out } = await cli(['call', '--json', 'app:fail'], { cwd: folderWith(FILES) });
  expect(JSON.parse(out)).toMatchObject({ error: { kind: 'Internal', details: { id: 'app:fail' } } });
});

test('a file whose path Lua would cut is named by as many of its last parts as fit', async () => {
  const deep = `${'a-folder-of-many-letters/'.repeat(3)}end`;
  const entry = (name: string) => ({ name, kind: 'function.lua', source: `file://${name}.lua`, method: 'f' });
  const folder = folderWith({
    [`${deep}/registry/r.json`]: JSON.stringify({ namespace: 'app', entries: [entry('f')] }),
    [`${deep}/registry/f.lua`]: 'return function()\n  error("here")\nend\n',
  });
  const { err } = await cli(['call', '-r', `${deep}/registry`, 'app:f'], { cwd: folder });
  expect(err).toMatch(/^error: a-folder-of-many-letters\/end\/registry\/f\.lua:2: here \(Internal\)\n/);
});
