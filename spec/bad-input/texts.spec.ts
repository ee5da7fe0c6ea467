/** YAML, JSON, WIT, WAT and Lua texts that are too deep, too large, or garbage: bounded, and told with their places. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';
import { cli } from '../cli/run-cli.js';
import { clearError, folderOf, loadError, runLua } from './helpers.js';

const DEEP = 10_000;

function yaml(text: string): Promise<Error> {
  return loadError(folderOf({ 'a.yaml': text }));
}

describe('YAML', () => {
  const bomb = [
    'namespace: bad',
    'a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]',
    ...Array.from({ length: 12 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(9)}]`),
    'entries: *a12',
    '',
  ].join('\n');

  test.each<[string, string]>([
    ['aliases of aliases', bomb],
    ['aliases of aliases in meta', bomb.replace('entries: *a12', 'meta: {a: *a12}\nentries: []')],
    ['an alias of itself', 'namespace: bad\nentries: &a\n  - *a\n'],
    ['merge keys of each other', 'namespace: bad\na: &a {b: &b {<<: *a}}\nentries: []\n'],
    ['10 000 brackets', `namespace: bad\nentries: ${'['.repeat(DEEP)}${']'.repeat(DEEP)}\n`],
    ['10 000 open brackets', `namespace: bad\nentries: ${'['.repeat(DEEP)}\n`],
    ['10 000 open braces', `namespace: bad\nentries: ${'{a: '.repeat(DEEP)}\n`],
    ['10 000 dashes', `namespace: bad\nentries:\n  ${'- '.repeat(DEEP)}x\n`],
    [
      '10 000 indents',
      `namespace: bad\nmeta:\n${Array.from({ length: DEEP }, (_, i) => `${' '.repeat((i % 3000) + 1)}a:`).join('\n')}\n`,
    ],
    ['10 000 question marks', `namespace: bad\n${'? '.repeat(DEEP)}x\n`],
    ['10 000 anchors', `namespace: bad\nentries: ${'&a '.repeat(DEEP)}x\n`],
    ['10 000 tags', `namespace: bad\nentries: ${'!a '.repeat(DEEP)}x\n`],
    ['10 000 documents', 'namespace: bad\n---\n'.repeat(DEEP)],
    ['a key of a million letters', `namespace: bad\n${'k'.repeat(1_000_000)}: 1\n`],
    [
      'a name of a million letters',
      `namespace: bad\nentries:\n  - {name: ${'n'.repeat(1_000_000)}, kind: fs.directory}\n`,
    ],
    ['an integer of a million digits', `namespace: bad\nentries:\n  - {name: a, kind: ${'9'.repeat(1_000_000)}}\n`],
    ['more than 4 MiB', `namespace: bad\nentries: []\n# ${'x'.repeat(4 * 1024 * 1024)}\n`],
    ['zeros', '\0'.repeat(10_000)],
    ['tabs', 'namespace:\tbad\n\tentries: []\n'],
  ])('%s: a load error with its place', { timeout: 120_000 }, async (_, text) => {
    expect((await yaml(text)).message).toMatch(/a\.yaml(:\d+:\d+)?: /);
  });
});

describe('JSON', () => {
  test.each<[string, string]>([
    ['10 000 brackets', `{"namespace": "bad", "entries": ${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`],
    ['10 000 open braces', '{"a":'.repeat(DEEP)],
    ['a number of a million digits', `{"namespace": "bad", "entries": ${'9'.repeat(1_000_000)}}`],
    ['a half', '{"namespace": "bad", "ent'],
    ['a lone surrogate', '{"namespace": "\\ud800", "entries": []}'],
  ])('%s: a load error with its place', { timeout: 120_000 }, async (_, text) => {
    expect((await loadError(folderOf({ 'a.json': text }))).message).toMatch(/a\.json(:\d+:\d+)?: /);
  });

  test('10 000 levels decoded by Lua are an error of the call', async () => {
    const [value, kind] = await runLua(
      `local value, err = require("json").decode(("["):rep(${DEEP}) .. ("]"):rep(${DEEP}))\nreturn value, err:kind()`,
    );
    expect([value, kind]).toEqual([undefined, 'Internal']);
  });

  test('10 000 levels encoded by Lua are an error of the call', async () => {
    const [value, kind] = await runLua(
      `local t = {}\nfor _ = 1, ${DEEP} do t = {t} end\nlocal value, err = require("json").encode(t)\nreturn value, err:kind()`,
    );
    expect([value, kind]).toEqual([undefined, 'Internal']);
  });

  test('10 000 levels on the command line are wrong usage or Invalid', async () => {
    const cwd = join(import.meta.dirname, '../..');
    const { code, err } = await cli(['call', 'myns:greet', '['.repeat(DEEP) + ']'.repeat(DEEP)], { cwd });
    expect([1, 2]).toContain(code);
    expect(err).toMatch(/deep|level|expected string/);
  });
});

describe('WIT', () => {
  const entry = (wit: string) => ({
    namespace: 'bad',
    entries: [{ name: 'f', kind: 'function.wat', source: '(module (func (export "f")))', wit, method: 'f' }],
  });

  test.each<[string, string]>([
    ['10 000 lists', `f: func(a: ${'list<'.repeat(DEEP)}u8${'>'.repeat(DEEP)});`],
    ['10 000 open lists', `f: func(a: ${'list<'.repeat(DEEP)}`],
    [
      'types that double',
      `${Array.from({ length: 60 }, (_, i) => `type t${i + 1} = tuple<t${i}, t${i}>;`).join('\n')} type t0 = u8;\nf: func(a: t60);`,
    ],
    ['a type of itself', 'record a { b: option<a> }\nf: func(a: a);'],
    [
      '10 000 types in a chain',
      `type t0 = u8;\n${Array.from({ length: DEEP }, (_, i) => `type t${i + 1} = option<t${i}>;`).join('\n')}\nf: func(a: t${DEEP});`,
    ],
    ['a million brackets', 'f: func('.repeat(125_000)],
    ['comments in comments', '/*'.repeat(DEEP)],
    ['a name of a million letters', `${'a'.repeat(1_000_000)}: func();`],
  ])('%s: a load error', { timeout: 120_000 }, async (_, wit) => {
    const { kind, message } = await loadError(entry(wit));
    expect(kind).toBe('Invalid');
    expect(message).toContain('bad:f');
  });
});

describe('WAT', () => {
  const entry = (source: string) => ({
    namespace: 'bad',
    entries: [{ name: 'f', kind: 'function.wat', source, method: 'f' }],
  });

  test.each<[string, string]>([
    ['10 000 open parentheses', '('.repeat(DEEP)],
    ['10 000 blocks that are not closed', `(module (func (export "f") ${'(block '.repeat(DEEP)}`],
    ['a comment without end', '(module (;'],
    ['a comment of 10 000 comments', '(;'.repeat(DEEP)],
    ['a string without end', '(module (data "'],
    ['a number of 100 000 digits', `(module (func (export "f") (result i32) i32.const ${'9'.repeat(100_000)}))`],
    ['more memory than there is', '(module (memory 65537) (func (export "f")))'],
    ['nothing', ' '],
    ['zeros', '\0\0\0\0'],
    ['10 000 open components', '(component '.repeat(DEEP)],
  ])('%s: a load error', { timeout: 120_000 }, async (_, source) => {
    const { kind, message } = await loadError(entry(source));
    expect(kind).toBe('Invalid');
    expect(message).toContain('bad:f');
  });
});

describe('Lua', () => {
  const entry = (source: string) => ({
    namespace: 'bad',
    entries: [{ name: 'f', kind: 'function.lua', source, method: 'f' }],
  });

  test.each<[string, string]>([
    ['10 000 parentheses', `return ${'('.repeat(DEEP)}1${')'.repeat(DEEP)}`],
    ['10 000 tables', `return ${'{'.repeat(DEEP)}${'}'.repeat(DEEP)}`],
    ['10 000 blocks', `${'do '.repeat(DEEP)}${'end '.repeat(DEEP)}`],
    ['10 000 functions', `${'function f() '.repeat(DEEP)}`],
    ['300 locals', Array.from({ length: 300 }, (_, i) => `local a${i}`).join('\n')],
    ['a string without end', 'return "'],
    ['a long string without end', 'return [==['],
    ['bytecode', '\u001bLuaS'],
  ])('%s: a load error', { timeout: 120_000 }, async (_, source) => {
    const { kind, message } = await loadError(entry(source));
    expect(kind).toBe('Invalid');
    expect(message).toContain('bad:f');
  });
});

describe('huge numbers', () => {
  const entry = (fields: string) =>
    `namespace: bad\nentries:\n  - name: f\n    kind: function.wat\n    source: (module (func (export "f")))\n    method: f\n    ${fields}\n`;

  test.each([
    'pool: {type: static, size: 1e308}',
    'pool: {type: static, size: 99999999999999999999}',
    'pool: {type: static, size: 65537}',
    'pool: {type: lazy, max_size: .inf}',
    'pool: {type: lazy, max_size: .nan}',
    'pool: {type: lazy, max_size: -1}',
    'pool: {type: lazy, max_size: 1.5}',
    'pool: {type: lazy, max_size: 0x1ffffffffffffff}',
    'pool: {type: static, workers: 2, buffer: 1e400}',
    'limits: {max_execution_ms: 1e308}',
    'limits: {max_execution_ms: -1}',
    'limits: {max_memory_mb: 99999999999999999999999}',
    'limits: {max_memory_mb: "64"}',
  ])('%s is a load error with its place', async (fields) => {
    expect((await yaml(entry(fields))).message).toMatch(/a\.yaml:7:\d+: bad:f: /);
  });
});

describe('a folder of garbage', () => {
  test('has every problem of every file in one go', { timeout: 120_000 }, async () => {
    const bytes = (seed: number) => Uint8Array.from({ length: 4096 }, (_, index) => (index * seed * 2654435761) >>> 13);
    const folder = folderOf({
      'a.yaml': bytes(3),
      'b.json': bytes(5),
      'c.yml': 'just text',
      'd.yaml': '- a\n- list\n',
      'deep/e.yaml': ': : :\n',
      'deep/f.wasm': bytes(7),
      'g.yaml': '',
      'h.yaml': '# nothing\n',
      'i.json': '[',
      'j.yaml': 'namespace: [1]\nentries: {a: 1}\n',
    });
    mkdirSync(join(folder, 'k.yaml'));
    symlinkSync(folder, join(folder, 'loop'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'l.yaml'));
    const { kind, message } = await loadError(folder);
    expect(kind).toBe('Invalid');
    for (const file of ['a.yaml', 'b.json', 'c.yml', 'd.yaml', 'e.yaml', 'i.json', 'j.yaml'])
      expect(message).toContain(file);
    expect(message).toMatch(/\d+ problems in \d+ files/);
  });

  test.skipIf(process.platform === 'win32')(
    'a pipe among the files is not waited for',
    { timeout: 120_000 },
    async () => {
      const folder = folderOf({ 'a.yaml': 'namespace: a\nentries: []\n' });
      execFileSync('mkfifo', [join(folder, 'b.yaml')]);
      const outcome = createHost({ registry: folder }).then((host) => host.close());
      await outcome.catch(() => clearError(outcome));
    },
  );

  test('a folder that is not there, a file, and an empty folder', async () => {
    const folder = folderOf({ 'a.txt': 'x' });
    for (const registry of [join(folder, 'none'), join(folder, 'a.txt'), folder]) {
      expect((await loadError(registry)).kind).toMatch(/Invalid|NotFound/);
    }
  });
});
