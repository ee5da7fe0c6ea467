/** Core modules of preview 1 behind entries: programs, reactors, what is granted and what is not. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';
import { watEntry } from './guests.js';
import { type GuestHost, withGuest } from './wasi.js';

const ALL = ['wasi:cli', 'wasi:io', 'wasi:clocks', 'wasi:random', 'wasi:filesystem'];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'preview1-'));
  writeFileSync(join(folder, 'a.txt'), 'hello file');
});
afterEach(() => rmSync(folder, { recursive: true }));

function fields(more: {
  readonly args?: readonly string[];
  readonly readOnly?: boolean;
  readonly imports?: readonly string[];
}) {
  const mount = { fs: 'folder', guest: '/data', read_only: more.readOnly ?? false };
  return {
    imports: more.imports ?? ALL,
    pool: { type: 'inline' },
    wasi: { args: ['program', ...(more.args ?? [])], mounts: [mount] },
  };
}

const mounted = () => ({ entries: [{ name: 'folder', kind: 'fs.directory', directory: folder }] });

/** The program, as a module for preview 1 and as a component. */
const PROGRAMS = [
  ['core/command', '_start'],
  ['command', 'wasi:cli/run@0.2.12#run'],
] as const;

describe.each(PROGRAMS)('%s', (guest, method) => {
  /** Its lines, or how it ended. */
  async function run(args: readonly string[], readOnly = false): Promise<string> {
    return withGuest(guest, [method], { fields: fields({ args, readOnly }), ...mounted() }, async (use) => {
      const ended = await use.call(method).then(
        () => [],
        (error: Error) => [error.message],
      );
      return [...use.lines(), ...ended].join('\n');
    });
  }

  test.each([
    [['echo', 'hi'], 'stdout:hi'],
    [['complain', 'oops'], 'stderr:oops'],
    [['args', 'a b', ''], 'stdout:program\nstdout:args\nstdout:a b\nstdout:'],
    [['cat', '/data/a.txt'], 'stdout:hello file'],
    [['list', '/data'], 'stdout:.\nstdout:..\nstdout:a.txt'],
    [['stat', '/data/a.txt'], 'stdout:10 file'],
    [['stat', '/data'], 'stdout:0 folder'],
    [['exit', '0'], ''],
  ])('%j', async (args, lines) => {
    const said = await run(args);
    expect(said.replace(/^stdout:\d+ folder$/, 'stdout:0 folder')).toBe(lines);
  });

  test('changes files where its mount is for writing', async () => {
    expect(await run(['write', '/data/b.txt', 'text'])).toBe('');
    expect(await run(['move', '/data/b.txt', '/data/c.txt'])).toBe('');
    expect(readFileSync(join(folder, 'c.txt'), 'utf8')).toBe('text');
    expect(await run(['remove', '/data/c.txt'])).toBe('');
    expect(await run(['mkdir', '/data/d'])).toBe('');
    expect(readdirSync(folder).sort()).toEqual(['a.txt', 'd']);
  });

  test.each([
    [['write', '/data/a.txt', 'x'], 'Read-only'],
    [['remove', '/data/a.txt'], 'Read-only'],
    [['cat', '/data/../../etc/passwd'], 'not permitted'],
    [['cat', '/etc/passwd'], ''],
  ])('%j fails, and the file is as it was', async (args, reason) => {
    const said = await run(args, true);
    expect(said).toContain('exited with status 1');
    expect(said).toContain(reason);
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('hello file');
  });

  test('traps where it aborts', async () => {
    expect(await run(['abort'])).toContain('wasm trap: unreachable');
  });

  test('sleeps, and draws random bytes', async () => {
    expect(Number((await run(['sleep', '5'])).replace('stdout:', ''))).toBeGreaterThanOrEqual(5);
    expect(await run(['random', '4'])).toMatch(/^stdout:[0-9a-f]{8}$/);
  });
});

test('a program of preview 1 ends with its own status', async () => {
  await withGuest(
    'core/command',
    ['_start'],
    { fields: fields({ args: ['exit', '3'] }), ...mounted() },
    async (use) => {
      expect((await use.fails('_start')).message).toBe('t:_start exited with status 3');
    },
  );
});

describe('a reactor', () => {
  const METHODS = ['count', 'say', 'nap', 'file-size', 'name-length', 'hold', 'leave'];
  const LIVE = { type: 'lazy', max_size: 1 };

  const reactor = (pool: object, use: (host: GuestHost) => Promise<void>) =>
    withGuest('core/reactor', METHODS, { fields: { ...fields({}), pool }, ...mounted() }, use);

  test('is initialised once in each instance', async () => {
    await reactor({ type: 'inline' }, async ({ call }) => {
      expect([await call('count'), await call('count')]).toEqual([101, 101]);
    });
    await reactor(LIVE, async ({ call }) => {
      expect([await call('count'), await call('count')]).toEqual([101, 102]);
    });
  });

  test('prints, sleeps and reads', async () => {
    await reactor(LIVE, async ({ call, lines }) => {
      expect([await call('say', 2), await call('nap', 1), await call('file-size')]).toEqual([14, 0, 10]);
      expect(lines()).toEqual(['stdout:line 1', 'stdout:line 2']);
      expect(await call('name-length')).toBe(-1);
    });
  });

  test('finds closed in its next call what it left open in the last', async () => {
    await reactor(LIVE, async ({ call }) => {
      expect([await call('hold'), await call('hold')]).toEqual(['h'.charCodeAt(0), -8]); // badf
    });
    await reactor({ type: 'inline' }, async ({ call }) => {
      expect([await call('hold'), await call('hold')]).toEqual(['h'.charCodeAt(0), 'h'.charCodeAt(0)]);
    });
  });

  test('leaves with a status, and the next call has another instance', async () => {
    await reactor(LIVE, async ({ call, fails }) => {
      await call('count');
      expect((await fails('leave', 4)).message).toBe('t:leave exited with status 4');
      expect(await call('leave', 0)).toBeUndefined();
    });
  });
});

