/** Registries of the committed guests, as objects. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RegistryDocument } from '../../src/registry/types.js';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const GUESTS = join(ROOT, 'guests', 'dist');

export function guestBytes(name: string): Uint8Array {
  return readFileSync(join(GUESTS, `${name}.wasm`));
}

/** `sha256:…` of a guest's binary. */
export function guestHash(name: string): string {
  return `sha256:${createHash('sha256').update(guestBytes(name)).digest('hex')}`;
}

/** A function.wasm of namespace `t`; the document's `fs` entry is `t:guests`. */
export function guestEntry(name: string, guest: string, method: string, more: object = {}): object {
  return {
    name,
    kind: 'function.wasm',
    fs: 't:guests',
    path: `/${guest}.wasm`,
    hash: guestHash(guest),
    method,
    ...more,
  };
}

export function registryOf(...entries: readonly object[]): RegistryDocument {
  const folder = { name: 'guests', kind: 'fs.directory', directory: GUESTS };
  return { namespace: 't', entries: [folder, ...entries] };
}

export function watEntry(name: string, source: string, more: object = {}): object {
  return { name, kind: 'function.wat', source, method: name, pool: { type: 'inline' }, ...more };
}
