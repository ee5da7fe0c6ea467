/** Whole processes and folders: what a user waits for at the terminal. Needs `dist/` (npm run build). */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guestPath } from './guests.js';
import type { Contestant, Row } from './measure.js';

const FOLDER = join('.cache', 'bench');

function spawn(args: readonly string[], rounds: number): Contestant {
  return { perRound: 1, rounds, run: () => execFileSync(process.execPath, args, { stdio: 'ignore' }) };
}

const moonwit = (...args: string[]): string[] => [join('dist', 'cli.js'), ...args];

/** `name`, with a custom section that makes its hash another. */
function variant(name: string, i: number): Buffer {
  const label = Buffer.from(`variant-${i}`);
  return Buffer.concat([readFileSync(guestPath(name)), Buffer.from([0, label.length + 1, label.length]), label]);
}

const METHODS = ['transform-users', 'filter-active', 'aggregate-tags'];

/** One file of 1000 entries on 20 binaries. */
function writeRegistry(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'wasm'), { recursive: true });
  const hashes = Array.from({ length: 20 }, (_, i) => {
    const bytes = variant('mapper', i);
    writeFileSync(join(folder, 'wasm', `mapper-${i}.wasm`), bytes);
    return createHash('sha256').update(bytes).digest('hex');
  });
  const entries = Array.from({ length: 999 }, (_, i) => {
    const which = i % hashes.length;
    return `  - name: f${i}
    kind: function.wasm
    fs: bench:assets
    path: /mapper-${which}.wasm
    hash: sha256:${hashes[which]}
    method: ${METHODS[i % METHODS.length]}
    pool:
      type: lazy
      max_size: 4
`;
  });
  const head =
    'version: "1.0"\nnamespace: bench\nentries:\n  - name: assets\n    kind: fs.directory\n    directory: ./wasm\n';
  writeFileSync(join(folder, '_index.yaml'), head + entries.join(''));
}

/** A process that decodes, validates and plans a component once, cold, and prints the nanoseconds that this took. */
function coldPlan(rounds: number): Contestant {
  const args = [join(FOLDER, 'plan-cold.mjs'), guestPath('libc')];
  return { perRound: 1, rounds, run: () => BigInt(execFileSync(process.execPath, args, { encoding: 'utf8' }).trim()) };
}

/** A process that prints what one of its idle threads costs in bytes. */
function idleThread(kind: 'lua' | 'guest'): Contestant {
  const args = ['--expose-gc', join(FOLDER, 'idle-thread.mjs'), kind];
  return {
    perRound: 1,
    rounds: 5,
    run: () => BigInt(execFileSync(process.execPath, args, { encoding: 'utf8' }).trim()),
  };
}

export const processRows: Row[] = [
  {
    id: 'idle-thread',
    unit: 'MB',
    against: null,
    target: 12,
    setup: async () => ({ ours: idleThread('guest') }),
  },
  { id: 'idle-thread-lua', unit: 'MB', against: null, target: 18, setup: async () => ({ ours: idleThread('lua') }) },
  {
    id: 'plan-65kb-cold',
    unit: 'ms',
    against: null,
    target: 5,
    setup: async () => ({ ours: coldPlan(21) }),
  },
  {
    id: 'startup',
    unit: 'ms',
    against: 'node -e 0 (the difference is held)',
    target: 150,
    held: 'difference',
    async setup() {
      mkdirSync(FOLDER, { recursive: true });
      const file = join(FOLDER, 'empty.lua');
      writeFileSync(file, '');
      return { ours: spawn(moonwit('run', file, '--registry', 'registry'), 15), theirs: spawn(['-e', '0'], 15) };
    },
  },
  {
    id: 'registry-1000',
    unit: 'ms',
    against: null,
    target: 1000,
    async setup() {
      const folder = join(FOLDER, 'registry-1000');
      writeRegistry(folder);
      return { ours: spawn(moonwit('check', '--registry', folder), 9) };
    },
  },
];
