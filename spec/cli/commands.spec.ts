import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GUESTS, ROOT } from '../host/guests.js';
import { cli } from './run-cli.js';

const temporary = () => mkdtempSync(join(tmpdir(), 'moonwit-cli-'));
const EXIT_CODES = 'expected nothing, true/false or an exit code from 0 to 255 (Invalid)\n';
const AT_ROOT = { cwd: ROOT };

function folderWith(files: Record<string, string>): string {
  const folder = temporary();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const BAD_REGISTRY = `namespace: app
entries:
  - name: answer
    kind: function.wat
    source: |
      (module (func (export "answer") (result i32) i32.const 42))
    method: anser
    pool:
      type: lasy
`;

describe('usage', () => {
  test.each([['--help'], ['help'], ['run', '--help'], ['help', 'call']])(
    '%s %s prints help and succeeds',
    async (...args) => {
      const { code, out, err } = await cli(args, AT_ROOT);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^Usage: moonwit/);
    },
  );

  test.each(['run', 'call', 'list', 'check', 'show', 'init', 'add'])(
    '%s --help has examples that start with moonwit',
    async (name) => {
      const { out } = await cli([name, '--help'], AT_ROOT);
      expect(out).toMatch(new RegExp(`Examples:\\n {2}# .*\\n {2}moonwit ${name}\\b`));
    },
  );

  test('--version prints the version', async () => {
    expect(await cli(['--version'], AT_ROOT)).toEqual({ code: 0, out: '9.9.9\n', err: '' });
  });

  test.each<[string, string[], string]>([
    ['an unknown command', ['rnu'], "unknown command 'rnu'"],
    ['an unknown option', ['list', '--jsno'], "unknown option '--jsno'"],
    ['a missing argument', ['call'], "missing required argument 'id'"],
    ['an argument too many', ['list', 'x'], 'too many arguments'],
    ['a registry that is not there', ['list', '-r', 'nowhere'], '--registry nowhere: no such folder'],
    ['an argument that is no JSON', ['call', 'myns:greet', 'Ada'], 'a string needs its own quotes'],
    ['a timeout that is none', ['call', 'myns:answer', '--timeout', 'soon'], '--timeout soon: expected milliseconds'],
  ])('%s is exit code 2 with a hint', async (_, args, text) => {
    const { code, out, err } = await cli(args, AT_ROOT);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(text);
    expect(err).toMatch(/See: moonwit .*--help\n$/);
  });

  test('without a registry anywhere the next step is told', async () => {
    const { code, err } = await cli(['list'], { cwd: temporary() });
    expect(code).toBe(2);
    expect(err).toContain(
      'no folder "registry" here or above: name one with --registry DIR, or make one with: moonwit init',
    );
  });
});

describe('call', () => {
  test.each<[string[], string]>([
    [['myns:compute', '6', '7'], '42\n'],
    [['myns:compute', '--', '-6', '7'], '-42\n'],
    [['myns:compute', '-6', '7'], '-42\n'],
    [['myns:compute', '6', '-7', '--json'], '-42\n'],
    [['myns:compute', '-6e1', '7'], '-420\n'],
    [['myns:greet', '"Ada"'], 'Hello, Ada!\n'],
    [['--json', 'myns:greet', '"Ada"'], '"Hello, Ada!"\n'],
    [['myns:greet', '"Ada"', '--json'], '"Hello, Ada!"\n'],
    [['myns:filter_active', '[]'], '[]\n'],
  ])('%j prints %j', async (args, out) => {
    expect(await cli(['call', ...args], AT_ROOT)).toEqual({ code: 0, out, err: '' });
  });

  test('a failed call is exit code 1, and its error has the kind', async () => {
    const { code, out, err } = await cli(['call', 'myns:compute', '1'], AT_ROOT);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      'error: myns:compute: expected 2 arguments, got 1 (Invalid)\n  compute: func(a: s32, b: s32) -> s32\n',
    );
  });

  test.each<[string, string]>([
    ['greet', 'namespace required in function ID, got "greet": did you mean myns:greet? (Invalid)\n'],
    [':greet', 'namespace required in function ID, got ":greet": did you mean myns:greet? (Invalid)\n'],
    [
      'zzzzzz',
      'namespace required in function ID, got "zzzzzz": IDs are namespace:name, see: moonwit list (Invalid)\n',
    ],
    ['myns:', 'name required in function ID, got "myns:": IDs are namespace:name, see: moonwit list (Invalid)\n'],
    ['', 'namespace required in function ID, got "": IDs are namespace:name, see: moonwit list (Invalid)\n'],
  ])('call and show of the ID %j echo it and say the next step', async (id, message) => {
    for (const command of ['call', 'show']) {
      expect(await cli([command, id], AT_ROOT)).toEqual({ code: 1, out: '', err: `error: ${message}` });
    }
  });

  test('with --json the error is JSON on the output', async () => {
    const { code, out, err } = await cli(['call', '--json', 'myns:nope'], AT_ROOT);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toMatchObject({ error: { kind: 'NotFound', details: { id: 'myns:nope' } } });
  });

  test('integers of 64 bits go in and come out whole', async () => {
    const source = '(module (func (export "id") (param i64) (result i64) local.get 0))';
    const entry = { name: 'id', kind: 'function.wat', source, method: 'id' };
    const folder = folderWith({ 'registry/r.json': JSON.stringify({ namespace: 'a', entries: [entry] }) });
    for (const number of ['9223372036854775807', '-9223372036854775808']) {
      expect((await cli(['call', 'a:id', '--', number], { cwd: folder })).out).toBe(`${number}\n`);
    }
    const { code, err } = await cli(['call', 'a:id', '9223372036854775808'], { cwd: folder });
    expect(code).toBe(1);
    expect(err).toContain('got int64 9223372036854775808');
  });
});

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

