import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';
import { brief, entries, expectFailure, expectProblems, loadFiles } from './helpers.js';

const WAT = (more: string): string =>
  entries(`  - name: f\n    kind: function.wat\n    source: (module)\n    method: m\n${more}`);

const BYTES = new Uint8Array([0, 97, 115, 109]);
const HASH = 'sha256:cd5d4935a48c0672cb06407bb443bc0087aff947c6b864bac886982c73b3027f';
const WRONG = `sha256:${'0'.repeat(64)}`;
const wasm = (fields: string): string =>
  entries(
    `  - name: d\n    kind: fs.directory\n    directory: ./wasm\n  - name: f\n    kind: function.wasm\n    method: m\n${fields}`,
  );

test.each<[string, string, string, string | null]>([
  ['a binary that is there', '    fs: d\n    path: /a.wasm\n', '6:11-12 required ns:f: hash is required', HASH],
  ['a null hash', '    fs: d\n    path: /a.wasm\n    hash:\n', '11:10-11 required ns:f: hash is required', HASH],
  ['a binary that is not', '    fs: e\n    path: /a.wasm\n', '6:11-12 required ns:f: hash is required', null],
])('a missing hash of %s is answered with the right one where it is known', async (_, fields, problem, expected) => {
  const { problems } = expectFailure(await loadFiles({ '_index.yaml': wasm(fields), 'wasm/a.wasm': BYTES }));
  const found = problems.find((each) => each.code === 'required')!;
  expect([...brief([found]), found.expected]).toEqual([problem, expected]);
});

