/** The examples of docs/wit.md hold. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseWit } from '../../src/wit/parse.js';
import { printDocument } from '../../src/wit/print.js';
import { folderWith } from '../cli/folders.js';
import { cli } from '../cli/run-cli.js';

const page = readFileSync(new URL('../../docs/wit.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```wit\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);

const MISSPELT = `namespace: app
entries:
  - name: find
    kind: function.wat
    source: (module (memory (export "memory") 1) (func (export "find")))
    method: find
    wit: |
      find: func(who: user);

      record user {
        name: string,
        tags: list<strng>,
      }
`;

describe('docs/wit.md', () => {
  test('has an example in each section that shows WIT', () => {
    expect(examples).toHaveLength(6);
  });

  test.each(examples)('%# parses, and its print is the same data', (text) => {
    const document = parseWit(text);
    expect(parseWit(printDocument(document))).toEqual(document);
  });

  test('shows an error as it is printed', async () => {
    const shown = /^```text\n([\s\S]*?)\n```$/m.exec(page)![1]!;
    const folder = folderWith({ 'registry/_index.yaml': MISSPELT });
    const { code, out, err } = await cli(['check'], { cwd: folder });
    expect(code).toBe(1);
    expect(`${out}${err}`.replaceAll(`${folder}/`, '')).toContain(`${shown}\n`);
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
