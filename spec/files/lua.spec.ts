/** Module `fs`, by scripts over real folders. */
import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { VolumeSpec } from '../../src/files/types.js';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import { LuaActor, LuaScope } from '../../src/lua/permission.js';
import { plain } from '../lua/support.js';
import { runLua, specVolumes, vmOver } from './lua-support.js';
import { arena, scratch, specOf, treeHash } from './support.js';

/** What a script returns; `files` is the filesystem of a folder. */
async function run(path: string, source: string, more: Partial<VolumeSpec> = {}): Promise<unknown[]> {
  const opened = `local files = assert(fs.get("app:files"))\n${source}`;
  return (await runLua(opened, specVolumes(specOf(path, { id: 'app:files', ...more })))).values;
}

/** `a.txt`, `d/b.txt`, `link` to `a.txt`, `folder` to `d`. */
function sample(): string {
  const path = scratch();
  mkdirSync(join(path, 'd'));
  writeFileSync(join(path, 'a.txt'), 'one\r\ntwo\n\nfour');
  utimesSync(join(path, 'a.txt'), 1_000_000_000, 1_000_000_001.5);
  writeFileSync(join(path, 'd/b.txt'), Buffer.from([0, 0xff, 10]));
  symlinkSync('a.txt', join(path, 'link'));
  symlinkSync('d', join(path, 'folder'));
  return path;
}

/** Kind and message of the error that a call answers after its first value. */
const FAIL = 'local function fail(value, err) return value, err:kind(), err:message() end\n';

