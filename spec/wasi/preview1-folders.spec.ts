/** Folders by preview 1: what is in them, what names mean, and what a mount for reading refuses. */
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OUT, type Rig, withRig } from './preview1.js';
import { ALL, CREATE, DATA, file, opened, put, READ, TRUNCATE, WRITE } from './preview1-open.js';

describe('fd_readdir', () => {
  /** Names in order, each page from the cookie of the last whole entry of the one before. */
  function names(rig: Rig, fd: number, bufferBytes: number): string[] {
    const found: string[] = [];
    for (let cookie = 0n; ; ) {
      expect(rig.call('fd_readdir', fd, 10_000, bufferBytes, cookie, OUT)).toBe('ok');
      const used = rig.u32(OUT);
      let at = 10_000;
      while (at + 24 <= 10_000 + used && at + 24 + rig.u32(at + 16) <= 10_000 + used) {
        cookie = rig.u64(at);
        found.push(rig.read(at + 24, rig.u32(at + 16)));
        at += 24 + rig.u32(at + 16);
      }
      if (used < bufferBytes) return found;
    }
  }

  test.each([40, 64, 100, 4096])('with %i bytes at a time tells every name once', (bufferBytes) => {
    withRig({}, (rig) => {
      const made = Array.from({ length: 30 }, (_, index) => `file${index}`);
      for (const name of made) put(rig, name, '');
      const found = names(rig, 3, bufferBytes);
      expect(found.slice(0, 2)).toEqual(['.', '..']);
      expect(found.slice(2).sort()).toEqual(made.sort());
    });
  });

  test('goes on with what there was at its start, and looks again from the start', () => {
    withRig({}, (rig) => {
      put(rig, 'a', '');
      rig.call('fd_readdir', 3, 10_000, 30, 0n, OUT);
      put(rig, 'b', '');
      rig.call('fd_readdir', 3, 10_000, 4096, 2n, OUT);
      expect(rig.u32(OUT)).toBe(24 + 1);
      expect(names(rig, 3, 4096).sort()).toEqual(['.', '..', 'a', 'b']);
    });
  });

  test('cuts the last entry, tells types and inodes, and nothing behind the end', () => {
    withRig({}, (rig) => {
      mkdirSync(join(rig.folders[0]!, 'd'));
      expect(rig.call('fd_readdir', 3, 10_000, 60, 2n, OUT)).toBe('ok');
      expect([rig.u32(OUT), rig.view().getUint8(10_020)]).toEqual([25, 3]);
      expect(rig.u64(10_008)).toBe(statSync(join(rig.folders[0]!, 'd'), { bigint: true }).ino);
      rig.call('fd_readdir', 3, 10_000, 10, 0n, OUT);
      expect(rig.u32(OUT)).toBe(10);
      for (const cookie of [3n, 2n ** 40n, -1n]) {
        expect(rig.call('fd_readdir', 3, 10_000, 60, cookie, OUT)).toBe('ok');
        expect(rig.u32(OUT)).toBe(0);
      }
    });
  });

  test('of a file is notdir', () => {
    withRig({}, (rig) => {
      const fd = rig.open(3, 'a', { oflags: CREATE });
      expect(rig.call('fd_readdir', fd, OUT, 10, 0n, OUT)).toBe('notdir');
    });
  });
});