describe('list and show', () => {
  test('list prints one line a function', async () => {
    const { code, out } = await cli(['list'], AT_ROOT);
    expect(code).toBe(0);
    expect(out).toMatch(/^myns:compute +function\.wasm {2}compute: func\(a: s32, b: s32\) -> s32$/m);
  });

  test('list --json is the same as data', async () => {
    const listed = JSON.parse((await cli(['list', '--json'], AT_ROOT)).out) as { id: string }[];
    expect(listed.map((each) => each.id)).toContain('myns:transform_users');
  });

  test('list of an empty registry says what to do', async () => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: a\nentries: []\n' });
    const { code, out } = await cli(['list'], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toContain('has no functions yet');
  });

  test('show prints exports, imports with their grants, and WIT', async () => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: app\nentries: []\n' });
    await cli(['add', join(GUESTS, 'libc.wasm'), '--method', 'env'], { cwd: folder });
    const { code, out } = await cli(['show', 'app:env'], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toContain('  env: func(name: string) -> option<string>\n');
    expect(out).toMatch(/ {2}wasi:cli\/environment@0\.2\.\d+ {2}not granted: add "wasi:cli" to imports\n/);
    expect(out).toContain('  world ');
    const shown = JSON.parse((await cli(['show', '--json', 'app:env'], { cwd: folder })).out) as { method: string };
    expect(shown.method).toBe('env');
  });

  test('show of what is not there names the nearest', async () => {
    const { code, err } = await cli(['show', 'myns:greeet'], AT_ROOT);
    expect(code).toBe(1);
    expect(err).toContain('did you mean myns:greet?');
  });
});

describe('check', () => {
  test('a good registry is exit code 0', async () => {
    const { code, out, err } = await cli(['check'], AT_ROOT);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/ok: .*registry: \d+ functions, no problems\n$/);
  });

  test('all problems are printed with their places, and nothing runs', async () => {
    const folder = folderWith({ 'registry/r.yaml': BAD_REGISTRY });
    const { code, out, err } = await cli(['check'], { cwd: folder });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/r\.yaml:9:13: .*invalid pool type/);
    expect((await cli(['list'], { cwd: folder })).code).toBe(1);
  });

  test('--json has the problems as data', async () => {
    const folder = folderWith({ 'registry/r.yaml': BAD_REGISTRY.replace('lasy', 'lazy') });
    const { code, out } = await cli(['check', '--json'], { cwd: folder });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      problems: [{ code: 'method-not-exported', line: 7, suggestion: 'answer', entry: 'app:answer' }],
    });
  });

  test.each<[string, string, RegExp]>([
    [
      'that are not granted are listed',
      '',
      /^not granted: app:env imports wasi:cli\/.*\n {2}.*to grant them: imports: \["wasi:cli"\]\n/m,
    ],
    ['that are granted are not', '    imports: [wasi:cli, wasi:io, wasi:filesystem]\n', /^ok: /],
  ])('imports %s, and no problem', async (_, grant, expected) => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: app\nentries: []\n' });
    await cli(['add', join(GUESTS, 'libc.wasm'), '--method', 'env'], { cwd: folder });
    const file = join(folder, 'registry', 'r.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('    pool:\n', `${grant}    pool:\n`));
    const { code, out } = await cli(['check'], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toMatch(expected);
    expect(out).toMatch(/ok: .*1 function, no problems\n$/);
  });
});

