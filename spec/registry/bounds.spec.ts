import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProblems } from '../../src/registry/format.js';
import { MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_NODES, MAX_PROBLEMS } from '../../src/registry/limits.js';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';
import { entries, expectFailure, expectRegistry, loadFiles, loadText, withFolder } from './helpers.js';

const codes = async (result: ReturnType<typeof loadText>): Promise<string[]> =>
  expectFailure(await result).problems.map((problem) => problem.code);

/** `meta` is at depth 1 of its document. */
const nested = (depth: number): string =>
  `namespace: ns\nentries: []\nmeta: {a: ${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}\n`;

describe('nesting', () => {
  test(`is read ${MAX_DEPTH} deep, and a problem one deeper`, async () => {
    expectRegistry(await loadText(nested(MAX_DEPTH)));
    expect(await codes(loadText(nested(MAX_DEPTH + 1)))).toEqual(['too-deep']);
  });

  test.each([
    ['[', 100_000],
    ['{a: ', 100_000],
    ['- ', 100_000],
    ['? ', 100_000],
  ])('of %j is a problem, not an overflow', async (unit, count) => {
    expect(await codes(loadText(unit.repeat(count)))).toContain('too-deep');
  });

  test('by indentation is a problem', async () => {
    const text = Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('');
    expect(await codes(loadText(text))).toEqual(['too-deep']);
  });

  test.each(['[', '{"a":'])('of JSON %j is a problem', async (unit) => {
    expect(await codes(loadText(unit.repeat(100_000), { name: 'a.json' }))).toEqual(['too-deep']);
  });

  test('of an object is a problem', async () => {
    let meta: object = {};
    for (let depth = 0; depth < 10_000; depth++) meta = { meta };
    const document = { namespace: 'ns', meta, entries: [] };
    expect(await codes(loadRegistry({ sources: [{ document }], files: nodeFiles() }))).toEqual(['too-deep']);
  });
});

describe('aliases', () => {
  const bomb = (levels: number, width: number): string => {
    const lines = [`  l0: &l0 [${'x, '.repeat(width)}]`];
    for (let level = 1; level <= levels; level++)
      lines.push(`  l${level}: &l${level} [${`*l${level - 1}, `.repeat(width)}]`);
    return `namespace: ns\nentries: []\nmeta:\n${lines.join('\n')}\n`;
  };

  test('count as what they stand for', async () => {
    expectRegistry(await loadText(bomb(3, 9)));
    expect(await codes(loadText(bomb(9, 9)))).toEqual(['too-large']);
    expect(await codes(loadText(bomb(50, 40)))).toEqual(['too-large']);
  });

  test('of merge keys are bounded too', async () => {
    const base = `{${Array.from({ length: 1000 }, (_, i) => `k${i}: 1`).join(', ')}}`;
    const text = `namespace: ns\nentries: []\nmeta:\n  base: &b ${base}\n  list: [${'{<<: *b}, '.repeat(MAX_NODES / 1000)}]\n`;
    expect(await codes(loadText(text))).toEqual(['too-large']);
  });
});

test('a document meta copied into many entries is bounded, and shared where nothing is laid over it', async () => {
  const keys = Array.from({ length: 1000 }, (_, i) => `k${i}: 1`).join(', ');
  const document = (meta: string): string => {
    const list = Array.from({ length: 501 }, (_, i) => `  - {name: l${i}, kind: library.lua, source: x${meta}}\n`);
    return `namespace: ns\nmeta: {${keys}}\nentries:\n${list.join('')}`;
  };
  const registry = expectRegistry(await loadText(document('')));
  expect(registry.get('ns:l500')?.meta).toBe(registry.get('ns:l0')?.meta);
  expect(await codes(loadText(document(', meta: {a: 1}')))).toEqual(['too-large']);
});

