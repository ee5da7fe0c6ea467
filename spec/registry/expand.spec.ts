// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the notation itself
import { describe, expect, test } from 'vitest';
import { entries, expectProblems, expectRegistry, loadFiles, loadText } from './helpers.js';

const env = { HOST: 'localhost', EMPTY: '', COUNT: '3', YES: 'true', NESTED: '${env:HOST}' };

async function addressOf(text: string): Promise<string> {
  const list = `  - {name: s, kind: env.storage.static, values: {A: '${text}'}}\n`;
  return expectRegistry(await loadText(entries(list), { env })).getOf('env.storage.static', 'ns:s')!.fields.values.A!;
}

describe('the process’s environment in values', () => {
  test.each([
    ['${env:HOST}', 'localhost'],
    ['http://${env:HOST}:${env:PORT|80}/', 'http://localhost:80/'],
    ['${env:EMPTY|x}', ''],
    ['${env:NONE|}', ''],
    ['${HOST|x}', 'localhost'],
    ['${NONE|a b}', 'a b'],
    ['${env:NESTED}', '${env:HOST}'],
    ['$${env:HOST}', '${env:HOST}'],
    ['${HOST}', '${HOST}'],
    ['$HOST $ {env:HOST}', '$HOST $ {env:HOST}'],
    ['${env:toString|own}', 'own'],
  ])('%s reads as %j', async (text, expected) => {
    expect(await addressOf(text)).toBe(expected);
  });

  test('becomes a number or a boolean where one is wanted', async () => {
    const list = `
  - {name: f, kind: function.lua, source: return 1, method: m, pool: {type: lazy, max_size: "\${env:COUNT}"}}
  - {name: d, kind: fs.directory, directory: /, auto_init: "\${env:YES}"}
`;
    const registry = expectRegistry(await loadText(entries(list), { env }));
    expect(registry.getOf('function.lua', 'ns:f')!.fields.pool.maxSize).toBe(3);
    expect(registry.getOf('fs.directory', 'ns:d')!.fields.autoInit).toBe(true);
  });

  test('is named where it is missing', async () => {
    const list = '  - {name: d, kind: fs.directory, directory: "${env:NO_SUCH}/x"}\n';
    const { problems } = await expectProblems(loadText(entries(list), { env }), [
      '3:46-64 missing-environment ns:d: the process environment has no NO_SUCH',
    ]);
    expect(problems[0]!.expected).toBe('the variable to be set, or a default: ${env:NO_SUCH|default}');
  });

  test.each(['${env:}', '${env:A-B}', '${A B|x}', '${env: HOST}'])('%s is no reference', async (text) => {
    const list = `  - {name: d, kind: fs.directory, directory: "${text}"}\n`;
    await expectProblems(loadText(entries(list), { env }), [
      expect.stringContaining('not a reference to the process environment'),
    ]);
  });

  test('is let be in code, in meta and behind file://', async () => {
    const files = {
      'a.yaml': entries(`
  - {name: f, kind: function.lua, source: "return '\${env:HOST}'", method: m, meta: {x: "\${env:HOST}"}}
  - {name: s, kind: env.storage.static, values: {A: "file://v"}}
`),
      v: '${env:HOST}',
    };
    const registry = expectRegistry(await loadFiles(files, { env }));
    expect(registry.getOf('function.lua', 'ns:f')).toMatchObject({
      meta: { x: '${env:HOST}' },
      fields: { source: { text: "return '${env:HOST}'" } },
    });
    expect(registry.getOf('env.storage.static', 'ns:s')!.fields.values).toEqual({ A: '${env:HOST}' });
  });

  test('cannot grow a registry beyond its bound', async () => {
    const big = { BIG: 'x'.repeat(1024 * 1024) };
    const values = Array.from({ length: 17 }, (_, index) => `A${index}: "\${env:BIG}"`).join(', ');
    const list = `  - {name: s, kind: env.storage.static, values: {${values}}}\n`;
    await expectProblems(loadText(entries(list), { env: big }), [expect.stringContaining('too-large ns:s')]);
  });
});