describe('an interface of a host program', () => {
  const folderGranting = async (name: string) => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: app\nentries: []\n' });
    await cli(['add', join(GUESTS, 'imports.wasm'), '--method', 'quadruple'], { cwd: folder });
    const file = join(folder, 'registry', 'r.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('    pool:\n', `    imports: [${JSON.stringify(name)}]\n    pool:\n`));
    return folder;
  };

  test.each(['moonwit:host/log', 'moonwit:host/log@1.0.0', 'foreign:notes/kv'])(
    '%s may be granted, and check says who can provide it',
    async (name) => {
      const folder = await folderGranting(name);
      const { code, out, err } = await cli(['check'], { cwd: folder });
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(
        /^not provided: app:quadruple imports .*moonwit:host\/log.*\n {2}a call of one traps; only a program that calls createHost\(\{ imports \}\) can provide it\n/m,
      );
      expect((await cli(['add', join(GUESTS, 'greet.wasm')], { cwd: folder })).code).toBe(0);
    },
  );

  test.each([
    ['wasi:cli/stdot', 'did you mean wasi:cli/stdout?'],
    ['wassi:cli/stdout', 'did you mean wasi:cli/stdout?'],
    ['wasi:nothing/here', 'expected one of wasi:cli, '],
    ['wippy:runtime/fns', 'unsupported wasm host import: wippy:runtime/fns'],
    ['func', 'did you mean funcs?'],
    ['*', 'unsupported wasm host import: *'],
    ['foreign:notes', 'unsupported wasm host import: foreign:notes'],
    ['foreign:no_tes/kv', 'unsupported wasm host import: foreign:no_tes/kv'],
  ])('%s is no name for one', async (name, message) => {
    const { code, err } = await cli(['check'], { cwd: await folderGranting(name) });
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).not.toMatch(/expected .*\*/);
  });
});

describe('init and add', () => {
  test('init makes a folder that runs, and never overwrites', async () => {
    const folder = temporary();
    const { code, out } = await cli(['init', 'hello'], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toContain('cd hello\n  moonwit run main.lua\n');
    const cwd = join(folder, 'hello');
    expect(await cli(['run', 'main.lua'], { cwd })).toMatchObject({ code: 0, err: '' });
    expect((await cli(['run', 'main.lua'], { cwd })).out).toMatch(/^2 \+ 3 = 5\nHello, Ada!/);
    expect((await cli(['check'], { cwd })).code).toBe(0);
    writeFileSync(join(cwd, 'main.lua'), 'mine');
    expect(await cli(['init', 'hello'], { cwd: folder })).toMatchObject({ code: 1 });
    expect(readFileSync(join(cwd, 'main.lua'), 'utf8')).toBe('mine');
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

  test('what add wrote can be called', async () => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: shop\nentries: []\n' });
    await cli(['add', join(GUESTS, 'compute.wasm'), '-n', 'numbers', '-m', 'compute'], { cwd: folder });
    expect((await cli(['call', 'numbers:compute', '6', '7'], { cwd: folder })).out).toBe('42\n');
    expect(readFileSync(join(folder, 'registry', 'compute.yaml'), 'utf8')).toContain(
      '# compute: func(a: s32, b: s32) -> s32\n',
    );
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

describe('colours', () => {
  const ESCAPE = '\x1b[';
  test.each<[string, object, boolean]>([
    ['on a terminal', { terminal: true }, true],
    ['in a pipe', { terminal: false }, false],
    ['with NO_COLOR', { terminal: true, env: { NO_COLOR: '1' } }, false],
    ['with an empty NO_COLOR', { terminal: true, env: { NO_COLOR: '' } }, true],
    ['on a dumb terminal', { terminal: true, env: { TERM: 'dumb' } }, false],
  ])('%s', async (_, setting, coloured) => {
    const { out } = await cli(['list'], { cwd: ROOT, ...setting });
    expect(out.includes(ESCAPE)).toBe(coloured);
    const { err } = await cli(['call', 'myns:nope'], { cwd: ROOT, ...setting });
    expect(err.includes(ESCAPE)).toBe(coloured);
  });
});
