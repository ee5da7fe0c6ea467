import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';
import type { Problem } from '../../src/registry/types.js';
import { brief, entries, expectFailure, expectProblems, loadFiles, loadText } from './helpers.js';

const WAT = (more: string): string =>
  entries(`  - name: f\n    kind: function.wat\n    source: (module)\n    method: m\n${more}`);
const LUA = (more: string): string =>
  entries(`  - name: f\n    kind: function.lua\n    source: return 1\n    method: m\n${more}`);

/** [name, document, problems] */
const TEXTS: readonly [string, string, readonly string[]][] = [
  [
    'a YAML error',
    'namespace: ns\nentries: [a\n',
    ['3:1-2 yaml-syntax -: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
  ['an unknown tag', 'namespace: !x ns\nentries: []\n', ['1:12-14 yaml-syntax -: Unresolved tag: !x']],
  [
    'a duplicate key',
    WAT('    method: n\n'),
    ['7:5-11 duplicate-key -: key "method" is given twice: first at t.yaml:6:5'],
  ],
  [
    'a duplicate key of a document',
    'namespace: a\nnamespace: b\nentries: []\n',
    ['2:1-10 duplicate-key -: key "namespace" is given twice: first at t.yaml:1:1'],
  ],
  [
    'a key that is a list',
    'namespace: ns\nentries: []\nmeta: {[a]: 1}\n',
    ['3:8-11 bad-key -: a key must be plain text'],
  ],
  [
    'an alias without an anchor',
    'namespace: ns\nmeta: {a: *b}\nentries: []\n',
    ['2:11-13 alias -: alias *b has no anchor before it'],
  ],
  [
    'an alias inside its own anchor',
    'namespace: ns\nmeta: &a {b: *a}\nentries: []\n',
    ['2:14-16 alias -: alias *a has no anchor before it'],
  ],
  ['a document that is a list', '- a\n', ['1:1-4 wrong-type -: not a registry document']],
  ['no namespace', 'entries: []\n', ['1:1-12 required -: missing namespace']],
  ['an empty namespace', 'namespace: ""\nentries: []\n', ['1:12-14 invalid-name -: not a namespace']],
  ['a namespace with a colon', 'namespace: a:b\nentries: []\n', ['1:12-15 invalid-name -: not a namespace']],
  [
    'a namespace that is a number',
    'namespace: 1\nentries: []\n',
    ['1:12-13 wrong-type -: namespace has the wrong type'],
  ],
  ['no entries', 'namespace: ns\n', ['1:1-14 required -: missing entries']],
  ['entries that are a map', 'namespace: ns\nentries: {a: 1}\n', ['2:1-8 wrong-type -: entries has the wrong type']],
  [
    'an unknown field of the document',
    'namespace: ns\nentrys: []\nentries: []\n',
    ['2:1-7 unknown-field -: a registry document has no field "entrys"'],
  ],
  [
    'a version that is a list',
    'namespace: ns\nversion: [1]\nentries: []\n',
    ['2:1-8 wrong-type -: version has the wrong type'],
  ],
  ['an entry that is text', entries('  - f\n'), ['3:5-6 wrong-type -: an entry is a map']],
  ['no name', entries('  - kind: function.wat\n'), ['3:5-23 required -: missing name']],
  ['no kind', entries('  - name: f\n'), ['3:11-12 required ns:f: missing kind']],
  ['a name with a space', entries('  - name: a b\n    kind: fs.directory\n'), ['3:11-14 invalid-name -: not a name']],
  [
    'a name that ends in a dot',
    entries('  - name: a.\n    kind: fs.directory\n'),
    ['3:11-13 invalid-name -: not a name'],
  ],
  [
    'a duplicate ID',
    WAT('  - name: f\n    kind: nonsense\n'),
    ['7:11-12 duplicate-id ns:f: duplicate ID ns:f: first defined at t.yaml:3:11'],
  ],
  [
    'an unknown kind',
    entries('  - name: f\n    kind: function.wsm\n'),
    ['4:11-23 unknown-kind ns:f: unknown kind "function.wsm"'],
  ],
  [
    'a kind that is not built',
    entries('  - name: f\n    kind: http.endpoint\n    anything: 1\n'),
    ['4:11-24 kind-not-built ns:f: kind http.endpoint is documented but not built yet'],
  ],
  ['an unknown field', WAT('    metod: x\n'), ['7:5-10 unknown-field ns:f: function.wat has no field "metod"']],
  ['a field of another kind', WAT('    fs: x\n'), ['7:5-7 unknown-field ns:f: function.wat has no field "fs"']],
  [
    'no source',
    entries('  - name: f\n    kind: function.wat\n    method: m\n'),
    ['3:11-12 required ns:f: source is required'],
  ],
  [
    'a blank source',
    entries('  - name: f\n    kind: function.wat\n    source: " "\n    method: m\n'),
    ['5:13-16 required ns:f: source is required'],
  ],
  [
    'a null method',
    entries('  - name: f\n    kind: function.wat\n    source: (module)\n    method:\n'),
    ['6:12-13 required ns:f: method is required'],
  ],
  [
    'a method that is a number',
    entries('  - name: f\n    kind: function.wat\n    source: (module)\n    method: 42\n'),
    ['6:13-15 wrong-type ns:f: method has the wrong type'],
  ],
  ['a blank wit', WAT('    wit: ""\n'), ['7:10-12 required ns:f: wit is empty: leave it out']],
  ['an unknown transport', WAT('    transport: wasi-htp\n'), ['7:16-24 invalid-value ns:f: invalid transport type']],
  [
    'an unknown import',
    WAT('    imports: [wasi:cli, wasi:clock]\n'),
    ['7:25-35 unknown-import ns:f: unsupported wasm host import: wasi:clock'],
  ],
  [
    'an unknown interface',
    WAT('    imports: [wasi:cli/stdot@0.2.0]\n'),
    ['7:15-35 unknown-import ns:f: unsupported wasm host import: wasi:cli/stdot@0.2.0'],
  ],
  ['an empty import', WAT('    imports: [""]\n'), ['7:15-17 invalid-value ns:f: import name cannot be empty']],
  ['imports that are text', WAT('    imports: wasi:cli\n'), ['7:14-22 wrong-type ns:f: imports has the wrong type']],
  [
    'a negative time limit',
    WAT('    limits: {max_execution_ms: -1}\n'),
    ['7:32-34 invalid-value ns:f: limits.max_execution_ms cannot be negative'],
  ],
  [
    'a time limit beyond timers',
    WAT('    limits: {max_execution_ms: 2147483648}\n'),
    ['7:32-42 invalid-value ns:f: limits.max_execution_ms is too large'],
  ],
  [
    'a negative memory limit',
    WAT('    limits: {max_memory_mb: -1}\n'),
    ['7:29-31 invalid-value ns:f: limits.max_memory_mb cannot be negative'],
  ],
  [
    'an unknown limit',
    WAT('    limits: {max_memory: 1}\n'),
    ['7:14-24 unknown-field ns:f: limits has no field "max_memory"'],
  ],
  ['a relative wasi.cwd', WAT('    wasi: {cwd: app}\n'), ['7:17-20 invalid-value ns:f: wasi.cwd must be absolute']],
  [
    'an argument that is a number',
    WAT('    wasi: {args: [a, 1]}\n'),
    ['7:22-23 wrong-type ns:f: wasi.args[1] has the wrong type'],
  ],
  [
    'a wasi.env without a name',
    WAT('    wasi: {env: [{id: v}]}\n  - {name: v, kind: env.variable}\n'),
    [
      '7:18-25 required ns:f: wasi.env[0].name is required',
      '8:21-33 kind-not-built ns:v: kind env.variable is documented but not built yet',
    ],
  ],
  [
    'an environment name with "="',
    WAT('    wasi: {env: [{id: v, name: a=b}]}\n'),
    [
      '7:23-24 unresolved-reference ns:f: environment variable not found: ns:v',
      '7:32-35 invalid-value ns:f: an environment name cannot hold "=" or NUL',
    ],
  ],
  [
    'an environment name used twice',
    WAT('    wasi: {env: [{id: v, name: A}, {id: v, name: A}]}\n'),
    [
      '7:23-24 unresolved-reference ns:f: environment variable not found: ns:v',
      '7:41-42 unresolved-reference ns:f: environment variable not found: ns:v',
      '7:50-51 duplicate-value ns:f: wasi.env[].name must be unique: "A" is also wasi.env[0].name',
    ],
  ],
  [
    'a host pattern that is none',
    WAT('    wasi: {allowed_hosts: [a.b:443, "a b"]}\n'),
    ['7:37-42 invalid-value ns:f: not a host that can be allowed'],
  ],
  ['an unknown module', LUA('    modules: [json, jsn]\n'), ['7:21-24 unknown-module ns:f: no module "jsn"']],
  [
    'a module with a namespace',
    LUA('    modules: ["a:b"]\n'),
    ['7:15-20 invalid-value ns:f: module cannot have a namespace'],
  ],
  ['an empty module', LUA('    modules: [""]\n'), ['7:15-17 required ns:f: module cannot be empty']],
  [
    'a library that is not there',
    LUA('    imports: {l: lib}\n'),
    ['7:18-21 unresolved-reference ns:f: library not found: ns:lib'],
  ],
  [
    'a library that is a function',
    LUA('    imports: {l: f}\n'),
    ['7:18-19 wrong-reference-kind ns:f: ns:f is of another kind'],
  ],
  [
    'a reference without a name',
    LUA('    imports: {l: "ns:"}\n'),
    ["7:18-23 invalid-value ns:f: imports.l is not an entry's ID"],
  ],
  [
    'an empty alias',
    LUA('    imports: {"": lib}\n  - {name: lib, kind: library.lua, source: return 1}\n'),
    ['7:19-22 required ns:f: import alias cannot be empty'],
  ],
  [
    'a network field that is unknown',
    LUA('    network: {hosts: []}\n'),
    ['7:15-20 unknown-field ns:f: network has no field "hosts"'],
  ],
  [
    'libraries in a circle',
    entries(
      '  - {name: a, kind: library.lua, source: x, imports: {b: b}}\n  - {name: b, kind: library.lua, source: x, imports: {a: ns:a}}\n',
    ),
    ['4:58-62 import-circle ns:b: libraries import each other in a circle: ns:a → ns:b → ns:a'],
  ],
  ['meta that is a list', WAT('    meta: [1]\n'), ['7:5-9 wrong-type ns:f: meta has the wrong type']],
  [
    'an option of the wrong type',
    WAT('    meta: {options: {unwrap: 1}}\n'),
    ['7:30-31 wrong-type ns:f: meta.options.unwrap has the wrong type'],
  ],
  [
    'an option misspelt',
    WAT('    meta: {options: {unwarp: true}}\n'),
    ['7:22-28 unknown-field ns:f: meta.options has no option "unwarp"'],
  ],
  [
    'a duration that is none',
    WAT('    meta: {options: {timeout: soon}}\n'),
    ['7:31-35 invalid-value ns:f: not a duration'],
  ],
  [
    'a retry kind that is none',
    WAT('    meta: {options: {retry: {retry_kinds: [Timeot]}}}\n'),
    ['7:44-50 invalid-value ns:f: no such error kind'],
  ],
  [
    'a jitter out of range',
    WAT('    meta: {options: {retry: {jitter: 1.1}}}\n'),
    ['7:38-41 invalid-value ns:f: meta.options.retry.jitter is out of range'],
  ],
  [
    'a directory mode that is not octal',
    entries('  - name: d\n    kind: fs.directory\n    directory: /\n    mode: "0999"\n'),
    ['6:11-17 invalid-value ns:d: invalid file mode format'],
  ],
  [
    'an unknown base',
    entries('  - name: d\n    kind: fs.directory\n    directory: /\n    base: home\n'),
    ['6:11-15 invalid-value ns:d: invalid directory base'],
  ],
  [
    'an empty directory',
    entries('  - name: d\n    kind: fs.directory\n    directory: ""\n'),
    ['5:16-18 required ns:d: directory path is required'],
  ],
];

describe('loadRegistry() reports', () => {
  test.each(TEXTS)('%s', async (_name, text, expected) => {
    await expectProblems(loadText(text), expected);
  });

  test('the second YAML problem as well as the first, and those of other entries', async () => {
    const text = entries('  - name: a\n    kind: nope\n  - name: b\n    kind: function.wat\n    metod: x\n');
    await expectProblems(loadText(text), [
      '4:11-15 unknown-kind ns:a: unknown kind "nope"',
      '5:11-12 required ns:b: source is required',
      '5:11-12 required ns:b: method is required',
      '7:5-10 unknown-field ns:b: function.wat has no field "metod"',
    ]);
  });

  test('only the syntax of a text with syntax errors, whose IDs still resolve for others', async () => {
    const files = {
      'a.yaml': entries('  - name: lib\n    kind: library.lua\n    source: "x\n'),
      'b.yaml': LUA('    imports: {l: lib}\n'),
    };
    const { problems } = expectFailure(await loadFiles(files));
    expect(problems.map((p) => `${p.file} ${p.code}`)).toEqual(['a.yaml yaml-syntax']);
  });

  test('the nearest name for what is misspelt', async () => {
    const suggestions: readonly [string, string | null][] = [
      [WAT('    metod: x\n'), 'method'],
      [WAT('    pool: {type: lasy}\n'), 'lazy'],
      [WAT('    imports: [wasi:clok]\n'), 'wasi:clocks'],
      [WAT('    imports: [wasi:cli/stdot]\n'), 'wasi:cli/stdout'],
      [entries('  - name: f\n    kind: fuction.wat\n'), 'function.wat'],
      [entries('  - name: f\n    kind: completely.else\n'), null],
      [LUA('    imports: {l: libb}\n  - {name: lib, kind: library.lua, source: x}\n'), 'ns:lib'],
      [LUA('    modules: [http-client]\n'), 'http_client'],
      ['namespace: ns\nentries: []\nversoin: 1\n', 'version'],
    ];
    for (const [text, suggestion] of suggestions) {
      expect(expectFailure(await loadText(text)).problems[0]?.suggestion, text).toBe(suggestion);
    }
  });

  test('what was expected and what came', async () => {
    const { problems } = expectFailure(await loadText(WAT('    limits: {max_execution_ms: fast}\n')));
    expect(problems[0]).toEqual({
      code: 'wrong-type',
      message: 'limits.max_execution_ms has the wrong type',
      expected: 'a whole number',
      got: 'text "fast"',
      suggestion: null,
      entry: 'ns:f',
      path: 'entries[0].limits.max_execution_ms',
      file: 't.yaml',
      line: 7,
      column: 32,
      endColumn: 36,
    } satisfies Problem);
  });
});

const BYTES = new Uint8Array([0, 97, 115, 109]);
const HASH = 'sha256:cd5d4935a48c0672cb06407bb443bc0087aff947c6b864bac886982c73b3027f';
const WRONG = `sha256:${'0'.repeat(64)}`;
const wasm = (fields: string): string =>
  entries(
    `  - name: d\n    kind: fs.directory\n    directory: ./wasm\n  - name: f\n    kind: function.wasm\n    method: m\n${fields}`,
  );

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

describe('the check of what only an engine can find', () => {
  const check = (path: (string | number)[], within?: { line: number; column: number; length: number }) => async () => [
    { path, code: 'wat-syntax', message: 'bad', ...(within === undefined ? {} : { within }) },
  ];

  test('places its problems inside an inline block', async () => {
    const text = entries(
      '  - name: f\n    kind: function.wat\n    source: |\n      (module\n        (oops))\n    method: m\n',
    );
    await expectProblems(loadText(text, { check: check(['source'], { line: 2, column: 4, length: 4 }) }), [
      '7:10-14 wat-syntax ns:f: bad',
    ]);
  });

  test('places its problems inside text on one line', async () => {
    const quoted = entries('  - name: f\n    kind: function.wat\n    source: "(oops)"\n    method: m\n');
    await expectProblems(loadText(quoted, { check: check(['source'], { line: 1, column: 2, length: 4 }) }), [
      '5:15-19 wat-syntax ns:f: bad',
    ]);
  });

  test('points at the whole field where the notation hides the place', async () => {
    const folded = entries(
      '  - name: f\n    kind: function.wat\n    source: >\n      (module\n      (oops))\n    method: m\n',
    );
    await expectProblems(loadText(folded, { check: check(['source'], { line: 1, column: 9, length: 1 }) }), [
      '5:13-14 wat-syntax ns:f: bad',
    ]);
    const escaped = entries('  - name: f\n    kind: function.wat\n    source: "(\\x6fops)"\n    method: m\n');
    await expectProblems(loadText(escaped, { check: check(['source'], { line: 1, column: 2, length: 1 }) }), [
      '5:13-24 wat-syntax ns:f: bad',
    ]);
  });

  test('places its problems inside the file behind file://', async () => {
    const files = {
      '_index.yaml': entries('  - name: f\n    kind: function.wat\n    source: file://a.wat\n    method: m\n'),
      'a.wat': '(module\n  (oops))\n',
    };
    const failure = await expectProblems(
      loadFiles(files, { check: check(['source'], { line: 2, column: 4, length: 4 }) }),
      ['2:4-8 wat-syntax ns:f: bad'],
    );
    expect(failure.problems[0]?.file).toBe('a.wat');
    expect(failure.sources.get('a.wat')).toBe('(module\n  (oops))\n');
  });

  test('runs for sound entries only, with verified bytes, beside the problems of others', async () => {
    const seen: [string, number | null][] = [];
    const files = {
      '_index.yaml': `${wasm(`    fs: d\n    path: /a.wasm\n    hash: ${HASH}\n`)}  - {name: g, kind: function.wasm, method: m, fs: d, path: /a.wasm, hash: ${WRONG}}\n  - {name: h, kind: library.lua, source: x}\n`,
      'wasm/a.wasm': BYTES,
    };
    const failure = expectFailure(
      await loadFiles(files, {
        check: async (entry, bytes) => {
          seen.push([entry.id, bytes?.length ?? null]);
          return entry.id === 'ns:h' ? [{ path: [], code: 'lua-syntax', message: 'bad' }] : [];
        },
      }),
    );
    expect(seen).toEqual([
      ['ns:f', 4],
      ['ns:h', null],
    ]);
    expect(failure.problems.map((p) => `${p.code} ${p.entry}`)).toEqual(['hash-mismatch ns:g', 'lua-syntax ns:h']);
  });

  test('makes a problem of a thrown HostError, and lets bugs through', async () => {
    const text = WAT('');
    await expectProblems(
      loadText(text, {
        check: async () => {
          throw new HostError('Internal', 'too bad');
        },
      }),
      ['3:11-12 check-failed ns:f: too bad'],
    );
    await expect(
      loadText(text, {
        check: async () => {
          throw new TypeError('bug');
        },
      }),
    ).rejects.toThrow('bug');
  });
});