test('texts in messages are cut', async () => {
  const long = 'x'.repeat(1_000_000);
  const text = entries(
    `  - {name: d, kind: fs.directory, directory: ${long}}\n  - {name: f, kind: ${long}}\n  - {name: l, kind: library.lua, source: file://${long}, ${long}: 1}\n`,
  );
  const { problems } = expectFailure(await loadText(text));
  expect(problems.map((problem) => problem.code)).toEqual([
    'missing-folder',
    'unknown-kind',
    'missing-file',
    'unknown-field',
  ]);
  for (const { message, expected, got, path } of problems)
    expect(JSON.stringify([message, expected, got, path]).length).toBeLessThan(1000);
});

describe('size', () => {
  test('of a document is bounded', async () => {
    const filler = (bytes: number): string =>
      `${entries('  - {name: l, kind: library.lua, source: x}\n')}#`.padEnd(bytes, 'x');
    expectRegistry(await loadFiles({ 'a.yaml': filler(MAX_DOCUMENT_BYTES) }));
    expect(await codes(loadFiles({ 'a.yaml': filler(MAX_DOCUMENT_BYTES + 1) }))).toEqual(['too-large']);
  });

  test('of all documents is bounded', async () => {
    const filler = `${entries('')}#`.padEnd(MAX_DOCUMENT_BYTES, 'x');
    const files = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}.yaml`, filler]));
    expect(await codes(loadFiles(files))).toEqual(['too-large']);
  });

  test('of keys costs no more than it should: 100 000 keys of one map are read, each duplicate named', async () => {
    const keys = Array.from({ length: 100_000 }, (_, i) => `  k${i}: 1`).join('\n');
    expectRegistry(await loadText(`namespace: ns\nentries: []\nmeta:\n${keys}\n`));
    expect(await codes(loadText(`namespace: ns\nentries: []\nmeta:\n${keys}\n  k7: 1\n`))).toEqual(['duplicate-key']);
  });

  test('of a JSON text is one long string without trouble', async () => {
    const text = `{"namespace": "ns", "entries": [], "meta": {"a": "${'\\n'.repeat(1_000_000)}"}}`;
    expectRegistry(await loadText(text, { name: 'a.json' }));
  });

  test(`of the problem list ends at ${MAX_PROBLEMS}, and says how many more there are`, async () => {
    const text = entries(
      Array.from({ length: MAX_PROBLEMS + 7 }, (_, i) => `  - {name: f${i}, kind: nope}\n`).join(''),
    );
    const { problems } = expectFailure(await loadText(text));
    expect(problems.length).toBe(MAX_PROBLEMS + 1);
    expect(problems[MAX_PROBLEMS]).toMatchObject({
      code: 'too-many-problems',
      message: '7 more problems are not listed: mend these first',
    });
  });
});

test('1000 entries of 20 binaries load, each binary read once', async () => {
  const files: Record<string, string | Uint8Array> = {};
  for (let i = 0; i < 20; i++) files[`wasm/m${i}.wasm`] = new Uint8Array(1000).fill(i);
  const { sha256 } = nodeFiles();
  const list = ['  - {name: d, kind: fs.directory, directory: ./wasm}\n'];
  for (let i = 0; i < 1000; i++) {
    const hash = await sha256(files[`wasm/m${i % 20}.wasm`] as Uint8Array);
    list.push(
      `  - name: f${i}\n    kind: function.wasm\n    fs: d\n    path: /m${i % 20}.wasm\n    hash: sha256:${hash}\n    method: m\n`,
    );
  }
  files['_index.yaml'] = entries(list.join(''));
  await withFolder(files, async (root) => {
    const node = nodeFiles();
    const reads: string[] = [];
    const counting = {
      ...node,
      read: (path: string, maxBytes: number) => {
        reads.push(path);
        return node.read(path, maxBytes);
      },
    };
    expect(expectRegistry(await loadRegistry({ root, files: counting })).entries.length).toBe(1001);
    expect(reads.length).toBe(21);
  });
});

test('a pipe in the place of a binary, a text or a document is a problem, and nobody waits for it', async () => {
  await withFolder({ 'a.yaml': entries('  - {name: l, kind: library.lua, source: file://p.lua}\n') }, async (root) => {
    execFileSync('mkfifo', [join(root, 'p.lua')]);
    expect(await codes(loadRegistry({ root, files: nodeFiles() }))).toEqual(['unreadable-file']);
  });
});

const GOOD = `version: "1.0"
namespace: ns
meta: &m {owner: me, options: {unwrap: true}}
entries:
  - name: answer
    kind: function.wat
    source: |
      (module
        (func (export "answer") (result i32) i32.const 42))
    wit: |
      answer: func() -> s32;
    method: answer
    pool: {type: static, size: 4, workers: 2, buffer: 16}
    imports: [wasi:cli, wasi:io@0.2.0]
    wasi: {args: ["-v"], cwd: "/app", mounts: [{fs: tmp, guest: /data, read_only: true}], allowed_hosts: ["a.b:80"]}
    limits: {max_execution_ms: 5000, max_memory_mb: 64}
    meta: *m
  - name: tmp
    kind: fs.directory
    directory: /tmp
    mode: "0755"
  - {name: lib, kind: library.lua, source: 'return {}', modules: [json]}
  - {name: run, kind: function.lua, source: "return 1", method: run, imports: {lib: lib}}
`;

describe('random edits of a good registry', () => {
  const FRAGMENTS = [
    '',
    ' ',
    '\n',
    ':',
    '-',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|',
    '>',
    '&a ',
    '*a',
    '*m',
    '!',
    '%',
    '@',
    '#',
    '\t',
    '\r',
    '? ',
    '<<: ',
    '~',
    '.inf',
    '\0',
    '\ud800',
    '\u{1f600}',
    'file://',
    'null',
  ];
  const edit = fc.record({ at: fc.nat(GOOD.length), length: fc.nat(30), text: fc.constantFrom(...FRAGMENTS) });

  test('the registry is good to begin with', async () => {
    expectRegistry(await loadText(GOOD));
  });

  test('give a registry or problems with places in the text, never an exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        let text = GOOD;
        for (const { at, length, text: fragment } of edits)
          text = text.slice(0, at) + fragment + text.slice(at + length);
        const result = await loadText(text);
        if (result.ok) return;
        const lines = text.split('\n').length;
        expect(result.problems.length).toBeGreaterThan(0);
        for (const problem of result.problems) {
          expect(problem.line).toBeGreaterThanOrEqual(1);
          expect(problem.line).toBeLessThanOrEqual(lines);
          expect(problem.endColumn).toBeGreaterThan(problem.column);
        }
        expect(formatProblems(result.problems, result.sources)).toContain('problem');
      }),
      { numRuns: 400 },
    );
  });

  test('of JSON are read as JSON.parse() reads them, or refused as it refuses them', async () => {
    const good = JSON.stringify(
      { namespace: 'ns', meta: { a: [1, -2.5e3, true, null, 'x\n"\\ü'], b: {} }, entries: [] },
      null,
      1,
    );
    const jsonEdit = fc.record({
      at: fc.nat(good.length),
      length: fc.nat(4),
      text: fc.constantFrom(...FRAGMENTS, '1', ',', '\\', 'e', '\\u00', '.'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(jsonEdit, { minLength: 1, maxLength: 2 }), async (edits) => {
        let text = good;
        for (const { at, length, text: fragment } of edits)
          text = text.slice(0, at) + fragment + text.slice(at + length);
        const result = await loadText(text, { name: 'a.json' });
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const refused = !result.ok && result.problems.some((problem) => problem.code === 'json-syntax');
        expect(refused).toBe(!valid && text.trim() !== '');
      }),
      { numRuns: 400 },
    );
  });
});