describe('the gate', () => {
  const DENIED: readonly (readonly [string, readonly number[], string])[] = [
    ['args_sizes_get', [0, 0], 'wasi:cli'],
    ['environ_get', [0, 0], 'wasi:cli'],
    ['proc_exit', [0], 'wasi:cli'],
    ['sched_yield', [], 'wasi:cli'],
    ['clock_time_get', [0, 0, 0], 'wasi:clocks'],
    ['random_get', [0, 0], 'wasi:random'],
    ['poll_oneoff', [0, 0, 0, 0], 'wasi:io'],
    ['sock_shutdown', [0, 0], 'wasi:sockets'],
    ['fd_write', [1, 0, 0, 0], 'wasi:cli'],
    ['fd_readdir', [3, 0, 0, 0, 0], 'wasi:filesystem'],
    ['path_open', [3, 0, 0, 0, 0, 0, 0, 0, 0], 'wasi:filesystem'],
  ];

  test.each(DENIED)('%s traps without its group, and the error names it', async (name, args, group) => {
    await withGuest('core/preview1', [name], { fields: { pool: { type: 'inline' } } }, async ({ fails }) => {
      const error = await fails(name, ...args);
      expect(error.kind).toBe('PermissionDenied');
      expect(error.message).toContain(
        `t:${name} called wasi_snapshot_preview1#${name}, which its entry does not grant: add "${group}" to imports`,
      );
    });
  });

  test.each(DENIED.filter(([name]) => name !== 'proc_exit'))('%s passes with it', async (name, args, group) => {
    await withGuest(
      'core/preview1',
      [name],
      { fields: { imports: [group], pool: { type: 'inline' } } },
      async ({ call }) => {
        expect(await call(name, ...args)).toEqual(expect.any(Number));
      },
    );
  });

  test('files alone grant no standard stream, and the console alone no folder', async () => {
    const method = 'say';
    const files = { fields: fields({ imports: ['wasi:filesystem'] }), ...mounted() };
    await withGuest('core/reactor', [method, 'file-size'], files, async ({ call, fails, lines }) => {
      expect(await call('file-size')).toBe(10);
      const { kind, message } = await fails(method, 1);
      expect(kind).toBe('PermissionDenied');
      expect(message).toContain('t:say called wasi_snapshot_preview1#fd_write on a standard stream');
      expect(message).toContain('add "wasi:cli" to imports');
      expect(lines()).toEqual([]);
    });
    const streams = { fields: fields({ imports: ['wasi:cli'] }), ...mounted() };
    await withGuest('core/preview1', ['fd_fdstat_get', 'fd_close'], streams, async ({ call }) => {
      expect([await call('fd_fdstat_get', 1, 0), await call('fd_fdstat_get', 3, 0)]).toEqual([0, 8]);
      expect(await call('fd_close', 3)).toBe(8);
    });
  });

  test('proc_exit with 0 ends its call well, and the host goes on', async () => {
    await withGuest(
      'core/preview1',
      ['proc_exit', 'sched_yield'],
      { fields: fields({}), ...mounted() },
      async ({ call }) => {
        expect(await call('proc_exit', 0)).toBeUndefined();
        expect(await call('sched_yield')).toBe(0);
      },
    );
  });
});

test('one read or write of a file has 16 MiB at most, and says so', async () => {
  const bytes = 2 ** 24;
  truncateSync(join(folder, 'a.txt'), bytes + 1);
  const source = (name: string) => `(module
    (import "wasi_snapshot_preview1" "${name}" (func $run (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_open"
      (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (memory (export "memory") 300)
    (data (i32.const 100) "a.txt")
    (func (export "f") (param $length i32) (result i32)
      (drop (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 5) (i32.const 0)
        (i64.const 66) (i64.const 0) (i32.const 0) (i32.const 8)))
      (i32.store (i32.const 0) (i32.const 1000))
      (i32.store (i32.const 4) (local.get $length))
      (drop (call $run (i32.load (i32.const 8)) (i32.const 0) (i32.const 1) (i32.const 12)))
      (i32.load (i32.const 12))))`;
  const entry = (name: string) => ({ ...watEntry(name, source(name)), ...fields({}), method: 'f' });
  const entries = [...mounted().entries, entry('fd_read'), entry('fd_write')];
  await using host = await createHost({ registry: { namespace: 't', entries } });
  for (const id of ['t:fd_read', 't:fd_write']) {
    expect([await host.call(id, [bytes]), await host.call(id, [bytes + 1])]).toEqual([bytes, bytes]);
  }
});
