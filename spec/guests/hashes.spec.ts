// The guests are committed as binaries; this holds them to their recorded hashes, so that a stale or edited one is noticed.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const distUrl = new URL('../../guests/dist/', import.meta.url);
const registryUrl = new URL('../../registry/wasm/', import.meta.url);
const recorded = JSON.parse(readFileSync(new URL('hashes.json', distUrl), 'utf8')) as Record<string, string>;

/** What the sample registry calls otherwise than `guests/dist` does. */
const OTHER_NAMES: Readonly<Record<string, string>> = { 'sleep_test.wasm': 'sleep.wasm' };

/** The names of the .wasm files under `folder`, with `/` between folders, sorted. */
function wasmFilesUnder(folder: URL): string[] {
  return readdirSync(fileURLToPath(folder), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.wasm'))
    .sort();
}

/** `sha256:` and the digest of the file at `url`, as hashes.json and the registry write it. */
function hashOf(url: URL): string {
  return `sha256:${createHash('sha256').update(readFileSync(url)).digest('hex')}`;
}

describe('guests/dist', () => {
  test('hashes.json names every binary and no other', () => {
    expect(Object.keys(recorded).sort()).toEqual(wasmFilesUnder(distUrl));
  });

  test.each(Object.entries(recorded))('%s has the hash that hashes.json records', (name, hash) => {
    expect(hashOf(new URL(name, distUrl))).toBe(hash);
  });
});

describe('registry/wasm', () => {
  test('holds mapper, compute, greet and sleep_test', () => {
    expect(wasmFilesUnder(registryUrl)).toEqual(
      expect.arrayContaining(['compute.wasm', 'greet.wasm', 'mapper.wasm', 'sleep_test.wasm']),
    );
  });

  test.each(wasmFilesUnder(registryUrl))('%s has the same bytes as in guests/dist', (name) => {
    expect(hashOf(new URL(name, registryUrl))).toBe(recorded[OTHER_NAMES[name] ?? name]);
  });
});