describe('fs', () => {
  test.each<[name: string, source: string, expected: readonly unknown[]]>([
    ['read_file() and readfile() give a file', 'return files:read_file("a.txt") == files:readfile("/link")', [true]],
    [
      'read_file() gives bytes as they are',
      'return #files:read_file("d/b.txt"), files:read_file("d/b.txt"):byte(2)',
      [3, 255],
    ],
    ['write_file() makes a file', 'return files:write_file("n", "x"), files:read_file("n")', [true, 'x', null]],
    ['write_file() empties what was there', 'files:writefile("a.txt", "") return files:stat("a.txt").size', [0]],
    [
      'write_file() appends with a',
      'files:write_file("n", "x") files:write_file("n", "y", "a") return (files:read_file("n"))',
      ['xy'],
    ],
    [
      'write_file() takes a file',
      'local f = files:open("a.txt", "r") f:seek("set", 5) files:write_file("n", f) return (files:read_file("n"))',
      ['two\n\nfour'],
    ],
    [
      'exists() sees files, folders and links',
      'return files:exists("a.txt"), files:exists("d"), files:exists("link"), files:exists("none")',
      [true, true, true, false, null],
    ],
    ['isdir() follows links', 'return files:isdir("folder"), (files:isdir("a.txt"))', [true, false]],
    [
      'stat() tells a file',
      'local s = files:stat("/link") return s.name, s.size, s.modified, s.is_dir, s.type == fs.type.FILE, s.mode > 0',
      ['link', 14, 1000000001, false, true, true],
    ],
    [
      'stat() tells a folder',
      'local s = files:stat("d/") return s.name, s.is_dir, s.type == fs.type.DIR',
      ['d', true, true],
    ],
    ['stat() tells the root', 'return files:stat("/").name, files:stat(".").is_dir', ['/', true]],
    ['mkdir() makes a folder', 'return files:mkdir("n"), files:isdir("n")', [true, true, null]],
    [
      'remove() removes files and empty folders',
      'files:mkdir("n") return files:remove("n"), files:remove("link"), files:exists("a.txt")',
      [true, true, true, null],
    ],
    [
      'readdir() gives one entry after the other, by name',
      'local t = {} for e in files:readdir("/") do t[#t + 1] = e.name .. ":" .. e.type end return table.concat(t, " ")',
      ['a.txt:file d:directory folder:directory link:file'],
    ],
    [
      'readdir() of an empty folder gives none',
      'files:mkdir("n") for e in files:readdir("n") do return e.name end return "none"',
      ['none'],
    ],
    [
      'chdir() changes where names are looked up',
      'files:chdir("d") return files:pwd(), files:exists("b.txt"), files:exists("/a.txt"), files:exists("../a.txt")',
      ['/d', true, true, true, null],
    ],
    ['chdir() goes back by name', 'files:chdir("folder") files:chdir("..") return files:pwd()', ['/']],
    ['pwd() begins at the root, for each fs.get', 'files:chdir("d") return fs.get("app:files"):pwd()', ['/']],
    [
      'constants have their values',
      'return fs.type.FILE, fs.type.DIR, fs.seek.SET, fs.seek.CUR, fs.seek.END',
      ['file', 'directory', 'set', 'cur', 'end'],
    ],
  ])('%s', async (_, source, expected) => {
    expect(await run(sample(), source)).toEqual(expected);
  });

  test.each<[source: string, first: unknown, kind: string, text: string]>([
    ['files:read_file("none")', null, 'NotFound', 'app:files: none: there is no such file or folder'],
    ['files:read_file("d")', null, 'Invalid', 'it is a folder'],
    ['files:read_file("a.txt/x")', null, 'Invalid', 'it is not a folder'],
    ['files:read_file("")', null, 'Invalid', 'the path is empty'],
    ['files:read_file("a\\0b")', null, 'Invalid', 'NUL'],
    ['files:read_file("\\xff")', null, 'Invalid', 'UTF-8'],
    ['files:write_file("a.txt", "x", "wx")', false, 'AlreadyExists', 'app:files: a.txt: it exists already'],
    ['files:write_file("a.txt", "x", "r+")', false, 'Invalid', 'expected a mode, "r", "w", "a" or "wx", got "r+"'],
    ['files:write_file("none/x", "x")', false, 'NotFound', 'none/x'],
    ['files:open("none", "r")', null, 'NotFound', 'none'],
    ['files:open("a.txt")', null, 'Invalid', 'got none'],
    ['files:open("d", "r")', null, 'Invalid', 'it is a folder'],
    ['files:open("a.txt", "wx")', null, 'AlreadyExists', 'a.txt'],
    ['files:isdir("none")', false, 'NotFound', 'none'],
    ['files:stat("none")', null, 'NotFound', 'none'],
    ['files:mkdir("d")', false, 'AlreadyExists', 'd'],
    ['files:mkdir("x/y")', false, 'NotFound', 'x/y'],
    ['files:remove("d")', false, 'Invalid', 'the folder is not empty'],
    ['files:remove("none")', false, 'NotFound', 'none'],
    ['files:readdir("none")', null, 'NotFound', 'none'],
    ['files:readdir("a.txt")', null, 'Invalid', 'it is not a folder'],
    ['files:chdir("none")', false, 'NotFound', 'none'],
    ['files:chdir("a.txt")', false, 'Invalid', 'it is not a folder'],
    ['files:chdir("..")', false, 'Invalid', 'leads out'],
    ['fs.get("")', null, 'Invalid', 'filesystem ID required'],
    ['fs.get("app:none")', null, 'NotFound', 'filesystem not found: app:none'],
    ['fs.get("app:flies")', null, 'NotFound', 'did you mean app:files?'],
    ['fs.get("files")', null, 'NotFound', 'filesystem not found: files: did you mean app:files?'],
  ])('%s fails', async (call, first, kind, text) => {
    const path = sample();
    const before = treeHash(path);
    const [value, gotKind, message] = await run(path, `${FAIL}return fail(${call})`);
    expect([value, gotKind]).toEqual([first, kind]);
    expect(message).toContain(text);
    expect(treeHash(path)).toBe(before);
  });

  test.each([
    ['files:read_file()', "bad argument #1 to 'read_file' (string expected, got no value)"],
    ['files:write_file("n", {})', 'string or file expected, got table'],
    ['files.read_file("a.txt")', 'filesystem expected, got string'],
    ['files:open("a.txt", "r"):seek("set")', 'number expected'],
    ['files:open("a.txt", "r"):scanner("letters")', 'expected "lines", "words", "bytes" or "runes", got "letters"'],
  ])('%s raises', async (call, text) => {
    await expect(run(sample(), call)).rejects.toThrow(text);
  });

  test('an error has its facts', async () => {
    const [details, retryable] = await run(
      sample(),
      'local _, err = files:read_file("none") return err:details(), err:retryable()',
    );
    expect(details).toEqual({ filesystem: 'app:files', path: 'none', code: 'no-entry' });
    expect(retryable).toBe(false);
  });

  test('a bare name is one of the namespace of the function', async () => {
    const path = sample();
    const { vm } = vmOver(specOf(path, { id: 'app:files' }), specOf(scratch(), { id: 'lib:files' }));
    const source = 'return function() return fs.get("files"):exists("a.txt") end';
    for (const [id, expected] of [
      ['app:f', true],
      ['lib:f', false],
    ] as const) {
      expect(await vm.loadFunction({ id, source, method: 'f', modules: ['fs'] }).call([], ROOT_CONTEXT)).toBe(expected);
    }
  });

  test('only what lists the module has it', async () => {
    const { vm } = vmOver();
    const f = vm.loadFunction({ id: 'app:f', source: 'return function() return require("fs") end', method: 'f' });
    await expect(async () => f.call([], ROOT_CONTEXT)).rejects.toThrow(
      `module 'fs' not found: add it to "modules" of app:f`,
    );
  });

  test('a scope that does not allow fs.get forbids it', async () => {
    const { vm } = vmOver(specOf(sample(), { id: 'app:files' }));
    const context = { ...ROOT_CONTEXT, actor: new LuaActor('alice', {}), scope: new LuaScope([]) };
    const source = `${FAIL}return fail(fs.get("app:files"))`;
    const values = await vm.runScript({ name: 'fs.lua', source, context });
    expect(values.map(plain)).toEqual([null, 'PermissionDenied', 'not allowed: app:files']);
  });
});

