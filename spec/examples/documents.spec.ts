/** Every command and file of README.md and docs/ is run as it stands. The built program runs them: `npm run build` comes first. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../host/guests.js';
import { programFolder, readBlocks, shell, writeFileIn } from './markdown.js';
import { installedPackage } from './package.js';

const programs = programFolder();
const installed = installedPackage();

const DOCUMENTS = ['README.md', ...['cli', 'api', 'wasi', 'http', 'operation'].map((name) => `docs/${name}.md`)];

describe.each(DOCUMENTS)('%s', (document) => {
  const blocks = readBlocks(document);
  const folders = new Map<string, string>();
  const folderOf = (name: string) => {
    const known = folders.get(name);
    if (known !== undefined) return known;
    const made = mkdtempSync(join(tmpdir(), 'moonwit-doc-'));
    for (const block of blocks) if (block.kind === 'file') writeFileIn(made, block.name, block.text);
    folders.set(name, made);
    return made;
  };

  test('has blocks that run', () => {
    expect(blocks.filter((block) => block.kind === 'run').length).toBeGreaterThan(0);
  });

  for (const block of blocks) {
    if (block.kind === 'file') {
      const original = join(ROOT, block.name);
      if (!existsSync(original)) writeFileIn(installed, block.name, block.text);
      else {
        test(`${block.name} is the file as it is`, () => {
          expect(block.text).toBe(readFileSync(original, 'utf8'));
        });
      }
      continue;
    }
    for (const { line, output } of block.commands) {
      test(`$ ${line}`, () => {
        const isModule = line.startsWith('node ');
        const cwd = isModule ? installed : block.folder === null ? ROOT : folderOf(block.folder);
        mkdirSync(cwd, { recursive: true });
        expect(shell(line, cwd, programs)).toBe(output);
      });
    }
  }
});

test('the installed package has the program, the types, the Lua library and the documents', () => {
  const home = join(installed, 'node_modules', 'moonwit');
  for (const file of [
    'dist/cli.js',
    'dist/types/index.d.ts',
    'lua/test.lua',
    'docs/cli.md',
    'LICENSE',
    'CHANGELOG.md',
  ]) {
    expect(existsSync(join(home, file)), file).toBe(true);
  }
  expect(shell(`node ${join(home, 'dist', 'cli.js')} --version`, installed, programs)).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('component text without wasm-tools says what to install', () => {
  const text = JSON.stringify({
    namespace: 'a',
    entries: [{ name: 'f', kind: 'function.wat', source: '(component)', method: 'f' }],
  });
  writeFileIn(installed, 'text/registry/r.json', text);
  const printed = shell('node ../node_modules/moonwit/dist/cli.js check', join(installed, 'text'), programs);
  expect(printed).toContain('component text needs wasm-tools, which is not installed');
  expect(printed).toContain('run: npm install @bytecodealliance/jco-transpile');
});
