/** Every function of preview 1 from a real guest: what it answers, and what becomes of bad pointers and descriptors. */
import { describe, expect, test } from 'vitest';
import { ExitStatus } from '../../src/component/guest-end.js';
import { WaitEnded } from '../../src/wasi/types.js';
import { guestBytes } from '../host/guests.js';
import { type Arg, MEMORY_BYTES, OUT, withRig } from './preview1.js';

const NAMES = WebAssembly.Module.imports(
  new WebAssembly.Module(guestBytes('core/preview1') as Uint8Array<ArrayBuffer>),
).map(({ name }) => name);

test('there are 46 functions, and the host has each of them', () => {
  expect(NAMES).toHaveLength(46);
  withRig({}, (rig) => {
    // Instantiating fails where one is missing.
    expect(rig.call('sched_yield')).toBe('ok');
  });
});

const END = MEMORY_BYTES;
const FILE = 4;
const NOWHERE = -8; // as a guest's i32: the last bytes of four gigabytes

/** Calls whose one bad argument is a pointer; `/data` is 3 and a file is 4. */
const BAD_POINTERS: readonly [string, ...Arg[]][] = [
  ['args_get', NOWHERE, OUT],
  ['args_get', OUT, END - 1],
  ['args_sizes_get', END, OUT],
  ['args_sizes_get', OUT, END - 3],
  ['environ_get', END - 3, OUT],
  ['environ_get', OUT, NOWHERE],
  ['environ_sizes_get', NOWHERE, OUT],
  ['environ_sizes_get', OUT, END],
  ['clock_res_get', 0, END - 7],
  ['clock_time_get', 1, 0n, NOWHERE],
  ['random_get', END, 1],
  ['random_get', 0, END + 1],
  ['random_get', 0, -1],
  ['fd_fdstat_get', 1, END - 23],
  ['fd_filestat_get', FILE, END - 63],
  ['fd_filestat_get', 1, END - 63],
  ['fd_prestat_get', 3, END - 7],
  ['fd_prestat_dir_name', 3, END - 4, 5],
  ['fd_read', FILE, END - 7, 1, OUT],
  ['fd_read', FILE, 500, 0, END - 3],
  ['fd_write', FILE, NOWHERE, 1, OUT],
  ['fd_write', 1, 500, 0, NOWHERE],
  ['fd_pread', FILE, END, 1, 0n, OUT],
  ['fd_pread', FILE, 500, 0, 0n, END],
  ['fd_pwrite', FILE, END, 1, 0n, OUT],
  ['fd_pwrite', FILE, 500, 0, 0n, END],
  ['fd_readdir', 3, END - 10, 11, 0n, OUT],
  ['fd_readdir', 3, 0, -1, 0n, OUT],
  ['fd_readdir', 3, OUT, 100, 0n, END - 3],
  ['fd_seek', FILE, 0n, 0, END - 7],
  ['fd_tell', FILE, END - 7],
  ['path_create_directory', 3, END, 1],
  ['path_filestat_get', 3, 0, NOWHERE, 9, OUT],
  ['path_filestat_get', 3, 0, 1000, 1, END - 63],
  ['path_filestat_set_times', 3, 0, END, 1, 0n, 0n, 0],
  ['path_link', 3, 0, END, 1, 3, 1000, 1],
  ['path_link', 3, 0, 1000, 1, 3, END, 1],
  ['path_open', 3, 0, END, 1, 0, 2n, 0n, 0, OUT],
  ['path_open', 3, 0, 1000, 1, 1, 2n, 0n, 0, END - 3],
  ['path_readlink', 3, END, 1, OUT, 8, OUT],
  ['path_readlink', 3, 1000, 1, END - 7, 8, OUT],
  ['path_readlink', 3, 1000, 1, OUT, 8, END - 3],
  ['path_remove_directory', 3, END, 1],
  ['path_rename', 3, END, 1, 3, 1000, 1],
  ['path_rename', 3, 1000, 1, 3, END, 1],
  ['path_symlink', END, 1, 3, 1000, 1],
  ['path_symlink', 1000, 1, 3, END, 1],
  ['path_unlink_file', 3, NOWHERE, 1],
  ['poll_oneoff', END - 47, OUT, 1, OUT],
  ['poll_oneoff', 0, END - 31, 1, OUT],
  ['poll_oneoff', 0, OUT, 1, END - 3],
];

