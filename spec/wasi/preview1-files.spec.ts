/** Files and folders by preview 1, on real folders: what each function does, and that no path leads out. */
import { linkSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WaitEnded } from '../../src/wasi/types.js';
import { OUT, type Rig, withRig } from './preview1.js';
import {
  APPEND,
  CREATE,
  DATA,
  DIRECTORY,
  EXCLUSIVE,
  file,
  opened,
  put,
  READ,
  SEEK,
  TELL,
  TRUNCATE,
  WRITE,
} from './preview1-open.js';

describe('mounts', () => {
  test('are there from 3 on with their names, and end with badf', () => {
    withRig({ mounts: [DATA, { guest: '/output' }] }, (rig) => {
      const names = [3, 4].map((fd) => {
        expect(rig.call('fd_prestat_get', fd, OUT)).toBe('ok');
        const length = rig.u32(OUT + 4);
        expect([rig.u32(OUT), rig.call('fd_prestat_dir_name', fd, 100, length)]).toEqual([0, 'ok']);
        return rig.read(100, length);
      });
      expect(names).toEqual(['/data', '/output']);
      expect(rig.call('fd_prestat_get', 5, OUT)).toBe('badf');
    });
  });

  test('have names that fit or are refused whole', () => {
    withRig({}, (rig) => {
      rig.text('.....', 100);
      expect(rig.call('fd_prestat_dir_name', 3, 100, 4)).toBe('nametoolong');
      expect(rig.read(100, 5)).toBe('.....');
      expect(rig.call('fd_prestat_dir_name', 3, 100, 500)).toBe('ok');
      expect(rig.read(100, 5)).toBe('/data');
    });
  });

  test('of folders that a guest opened there are none', () => {
    withRig({}, (rig) => {
      mkdirSync(join(rig.folders[0]!, 'd'));
      const fd = rig.open(3, 'd', { oflags: DIRECTORY });
      expect(rig.call('fd_prestat_get', fd, OUT)).toBe('badf');
    });
  });
});

