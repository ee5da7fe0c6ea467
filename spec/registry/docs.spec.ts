import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kindTable, PLANNED_KINDS } from '../../src/registry/kinds/table.js';
import {
  MAX_BINARY_BYTES,
  MAX_DEPTH,
  MAX_DOCUMENT_BYTES,
  MAX_ID_LENGTH,
  MAX_LISTED,
  MAX_NODES,
  MAX_TEXT_BYTES,
  MAX_TOKENS,
  MAX_TOTAL_BYTES,
} from '../../src/registry/limits.js';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';

const ROOT = join(import.meta.dirname, '../..');
const TEXT = readFileSync(join(ROOT, 'docs/registry.md'), 'utf8');
const BLOCKS = [...TEXT.matchAll(/^```yaml(?: problem=(\S+))?\n([\s\S]*?)^```$/gm)].map((match) => ({
  line: TEXT.slice(0, match.index).split('\n').length,
  problems: match[1]?.split(',') ?? [],
  text: match[2]!,
}));

/** A block of a function's fields, as an entry's. */
function asDocument(text: string): string {
  if (text.includes('namespace:')) return text;
  const head = 'namespace: shop\nentries:\n  - name: f\n    kind: function.wat\n    source: (module)\n    method: m\n';
  return head + text.replaceAll(/^(?=.)/gm, '    ');
}

describe('docs/registry.md', () => {
  test.each(BLOCKS)('its YAML in line $line loads, or has the problems it says', async ({ text, problems }) => {
    const sources = [{ file: 'doc.yaml', text: asDocument(text) }];
    const result = await loadRegistry({ sources, base: join(ROOT, 'registry'), files: nodeFiles() });
    const codes = result.ok ? [] : result.problems.map((problem) => problem.code);
    expect([...new Set(codes)].sort()).toEqual([...problems].sort());
  });

  test('has blocks', () => {
    expect(BLOCKS.length).toBeGreaterThan(8);
  });

  test('names every field of every kind', () => {
    for (const [kind, fields] of Object.entries(kindTable([]))) {
      expect(TEXT).toContain(kind);
      for (const field of Object.keys(fields))
        expect(TEXT, `${kind} ${field}`).toContain(`\`${field === 'network' ? 'network.allowed_hosts' : field}\``);
    }
  });

  test('names every kind that is not built', () => {
    for (const kind of PLANNED_KINDS) {
      const group = `\`${kind.split('.')[0]}.*\``;
      expect(TEXT.includes(group) || TEXT.includes(`\`${kind}\``), kind).toBe(true);
    }
  });

  test('names every code of a problem', () => {
    const codes = [
      'entry-files',
      'env-variables',
      'expand',
      'http/clashes',
      'http/link',
      'http/link-middleware',
      'http/pattern',
      'kinds/env',
      'kinds/http',
      'kinds/units',
      'documents',
      'drafts',
      'interpret',
      'interpret-scalars',
      'load',
      'problems',
      'read-context',
      'read-json',
      'read-object',
      'read-yaml',
      'references',
      'sources',
      'storage',
      'texts',
      'kinds/files',
      'kinds/hosts',
      'kinds/imports',
      'kinds/lua',
      'kinds/options',
      'kinds/wasi',
    ].flatMap((file) =>
      [...readFileSync(join(ROOT, `src/registry/${file}.ts`), 'utf8').matchAll(/code: '([a-z-]+)'/g)].map(
        (match) => match[1]!,
      ),
    );
    expect(codes.length).toBeGreaterThan(40);
    for (const code of new Set(codes)) expect(TEXT, code).toContain(`\`${code}\``);
  });

  test('has the bounds that hold', () => {
    const spaced = (number: number): string => String(number).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
    const mib = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;
    for (const bound of [
      `| ${mib(MAX_DOCUMENT_BYTES)}, ${spaced(MAX_TOKENS)} tokens |`,
      `| all of them | ${mib(MAX_TOTAL_BYTES)} |`,
      `| ${mib(MAX_TEXT_BYTES)} |`,
      `| a binary | ${mib(MAX_BINARY_BYTES)} |`,
      `| ${spaced(MAX_NODES)} |`,
      `| nesting | ${MAX_DEPTH} |`,
      `| ${spaced(MAX_LISTED)} |`,
      `| an ID | ${MAX_ID_LENGTH} letters |`,
    ]) {
      expect(TEXT).toContain(bound);
    }
  });
});