describe('files', () => {
  test.each<[name: string, source: string, expected: readonly unknown[]]>([
    [
      'read() goes on where it was, and ends with nil',
      'local f = files:open("a.txt", "r") local a, b = f:read(3), f:read() local c, err = f:read() return a, b, c, err',
      ['one', '\r\ntwo\n\nfour', null, null],
    ],
    [
      'read() gives 4096 bytes by default',
      'files:write_file("n", ("x"):rep(5000)) local f = files:open("n", "r") return #f:read(), #f:read(), f:read()',
      [4096, 904, null, null],
    ],
    [
      'write() goes on where it was',
      'local f = files:open("n", "w") f:write("ab") f:write("c") f:close() return (files:read_file("n"))',
      ['abc'],
    ],
    [
      'write() appends to what was opened with a',
      'local f = files:open("a.txt", "a") f:seek("set", 0) f:write("!") f:close() return files:read_file("a.txt"):sub(-5)',
      ['four!'],
    ],
    [
      'seek() answers the new position',
      'local f = files:open("a.txt", "r") return f:seek("set", 3), f:seek("cur", 2), f:read(3), f:seek("end", -4), f:read()',
      [3, 5, 'two', 10, 'four', null],
    ],
    [
      'write() beyond the end fills with zeros',
      'local f = files:open("n", "w") f:seek("set", 2) f:write("x") return (files:read_file("n"))',
      ['\0\0x'],
    ],
    [
      'stat() and sync() are of the file',
      'local f = files:open("d/b.txt", "r") return f:stat().name, f:stat().size, f:sync()',
      ['b.txt', 3, true, null],
    ],
    ['close() may be repeated', 'local f = files:open("a.txt", "r") return f:close(), f:close()', [true, true, null]],
    [
      'scanner() gives lines',
      'local t, s = {}, files:open("a.txt", "r"):scanner() while s:scan() do t[#t + 1] = s:text() end return t, s:err()',
      [['one', 'two', '', 'four'], null],
    ],
    [
      'scanner() gives words',
      'files:write_file("n", "  a bc\\n\\td ") local t, s = {}, files:open("n", "r"):scanner("words") while s:scan() do t[#t + 1] = s:text() end return t',
      [['a', 'bc', 'd']],
    ],
    [
      'scanner() gives bytes',
      'local t, s = {}, files:open("d/b.txt", "r"):scanner("bytes") while s:scan() do t[#t + 1] = s:text():byte() end return t',
      [[0, 255, 10]],
    ],
    [
      'scanner() gives characters',
      'files:write_file("n", "aé🌙\\xff") local t, s = {}, files:open("n", "r"):scanner("runes") while s:scan() do t[#t + 1] = s:text() end return t',
      [['a', 'é', '🌙', '\ufffd']],
    ],
    [
      'scanner() of an empty file gives nothing',
      'files:write_file("n", "") return files:open("n", "r"):scanner():scan()',
      [false],
    ],
    [
      'scanner() keeps a last line without its end, and no empty one after an end',
      'files:write_file("n", "a\\n") local s = files:open("n", "r"):scanner() return s:scan(), s:text(), s:scan(), s:text()',
      [true, 'a', false, ''],
    ],
    [
      'scanner() gives lines longer than what is read at once',
      'files:write_file("n", ("x"):rep(200000) .. "\\ny") local s = files:open("n", "r"):scanner() s:scan() local n = #s:text() s:scan() return n, s:text()',
      [200000, 'y'],
    ],
  ])('%s', async (_, source, expected) => {
    expect(await run(sample(), source)).toEqual(expected);
  });

  test.each<[source: string, first: unknown, kind: string, text: string]>([
    ['files:open("n", "w"):write("")', false, 'Invalid', 'there is nothing to write'],
    ['files:open("a.txt", "r"):write("x")', false, 'Invalid', 'it was not opened for writing'],
    ['files:open("n", "w"):read()', null, 'Invalid', 'it was not opened for reading'],
    ['files:open("a.txt", "r"):read(0)', null, 'Invalid', 'expected 1 byte or more, got 0'],
    ['files:open("a.txt", "r"):seek("here", 0)', null, 'Invalid', 'expected "set", "cur" or "end", got "here"'],
    ['files:open("a.txt", "r"):seek("set", -1)', null, 'Invalid', 'before the beginning'],
    ['closed:read()', null, 'Invalid', 'file already closed'],
    ['closed:write("x")', false, 'Invalid', 'file already closed'],
    ['closed:seek("set", 0)', null, 'Invalid', 'file already closed'],
    ['closed:stat()', null, 'Invalid', 'file already closed'],
    ['closed:sync()', false, 'Invalid', 'file already closed'],
    ['closed:scanner()', null, 'Invalid', 'file already closed'],
  ])('%s fails', async (call, first, kind, text) => {
    const opened = 'local closed = files:open("a.txt", "r") closed:close()\n';
    const [value, gotKind, message] = await run(sample(), `${FAIL}${opened}return fail(${call})`);
    expect([value, gotKind]).toEqual([first, kind]);
    expect(message).toContain(text);
  });

  test('a line that is too long ends the scanner with an error', async () => {
    const source = `files:write_file("n", ("x"):rep(1200000)) local s = files:open("n", "r"):scanner()
      return s:scan(), s:err():kind(), s:err():message(), s:scan()`;
    expect(await run(scratch(), source)).toEqual([
      false,
      'Invalid',
      'scanner: a piece is longer than 1048576 bytes',
      false,
    ]);
  });

  test('what a call leaves open is closed when it ends; its filesystem stays', async () => {
    const path = sample();
    const { vm } = vmOver(specOf(path, { id: 'app:files' }));
    const source = `local files, file = fs.get("files"), nil
      return function()
        if file == nil then file = files:open("a.txt", "r") return file:read(3) end
        local value, err = file:read(3)
        return err:kind() .. " " .. tostring(files:exists("a.txt"))
      end`;
    const f = vm.loadFunction({ id: 'app:f', source, method: 'f', modules: ['fs'] });
    expect(plain(await f.call([], ROOT_CONTEXT))).toBe('one');
    expect(plain(await f.call([], ROOT_CONTEXT))).toBe('Invalid true');
  });

  test('a file that does not fit a string is read in parts', async () => {
    const path = scratch();
    writeFileSync(join(path, 'big'), Buffer.alloc(2000));
    const { vm } = vmOver(specOf(path, { id: 'app:files' }));
    const source = `${FAIL}local files = fs.get("app:files") return #files:open("big", "r"):read(1e6), fail(files:read_file("big"))`;
    const values = await vm.runScript({ name: 'fs.lua', source, limits: { stringLength: 1000 } });
    expect(values.map(plain).slice(0, 3)).toEqual([1000, null, 'Invalid']);
    expect(String(plain(values[3]!))).toContain('2000 bytes do not fit a string');
  });

  test('no more than 1024 may be open in one run', async () => {
    const source = `${FAIL}local t = {} for i = 1, 1023 do t[i] = assert(files:open("a.txt", "r")) end
      local value, kind, message = fail(files:open("a.txt", "r"))
      t[1]:close()
      return value, kind, message, files:open("a.txt", "r") ~= nil`;
    expect(await run(sample(), source)).toEqual([
      null,
      'Unavailable',
      'app:files: a.txt: too many open files: 1024 are open, close some',
      true,
    ]);
  });
});