describe('path_open', () => {
  test.each([
    ['a file', 'a', 0, 'ok'],
    ['a missing file', 'x', 0, 'noent'],
    ['a missing file, to be created', 'x', CREATE, 'ok'],
    ['a file that must be new', 'a', CREATE | EXCLUSIVE, 'exist'],
    ['a file as a folder', 'a', DIRECTORY, 'notdir'],
    ['a folder as a folder', 'd', DIRECTORY, 'ok'],
    ['a folder for writing', 'd', 0, 'isdir'],
    ['a path below a file', 'a/b', 0, 'notdir'],
    ['an empty path', '', 0, 'noent'],
    ['a path with a NUL', 'a\0b', 0, 'inval'],
    ['flags that there are not', 'a', 16, 'inval'],
    ['the folder above', '..', DIRECTORY, 'perm'],
    ['a path out', '../mount1/secret', 0, 'perm'],
    ['a path out and back', '../mount0/a', 0, 'perm'],
    ['an absolute path', '/etc/passwd', 0, 'perm'],
    ['a path that goes up inside', 'd/../a', 0, 'ok'],
    ['a link inside', 'inside', 0, 'ok'],
    ['a link out', 'out', 0, 'perm'],
    ['a link to an absolute path', 'absolute', 0, 'perm'],
    ['a path that is too long', 'x'.repeat(17_000), 0, 'nametoolong'],
  ] as const)('%s', (_, path, oflags, errno) => {
    withRig({ mounts: [DATA, { guest: '/other' }] }, (rig) => {
      const [folder, other] = rig.folders as [string, string];
      put(rig, 'a', 'hello');
      writeFileSync(join(other, 'secret'), 'secret');
      mkdirSync(join(folder, 'd'));
      symlinkSync('a', join(folder, 'inside'));
      symlinkSync('../mount1/secret', join(folder, 'out'));
      symlinkSync(join(folder, 'a'), join(folder, 'absolute'));
      expect(opened(rig, path, oflags)).toBe(errno);
    });
  });

  test('bytes that are no UTF-8 are ilseq', () => {
    withRig({}, (rig) => {
      rig.view().setUint8(1000, 0xff);
      expect(rig.call('path_open', 3, 0, 1000, 1, CREATE, WRITE, 0n, 0, OUT)).toBe('ilseq');
      expect(readdirSync(rig.folders[0]!)).toEqual([]);
    });
  });

  test('does not follow a last link unless it is asked to', () => {
    withRig({}, (rig) => {
      put(rig, 'a', '');
      symlinkSync('a', join(rig.folders[0]!, 'l'));
      expect(rig.call('path_open', 3, 0, ...rig.text('l'), 0, READ, 0n, 0, OUT)).toBe('loop');
      expect(rig.call('path_open', 3, 1, ...rig.text('l'), 0, READ, 0n, 0, OUT)).toBe('ok');
    });
  });

  test('truncates where it is asked to', () => {
    withRig({}, (rig) => {
      put(rig, 'a', 'hello');
      rig.open(3, 'a');
      expect(file(rig, 'a')).toBe('hello');
      rig.open(3, 'a', { oflags: TRUNCATE });
      expect(file(rig, 'a')).toBe('');
    });
  });

  test('gives the lowest number that is free', () => {
    withRig({}, (rig) => {
      put(rig, 'a', '');
      expect([rig.open(3, 'a'), rig.open(3, 'a'), rig.open(3, 'a')]).toEqual([4, 5, 6]);
      rig.call('fd_close', 5);
      rig.call('fd_close', 0);
      expect([rig.open(3, 'a'), rig.open(3, 'a'), rig.open(3, 'a')]).toEqual([0, 5, 7]);
    });
  });

  test('of a folder opens what is below it, and nothing above', () => {
    withRig({}, (rig) => {
      mkdirSync(join(rig.folders[0]!, 'd'));
      put(rig, 'a', '');
      const fd = rig.open(3, 'd', { oflags: DIRECTORY });
      expect(opened(rig, 'b', CREATE, WRITE, fd)).toBe('ok');
      expect(readdirSync(join(rig.folders[0]!, 'd'))).toEqual(['b']);
      expect(opened(rig, '../a', 0, READ, fd)).toBe('perm');
    });
  });

  test('runs out of descriptors before the machine does, and goes on when some are closed', () => {
    withRig({}, (rig) => {
      put(rig, 'a', '');
      let errno = 'ok';
      let count = 0;
      for (; errno === 'ok' && count < 10_000; count++) errno = opened(rig, 'a', 0, READ);
      expect(['33', 'nomem']).toContain(errno); // mfile, or nomem where the volume has no more
      rig.call('fd_close', 4);
      expect(opened(rig, 'a', 0, READ)).toBe('ok');
    });
  });
});

