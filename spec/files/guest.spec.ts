import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';
import { filesRegistry, type Step, withGuest } from './guest.js';
import { scratch } from './support.js';

/** `0.txt` with ten digits, `d/`, `d/é.txt`, `link` to `0.txt`. */
function sample(): string {
  const path = scratch();
  mkdirSync(join(path, 'd'));
  writeFileSync(join(path, 'd/é.txt'), 'Zoë');
  writeFileSync(join(path, '0.txt'), '0123456789');
  utimesSync(join(path, '0.txt'), 1_000_000_000, 1_000_000_001.5);
  symlinkSync('0.txt', join(path, 'link'));
  return path;
}

describe('wasi:filesystem, asked by a guest', () => {
  test('the mounts of an entry are the folders that are open', async () => {
    const mounts = [
      { path: scratch(), guest: '/data', readOnly: true },
      { path: scratch(), guest: '/output' },
    ];
    await withGuest(mounts, async ({ attempts }) => {
      expect(await attempts(['preopens', ''], ['flags', ''], ['flags', '1:'], ['type', '1:'])).toEqual([
        '0=/data 1=/output',
        'r',
        'rm',
        'directory',
      ]);
    });
  });

  test('an entry without mounts has none', async () => {
    await withGuest([], async ({ attempt }) => {
      expect(await attempt('preopens', '')).toBe('');
      expect(await attempt('read', 'x')).toBe('error: no such place');
    });
  });

  /** What one operation answers, and what the file has afterwards. */
  test.each<[step: Step, answer: string, after?: string]>([
    [['read', 'd/é.txt'], 'Zoë'],
    [['read', 'link'], '0123456789'],
    [['read', 'd'], 'error: is-directory'],
    [['read', 'missing'], 'error: no-entry'],
    [['read', '0.txt/'], 'error: not-directory'],
    [['read-stream', 'link'], '0123456789'],
    [['read-at', '0.txt', '3,4'], '3456'],
    [['read-at', '0.txt', '8,100'], '89'],
    [['read-at', '0.txt', '10,1'], ' end'],
    [['read-at', '0.txt', '10,0'], ''],
    [['read-at', '0.txt', '9007199254740991,1'], ' end'],
    [['read-at', '0.txt', '9007199254740992,1'], 'error: invalid'],
    [['skip-stream', '0.txt', '4'], '4'],
    [['skip-stream', '0.txt', '400'], '10'],
    [['write', '0.txt', 'new'], '', 'new'],
    [['write', 'link', 'new'], '', 'new'],
    [['write', 'd', 'x'], 'error: is-directory'],
    [['write', 'd/missing/x', 'x'], 'error: no-entry'],
    [['write-at', '0.txt', '8:xyz'], '', '01234567xyz'],
    [['write-at', '0.txt', '12:x'], '', '0123456789\0\0x'],
    [['write-stream', '0.txt', 'new'], '', 'new'],
    [['write-stream-at', '0.txt', '2:xy'], '', '01xy456789'],
    [['append', '0.txt', '!'], '', '0123456789!'],
    [['zeroes', '0.txt', '3'], '', '\0\0\x003456789'],
    [['splice', 'd/é.txt', '0.txt'], '4', 'Zoë456789'],
    [['set-size', '0.txt', '3'], '', '012'],
    [['set-size', '0.txt', '12'], '', '0123456789\0\0'],
    [['set-size', '0.txt', '18446744073709551615'], 'error: file-too-large'],
    [['set-size-reading', '0.txt', '3'], 'error: bad-descriptor'],
    [['open', '0.txt', 'r'], 'regular-file r'],
    [['open', '0.txt', 'rw'], 'regular-file rw'],
    [['open', '0.txt', 'wf'], 'regular-file wf'],
    [['open', '0.txt', 'wi'], 'regular-file wi'],
    [['open', '0.txt', ''], 'regular-file '],
    [['open', '0.txt', 'rn'], 'regular-file r'],
    [['open', '0.txt', 'rd'], 'error: not-directory'],
    [['open', '0.txt', 'rt'], 'regular-file r', ''],
    [['open', '0.txt', 'wt'], 'regular-file w', ''],
    [['open', '0.txt', 'wcx'], 'error: exist'],
    [['open', 'new', 'wcx'], 'regular-file w'],
    [['open', 'new/', 'wc'], 'error: is-directory'],
    [['open', 'new', 'wx'], 'error: no-entry'],
    [['open', 'link', 'rn'], 'error: loop'],
    [['open', 'd', 'r'], 'directory rm'],
    [['open', 'd/', 'rdm'], 'directory rm'],
    [['open', 'd', 'rcd'], 'error: invalid'],
    [['open', 'd', 'w'], 'error: is-directory'],
    [['list', ''], '0.txt:regular-file d:directory link:symbolic-link'],
    [['list', 'd'], 'é.txt:regular-file'],
    [['list', '0.txt'], 'error: not-directory'],
    [['mkdir', 'new/'], ''],
    [['mkdir', 'd'], 'error: exist'],
    [['mkdir', '.'], 'error: exist'],
    [['mkdir', 'a/b'], 'error: no-entry'],
    [['rmdir', 'd'], 'error: not-empty'],
    [['rmdir', '0.txt'], 'error: not-directory'],
    [['rmdir', '.'], 'error: invalid'],
    [['unlink', 'd'], 'error: is-directory'],
    [['unlink', '0.txt/'], 'error: not-directory'],
    [['unlink', 'missing'], 'error: no-entry'],
    [['unlink', 'd/é.txt'], ''],
    [['readlink', 'link'], '0.txt'],
    [['readlink', '0.txt'], 'error: invalid'],
    [['rename', 'd/é.txt', '0.txt'], '', 'Zoë'],
    [['rename', 'd', '0.txt'], 'error: not-directory'],
    [['link', '0.txt', 'hard'], ''],
    [['link', 'd', 'hard'], 'error: not-permitted'],
    [['link-follow', 'link', 'hard'], ''],
    [['symlink', '0.txt', 'other'], ''],
    [['symlink', '0.txt', 'link'], 'error: exist'],
    [['sync', '0.txt'], ''],
    [['sync-data', '0.txt'], ''],
    [['sync', ''], ''],
    [['advise', '0.txt'], ''],
    [['same', '0.txt', 'link'], 'same'],
    [['same', '0.txt', 'd/é.txt'], 'different'],
  ])('%j answers %j', async (step, answer, after) => {
    const path = sample();
    await withGuest([{ path, guest: '/' }], async ({ attempt }) => {
      expect(await attempt(...step)).toBe(answer);
    });
    if (after !== undefined) expect(readFileSync(join(path, '0.txt'), 'utf8')).toBe(after);
  });

  test('stat and times say and set nanoseconds', async () => {
    await withGuest([{ path: sample(), guest: '/' }], async ({ attempts }) => {
      const [before, , , changed, itself, wrong, early] = await attempts(
        ['stat', 'link'],
        ['times', 'link', '-,2000000000.250000000'],
        ['ltimes', 'link', '3.500000000,3.500000000'],
        ['stat', '0.txt'],
        ['lstat', 'link'],
        ['times', '0.txt', '-,5.1000000000'],
        ['times', '0.txt', '-,999999999999.0'],
      );
      expect(before).toMatch(
        /^type=regular-file links=1 size=10 accessed=\d+\.\d{9} modified=1000000001\.500000000 changed=\d+\.\d{9}$/,
      );
      expect(changed).toContain('modified=2000000000.250000000');
      expect(itself).toMatch(/^type=symbolic-link .*accessed=3\.500000000 modified=3\.500000000/);
      expect([wrong, early]).toEqual(['error: invalid', 'error: overflow']);
    });
  });

  test('the metadata hash is one for a file by any name, and another once it has changed', async () => {
    await withGuest([{ path: sample(), guest: '/' }], async ({ attempts }) => {
      const [a, b, c, , d] = await attempts(
        ['hash', '0.txt'],
        ['hash-at', '0.txt'],
        ['hash-at', 'd'],
        ['append', '0.txt', 'x'],
        ['hash-at', '0.txt'],
      );
      expect(b).toBe(a);
      expect(new Set([a, c, d]).size).toBe(3);
    });
  });

  test('what a folder has is told as of the time it was asked', async () => {
    const path = scratch();
    for (let index = 0; index < 3000; index++) writeFileSync(join(path, `${index}`), '');
    await withGuest([{ path, guest: '/' }], async ({ attempt }) => {
      expect((await attempt('list', '')).split(' ')).toHaveLength(3000);
    });
  });

  test('a megabyte and a half goes through reads and streams', async () => {
    const path = scratch();
    const bytes = Buffer.alloc(1_572_865, 'abcdefghijk');
    writeFileSync(join(path, 'big'), bytes);
    const sum = BigInt(bytes.reduce((total, byte) => total + byte, 0));
    await withGuest([{ path, guest: '/' }], async ({ host, attempt }) => {
      for (const byStream of [false, true]) {
        expect(await host.call('t:digest', ['big', byStream])).toEqual({ ok: [1_572_865n, sum] });
      }
      expect(await attempt('splice', 'big', 'copy')).toBe('1572865');
    });
    expect(readFileSync(join(path, 'copy')).equals(bytes)).toBe(true);
  });

  test('a descriptor that a call leaves open is closed at its end; the mounts stay', async () => {
    await withGuest([{ path: sample(), guest: '/' }], async ({ attempts }) => {
      expect(await attempts(['hold', '0.txt', 'r'], ['read', 'h0:'])).toEqual(['h0', '0123456789']);
      expect(await attempts(['read', 'h0:'], ['type', 'h0:'], ['read', '0.txt'])).toEqual([
        'error: bad-descriptor',
        'error: bad-descriptor',
        '0123456789',
      ]);
    });
  });

  test('a folder that is gone when a guest asks for it is NotFound, with its entry', async () => {
    const path = sample();
    await withGuest([{ path, guest: '/', entry: 'files' }], async ({ host }) => {
      rmSync(path, { recursive: true });
      await expect(host.call('t:attempt', ['preopens', '', ''])).rejects.toMatchObject({
        kind: 'NotFound',
        message: 't:attempt: a filesystem of its mounts cannot be opened: t:files: there is no such file or folder',
        details: { code: 'no-entry', filesystem: 't:files' },
      });
    });
  });

  test('no more than 1024 may be open, and it goes on when some are dropped', async () => {
    await withGuest([{ path: sample(), guest: '/' }], async ({ host, attempts }) => {
      // The guest keeps 256 of its own; streams and descriptors that it drops do not count.
      const [count] = (await host.call('t:repeat', ['read-stream', '0.txt', '', 3000])) as [number, string[]];
      expect(count).toBe(3000);
      const held: Step[] = Array.from({ length: 256 }, () => ['hold', '0.txt', 'r']);
      const answers = await attempts(...held, ['drop', 'h7:'], ['read', 'h8:']);
      expect(answers.at(-1)).toBe('0123456789');
    });
  });

  test('two mounts of one entry are one filesystem, mounts of two are two', async () => {
    const [path, other] = [sample(), scratch()];
    const mounts = [
      { path, guest: '/a', entry: 'files' },
      { path, guest: '/b', entry: 'files' },
      { path: other, guest: '/c' },
    ];
    await withGuest(mounts, async ({ attempts }) => {
      const answers = await attempts(
        ['same', '0:0.txt', '1:0.txt'],
        ['rename', '0:0.txt', '1:moved'],
        ['rename', '0:moved', '2:moved'],
        ['link', '0:moved', '2:moved'],
        ['read', '1:moved'],
      );
      expect(answers).toEqual(['same', '', 'error: cross-device', 'error: cross-device', '0123456789']);
    });
  });

  test('a mount inside of another one is its own folder', async () => {
    const [path, inner] = [sample(), scratch()];
    writeFileSync(join(inner, 'inner.txt'), 'inner');
    const mounts = [
      { path, guest: '/data' },
      { path: inner, guest: '/data/d', readOnly: true },
    ];
    await withGuest(mounts, async ({ attempts }) => {
      const answers = await attempts(['preopens', ''], ['list', '1:'], ['write', '1:x', 'x'], ['read', '1:../0.txt']);
      expect(answers).toEqual([
        '0=/data 1=/data/d',
        'inner.txt:regular-file',
        'error: read-only',
        'error: not-permitted',
      ]);
    });
  });

  test('a C library takes the innermost mount of a path', async () => {
    const [outer, inner] = [sample(), scratch()];
    writeFileSync(join(inner, 'x.txt'), 'inner');
    writeFileSync(join(outer, 'd/x.txt'), 'outer');
    const mounts = [
      { path: outer, guest: '/data' },
      { path: inner, guest: '/data/d' },
    ];
    await withGuest(mounts, async ({ host }) => {
      expect(await host.call('t:read_file', ['/data/d/x.txt'])).toEqual({ ok: 'inner' });
      expect(await host.call('t:read_file', ['/data/0.txt'])).toEqual({ ok: '0123456789' });
      expect(await host.call('t:read_file', ['/etc/passwd'])).toHaveProperty('err');
      expect(await host.call('t:write_file', ['/data/d/new.txt', 'new'])).toEqual({ ok: true });
    });
    expect(readFileSync(join(inner, 'new.txt'), 'utf8')).toBe('new');
  });

  test('calls leave no descriptor of the process behind, whatever guests leave open', async () => {
    const open = () => readdirSync('/proc/self/fd').length;
    const host = await createHost({ registry: filesRegistry([{ path: sample(), guest: '/' }]) });
    const call = () =>
      host.call('t:attempts', [
        [
          ['hold', '0.txt', 'rw'],
          ['hold', 'd', 'r'],
          ['append', 'h0:', 'x'],
        ],
      ]);
    await call();
    const before = open();
    for (let times = 0; times < 50; times++) await call();
    expect(open()).toBe(before);
    await host.close();
  });

  test('the mode of an entry bounds its guests', async () => {
    const path = sample();
    await withGuest([{ path, guest: '/', mode: '0500' }], async ({ attempts }) => {
      expect(await attempts(['read', '0.txt'], ['write', '0.txt', 'x'], ['mkdir', 'x'], ['flags', ''])).toEqual([
        '0123456789',
        'error: access',
        'error: access',
        'r',
      ]);
    });
    await withGuest([{ path, guest: '/', mode: '0300' }], async ({ attempts }) => {
      expect(await attempts(['read', '0.txt'], ['list', ''], ['append', '0.txt', 'x'])).toEqual([
        'error: access',
        'error: access',
        '',
      ]);
    });
  });

  test('hard links inside are one file', async () => {
    const path = sample();
    linkSync(join(path, '0.txt'), join(path, 'hard'));
    await withGuest([{ path, guest: '/' }], async ({ attempts }) => {
      expect(await attempts(['same', 'hard', '0.txt'], ['append', 'hard', '!'], ['read', '0.txt'])).toEqual([
        'same',
        '',
        '0123456789!',
      ]);
    });
  });
});

test('a folder that a guest has replaced by a link is no volume any more, for no instance that comes', async () => {
  const [path, outside] = [scratch(), scratch()];
  mkdirSync(join(path, 'below'));
  writeFileSync(join(outside, 'secret.txt'), 'SECRET');
  const mounts = [
    { path, guest: '/all' },
    { path: join(path, 'below'), guest: '/below' },
  ];
  const host = await createHost({ registry: filesRegistry(mounts) });
  const attempts = (...steps: Step[]) => host.call('t:attempts', [steps.map(([op, a, b = '']) => [op, a, b])]);
  const away = `../${outside.slice(outside.lastIndexOf('/') + 1)}`;
  expect(
    await attempts(
      ['rename', '0:below', '0:other'],
      ['symlink', away, '0:below'],
      ['list', '1:'],
      ['read', '0:below/secret.txt'],
    ),
  ).toEqual([{ ok: '' }, { ok: '' }, { ok: '' }, { err: 'not-permitted' }]);
  await expect(attempts(['read', '1:secret.txt'])).rejects.toMatchObject({
    kind: 'Unavailable',
    message: expect.stringContaining('a link has taken the place of its folder'),
  });
  await host.close();
});