describe('a pointer that leads out of memory is fault, and nothing has been done', () => {
  test.each(BAD_POINTERS)('%s(%s, %s)', (name, ...args) => {
    withRig({ args: ['a'], env: [['B', 'c']] }, (rig) => {
      expect(rig.open(3, 'a', { oflags: 1 })).toBe(FILE);
      rig.text('a');
      expect(rig.call(name, ...args)).toBe('fault');
      expect(rig.call('fd_readdir', 3, 20_000, 4000, 0n, OUT)).toBe('ok');
      expect(rig.u32(OUT)).toBe(3 * 24 + '...a'.length);
    });
  });

  test('where an iovec of several leads out, none of them is written', () => {
    withRig({}, (rig) => {
      const fd = rig.open(3, 'a', { oflags: 1 });
      const [at, count] = rig.iovecs(rig.text('kept'), [END - 3, 4]);
      expect(rig.call('fd_write', fd, at, count, OUT)).toBe('fault');
      expect(rig.call('fd_write', 1, at, count, OUT)).toBe('fault');
      expect(rig.call('fd_filestat_get', fd, OUT)).toBe('ok');
      expect(rig.u64(OUT + 32)).toBe(0n);
      expect(rig.out.stdout).toBe('');
    });
  });
});

/** Every function of a descriptor, with one that is not there. */
const BAD_DESCRIPTORS: readonly [string, ...Arg[]][] = [
  ['fd_advise', 99, 0n, 0n, 0],
  ['fd_allocate', 99, 0n, 1n],
  ['fd_close', 99],
  ['fd_datasync', 99],
  ['fd_fdstat_get', 99, OUT],
  ['fd_fdstat_set_flags', 99, 0],
  ['fd_fdstat_set_rights', 99, 0n, 0n],
  ['fd_filestat_get', 99, OUT],
  ['fd_filestat_set_size', 99, 0n],
  ['fd_filestat_set_times', 99, 0n, 0n, 0],
  ['fd_pread', 99, 500, 0, 0n, OUT],
  ['fd_prestat_get', 99, OUT],
  ['fd_prestat_get', 1, OUT],
  ['fd_prestat_dir_name', 99, OUT, 5],
  ['fd_pwrite', 99, 500, 0, 0n, OUT],
  ['fd_read', 99, 500, 0, OUT],
  ['fd_read', -1, 500, 0, OUT],
  ['fd_readdir', 99, OUT, 10, 0n, OUT],
  ['fd_renumber', 99, 3],
  ['fd_renumber', 3, 99],
  ['fd_seek', 99, 0n, 0, OUT],
  ['fd_sync', 99],
  ['fd_tell', 99, OUT],
  ['fd_write', 99, 500, 0, OUT],
  ['path_create_directory', 99, 1000, 1],
  ['path_filestat_get', 99, 0, 1000, 1, OUT],
  ['path_filestat_set_times', 99, 0, 1000, 1, 0n, 0n, 0],
  ['path_link', 99, 0, 1000, 1, 3, 1000, 1],
  ['path_link', 3, 0, 1000, 1, 99, 1000, 1],
  ['path_open', 99, 0, 1000, 1, 0, 2n, 0n, 0, OUT],
  ['path_readlink', 99, 1000, 1, OUT, 8, OUT],
  ['path_remove_directory', 99, 1000, 1],
  ['path_rename', 99, 1000, 1, 3, 1000, 1],
  ['path_rename', 3, 1000, 1, 99, 1000, 1],
  ['path_symlink', 1000, 1, 99, 1000, 1],
  ['path_unlink_file', 99, 1000, 1],
  ['sock_accept', 99, 0, OUT],
  ['sock_recv', 99, 500, 0, 0, OUT, OUT],
  ['sock_send', 99, 500, 0, 0, OUT],
  ['sock_shutdown', 99, 3],
];

test.each(BAD_DESCRIPTORS)('a descriptor that is not there is badf: %s(%s, …)', (name, ...args) => {
  withRig({}, (rig) => expect(rig.call(name, ...args)).toBe('badf'));
});