describe('reading, writing and the place in a file', () => {
  test('go on where the last one ended', () => {
    withRig({}, (rig) => {
      const fd = rig.open(3, 'a', { oflags: CREATE });
      expect([rig.write(fd, 'hello '), rig.write(fd, 'world')]).toEqual(['ok', 'ok']);
      expect(rig.readAll(fd)).toBe('');
      expect(rig.call('fd_seek', fd, 0n, 0, OUT)).toBe('ok');
      expect([rig.readAll(fd, 5), rig.readAll(fd)]).toEqual(['hello', ' world']);
      expect(file(rig, 'a')).toBe('hello world');
    });
  });

  test('fd_pread and fd_pwrite leave it where it is', () => {
    withRig({}, (rig) => {
      put(rig, 'a', 'hello');
      const fd = rig.open(3, 'a');
      expect(rig.call('fd_pwrite', fd, ...rig.iovecs(rig.text('XY', 2000)), 1n, OUT)).toBe('ok');
      expect(rig.call('fd_pread', fd, ...rig.iovecs([3000, 2], [4000, 9]), 1n, OUT)).toBe('ok');
      expect([rig.u32(OUT), rig.read(3000, 2), rig.read(4000, 2)]).toEqual([4, 'XY', 'lo']);
      expect(rig.readAll(fd)).toBe('hXYlo');
      expect(rig.call('fd_pread', fd, ...rig.iovecs([3000, 2]), 2n ** 53n, OUT)).toBe('inval');
      expect(rig.call('fd_pwrite', fd, ...rig.iovecs([3000, 2]), -1n, OUT)).toBe('inval');
    });
  });

  test.each([
    [0, 3n, 'ok', 3n],
    [0, 100n, 'ok', 100n],
    [0, -1n, 'inval', 2n],
    [1, 1n, 'ok', 3n],
    [1, -2n, 'ok', 0n],
    [1, -3n, 'inval', 2n],
    [2, -1n, 'ok', 4n],
    [2, 0n, 'ok', 5n],
    [2, -6n, 'inval', 2n],
    [3, 0n, 'inval', 2n],
    [0, 2n ** 53n - 1n, 'ok', 2n ** 53n - 1n],
    [0, 2n ** 53n, 'inval', 2n],
    [2, 2n ** 63n - 1n, 'inval', 2n],
  ] as const)('fd_seek from %i by %i: %s', (whence, delta, errno, place) => {
    withRig({}, (rig) => {
      put(rig, 'a', 'hello');
      const fd = rig.open(3, 'a');
      rig.readAll(fd, 2);
      expect(rig.call('fd_seek', fd, delta, whence, OUT)).toBe(errno);
      expect(rig.call('fd_tell', fd, OUT)).toBe('ok');
      expect(rig.u64(OUT)).toBe(place);
    });
  });

  test('a file that appends is written at its end, wherever its place was', () => {
    withRig({}, (rig) => {
      put(rig, 'a', 'one');
      const fd = rig.open(3, 'a', { fdflags: APPEND });
      rig.call('fd_seek', fd, 0n, 0, OUT);
      expect(rig.write(fd, 'two')).toBe('ok');
      rig.call('fd_tell', fd, OUT);
      expect([file(rig, 'a'), rig.u64(OUT)]).toEqual(['onetwo', 6n]);
      expect(rig.call('fd_fdstat_set_flags', fd, 0)).toBe('ok');
      rig.call('fd_seek', fd, 0n, 0, OUT);
      rig.write(fd, 'X');
      expect(file(rig, 'a')).toBe('Xnetwo');
      expect(rig.call('fd_fdstat_set_flags', fd, 32)).toBe('inval');
    });
  });

  test('folders are neither read nor written nor sought in', () => {
    withRig({}, (rig) => {
      expect(rig.readAll(3)).toBe('error: notcapable');
      expect(rig.write(3, 'x')).toBe('notcapable');
      expect(rig.call('fd_seek', 3, 0n, 0, OUT)).toBe('isdir');
      expect(rig.call('fd_advise', 3, 0n, 0n, 0)).toBe('badf');
    });
  });
});

