import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { entries, expectFailure, expectProblems, loadFiles, loadText } from './helpers.js';

const WAT = (more: string): string =>
  entries(`  - name: f\n    kind: function.wat\n    source: (module)\n    method: m\n${more}`);

const BYTES = new Uint8Array([0, 97, 115, 109]);
const HASH = 'sha256:cd5d4935a48c0672cb06407bb443bc0087aff947c6b864bac886982c73b3027f';
const WRONG = `sha256:${'0'.repeat(64)}`;
const wasm = (fields: string): string =>
  entries(
    `  - name: d\n    kind: fs.directory\n    directory: ./wasm\n  - name: f\n    kind: function.wasm\n    method: m\n${fields}`,
  );

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
