import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compileWat } from '../../src/engine/wat.js';
import { defaultCacheFolder, watCache } from '../../src/engine/wat-cache.js';

const TEXT = '(module (func (export "f") (result i32) i32.const 1))';
const folder = () => join(mkdtempSync(join(tmpdir(), 'moonwit-cache-')), 'new', 'folder');

test('a text that was compiled is found again, byte for byte', async () => {
  const cache = watCache(folder());
  expect(await cache.get(TEXT)).toBeNull();
  const compiled = await compileWat(TEXT, cache);
  expect(compiled.ok && (await cache.get(TEXT))).toEqual(compiled.ok && compiled.bytes);
  expect(await cache.get(`${TEXT} `)).toBeNull();
});

test('a text with a problem is not kept', async () => {
  const cache = watCache(folder());
  expect((await compileWat('(module (func i32.add))', cache)).ok).toBe(false);
  expect(await cache.get('(module (func i32.add))')).toBeNull();
});

test('a file that was changed is as if it were not there', async () => {
  const where = folder();
  const cache = watCache(where);
  await compileWat(TEXT, cache);
  const file = join(where, readdirSync(where)[0]!);
  const bytes = readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(file, bytes);
  expect(await cache.get(TEXT)).toBeNull();
  writeFileSync(file, '');
  expect(await cache.get(TEXT)).toBeNull();
  expect((await compileWat(TEXT, cache)).ok).toBe(true);
});

test('a folder that cannot be written is no error', async () => {
  const cache = watCache(join(fileURLToPath(import.meta.url), 'below-a-file'));
  expect((await compileWat(TEXT, cache)).ok).toBe(true);
  expect(await cache.get(TEXT)).toBeNull();
});

test('a thousand files are halved when one more comes', async () => {
  const where = folder();
  const cache = watCache(where);
  await cache.put('first', new Uint8Array([1]));
  for (let n = 0; n < 999; n++) writeFileSync(join(where, `${n}.wat.wasm`), '');
  await cache.put('last', new Uint8Array([2]));
  expect(readdirSync(where)).toHaveLength(501);
  expect(await cache.get('last')).toEqual(new Uint8Array([2]));
});

test.each([
  [{ XDG_CACHE_HOME: '/c' }, 'linux', '/c/moonwit'],
  [{ XDG_CACHE_HOME: 'relative' }, 'linux', expect.stringMatching(/\.cache.moonwit$/)],
  [{}, 'darwin', expect.stringMatching(/Caches.moonwit$/)],
])('defaultCacheFolder(%j, %s)', (env, platform, expected) => {
  expect(defaultCacheFolder(env, platform)).toEqual(expected);
});
