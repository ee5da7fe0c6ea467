import { describe, expect, test } from 'vitest';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';
import type { RegistryDocument } from '../../src/registry/types.js';
import { expectFailure, expectRegistry } from './helpers.js';

describe('a registry of objects', () => {
  const load = (...documents: unknown[]) =>
    loadRegistry({
      sources: documents.map((document) => ({ document: document as RegistryDocument })),
      files: nodeFiles(),
    });

  test('loads as the same document in YAML would', async () => {
    const entry = { name: 'f', kind: 'function.wat', source: '(module)', method: 'm', pool: { workers: 2 } };
    const registry = expectRegistry(await load({ namespace: 'ns', entries: [entry] }));
    expect(registry.getOf('function.wat', 'ns:f')?.fields.pool.type).toBe('static');
    expect(registry.get('ns:f')?.place).toEqual({ file: 'registry', line: 0, column: 0 });
  });

  test('has problems at paths', async () => {
    const entry = { name: 'f', kind: 'function.wat', source: '(module)', method: 'm' };
    const document = { namespace: 'ns', entries: [entry, entry, { ...entry, name: 'g', pool: { size: -1 } }] };
    const { problems } = expectFailure(await load(document));
    expect(problems.map((p) => `${p.file} ${p.path}: ${p.message}`)).toEqual([
      'registry entries[1]: duplicate ID ns:f: first defined at registry entries[0]',
      'registry entries[2].pool.size: pool values cannot be negative',
    ]);
  });

  test('refuses what YAML has no notation for', async () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    for (const [meta, path] of [
      [{ at: new Date() }, 'meta.at'],
      [{ f: () => 1 }, 'meta.f'],
      [{ n: 1n }, 'meta.n'],
      [cycle, 'meta.self.self.self'],
    ] as const) {
      const { problems } = expectFailure(await load({ namespace: 'ns', meta, entries: [] }));
      expect(problems.map((p) => p.path)).toEqual([path]);
    }
  });

  test('may be several documents', async () => {
    const registry = expectRegistry(
      await load(
        { namespace: 'a', entries: [{ name: 'l', kind: 'library.lua', source: 'x', imports: { m: 'b:m' } }] },
        { namespace: 'b', entries: [{ name: 'm', kind: 'library.lua', source: 'x' }] },
      ),
    );
    expect(registry.entries.map((entry) => entry.id)).toEqual(['a:l', 'b:m']);
  });
});