test.each<[string, ...Arg[]]>([
  ['sock_accept', 1, 0, OUT],
  ['sock_recv', 0, 500, 0, 0, OUT, OUT],
  ['sock_send', 1, 500, 0, 0, OUT],
  ['sock_shutdown', 3, 3],
])('%s of what is no socket is notsock', (name, ...args) => {
  withRig({}, (rig) => expect(rig.call(name, ...args)).toBe('notsock'));
});

describe('arguments and environment', () => {
  test('stand one behind the other with a NUL each, and the sizes say how much room they need', () => {
    withRig(
      {
        args: ['prog', '', 'grün'],
        env: [
          ['A', '1'],
          ['EMPTY', ''],
        ],
      },
      (rig) => {
        expect(rig.call('args_sizes_get', OUT, OUT + 4)).toBe('ok');
        expect([rig.u32(OUT), rig.u32(OUT + 4)]).toEqual([3, 'prog\0\0grün\0'.length + 1]);
        expect(rig.call('args_get', 100, 200)).toBe('ok');
        expect([rig.u32(100), rig.u32(104), rig.u32(108)]).toEqual([200, 205, 206]);
        expect(rig.read(200, 12)).toBe('prog\0\0grün\0');
        expect(rig.call('environ_sizes_get', OUT, OUT + 4)).toBe('ok');
        expect([rig.u32(OUT), rig.u32(OUT + 4)]).toEqual([2, 'A=1\0EMPTY=\0'.length]);
        expect(rig.call('environ_get', 100, 200)).toBe('ok');
        expect(rig.read(200, 11)).toBe('A=1\0EMPTY=\0');
      },
    );
  });

  test('may end with the last byte of memory', () => {
    withRig({ args: ['abc'] }, (rig) => {
      expect(rig.call('args_get', END - 8, END - 4)).toBe('ok');
      expect(rig.read(END - 4, 4)).toBe('abc\0');
      expect(rig.call('args_get', END - 8, END - 3)).toBe('fault');
    });
  });
});

describe('clocks', () => {
  test.each([
    [0, 'ok', 1_005_000_000n, 1_000_000n],
    [1, 'ok', 5_000_000n, 1_000n],
    [2, 'notsup', 0n, 0n],
    [3, 'notsup', 0n, 0n],
    [4, 'inval', 0n, 0n],
    [-1, 'inval', 0n, 0n],
  ] as const)('clock %i: %s', (id, errno, time, resolution) => {
    withRig({}, (rig) => {
      rig.nowMs = 5;
      expect(rig.call('clock_time_get', id, 0n, OUT)).toBe(errno);
      expect(rig.u64(OUT)).toBe(time);
      expect(rig.call('clock_res_get', id, OUT)).toBe(errno);
      expect(rig.u64(OUT)).toBe(resolution);
    });
  });
});

test('random_get fills all that it was asked for, beyond what is drawn at once, and nothing else', () => {
  withRig({}, (rig) => {
    expect(rig.call('random_get', 1, 70_000)).toBe('ok');
    const view = rig.view();
    expect([view.getUint8(0), view.getUint8(1), view.getUint8(70_000), view.getUint8(70_001)]).toEqual([
      0, 0xa5, 0xa5, 0,
    ]);
    expect(rig.call('random_get', END, 0)).toBe('ok');
  });
});

test('random bytes without end come to an end with their call', () => {
  withRig({}, (rig) => {
    rig.world.begin({ ...rig.world.call, deadlineMs: 10 });
    expect(rig.call('random_get', 0, MEMORY_BYTES)).toBe('ok');
    rig.nowMs = 10;
    expect(() => rig.call('random_get', 0, MEMORY_BYTES)).toThrow(WaitEnded);
  });
});

describe('the end', () => {
  const ended = (rig: { call(name: string, ...args: readonly Arg[]): string }, name: string, arg: number): unknown => {
    try {
      return rig.call(name, arg);
    } catch (thrown) {
      return thrown instanceof ExitStatus ? thrown.status : thrown;
    }
  };

  test.each([
    ['proc_exit', 0, 0],
    ['proc_exit', 7, 7],
    ['proc_exit', -1, 4_294_967_295],
    ['proc_raise', 6, 134],
    ['proc_raise', 30, 158],
    ['proc_raise', 0, 'ok'],
    ['proc_raise', 16, 'ok'],
    ['proc_raise', 18, 'notsup'],
    ['proc_raise', 31, 'inval'],
  ] as const)('%s(%i): %s', (name, arg, result) => {
    withRig({}, (rig) => expect(ended(rig, name, arg)).toBe(result));
  });
});

