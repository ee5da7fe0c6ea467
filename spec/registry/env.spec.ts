import { describe, expect, test } from 'vitest';
import { brief, entries, expectFailure, expectRegistry, loadFiles, loadText } from './helpers.js';

describe('loadRegistry() reports of env entries', () => {
  const MEMORY = '  - {name: m, kind: env.storage.memory}\n';

  test.each<[string, string, string[]]>([
    ['a variable without a storage', '  - {name: v, kind: env.variable}\n', ['required ns:v: storage is required']],
    [
      'a storage that is not there',
      '  - {name: v, kind: env.variable, storage: x}\n',
      ['unresolved-reference ns:v: referenced storage not found: ns:x'],
    ],
    [
      'a storage that is a variable',
      '  - {name: v, kind: env.variable, storage: v}\n',
      ['wrong-reference-kind ns:v: ns:v is of another kind'],
    ],
    [
      'half an ID',
      '  - {name: v, kind: env.variable, storage: "ns:"}\n',
      ['invalid-value ns:v: invalid storage ID format, must have both namespace and name'],
    ],
    [
      'a name with a dash',
      `${MEMORY}  - {name: v, kind: env.variable, storage: m, variable: a-b}\n`,
      ['invalid-value ns:v: not a name of a variable'],
    ],
    [
      'a name that is taken',
      `${MEMORY}  - {name: v, kind: env.variable, storage: m, variable: A}\n  - {name: w, kind: env.variable, storage: m, variable: A}\n`,
      ['duplicate-value ns:w: variable A is taken: ns:v (t.yaml:4:12) has that name'],
    ],
    ['no file', '  - {name: f, kind: env.storage.file}\n', ['required ns:f: file path must not be empty']],
    [
      'an empty path',
      '  - {name: f, kind: env.storage.file, file_path: " "}\n',
      ['required ns:f: file path must not be empty'],
    ],
    [
      'a mode that is none',
      '  - {name: f, kind: env.storage.file, file_path: x, auto_create: true, file_mode: rw}\n',
      ['invalid-value ns:f: invalid file mode format'],
    ],
    [
      'a router without storages',
      '  - {name: r, kind: env.storage.router, storages: []}\n',
      ['required ns:r: router storage must have at least one storage'],
    ],
    [
      'routers in a circle',
      '  - {name: r, kind: env.storage.router, storages: [q]}\n  - {name: q, kind: env.storage.router, storages: [r]}\n',
      ['storage-circle ns:q: storages read each other in a circle: ns:r → ns:q → ns:r'],
    ],
    [
      'a variable without a name in a file',
      '  - {name: f, kind: env.storage.file, file_path: x, auto_create: true}\n  - {name: v, kind: env.variable, storage: f}\n',
      ['required ns:v: variable is required in an env.storage.file, which cannot hold the key ns:v'],
    ],
    [
      'values of memory',
      '  - {name: m, kind: env.storage.memory, values: {}}\n',
      ['unknown-field ns:m: env.storage.memory has no field "values"'],
    ],
  ])('%s', async (_name, list, expected) => {
    const { problems } = expectFailure(await loadText(entries(list)));
    expect(brief(problems).map((text) => text.replace(/^\S+ /, ''))).toEqual(expected);
  });

  test('a file that is missing, with the one that was meant', async () => {
    const files = { 'a/r.yaml': entries('  - {name: f, kind: env.storage.file, file_path: .evn}\n'), 'a/.env': '' };
    const { problems } = expectFailure(await loadFiles(files));
    expect(problems).toMatchObject([{ code: 'missing-file', message: 'no such file: a/.evn', suggestion: '.env' }]);
  });

  test('a file that is a folder', async () => {
    const files = {
      'r.yaml': entries('  - {name: f, kind: env.storage.file, file_path: a, auto_create: true}\n'),
      'a/b': '',
    };
    const { problems } = expectFailure(await loadFiles(files));
    expect(problems).toMatchObject([{ code: 'missing-file', message: 'not a file: a' }]);
  });
});

test('a file may lie outside the registry, and is found beside the YAML that names it', async () => {
  const files = {
    'reg/a/r.yaml': entries('  - {name: f, kind: env.storage.file, file_path: ../.env}\n'),
    'reg/.env': 'A=1',
  };
  const registry = expectRegistry(await loadFiles(files));
  expect(registry.getOf('env.storage.file', 'ns:f')!.fields.file).toMatch(/\/reg\/\.env$/);
});
