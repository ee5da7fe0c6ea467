/** Registries made of whatever a spec puts into them, and the errors that come of it. */

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { ERROR_KINDS, HostError } from '../../src/errors.js';
import { createHost } from '../../src/host/host.js';
import type { Host, HostOptions } from '../../src/host/types.js';

/** Messages stay readable, whatever came in. */
const LONGEST_MESSAGE = 200_000;

export function folderOf(files: { readonly [path: string]: string | Uint8Array }): string {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-bad-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A registry with one function.wasm, `bad:f`, of these bytes. */
export function binaryFolder(bytes: Uint8Array, hash = sha256(bytes), method = 'transform-users'): string {
  const entries = [
    '  - {name: here, kind: fs.directory, directory: .}',
    `  - {name: f, kind: function.wasm, fs: here, path: /f.wasm, hash: "${hash}", method: ${method}}`,
  ];
  return folderOf({ 'f.wasm': bytes, '_index.yaml': `namespace: bad\nentries:\n${entries.join('\n')}\n` });
}

/** What a promise fails with: a HostError of a known kind, with a message that says something. */
export async function clearError(promise: Promise<unknown>): Promise<HostError> {
  const outcome = await promise.then(
    (value) => new Error(`expected an error, got ${typeof value}`),
    (thrown: unknown) => thrown,
  );
  if (!(outcome instanceof HostError)) throw outcome;
  expect(ERROR_KINDS).toContain(outcome.kind);
  expect(outcome.message.length).toBeGreaterThan(10);
  expect(outcome.message.length).toBeLessThan(LONGEST_MESSAGE);
  expect(outcome.message).not.toMatch(/bug in moonwit|undefined|\[object Object\]/);
  return outcome;
}

/** What loading a registry fails with. */
export function loadError(registry: HostOptions['registry']): Promise<HostError> {
  return clearError(createHost({ registry: registry! }).then((host) => host.close()));
}

export async function withHost<T>(options: HostOptions, use: (host: Host) => Promise<T>): Promise<T> {
  await using host = await createHost(options);
  return await use(host);
}

/** Runs Lua text as a script. */
export function runLua(text: string, options: HostOptions = {}, timeout = 100_000): Promise<unknown[]> {
  const file = join(folderOf({ 'script.lua': text }), 'script.lua');
  return withHost({ print: () => {}, ...options }, (host) => host.run(file, { timeout }));
}