describe('names', () => {
  const at = (rig: Rig, name: string, path: string, fd = 3) => rig.call(name, fd, ...rig.text(path));

  test('folders are made and removed, files only unlinked', () => {
    withRig({}, (rig) => {
      put(rig, 'a', '');
      expect([at(rig, 'path_create_directory', 'd'), at(rig, 'path_create_directory', 'd')]).toEqual(['ok', 'exist']);
      put(rig, 'd/x', '');
      expect(at(rig, 'path_remove_directory', 'd')).toBe('notempty');
      expect(at(rig, 'path_unlink_file', 'd')).toBe('isdir');
      expect(at(rig, 'path_remove_directory', 'a')).toBe('notdir');
      expect([at(rig, 'path_unlink_file', 'd/x'), at(rig, 'path_remove_directory', 'd')]).toEqual(['ok', 'ok']);
      expect([at(rig, 'path_unlink_file', 'a'), at(rig, 'path_unlink_file', 'a')]).toEqual(['ok', 'noent']);
      expect(readdirSync(rig.folders[0]!)).toEqual([]);
    });
  });

  test('are changed inside a mount, and not from one to another', () => {
    withRig({ mounts: [DATA, { guest: '/other' }] }, (rig) => {
      put(rig, 'a', 'hello');
      const move = (from: string, fd: number, to: string) =>
        rig.call('path_rename', 3, ...rig.text(from), fd, ...rig.text(to, 2000));
      expect([move('a', 3, 'b'), file(rig, 'b')]).toEqual(['ok', 'hello']);
      expect(move('b', 4, 'b')).toBe('xdev');
      expect(move('b', 3, '../mount1/b')).toBe('perm');
      expect(readdirSync(rig.folders[1]!)).toEqual([]);
      const link = rig.call('path_link', 3, 0, ...rig.text('b'), 4, ...rig.text('c', 2000));
      expect(link).toBe('xdev');
    });
  });

  test('links of both kinds are made and read, in as much room as there is', () => {
    withRig({}, (rig) => {
      put(rig, 'a', 'hello');
      expect(rig.call('path_link', 3, 0, ...rig.text('a'), 3, ...rig.text('b', 2000))).toBe('ok');
      expect(rig.call('path_symlink', ...rig.text('a'), 3, ...rig.text('l', 2000))).toBe('ok');
      expect(readdirSync(rig.folders[0]!).sort()).toEqual(['a', 'b', 'l']);
      rig.call('path_symlink', ...rig.text('target'), 3, ...rig.text('long', 2000));
      expect(rig.call('path_readlink', 3, ...rig.text('long'), 3000, 100, OUT)).toBe('ok');
      expect([rig.u32(OUT), rig.read(3000, 6)]).toEqual([6, 'target']);
      rig.text('......', 3000);
      expect(rig.call('path_readlink', 3, ...rig.text('long'), 3000, 3, OUT)).toBe('ok');
      expect([rig.u32(OUT), rig.read(3000, 6)]).toEqual([3, 'tar...']);
      expect(rig.call('path_readlink', 3, ...rig.text('a'), 3000, 3, OUT)).toBe('inval');
      expect(rig.call('path_symlink', ...rig.text('/etc/passwd'), 3, ...rig.text('m', 2000))).toBe('perm');
      expect(rig.call('path_symlink', ...rig.text('../mount0/a'), 3, ...rig.text('n', 2000))).toBe('ok');
      expect(opened(rig, 'n', 0, READ)).toBe('perm');
    });
  });
});

describe('a mount for reading', () => {
  test.each<[string, (rig: Rig) => string]>([
    ['opening for writing', (rig) => opened(rig, 'a', 0, WRITE)],
    ['creating', (rig) => opened(rig, 'x', CREATE, READ)],
    ['truncating', (rig) => opened(rig, 'a', TRUNCATE, READ)],
    ['making a folder', (rig) => rig.call('path_create_directory', 3, ...rig.text('x'))],
    ['unlinking', (rig) => rig.call('path_unlink_file', 3, ...rig.text('a'))],
    ['removing a folder', (rig) => rig.call('path_remove_directory', 3, ...rig.text('d'))],
    ['renaming', (rig) => rig.call('path_rename', 3, ...rig.text('a'), 3, ...rig.text('b', 2000))],
    ['linking', (rig) => rig.call('path_link', 3, 0, ...rig.text('a'), 3, ...rig.text('b', 2000))],
    ['a symbolic link', (rig) => rig.call('path_symlink', ...rig.text('a'), 3, ...rig.text('b', 2000))],
    ['setting times', (rig) => rig.call('path_filestat_set_times', 3, 0, ...rig.text('a'), 0n, 0n, 2)],
    ['setting its own times', (rig) => rig.call('fd_filestat_set_times', 3, 0n, 0n, 2)],
  ])('%s is rofs, and nothing has changed', (_, attempt) => {
    withRig({ mounts: [{ guest: '/data', readOnly: true }] }, (rig) => {
      put(rig, 'a', 'hello');
      mkdirSync(join(rig.folders[0]!, 'd'));
      const before = statSync(join(rig.folders[0]!, 'a'), { bigint: true });
      expect(attempt(rig)).toBe('rofs');
      expect(readdirSync(rig.folders[0]!).sort()).toEqual(['a', 'd']);
      expect(file(rig, 'a')).toBe('hello');
      expect(statSync(join(rig.folders[0]!, 'a'), { bigint: true }).mtimeNs).toBe(before.mtimeNs);
    });
  });

  test('what is open for reading cannot be changed by its descriptor, whatever else was asked for', () => {
    withRig({ mounts: [{ guest: '/data', readOnly: true }] }, (rig) => {
      put(rig, 'a', 'hello');
      const fd = rig.open(3, 'a', { rights: ALL & ~WRITE });
      expect(rig.readAll(fd)).toBe('hello');
      expect(rig.write(fd, 'x')).toBe('notcapable');
      expect(rig.call('fd_filestat_set_size', fd, 0n)).toBe('rofs');
      expect(rig.call('fd_allocate', fd, 0n, 100n)).toBe('rofs');
      expect(rig.call('fd_filestat_set_times', fd, 0n, 0n, 2)).toBe('rofs');
      expect(file(rig, 'a')).toBe('hello');
    });
  });
});