describe('no way out by fs', () => {
  test.each([
    '../outside/secret.txt',
    '/../outside/secret.txt',
    'd/../../outside/secret.txt',
    '//../outside/secret.txt',
    '/proc/../../outside/secret.txt',
    'file-link',
    'folder-link/secret.txt',
    'folder-link/../outside/secret.txt',
    'abs-link',
    'root-link/etc/passwd',
    'parent-link/outside/secret.txt',
  ])('%s', async (way) => {
    const { inside, outside } = arena();
    mkdirSync(join(inside, 'd'));
    mkdirSync(join(inside, 'proc'));
    writeFileSync(join(outside, 'secret.txt'), 'SECRET');
    for (const [name, target] of [
      ['file-link', '../outside/secret.txt'],
      ['folder-link', '../outside'],
      ['abs-link', join(outside, 'secret.txt')],
      ['root-link', '/'],
      ['parent-link', '..'],
    ] as const) {
      symlinkSync(target, join(inside, name));
    }
    const before = treeHash(outside);
    const quoted = JSON.stringify(way);
    const kinds = await run(
      inside,
      `local kinds = {}
      local function try(value, err) kinds[#kinds + 1] = not value and err and err:kind() or "went well" end
      try(files:read_file(${quoted})) try(files:write_file(${quoted}, "x")) try(files:write_file(${quoted}, "x", "a"))
      try(files:open(${quoted}, "r")) try(files:open(${quoted}, "w")) try(files:stat(${quoted})) try(files:exists(${quoted}))
      try(files:readdir(${quoted})) try(files:chdir(${quoted})) try(files:mkdir(${quoted} .. "/n")) try(files:remove(${quoted} .. "/n"))
      return kinds`,
    );
    // `chdir` goes back by name, so that it looks for what is not there.
    expect(kinds).toEqual([
      Array.from({ length: 11 }, (_, index) => expect.stringMatching(index === 8 ? /Invalid|NotFound/ : /^Invalid$/)),
    ]);
    expect(treeHash(outside)).toBe(before);
  });

  test('an absolute path is one of the filesystem, not of the machine', async () => {
    const path = scratch();
    mkdirSync(join(path, 'etc'));
    writeFileSync(join(path, 'etc/passwd'), 'ours');
    expect(await run(path, 'return (files:read_file("/etc/passwd"))')).toEqual(['ours']);
    expect(await run(path, 'return files:exists("/etc/hosts")')).toEqual([false, null]);
  });

  test('a mode without w is not written', async () => {
    const path = sample();
    const before = treeHash(path);
    const source = `local kinds = {}
      local function try(value, err) kinds[#kinds + 1] = not value and err:kind() or "went well" end
      try(files:write_file("a.txt", "x")) try(files:write_file("n", "x", "wx")) try(files:open("a.txt", "a")) try(files:mkdir("n"))
      try(files:remove("a.txt"))
      local _, err = files:remove("a.txt")
      return kinds, (files:read_file("d/b.txt")) ~= nil, err:message()`;
    expect(await run(path, source, { mode: 0o500 })).toEqual([
      Array.from({ length: 5 }, () => 'PermissionDenied'),
      true,
      'app:files: a.txt: the mode 0500 of app:files has no w for its owner: mode: "0700" in its entry would allow it',
    ]);
    expect(treeHash(path)).toBe(before);
    expect(readFileSync(join(path, 'a.txt'), 'utf8')).toContain('one');
  });
});
