/** The examples of docs/wit.md hold. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatWitError, WitError } from '../../src/wit/error.js';
import { parseWit } from '../../src/wit/parse.js';
import { printDocument } from '../../src/wit/print.js';

const page = readFileSync(new URL('../../docs/wit.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```wit\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);

describe('docs/wit.md', () => {
  test('has an example in each section that shows WIT', () => {
    expect(examples).toHaveLength(6);
  });

  test.each(examples)('%# parses, and its print is the same data', (text) => {
    const document = parseWit(text);
    expect(parseWit(printDocument(document))).toEqual(document);
  });

  test('shows an error as it is printed', () => {
    const shown = /^```text\n([\s\S]*?)\n```$/m.exec(page)![1]!;
    const text = `${'\n'.repeat(10)}record user {\n  tags: list<strng>,\n}`;
    const error = (() => {
      try {
        return parseWit(text);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(WitError);
    const printed = formatWitError(error as WitError, text, '_index.yaml');
    expect(printed).toBe(shown);
  });

  test.each([
    'f: async func();',
    'f: func() -> stream;',
    'f: func() -> future;',
    'f: func() -> error-context;',
    'f: func() -> map<u8, u8>;',
    'f: func() -> list<u8, 4>;',
    'package a:b:c;',
    '@external-id("x") f: func();',
    'interface b {} world w { import a: b; }',
  ])('%j is not supported yet, as the page says', (text) => {
    expect(() => parseWit(text)).toThrow('not supported yet');
  });
});
