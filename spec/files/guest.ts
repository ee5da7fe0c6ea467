/** A real guest over real folders: `attempts` tries one operation of wasi:filesystem after the other, by name. */
import { createHost } from '../../src/host/host.js';
import type { Host } from '../../src/host/types.js';
import { guestEntry, registryOf } from '../host/guests.js';

interface MountSpec {
  readonly path: string;
  readonly guest: string;
  readonly readOnly?: boolean;
  readonly mode?: string;
  /** Mounts of one entry have one name. */
  readonly entry?: string;
}

export type Step = readonly [op: string, a: string, b?: string];

interface FilesGuest {
  readonly host: Host;
  /** What one operation answers; `error: CODE` when it fails. */
  attempt(op: string, a: string, b?: string): Promise<string>;
  /** Several operations of one call. */
  attempts(...steps: Step[]): Promise<string[]>;
}

export type Answer = { readonly ok: string } | { readonly err: string };

export function textOf(answer: Answer): string {
  return 'ok' in answer ? answer.ok : `error: ${answer.err}`;
}

/** One instance for call after call. */
const REUSED = { type: 'lazy', max_size: 1 };

export function filesRegistry(
  mounts: readonly MountSpec[],
  pool: object = { type: 'inline' },
  ...more: readonly object[]
) {
  const folders = new Map(
    mounts.map(({ path, mode, entry }, index) => [
      entry ?? `volume${index}`,
      { kind: 'fs.directory', directory: path, ...(mode === undefined ? {} : { mode }) },
    ]),
  );
  const wasi = {
    mounts: mounts.map(({ guest, readOnly = false, entry }, index) => ({
      fs: entry ?? `volume${index}`,
      guest,
      read_only: readOnly,
    })),
  };
  const grants = { imports: ['wasi:filesystem', 'wasi:io', 'wasi:clocks'], wasi, pool };
  const methods = ['attempt', 'attempts', 'repeat', 'attempt-bytes', 'digest'];
  return registryOf(
    ...[...folders].map(([name, fields]) => ({ name, ...fields })),
    ...methods.map((method) => guestEntry(method.replace('-', '_'), 'attempts', method, grants)),
    ...['read-file', 'write-file'].map((method) =>
      guestEntry(method.replace('-', '_'), 'files', method, { ...grants, imports: [...grants.imports, 'wasi:cli'] }),
    ),
    ...more,
  );
}

/** Runs `use` with a guest that sees `mounts`. */
export async function withGuest<T>(mounts: readonly MountSpec[], use: (guest: FilesGuest) => Promise<T>): Promise<T> {
  const host = await createHost({ registry: filesRegistry(mounts, REUSED) });
  try {
    return await use({
      host,
      attempt: async (op, a, b = '') => textOf((await host.call('t:attempt', [op, a, b])) as Answer),
      attempts: async (...steps) => {
        const answers = await host.call('t:attempts', [steps.map(([op, a, b = '']) => [op, a, b])]);
        return (answers as Answer[]).map(textOf);
      },
    });
  } finally {
    await host.close();
  }
}
