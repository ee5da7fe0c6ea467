/** A planted secret is nowhere in what a failed load gives out: problems, their excerpts, the sources behind them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProblems, registryError } from '../../src/registry/format.js';
import type { LoadFailure, LoadResult } from '../../src/registry/types.js';
import { entries, expectFailure, expectRegistry, loadFiles, loadText } from './helpers.js';

const SECRET = 'hunter2-correct-horse';

/** Everything that may reach a terminal, a log or a program. */
function shown(failure: LoadFailure): string {
  const error = registryError(failure);
  return [
    formatProblems(failure.problems, failure.sources),
    JSON.stringify(failure.problems),
    [...failure.sources.values()].join('\n'),
    error.message,
    JSON.stringify(error.toData()),
  ].join('\n');
}

async function expectHidden(result: Promise<LoadResult>): Promise<void> {
  const failure = expectFailure(await result);
  expect(failure.problems.length).toBeGreaterThan(0);
  expect(shown(failure)).not.toContain(SECRET);
}

const STATIC = (rest: string): string => `  - {name: s, kind: env.storage.static, ${rest}}\n`;
const BLOCK = (rest: string): string => `  - name: s\n    kind: env.storage.static\n${rest}`;
const VARIABLE = (rest: string): string =>
  `  - {name: m, kind: env.storage.memory}\n  - {name: v, kind: env.variable, storage: m, ${rest}}\n`;

describe('a secret does not come out of', () => {
  test.each([
    ['values that are text', STATIC(`values: ${SECRET}`)],
    ['values that are a list', STATIC(`values: [${SECRET}]`)],
    ['a value that is a list', STATIC(`values: {A: [${SECRET}]}`)],
    ['a value that is a map', STATIC(`values: {A: {B: ${SECRET}}}`)],
    ['a value with NUL', STATIC(`values: {A: "${SECRET}\\0"}`)],
    ['a name that is none', STATIC(`values: {"": ${SECRET}}`)],
    ['a name given twice', STATIC(`values: {A: x, A: ${SECRET}}`)],
    ['a name given twice, in lines', BLOCK(`    values:\n      A: x\n      A: ${SECRET}\n`)],
    ['a misspelt field', STATIC(`valeus: {A: ${SECRET}}`)],
    ['a field given twice', STATIC(`values: {A: ${SECRET}}, values: {A: ${SECRET}}`)],
    ['an unknown kind of storage', `  - {name: s, kind: env.storage.statik, values: {A: ${SECRET}}}\n`],
    ['an alias', STATIC(`values: {A: &a ${SECRET}, B: *a, C: [*a]}`)],
    ['a merge', BLOCK(`    values:\n      <<: [{A: ${SECRET}}, ${SECRET}]\n`)],
    ['a block of text', BLOCK(`    values:\n      "": |\n        ${SECRET}\n        more\n`)],
    ['a default that is a list', VARIABLE(`default: [${SECRET}]`)],
    ['a default with NUL', VARIABLE(`default: "${SECRET}\\0"`)],
    ['a good default beside a bad name', VARIABLE(`default: ${SECRET}, variable: a-b`)],
    ['a misspelt default', VARIABLE(`defualt: ${SECRET}`)],
    ['a syntax error behind it', `${BLOCK(`    values:\n      A: ${SECRET}\n`)}  - [\n`],
    ['a syntax error in it', BLOCK(`    values:\n      A: "${SECRET}\n`)],
    ['a bad tab before it', BLOCK(`    values:\n\t  A: ${SECRET}\n`)],
    ['a bad line of it', BLOCK(`    values:\n      A: x\n     ${SECRET}\n`)],
    ['text where the file ends', `${BLOCK('    values: {}\n')}}${SECRET}\n`],
    ['a key of a certificate', `  - {name: s, kind: http.service, addr: ":1", tls: {key: "${SECRET}"}}\n`],
  ])('%s', async (_name, list) => {
    await expectHidden(loadText(entries(list)));
  });

  test.each([
    ['a document that is one entry', `namespace: ns\nname: s\nkind: env.storage.static\nvalues: [${SECRET}]\n`],
    ['an entry without a name', entries(`  - {kind: env.storage.static, values: {A: [${SECRET}]}}\n`)],
    ['a document without a namespace', `entries:\n${STATIC(`values: {A: ${SECRET}}`)}`],
    ['an entry among broken ones', entries(`  - 1\n${STATIC(`values: {A: ${SECRET}}`)}`)],
  ])('%s', async (_name, text) => {
    await expectHidden(loadText(text));
  });

  test.each([
    ['JSON', `{"namespace":"ns","entries":[{"name":"s","kind":"env.storage.static","values":["${SECRET}"]}]}`],
    [
      'broken JSON',
      `{"namespace":"ns","entries":[{"name":"s","kind":"env.storage.static","values":{"A" "${SECRET}"}}]}`,
    ],
  ])('%s', async (_name, text) => {
    await expectHidden(loadText(text, { name: 't.json' }));
  });

  test('the process’s environment, wherever it stands', async () => {
    const env = { SECRET, LONG: SECRET.repeat(9), NUMBER: '12345678' };
    const list = `
  - {name: f, kind: function.wat, source: "(module)", method: m, limits: {max_execution_ms: "\${env:SECRET}", max_memory_mb: "\${env:NUMBER}"}}
  - {name: d, kind: fs.directory, directory: "/nowhere/\${env:SECRET}", mode: "\${env:LONG}"}
  - {name: e, kind: http.endpoint, method: "\${env:SECRET}", path: "\${env:LONG}", func: "\${env:SECRET}"}
  - {name: h, kind: http.service, addr: "\${env:SECRET}", max_body: "\${env:SECRET}", tls: {mode: "\${env:SECRET}"}}
  - {name: v, kind: env.storage.file, file_path: "/nowhere/\${env:SECRET}"}
`;
    const failure = expectFailure(await loadText(entries(list), { env }));
    expect(failure.problems.length).toBeGreaterThan(9);
    expect(shown(failure)).not.toContain(SECRET.slice(0, 12));
  });

  test('a file of several documents, whose other places stay readable', async () => {
    const text = `namespace: a\nentries: []\n---\nnamespace: b\nentries:\n  - {name: f, kind: nope}\n${STATIC(`values: {A: ${SECRET}}`)}`;
    await expectHidden(loadText(text));
    const failure = expectFailure(await loadText(text));
    expect(formatProblems(failure.problems, failure.sources)).toContain('  6 |   - {name: f, kind: nope}\n');
  });

  test('the registry as data, with texts of files', async () => {
    const files = {
      'a.yaml': entries(`${STATIC('values: {A: "file://a.key", B: 5}')}${VARIABLE(`default: ${SECRET}`)}`),
      'a.key': `${SECRET}\n`,
    };
    const registry = expectRegistry(await loadFiles(files));
    const data = registry.entries.map((entry) => registry.written(entry));
    expect(JSON.stringify(data)).not.toContain(SECRET);
    expect(data[0]).toEqual({ values: { A: '[redacted]', B: '[redacted]' } });
    expect(registry.getOf('env.storage.static', 'ns:s')!.fields.values).toEqual({ A: `${SECRET}\n`, B: '5' });
    expect(registry.sources.get('a.yaml') ?? '').not.toContain(SECRET);
  });
});

