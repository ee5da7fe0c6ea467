import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { HostError } from '../../src/errors.js';
import { addEntry } from '../../src/registry/add-entry.js';

const ENTRY = { name: 'g', kind: 'function.wasm', fs: 'assets', pool: { type: 'lazy' } };

const CASES: readonly [string, string, string][] = [
  [
    'behind the last entry, indented as it is',
    'namespace: ns\nentries:\n  - name: f # first\n    kind: x\n',
    'namespace: ns\nentries:\n  - name: f # first\n    kind: x\n  - name: g\n    kind: function.wasm\n    fs: assets\n    pool:\n      type: lazy\n',
  ],
  [
    'into a list that is not indented',
    'namespace: ns\nentries:\n- name: f\n  kind: x\n',
    'namespace: ns\nentries:\n- name: f\n  kind: x\n- name: g\n  kind: function.wasm\n  fs: assets\n  pool:\n    type: lazy\n',
  ],
  [
    'with a blank line where entries have one between them',
    'entries:\n  - name: a\n\n  - name: b   # last\nnamespace: ns\n',
    'entries:\n  - name: a\n\n  - name: b   # last\n\n  - name: g\n    kind: function.wasm\n    fs: assets\n    pool:\n      type: lazy\nnamespace: ns\n',
  ],
  [
    'behind a block of text, before what follows it',
    'namespace: ns\nentries:\n  - name: a\n    source: |\n      (module)\n\n# the end\n',
    'namespace: ns\nentries:\n  - name: a\n    source: |\n      (module)\n  - name: g\n    kind: function.wasm\n    fs: assets\n    pool:\n      type: lazy\n\n# the end\n',
  ],
  [
    'to a text without a last line end',
    'namespace: ns\nentries:\n  - name: a',
    'namespace: ns\nentries:\n  - name: a\n  - name: g\n    kind: function.wasm\n    fs: assets\n    pool:\n      type: lazy\n',
  ],
  [
    'into an empty list',
    'namespace: ns # mine\nentries: [] # none yet\n',
    'namespace: ns # mine\nentries: # none yet\n  - name: g\n    kind: function.wasm\n    fs: assets\n    pool:\n      type: lazy\n',
  ],
  [
    'where entries has no value',
    'entries:\nnamespace: ns\n',
    'entries:\n  - name: g\n    kind: function.wasm\n    fs: assets\n    pool:\n      type: lazy\nnamespace: ns\n',
  ],
  [
    'where there are no entries',
    '# mine\nnamespace: ns\n',
    '# mine\nnamespace: ns\nentries:\n  - name: g\n    kind: function.wasm\n    fs: assets\n    pool:\n      type: lazy\n',
  ],
  [
    'with the line ends of the text',
    'namespace: ns\r\nentries:\r\n  - name: a\r\n',
    'namespace: ns\r\nentries:\r\n  - name: a\r\n  - name: g\r\n    kind: function.wasm\r\n    fs: assets\r\n    pool:\r\n      type: lazy\r\n',
  ],
  [
    'to a list in brackets, which is written anew',
    'namespace: ns\nentries: [{name: a}]\n',
    'namespace: ns\nentries: [ { name: a }, { name: g, kind: function.wasm, fs: assets, pool: { type: lazy } } ]\n',
  ],
  [
    'to JSON',
    '{\n  "namespace": "ns",\n  "entries": []\n}\n',
    `${JSON.stringify({ namespace: 'ns', entries: [ENTRY] }, null, 2)}\n`,
  ],
];

describe('addEntry() adds', () => {
  test.each(CASES)('%s', async (_name, before, after) => {
    expect(await addEntry(before, ENTRY)).toBe(after);
  });

  test('to an empty text, with a namespace', async () => {
    const text = await addEntry('# mine\n', ENTRY, { namespace: 'ns' });
    expect(text).toBe(
      '# mine\nversion: "1.0"\nnamespace: ns\nentries:\n  - name: g\n    kind: function.wasm\n    fs: assets\n    pool:\n      type: lazy\n',
    );
    await expect(addEntry('', ENTRY)).rejects.toThrow('needs a namespace');
  });

  test('text that would be read as something else in quotes', async () => {
    const entry = { name: 'yes', kind: 'null', source: 'a: b\n\n  c\n', path: '- x', wit: '# no', n: '1' };
    expect(parse(await addEntry('namespace: ns\nentries:\n  - name: a\n', entry)).entries[1]).toEqual(entry);
  });
});

describe('addEntry() refuses', () => {
  test('a name that is taken', async () => {
    const failed = await addEntry('namespace: ns\nentries:\n  - name: g\n', ENTRY).catch((thrown: unknown) => thrown);
    expect(failed).toBeInstanceOf(HostError);
    expect(failed).toMatchObject({ kind: 'AlreadyExists' });
  });

  test.each([
    ['a YAML error', 'entries: [', 'entries: ['],
    ['several documents', 'namespace: a\nentries: []\n---\nnamespace: b\nentries: []\n', 'several documents'],
    ['a document that is one entry', 'namespace: a\nname: x\nkind: y\n', 'not a registry document'],
    ['entries that are no list', 'namespace: a\nentries: x\n', 'not a registry document'],
    ['a list', '- a\n', 'not a registry document'],
  ])('%s', async (_name, text, message) => {
    await expect(addEntry(text, ENTRY)).rejects.toThrow(message);
  });
});

test('addEntry() changes nothing but the list, whatever the entries before it hold', async () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant('a\n\nb\n'),
    fc.constant([]),
    fc.constant({}),
  );
  const before = fc.array(
    fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(leaf, fc.array(leaf)), { minKeys: 1 }),
    { maxLength: 4 },
  );
  const { stringify } = await import('yaml');
  await fc.assert(
    fc.asyncProperty(before, fc.boolean(), async (list, indentSeq) => {
      const entries = list.map((fields, index) => ({ ...fields, name: `n${index}` }));
      const text = `# head\n${stringify({ namespace: 'ns', entries }, { indentSeq })}# tail\n`;
      const added = await addEntry(text, ENTRY);
      expect(parse(added)).toEqual({ namespace: 'ns', entries: [...entries, ENTRY] });
      expect(added.startsWith('# head\n')).toBe(true);
      expect(added.endsWith('# tail\n')).toBe(true);
    }),
    { numRuns: 150 },
  );
});
