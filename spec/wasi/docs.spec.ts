/** docs/wasi.md names what there is. Its commands run with those of the other documents. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { preview1Group } from '../../src/engine/preview1.js';
import { IMPORT_GROUPS } from '../../src/registry/kinds/imports.js';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';
import { INTERFACES } from '../../src/wasi/interfaces.js';
import { MAX_LINE_BYTES } from '../../src/wasi/stdio.js';
import { parseWit } from '../../src/wit/parse.js';
import { guestBytes } from '../host/guests.js';

const ROOT = join(import.meta.dirname, '../..');
const TEXT = readFileSync(join(ROOT, 'docs/wasi.md'), 'utf8');

test('every group of imports is there, but for the one that grants nothing', () => {
  const groups = Object.keys(IMPORT_GROUPS).filter((name) => name !== 'wasi1');
  for (const name of groups) expect(TEXT, name).toContain(`\`${name}\``);
});

test('every interface of a group is built, but for those that only guests have', () => {
  const named = Object.entries(IMPORT_GROUPS).flatMap(([group, names]) => names.map((name) => `${group}/${name}`));
  const missing = named.filter((name) => !Object.hasOwn(INTERFACES, name));
  // `wasi:poll` is another name of one interface.
  expect(missing).toEqual(['wasi:cli/run', 'wasi:poll/poll', 'wasi:http/incoming-handler']);
});

test('its YAML loads, its WIT parses, its numbers are those of the code', async () => {
  const [yaml] = [...TEXT.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);
  const result = await loadRegistry({ sources: [{ file: 'doc.yaml', text: yaml! }], files: nodeFiles() });
  expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([]);
  const [wit] = [...TEXT.matchAll(/^```wit\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);
  expect(() => parseWit(wit!)).not.toThrow();
  expect(TEXT).toContain(`lines above ${MAX_LINE_BYTES / 1024} KiB`);
});

test('every function of preview 1 is in the row of a name that grants it, and no row promises more', () => {
  const rows = [...TEXT.matchAll(/^\| (`wasi:[^|]*) \| ([^|]*`[a-z]+_[^|]*) \|$/gm)].map(([, names, functions]) => ({
    groups: [...names!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
    patterns: [...functions!.matchAll(/`([^`]+)`/g)].map(([, name]) => new RegExp(`^${name!.replace('*', '.*')}$`)),
  }));
  expect(rows).toHaveLength(6);
  for (const name of preview1Names()) {
    const documented = rows.filter(({ patterns }) => patterns.some((pattern) => pattern.test(name)));
    expect(documented.flatMap(({ groups }) => groups).sort(), name).toEqual([...preview1Group(name)].sort());
  }
});

function preview1Names(): string[] {
  const module = new WebAssembly.Module(guestBytes('core/preview1') as Uint8Array<ArrayBuffer>);
  return WebAssembly.Module.imports(module).map(({ name }) => name);
}
