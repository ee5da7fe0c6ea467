import { realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HostBug, HostError } from '../../src/errors.js';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';
import { brief, entries, expectFailure, expectRegistry, loadFiles, loadText, withFolder } from './helpers.js';

const BYTES = new Uint8Array([0, 97, 115, 109]);
const HASH = 'sha256:cd5d4935a48c0672cb06407bb443bc0087aff947c6b864bac886982c73b3027f';
const WASM = `  - name: d\n    kind: fs.directory\n    directory: ./wasm\n  - name: f\n    kind: function.wasm\n    fs: d\n    path: /a.wasm\n    hash: ${HASH}\n    method: m\n`;

describe('an entry', () => {
  test('has every field in camel case, defaults filled in', async () => {
    const text = entries('  - name: f\n    kind: function.wat\n    source: (module)\n    method: m\n');
    const entry = expectRegistry(await loadText(text)).get('ns:f');
    expect(entry).toEqual({
      id: 'ns:f',
      namespace: 'ns',
      name: 'f',
      kind: 'function.wat',
      meta: {},
      options: { unwrap: null, timeout: null, retry: null },
      place: { file: 't.yaml', line: 3, column: 11 },
      fields: {
        source: { text: '(module)', file: 't.yaml', line: 5, external: false },
        method: 'm',
        wit: null,
        pool: { type: 'lazy', size: 0, workers: 0, buffer: 0, maxSize: 100, warmStart: false },
        transport: 'payload',
        imports: [],
        wasi: { args: [], cwd: null, env: [], mounts: [], allowedHosts: [] },
        limits: { maxExecutionMs: null, maxMemoryMb: null },
      },
    });
  });

  test('holds what was written, normalised', async () => {
    const text = entries(`  - name: f
    kind: function.wat
    source: (module)
    method: "iface#m"
    transport: wasi-http
    imports: [WASI:Cli@0.2.3, wasi:cli/stdout, preview1, funcs, "wippy:runtime/funcs@0.1.0", acme:shop/prices@1.0.0]
    limits: {max_execution_ms: 5000, max_memory_mb: 0}
    wasi:
      args: ["--verbose", "1"]
      cwd: /app/./x/..
      mounts: [{fs: d, guest: /data/, read_only: true}]
      allowed_hosts: ["API.example.com:443", "*.b.org", "10.0.0.0/8", "[::1]:80", "localhost"]
    meta: {comment: hi, options: {unwrap: true, timeout: 1.5s, retry: {max_attempts: 3, initial_delay: 20, retry_kinds: [Timeout]}}}
  - {name: d, kind: fs.directory, directory: ${tmpdir()}, mode: 0700, auto_init: true, base: project}
`);
    const registry = expectRegistry(await loadText(text, { hostImports: ['acme:shop/prices@1.2.0'] }));
    const entry = registry.getOf('function.wat', 'ns:f')!;
    expect(entry.fields.method).toBe('iface#m');
    expect(entry.fields.imports).toEqual([
      { group: 'wasi:cli', interface: null },
      { group: 'wasi:cli', interface: 'stdout' },
      { group: 'wasi1', interface: null },
      { group: 'funcs', interface: null },
      { group: 'funcs', interface: null },
      { group: 'acme:shop/prices', interface: null },
    ]);
    expect(entry.fields.limits).toEqual({ maxExecutionMs: 5000, maxMemoryMb: null });
    expect(entry.fields.wasi).toEqual({
      args: ['--verbose', '1'],
      cwd: '/app',
      env: [],
      mounts: [{ fs: 'ns:d', guest: '/data', readOnly: true }],
      allowedHosts: ['api.example.com:443', '*.b.org', '10.0.0.0/8', '[::1]:80', 'localhost'],
    });
    expect(entry.options).toMatchObject({
      unwrap: true,
      timeout: 1500,
      retry: { maxAttempts: 3, initialDelay: 20, jitter: null },
    });
    expect(registry.getOf('fs.directory', 'ns:d')?.fields).toEqual({
      directory: tmpdir(),
      path: tmpdir(),
      realPath: realpathSync(tmpdir()),
      autoInit: true,
      mode: 0o700,
      base: 'project',
    });
  });

  test('is frozen all the way down', async () => {
    const registry = expectRegistry(
      await loadText(entries('  - {name: l, kind: library.lua, source: x, meta: {a: [1]}}\n')),
    );
    const entry = registry.getOf('library.lua', 'ns:l')!;
    for (const value of [registry.entries, entry, entry.fields, entry.fields.source, entry.meta, entry.meta.a]) {
      expect(Object.isFrozen(value)).toBe(true);
    }
  });

  test('of a block says at which line its code begins', async () => {
    const text = entries('  - name: l\n    kind: library.lua\n    source: |\n\n      local x = 1\n      return x\n');
    const entry = expectRegistry(await loadText(text)).getOf('library.lua', 'ns:l');
    expect(entry?.fields.source).toEqual({
      text: '\nlocal x = 1\nreturn x\n',
      file: 't.yaml',
      line: 6,
      external: false,
    });
  });

  test('of a Lua function has modules, imports by full ID, hosts', async () => {
    const text = entries(`  - {name: lib, kind: library.lua, source: x, imports: {other: o:lib}}
  - {name: f, kind: function.lua, source: x, method: run, modules: [json, time], imports: {lib: lib}, network: {allowed_hosts: ["a:1"]}}
---
namespace: o
entries:
  - {name: lib, kind: library.lua, source: y}
`);
    const registry = expectRegistry(await loadText(text));
    expect(registry.getOf('function.lua', 'ns:f')?.fields).toMatchObject({
      modules: ['json', 'time'],
      imports: { lib: 'ns:lib' },
      network: { allowedHosts: ['a:1'] },
    });
    expect(registry.getOf('library.lua', 'ns:lib')?.fields.imports).toEqual({ other: 'o:lib' });
  });
});

