import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assemble } from '../component/guests.js';
import { GUESTS } from '../host/guests.js';
import { folderWith, temporary } from './folders.js';
import { cli } from './run-cli.js';

describe('init and add', () => {
  test('init makes a folder that runs, and never overwrites', async () => {
    const folder = temporary();
    const { code, out } = await cli(['init', 'hello'], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toContain('cd hello\n  npx moonwit run main.lua\n  npx moonwit list\n');
    const cwd = join(folder, 'hello');
    expect(await cli(['run', 'main.lua'], { cwd })).toMatchObject({ code: 0, err: '' });
    expect((await cli(['run', 'main.lua'], { cwd })).out).toMatch(/^2 \+ 3 = 5\nHello, Ada!/);
    expect((await cli(['check'], { cwd })).code).toBe(0);
    writeFileSync(join(cwd, 'main.lua'), 'mine');
    expect(await cli(['init', 'hello'], { cwd: folder })).toMatchObject({ code: 1 });
    expect(readFileSync(join(cwd, 'main.lua'), 'utf8')).toBe('mine');
  });

  test.each([
    ['bin/moonwit', 'bin', 'moonwit'],
    ['bin/moonwit.cmd', 'none:bin', 'moonwit'],
    ['bin/other', 'bin', 'npx moonwit'],
    ['node_modules/.bin/moonwit', 'node_modules/.bin', 'npx moonwit'],
    ['node_modules/.bin/moonwit', 'node_modules/.bin/', 'npx moonwit'],
    ['bin/moonwit', 'node_modules/.bin:bin', 'moonwit'],
  ])('with %s and the PATH %s, init says what runs: %s', async (file, path, name) => {
    const folder = folderWith({ [file]: '' });
    const PATH = path
      .split(':')
      .map((each) => `${folder}/${each}`)
      .join(delimiter);
    const { out } = await cli(['init', 'hello'], { cwd: folder, env: { PATH } });
    expect(out).toMatch(new RegExp(`\\n {2}cd hello\\n {2}${name} run main\\.lua\\n {2}${name} list\\n$`));
  });

  test.each(['mapper', 'resources', 'echo', 'compute', 'imports'])(
    'add %s writes a registry that checks',
    async (guest) => {
      const folder = folderWith({ 'registry/r.yaml': 'namespace: shop\nentries: []\n' });
      const { code } = await cli(['add', join(GUESTS, `${guest}.wasm`)], { cwd: folder });
      expect(code).toBe(0);
      expect(await cli(['check'], { cwd: folder })).toMatchObject({ code: 0, err: '' });
    },
  );

  test.each([
    ['http-echo', false],
    ['mapper', true],
  ])('add %s writes a pool: %s', async (guest, isWritten) => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: app\nentries: []\n' });
    expect((await cli(['add', join(GUESTS, `${guest}.wasm`)], { cwd: folder })).code).toBe(0);
    expect(readFileSync(join(folder, 'registry/r.yaml'), 'utf8').includes('pool:')).toBe(isWritten);
  });

  test('add writes entries for constructors and static functions, not for methods', async () => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: app\nentries: []\n' });
    const { out } = await cli(['add', join(GUESTS, 'resources.wasm')], { cwd: folder });
    expect(out).toContain('  app:new_counter  [constructor]counter: func(start: u32) -> counter\n');
    expect(out).toContain('  app:counter_merge  [static]counter.merge: ');
    expect(out).not.toContain('[method]');
    expect(out).toContain('Methods of resources (counter) get no entries');
    writeFileSync(
      join(folder, 's.lua'),
      'local a = funcs.call("app:new_counter", 40)\nlocal b = funcs.call("app:new_counter", 2)\nprint(funcs.call("app:counter_merge", a, b))',
    );
    expect(await cli(['run', 's.lua'], { cwd: folder })).toMatchObject({ code: 0, err: '' });
  });

  test.each<[string, string]>([
    ['[constructor]counter', 'new_counter'],
    ['counters#[static]counter.merge', 'counter_merge'],
    ['peek', 'peek'],
  ])('add --method %s writes %s only', async (method, name) => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: app\nentries: []\n' });
    const { code, out } = await cli(['add', '--json', join(GUESTS, 'resources.wasm'), '-m', method], { cwd: folder });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ functions: [`app:${name}`] });
  });

  test.each([
    ['component-type:shop', true],
    ['component-type', true],
    ['component', false],
  ])('add of a module with the custom section %s says that it is half of a component: %s', async (name, said) => {
    const module = await assemble('(module (func (export "a:b/c#f")))');
    const section = [0, name.length + 1, name.length, ...Buffer.from(name)];
    const folder = folderWith({ 'registry/r.yaml': 'namespace: app\nentries: []\n' });
    writeFileSync(join(folder, 'half.wasm'), Buffer.concat([module, Uint8Array.from(section)]));
    const { code, out } = await cli(['add', 'half.wasm'], { cwd: folder });
    expect(code).toBe(0);
    expect(out.includes('wasm-tools component new half.wasm -o COMPONENT.wasm')).toBe(said);
  });

  test('add of a core module leaves out what only its host needs, unless that is asked for', async () => {
    const exported = ['_initialize', 'cabi_realloc', 'cabi_post_f', 'f', 'memory_size'];
    const text = `(module (memory (export "memory") 1) ${exported.map((name) => `(func (export "${name}"))`).join(' ')})`;
    const folder = folderWith({ 'registry/r.yaml': 'namespace: a\nentries: []\n' });
    writeFileSync(join(folder, 'm.wasm'), await assemble(text));
    const { out } = await cli(['add', 'm.wasm', '--json'], { cwd: folder });
    expect(JSON.parse(out)).toMatchObject({ functions: ['a:f', 'a:memory_size'] });
    const asked = await cli(['add', 'm.wasm', '--json', '-n', 'b', '-m', '_initialize'], { cwd: folder });
    expect(JSON.parse(asked.out)).toMatchObject({ functions: ['b:initialize'] });
  });

  test('what add wrote can be called', async () => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: shop\nentries: []\n' });
    await cli(['add', join(GUESTS, 'compute.wasm'), '-n', 'numbers', '-m', 'compute'], { cwd: folder });
    expect((await cli(['call', 'numbers:compute', '6', '7'], { cwd: folder })).out).toBe('42\n');
    expect(readFileSync(join(folder, 'registry', 'compute.yaml'), 'utf8')).toContain(
      '# compute: func(a: s32, b: s32) -> s32\n',
    );
  });

  test('one line that grants all that a binary imports is printed and written, and does so', async () => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: a\nentries: []\n' });
    const { out } = await cli(['add', join(GUESTS, 'http-echo.wasm')], { cwd: folder });
    const line = /^ {4}(imports: \[.*\])$/m.exec(out)?.[1];
    expect(line).toMatch(/wasi:io.*wasi:http/);
    const file = join(folder, 'registry', 'r.yaml');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(`#   ${line}\n`);
    writeFileSync(file, text.replaceAll(/^( +)method: .*$/gm, `$&\n$1${line}`));
    const { code, out: shown } = await cli(['show', /^ {2}(a:\S+)/m.exec(out)![1]!], { cwd: folder });
    expect({ code, shown }).toEqual({ code: 0, shown: expect.not.stringContaining('not granted') });
  });

  test('a binary inside the registry stays where it is, in a folder that is known already', async () => {
    const folder = folderWith({
      'registry/r.yaml': 'namespace: a\nentries:\n  - name: bin\n    kind: fs.directory\n    directory: ./bin\n',
    });
    mkdirSync(join(folder, 'registry', 'bin'));
    cpSync(join(GUESTS, 'greet.wasm'), join(folder, 'registry', 'bin', 'greet.wasm'));
    expect((await cli(['add', 'registry/bin/greet.wasm'], { cwd: folder })).code).toBe(0);
    expect(readFileSync(join(folder, 'registry', 'r.yaml'), 'utf8')).toContain('fs: a:bin\n');
    expect((await cli(['call', 'a:greet', '"Ada"'], { cwd: folder })).out).toBe('Hello, Ada!\n');
  });

  test('add puts entries behind those of the first document of the namespace, and changes nothing else there', async () => {
    const text =
      '# mine\nnamespace: shop\nentries:\n  - name: f # first\n    kind: library.lua\n    source: return {}\n';
    const folder = folderWith({
      'registry/a.yaml': 'namespace: other\nentries: []\n',
      'registry/sub/b.yaml': text,
      'registry/sub/c.yaml': 'namespace: shop\nentries: []\n',
    });
    const { code, out } = await cli(['add', join(GUESTS, 'greet.wasm'), '-n', 'shop'], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toContain('added to registry/sub/b.yaml\n');
    const after = readFileSync(join(folder, 'registry/sub/b.yaml'), 'utf8');
    expect(after.startsWith(`${text}  - name: greet_files\n    kind: fs.directory\n    directory: ../wasm\n`)).toBe(
      true,
    );
    expect(after).toContain('  # greet: func(name: string) -> string\n  - name: greet\n');
    expect((await cli(['call', 'shop:greet', '"Ada"'], { cwd: folder })).out).toBe('Hello, Ada!\n');
  });

  test('add --update renews the hash where it is written, and nothing else', async () => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: a\nentries: []\n' });
    await cli(['add', join(GUESTS, 'greet.wasm')], { cwd: folder });
    const file = join(folder, 'registry', 'r.yaml');
    const before = readFileSync(file, 'utf8').replace(/hash: (\S+)/, 'hash:   "$1" # of greet');
    writeFileSync(file, before);
    const built = join(folder, 'greet.wasm');
    // A custom section of no bytes: another binary that does the same.
    writeFileSync(built, Buffer.concat([readFileSync(join(GUESTS, 'greet.wasm')), Buffer.from([0, 2, 1, 0x78])]));
    expect((await cli(['add', built], { cwd: folder })).err).toContain('say --update');
    const { code, out } = await cli(['add', built, '--update'], { cwd: folder });
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^renewed registry\/r\.yaml\n {2}a:greet {2}sha256:[0-9a-f]{64}\n$/),
    });
    const hash = /sha256:\S+/.exec(out)![0];
    expect(readFileSync(file, 'utf8')).toBe(before.replace(/sha256:[0-9a-f]{64}/, hash));
    expect((await cli(['call', 'a:greet', '"Ada"'], { cwd: folder })).out).toBe('Hello, Ada!\n');
    expect((await cli(['add', built, '--update'], { cwd: folder })).out).toContain('nothing to renew');
  });

  test.each<[string, string[], number, string]>([
    ['twice', [join(GUESTS, 'greet.wasm')], 1, 'a:greet is there already'],
    ['--update of what no entry names', [join(GUESTS, 'compute.wasm'), '-u'], 1, 'no entry names compute.wasm'],
    ['--update with --method', [join(GUESTS, 'greet.wasm'), '-u', '-m', 'greet'], 2, '--update renews every entry'],
    ['a file that is not there', ['none.wasm'], 2, 'cannot read'],
    ['a file that is no wasm', ['registry/r.yaml'], 1, 'r.yaml: '],
    ['an export that is not there', [join(GUESTS, 'greet.wasm'), '-m', 'grit'], 2, 'the binary exports greet'],
    ['under a namespace that is none', [join(GUESTS, 'greet.wasm'), '-n', 'a b'], 2, '--namespace a b'],
  ])('add %s fails and writes nothing', async (_, args, expected, text) => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: a\nentries: []\n' });
    await cli(['add', join(GUESTS, 'greet.wasm')], { cwd: folder });
    const before = readFileSync(join(folder, 'registry', 'r.yaml'), 'utf8');
    const { code, err } = await cli(['add', ...args], { cwd: folder });
    expect(code).toBe(expected);
    expect(err).toContain(text);
    expect(readFileSync(join(folder, 'registry', 'r.yaml'), 'utf8')).toBe(before);
  });
});