describe('sizes and times', () => {
  test('fd_filestat_set_size and fd_allocate: longer with zeroes, and only the first one shorter', () => {
    withRig({}, (rig) => {
      put(rig, 'a', 'hello');
      const fd = rig.open(3, 'a');
      expect(rig.call('fd_allocate', fd, 0n, 3n)).toBe('ok');
      expect(file(rig, 'a')).toBe('hello');
      expect(rig.call('fd_allocate', fd, 5n, 2n)).toBe('ok');
      expect(file(rig, 'a')).toBe('hello\0\0');
      expect(rig.call('fd_filestat_set_size', fd, 2n)).toBe('ok');
      expect(file(rig, 'a')).toBe('he');
      expect(rig.call('fd_allocate', fd, 0n, 0n)).toBe('inval');
      expect(rig.call('fd_filestat_set_size', fd, -1n)).toBe('22'); // fbig
      expect(rig.call('fd_allocate', fd, -1n, -1n)).toBe('22');
    });
  });

  test('fd_filestat_get and path_filestat_get tell the same of the same file', () => {
    withRig({}, (rig) => {
      put(rig, 'a', 'hello');
      linkSync(join(rig.folders[0]!, 'a'), join(rig.folders[0]!, 'b'));
      const fd = rig.open(3, 'a');
      expect(rig.call('fd_filestat_get', fd, 100)).toBe('ok');
      expect(rig.call('path_filestat_get', 3, 0, ...rig.text('b'), 200)).toBe('ok');
      const { ino, dev, mtimeNs } = statSync(join(rig.folders[0]!, 'a'), { bigint: true });
      for (const at of [100, 200]) {
        expect([rig.u64(at), rig.u64(at + 8), rig.u64(at + 16)]).toEqual([BigInt.asUintN(64, dev), ino, 4n]);
        expect([rig.u64(at + 24), rig.u64(at + 32), rig.u64(at + 48)]).toEqual([2n, 5n, mtimeNs]);
      }
      symlinkSync('a', join(rig.folders[0]!, 'l'));
      const typeOf = (follow: number) => {
        rig.call('path_filestat_get', 3, follow, ...rig.text('l'), 200);
        return rig.view().getUint8(216);
      };
      expect([typeOf(0), typeOf(1)]).toEqual([7, 4]);
    });
  });

  test('times are set as given, left alone, or now; never two of these', () => {
    withRig({}, (rig) => {
      put(rig, 'a', '');
      const fd = rig.open(3, 'a');
      const times = () => {
        rig.call('fd_filestat_get', fd, OUT);
        return [rig.u64(OUT + 40), rig.u64(OUT + 48)];
      };
      expect(rig.call('fd_filestat_set_times', fd, 5_000_000_000n, 7_000_000_000n, 1 | 4)).toBe('ok');
      expect(times()).toEqual([5_000_000_000n, 7_000_000_000n]);
      expect(rig.call('path_filestat_set_times', 3, 0, ...rig.text('a'), 1_000_000_000n, 0n, 1)).toBe('ok');
      expect(times()).toEqual([1_000_000_000n, 7_000_000_000n]);
      expect(rig.call('fd_filestat_set_times', fd, 0n, 0n, 8)).toBe('ok');
      expect(times()[0]).toBe(1_000_000_000n);
      expect(times()[1]).toBeGreaterThan(1_000_000_000_000_000_000n);
      expect(rig.call('fd_filestat_set_times', fd, 0n, 0n, 1 | 2)).toBe('inval');
      expect(rig.call('fd_filestat_set_times', fd, 0n, 0n, 4 | 8)).toBe('inval');
      expect(rig.call('fd_filestat_set_times', 1, 0n, 0n, 1)).toBe('notcapable');
    });
  });

  test('fd_sync, fd_datasync and fd_advise answer ok; advice that there is not is inval', () => {
    withRig({}, (rig) => {
      const fd = rig.open(3, 'a', { oflags: CREATE });
      const answers = [rig.call('fd_sync', fd), rig.call('fd_datasync', fd), rig.call('fd_advise', fd, 0n, 0n, 5)];
      expect(answers).toEqual(['ok', 'ok', 'ok']);
      expect(rig.call('fd_advise', fd, 0n, 0n, 6)).toBe('inval');
    });
  });
});

describe('rights', () => {
  const rightsOf = (rig: Rig, fd: number): [bigint, bigint] => {
    rig.call('fd_fdstat_get', fd, OUT);
    return [rig.u64(OUT + 8), rig.u64(OUT + 16)];
  };

  test('are those that were asked for, and what has none of a kind refuses it', () => {
    withRig({}, (rig) => {
      put(rig, 'a', 'hello');
      const fd = rig.open(3, 'a', { rights: READ });
      expect(rightsOf(rig, fd)).toEqual([READ, 0n]);
      expect(rig.readAll(fd)).toBe('hello');
      expect(rig.write(fd, 'x')).toBe('notcapable');
      expect(rig.call('fd_seek', fd, 0n, 0, OUT)).toBe('notcapable');
      expect(rig.call('fd_filestat_get', fd, OUT)).toBe('notcapable');
    });
  });

  test('to tell the place are enough for asking where it is', () => {
    withRig({}, (rig) => {
      put(rig, 'a', 'hello');
      const fd = rig.open(3, 'a', { rights: READ | TELL });
      expect([rig.call('fd_seek', fd, 0n, 1, OUT), rig.call('fd_seek', fd, 1n, 1, OUT)]).toEqual(['ok', 'notcapable']);
    });
  });

  test('only shrink, also those that a folder hands on', () => {
    withRig({}, (rig) => {
      put(rig, 'a', 'hello');
      const [own] = rightsOf(rig, 3);
      expect(rig.call('fd_fdstat_set_rights', 3, own, READ | SEEK)).toBe('ok');
      expect(rig.call('fd_fdstat_set_rights', 3, own, READ | WRITE)).toBe('notcapable');
      const fd = rig.open(3, 'a');
      expect(rightsOf(rig, fd)).toEqual([READ | SEEK, 0n]);
      expect(rig.call('fd_fdstat_set_rights', 3, 0n, 0n)).toBe('ok');
      expect(opened(rig, 'a')).toBe('notcapable');
    });
  });
});