describe('documents', () => {
  test('lend their meta to their entries, whose own wins key by key', async () => {
    const text = `namespace: ns
meta: {a: 1, b: {c: 1}, options: {unwrap: true}}
entries:
  - {name: l, kind: library.lua, source: x, meta: {b: {d: 2}, e: 3}}
  - {name: m, kind: library.lua, source: x, meta: {options: {timeout: 5}}}
`;
    const registry = expectRegistry(await loadText(text));
    expect(registry.get('ns:l')?.meta).toEqual({ a: 1, b: { d: 2 }, e: 3, options: { unwrap: true } });
    expect(registry.get('ns:l')?.options.unwrap).toBe(true);
    expect(registry.get('ns:m')?.options).toEqual({ unwrap: null, timeout: 5, retry: null });
  });

  test('may hold a single entry at the top', async () => {
    const text = 'namespace: ns\nversion: 1.0\nname: l\nkind: library.lua\nsource: x\n';
    expect(expectRegistry(await loadText(text)).get('ns:l')?.place).toEqual({ file: 't.yaml', line: 3, column: 7 });
  });

  test('may use anchors, aliases and merge keys', async () => {
    const text = `namespace: ns
meta: {pool: &p {type: lazy, max_size: 4}}
entries:
  - {name: a, kind: function.wat, source: (module), method: m, pool: *p}
  - {name: b, kind: function.wat, source: (module), method: m, pool: {<<: *p, max_size: 5}}
`;
    const registry = expectRegistry(await loadText(text));
    expect(registry.getOf('function.wat', 'ns:a')?.fields.pool.maxSize).toBe(4);
    expect(registry.getOf('function.wat', 'ns:b')?.fields.pool.maxSize).toBe(5);
  });

  test('with a key named __proto__ keep it as a key', async () => {
    const text = entries('  - {name: l, kind: library.lua, source: x, meta: {__proto__: {a: 1}}}\n');
    const meta = expectRegistry(await loadText(text)).get('ns:l')!.meta;
    expect(Object.keys(meta)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test.each([
    ['t.yaml', ''],
    ['t.yaml', '# nothing\n'],
    ['t.yaml', '---\n'],
    ['t.yaml', '---\n---\n'],
    ['t.json', ' '],
  ])('in %s: %j is a file without any, which is said', async (name, text) => {
    const { problems } = expectFailure(await loadText(text, { name }));
    expect(brief(problems)).toEqual(['0:0-0 empty-document -: the file holds no document']);
  });

  test('without entries, or empty beside others, hold nothing', async () => {
    for (const text of ['namespace: ns\nentries:\n', '---\n---\nnamespace: ns\nentries: []\n---\n']) {
      expect(expectRegistry(await loadText(text)).entries).toEqual([]);
    }
  });

  test('written with CRLF or a byte order mark have the same places', async () => {
    const text = entries('  - name: f\n    kind: nope\n');
    const crlf = expectFailure(await loadText(text.replaceAll('\n', '\r\n')));
    expect(brief(crlf.problems)).toEqual(['4:11-15 unknown-kind ns:f: unknown kind "nope"']);
    const marked = await loadFiles({ 'a.yaml': `\ufeff${entries('  - {name: l, kind: library.lua, source: x}\n')}` });
    expect(expectRegistry(marked).get('ns:l')?.place).toEqual({
      file: expect.stringMatching(/a\.yaml$/),
      line: 3,
      column: 12,
    });
  });

  test('in JSON are read with places', async () => {
    const json =
      '{\n  "namespace": "ns",\n  "entries": [\n    {"name": "l", "kind": "library.lua", "source": "x\\ny"}\n  ]\n}\n';
    const entry = expectRegistry(await loadText(json, { name: 'a.json' })).getOf('library.lua', 'ns:l');
    expect(entry?.place).toEqual({ file: 'a.json', line: 4, column: 14 });
    expect(entry?.fields.source.text).toBe('x\ny');
  });
});

describe('the folder', () => {
  const library = (name: string): string => entries(`  - {name: ${name}, kind: library.lua, source: x}\n`);

  test('is searched for .yaml, .yml and .json, not in node_modules nor dot-folders', async () => {
    const registry = expectRegistry(
      await loadFiles({
        'b.yaml': library('b'),
        'a.yml': library('a'),
        'sub/deep/c.yaml': library('c'),
        'd.json': '{"namespace": "ns", "entries": []}',
        'node_modules/x.yaml': 'bad: [',
        '.git/x.yaml': 'bad: [',
        '.hidden.yaml': 'bad: [',
        'notes.txt': 'bad: [',
      }),
    );
    expect(registry.entries.map((entry) => entry.id)).toEqual(['ns:a', 'ns:b', 'ns:c']);
  });

  test('resolves file:// relative to the YAML file, upwards too while it stays inside', async () => {
    const source = (path: string): string => entries(`  - {name: l, kind: library.lua, source: file://${path}}\n`);
    for (const path of ['x.lua', './x.lua', '../top.lua', '../sub/x.lua']) {
      const registry = expectRegistry(
        await loadFiles({ 'sub/a.yaml': source(path), 'sub/x.lua': 'return 1', 'top.lua': 'return 1' }),
      );
      const fields = registry.getOf('library.lua', 'ns:l')!.fields;
      expect(fields.source).toMatchObject({ text: 'return 1', line: 1, external: true });
    }
  });

  test('resolves directories relative to the YAML file, the registry or the project', async () => {
    await withFolder({ 'reg/sub/a.yaml': '', 'reg/sub/w/x': '', 'reg/w/x': '', 'w/x': '' }, async (root) => {
      const directory = (name: string, more: string): string =>
        `  - {name: ${name}, kind: fs.directory, directory: ./w${more}}\n`;
      writeFileSync(
        join(root, 'reg/sub/a.yaml'),
        entries(directory('f', '') + directory('m', ', base: module') + directory('p', ', base: project')),
      );
      const result = await loadRegistry({ root: join(root, 'reg'), projectRoot: root, files: nodeFiles() });
      const paths = expectRegistry(result)
        .ofKind('fs.directory')
        .map((entry) => entry.fields.path);
      expect(paths).toEqual([join(root, 'reg/sub/w'), join(root, 'reg/w'), join(root, 'w')]);
    });
  });

  test('links do not lead out of it, neither for documents nor for texts nor for binaries', async () => {
    await withFolder(
      { 'out/x.lua': 'return 1', 'out/x.yaml': library('x'), 'out/a.wasm': BYTES, 'reg/wasm/x': '' },
      async (root) => {
        symlinkSync(join(root, 'out/x.lua'), join(root, 'reg/x.lua'));
        symlinkSync(join(root, 'out/x.yaml'), join(root, 'reg/x.yaml'));
        symlinkSync(join(root, 'out/a.wasm'), join(root, 'reg/wasm/a.wasm'));
        symlinkSync(join(root, 'reg'), join(root, 'reg/loop'));
        writeFileSync(
          join(root, 'reg/a.yaml'),
          entries(`  - {name: l, kind: library.lua, source: file://x.lua}\n${WASM}`),
        );
        const { problems } = expectFailure(await loadRegistry({ root: join(root, 'reg'), files: nodeFiles() }));
        expect(problems.map((p) => `${p.code} ${p.path}`)).toEqual([
          'path-escape entries[0].source',
          'path-escape entries[2].path',
          'path-escape ',
        ]);
      },
    );
  });
});

describe('Registry', () => {
  test('finds entries by ID, kind and nearest name', async () => {
    const registry = expectRegistry(await loadFiles({ 'a.yaml': entries(WASM), 'wasm/a.wasm': BYTES }));
    expect(registry.get('ns:f')?.kind).toBe('function.wasm');
    expect(registry.get('ns:g')).toBeUndefined();
    expect(registry.getOf('function.wat', 'ns:f')).toBeUndefined();
    expect(registry.getOf('function.wasm', 'ns:f')?.fields.fs).toBe('ns:d');
    expect(registry.functions().map((entry) => entry.id)).toEqual(['ns:f']);
    expect(registry.nearestId('ns:ff')).toBe('ns:f');
    expect(registry.nearestId('something')).toBeNull();
  });

  test('readBinary() gives the bytes, and refuses those that changed since', async () => {
    await withFolder({ 'a.yaml': entries(WASM), 'wasm/a.wasm': BYTES }, async (root) => {
      const registry = expectRegistry(await loadRegistry({ root, files: nodeFiles() }));
      const entry = registry.getOf('function.wasm', 'ns:f')!;
      expect(await registry.readBinary(entry)).toEqual(BYTES);
      writeFileSync(join(root, 'wasm/a.wasm'), 'other');
      expect(await registry.readBinary(entry)).toEqual(BYTES);
      registry.forgetBinaries();
      const failed = await registry.readBinary(entry).catch((thrown: unknown) => thrown);
      expect(failed).toBeInstanceOf(HostError);
      expect(failed).toMatchObject({ kind: 'Invalid', details: { code: 'hash-mismatch', expected: HASH } });
    });
  });

  test('problemAt() places a late problem, and refuses entries of another registry', async () => {
    const registry = expectRegistry(await loadText(entries('  - {name: l, kind: library.lua, source: x}\n')));
    const other = expectRegistry(await loadText(entries('  - {name: m, kind: library.lua, source: x}\n')));
    const problem = registry.problemAt(registry.entries[0]!, ['source'], { code: 'late', message: 'bad' });
    expect(brief([problem])).toEqual(['3:42-43 late ns:l: bad']);
    expect(() => registry.problemAt(other.entries[0]!, [], { code: 'late', message: 'bad' })).toThrow(HostBug);
  });
});

test.each(['0', '0s', '"0ms"'])('meta.options.timeout: %s is refused: every call could only fail', async (timeout) => {
  const list = `  - {name: f, kind: function.lua, source: "return {f = print}", method: f, meta: {options: {timeout: ${timeout}}}}\n`;
  const failure = expectFailure(await loadText(entries(list)));
  expect(failure.problems).toMatchObject([
    { message: 'timeout must be above 0', path: 'entries[0].meta.options.timeout', got: '0', line: 3 },
  ]);
  expectRegistry(await loadText(entries(list.replace(`timeout: ${timeout}`, 'timeout: 1'))));
});
