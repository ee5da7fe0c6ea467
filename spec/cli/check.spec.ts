import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GUESTS } from '../host/guests.js';
import { certificate } from '../http/certificates.js';
import { AT_ROOT, folderWith } from './folders.js';
import { cli } from './run-cli.js';

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

  test('what is required and missing is told with what there is to choose from', async () => {
    const wat = '(module (func (export "half")) (func (export "twice")))';
    const list = [
      `{name: w, kind: function.wat, source: '${wat}'}`,
      '{name: l, kind: function.lua, source: "return {one = print, two = print}", method: }',
      '{name: any, kind: function.lua, source: "return print"}',
      `{name: bad, kind: function.wat, source: '(modul)'}`,
      '{name: k, source: "x"}',
      '{name: e, kind: http.endpoint, path: /, func: any}',
    ];
    const yaml = `namespace: app\nentries:\n${list.map((each) => `  - ${each}\n`).join('')}`;
    const { code, err } = await cli(['check'], { cwd: folderWith({ 'registry/r.yaml': yaml }) });
    expect(code).toBe(1);
    expect(err).toMatch(/app:w: method is required\n.*\n.*\n {2}expected one of half, twice\n/);
    expect(err).toMatch(/app:l: method is required\n.*\n.*\n {2}expected one of one, two\n/);
    expect(err).toMatch(/app:any: method is required\n.*\n.*\n\n/);
    expect(err).toMatch(/app:bad: method is required\n.*\n.*\n\n/);
    expect(err).toMatch(/app:bad: .*modul/);
    expect(err).toMatch(
      /app:k: missing kind\n.*\n.*\n {2}expected one of function\.wat, function\.wasm, function\.lua, /,
    );
    expect(err).toMatch(/app:e: method is required\n.*\n.*\n {2}expected one of GET, POST, /);
  });

  test('a Lua source that cannot give its method is a problem at that method, and does not run', async () => {
    const entry = (name: string, method: string) =>
      `  - {name: ${name}, kind: function.lua, source: "file://${name}.lua", method: ${method}}\n`;
    const folder = folderWith({
      'registry/r.yaml': `namespace: app\nentries:\n${entry('hello', 'helo')}${entry('five', 'five')}${entry('later', 'later')}`,
      'registry/hello.lua': 'print("ran")\nreturn {\n  hello = function() end,\n}\n',
      'registry/five.lua': 'print("ran")\nreturn 5\n',
      'registry/later.lua': 'print("ran")\nreturn { ["lat" .. "er"] = print }\n',
    });
    const { code, out, err } = await cli(['check'], { cwd: folder });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('app:hello: the source gives no function "helo"\n');
    expect(err).toContain('expected one of hello\n  did you mean hello?\n');
    expect(err).toMatch(
      /five\.lua:2:1: app:five: the source gives no function "five"\n.*expected to return a function, or a table that has it/s,
    );
    expect(err).toContain('2 problems in 2 files');
    expect(err).not.toMatch(/ran|app:later/);
  });

  test('a binary that has changed is told how its hash is renewed', async () => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: app\nentries: []\n' });
    await cli(['add', join(GUESTS, 'greet.wasm')], { cwd: folder });
    const file = join(folder, 'registry', 'r.yaml');
    const written = readFileSync(file, 'utf8');
    writeFileSync(file, written.replace(/sha256:[0-9a-f]{64}/, `sha256:${'0'.repeat(64)}`));
    const { code, err } = await cli(['check'], { cwd: folder });
    expect(code).toBe(1);
    expect(err).toContain('hash mismatch');
    expect(err).toContain('\n  after a new build: moonwit add FILE --update renews the hash\n');
  });

  test('an inline Lua source whose table lacks the method does not load', async () => {
    const entry = '{name: h, kind: function.lua, method: nope, source: "return {h=function() end}"}';
    const folder = folderWith({ 'registry/r.yaml': `namespace: app\nentries:\n  - ${entry}\n` });
    const { code, err } = await cli(['check'], { cwd: folder });
    expect(code).toBe(1);
    expect(err).toContain('app:h: the source gives no function "nope"\n');
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
      /^not granted: app:env imports wasi:cli\/.*\n {2}.*to grant them: imports: \["wasi:cli", .*"wasi:filesystem".*\]\nok: /m,
    ],
    [
      'of which some are granted are listed with the whole line',
      '    imports: [wasi:cli]\n',
      /to grant them: imports: \["wasi:cli", "wasi:\w+", "wasi:\w+"\]\nok: /,
    ],
    [
      'that are granted are not, but that nothing is mounted is said',
      '    imports: [wasi:cli, wasi:io, wasi:filesystem]\n',
      /^no mounts: app:env: wasi:filesystem is granted, but there is no folder to see: add wasi\.mounts\nok: /,
    ],
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

describe('check of a service with tls', () => {
  const one = certificate('one', null);
  const other = certificate('other', null);
  const registry = (tls: string) => ({
    'registry/r.yaml': `namespace: app\nentries:\n  - name: web\n    kind: http.service\n    addr: :8443\n    tls: {${tls}}\n`,
    'registry/one.pem': one.cert,
    'registry/one.key': one.key,
    'registry/other.key': other.key,
  });

  test('a key that does not fit is told at its place, with both files, and is a problem of --json', async () => {
    const folder = folderWith(registry('cert: one.pem, key: other.key'));
    const { code, out, err } = await cli(['check'], { cwd: folder });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(
      /r\.yaml:6:\d+: app:web: the key of tls does not fit its certificate: key in \S+other\.key, certificate in \S+one\.pem\n {2}6 \| {5}tls: \{cert: one\.pem, key: other\.key\}\n/,
    );
    const told = await cli(['check', '--json'], { cwd: folder });
    expect(told.code).toBe(1);
    expect(JSON.parse(told.out)).toMatchObject({ ok: false, problems: [{ path: 'entries[0].tls.key', line: 6 }] });
  });

  test('a key that fits is none', async () => {
    const folder = folderWith(registry('cert: one.pem, key: one.key'));
    expect(await cli(['check'], { cwd: folder })).toMatchObject({ code: 0, err: '' });
  });

  test('a key that only a variable has is left to the start of the server', async () => {
    const files = registry('cert: one.pem, key_env: key');
    const more =
      '  - {name: m, kind: env.storage.memory}\n  - {name: key, kind: env.variable, storage: m, variable: K}\n';
    const folder = folderWith({ ...files, 'registry/r.yaml': files['registry/r.yaml'] + more });
    expect(await cli(['check'], { cwd: folder })).toMatchObject({ code: 0, err: '' });
  });
});
