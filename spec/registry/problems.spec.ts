import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/registry/types.js';
import { entries, expectFailure, expectProblems, loadFiles, loadText } from './helpers.js';

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
    [
      '7:11-12 duplicate-id ns:f: duplicate ID ns:f: first defined at t.yaml:3:11',
      '8:11-19 unknown-kind ns:f: unknown kind "nonsense"',
    ],
  ],
  [
    'an unknown kind',
    entries('  - name: f\n    kind: function.wsm\n'),
    ['4:11-23 unknown-kind ns:f: unknown kind "function.wsm"'],
  ],
  [
    'a kind that is not built',
    entries('  - name: f\n    kind: process.lua\n    anything: 1\n'),
    ['4:11-22 kind-not-built ns:f: kind process.lua is documented but not built yet'],
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
    ['7:18-25 required ns:f: wasi.env[0].name is required', '8:12-13 required ns:v: storage is required'],
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

/** What one slip of the finger in YAML is told, however much the parser says of what follows. */
const SLIPS: [string, string, string[]][] = [
  ['a line indented too little', '  - name: a\n    kind: b\n   source: x\n', ['5:1 Sequence item without - indicator']],
  ['a tab', '  - name: a\n\tkind: b\n    source: x\n', ['4:1 Tabs are not allowed as indentation']],
  [
    'a quote left open',
    '  - name: a\n    kind: "b\n    source: x\n  - name: c\n',
    ['4:11 the quote that opens here is not closed'],
  ],
  ['a key without its colon', '  - name a\n    kind: b\n', ['3:5 Implicit keys need to be on a single line']],
  [
    'a block that ends early',
    '  - name: a\n    source: |\n      x\n    y\n  z\n w\n',
    ['6:5 Implicit map keys need to be followed by map values'],
  ],
  ['two colons', '  - name: a: b\n    kind: c\n', ['3:11 Nested mappings are not allowed in compact mappings']],
  [
    'brackets left open',
    '  - {name: a, kind: {b: [c\n',
    ['4:1 Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
  [
    'two values that cannot begin so',
    '  - name: @a\n    kind: `b\n',
    [
      '3:11 Plain value cannot start with reserved character @',
      '4:11 Plain value cannot start with reserved character `',
    ],
  ],
  [
    'two slips that are apart',
    '  - name: "a" b\n    kind: c\n    x: y\n    z: "d" e\n',
    ['3:15 Unexpected scalar at node end', '6:12 Unexpected scalar at node end'],
  ],
];

describe('YAML: one problem is reported for', () => {
  test.each(SLIPS)('%s', async (_name, list, expected) => {
    const { problems } = expectFailure(await loadText(entries(list)));
    expect(problems.map((problem) => `${problem.line}:${problem.column} ${problem.message}`)).toEqual(expected);
  });
});

describe('YAML: what to write instead stands beside', () => {
  test.each([
    ['two colons', '  - name: a: b\n', 'a text that holds another stands in quotes, or below a |'],
    ['a line indented too little', '  - name: a\n    kind: b\n   source: x\n', 'the fields of an entry in one column'],
    ['a tab', '  - name: a\n\tkind: b\n', 'spaces'],
    ['a key without its colon', '  - name a\n    kind: b\n', 'name: value, with a space behind the colon'],
  ])('%s', async (_name, list, expected) => {
    const { problems } = expectFailure(await loadText(entries(list)));
    expect(problems[0]!.expected).toContain(expected);
  });
});

test('who refers to a function that is not there is told the kinds that are built', async () => {
  const endpoint = '  - {name: e, kind: http.endpoint, method: GET, path: /, func: f}\n';
  const { problems } = expectFailure(await loadText(entries(endpoint)));
  expect(problems[0]!.expected).toBe('an entry of kind function.wat or function.wasm or function.lua');
});

test('a file that several entries name is missing once', async () => {
  const wasm = (name: string): string =>
    `  - {name: ${name}, kind: function.wasm, fs: d, path: x.wasm, method: m, hash: "sha256:${'0'.repeat(64)}"}\n`;
  const lua = (name: string): string => `  - {name: ${name}, kind: library.lua, source: "file://x.lua"}\n`;
  const list = `  - {name: d, kind: fs.directory, directory: .}\n${wasm('a')}${wasm('b')}${lua('c')}${lua('e')}`;
  const { problems } = expectFailure(await loadFiles({ 'r.yaml': entries(list) }));
  expect(problems.map(({ entry, message }) => `${entry} ${message}`)).toEqual([
    'ns:a failed to open file: x.wasm',
    'ns:c failed to open file: x.lua',
  ]);
});

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
