/** Random trees and random paths, held against the system itself: it goes the same way as long as the way stays inside. */
import { mkdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VolumeError } from '../../src/files/errors.js';
import { READ, scratch, volume } from './support.js';

const name = fc.constantFrom('a', 'b', 'c');
const part = fc.oneof(
  { weight: 4, arbitrary: name },
  { weight: 3, arbitrary: fc.constant('..') },
  fc.constantFrom('.', ''),
);
const path = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 7 }), fc.boolean())
  .map(([parts, slash]) => parts.join('/') + (slash ? '/' : ''));
const entry = fc.record({
  /** Where: up to three folders, which are made. */
  folders: fc.array(name, { maxLength: 2 }),
  name,
  what: fc.oneof(fc.constant({ file: true }), fc.record({ link: path.filter((target) => target !== '') })),
});
const tree = fc.array(entry, { minLength: 1, maxLength: 8 });

type Entries = typeof tree extends fc.Arbitrary<infer T> ? T : never;

function build(root: string, entries: Entries): void {
  for (const { folders, name: last, what } of entries) {
    try {
      const folder = join(root, ...folders);
      mkdirSync(folder, { recursive: true });
      if ('link' in what) symlinkSync(what.link, join(folder, last));
      else writeFileSync(join(folder, last), last, { flag: 'wx' });
    } catch {
      // something is there already: the tree is what it is
    }
  }
}

/** `inode` of what a path leads to, or the name of the error. */
function bySystem(full: string): bigint | string {
  try {
    return statSync(full, { bigint: true }).ino;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code ?? 'none';
  }
}

const NAMES: { readonly [code: string]: string } = {
  'no-entry': 'ENOENT',
  'not-directory': 'ENOTDIR',
  loop: 'ELOOP',
  'name-too-long': 'ENAMETOOLONG',
};

describe.each([
  ['by held folders', false],
  ['by real paths', true],
])('random paths in random trees, %s', (_, portable) => {
  test('lead where the system says, or are not permitted; never out', () => {
    fc.assert(
      fc.property(tree, fc.array(path, { minLength: 1, maxLength: 10 }), (entries, paths) => {
        const top = scratch();
        // Deep enough that `..` finds names of this tree outside, too.
        const root = join(top, 'a/b');
        mkdirSync(join(top, 'a/b'), { recursive: true });
        writeFileSync(join(top, 'c'), 'outside');
        writeFileSync(join(top, 'a/c'), 'outside');
        build(root, entries);
        const folder = volume(root, {}, portable);
        for (const each of paths) checkPath(folder, root, each);
      }),
      { numRuns: 150 },
    );
  });
});

function checkPath(folder: ReturnType<typeof volume>, root: string, way: string): void {
  let found: bigint | string;
  try {
    const handle = folder.open(way, READ);
    found = handle.stat().inode;
    handle.close();
    expect(folder.statAt(way, true).inode, way).toBe(found);
  } catch (thrown) {
    if (!(thrown instanceof VolumeError)) throw thrown;
    if (thrown.code === 'not-permitted') return;
    found = NAMES[thrown.code] ?? thrown.code;
  }
  expect(found, way).toBe(way === '' ? 'ENOENT' : bySystem(`${root}/${way}`));
  if (typeof found === 'string') return;
  const real = realpathSync.native(`${root}/${way}`);
  expect(real === root || real.startsWith(`${root}/`), `${way} leads to ${real}`).toBe(true);
}
