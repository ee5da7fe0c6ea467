import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';
import { expectRegistry } from './helpers.js';

const ROOT = join(import.meta.dirname, '../..');

test('the sample registry has the entries that its readers are promised', async () => {
  const registry = expectRegistry(await loadRegistry({ root: join(ROOT, 'registry'), files: nodeFiles() }));
  const summary = registry.entries.map((entry) => {
    const method = 'pool' in entry.fields ? `${entry.fields.method} ${entry.fields.pool.type}` : '';
    return `${entry.id} ${entry.kind} ${method}`.trim();
  });
  expect(summary).toEqual([
    'myns:answer function.wat answer inline',
    'myns:answer_file function.wat answer inline',
    'myns:assets fs.directory',
    'myns:compute function.wasm compute lazy',
    'myns:greet function.wasm greet inline',
    'myns:wasm_binaries fs.directory',
    'myns:transform_users function.wasm transform-users lazy',
    'myns:filter_active function.wasm filter-active lazy',
    'myns:aggregate_tags function.wasm aggregate-tags lazy',
    'myns:sleep_ms function.wasm test-sleep#sleep-ms inline',
  ]);
});

test('its hashes are those of the guests that are built', async () => {
  const built = JSON.parse(readFileSync(join(ROOT, 'guests/dist/hashes.json'), 'utf8')) as Record<string, string>;
  const registry = expectRegistry(await loadRegistry({ root: join(ROOT, 'registry'), files: nodeFiles() }));
  const binaries = registry.ofKind('function.wasm');
  expect(binaries.length).toBeGreaterThan(0);
  for (const { fields } of binaries)
    expect(fields.hash, fields.path).toBe(built[fields.path.slice(1).replace('sleep_test', 'sleep')]);
});
