/** Links that are swapped by another process while a guest opens what is behind them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';
import { filesRegistry } from './guest.js';
import { arena, treeHash } from './support.js';

/** Renames `a` and `b` around each other until its input ends, then says how often. */
const SWAPPER = `
const { renameSync } = require('node:fs');
const [a, b] = process.argv.slice(1);
let [swaps, open] = [0, true];
process.stdin.on('end', () => { open = false; }).resume();
const swap = () => {
  for (let turn = 0; turn < 200; turn++) {
    renameSync(a, a + '.away');
    renameSync(b, a);
    renameSync(a + '.away', b);
    swaps++;
  }
  if (swaps === 200) process.stdout.write('ready\\n');
  if (open) setImmediate(swap);
  else process.stdout.write(swaps + '\\n');
};
swap();
`;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill();
});

/** Runs `use` while `a` and `b` are being swapped. */
async function whileSwapping<T>(a: string, b: string, use: () => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, ['-e', SWAPPER, a, b], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  const result = await use();
  child.stdin.end();
  await once(child, 'exit');
  return result;
}

const ROUNDS = 800;
/** What a guest may be told while names come and go. */
const FAIR = new Set(
  ['exist', 'no-entry', 'not-permitted', 'not-directory', 'loop', 'busy'].map((code) => `error: ${code}`),
);

type Repeated = readonly [count: number, answers: readonly string[]];

describe('a link that is swapped while it is used', () => {
  test.each([
    ['a folder, read', 'read', 'swap/file.txt', '', 'folder'],
    ['a folder, read by a stream', 'read-stream', 'swap/file.txt', '', 'folder'],
    ['a folder, listed', 'list', 'swap', '', 'folder'],
    ['a folder, its files', 'stat', 'swap/file.txt', '', 'folder'],
    ['a folder, then back', 'read', 'swap/../file.txt', '', 'folder'],
    ['a file, read', 'read', 'swap', '', 'file'],
    ['a folder, written', 'write', 'swap/file.txt', 'written', 'folder'],
    ['a folder, appended to', 'append', 'swap/file.txt', '+', 'folder'],
    ['a folder, created in', 'open', 'swap/new.txt', 'wc', 'folder'],
    ['a folder, made in', 'mkdir', 'swap/new', '', 'folder'],
    ['a folder, removed from', 'unlink', 'swap/second.txt', '', 'folder'],
    ['a folder, moved from', 'rename', 'swap/second.txt', 'mine.txt', 'folder'],
    ['a folder, moved to', 'rename', 'own.txt', 'swap/own.txt', 'folder'],
    ['a folder, linked from', 'link', 'swap/second.txt', 'mine.txt', 'folder'],
    ['a folder, times', 'times', 'swap/file.txt', '1.0,1.0', 'folder'],
    ['a file, written', 'write', 'swap', 'written', 'file'],
    ['a file, truncated', 'open', 'swap', 'wt', 'file'],
    ['a file, resized', 'set-size', 'swap', '1', 'file'],
    ['a file, times', 'times', 'swap', '1.0,1.0', 'file'],
  ] as const)('%s', async (_, op, a, b, kind) => {
    const { inside, outside } = arena();
    writeFileSync(join(outside, 'file.txt'), 'SECRET');
    writeFileSync(join(outside, 'second.txt'), 'SECRET');
    writeFileSync(join(outside, 'SECRET'), '');
    writeFileSync(join(inside, 'file.txt'), 'above');
    writeFileSync(join(inside, 'own.txt'), 'own');
    const [swap, link] = [join(inside, 'swap'), join(inside, 'swap-link')];
    if (kind === 'file') writeFileSync(swap, 'inside');
    else {
      mkdirSync(swap);
      writeFileSync(join(swap, 'file.txt'), 'inside');
      writeFileSync(join(swap, 'second.txt'), 'inside');
    }
    symlinkSync(kind === 'file' ? '../outside/file.txt' : '../outside', link);
    const before = treeHash(outside);

    const host = await createHost({ registry: filesRegistry([{ path: inside, guest: '/' }]) });
    try {
      const [, answers] = await whileSwapping(
        swap,
        link,
        async () => (await host.call('t:repeat', [op, a, b, ROUNDS])) as Repeated,
      );
      for (const answer of answers) {
        expect(answer).not.toContain('SECRET');
        if (answer.startsWith('error: ')) expect(FAIR).toContain(answer);
      }
    } finally {
      await host.close();
    }
    expect(treeHash(outside)).toBe(before);
    expect(readFileSync(join(outside, 'second.txt'), 'utf8')).toBe('SECRET');
  });
});
