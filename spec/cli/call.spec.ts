import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../host/guests.js';
import { AT_ROOT, folderWith } from './folders.js';
import { cli } from './run-cli.js';

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

  test.each<[string, string[], string]>([
    ['a file', ['myns:filter_active', '@users.json'], '[{"id":1,"name":"Ada","tags":[],"active":true}]\n'],
    ['a file in a folder', ['myns:greet', '@sub/name.json'], '"Hello, Ada!"\n'],
    ['the standard input', ['myns:greet', '-'], '"Hello, Grace é!"\n'],
    ['one of them beside another', ['myns:compute', '@six.json', '7'], '42\n'],
  ])('takes an argument from %s', async (_, args, out) => {
    const cwd = folderWith({
      'users.json': '[{"id": 1, "name": "Ada", "tags": [], "active": true}]\n',
      'sub/name.json': '"Ada"',
      'six.json': '6\n',
    });
    const registry = join(ROOT, 'registry');
    const setting = { cwd, input: '"Grace é"\n' };
    expect(await cli(['call', '--json', '-r', registry, ...args], setting)).toEqual({ code: 0, out, err: '' });
  });

  test.each<[string, string[], string]>([
    ['a file that is not there', ['@none.json'], 'argument 1: cannot read none.json: no such file'],
    ['a folder', ['@.'], 'argument 1: cannot read .: it is a folder'],
    ['a file that is no JSON', ['@bad.json'], 'argument 1 is not JSON: bad.json: '],
    ['a file that is no UTF-8', ['1', '@latin.json'], 'argument 2: latin.json is not UTF-8'],
    ['a standard input that is empty', ['-'], 'argument 1 is not JSON: the standard input: '],
    ['the standard input twice', ['-', '1', '-'], 'argument 3: the standard input is argument 1'],
  ])('%s is wrong usage', async (_, args, message) => {
    const cwd = folderWith({ 'bad.json': '{"a": }' });
    writeFileSync(join(cwd, 'latin.json'), Buffer.from([0x22, 0xe9, 0x22]));
    const setting = { cwd, input: '' };
    const { code, err } = await cli(['call', '-r', join(ROOT, 'registry'), 'myns:compute', ...args], setting);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test.each([[['world']], [['--', 'world']]])(
    'arguments %j of a program are wrong usage that names wasi.args',
    async (args) => {
      const entry = `{name: p, kind: function.wat, method: _start, source: '(module (func (export "_start")))'}`;
      const cwd = folderWith({ 'registry/r.yaml': `namespace: app\nentries:\n  - ${entry}\n` });
      const { code, err } = await cli(['call', 'app:p', ...args], { cwd });
      expect(code).toBe(2);
      expect(err).toContain(
        'app:p is a program, which takes no arguments here: those it sees are wasi.args of its entry',
      );
    },
  );

  test('a failed call is exit code 1, and its error has the kind', async () => {
    const { code, out, err } = await cli(['call', 'myns:compute', '1'], AT_ROOT);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      'error: myns:compute: expected 2 arguments, got 1 (Invalid)\n  compute: func(a: s32, b: s32) -> s32\n',
    );
  });

  test.each<[string, string]>([
    [
      'greet',
      'namespace required in function ID (Invalid)\n  got "greet": an ID is namespace:name; did you mean myns:greet?\n',
    ],
    [
      ':greet',
      'namespace required in function ID (Invalid)\n  got ":greet": an ID is namespace:name; did you mean myns:greet?\n',
    ],
    ['zzzzzz', 'namespace required in function ID (Invalid)\n  got "zzzzzz": an ID is namespace:name\n'],
    ['myns:', 'name required in function ID (Invalid)\n  got "myns:": an ID is namespace:name\n'],
    ['', 'function ID required (Invalid)\n'],
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
