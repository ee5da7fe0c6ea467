/** Runs what docs/files.md shows, and holds its numbers against the code. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_DESCRIPTORS } from '../../src/files/bounds.js';
import { MAX_ENTRIES } from '../../src/files/list.js';
import { MAX_DEPTH, MAX_LINKS, MAX_NAME_BYTES, MAX_PATH_BYTES } from '../../src/files/resolve.js';
import { createHost } from '../../src/host/host.js';
import { runLua, specVolumes } from './lua-support.js';
import { scratch, specOf } from './support.js';

const TEXT = readFileSync(join(import.meta.dirname, '../../docs/files.md'), 'utf8');
const EXAMPLES = [...TEXT.matchAll(/^```lua\n([\s\S]*?)^```\n```text\n([\s\S]*?)^```$/gm)].map((match) => ({
  line: TEXT.slice(0, match.index).split('\n').length,
  source: match[1]!,
  output: match[2]!,
}));

describe('docs/files.md', () => {
  test('has examples', () => {
    expect(EXAMPLES.length).toBeGreaterThan(2);
  });

  test.each(EXAMPLES)('the example on line $line prints what the page says', async ({ source, output }) => {
    const { printed } = await runLua(source, specVolumes(specOf(scratch(), { id: 'docs:files' })));
    expect(printed.map((line) => `${line}\n`).join('')).toBe(output);
  });

  test('its registry loads', async () => {
    const registry = join(scratch(), 'registry');
    mkdirSync(join(registry, 'prices'), { recursive: true });
    const yaml = /^```yaml\n([\s\S]*?)^```$/m.exec(TEXT)![1]!;
    writeFileSync(join(registry, '_index.yaml'), yaml);
    const host = await createHost({ registry });
    expect(await host.call('shop:report', [])).toBeUndefined();
    await host.close();
  });

  test.each([
    [`more than ${MAX_LINKS} links`],
    [`more than ${MAX_PATH_BYTES} bytes, ${MAX_NAME_BYTES} in a name, ${MAX_DEPTH} folders deep`],
    [`${DEFAULT_DESCRIPTORS} files and folders in one mount`],
    [`${MAX_ENTRIES.toLocaleString('en').replaceAll(',', ' ')}: then \`overflow\``],
  ])('says: %s', (text) => {
    expect(TEXT).toContain(text);
  });
});