describe('fd_renumber', () => {
  test('makes one descriptor the other, and closes what was there', () => {
    withRig({}, (rig) => {
      put(rig, 'a', 'aaa');
      put(rig, 'b', 'bbb');
      const [a, b] = [rig.open(3, 'a'), rig.open(3, 'b')];
      expect(rig.call('fd_renumber', a, b)).toBe('ok');
      expect(rig.readAll(b)).toBe('aaa');
      expect(rig.readAll(a)).toBe('error: badf');
      expect(rig.call('fd_renumber', b, b)).toBe('ok');
      expect(rig.call('fd_renumber', b, 1)).toBe('ok');
      rig.call('fd_seek', 1, 0n, 0, OUT);
      expect(rig.readAll(1)).toBe('aaa');
    });
  });
});

test('what a call leaves open is closed at its end, and its numbers are free', () => {
  withRig({}, (rig) => {
    put(rig, 'a', 'hello');
    const fd = rig.open(3, 'a');
    rig.open(3, 'a');
    rig.world.endCall();
    expect([rig.readAll(fd), rig.readAll(fd + 1)]).toEqual(['error: badf', 'error: badf']);
    expect(rig.open(3, 'a')).toBe(fd);
  });
});

test('the next call finds the standard streams and mounts as the first one did', () => {
  withRig({}, (rig) => {
    put(rig, 'a', 'hello');
    rig.call('fd_renumber', rig.open(3, 'a'), 1);
    rig.call('fd_close', 0);
    rig.call('fd_fdstat_set_rights', 2, 0n, 0n);
    rig.call('fd_close', 3);
    expect([rig.write(2, 'no'), rig.call('fd_prestat_get', 3, OUT)]).toEqual(['notcapable', 'badf']);
    rig.world.endCall();
    expect([rig.write(1, 'out'), rig.write(2, 'err'), rig.readAll(0)]).toEqual(['ok', 'ok', '']);
    expect(rig.out).toEqual({ stdout: 'out', stderr: 'err' });
    expect(rig.readAll(rig.open(3, 'a'))).toBe('hello');
  });
});

test('listings that a guest holds have a million entries at most, until folders are closed or the call ends', () => {
  withRig({}, (rig) => {
    const [entries, most] = [4000, 250];
    const list = (fd: number) => rig.call('fd_readdir', fd, 10_000, 30, 0n, OUT);
    for (let index = 0; index < entries; index++) put(rig, `f${index}`, '');
    const [one = 0, ...others] = Array.from({ length: most + 1 }, () => rig.open(3, '.', { oflags: DIRECTORY }));
    for (const fd of others) expect(list(fd)).toBe('ok');
    expect([list(one), list(others[0]!)]).toEqual(['nomem', 'ok']);
    rig.call('fd_close', others[1]!);
    expect([list(one), list(3)]).toEqual(['ok', 'nomem']);
    rig.world.endCall();
    expect(list(3)).toBe('ok');
  });
});

test('reading a large folder ends with its call', () => {
  withRig({}, (rig) => {
    for (let index = 0; index < 300; index++) put(rig, `f${index}`, '');
    let asked = 0;
    rig.world.begin({ ...rig.world.call, isCancelled: () => ++asked > 0 });
    expect(() => rig.call('fd_readdir', 3, 10_000, 65_536, 0n, OUT)).toThrow(WaitEnded);
    expect(rig.call('fd_readdir', 3, 10_000, 1000, 0n, OUT)).toBe('ok');
  });
});