describe('loadRegistry() holds entries against the disk:', () => {
  const cases: readonly [string, Record<string, string | Uint8Array>, readonly string[]][] = [
    [
      'a missing file',
      { '_index.yaml': wasm(`    fs: d\n    path: /b.wasm\n    hash: ${HASH}\n`), 'wasm/a.wasm': BYTES },
      ['10:11-18 missing-file ns:f: failed to open file: wasm/b.wasm'],
    ],
    [
      'a hash that does not match',
      { '_index.yaml': wasm(`    fs: d\n    path: /a.wasm\n    hash: ${WRONG}\n`), 'wasm/a.wasm': BYTES },
      ['11:11-82 hash-mismatch ns:f: hash verification failed: hash mismatch'],
    ],
    [
      'a hash that is malformed',
      { '_index.yaml': wasm('    fs: d\n    path: /a.wasm\n    hash: sha256:...\n'), 'wasm/a.wasm': BYTES },
      ['11:11-21 hash-format ns:f: hash verification failed: invalid hash format'],
    ],
    [
      'a hash in capitals',
      {
        '_index.yaml': wasm(`    fs: d\n    path: /a.wasm\n    hash: ${HASH.replace('cd5', 'CD5')}\n`),
        'wasm/a.wasm': BYTES,
      },
      ['11:11-82 hash-format ns:f: hash verification failed: invalid hash format'],
    ],
    [
      'a hash of another algorithm',
      { '_index.yaml': wasm('    fs: d\n    path: /a.wasm\n    hash: md5:00\n'), 'wasm/a.wasm': BYTES },
      ['11:11-17 hash-format ns:f: hash verification failed: unsupported hash algorithm: md5'],
    ],
    [
      'a malformed hash beside a missing file',
      { '_index.yaml': wasm('    fs: d\n    path: /b.wasm\n    hash: x\n'), 'wasm/a.wasm': BYTES },
      [
        '10:11-18 missing-file ns:f: failed to open file: wasm/b.wasm',
        '11:11-12 hash-format ns:f: hash verification failed: invalid hash format',
      ],
    ],
    [
      'a wrong hash beside other problems of the entry',
      {
        '_index.yaml': wasm(`    fs: d\n    path: /a.wasm\n    hash: ${WRONG}\n    colour: red\n`),
        'wasm/a.wasm': BYTES,
      },
      [
        '11:11-82 hash-mismatch ns:f: hash verification failed: hash mismatch',
        '12:5-11 unknown-field ns:f: function.wasm has no field "colour"',
      ],
    ],
    [
      'a path that leaves its filesystem',
      { '_index.yaml': wasm(`    fs: d\n    path: /../a.wasm\n    hash: ${HASH}\n`), 'wasm/x': '', 'a.wasm': BYTES },
      ['10:11-21 path-escape ns:f: path traversal detected in file path: /../a.wasm'],
    ],
    [
      'a path that is a folder',
      { '_index.yaml': wasm(`    fs: d\n    path: /sub\n    hash: ${HASH}\n`), 'wasm/sub/x': '' },
      ['10:11-15 unreadable-file ns:f: failed to open file: wasm/sub'],
    ],
    [
      'a filesystem that is not there',
      { '_index.yaml': wasm(`    fs: e\n    path: /a.wasm\n    hash: ${HASH}\n`), 'wasm/a.wasm': BYTES },
      ['9:9-10 unresolved-reference ns:f: filesystem not found: ns:e'],
    ],
    [
      'a filesystem that is a function',
      { '_index.yaml': wasm(`    fs: f\n    path: /a.wasm\n    hash: ${HASH}\n`), 'wasm/a.wasm': BYTES },
      ['9:9-10 wrong-reference-kind ns:f: ns:f is of another kind'],
    ],
    [
      'a folder that is not there',
      { '_index.yaml': entries('  - name: d\n    kind: fs.directory\n    directory: ./wasn\n'), 'wasm/a': '' },
      ['5:16-22 missing-folder ns:d: no such folder: wasn'],
    ],
    [
      'a folder that is a file',
      { '_index.yaml': entries('  - name: d\n    kind: fs.directory\n    directory: f\n'), f: '' },
      ['5:16-17 missing-folder ns:d: not a folder: f'],
    ],
    [
      'mounts at one place, once normalised',
      {
        '_index.yaml': WAT(
          '    wasi:\n      mounts:\n        - {fs: d, guest: /data}\n        - {fs: ns:d, guest: /x/..//data/}\n  - {name: d, kind: fs.directory, directory: .}\n',
        ),
      },
      ['10:29-41 duplicate-value ns:f: wasi.mounts[].guest must be unique: "/data" is also wasi.mounts[0].guest'],
    ],
    [
      'a mount at a relative place',
      {
        '_index.yaml': WAT(
          '    wasi: {mounts: [{fs: d, guest: data}]}\n  - {name: d, kind: fs.directory, directory: .}\n',
        ),
      },
      ['7:36-40 invalid-value ns:f: wasi.mounts[].guest must be absolute'],
    ],
    [
      'a mount of nothing',
      { '_index.yaml': WAT('    wasi: {mounts: [{fs: e, guest: /}]}\n') },
      ['7:26-27 unresolved-reference ns:f: wasi mount filesystem not found: ns:e'],
    ],
    [
      'a mount without fields',
      { '_index.yaml': WAT('    wasi:\n      mounts:\n        - read_only: true\n') },
      [
        '9:11-26 required ns:f: wasi.mounts[0].fs is required',
        '9:11-26 required ns:f: wasi.mounts[0].guest is required',
      ],
    ],
    [
      'a file:// that is not there',
      { '_index.yaml': WAT('    wit: file://a.wit\n'), 'b.wit': '' },
      ['7:10-22 missing-file ns:f: failed to open file: a.wit'],
    ],
    [
      'a file:// that leaves the registry',
      { '_index.yaml': WAT('    wit: file://../a.wit\n') },
      ['7:10-25 path-escape ns:f: path traversal detected in file path: ../a.wit'],
    ],
    [
      'a file:// that leaves the registry later',
      { 'sub/_index.yaml': WAT('    wit: file://x/../../../a.wit\n') },
      ['7:10-33 path-escape ns:f: path traversal detected in file path: x/../../../a.wit'],
    ],
    [
      'a file:// that is absolute',
      { '_index.yaml': WAT('    wit: file:///etc/passwd\n') },
      ['7:10-28 path-escape ns:f: path traversal detected in file path: /etc/passwd'],
    ],
    [
      'a file:// of nothing',
      { '_index.yaml': WAT('    wit: "file://"\n') },
      ['7:10-19 path-escape ns:f: path traversal detected in file path: '],
    ],
    [
      'a file:// that is not text',
      { '_index.yaml': WAT('    wit: file://a.wit\n'), 'a.wit': new Uint8Array([0xff]) },
      ['7:10-22 not-utf8 ns:f: a.wit is not valid UTF-8'],
    ],
    [
      'a file:// that is a folder',
      { '_index.yaml': WAT('    wit: file://a\n'), 'a/b': '' },
      ['7:10-18 unreadable-file ns:f: failed to open file: a'],
    ],
    [
      'a missing text in meta',
      { '_index.yaml': WAT('    meta: {a: [file://x]}\n') },
      ['7:16-24 missing-file ns:f: failed to open file: x'],
    ],
    [
      'a YAML file that is not UTF-8',
      { '_index.yaml': new Uint8Array([0x61, 0x80]) },
      ['0:0-0 not-utf8 -: the file is not valid UTF-8'],
    ],
    [
      'a folder without documents',
      { 'a.txt': '' },
      ['0:0-0 empty-registry -: no .yaml, .yml or .json file in this folder'],
    ],
    ['a JSON error', { 'a.json': '{"namespace": "ns",\n "entries": [}' }, ['2:14-15 json-syntax -: not valid JSON']],
    [
      'a duplicate JSON key',
      { 'a.json': '{"namespace": "ns", "entries": [],\n "entries": []}' },
      ['2:2-11 duplicate-key -: key "entries" is given twice: first at a.json:1:21'],
    ],
  ];
  test.each(cases)('%s', async (_name, files, expected) => {
    await expectProblems(loadFiles(files), expected);
  });

  test('the actual hash is printed, for a mismatch as what came, for a malformed one as what to write', async () => {
    const load = async (hash: string) =>
      expectFailure(
        await loadFiles({
          '_index.yaml': wasm(`    fs: d\n    path: a.wasm\n    hash: ${hash}\n`),
          'wasm/a.wasm': BYTES,
        }),
      ).problems[0];
    expect(await load(WRONG)).toMatchObject({ expected: WRONG, got: HASH });
    expect(await load('sha256:12')).toMatchObject({ got: '"sha256:12"', suggestion: HASH });
  });

  test('a missing file names the nearest that is there', async () => {
    const files = {
      '_index.yaml': wasm(`    fs: d\n    path: /maper.wasm\n    hash: ${HASH}\n`),
      'wasm/mapper.wasm': BYTES,
    };
    expect(expectFailure(await loadFiles(files)).problems[0]?.suggestion).toBe('mapper.wasm');
  });

  test('duplicate IDs of two files name both places', async () => {
    const { problems } = expectFailure(await loadFiles({ 'a.yaml': WAT(''), 'b/c.yml': WAT('') }));
    expect(problems.map((p) => `${p.file}:${p.line} ${p.message}`)).toEqual([
      'b/c.yml:3 duplicate ID ns:f: first defined at a.yaml:3:11',
    ]);
  });

  test('a registry folder that is not there', async () => {
    const missing = await loadRegistry({ root: join(tmpdir(), 'no-such-registry'), files: nodeFiles() });
    expect(brief(expectFailure(missing).problems)).toEqual(['0:0-0 missing-folder -: no such registry folder']);
  });
});
