import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { descriptorBudget } from '../../src/files/bounds.js';
import { fileRange } from '../../src/files/stream.js';
import { openVolume } from '../../src/files/volume.js';
import { codeOf, kept, READ, scratch, specOf, volume, WRITE } from './support.js';

const BYTES = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251));

function withFile() {
  const path = scratch();
  writeFileSync(join(path, 'f'), BYTES);
  const budget = descriptorBudget();
  const root = kept(openVolume(specOf(path), { budget }));
  return { path, budget, root, file: root.open('f', READ) };
}

test.each([
  [0, 200_000],
  [0, 1],
  [199_999, 200_000],
  [65_535, 131_073],
  [5, 5],
])('fileRange() gives the bytes from %i up to %i, and closes the file', async (start, end) => {
  const { file, budget } = withFile();
  expect((await buffer(fileRange(file, start, end))).equals(BYTES.subarray(start, end))).toBe(true);
  expect(budget.open).toBe(1);
});

test('fileRange() that is abandoned closes the file', async () => {
  const { file, budget } = withFile();
  const stream = fileRange(file, 0, 200_000);
  const closed = new Promise((resolve) => stream.once('close', resolve));
  for await (const chunk of stream) {
    expect(chunk).toHaveLength(65_536);
    break;
  }
  await closed;
  expect(budget.open).toBe(1);
});

test('fileRange() fails when the file has become shorter, and closes it', async () => {
  const { file, budget, path } = withFile();
  truncateSync(join(path, 'f'), 100_000);
  await expect(buffer(fileRange(file, 0, 200_000))).rejects.toMatchObject({ code: 'io' });
  expect(budget.open).toBe(1);
});

test('fileRange() refuses folders and what was not opened for reading', () => {
  const { root } = withFile();
  expect(codeOf(() => fileRange(volume(scratch()), 0, 1))).toBe('is-directory');
  expect(codeOf(() => fileRange(kept(root.open('f', WRITE)), 0, 1))).toBe('bad-descriptor');
});
