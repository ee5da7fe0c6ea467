import { describe, expect, test } from 'vitest';
import { formatProblems, registryError } from '../../src/registry/format.js';
import type { Problem } from '../../src/registry/types.js';
import { entries, expectFailure, loadText } from './helpers.js';

const print = async (text: string): Promise<string> => {
  const { problems, sources } = expectFailure(await loadText(text));
  return formatProblems(problems, sources);
};

const AT: Problem = {
  code: 'x',
  message: 'wrong',
  expected: null,
  got: null,
  suggestion: null,
  entry: null,
  path: '',
  file: 'a',
  line: 1,
  column: 1,
  endColumn: 2,
};

describe('formatProblems()', () => {
  test('prints place, line, caret, what was expected and got, the nearest name, and a count', async () => {
    const text = entries(
      '  - name: f\n    kind: function.wat\n    source: (module)\n    method: m\n    pool: {type: lasy}\n',
    );
    expect(await print(text)).toBe(`t.yaml:7:18: ns:f: invalid pool type
  7 |     pool: {type: lasy}
    |                  ^^^^
  expected one of inline, lazy, static, adaptive, got text "lasy"
  did you mean lazy?

1 problem in 1 file`);
  });

  test('sets a blank line between problems and counts them', () => {
    const text = formatProblems([AT, { ...AT, file: 'b' }], new Map([['a', 'x']]));
    expect(text).toBe('a:1:1: wrong\n  1 | x\n    | ^\n\nb:1:1: wrong\n\n2 problems in 2 files');
  });

  test('prints the path where there is no line', () => {
    const text = formatProblems([{ ...AT, line: 0, column: 0, endColumn: 0, path: 'entries[2].pool.size' }], new Map());
    expect(text).toBe('a: entries[2].pool.size: wrong\n\n1 problem in 1 file');
  });

  test('keeps the caret under its column behind tabs and signs outside the BMP', () => {
    const line = '\t\u{1f600}x';
    const lines = formatProblems([{ ...AT, column: 4, endColumn: 5 }], new Map([['a', line]])).split('\n');
    expect(lines[1]).toBe('  1 | \t\u{1f600}x');
    expect(lines[2]).toBe('    | \t ^');
  });

  test('cuts long lines around the place', () => {
    const line = `${'a'.repeat(1000)}HERE${'b'.repeat(1_000_000)}`;
    const lines = formatProblems([{ ...AT, column: 1001, endColumn: 1005 }], new Map([['a', line]])).split('\n');
    expect(lines[1]!.length).toBeLessThan(200);
    expect(lines[1]!.indexOf('HERE')).toBe(lines[2]!.indexOf('^^^^'));
  });

  test('never passes control characters of a file on to the terminal', () => {
    const text = formatProblems([{ ...AT, message: 'a\u001b[31mb' }], new Map([['a', 'x\u001b[2Jy']]));
    expect(text).not.toContain('\u001b');
  });

  test('colours only when asked to', () => {
    expect(formatProblems([AT], new Map())).not.toContain('\u001b');
    expect(formatProblems([AT], new Map(), { color: true })).toContain('\u001b[31mwrong\u001b[0m');
  });
});

test('registryError() is one Invalid error with all problems as data', async () => {
  const failure = expectFailure(await loadText('entries: []\nx: 1\n'));
  const error = registryError(failure);
  expect(error.kind).toBe('Invalid');
  expect(error.message).toContain('missing namespace');
  expect(error.message).toContain('2 problems in 1 file');
  expect(error.details?.problems).toEqual(failure.problems);
});