test('a secret does not come out of a registry in which any characters are wrong', async () => {
  const good = entries(
    `${BLOCK(`    values:\n      A: ${SECRET}\n      B: "${SECRET}"\n`)}${STATIC(`values: {A: ${SECRET}}`).replace('name: s', 'name: t')}${VARIABLE(`default: ${SECRET}, variable: A`)}`,
  );
  expectRegistry(await loadText(good));
  const seed = Date.now() % 1_000_000;
  const piece = fc.constantFrom(
    '',
    ' ',
    '\n',
    '\t',
    ':',
    '-',
    '"',
    "'",
    '{',
    '}',
    '[',
    '&a ',
    '*a',
    '|',
    '#',
    'x',
    '!',
    '? ',
    '<<: ',
  );
  const places = Array.from(good, (_, at) => at).filter((at) => !insideSecret(good, at));
  const slip = fc.tuple(fc.constantFrom(...places), fc.nat(2), piece);
  await fc.assert(
    fc.asyncProperty(fc.array(slip, { minLength: 1, maxLength: 3 }), async (slips) => {
      let text = good;
      for (const [at, length, put] of slips.sort(([a], [b]) => b - a)) {
        const end = insideSecret(good, at + length) ? at : at + length;
        text = text.slice(0, at) + put + text.slice(end);
      }
      const result = await loadText(text);
      if (!result.ok) expect(shown(result)).not.toContain(SECRET);
    }),
    { numRuns: 500, seed },
  );
});

function insideSecret(text: string, at: number): boolean {
  const start = text.lastIndexOf(SECRET, at);
  return start !== -1 && at > start && at < start + SECRET.length;
}

test('names, kinds and places stay readable', async () => {
  const failure = expectFailure(await loadText(entries(BLOCK(`    values:\n      API_KEY: [${SECRET}]\n`))));
  expect(formatProblems(failure.problems, failure.sources)).toBe(`t.yaml:6:7: ns:s: values.API_KEY has the wrong type
  6 |       API_KEY: ${'*'.repeat(SECRET.length + 2)}
    |       ^^^^^^^
  expected text

1 problem in 1 file`);
});

test.each([
  ['{cert: c.pem}, timeouts: {idle: soon}', 'tls: {cert: c.pem}, timeouts: {idle: soon}'],
  [
    '{cert: /a/c.crt, key: "k.key"}, timeouts: {idle: soon}',
    'tls: {cert: /a/c.crt, key: "k.key"}, timeouts: {idle: soon}',
  ],
  [`{key: ${SECRET}}, timeouts: {idle: soon}`, `tls: {key: ${'*'.repeat(21)}}, timeouts: {idle: soon}`],
  [
    `{key: "${SECRET}},", mode: x}, timeouts: {idle: soon}`,
    `tls: {key: ${'*'.repeat(25)}, mode: x}, timeouts: {idle: soon}`,
  ],
  [`{key: [a, ${SECRET}.pem]}, timeouts: {idle: soon}`, `tls: {key: *** ${'*'.repeat(26)}}, timeouts: {idle: soon}`],
])('of %s only what may be a secret is hidden', async (written, shownLine) => {
  const list = `  - {name: s, kind: http.service, addr: ":1", tls: ${written}}\n`;
  const failure = expectFailure(await loadText(entries(list)));
  expect([...failure.sources.values()].join('')).toContain(shownLine);
});