describe('the standard streams', () => {
  test('are written to in pieces, binary and empty ones too', () => {
    withRig({}, (rig) => {
      const pieces = rig.iovecs(rig.text('one ', 2000), [0, 0], rig.text('two', 3000));
      expect(rig.call('fd_write', 1, ...pieces, OUT)).toBe('ok');
      expect(rig.u32(OUT)).toBe(7);
      expect(rig.write(2, 'oops')).toBe('ok');
      expect(rig.out).toEqual({ stdout: 'one two', stderr: 'oops' });
      expect(rig.call('fd_write', 1, 500, 0, OUT)).toBe('ok');
      expect(rig.u32(OUT)).toBe(0);
    });
  });

  test('take 1024 pieces at once and no more', () => {
    withRig({}, (rig) => {
      for (let index = 0; index <= 1024; index++) {
        rig.view().setUint32(10_000 + index * 8, rig.text('x')[0], true);
        rig.view().setUint32(10_004 + index * 8, 1, true);
      }
      expect(rig.call('fd_write', 1, 10_000, 1024, OUT)).toBe('ok');
      expect(rig.out.stdout).toHaveLength(1024);
      expect(rig.call('fd_write', 1, 10_000, 1025, OUT)).toBe('inval');
      expect(rig.call('fd_read', 0, 10_000, -1, OUT)).toBe('inval');
    });
  });

  test('take a megabyte at once, and say so', () => {
    withRig({}, (rig) => {
      const sixteenTimes = Array.from({ length: 16 }, () => [0, 100_000] as const);
      expect(rig.call('fd_write', 1, ...rig.iovecs(...sixteenTimes), OUT)).toBe('ok');
      expect(rig.u32(OUT)).toBe(2 ** 20);
      expect(rig.out.stdout).toHaveLength(2 ** 20);
    });
  });

  test('stdin is read bit by bit, over several pieces, to its end', () => {
    withRig({ input: ['hello', ' world'] }, (rig) => {
      expect(rig.call('fd_read', 0, ...rig.iovecs([2000, 2], [3000, 2]), OUT)).toBe('ok');
      expect(rig.u32(OUT)).toBe(4);
      expect(rig.read(2000, 2) + rig.read(3000, 2)).toBe('hell');
      expect([rig.readAll(0), rig.readAll(0), rig.readAll(0), rig.readAll(0)]).toEqual(['o', ' world', '', '']);
    });
  });

  test('are read and written only as they are meant', () => {
    withRig({}, (rig) => {
      expect(rig.write(0, 'x')).toBe('notcapable');
      expect(rig.readAll(1)).toBe('error: notcapable');
      expect(rig.call('fd_seek', 1, 0n, 1, OUT)).toBe('spipe');
      expect(rig.call('fd_tell', 0, OUT)).toBe('spipe');
      expect(rig.call('fd_filestat_set_size', 1, 0n)).toBe('spipe');
      expect(rig.call('fd_readdir', 0, OUT, 100, 0n, OUT)).toBe('notdir');
    });
  });

  test('are character devices where they are a terminal', () => {
    withRig({ terminals: [true, false, true] }, (rig) => {
      const types = [0, 1, 2].map((fd) => {
        rig.call('fd_fdstat_get', fd, OUT);
        return rig.view().getUint8(OUT);
      });
      expect(types).toEqual([2, 0, 2]);
      expect(rig.call('fd_filestat_get', 2, OUT)).toBe('ok');
      expect(rig.view().getUint8(OUT + 16)).toBe(2);
    });
  });

  test('can be closed, and closed ones are gone', () => {
    withRig({}, (rig) => {
      expect(rig.call('fd_close', 1)).toBe('ok');
      expect(rig.write(1, 'x')).toBe('badf');
      expect(rig.call('fd_close', 1)).toBe('badf');
    });
  });
});
